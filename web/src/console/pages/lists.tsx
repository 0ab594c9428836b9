// Lists: values that rules and settings name. Those of type AAGUID say which models may be enrolled.
import { Banner } from '../../parts/error';
import { Icon } from '../../parts/icon';
import { Badge, Head, Time } from '../parts/bits';
import { Choose } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { Empty, NoMatch, Table } from '../parts/table';
import { requery, type Route } from '../route';
import { useConsole } from '../session';
import { counted, has, t } from '../text';
import type { List } from '../types';
import { usesOf, worldOf, type World } from '../uses';

export const typeName = (type: string): string => (has(`list.${type}`) ? t(`list.${type}` as 'list.AAGUID') : type);

// Types that something here goes by.
export const USEFUL = ['AAGUID', 'EMAIL', 'IP'];

function Rows({ lists, world, route }: { lists: List[]; world: World; route: Route })
{
	const type = route.query.get('type') ?? '';
	const shown = lists.filter((l) => type === '' || l.type === type);
	const types = [...new Set([...USEFUL, ...lists.map((l) => l.type)])];
	return (
		<>
			<div class="filters">
				<Choose id="type" bare label={t('lists.type')} value={type} options={[['', t('lists.any_type')], ...types.map((x): [string, string] => [x, typeName(x)])]} onChange={(v) => requery({ type: v })} />
			</div>
			{shown.length === 0 ? <NoMatch onClear={() => requery({ type: '' })} /> : (
				<Table caption={t('lists.title')} rows={shown} id={(l) => l.id} columns={[
					{ key: 'name', label: t('lists.name'), by: (l) => l.name, cell: (l) => <><a class="t" href={`/console/lists/${l.id}`}>{l.name}</a><span class="d">{l.description}</span></> },
					{ key: 'type', label: t('lists.type'), by: (l) => typeName(l.type), cell: (l) => <>{typeName(l.type)}{!USEFUL.includes(l.type) && <> <Badge kind="warn">{t('not_judged')}</Badge></>}</> },
					{ key: 'count', label: t('lists.entries'), num: true, by: (l) => l.count ?? 0, cell: (l) => (l.count ?? 0).toLocaleString('en-GB') },
					{ key: 'uses', label: t('lists.used'), by: (l) => usesOf(l.id, world).length, cell: (l) => {
						const n = usesOf(l.id, world).length;
						return n === 0 ? <span class="muted">{t('use.nowhere')}</span> : counted('use.places', n);
					} },
					{ key: 'updated', label: t('lists.changed'), minor: true, num: true, by: (l) => l.updated_at, cell: (l) => <Time at={l.updated_at} /> },
				]} />
			)}
		</>
	);
}

export function ListsPage({ route }: { route: Route })
{
	const { api, may } = useConsole();
	const loaded = useLoad('lists', async () => {
		const [lists, world] = await Promise.all([api.get<List[]>('/gateway/lists'), worldOf(api)]);
		return { lists, world };
	});
	const add = may('lists_write') && <a class="btn primary" href="/console/lists/new"><Icon name="plus" /> {t('lists.new')}</a>;
	return (
		<>
			<Head title={t('lists.title')} sub={t('lists.sub')}>{loaded.data && loaded.data.lists.length > 0 && add}</Head>
			{route.notice && <Banner kind="ok">{route.notice}</Banner>}
			<Load of={loaded}>{({ lists, world }) => (lists.length === 0
				? <Empty icon="sheet" title={t('lists.empty_title')} action={add}>{t('lists.empty')}</Empty>
				: <Rows lists={lists} world={world} route={route} />)}</Load>
		</>
	);
}
