// The audit log: every change and who made it. Filters stand in the address.
import { useEffect, useState } from 'preact/hooks';
import { Menu } from '../../parts/menu';
import { type AuditEvent, familiesOf, type Filters, filtersOf, isFiltered, type Kind, NONE, objectName, type Person, queryOf, readKinds, readTrail, SPANS } from '../audit';
import { permitted } from '../api';
import { Badge, Head, Section, Time } from '../parts/bits';
import { Choose } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { Empty, NoMatch } from '../parts/table';
import { toast } from '../parts/toast';
import { requery, type Route } from '../route';
import { useConsole } from '../session';
import { t, type Key } from '../text';

const PER = 50;
const OWN = 'own';
const clear = () => requery({ ...NONE, cursor: '' });

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

// Who has no address still has an id: it has been forgotten, or this is no person but an object.
function Who({ event, person, none, name = '' }: { event: AuditEvent; person: Person | null; none: string; name?: string })
{
	if (!person)
		return <span class="muted">{none}</span>;
	if (person.email)
		return <>{person.email}</>;
	return <>{event.is_forgotten ? <span class="muted">{t('audit.forgotten')}</span> : name}<span class="d mono">{person.id}</span></>;
}

const valueWords = (v: unknown): string => (typeof v === 'string' ? v : JSON.stringify(v));

function Details({ event }: { event: AuditEvent })
{
	const more = Object.entries(event.details ?? {}).filter(([, v]) => v !== null && v !== '');
	const rows: [string, string][] = [
		...more.map(([k, v]): [string, string] => [k.replaceAll('_', ' '), valueWords(v)]),
		[t('audit.browser'), event.browser || '–'],
		[t('audit.exact'), new Date(event.at).toISOString()],
		[t('audit.id'), event.id],
		[t('audit.seal'), t(event.is_sealed ? 'audit.sealed' : 'audit.not_sealed')],
		...(event.is_forgotten ? [[t('audit.personal'), t('audit.personal_gone')] as [string, string]] : []),
	];
	return <dl class="kv">{rows.map(([k, v]) => <><dt key={k}>{sentence(k)}</dt><dd>{v}</dd></>)}</dl>;
}

function Row({ event }: { event: AuditEvent })
{
	const [open, setOpen] = useState(false);
	const id = `event-${event.id}`;
	return (
		<>
			<tr>
				<td><button type="button" class="link t" aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
					<Time at={event.at} exact /><span class="vh"> {t('audit.details')}</span></button></td>
				<td data-l={t('audit.what')}><span class="t">{sentence(event.text || event.kind)}</span>{!event.is_sealed && <> <Badge>{t('audit.unsealed')}</Badge></>}<span class="d mono">{event.kind}</span></td>
				<td data-l={t('audit.by')}><Who event={event} person={event.actor} none={t('audit.nobody')} /></td>
				<td data-l={t('audit.about')}><Who event={event} person={event.subject} none="–" name={objectName(event)} /></td>
				<td data-l={t('audit.from')}>{event.address ? <span class="mono">{event.address}</span> : <span class="muted">–</span>}</td>
			</tr>
			{open && <tr id={id}><td colSpan={5} class="open"><Details event={event} /></td></tr>}
		</>
	);
}

// What is typed is looked for by itself, once nothing more is typed for a while.
function Typed({ name, label, value }: { name: keyof Filters; label: string; value: string })
{
	const [text, setText] = useState(value);
	useEffect(() => setText(value), [value]);
	useEffect(() => {
		if (text.trim() === value)
			return undefined;
		const timer = setTimeout(() => requery({ [name]: text.trim(), cursor: '' }, true), 300);
		return () => clearTimeout(timer);
	}, [text]);
	return (
		<div><label class="vh" for={`by-${name}`}>{label}</label>
			<input id={`by-${name}`} class="input" type="search" placeholder={label} value={text} onInput={(e) => setText(e.currentTarget.value)} /></div>
	);
}

function Day({ name, label, value }: { name: 'since' | 'until'; label: string; value: string })
{
	return (
		<div class="day"><label for={`by-${name}`}>{label}</label>
			<input id={`by-${name}`} class="input" type="date" value={value} onChange={(e) => requery({ [name]: e.currentTarget.value, span: '', cursor: '' })} /></div>
	);
}

const SPAN_WORDS: [string, Key][] = [['', 'log.any_time'], ['day', 'log.day'], ['week', 'log.week'], ['month', 'log.month'], [OWN, 'audit.own_days']];

function KindChoice({ value, kinds }: { value: string; kinds: Kind[] })
{
	const families = [...familiesOf(kinds)];
	const known = value === '' || families.some(([name, all]) => value === `${name}.*` || all.some((k) => k.kind === value));
	return (
		<div><label class="vh" for="by-kind">{t('audit.kind')}</label>
			<select id="by-kind" class="input" value={value} onChange={(e) => requery({ kind: e.currentTarget.value, cursor: '' })}>
				<option value="">{t('audit.any_kind')}</option>
				{!known && <option value={value}>{value}</option>}
				{families.map(([name, all]) => (all.length === 1
					? all.map((k) => <option key={k.kind} value={k.kind}>{sentence(k.text)}</option>)
					: (
						<optgroup key={name} label={sentence(name.replaceAll('_', ' '))}>
							<option value={`${name}.*`}>{t('audit.all_of', { name: name.replaceAll('_', ' ') })}</option>
							{all.map((k) => <option key={k.kind} value={k.kind}>{sentence(k.text)}</option>)}
						</optgroup>
					)))}
			</select></div>
	);
}

function FilterBar({ f, kinds }: { f: Filters; kinds: Kind[] })
{
	const [own, setOwn] = useState(f.since !== '' || f.until !== '');
	const isOwn = own || f.since !== '' || f.until !== '';
	return (
		<div class="filters audit" role="search" aria-label={t('audit.filters')}>
			<div><Choose id="by-span" bare label={t('log.span')} value={isOwn ? OWN : SPANS[f.span] ? f.span : ''} options={SPAN_WORDS.map(([v, words]) => [v, t(words)])} onChange={(v) => {
				setOwn(v === OWN);
				if (v !== OWN)
					requery({ span: v, since: '', until: '', cursor: '' });
			}} /></div>
			<KindChoice value={f.kind} kinds={kinds} />
			<Typed name="actor" label={t('audit.actor')} value={f.actor} />
			<Typed name="subject" label={t('audit.subject')} value={f.subject} />
			<Typed name="address" label={t('audit.address')} value={f.address} />
			{isOwn && <Day name="since" label={t('audit.since')} value={f.since} />}
			{isOwn && <Day name="until" label={t('audit.until')} value={f.until} />}
			{isFiltered(f) && <button type="button" class="btn quiet" onClick={() => {
				setOwn(false);
				clear();
			}}>{t('filters.clear')}</button>}
		</div>
	);
}

function Export({ f }: { f: Filters })
{
	const { account } = useConsole();
	const get = (format: 'csv' | 'json') => {
		const query = new URLSearchParams({ format });
		for (const [name, value] of Object.entries(queryOf(f)))
			if (value)
				query.set(name, String(value));
		const link = document.createElement('a');
		link.href = `/api/v1/accounts/${account.id}/audit/export?${query}`;
		link.download = `audit.${format}`;
		link.click();
		toast(t('audit.preparing'));
	};
	return (
		<Menu label={`${t('report.title')}: ${t(isFiltered(f) ? 'audit.export_some' : 'audit.export_all')}`} words={t('report.title')} icon="download" actions={[
			{ label: t('report.csv'), icon: 'sheet', act: () => get('csv') },
			{ label: t('report.json'), icon: 'list', act: () => get('json') },
			{ label: t('report.address'), icon: 'link', act: () => void navigator.clipboard.writeText(location.href).then(() => toast(t('copy.done')), () => toast(t('copy.failed'))) },
		]} />
	);
}

// Which page a cursor was come to from; after a reload only the newest is known.
const before = new Map<string, string>();

function Turn({ cursor, next }: { cursor: string; next: string | null })
{
	const newer = before.get(cursor);
	const go = (to: string) => {
		requery({ cursor: to });
		scrollTo(0, 0);
		document.querySelector<HTMLElement>('h1')?.focus();
	};
	return (
		<div class="pager"><span>{t('log.newest')}</span><span class="row">
			<button type="button" class="btn" aria-disabled={cursor === ''} onClick={() => cursor !== '' && go(newer ?? '')}>{t(cursor !== '' && newer === undefined ? 'audit.to_newest' : 'log.newer')}</button>
			<button type="button" class="btn" aria-disabled={next === null} onClick={() => {
				if (next === null)
					return;
				before.set(next, cursor);
				go(next);
			}}>{t('log.older')}</button>
		</span></div>
	);
}

function Rows({ events, busy }: { events: AuditEvent[]; busy: boolean })
{
	return (
		<div class="tablewrap"><table class={busy ? 'flow trail busy' : 'flow trail'} aria-busy={busy}>
			<caption class="vh">{t('audit.caption')}</caption>
			<thead><tr>{[t('log.when'), t('audit.what'), t('audit.by'), t('audit.about'), t('audit.from')].map((h) => <th key={h} scope="col">{h}</th>)}</tr></thead>
			<tbody>{events.map((e) => <Row key={e.id} event={e} />)}</tbody>
		</table></div>
	);
}

export function AuditPage({ route }: { route: Route })
{
	const { api } = useConsole();
	const f = filtersOf(route.query);
	const cursor = route.query.get('cursor') ?? '';
	const filtered = isFiltered(f);
	const loaded = useLoad(`audit ${Object.values(f).join(' ')} ${cursor}`, async () => {
		const [trail, kinds] = await Promise.all([readTrail(api, f, cursor, PER), permitted(readKinds(api), [])]);
		return { trail, kinds };
	});
	return (
		<>
			<Head title={t('audit.title')} sub={t('audit.sub')}><Export f={f} /></Head>
			<FilterBar f={f} kinds={loaded.data?.kinds ?? []} />
			<Load of={loaded}>{({ trail }) => (trail.events.length === 0
				? filtered || cursor !== '' ? <NoMatch onClear={clear} /> : <Empty icon="list" title={t('audit.empty_title')}>{t('audit.empty')}</Empty>
				: (
					<>
						<Rows events={trail.events} busy={loaded.busy} />
						<Turn cursor={cursor} next={trail.next} />
						<Section title={t('audit.check')}>
							<p class="why">{t('audit.check_why')}</p>
							<p class="secret"><code class="mono">countersignd audit verify</code></p>
						</Section>
					</>
				))}</Load>
		</>
	);
}
