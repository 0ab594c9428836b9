// Rule groups: rules under one name, to be used in policies.
import { useState } from 'preact/hooks';
import { Banner } from '../../parts/error';
import { Icon } from '../../parts/icon';
import { changesOf, useForm } from '../form';
import { Head, Id, ReadOnly, Section, Time } from '../parts/bits';
import { Text } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { RuleBuilder, rulesProblem, rulesSummary } from '../parts/rules';
import { SaveBar } from '../parts/save';
import { Empty, Table } from '../parts/table';
import { RemoveObject, Uses } from '../parts/uses';
import { hold, navigate, type Route } from '../route';
import type { Names } from '../rules';
import { namesOf } from '../names';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { Group } from '../types';
import { type Use, usesOf, worldOf } from '../uses';

export function GroupsPage({ route }: { route: Route })
{
	const { api, may } = useConsole();
	const loaded = useLoad('groups', async () => {
		const [groups, names, world] = await Promise.all([api.all<Group>('/access/groups'), namesOf(api), worldOf(api)]);
		return { groups, names, world };
	});
	const add = may('orgs_write') && <a class="btn primary" href="/console/groups/new"><Icon name="plus" /> {t('groups.new')}</a>;
	return (
		<>
			<Head title={t('groups.title')} sub={t('groups.sub')}>{loaded.data && loaded.data.groups.length > 0 && add}</Head>
			{route.notice && <Banner kind="ok">{route.notice}</Banner>}
			<Load of={loaded}>{({ groups, names, world }) => (groups.length === 0
				? <Empty icon="list" title={t('groups.empty_title')} action={add}>{t('groups.empty')}</Empty>
				: (
					<Table caption={t('groups.title')} rows={groups} id={(g) => g.id} columns={[
						{ key: 'name', label: t('groups.single'), by: (g) => g.name, cell: (g) => <><a class="t" href={`/console/groups/${g.id}`}>{g.name}</a><span class="d">{rulesSummary(g, names)}</span></> },
						{ key: 'uses', label: t('lists.used'), by: (g) => usesOf(g.id, world).length, cell: (g) => {
							const n = usesOf(g.id, world).length;
							return n === 0 ? <span class="muted">{t('use.nowhere')}</span> : counted('use.places', n);
						} },
						{ key: 'changed', label: t('lists.changed'), num: true, minor: true, by: (g) => g.updated_at, cell: (g) => <Time at={g.updated_at} /> },
					]} />
				))}</Load>
		</>
	);
}

function Editor({ group, names, uses, again }: { group: Group | null; names: Names; uses: Use[]; again: () => void })
{
	const { api, may } = useConsole();
	const off = !may('orgs_write');
	const form = useForm({ name: group?.name ?? '', rules: { include: group?.include ?? [], require: group?.require ?? [], exclude: group?.exclude ?? [] } });
	const { value, set } = form;
	const [strict, setStrict] = useState(false);
	const [removing, setRemoving] = useState(false);
	const body = () => {
		const { id: _i, created_at: _c, updated_at: _u, ...rest } = group ?? {} as Partial<Group>;
		return { ...rest, name: value.name.trim(), ...value.rules };
	};
	return (
		<>
			<Head title={group?.name ?? t('groups.new')} crumb={[t('groups.title'), '/console/groups']} sub={group && <Id text={group.id} label={t('copy.id')} />}>
				{group && !off && <button type="button" class="btn danger" onClick={() => setRemoving(true)}>{t('groups.remove')}</button>}
			</Head>
			<ReadOnly off={off} />
			<div class="split">
				<div>
					<div class="form"><Text id="name" label={t('groups.name')} off={off} wrong={strict && value.name.trim() === '' ? t('groups.name_empty') : null} value={value.name} onChange={(name) => set({ name })} /></div>
					<Section title={t('policy.who')}>
						<RuleBuilder value={value.rules} names={{ ...names, groups: names.groups.filter((g) => g.id !== group?.id) }} off={off} strict={strict} onChange={(rules) => set({ rules })} />
					</Section>
				</div>
				<aside class="stack">
					{group && <section class="panel"><h2>{t('use.title')}</h2><Uses of={uses} /></section>}
					<section class="panel sunk"><h2>{t('policy.reads')}</h2><p>{rulesSummary(value.rules, names) || t('policy.reads_nothing')}</p></section>
				</aside>
			</div>
			<SaveBar create={!group && t('groups.create')} discard={form.reset} done={t('groups.saved', { name: value.name })}
				changes={changesOf(form, { name: [t('groups.name'), (v) => v || '–'], rules: [t('policy.who'), (v) => rulesSummary(v, names) || '–'] })}
				check={() => {
					setStrict(true);
					if (value.name.trim() === '') {
						document.getElementById('name')?.focus();
						return t('groups.name_empty');
					}
					return rulesProblem(value.rules);
				}}
				save={async () => {
					if (group) {
						await api.put(`/access/groups/${group.id}`, body());
						form.reset();
						again();
					} else {
						const made = await api.post<Group>('/access/groups', body());
						hold(null);
						navigate(`/console/groups/${made.id}`);
					}
				}}
				impact={uses.length > 0 && <div><p>{t('lists.reaches')}</p><Uses of={uses} /></div>} />
			{removing && group && (
				<RemoveObject kind={t('kind.group')} name={group.name} uses={uses} gone={t('groups.gone')} to="/console/groups" done={t('removed', { name: group.name })}
					remove={() => api.remove(`/access/groups/${group.id}`)} onClose={() => setRemoving(false)} />
			)}
		</>
	);
}

export function GroupPage({ id }: { id: string | null })
{
	const { api } = useConsole();
	const loaded = useLoad(`group ${id}`, async () => {
		const [group, names, world] = await Promise.all([id ? api.get<Group>(`/access/groups/${id}`) : null, namesOf(api), worldOf(api)]);
		return { group, names, uses: id ? usesOf(id, world) : [] };
	});
	return <Load of={loaded} title={t('groups.single')}>{(data) => <Editor {...data} again={loaded.again} />}</Load>;
}
