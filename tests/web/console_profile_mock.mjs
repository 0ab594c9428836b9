// What members do about themselves, as docs/protocol/member-api.md has it: their second factor, their
// addresses, sessions and tokens. Signatures are the server's to judge; form, challenge and origin are not.
import { Refused, refuse } from './console_refused.mjs';

const RP = 'localhost';
const b64 = (text) => Buffer.from(text).toString('base64url');
const soon = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();
const ago = (hours) => soon(-3600 * hours);

// The configuration API writes whole seconds.
const whole = (time) => time.replace(/\.\d+Z$/, 'Z');

export const RIGHT_CODE = '529038';
export const BACKUP_CODE = '7k3m-9qxv-2t';
export const SETUP_KEY = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const CODES = ['7k3m-9qxv-2t', 'h2wv-8rpt-6m', 'nc6j-3fza-kd', 'y9et-m5bk-2x', '4dsx-w7qn-vg', 'r8gp-2vhc-0n', 'k3zf-t6ym-4s', 'b5nq-x9we-1h', 'v6rh-4jds-7p', 'p2ca-7gtx-9e'];
const QR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29" width="232" height="232"><path d="M4 4h7v7H4zM18 4h7v7h-7zM4 18h7v7H4zM13 13h3v3h-3z"/></svg>';

const refuseWith = (status, code, more) => { throw Object.assign(new Refused(status, code), { more }); };

export const TOTP = { id: 'd1', factor: 'totp', kind: 'totp', name: 'Aegis on Pixel 8', created_at: '2026-03-03T09:41:00Z', last_used_at: ago(26) };
export const KEY = { id: 'd2', factor: 'webauthn', kind: 'security_key', name: 'YubiKey 5C – desk', model: 'YubiKey 5 Series', created_at: '2026-03-03T09:52:00Z', last_used_at: ago(1), credential: b64('the key on the desk'), transports: ['usb'] };
export const LAPTOP = { id: 'd3', factor: 'webauthn', kind: 'biometrics', name: 'ThinkPad – Marta', model: '', is_synced: true, created_at: '2026-05-14T09:41:00Z', last_used_at: null, credential: b64('the laptop'), transports: ['internal'] };

const event = (id, hours, kind, text, more = {}) => ({ id, at: ago(hours), kind, text, actor: { id: 'm1', email: 'marta.lis@halden.example' }, subject: null, address: '185.12.64.7',
	browser: 'Firefox on Linux', details: {}, is_sealed: true, ...more });

// What the console's world has beside everything else.
export function freshSelf()
{
	return {
		patience: 60000,
		devices: [KEY, LAPTOP, TOTP],
		backup: { total: 10, left: 7, made_at: '2026-03-03T09:55:00Z' },
		canEnrol: ['security_key', 'biometrics', 'totp'],
		passwordUntil: 0,
		window: null,
		enrolment: null,
		challenge: null,
		justEnrolled: null,
		codesMade: 0,
		recovery: null,
		contacts: [{ id: 'c1', email: 'marta@private.example', verified_at: '2026-03-04T08:00:00Z', until: null }, { id: 'c2', email: 'm.lis@halden.example', verified_at: '2026-03-03T08:00:00Z', until: soon(86400 * 5) }],
		signedIn: [
			{ id: 's1', browser: 'Firefox on Linux', address: '185.12.64.7', created_at: ago(2), last_seen_at: ago(0), method: 'security_key', is_this: true },
			{ id: 's2', browser: 'Safari on iPhone', address: '2001:db8:85a3::8a2e:370:7334', created_at: ago(50), last_seen_at: ago(5), method: 'totp', is_this: false },
		],
		remembered: [{ id: 'r1', browser: 'Chrome on Windows', address: '203.0.113.9', created_at: ago(200), last_used_at: ago(30), expires_at: soon(86400 * 20), is_this: false }],
		apiTokens: [
			{ id: 'a1'.repeat(16), name: 'terraform', status: 'active', issued_on: ago(2000), modified_on: ago(2000), last_used_on: ago(3), expires_on: whole(soon(86400 * 40)),
				policies: [{ id: 'p1', effect: 'allow', permission_groups: [{ id: 'g1', name: 'Access: Apps and Policies Write' }], resources: { 'com.cloudflare.api.account.0198f0c27a1070008000000000000aaa': '*' } }],
				condition: { request_ip: { in: ['203.0.113.0/24'], not_in: ['203.0.113.66'] } } },
			{ id: 'a2'.repeat(16), name: 'old report', status: 'expired', issued_on: ago(9000), modified_on: ago(9000), last_used_on: null, expires_on: whole(ago(100)),
				policies: [{ id: 'p2', effect: 'allow', permission_groups: [{ id: 'g2', name: 'Access: Audit Logs Read' }], resources: { 'com.cloudflare.api.account.0198f0c27a1070008000000000000aaa': '*' } }] },
		],
		ownEvents: [
			event('e4', 1, 'member.sign_in', 'a member signed in to the console'), event('e3', 2, 'member.sign_in.refused', 'a wrong password was given for the console', { actor: null }),
			event('e2', 30, 'backup_codes.made', 'backup codes were made'),
			event('e1', 31, 'member.two_factor.disabled', 'two-factor authentication was disabled by an owner', { actor: { id: 'm2', email: 'olav.berge@halden.example' }, address: '203.0.113.9', browser: 'Edge on Windows' }),
		],
		permissionGroups: [{ id: 'g1', name: 'Access: Apps and Policies Write', scopes: ['com.cloudflare.api.account'] }, { id: 'g2', name: 'Access: Audit Logs Read', scopes: ['com.cloudflare.api.account'] },
			{ id: 'g3', name: 'Access: Service Tokens Write', scopes: ['com.cloudflare.api.account'] }],
	};
}

// A member who has nothing yet.
export function plainSelf(over = {})
{
	return { devices: [], backup: null, ...over };
}

const signedIn = (w) => w.session || refuse(401, 'signed_out');
const passworded = (w) => (signedIn(w), w.passwordUntil > Date.now() || refuse(403, 'prove_first'));
const isOpen = (w) => w.window && Date.parse(w.window.expires_at) > Date.now();
const proved = (w) => (signedIn(w), w.devices.length === 0 ? passworded(w) : isOpen(w) || refuse(403, 'prove_first'));
const thawed = (w) => w.member.frozen_at && refuse(403, 'frozen');
const one = (list, key) => list.find((x) => x.id === key) ?? refuse(404, 'not_found');

function turned(w)
{
	const on = w.devices.length > 0;
	w.member.two_factor = { ...w.member.two_factor, is_enabled: on, since: on ? w.member.two_factor.since ?? soon(0) : null };
	if (!on)
		Object.assign(w, { backup: null, remembered: [], window: null });
}

function devices(w)
{
	return {
		devices: w.devices.map(({ credential, transports, ...d }) => ({ model: '', is_synced: false, is_backed_up: false, evidence: 'none', ...d,
			can_rename: w.passwordUntil > Date.now() || w.justEnrolled === d.id, opened_window: w.window?.by === d.id, if_removed: { remain: w.devices.length - 1, closes: [] } })),
		window: isOpen(w) ? { opened_at: w.window.opened_at, expires_at: w.window.expires_at } : null,
		needs: isOpen(w) ? 'nothing' : 'prove',
		frozen_at: w.member.frozen_at,
		can_enrol: w.canEnrol.filter((kind) => kind !== 'totp' || !w.devices.some((d) => d.kind === 'totp')),
		cannot_enrol: w.devices.some((d) => d.kind === 'totp') ? [{ kind: 'totp', reason: 'has_one' }] : [],
		signal: { rp_id: RP, user_id: b64('m1'), credential_ids: w.devices.filter((d) => d.credential).map((d) => d.credential) },
		two_factor: { is_enabled: w.devices.length > 0, since: w.member.two_factor.since },
		backup_codes: w.backup,
	};
}

function ceremony(w, response, type, challenge)
{
	if (typeof response !== 'object' || response.type !== 'public-key' || typeof response.response?.clientDataJSON !== 'string')
		refuse(400, 'malformed_response');
	const client = JSON.parse(Buffer.from(response.response.clientDataJSON, 'base64url'));
	if (client.type !== type || client.challenge !== challenge || new URL(client.origin).hostname !== RP)
		refuse(400, 'wrong_response');
	return response;
}

function creation(w, kind)
{
	const key = kind === 'security_key';
	return {
		rp: { id: RP, name: 'Countersign' }, user: { id: b64('m1'), name: w.member.email, displayName: w.member.name },
		challenge: w.enrolment.challenge, pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })), timeout: w.patience,
		excludeCredentials: w.devices.filter((d) => d.credential).map((d) => ({ type: 'public-key', id: d.credential, transports: d.transports })),
		authenticatorSelection: { authenticatorAttachment: key ? 'cross-platform' : 'platform', residentKey: 'discouraged', userVerification: key ? 'preferred' : 'required' },
		hints: [key ? 'security-key' : 'client-device'], attestation: 'direct',
	};
}

function added(w, b)
{
	if (w.enrolment.kind) {
		const { id, authenticatorAttachment, response } = ceremony(w, b.response, 'webauthn.create', w.enrolment.challenge);
		const kind = authenticatorAttachment === 'platform' ? 'biometrics' : 'security_key';
		return { id: `new${w.devices.length}`, factor: 'webauthn', kind, name: kind === 'biometrics' ? 'Biometrics' : 'Security key', model: 'YubiKey 5 Series', created_at: soon(0), last_used_at: null, credential: id, transports: response.transports };
	}
	if (!/^\d{6}$/.test(b.code))
		refuse(400, 'malformed_code');
	return b.code === RIGHT_CODE ? { id: `new${w.devices.length}`, factor: 'totp', kind: 'totp', name: b.name || 'Authenticator application', created_at: soon(0), last_used_at: null } : refuse(403, 'wrong_code');
}

// What answered a challenge: a device, or nothing of them when a backup code did.
function answered(w, b)
{
	if (b.factor === 'webauthn') {
		const { id } = ceremony(w, b.response, 'webauthn.get', w.challenge.challenge);
		return w.devices.find((d) => d.credential === id) ?? refuse(400, 'wrong_response');
	}
	if (b.factor === 'backup_code') {
		if (!w.backup || b.code.toLowerCase().replace(/[^a-z0-9]/g, '') !== BACKUP_CODE.replaceAll('-', ''))
			refuse(403, 'wrong_code');
		w.backup = { ...w.backup, left: w.backup.left - 1 };
		return null;
	}
	return b.code === RIGHT_CODE ? one(w.devices.filter((d) => d.factor === 'totp'), w.devices.find((d) => d.factor === 'totp')?.id) : refuse(403, 'wrong_code');
}

const sessions = (w) => ({ sessions: w.signedIn, remembered: w.remembered });
const contacts = (w) => ({ contacts: w.contacts });

export const MEMBER = [
	['GET /me/devices', null, (w) => (signedIn(w), devices(w))],
	['POST /me/devices/lock', null, (w) => {
		signedIn(w);
		w.window = null;
		return devices(w);
	}],
	['POST /me/devices/:id/rename', null, (w, b, [key]) => {
		if (w.justEnrolled !== key)
			passworded(w);
		const device = one(w.devices, key);
		if (w.devices.some((d) => d.id !== key && d.name === b.name))
			refuse(409, 'name_taken');
		w.devices = w.devices.map((d) => (d === device ? { ...d, name: b.name } : d));
		return devices(w);
	}],
	['POST /me/devices/:id/remove', null, (w, b, [key]) => {
		proved(w);
		thawed(w);
		const device = one(w.devices, key);
		if (w.devices.length === 1 && w.member.two_factor.is_enforced && !(b.confirm === true && w.accounts.every((a) => !a.enforce_twofactor || a.role === 'owner')))
			refuse(403, 'enforced');
		w.devices = w.devices.filter((d) => d !== device);
		turned(w);
		return { ...devices(w), removed: { id: device.id, kind: device.kind, name: device.name, remain: w.devices.length, closes: [], credential_id: device.credential ?? null } };
	}],
	['POST /enrolments', null, (w, b) => {
		if (b.replaces)
			proved(w);
		else if (b.factor === 'webauthn')
			passworded(w);
		else
			signedIn(w);
		thawed(w);
		if (!w.member.email_verified_at)
			refuse(403, 'verify_email_first');
		if (w.member.is_sso)
			refuse(403, 'sso');
		if (b.factor === 'webauthn') {
			w.enrolment = { id: `k${w.calls.length}`, kind: b.kind, challenge: b64(`challenge ${w.calls.length}`) };
			return { id: w.enrolment.id, factor: 'webauthn', kind: b.kind, issuer: 'Countersign', account: w.member.email, options: creation(w, b.kind) };
		}
		if (w.devices.some((d) => d.kind === 'totp' && d.id !== b.replaces))
			refuse(409, 'enrolled_already');
		w.enrolment = { id: `t${w.calls.length}`, replaces: b.replaces ?? null };
		return { id: w.enrolment.id, factor: 'totp', issuer: 'Countersign', account: w.member.email, key: SETUP_KEY, algorithm: 'SHA1', digits: 6, period_s: 30, qr: `/api/v1/enrolments/${w.enrolment.id}/qr.svg` };
	}],
	['GET /enrolments/:id/qr.svg', null, () => ({ svg: QR })],
	['POST /enrolments/:id/confirm', null, (w, b, [key]) => {
		signedIn(w);
		if (w.enrolment?.id !== key)
			refuse(410, 'ended');
		if (!w.enrolment.replaces)
			passworded(w);
		const device = added(w, b);
		w.devices = [...w.devices.filter((d) => d.id !== w.enrolment.replaces), device];
		w.justEnrolled = device.id;
		w.enrolment = null;
		turned(w);
		return { enrolled: { id: device.id, factor: device.factor, kind: device.kind, name: device.name, is_named_by_us: !b.name, model: device.model ?? '', is_synced: false }, backup_codes: w.backup ? 'kept' : 'needed' };
	}],
	['POST /challenges', null, (w, b) => {
		if (b.purpose !== 'manage')
			refuse(400, 'body');
		passworded(w);
		const keys = w.devices.filter((d) => d.factor === 'webauthn');
		w.challenge = { id: `c${w.calls.length}`, challenge: b64(`challenge ${w.calls.length}`) };
		return { id: w.challenge.id, purpose: 'manage', methods: [...keys, ...w.devices.filter((d) => d.factor !== 'webauthn'),
			...(w.backup?.left > 0 ? [{ factor: 'backup_code', kind: 'backup_code', name: '', last_used_at: null, left: w.backup.left }] : [])].map(({ factor, kind, name, last_used_at, left }) => ({ factor, kind, name, last_used_at, left })),
		webauthn: keys.length === 0 ? null : { challenge: w.challenge.challenge, timeout: w.patience, rpId: RP, userVerification: 'preferred',
			allowCredentials: keys.map((d) => ({ type: 'public-key', id: d.credential, transports: d.transports })) },
		ask_again_after: null, expires_at: soon(300), edge: '93c1f07a5be2648d' };
	}],
	['POST /challenges/:id/answer', null, (w, b, [key]) => {
		passworded(w);
		if (w.challenge?.id !== key)
			refuse(410, 'ended');
		w.window = { opened_at: soon(0), expires_at: soon(600), by: answered(w, b)?.id ?? null };
		return devices(w);
	}],
	['POST /me/backup-codes', null, (w) => {
		passworded(w);
		if (w.devices.length === 0)
			refuse(409, 'no_device');
		w.codesMade++;
		w.backup = { total: 10, left: 10, made_at: soon(0) };
		return { backup_codes: { codes: w.codesMade > 1 ? [...CODES].reverse() : CODES, made_at: w.backup.made_at, account: w.member.email, issuer: 'Countersign' } };
	}],
	['POST /member/prove', null, (w, b) => {
		signedIn(w);
		if (b.password !== w.password)
			refuse(400, 'wrong_password');
		w.passwordUntil = Date.now() + 600000;
		return { expires_at: soon(600) };
	}],
	['POST /member/password/check', null, (w, b) => ({ reason: [...b.password].length < 15 ? 'short' : b.password === 'password12345678' ? 'common' : null, least: 15 })],
	['POST /member/password', null, (w, b) => {
		passworded(w);
		if (w.devices.length > 0)
			proved(w);
		if (b.password === w.password)
			refuseWith(400, 'weak_password', { reason: 'same', least: 8 });
		if ([...b.password].length < 8)
			refuseWith(400, 'weak_password', { reason: 'short', least: 8 });
		w.password = b.password;
		w.signedIn = w.signedIn.filter((s) => s.is_this);
		return {};
	}],
	['POST /member/email', null, (w, b) => {
		passworded(w);
		if (w.devices.length > 0)
			proved(w);
		return b.email === 'olav.berge@halden.example' ? refuse(409, 'email_taken') : { sent_to: b.email };
	}],
	['POST /member/email/verify', null, (w) => (signedIn(w), { sent_to: w.member.email })],
	['POST /member/name', null, (w, b) => {
		signedIn(w);
		w.member = { ...w.member, name: b.name };
		return {};
	}],
	['GET /member/contacts', null, (w) => (signedIn(w), contacts(w))],
	['POST /member/contacts', null, (w, b) => {
		passworded(w);
		w.contacts = [...w.contacts, { id: `c${w.calls.length}`, email: b.email, verified_at: null, until: null }];
		return contacts(w);
	}],
	['POST /member/contacts/:id/remove', null, (w, b, [key]) => {
		passworded(w);
		one(w.contacts, key);
		w.contacts = w.contacts.filter((c) => c.id !== key);
		return contacts(w);
	}],
	['GET /member/sessions', null, (w) => (signedIn(w), sessions(w))],
	['POST /member/sessions/:id/end', null, (w, b, [key]) => {
		signedIn(w);
		one(w.signedIn, key);
		w.signedIn = w.signedIn.filter((s) => s.id !== key);
		return sessions(w);
	}],
	['POST /member/sessions/end', null, (w) => {
		signedIn(w);
		w.signedIn = w.signedIn.filter((s) => s.is_this);
		w.remembered = [];
		return sessions(w);
	}],
	['POST /member/remembered/:id/forget', null, (w, b, [key]) => {
		signedIn(w);
		one(w.remembered, key);
		w.remembered = w.remembered.filter((r) => r.id !== key);
		return sessions(w);
	}],
	['GET /member/audit', null, (w, b, p, q) => {
		signedIn(w);
		const from = Number(q.get('cursor') ?? 0);
		return { events: w.ownEvents.slice(from, from + 50), next: w.ownEvents.length > from + 50 ? String(from + 50) : null };
	}],
	['POST /member/recovery/stop', null, (w) => {
		signedIn(w);
		w.recovery = null;
		return selfStanding(w);
	}],
];

// Where the sign-in of somebody stands who is in.
export function selfStanding(w)
{
	return { step: 'done', member: w.member, methods: [...new Set(w.devices.map((d) => d.kind))], backup_codes_left: w.backup?.left ?? null, remember: null, enrol: null,
		recommend_enrol: w.devices.length === 0 && w.member.two_factor.is_enforced ? { deadline: w.member.two_factor.deadline } : null, recovery: w.recovery, recovery_wait: { seconds: 3 * 86400, thin_seconds: 5 * 86400 }, support: null, redirect: '/console/' };
}

// Behind /client/v4.
const token = (w, b) => {
	if (typeof b.name !== 'string' || b.name === '' || b.policies?.length !== 1 || b.policies[0].effect !== 'allow' || b.policies[0].permission_groups.length === 0)
		refuse(400, 12130, 'name, policies: needed');
	for (const g of b.policies[0].permission_groups)
		if (!w.permissionGroups.some((x) => x.id === g.id))
			refuse(400, 12130, 'policies: no such permission group');
	if (b.expires_on && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(b.expires_on))
		refuse(400, 12130, 'expires_on: a time is needed');
	return { ...b, policies: b.policies.map((p) => ({ ...p, permission_groups: p.permission_groups.map((g) => w.permissionGroups.find((x) => x.id === g.id)) })) };
};

// The password window, in the words of /client/v4.
const fresh = (w) => w.passwordUntil > Date.now() || refuse(403, 20403, 'access.api.error.prove_first: give your password again first');

export const CLOUDFLARE = [
	['GET /user/tokens', null, (w) => w.apiTokens],
	['POST /user/tokens', null, (w, b) => {
		fresh(w);
		const made = { id: String(w.calls.length).padStart(32, 'c'), status: 'active', issued_on: soon(0), modified_on: soon(0), last_used_on: null, ...token(w, b) };
		w.apiTokens = [...w.apiTokens, made];
		return { ...made, value: `cst_${'Q7'.repeat(20)}` };
	}],
	['GET /user/tokens/permission_groups', null, (w) => w.permissionGroups],
	['PUT /user/tokens/:id', null, (w, b, [key]) => {
		fresh(w);
		const was = one(w.apiTokens, key);
		w.apiTokens = w.apiTokens.map((x) => (x === was ? { ...was, expires_on: null, condition: undefined, ...token(w, b) } : x));
		return one(w.apiTokens, key);
	}],
	['PUT /user/tokens/:id/value', null, (w, b, [key]) => (fresh(w), one(w.apiTokens, key), `cst_${'R8'.repeat(20)}`)],
	['DELETE /user/tokens/:id', null, (w, b, [key]) => {
		one(w.apiTokens, key);
		w.apiTokens = w.apiTokens.filter((x) => x.id !== key);
		return { id: key };
	}],
];
