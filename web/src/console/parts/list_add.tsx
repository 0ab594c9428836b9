// Adding many values to a list: pasted or from a file with a verdict a line, or models by name.
import { useRef, useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog';
import { Banner } from '../../parts/error';
import { dashed, parse } from '../items';
import { Load, useLoad } from '../parts/load';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { ListItem, ListType } from '../types';
import { Badge } from './bits';
import { Text } from './fields';

export function PasteMany({ type, have, onAdd, onClose }: { type: ListType; have: ListItem[]; onAdd: (items: ListItem[]) => void; onClose: () => void })
{
	const [text, setText] = useState('');
	const file = useRef<HTMLInputElement>(null);
	const lines = parse(type, text, have);
	const bad = lines.filter((l) => l.fault);
	const good = lines.filter((l) => !l.fault).map((l) => l.item);
	return (
		<Dialog title={t('paste.title')} wide onClose={onClose}>
			<Text id="paste" label={t('paste.label')} hint={t('paste.hint')} mono lines={9} value={text} onChange={setText} />
			<input ref={file} class="vh" tabIndex={-1} aria-hidden="true" type="file" accept=".txt,.csv,text/plain,text/csv" onChange={async () => {
				const chosen = file.current?.files?.[0];
				if (chosen)
					setText(await chosen.text());
			}} />
			<button type="button" class="btn" onClick={() => file.current?.click()}>{t('paste.file')}</button>
			<div role="status">
				{lines.length > 0 && <p>{counted('paste.good', good.length)}</p>}
				{bad.length > 0 && (
					<Banner kind="warn" title={counted('paste.bad', bad.length)}>
						<ul class="places">{bad.slice(0, 8).map((l) => <li key={l.line}>{t('paste.line', { line: l.line })} <code>{l.text}</code> · {l.fault}</li>)}</ul>
						{bad.length > 8 && <p>{counted('paste.more', bad.length - 8)}</p>}
					</Banner>
				)}
			</div>
			<div class="row acts">
				<button type="button" class="btn primary" aria-disabled={good.length === 0} onClick={() => good.length > 0 && onAdd(good)}>{counted('paste.go', good.length)}</button>
				<button type="button" class="btn" data-safe onClick={onClose}>{t('cancel')}</button>
			</div>
		</Dialog>
	);
}

export interface KnownModel { aaguid: string; name: string; source?: string; statuses?: string[] }

const SHOWN = 60;

export function Known({ have, onAdd, onClose }: { have: ListItem[]; onAdd: (items: ListItem[]) => void; onClose: () => void })
{
	const { api } = useConsole();
	const loaded = useLoad('known', async () => (await api.own.get<{ known_authenticators: KnownModel[] }>('/known_authenticators')).known_authenticators);
	const [find, setFind] = useState('');
	const [picked, setPicked] = useState<KnownModel[]>([]);
	const there = new Set(have.map((i) => i.value));
	const bare = (m: KnownModel) => m.aaguid.replace(/-/g, '');
	const needle = find.trim().toLowerCase();
	return (
		<Dialog title={t('known.title')} wide onClose={onClose}>
			<p class="muted">{t('known.why')}</p>
			<div class="field"><label for="find-known">{t('known.find')}</label>
				<input id="find-known" data-first class="input" type="search" autocomplete="off" value={find} onInput={(e) => setFind(e.currentTarget.value)} /></div>
			<Load of={loaded}>{(all) => {
				const found = all.filter((m) => needle === '' || m.name.toLowerCase().includes(needle) || bare(m).includes(needle.replace(/-/g, '')));
				return (
					<>
						<p class="vh" role="status">{counted('known.found', found.length)}</p>
						{needle !== '' && found.length > 1 && found.length <= SHOWN && (
							<button type="button" class="link" onClick={() => setPicked([...new Set([...picked, ...found.filter((m) => !there.has(bare(m)))])])}>{t('known.all', { n: found.length })}</button>
						)}
						<ul class="pick tall" aria-label={t('known.list')}>{found.slice(0, SHOWN).map((m) => (
							<li key={m.aaguid}><label class="check">
								<input type="checkbox" disabled={there.has(bare(m))} checked={there.has(bare(m)) || picked.includes(m)}
									onChange={(e) => setPicked(e.currentTarget.checked ? [...picked, m] : picked.filter((p) => p !== m))} />
								<span class="grow"><strong>{m.name}</strong><span class="d mono">{dashed(bare(m))}</span></span>
								<span class="end">{there.has(bare(m)) && t('known.there')}{(m.statuses ?? []).includes('REVOKED') && <Badge kind="danger">{t('known.revoked')}</Badge>}</span>
							</label></li>
						))}</ul>
						{found.length > SHOWN && <p class="muted">{t('item.more', { shown: SHOWN, all: found.length })}</p>}
						{found.length === 0 && <p class="muted">{t('known.none')}</p>}
					</>
				);
			}}</Load>
			<div class="row acts">
				<button type="button" class="btn primary" aria-disabled={picked.length === 0}
					onClick={() => picked.length > 0 && onAdd(picked.map((m) => ({ value: bare(m), description: m.name })))}>{counted('known.go', picked.length)}</button>
				<button type="button" class="btn" data-safe onClick={onClose}>{t('cancel')}</button>
			</div>
		</Dialog>
	);
}
