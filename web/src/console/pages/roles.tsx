// The five roles and what each may do: one table.
import { Icon } from '../../parts/icon';
import { permitted } from '../api';
import { CAN, type CloudflareRole, ROLE_ABOUT, ROLE_MAY, ROLES, roleWords } from '../members';
import { Head, Section } from '../parts/bits';
import { Load, useLoad } from '../parts/load';
import { Table } from '../parts/table';
import { useConsole } from '../session';
import { t } from '../text';
import type { Role } from '../types';

function May({ yes }: { yes: boolean })
{
	return yes ? <span class="yes"><Icon name="check" /><span class="vh">{t('roles.yes')}</span></span> : <span class="muted"><span aria-hidden="true">–</span><span class="vh">{t('roles.no')}</span></span>;
}

export function RolesPage()
{
	const { api, account } = useConsole();
	const loaded = useLoad('roles', () => permitted(api.get<CloudflareRole[]>('/roles'), []));
	const nameOf = (role: Role, all: CloudflareRole[]) => all.find((r) => r.countersign?.role === role)?.name;
	return (
		<>
			<Head title={t('roles.title')} crumb={[t('members.title'), '/console/members']} sub={t('roles.sub', { role: roleWords(account.role), account: account.name })} />
			<Load of={loaded}>{(all) => (
				<>
					<Section title={t('roles.who')}>
						<Table caption={t('roles.who')} rows={ROLES} id={(r) => r} columns={[
							{ key: 'role', label: t('members.role'), cell: (r) => <span class="t nowrap">{roleWords(r)}</span> },
							{ key: 'about', label: t('roles.about'), cell: (r) => t(ROLE_ABOUT[r]) },
							{ key: 'cloudflare', label: t('roles.cloudflare'), cell: (r) => nameOf(r, all) ?? '–' },
						]} />
					</Section>
					<Section title={t('roles.may')} why={t('roles.may_why')}>
						<Table caption={t('roles.may')} rows={CAN} id={([p]) => p} columns={[
							{ key: 'what', label: t('roles.what'), cell: ([, words]) => t(words) },
							...ROLES.map((r) => ({ key: r, label: roleWords(r), cell: ([p]: (typeof CAN)[number]) => <May yes={ROLE_MAY[r].includes(p)} /> })),
						]} />
					</Section>
				</>
			)}</Load>
		</>
	);
}
