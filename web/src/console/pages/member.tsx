// One member: what they may do, how they prove who they are, and what can be done for them.
import { useState } from 'preact/hooks';
import { Banner } from '../../parts/error';
import { leaveAccount, Refusal } from '../api';
import { factorOf, isInvited, isOnlyOwner, listMembers, type MemberRow, nameOf, ROLE_ABOUT, roleId, roleWords, sameId } from '../members';
import { Ask } from '../parts/ask';
import { AskReason } from '../parts/ask_reason';
import { Head, Id, Section, Time } from '../parts/bits';
import { Load, useLoad } from '../parts/load';
import { toast } from '../parts/toast';
import { navigate, type Route } from '../route';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { Role } from '../types';
import { FactorBadge, MemberState, RoleChoice } from './members';

interface Of { member: MemberRow; all: MemberRow[] }
type Doing = 'role' | 'disable' | 'unfreeze' | 'recover' | 'remove' | 'withdraw' | null;
interface Question extends Of { stop: () => void; again: () => void }

const useIsMe = (member: MemberRow): boolean => useConsole().me.member.email === member.email;

// Owners are made, changed and removed by owners alone; the last one stays.
function useWhyNot({ member, all }: Of): string | null
{
	const { account, may } = useConsole();
	if (isOnlyOwner(member, all))
		return t('members.only_owner', { who: nameOf(member), account: account.name });
	return may('members_write') && member.role === 'owner' && account.role !== 'owner' ? t('members.owners_alone') : null;
}

function ChangeRole({ member, stop, again }: Question)
{
	const { api, reload } = useConsole();
	const [role, setRole] = useState<Role>(member.role);
	const mine = useIsMe(member);
	return (
		<Ask title={t('members.role_title', { who: nameOf(member) })} verb={t('members.role_go')} keep={t('members.role_keep')} danger={false} onClose={stop} act={async () => {
			if (role !== member.role)
				await api.put(`/members/${member.id}`, { roles: [{ id: await roleId(api, role) }] });
			stop();
			toast(t('members.role_done', { who: nameOf(member), role: roleWords(role) }));
			if (mine)
				await reload();
			again();
		}}>
			<p>{t('members.role_why')}</p>
			<RoleChoice value={role} onChange={setRole} />
			{role === 'owner' && member.role !== 'owner' && <Banner kind="warn">{t('members.role_owner')}</Banner>}
			{mine && role !== member.role && <Banner kind="warn">{t('members.role_self')}</Banner>}
		</Ask>
	);
}

function Disable({ member, stop, again }: Question)
{
	const { api } = useConsole();
	const who = nameOf(member);
	return (
		<AskReason title={t('members.disable_title', { who })} verb={t('members.disable_go')} keep={t('members.disable_keep')} onClose={stop} act={async (reason) => {
			await api.own.post(`/members/${member.id}/disable-2fa`, { reason });
			stop();
			toast(t('members.disable_done', { who }));
			again();
		}}>
			<p>{t('members.disable_what')}</p>
			<p>{t('members.disable_next', { who })}</p>
			<p class="muted">{t('members.told', { who })}</p>
		</AskReason>
	);
}

function Recover({ member, stop }: Question)
{
	const { api } = useConsole();
	const who = nameOf(member);
	return (
		<AskReason title={t('members.recover_title', { who })} verb={t('members.recover_go')} keep={t('members.recover_keep')} danger={false} onClose={stop} act={async (reason) => {
			const { id } = await api.own.post<{ id: string }>('/recovery_cases', { member: member.id, reason });
			stop();
			navigate(`/console/recovery/${id}`, t('members.recover_done', { who }));
		}}>
			<p>{t('members.recover_what', { who })}</p>
			<p>{t('members.recover_wait')}</p>
			<p class="muted">{t('members.told', { who })}</p>
		</AskReason>
	);
}

function Remove({ member, stop }: Question)
{
	const { api, account } = useConsole();
	const who = nameOf(member);
	const mine = useIsMe(member);
	return (
		<Ask title={mine ? t('members.leave_title', { account: account.name }) : t('members.remove_title', { who })} verb={t(mine ? 'members.leave_go' : 'members.remove_go')}
			keep={t(mine ? 'members.leave_keep' : 'members.remove_keep')} onClose={stop} act={async () => {
				if (mine) {
					await leaveAccount(account.id);
					location.assign('/console/');
					return;
				}
				await api.remove(`/members/${member.id}`);
				stop();
				navigate('/console/members', t('members.remove_done', { who, account: account.name }));
			}}>
			<p>{t(mine ? 'members.leave_what' : 'members.remove_what', { account: account.name })} {member.api_tokens > 0 && counted('members.remove_tokens', member.api_tokens)}</p>
			<p>{t('members.remove_stays')}</p>
			<p class="muted">{t('members.remove_back')}</p>
		</Ask>
	);
}

function Withdraw({ member, stop }: Question)
{
	const { api } = useConsole();
	return (
		<Ask title={t('members.withdraw_title', { who: member.email })} verb={t('members.withdraw_go')} keep={t('keep')} onClose={stop} act={async () => {
			await api.remove(`/members/${member.id}`);
			stop();
			navigate('/console/members', t('members.withdraw_done', { who: member.email }));
		}}><p>{t('members.withdraw_what')}</p></Ask>
	);
}

function Unfreeze({ member, stop, again }: Question)
{
	const { api } = useConsole();
	const who = nameOf(member);
	return (
		<Ask title={t('members.unfreeze_title', { who })} verb={t('unfreeze.go')} keep={t('members.unfreeze_keep')} danger={false} onClose={stop} act={async () => {
			await api.own.post(`/members/${member.id}/unfreeze`);
			stop();
			toast(t('members.unfreeze_done', { who }));
			again();
		}}>
			<p>{t('members.unfreeze_what', { who })}</p>
			<p class="muted">{t('members.unfreeze_first')}</p>
		</Ask>
	);
}

const QUESTIONS = { role: ChangeRole, disable: Disable, unfreeze: Unfreeze, recover: Recover, remove: Remove, withdraw: Withdraw };

function Invitation({ member, again, ask }: { member: MemberRow; again: () => void; ask: (d: Doing) => void })
{
	const { api, may } = useConsole();
	const [busy, setBusy] = useState(false);
	const resend = async () => {
		setBusy(true);
		try {
			await api.own.post(`/members/${member.id}/resend`);
			toast(t('members.resent', { email: member.email }));
			again();
		} catch {
			toast(t('members.resend_failed'));
		}
		setBusy(false);
	};
	return (
		<Section title={t('members.invitation')} actions={may('members_write') && (
			<>
				<button type="button" class="btn" aria-busy={busy} onClick={() => busy || void resend()}>{t('members.resend')}</button>
				<button type="button" class="btn danger" onClick={() => ask('withdraw')}>{t('members.withdraw_open')}</button>
			</>
		)}>
			<p class="why">{t(member.status === 'expired' ? 'members.invitation_over' : 'members.invitation_open', { email: member.email })}</p>
			<dl class="facts">
				<div><dt>{t('members.invited_at')}</dt><dd><Time at={member.invited_at} exact /></dd></div>
				<div><dt>{t(member.status === 'expired' ? 'members.ended_on' : 'members.ends_on')}</dt><dd><Time at={member.expires_at} exact /></dd></div>
			</dl>
		</Section>
	);
}

function TwoFactor({ member, ask }: { member: MemberRow; ask: (d: Doing) => void })
{
	const { account, may } = useConsole();
	const mine = useIsMe(member);
	const state = factorOf(member);
	// An owner is helped by owners.
	const reaches = member.role !== 'owner' || account.role === 'owner';
	const helps = may('recovery_help') && state === 'on' && !member.open_recovery && !mine && reaches;
	const isOwner = account.role === 'owner' && may('account_write');
	const disables = isOwner && state === 'on';
	const unfreezes = isOwner && !mine && member.frozen_at !== null;
	return (
		<Section title={t('members.factor_title')} actions={(helps || unfreezes || (disables && !mine)) && state !== 'sso' && (
			<>
				{helps && <button type="button" class="btn" onClick={() => ask('recover')}>{t('members.recover_open')}</button>}
				{unfreezes && <button type="button" class="btn" onClick={() => ask('unfreeze')}>{t('unfreeze.go')}</button>}
				{disables && !mine && <button type="button" class="btn danger" onClick={() => ask('disable')}>{t('members.disable_open')}</button>}
			</>
		)}>
			<p class="why"><FactorBadge member={member} /> {state === 'on' ? <>{t('members.since')} <Time at={member.two_factor.since} /></> : t(state === 'sso' ? 'members.sso_why' : 'members.off_why', { who: nameOf(member) })}</p>
			{disables && mine && <p class="muted">{t('members.disable_self')} <a href="/console/profile/authentication">{t('members.own_profile')}</a></p>}
			{helps && !disables && <p class="muted">{t('members.recover_hint')}</p>}
			{member.frozen_at && <Banner kind="warn" title={t('members.frozen_now')}>{t('members.frozen')} <Time at={member.frozen_at} exact /></Banner>}
			{member.open_recovery && <Banner kind="warn" title={t('members.recovering_now')}><a href={`/console/recovery/${member.open_recovery}`}>{t('members.to_recovery')}</a></Banner>}
		</Section>
	);
}

function Facts({ member }: { member: MemberRow })
{
	const { may } = useConsole();
	return (
		<section class="panel">
			<h2>{t('facts.title')}</h2>
			<dl class="facts">
				<div><dt>{t('facts.email')}</dt><dd>{member.email}</dd></div>
				{!isInvited(member) && (
					<>
						<div><dt>{t('members.last')}</dt><dd><Time at={member.last_sign_in_at} never={t('never')} exact /></dd></div>
						<div><dt>{t('members.tokens')}</dt><dd>{member.api_tokens === 0 ? t('members.no_tokens') : member.api_tokens}</dd></div>
						{member.invited_at && <div><dt>{t('members.invited_at')}</dt><dd><Time at={member.invited_at} /></dd></div>}
					</>
				)}
			</dl>
			{may('logs_read') && <p class="more"><a href={`/console/audit?${new URLSearchParams({ subject: member.email })}`}>{t('members.trail')}</a></p>}
		</section>
	);
}

function Page({ of, again, notice }: { of: Of; again: () => void; notice: string })
{
	const { may } = useConsole();
	const [doing, setDoing] = useState<Doing>(null);
	const { member } = of;
	const mine = useIsMe(member);
	const whyNot = useWhyNot(of);
	const changes = may('members_write');
	const blocked = whyNot ? { 'aria-disabled': true, 'aria-describedby': 'why-not' } : {};
	const Asked = doing && QUESTIONS[doing];
	return (
		<>
			<Head title={nameOf(member)} crumb={[t('members.title'), '/console/members']} badge={<MemberState member={member} />}
				sub={<><span>{roleWords(member.role)} · </span><Id text={member.id} label={t('copy.id')} /></>}>
				{!isInvited(member) && (changes || mine) && (
					<button type="button" class="btn danger" {...blocked} onClick={() => whyNot || setDoing('remove')}>{t(mine ? 'members.leave_open' : 'members.remove_open')}</button>
				)}
			</Head>
			{notice && <Banner kind="ok">{notice}</Banner>}
			{whyNot && <div id="why-not"><Banner kind="note">{whyNot}</Banner></div>}
			<div class="split">
				<div>
					{isInvited(member) && <Invitation member={member} again={again} ask={setDoing} />}
					<Section title={t('members.role')} actions={changes && <button type="button" class="btn" {...blocked} onClick={() => whyNot || setDoing('role')}>{t('members.role_open')}</button>}>
						<p class="why"><strong>{roleWords(member.role)}.</strong> {t(ROLE_ABOUT[member.role])} <a href="/console/roles">{t('members.all_roles')}</a></p>
					</Section>
					{!isInvited(member) && <TwoFactor member={member} ask={setDoing} />}
				</div>
				<aside class="stack"><Facts member={member} /></aside>
			</div>
			{Asked && <Asked {...of} stop={() => setDoing(null)} again={again} />}
		</>
	);
}

export function MemberPage({ id, route }: { id: string; route: Route })
{
	const { api } = useConsole();
	const loaded = useLoad<Of>(`member ${id}`, async () => {
		const all = await listMembers(api);
		const member = all.find((m) => sameId(m.id, id));
		if (!member)
			throw new Refusal('not_found');
		return { member, all };
	});
	return <Load of={loaded} title={t('members.member')}>{(of) => <Page of={of} again={loaded.again} notice={route.notice} />}</Load>;
}
