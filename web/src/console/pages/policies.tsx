// Policies that applications share: who is let in, or kept out.
import { Banner } from '../../parts/error';
import { permitted } from '../api';
import { Icon } from '../../parts/icon';
import { Badge, Head, Time } from '../parts/bits';
import { Load, useLoad } from '../parts/load';
import { rulesSummary } from '../parts/rules';
import { Empty, Table } from '../parts/table';
import type { Route } from '../route';
import { namesOf } from '../names';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { Organization, Policy } from '../types';
import { DECISION_BADGE, decisionName, mfaWords, ownMfa } from '../words';

export function PoliciesPage({ route }: { route: Route })
{
	const { api, may } = useConsole();
	const loaded = useLoad('policies', async () => {
		const [policies, names, org] = await Promise.all([api.all<Policy>('/access/policies'), namesOf(api), permitted(api.get<Organization>('/access/organizations'), null)]);
		return { policies, names, org };
	});
	const add = may('apps_write') && <a class="btn primary" href="/console/policies/new"><Icon name="plus" /> {t('policies.new')}</a>;
	return (
		<>
			<Head title={t('policies.title')} sub={t('policies.sub')}>{loaded.data && loaded.data.policies.length > 0 && add}</Head>
			{route.notice && <Banner kind="ok">{route.notice}</Banner>}
			<Load of={loaded}>{({ policies, names, org }) => (policies.length === 0
				? <Empty icon="rules" title={t('policies.empty_title')} action={add}>{t('policies.empty')}</Empty>
				: (
					<Table caption={t('policies.title')} rows={policies} id={(p) => p.id} busy={loaded.busy} columns={[
						{ key: 'policy', label: t('policies.single'), by: (p) => p.name, cell: (p) => <><a class="t" href={`/console/policies/${p.id}`}>{p.name}</a><span class="d">{rulesSummary(p, names)}</span></> },
						{ key: 'action', label: t('policies.action'), by: (p) => decisionName(p.decision), cell: (p) => <Badge kind={DECISION_BADGE[p.decision]}>{decisionName(p.decision)}</Badge> },
						{ key: 'mfa', label: t('users.factor'), cell: (p) => (ownMfa(p.mfa_config) === 'inherit' ? <span class="muted">–</span> : <><Badge kind="accent">{t('mfa.own')}</Badge> {mfaWords(p.mfa_config, org?.mfa_config)}</>) },
						{ key: 'uses', label: t('lists.used'), by: (p) => p.app_count ?? 0, cell: (p) => (p.app_count ? counted('policies.apps', p.app_count) : <span class="muted">{t('use.nowhere')}</span>) },
						{ key: 'changed', label: t('lists.changed'), num: true, minor: true, by: (p) => p.updated_at, cell: (p) => <Time at={p.updated_at} /> },
					]} />
				))}</Load>
		</>
	);
}
