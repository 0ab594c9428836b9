// Test access: what an application would answer a named person now, and what they would meet.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { say } from '../../page';
import { Dialog } from '../../parts/dialog';
import { Banner } from '../../parts/error';
import { describedBy, Field } from '../../parts/field';
import { useSlow } from '../../parts/button';
import { asRefusal, type Refusal } from '../api';
import { valueFault } from '../items';
import { Badge, Time } from '../parts/bits';
import { FailureBlock } from '../parts/failure';
import { Text } from '../parts/fields';
import { useConsole } from '../session';
import { t } from '../text';
import type { App, Authenticator, Method, Organization, Policy, User } from '../types';
import { DECISION_BADGE, decisionName, methodName, mfaWords } from '../words';

export const policyHref = (app: App, p: Policy): string => (p.reusable === false ? `/console/applications/${app.id}/policies/${p.id}` : `/console/policies/${p.id}`);

// GET …/user_policy_checks
interface Check {
	app_state: {
		status: 'allowed' | 'second_factor' | 'sign_in' | 'denied' | 'disabled';
		policies: (Policy & { matched: boolean })[];
		mfa: { required: boolean; allowed_authenticators: Method[]; duration_s: number };
	};
	user_identity: { user_uuid: string; iat?: number };
}

interface Answer { check: Check; user: User; devices: Authenticator[] }

// The answer shows a person: it is for those who may see people.
export const mayTest = (may: (permission: string) => boolean): boolean => ['orgs_read', 'orgs_write', 'orgs_revoke'].some(may);

interface Verdict { kind: 'ok' | 'warn' | 'danger' | 'note'; title: string; why: string }

const policyOf = (check: Check) => check.app_state.policies.find((p) => p.matched);
const whoOf = (a: Answer): string => a.user.name || a.user.email;
const usable = (a: Answer): Authenticator[] => a.devices.filter((d) => a.check.app_state.mfa.allowed_authenticators.includes(d.type));

function secondFactorOf(a: Answer): Verdict
{
	const who = whoOf(a);
	if (a.check.app_state.mfa.allowed_authenticators.length === 0)
		return { kind: 'danger', title: t('check.no_method', { who }), why: t('check.no_method_why') };
	if (usable(a).length > 0)
		return { kind: 'ok', title: t('check.asks', { who }), why: t('check.asks_why') };
	const frozen = a.user.countersign?.frozen;
	return { kind: frozen ? 'danger' : 'warn', title: t('check.none_fits_method', { who }), why: t(frozen ? 'check.frozen' : 'check.enrols') };
}

function verdictOf(a: Answer): Verdict
{
	const who = whoOf(a);
	const policy = policyOf(a.check);
	switch (a.check.app_state.status) {
	case 'second_factor':
		return secondFactorOf(a);
	case 'allowed':
		return policy && policy.decision !== 'allow'
			? { kind: 'warn', title: t('check.passes', { who }), why: t('check.passes_why') }
			: { kind: 'ok', title: t('check.let_in', { who }), why: t('check.let_in_why') };
	case 'sign_in':
		return { kind: 'note', title: t('check.sign_in', { who }), why: t('check.sign_in_why') };
	case 'disabled':
		return { kind: 'danger', title: t('check.disabled', { who }), why: t('check.disabled_why') };
	default:
		return { kind: 'danger', title: t('check.refused', { who }), why: t(policy ? 'check.blocked_why' : 'check.no_policy_why') };
	}
}

function Row({ label, children }: { label: string; children: ComponentChildren })
{
	return <div><dt>{label}</dt><dd>{children}</dd></div>;
}

function Devices({ of }: { of: Authenticator[] })
{
	return of.length === 0 ? <>{t('check.no_device')}</> : <ul>{of.map((d) => <li key={d.id}>{d.name} <span class="muted">({methodName(d.type)})</span></li>)}</ul>;
}

function Result({ app, org, answer }: { app: App; org: Organization | null; answer: Answer })
{
	const { kind, title, why } = verdictOf(answer);
	const { app_state: state, user_identity: identity } = answer.check;
	const policy = policyOf(answer.check);
	const asks = state.status === 'second_factor';
	const listed = org?.countersign?.aaguid_recheck && [org.mfa_config?.required_aaguids, org.countersign.denied_aaguids, app.countersign?.required_aaguids, app.countersign?.denied_aaguids].some(Boolean);
	return (
		<>
			<Banner kind={kind} title={title}>{why}</Banner>
			<dl class="facts">
				<Row label={t('check.decides')}>{policy
					? <><a href={policyHref(app, policy)}>{policy.name}</a> <Badge kind={DECISION_BADGE[policy.decision]}>{decisionName(policy.decision)}</Badge></>
					: t(state.status === 'sign_in' ? 'check.none_yet' : 'check.none_fits')}</Row>
				{asks && <Row label={t('users.factor')}>{mfaWords({ allowed_authenticators: state.mfa.allowed_authenticators, session_duration: `${Math.round(state.mfa.duration_s / 60)}m` }, null)}</Row>}
				{asks && <Row label={t('check.devices')}><Devices of={usable(answer)} /></Row>}
				<Row label={t('users.user')}><a href={`/console/users/${identity.user_uuid}`}>{whoOf(answer)}</a></Row>
				{identity.iat && <Row label={t('users.last')}><Time at={new Date(identity.iat * 1000).toISOString()} /></Row>}
			</dl>
			<p class="muted">{t('check.from_then')} {asks && org?.mfa_config?.amr_matching_enabled && t('check.amr')} {asks && listed && t('check.models')}</p>
		</>
	);
}

// People whose name or address has what is typed.
function useFound(text: string): User[]
{
	const { api } = useConsole();
	const [found, set] = useState<User[]>([]);
	useEffect(() => {
		if (text.trim().length < 2 || found.some((u) => u.email === text))
			return undefined;
		let left = false;
		const timer = setTimeout(() => {
			api.get<User[]>('/access/users', { search: text.trim(), per_page: 10 }).then((users) => left || set(users), () => undefined);
		}, 250);
		return () => {
			left = true;
			clearTimeout(timer);
		};
	}, [text]);
	return found;
}

function Address({ value, wrong, onChange }: { value: string; wrong: string | null; onChange: (value: string) => void })
{
	const found = useFound(value);
	return (
		<Field id="check-email" label={t('users.email')} hint={t('check.email_hint')} wrong={wrong}>
			<input id="check-email" class="input" type="text" inputMode="email" autocomplete="off" spellcheck={false} list="check-found" value={value}
				aria-invalid={wrong !== null} aria-describedby={describedBy('check-email', wrong, true)} onInput={(e) => onChange(e.currentTarget.value)} />
			<datalist id="check-found">{found.map((u) => <option key={u.id} value={u.email}>{u.name}</option>)}</datalist>
		</Field>
	);
}

const ipFault = (ip: string): string | null => (ip !== '' && (ip.includes('/') || valueFault('IP', ip)) ? t('check.ip_wrong') : null);

export function TestAccess({ app, org, onClose }: { app: App; org: Organization | null; onClose: () => void })
{
	const { api, lost } = useConsole();
	const [email, setEmail] = useState('');
	const [ip, setIp] = useState('');
	const [wrong, setWrong] = useState<{ email: string | null; ip: string | null }>({ email: null, ip: null });
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [answer, setAnswer] = useState<Answer | null>(null);
	const [busy, setBusy] = useState(false);
	const slow = useSlow(busy);

	// What was answered is about what was asked, and goes with it.
	const edit = (change: () => void) => {
		change();
		setAnswer(null);
		setWrong({ email: null, ip: null });
	};
	const mark = (faults: { email: string | null; ip: string | null }) => {
		setWrong(faults);
		document.getElementById(faults.email ? 'check-email' : 'check-ip')?.focus();
	};
	const ask = async (): Promise<Answer> => {
		const check = await api.get<Check>(`/access/apps/${app.id}/user_policy_checks`, { email: email.trim(), ip: ip.trim() });
		const path = `/access/users/${check.user_identity.user_uuid}`;
		const [user, devices] = await Promise.all([api.get<User>(path), api.get<Authenticator[]>(`${path}/mfa_authenticators`)]);
		return { check, user, devices };
	};
	const send = async (e: Event) => {
		e.preventDefault();
		const faults = { email: /^\S+@\S+$/.test(email.trim()) ? null : t('users.email_wrong'), ip: ipFault(ip.trim()) };
		if (busy)
			return;
		if (faults.email || faults.ip) {
			mark(faults);
			return;
		}
		setBusy(true);
		setFailure(null);
		try {
			const got = await ask();
			setAnswer(got);
			say(verdictOf(got).title);
		} catch (caught) {
			const refusal = asRefusal(caught);
			setAnswer(null);
			if (refusal.code === 'not_found')
				mark({ email: t('check.nobody'), ip: null });
			else if (!lost(refusal))
				setFailure(refusal);
		}
		setBusy(false);
	};
	return (
		<Dialog title={t('check.title', { app: app.name })} wide onClose={onClose}>
			<p>{t('check.why')}</p>
			{failure && <FailureBlock failure={failure} />}
			<form class="stack" noValidate onSubmit={send}>
				<Address value={email} wrong={wrong.email} onChange={(v) => edit(() => setEmail(v))} />
				<Text id="check-ip" label={t('check.ip')} hint={t('check.ip_hint')} wrong={wrong.ip} mono value={ip} onChange={(v) => edit(() => setIp(v))} />
				{answer && <Result app={app} org={org} answer={answer} />}
				<div class="row acts">
					<button type="submit" class="btn primary" aria-busy={busy}>{slow ? t('working') : t('check.go')}</button>
					<button type="button" class="btn" onClick={onClose}>{t('close')}</button>
				</div>
			</form>
		</Dialog>
	);
}
