// Identity providers: where people show who they are before anything else is asked.
import { Banner } from '../../parts/error';
import { Icon } from '../../parts/icon';
import { Head, Time } from '../parts/bits';
import { Load, useLoad } from '../parts/load';
import { Empty, Table } from '../parts/table';
import type { Route } from '../route';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { Provider } from '../types';
import { usesOf, worldOf } from '../uses';
import { connectionName } from './user';

export function ProvidersPage({ route }: { route: Route })
{
	const { api, may } = useConsole();
	const loaded = useLoad('providers', async () => {
		const [providers, world] = await Promise.all([api.all<Provider>('/access/identity_providers'), worldOf(api)]);
		return { providers, world };
	});
	const add = may('orgs_write') && <a class="btn primary" href="/console/identity-providers/new"><Icon name="plus" /> {t('providers.new')}</a>;
	return (
		<>
			<Head title={t('providers.title')} sub={t('providers.sub')}>{loaded.data && loaded.data.providers.length > 0 && add}</Head>
			{route.notice && <Banner kind="ok">{route.notice}</Banner>}
			<Load of={loaded}>{({ providers, world }) => (providers.length === 0
				? <Empty icon="globe" title={t('providers.empty_title')} action={add}>{t('providers.empty')}</Empty>
				: (
					<Table caption={t('providers.title')} rows={providers} id={(p) => p.id} columns={[
						{ key: 'name', label: t('providers.single'), by: (p) => p.name, cell: (p) => <><a class="t" href={`/console/identity-providers/${p.id}`}>{p.name}</a><span class="d mono">{String(p.config.issuer_url ?? p.config.auth_url ?? '')}</span></> },
						{ key: 'type', label: t('provider.type'), by: (p) => connectionName(p.type), cell: (p) => connectionName(p.type) },
						{ key: 'uses', label: t('lists.used'), cell: (p) => {
							const n = usesOf(p.id, world).length;
							return n === 0 ? <span class="muted">{t('providers.everywhere')}</span> : counted('use.places', n);
						} },
						{ key: 'changed', label: t('lists.changed'), num: true, minor: true, by: (p) => p.updated_at, cell: (p) => <Time at={p.updated_at} /> },
					]} />
				))}</Load>
		</>
	);
}
