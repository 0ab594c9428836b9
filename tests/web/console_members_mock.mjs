// The calls about members, as docs/protocol/member-api.md and configuration-api.md have them.
import { refuse } from './console_refused.mjs';

const now = () => new Date().toISOString();
const week = () => new Date(Date.now() + 7 * 86400000).toISOString();
let serial = 9000;
const id = () => String(++serial).padStart(32, '0');

const SEE = ['members_read', 'members_write', 'recovery_help'];
const WRITE = ['members_write'];
const HELP = ['members_write', 'recovery_help'];
const OWNERS = ['account_write'];

const roleOf = (w, key) => w.roles.find((r) => r.id === key)?.countersign.role ?? refuse(400, 12130, 'roles: no such role');
const bare = (key) => String(key).replaceAll('-', '');
const one = (list, key, code = 12135) => list.find((x) => bare(x.id) === bare(key)) ?? refuse(404, code, 'not there');
const owners = (w) => w.members.filter((m) => m.role === 'owner' && m.status === 'accepted');
const keepOwner = (w, m) => m.role === 'owner' && m.status === 'accepted' && owners(w).length < 2 && refuse(400, 12130, 'the last owner of an account stays');
const ownerOnly = (w) => w.accounts[0].role === 'owner' || refuse(403, 10000, 'only an owner');
// What a session alone is not enough for: behind /client/v4, and at our own door.
const fresh = (w) => w.passwordUntil > Date.now() || refuse(403, 20403, 'access.api.error.prove_first: give your password again first');
const freshOwn = (w) => w.passwordUntil > Date.now() || refuse(403, 'prove_first');
const reason = (b) => (typeof b.reason === 'string' && b.reason.trim() !== '') || refuse(400, 'body');

const account = (w) => ({ id: w.accounts[0].id, name: w.accounts[0].name, type: 'standard', created_on: '2026-03-03T09:41:00Z', settings: w.settings, countersign: w.demands });

const show = (w, m) => ({ id: m.id, email: m.email, status: m.status === 'accepted' ? 'accepted' : 'pending', roles: [w.roles.find((r) => r.countersign.role === m.role)],
	policies: [], user: { id: m.id, email: m.email, first_name: m.name, last_name: '', two_factor_authentication_enabled: m.two_factor.is_enabled } });

// Behind /client/v4/accounts/{account}.
export const CLOUDFLARE = [
	['GET /', ['account_read', 'account_write'], account],
	['PUT /', OWNERS, (w, b) => {
		if (!b.name || !b.type)
			refuse(400, 12130, 'name, type: needed');
		if ((w.settings.enforce_twofactor && b.settings?.enforce_twofactor === false) || (w.demands.refuse_remembered && b.countersign?.refuse_remembered === false))
			fresh(w);
		Object.assign(w.settings, b.settings);
		Object.assign(w.demands, b.countersign);
		return account(w);
	}],
	['GET /roles', SEE, (w) => w.roles],
	['GET /members', SEE, (w) => w.members.map((m) => show(w, m))],
	['POST /members', WRITE, (w, b) => {
		fresh(w);
		if (!/^\S+@\S+\.\S+$/.test(b.email ?? '') || b.roles?.length !== 1)
			refuse(400, 12130, 'email, roles: needed');
		const role = roleOf(w, b.roles[0]);
		if (role === 'owner')
			ownerOnly(w);
		if (w.members.some((m) => m.email === b.email && m.status === 'accepted'))
			refuse(400, 12130, 'email: a member of this account already');
		const m = { id: id(), email: b.email, name: '', role, status: 'pending', is_sso: false, two_factor: { is_enabled: false, since: null }, last_sign_in_at: null, invited_at: now(), expires_at: week(), api_tokens: 0, open_recovery: null, frozen_at: null };
		w.members = [...w.members.filter((x) => x.email !== b.email), m];
		return show(w, m);
	}],
	['PUT /members/:id', WRITE, (w, b, [key]) => {
		fresh(w);
		const m = one(w.members, key);
		const role = roleOf(w, b.roles?.[0]?.id);
		if (role === 'owner' || m.role === 'owner')
			ownerOnly(w);
		if (role !== 'owner')
			keepOwner(w, m);
		m.role = role;
		return show(w, m);
	}],
	// Of the member who asks, behind /client/v4 itself; named by the account.
	['DELETE /memberships/:id', null, (w, b, [key]) => {
		const m = w.members.find((x) => x.email === w.member.email) ?? refuse(404, 12135, 'not a member');
		keepOwner(w, m);
		w.members = w.members.filter((x) => x !== m);
		w.accounts = w.accounts.filter((a) => a.id !== key);
		return { id: key };
	}],
	['DELETE /members/:id', WRITE, (w, b, [key]) => {
		fresh(w);
		const m = one(w.members, key);
		keepOwner(w, m);
		w.members = w.members.filter((x) => x !== m);
		return { id: key };
	}],
];

const acted = (w, key, what, b, change) => {
	const c = one(w.cases, key, 'not_found');
	reason(b);
	if (c.state === 'ended')
		refuse(410, 'ended');
	if (what === 'speed_up' && c.state !== 'waiting')
		refuse(409, 'not_waiting');
	if (c.member.email === w.member.email)
		refuse(403, 'not_yourself');
	if (c.approvals.some((a) => a.what === what && a.by.email === w.member.email))
		refuse(409, 'approved_already');
	c.approvals.push({ what, by: { id: w.member.id, email: w.member.email }, reason: b.reason, at: now() });
	change(c);
	return c;
};

const fits = (pattern, kind) => (pattern.endsWith('*') ? kind.startsWith(pattern.slice(0, -1)) : kind === pattern);

function trail(w, q)
{
	const part = (name, text) => !q.get(name) || (text ?? '').includes(q.get(name));
	return w.events.filter((e) => (!q.get('kind') || fits(q.get('kind'), e.kind)) && part('actor', e.actor?.email) && part('subject', e.subject?.email) && part('address', e.address) &&
		(!q.get('since') || e.at >= new Date(q.get('since')).toISOString()) && (!q.get('until') || e.at < new Date(q.get('until')).toISOString()));
}

// Behind /api/v1/accounts/{account}.
export const OWN = [
	['GET /members', SEE, (w) => ({ members: w.members })],
	['POST /members/:id/resend', WRITE, (w, b, [key]) => {
		const m = one(w.members, key, 'not_found');
		Object.assign(m, { status: 'pending', invited_at: now(), expires_at: week() });
		return { expires_at: m.expires_at };
	}],
	['POST /members/:id/unfreeze', OWNERS, (w, b, [key]) => {
		freshOwn(w);
		const m = one(w.members, key, 'not_found');
		if (m.email === w.member.email)
			refuse(403, 'not_yourself');
		m.frozen_at = null;
		return { id: key, frozen_at: null };
	}],
	['POST /members/:id/disable-2fa', OWNERS, (w, b, [key]) => {
		freshOwn(w);
		const m = one(w.members, key, 'not_found');
		reason(b);
		if (m.email === w.member.email)
			refuse(403, 'not_yourself');
		m.two_factor = { is_enabled: false, since: null };
		return { id: key };
	}],
	['GET /enforcement/preview', SEE, (w) => {
		const state = (m) => (m.is_sso ? 'sso' : m.two_factor.is_enabled ? 'on' : 'off');
		const members = w.members.filter((m) => m.status !== 'expired').map((m) => ({ id: m.id, email: m.email, name: m.name, role: m.role, status: m.status, two_factor: state(m) }));
		const count = (s) => members.filter((m) => m.two_factor === s).length;
		return { members, affected: count('off'), on: count('on'), sso: count('sso') };
	}],
	['GET /recovery_cases', HELP, (w, b, p, q) => ({ recovery_cases: w.cases.filter((c) => !q.get('state') || (q.get('state') === 'ended') === (c.state === 'ended')) })],
	['POST /recovery_cases', HELP, (w, b) => {
		freshOwn(w);
		const m = one(w.members, b.member, 'not_found');
		const open = w.cases.find((x) => bare(x.member.id) === bare(m.id) && x.state !== 'ended');
		if (open) {
			return acted(w, open.id, 'start', b, (c) => {
				// Of another account too (elsewhere): its own people have to agree, whom this account does not see.
				if (w.elsewhere || (c.wants_two && c.approvals.filter((a) => a.what === 'start').length < 2))
					return;
				Object.assign(c, { state: 'waiting', wait: { days: 5, seconds: 5 * 86400, thin: true, because: ['staff'], release_at: week() } });
				c.evidence.vouched_for = true;
				c.timeline.push({ what: 'approved', at: now(), browser: null, address: null, by: 'staff' });
			});
		}
		reason(b);
		const c = { ...structuredClone(w.cases[0]), id: id(), state: 'email', member: { id: m.id, email: m.email, name: m.name, role: m.role }, begun_by: 'staff', begun_at: now(), device: null, wait: null,
			evidence: { known_browser: false, same_network: false, vouched_for: true, password_reset_lately: false, address: null },
			timeline: [{ what: 'begun', at: now(), browser: null, address: null, by: 'staff' }], approvals: [{ what: 'start', by: { id: w.member.id, email: w.member.email }, reason: b.reason, at: now() }] };
		m.open_recovery = c.id;
		w.cases.push(c);
		return c;
	}],
	['POST /recovery_cases/:id/stop', HELP, (w, b, [key]) => acted(w, key, 'stop', b, (c) => {
		Object.assign(c, { state: 'ended', end: 'by_staff' });
		c.approvals.pop();
		c.timeline.push({ what: 'ended', at: now(), browser: null, address: null, by: 'staff' });
	})],
	['POST /recovery_cases/:id/speed-up', HELP, (w, b, [key]) => freshOwn(w) && acted(w, key, 'speed_up', b, (c) => {
		if (c.approvals.some((a) => a.what === 'start' && a.by.email === w.member.email))
			refuse(403, 'somebody_else');
		if (c.wants_two && c.approvals.filter((a) => a.what === 'speed_up').length < 2)
			return;
		Object.assign(c, { state: 'ready', access_code_sent_at: now(), access_expires_at: week() });
		c.timeline.push({ what: 'sped_up', at: now(), browser: null, address: null, by: 'staff' }, { what: 'released', at: now(), browser: null, address: null, by: 'system' });
	})],
	['GET /audit', ['logs_read'], (w, b, p, q) => {
		const rows = trail(w, q);
		const from = Number(q.get('cursor') ?? 0);
		const limit = Number(q.get('limit') ?? 50);
		return { events: rows.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null };
	}],
	['GET /audit/kinds', ['logs_read'], (w) => ({ kinds: w.kinds })],
	['GET /audit/export', ['logs_read'], (w, b, p, q) => ({ file: `audit.${q.get('format')}`, text: q.get('format') === 'csv' ? trail(w, q).map((e) => `${e.id},${e.kind}`).join('\r\n') : JSON.stringify(trail(w, q)) })],
];
