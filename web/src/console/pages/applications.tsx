// Applications: what is guarded, and how.
import { useState } from 'preact/hooks';
import { useSlow } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Banner } from '../../parts/error';
import { Icon } from '../../parts/icon';
import { asRefusal, permitted, type Page, type Refusal } from '../api';
import { Badge, Head, Time } from '../parts/bits';
import { FailureBlock } from '../parts/failure';
import { Text } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { SearchBox } from '../parts/search';
import { Empty, NoMatch, Pager, Table } from '../parts/table';
import { navigate, requery, type Route } from '../route';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { App, Organization } from '../types';
import { mfaWords, ownMfa } from '../words';

const PER = 25;

export const placesOf = (app: App): string[] => {
	const named = (app.destinations ?? []).map((d) => d.uri ?? '').filter(Boolean);
	return named.length > 0 ? named : app.self_hosted_domains?.length ? app.self_hosted_domains : [app.domain].filter(Boolean);
};

// A host with an optional path; a star may stand for a label or a part of the path.
export function placeFault(place: string): string | null
{
	const host = place.split('/')[0] ?? '';
	if (/^https?:/i.test(place))
		return t('app.place_scheme');
	return /^[\w*.-]+(:\d+)?$/.test(host) && (host.includes('.') || host === 'localhost') && !/\s/.test(place) ? null : t('app.place_wrong');
}

function NewApplication({ onClose }: { onClose: () => void })
{
	const { api, lost } = useConsole();
	const [name, setName] = useState('');
	const [place, setPlace] = useState('');
	const [wrongName, setWrongName] = useState<string | null>(null);
	const [wrongPlace, setWrongPlace] = useState<string | null>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	const slow = useSlow(busy);
	const send = async (e: Event) => {
		e.preventDefault();
		const badName = name.trim() === '' ? t('app.name_empty') : null;
		const badPlace = placeFault(place.trim());
		setWrongName(badName);
		setWrongPlace(badPlace);
		if (badName || badPlace || busy) {
			document.getElementById(badName ? 'app-name' : 'app-place')?.focus();
			return;
		}
		setBusy(true);
		try {
			const app = await api.post<App>('/access/apps', { type: 'self_hosted', name: name.trim(), domain: place.trim(), destinations: [{ type: 'public', uri: place.trim() }] });
			onClose();
			navigate(`/console/applications/${app.id}/policies`, t('app.made', { name: app.name }));
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (!lost(refusal))
				setFailure(refusal);
			setBusy(false);
		}
	};
	return (
		<Dialog title={t('apps.new')} onClose={onClose}>
			{failure && <FailureBlock failure={failure} />}
			<form class="stack" noValidate onSubmit={send}>
				<Text id="app-name" label={t('app.name')} wrong={wrongName} value={name} onChange={setName} />
				<Text id="app-place" label={t('app.place')} hint={t('app.place_hint')} wrong={wrongPlace} mono value={place} onChange={setPlace} />
				<p class="muted">{t('apps.closed')}</p>
				<div class="row acts">
					<button type="submit" class="btn primary" aria-busy={busy}>{slow ? t('working') : t('apps.go')}</button>
					<button type="button" class="btn" onClick={onClose}>{t('cancel')}</button>
				</div>
			</form>
		</Dialog>
	);
}

function AppMfa({ app, org }: { app: App; org: Organization | null })
{
	const own = ownMfa(app.mfa_config);
	if (own === 'own')
		return <><Badge kind="accent">{t('mfa.own')}</Badge> {mfaWords(app.mfa_config, org?.mfa_config)}</>;
	if (own === 'off')
		return <Badge kind="warn">{t('mfa.off')}</Badge>;
	return <span class="muted">{org?.mfa_required_for_all_apps ? t('mfa.as_organisation') : t('strip.asks_nothing')}</span>;
}

function Rows({ of, org, q, page, busy }: { of: Page<App>; org: Organization | null; q: string; page: number; busy: boolean })
{
	if (of.items.length === 0)
		return <NoMatch onClear={() => requery({ q: '', page: '' })} />;
	return (
		<>
			<p class="vh" role="status">{q !== '' && counted('apps.found', of.total)}</p>
			<Table caption={t('apps.title')} rows={of.items} id={(a) => a.id} busy={busy} columns={[
				{ key: 'name', label: t('apps.single'), cell: (a) => <><a class="t" href={`/console/applications/${a.id}`}>{a.name}</a><span class="d mono">{placesOf(a).slice(0, 2).join(', ')}{placesOf(a).length > 2 && ' …'}</span></> },
				{ key: 'policies', label: t('policies.title'), cell: (a) => (a.policies.length === 0 ? <Badge kind="warn" icon="alert">{t('apps.nobody')}</Badge> : counted('apps.policies', a.policies.length)) },
				{ key: 'mfa', label: t('users.factor'), cell: (a) => <AppMfa app={a} org={org} /> },
				{ key: 'changed', label: t('lists.changed'), num: true, minor: true, cell: (a) => <Time at={a.updated_at} /> },
			]} />
			<Pager page={page} per={PER} total={of.total} />
		</>
	);
}

export function ApplicationsPage({ route }: { route: Route })
{
	const { api, may } = useConsole();
	const [adding, setAdding] = useState(false);
	const q = route.query.get('q') ?? '';
	const page = Math.max(1, Number(route.query.get('page')) || 1);
	const loaded = useLoad(`apps ${q} ${page}`, async () => {
		const [apps, org] = await Promise.all([api.page<App>('/access/apps', { search: q, page, per_page: PER }), permitted(api.get<Organization>('/access/organizations'), null)]);
		return { apps, org };
	});
	const add = may('apps_write') && <button type="button" class="btn primary" onClick={() => setAdding(true)}><Icon name="plus" /> {t('apps.new')}</button>;
	const none = loaded.data?.apps.total === 0 && q === '';
	return (
		<>
			<Head title={t('apps.title')} sub={t('apps.sub')}>{!none && add}</Head>
			{route.notice && <Banner kind="ok">{route.notice}</Banner>}
			{loaded.data && !loaded.data.org && <Banner kind="note">{t('error.no_organization')} <a href="/console/access-settings">{t('settings.title')}</a></Banner>}
			{!none && <SearchBox label={t('apps.search')} q={q} />}
			<Load of={loaded}>{({ apps, org }) => (none
				? <Empty icon="grid" title={t('apps.empty_title')} action={add}>{t('apps.empty')}</Empty>
				: <Rows of={apps} org={org} q={q} page={page} busy={loaded.busy} />)}</Load>
			{adding && <NewApplication onClose={() => setAdding(false)} />}
		</>
	);
}
