// Members: the people who run the account. What is looked for stands in the address.
import { useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog';
import { Banner } from '../../parts/error';
import { Icon } from '../../parts/icon';
import { useSlow } from '../../parts/button';
import { asRefusal, type Api, permitted, type Refusal } from '../api';
import { factorOf, isInvited, listMembers, type MemberRow, nameOf, ROLE_ABOUT, ROLES, roleId, roleWords, SHOW_WORDS, SHOWS } from '../members';
import { Badge, Head, Time } from '../parts/bits';
import { type Demands, demandsOf, EnforcementCard } from '../parts/enforcement';
import { FailureBlock } from '../parts/failure';
import { Radios, Text } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { QuickFilters } from '../parts/quick';
import { SearchBox } from '../parts/search';
import { NoMatch, Pager, Table } from '../parts/table';
import { toast } from '../parts/toast';
import { requery, type Route } from '../route';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { Role } from '../types';

const PER = 50;

export function MemberState({ member }: { member: MemberRow })
{
	if (member.status === 'accepted')
		return <Badge kind="ok">{t('members.accepted')}</Badge>;
	return member.status === 'pending' ? <Badge kind="accent">{t('members.pending')}</Badge> : <Badge kind="warn" icon="alert">{t('members.expired')}</Badge>;
}

export function FactorBadge({ member }: { member: MemberRow })
{
	if (isInvited(member))
		return <span class="muted">–</span>;
	switch (factorOf(member)) {
	case 'on': return <Badge kind="ok">{t('members.on')}</Badge>;
	case 'sso': return <Badge>{t('members.sso')}</Badge>;
	case 'off': return <Badge kind="warn" icon="alert">{t('members.off')}</Badge>;
	}
}

function Factor({ member }: { member: MemberRow })
{
	return (
		<>
			<FactorBadge member={member} />
			{factorOf(member) === 'on' && member.two_factor.since && <span class="d">{t('members.since')} <Time at={member.two_factor.since} /></span>}
			{member.frozen_at && <span class="d">{t('members.frozen')} <Time at={member.frozen_at} /></span>}
			{member.open_recovery && <span class="d"><a href={`/console/recovery/${member.open_recovery}`}>{t('members.in_recovery')}</a></span>}
		</>
	);
}

// The roles to choose from, each with what it may; those that only owners give stay in place.
export function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void })
{
	const { account } = useConsole();
	const barred = account.role === 'owner' ? [] : ['owner'];
	return (
		<Radios legend={t('members.role')} name="role" value={value} onChange={onChange}
			options={ROLES.filter((r) => !barred.includes(r)).map((r) => ({ value: r, label: roleWords(r), hint: t(ROLE_ABOUT[r]) }))} />
	);
}

function Invite({ all, again, onClose }: { all: MemberRow[]; again: () => void; onClose: () => void })
{
	const { api, account, lost } = useConsole();
	const [email, setEmail] = useState('');
	const [role, setRole] = useState<Role>('read_only');
	const [wrong, setWrong] = useState<string | null>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	const slow = useSlow(busy);
	const address = email.trim().toLowerCase();
	const faultOf = () => {
		if (!/^\S+@\S+\.\S+$/.test(address))
			return t('members.email_wrong');
		return all.some((m) => m.email === address && !isInvited(m)) ? t('members.email_member') : null;
	};
	const send = async (e: Event) => {
		e.preventDefault();
		const fault = faultOf();
		setWrong(fault);
		if (fault || busy) {
			document.getElementById('invite-email')?.focus();
			return;
		}
		setBusy(true);
		setFailure(null);
		try {
			await api.post('/members', { email: address, roles: [await roleId(api, role)], status: 'pending' });
			onClose();
			toast(t('members.invite_done', { email: address }));
			again();
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (!lost(refusal))
				setFailure(refusal);
			setBusy(false);
		}
	};
	return (
		<Dialog title={t('members.invite_title', { account: account.name })} wide onClose={onClose}>
			<p>{t(account.enforce_twofactor ? 'members.invite_why_enforced' : 'members.invite_why')}</p>
			{failure && <FailureBlock failure={failure} />}
			<form class="stack" noValidate onSubmit={send}>
				<Text id="invite-email" label={t('members.email')} wrong={wrong} max={254} value={email} onChange={setEmail} />
				<fieldset class="group"><legend>{t('members.role')}</legend><RoleChoice value={role} onChange={setRole} /></fieldset>
				<p><a href="/console/roles">{t('members.all_roles')}</a></p>
				<div class="row acts">
					<button type="submit" class="btn primary" aria-busy={busy}>{slow ? t('working') : t('members.invite_go')}</button>
					<button type="button" class="btn" onClick={onClose}>{t('cancel')}</button>
				</div>
			</form>
		</Dialog>
	);
}

interface Data { members: MemberRow[]; demands: Demands | null }

const loadMembers = async (api: Api): Promise<Data> => {
	const [members, demands] = await Promise.all([listMembers(api), permitted(demandsOf(api), null)]);
	return { members, demands };
};

function Rows({ data, show, q, page, busy }: { data: Data; show: string; q: string; page: number; busy: boolean })
{
	const { me } = useConsole();
	const needle = q.toLowerCase();
	const fits = data.members.filter((m) => SHOWS[show]?.(m) && `${m.name} ${m.email}`.toLowerCase().includes(needle));
	if (fits.length === 0)
		return <NoMatch onClear={() => requery({ q: '', show: '', page: '' })} />;
	const you = (m: MemberRow) => m.email === me.member.email && <> <Badge>{t('members.you')}</Badge></>;
	return (
		<>
			<p class="vh" role="status">{counted('members.found', fits.length)}</p>
			<Table caption={t('members.title')} rows={fits} part={{ page, per: PER }} id={(m) => m.id} busy={busy} columns={[
				{ key: 'member', label: t('members.member'), by: nameOf, cell: (m) => <><a class="t" href={`/console/members/${m.id}`}>{nameOf(m)}</a>{you(m)}{m.name && <span class="d">{m.email}</span>}</> },
				{ key: 'role', label: t('members.role'), by: (m) => roleWords(m.role), cell: (m) => roleWords(m.role) },
				{ key: 'status', label: t('members.status'), cell: (m) => <><MemberState member={m} />{m.expires_at && <span class="d">{t(m.status === 'expired' ? 'members.ended_on' : 'members.ends_on')} <Time at={m.expires_at} /></span>}</> },
				{ key: 'factor', label: t('members.factor'), by: factorOf, cell: (m) => <Factor member={m} /> },
				{ key: 'last', label: t('members.last'), num: true, by: (m) => m.last_sign_in_at, cell: (m) => <Time at={m.last_sign_in_at} never={t('never')} /> },
				{ key: 'tokens', label: t('members.tokens'), num: true, by: (m) => (isInvited(m) ? null : m.api_tokens), cell: (m) => (isInvited(m) ? '–' : m.api_tokens) },
			]} />
			<Pager page={page} per={PER} total={fits.length} />
		</>
	);
}

export function MembersPage({ route }: { route: Route })
{
	const { api, may } = useConsole();
	const [inviting, setInviting] = useState(false);
	const q = route.query.get('q') ?? '';
	const asked = route.query.get('show') ?? '';
	const show = asked in SHOWS ? asked : '';
	const page = Math.max(1, Number(route.query.get('page')) || 1);
	const loaded = useLoad<Data>('members', () => loadMembers(api));
	const { data } = loaded;
	const filters = Object.keys(SHOWS).map((name) => ({
		label: t(SHOW_WORDS[name] ?? 'members.all'), on: name === show, href: `/console/members${name ? `?show=${name}` : ''}`,
		count: data?.members.filter(SHOWS[name] ?? (() => false)).length ?? 0,
	}));
	return (
		<>
			<Head title={t('members.title')} sub={t('members.sub')}>
				<a class="btn" href="/console/roles">{t('roles.title')}</a>
				{may('members_write') && data && <button type="button" class="btn primary" onClick={() => setInviting(true)}><Icon name="plus" /> {t('members.invite')}</button>}
			</Head>
			{route.notice && <Banner kind="ok">{route.notice}</Banner>}
			<Load of={loaded}>{(d) => (
				<>
					<QuickFilters label={t('members.filters')} filters={filters.filter((f) => f.on || f.count > 0)} />
					<SearchBox label={t('members.search')} q={q} />
					<Rows data={d} show={show} q={q} page={page} busy={loaded.busy} />
					{d.demands && <EnforcementCard was={d.demands} again={loaded.again} />}
				</>
			)}</Load>
			{inviting && data && <Invite all={data.members} again={loaded.again} onClose={() => setInviting(false)} />}
		</>
	);
}
