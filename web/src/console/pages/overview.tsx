// The first page: what needs somebody today. Each number leads to the list that it counts.
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../../parts/icon';
import { Banner } from '../../parts/error';
import { permitted } from '../api';
import { readTrail, NONE, type AuditEvent } from '../audit';
import { factorOf, isInvited, listMembers, type MemberRow, SHOWS } from '../members';
import { Head, Section, Time } from '../parts/bits';
import { Load, useLoad } from '../parts/load';
import { Empty } from '../parts/table';
import { countPeople, type Counts } from '../reach';
import { listCases, type RecoveryCase } from '../recovery_cases';
import { useConsole } from '../session';
import { counted, t, type Key } from '../text';
import type { Organization } from '../types';
import { sentence } from './audit';

interface Data {
	members: MemberRow[] | null; // null: what the role may not read
	cases: RecoveryCase[] | null;
	people: Counts | null;
	events: AuditEvent[];
	isSetUp: boolean;
}

interface Need { icon: IconName; n: number; words: string; about: Key; href: string }

function needsOf({ members, cases }: Data): Need[]
{
	const of = (show: string) => (members ?? []).filter(SHOWS[show] ?? (() => false)).length;
	const need = (icon: IconName, n: number, words: string, about: Key, href: string): Need => ({ icon, n, words, about, href });
	return [
		need('refresh', cases?.length ?? 0, counted('overview.cases', cases?.length ?? 0), 'overview.cases_about', '/console/recovery'),
		need('shield', of('off'), counted('overview.without', of('off')), 'overview.without_about', '/console/members?show=off'),
		need('mail', of('pending'), counted('overview.pending', of('pending')), 'overview.pending_about', '/console/members?show=pending'),
		need('clock', of('expired'), counted('overview.expired', of('expired')), 'overview.expired_about', '/console/members?show=expired'),
	].filter(({ n }) => n > 0);
}

function Needs({ needs }: { needs: Need[] })
{
	return (
		<ul class="needs">{needs.map((n) => (
			<li key={n.href}><a href={n.href}><Icon name={n.icon} /><span class="big num">{n.n.toLocaleString('en-GB')}</span><span class="grow"><span class="t">{n.words}</span><span class="d">{t(n.about)}</span></span><Icon name="right" /></a></li>
		))}</ul>
	);
}

function Share({ label, n, of, href }: { label: string; n: number; of: number; href: string })
{
	return (
		<div><dt><a href={href}>{label}</a></dt>
			<dd>{t('overview.share', { n: n.toLocaleString('en-GB'), of: of.toLocaleString('en-GB') })}
				<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="bg" width="100" height="6" /><rect class="fg" width={of > 0 ? (100 * n) / of : 0} height="6" /></svg></dd></div>
	);
}

function Coverage({ members, people }: Data)
{
	if (!members && !people)
		return null;
	const staff = members?.filter((m) => !isInvited(m)) ?? [];
	return (
		<section class="panel">
			<h2>{t('overview.coverage')}</h2>
			<dl class="facts">
				{members && <Share label={t('overview.members_with')} n={staff.filter((m) => factorOf(m) !== 'off').length} of={staff.length} href="/console/members" />}
				{people && <Share label={t('overview.users_with')} n={people.users - people.methods.none} of={people.users} href="/console/users" />}
			</dl>
		</section>
	);
}

function Lately({ events }: { events: AuditEvent[] })
{
	return (
		<Section title={t('overview.lately')} actions={<a href="/console/audit">{t('overview.to_audit')}</a>}>
			<ul class="rows lines">{events.map((e) => (
				<li key={e.id}><div class="grow"><span class="t">{sentence(e.text || e.kind)}</span><span class="d">{[e.actor?.email, e.subject?.email].filter((x, i, all) => x && all.indexOf(x) === i).join(' → ') || t('audit.nobody')}</span></div><span class="nowrap muted"><Time at={e.at} exact /></span></li>
			))}</ul>
		</Section>
	);
}

function Action({ href, children }: { href: string; children: ComponentChildren })
{
	return <a class="btn" href={href}>{children}</a>;
}

function Page({ data }: { data: Data })
{
	const { me, account, may } = useConsole();
	const needs = needsOf(data);
	const unproved = account.role === 'owner' && !me.member.is_sso && !me.member.email_verified_at;
	return (
		<>
			{!data.isSetUp && <Banner kind="note" title={t('first.title')} action={may('orgs_write') && <Action href="/console/access-settings">{t('overview.set_up')}</Action>}>{t('overview.set_up_why')}</Banner>}
			<div class="split">
				<div>
					<Section title={t('overview.today')}>
						{unproved && (
							<Banner kind="warn" title={t('overview.unproved')} action={<Action href="/console/profile">{t('overview.prove')}</Action>}>{t('overview.unproved_why', { email: me.member.email })}</Banner>
						)}
						{needs.length > 0 && <Needs needs={needs} />}
						{needs.length === 0 && !unproved && <Empty icon="check" title={t('overview.nothing')}>{t('overview.nothing_why')}</Empty>}
					</Section>
					{data.events.length > 0 && <Lately events={data.events} />}
				</div>
				<aside class="stack"><Coverage {...data} /></aside>
			</div>
		</>
	);
}

export function OverviewPage()
{
	const { api, account, may } = useConsole();
	const loaded = useLoad<Data>('overview', async () => {
		const [members, cases, people, trail, org] = await Promise.all([
			may('members_read') || may('recovery_help') ? permitted(listMembers(api), null) : null,
			may('members_write') || may('recovery_help') ? permitted(listCases(api, 'open'), null) : null,
			permitted(countPeople(api), null),
			may('logs_read') ? permitted(readTrail(api, NONE, '', 5), null) : null,
			permitted<Organization | null, null>(api.get<Organization>('/access/organizations'), null),
		]);
		return { members, cases, people, events: trail?.events ?? [], isSetUp: org !== null || !may('orgs_read') };
	});
	return (
		<>
			<Head title={t('overview.title')} sub={t('overview.sub', { account: account.name })} />
			<Load of={loaded}>{(data) => <Page data={data} />}</Load>
		</>
	);
}
