// Recovery cases: members on their way back in, and those who stopped.
import { Badge, Head, Time } from '../parts/bits';
import { Load, useLoad } from '../parts/load';
import { QuickFilters } from '../parts/quick';
import { Empty, Table } from '../parts/table';
import { nameOf } from '../members';
import { listCases, type RecoveryCase, STATE_WORDS } from '../recovery_cases';
import type { Route } from '../route';
import { useConsole } from '../session';
import { t } from '../text';

const KIND = { email: '', device: 'warn', waiting: 'warn', ready: 'accent', ended: '' } as const;

export function CaseState({ of }: { of: RecoveryCase })
{
	return <Badge kind={KIND[of.state]}>{t(STATE_WORDS[of.state])}</Badge>;
}

const last = (c: RecoveryCase): string => c.timeline.at(-1)?.at ?? c.begun_at;

export function RecoveryCasesPage({ route }: { route: Route })
{
	const { api } = useConsole();
	const state = route.query.get('state') === 'ended' ? 'ended' : 'open';
	const loaded = useLoad(`recovery ${state}`, () => listCases(api, state));
	return (
		<>
			<Head title={t('recovery_cases.title')} sub={t('recovery_cases.sub')} />
			<QuickFilters label={t('recovery_cases.filters')} filters={[
				{ label: t('recovery_cases.open'), href: '/console/recovery', on: state === 'open', ...(state === 'open' && loaded.data ? { count: loaded.data.length } : {}) },
				{ label: t('recovery_cases.ended'), href: '/console/recovery?state=ended', on: state === 'ended', ...(state === 'ended' && loaded.data ? { count: loaded.data.length } : {}) },
			]} />
			<Load of={loaded}>{(cases) => (cases.length === 0
				? <Empty icon="refresh" title={t(state === 'open' ? 'recovery_cases.none_open' : 'recovery_cases.none_ended')}>{t(state === 'open' ? 'recovery_cases.none_open_why' : 'recovery_cases.none_ended_why')}</Empty>
				: (
					<Table caption={t('recovery_cases.title')} rows={cases} id={(c) => c.id} busy={loaded.busy} columns={[
						{ key: 'member', label: t('members.member'), by: (c) => nameOf(c.member), cell: (c) => <><a class="t" href={`/console/recovery/${c.id}`}>{nameOf(c.member)}</a><span class="d">{c.member.email}</span></> },
						{ key: 'state', label: t('recovery_cases.state'), cell: (c) => <CaseState of={c} /> },
						{ key: 'begun', label: t('recovery_cases.begun_at'), num: true, by: (c) => c.begun_at, cell: (c) => <><Time at={c.begun_at} /><span class="d">{t(c.begun_by === 'staff' ? 'recovery_cases.by_staff' : 'recovery_cases.by_member')}</span></> },
						state === 'open' ? { key: 'release', label: t('recovery_cases.release_at'), num: true, cell: (c: RecoveryCase) => <Time at={c.state === 'ready' ? c.access_code_sent_at : c.wait?.release_at} exact never={t('recovery_cases.not_yet')} /> }
							: { key: 'over', label: t('recovery_cases.over_at'), num: true, cell: (c: RecoveryCase) => <Time at={last(c)} exact /> },
					]} />
				))}</Load>
		</>
	);
}
