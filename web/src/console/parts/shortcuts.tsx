// Keys that go somewhere at once. They are single letters, so they can be switched off (WCAG 2.1.4), and
// never act while somebody types or a dialog is open.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog';
import { remember, remembered } from '../remember';
import { navigate } from '../route';
import { useConsole } from '../session';
import { t, type Key } from '../text';

// Behind a "g".
const PAGES: { key: string; path: string; label: Key; needs: string }[] = [
	{ key: 'u', path: 'users', label: 'users.title', needs: 'orgs_read' },
	{ key: 'a', path: 'applications', label: 'apps.title', needs: 'apps_read' },
	{ key: 'm', path: 'members', label: 'members.title', needs: 'members_read' },
	{ key: 'l', path: 'audit', label: 'audit.title', needs: 'logs_read' },
];
const BETWEEN_MS = 1500; // the two keys of one shortcut

const isTyping = (e: KeyboardEvent) =>
	e.ctrlKey || e.metaKey || e.altKey || document.querySelector('dialog[open]') !== null ||
	(e.target as HTMLElement).closest('input, textarea, select, [contenteditable]') !== null;

export function useShortcuts(search: { current: HTMLInputElement | null })
{
	const { may } = useConsole();
	const [on, setOn] = useState(remembered('shortcuts') !== 'off');
	const [shown, show] = useState(false);
	const began = useRef<number | null>(null); // when "g" was pressed
	const pages = PAGES.filter((p) => may(p.needs));
	useEffect(() => {
		if (!on)
			return undefined;
		const second = (key: string): (() => void) | undefined => {
			const page = pages.find((p) => p.key === key);
			return page && (() => navigate(`/console/${page.path}`));
		};
		const first: Record<string, () => void> = { '/': () => search.current?.focus(), '?': () => show(true) };
		const press = (e: KeyboardEvent) => {
			const isSecond = began.current !== null && e.timeStamp - began.current < BETWEEN_MS;
			began.current = null;
			if (isTyping(e))
				return;
			const act = isSecond ? second(e.key) : first[e.key];
			if (act) {
				e.preventDefault();
				act();
			} else if (e.key === 'g') {
				began.current = e.timeStamp;
			}
		};
		document.addEventListener('keydown', press);
		return () => document.removeEventListener('keydown', press);
	}, [on, may]);
	const turn = (to: boolean) => {
		remember('shortcuts', to ? 'on' : 'off');
		setOn(to);
	};
	return { on, show: () => show(true), help: shown && <Help pages={pages} on={on} turn={turn} onClose={() => show(false)} /> };
}

function Help({ pages, on, turn, onClose }: { pages: typeof PAGES; on: boolean; turn: (to: boolean) => void; onClose: () => void })
{
	return (
		<Dialog title={t('keys.title')} onClose={onClose}>
			<dl class="kv keys">
				<dt><kbd>/</kbd></dt><dd>{t('nav.find')}</dd>
				{pages.map((p) => [<dt key={p.key}><kbd>g</kbd> <kbd>{p.key}</kbd></dt>, <dd key={p.path}>{t(p.label)}</dd>])}
				<dt><kbd>?</kbd></dt><dd>{t('keys.this')}</dd>
				<dt><kbd>Ctrl</kbd> <kbd>S</kbd></dt><dd>{t('save.review')}</dd>
			</dl>
			<label class="check"><input type="checkbox" class="switch" checked={on} onChange={(e) => turn(e.currentTarget.checked)} />
				<span><b>{t('keys.on')}</b><span class="d">{t('keys.on_why')}</span></span></label>
			<div class="row acts"><button type="button" class="btn" data-safe onClick={onClose}>{t('close')}</button></div>
		</Dialog>
	);
}
