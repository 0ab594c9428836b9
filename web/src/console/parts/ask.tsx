// Before something is lost.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useSlow } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { asRefusal, type Refusal } from '../api';
import { useConsole } from '../session';
import { t } from '../text';
import { FailureBlock } from './failure';

// What stops, what remains; the verb and the safe opposite. `typed`: the
// name that must be typed first.
export function Ask({ title, verb, keep, typed, danger = true, act, onClose, children }: {
	title: string;
	verb: string;
	keep: string;
	typed?: string;
	danger?: boolean;
	act: () => Promise<unknown>;
	onClose: () => void;
	children?: ComponentChildren;
})
{
	const { lost } = useConsole();
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [text, setText] = useState('');
	const slow = useSlow(busy);
	const live = useRef(true);
	useEffect(() => () => { live.current = false; }, []);
	const blocked = typed !== undefined && text.trim() !== typed;

	const go = async (e: Event) => {
		e.preventDefault();
		if (busy || blocked)
			return;
		setBusy(true);
		setFailure(null);
		try {
			await act();
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (live.current && !lost(refusal))
				setFailure(refusal);
		}
		if (live.current)
			setBusy(false);
	};
	return (
		<Dialog title={title} onClose={onClose}>
			{children}
			{failure && <FailureBlock failure={failure} />}
			<form class="stack" onSubmit={go}>
				{typed !== undefined && (
					<div class="field">
						<label for="typed">{t('ask.typed', { name: typed })}</label>
						<input id="typed" class="input" autocomplete="off" spellcheck={false} value={text} onInput={(e) => setText(e.currentTarget.value)} />
					</div>
				)}
				<div class="row acts">
					<button type="submit" class={danger ? 'btn danger solid' : 'btn primary'} aria-busy={busy} aria-disabled={blocked}>
						{slow ? t('working') : verb}</button>
					<button type="button" class="btn" data-safe onClick={onClose}>{keep}</button>
				</div>
			</form>
		</Dialog>
	);
}
