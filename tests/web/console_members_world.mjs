// Who runs Halden Maritime, what happened there, and whose recovery is going on.
const at = (n) => String(n).padStart(32, '0');
const ago = (hours) => new Date(Date.now() - hours * 3600000).toISOString();

export const MEMBERS = { marta: at(1001), jonas: at(1002), aiko: at(1003), samuel: at(1004), lena: at(1005), priya: at(1006), grace: at(1007), second: at(1008) };
// These calls write ids with dashes.
export const dashes = (hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
export const CASES = { samuel: dashes(at(2001)), priya: dashes(at(2002)), lena: dashes(at(2003)) };

// Cloudflare's names for the five roles of the house.
export const ROLES = [
	['owner', 'Super Administrator - All Privileges', 'Can do everything, also what concerns owners.'],
	['administrator', 'Administrator', 'Can change everything but what concerns owners.'],
	['user_manager', 'Cloudflare Zero Trust', 'Can manage users.'],
	['help_desk', 'Cloudflare Access', 'Can help users and members back in.'],
	['read_only', 'Administrator Read Only', 'Can look at everything.'],
].map(([role, name, description], i) => ({ id: at(3001 + i), name, description, permissions: {}, countersign: { role } }));

const member = (id, email, name, role, over = {}) => ({
	id, email, name, role, status: 'accepted', is_sso: false, two_factor: { is_enabled: true, since: ago(2000) },
	last_sign_in_at: ago(3), invited_at: null, expires_at: null, api_tokens: 0, open_recovery: null, frozen_at: null, ...over,
});
const OFF = { two_factor: { is_enabled: false, since: null } };

const STAFF = [
	member(MEMBERS.marta, 'marta.lis@halden.example', 'Marta Lis', 'owner', { api_tokens: 2 }),
	member(MEMBERS.jonas, 'jonas.berg@halden.example', 'Jonas Berg', 'help_desk', { last_sign_in_at: ago(30) }),
	member(MEMBERS.aiko, 'aiko.tanaka@halden.example', 'Aiko Tanaka', 'administrator', { ...OFF, last_sign_in_at: ago(500) }),
	member(MEMBERS.samuel, 'samuel.okafor@halden.example', 'Samuel Okafor', 'user_manager', { open_recovery: CASES.samuel, last_sign_in_at: ago(170) }),
	member(MEMBERS.lena, 'lena.vogt@halden.example', 'Lena Vogt', 'read_only', { ...OFF, is_sso: true }),
	member(MEMBERS.priya, 'priya.nair@contractor.example', '', 'read_only', { ...OFF, status: 'pending', invited_at: ago(20), expires_at: ago(-148), last_sign_in_at: null }),
	member(MEMBERS.grace, 'grace.adeyemi@halden.example', '', 'administrator', { ...OFF, status: 'expired', invited_at: ago(400), expires_at: ago(232), last_sign_in_at: null }),
];

const who = (m) => ({ id: dashes(m.id), email: m.email, name: m.name, role: m.role });

const recoveryCase = (id, of, over) => ({
	id, member: who(of), state: 'waiting', begun_at: ago(30), begun_by: 'you', email_hint: 's•••@halden.example', code: null,
	device: { is_known: true, missing: [] }, wait: { days: 3, seconds: 3 * 86400, thin: false, because: [], release_at: ago(-42) },
	access_code_sent_at: null, access_expires_at: null, opened_at: null, end: null, can_stop: true, wants_two: of.role === 'owner', approvals: [],
	evidence: { known_browser: true, same_network: true, vouched_for: false, password_reset_lately: false, address: '185.12.64.7' },
	timeline: [
		{ what: 'begun', at: ago(30), browser: 'Firefox on Debian', address: '185.12.64.7', by: 'you' },
		{ what: 'email_verified', at: ago(29.9), browser: 'Firefox on Debian', address: '185.12.64.7', by: 'you' },
		{ what: 'device_verified', at: ago(29.8), browser: 'Firefox on Debian', address: '185.12.64.7', by: 'you' },
	], ...over,
});

const PERSON = { marta: { id: MEMBERS.marta, email: 'marta.lis@halden.example' }, jonas: { id: MEMBERS.jonas, email: 'jonas.berg@halden.example' }, ines: { id: at(61), email: 'ines.moreau@halden.example' } };

export const KINDS = [
	['member.invited', 'somebody was invited to an account'], ['member.joined', 'an invitation was redeemed'], ['member.role', 'a member was given another role'], ['member.sign_in', 'a member signed in to the console'],
	['recovery.stopped', 'a recovery was stopped'], ['config.updated', 'a configuration object was changed'], ['authenticator.revoked', 'an authenticator was taken away'], ['sign_in', 'a user proved who they are'],
].map(([kind, text]) => ({ kind, text }));

const TRAIL = [
	['authenticator.revoked', 'jonas', 'ines', { reason: 'HD-2217, phone replaced', authenticator: 'Aegis on Pixel 6', kind: 'totp' }],
	['member.invited', 'marta', null, { email: 'priya.nair@contractor.example', role: 'read_only' }],
	['recovery.stopped', null, 'jonas', { by: 'link' }],
	['config.updated', 'marta', null, { kind: 'policy', name: 'Harbour engineers' }],
	['sign_in', null, 'ines', {}],
	['member.sign_in', 'marta', 'marta', { factor: 'security_key' }],
];

export function membersWorld()
{
	const events = Array.from({ length: 120 }, (_, i) => {
		const [kind, actor, subject, details] = TRAIL[i % TRAIL.length];
		return {
			id: at(5000 + i), at: ago(i * 5 + 0.01), kind, text: KINDS.find((k) => k.kind === kind).text, actor: actor && PERSON[actor], subject: subject && PERSON[subject],
			address: i % 3 ? '10.20.4.18' : '2001:db8::17', browser: 'Firefox on Debian', details, is_sealed: i > 0, is_forgotten: false,
		};
	});
	return {
		members: structuredClone(STAFF),
		roles: ROLES,
		settings: { enforce_twofactor: false, abuse_contact_email: null },
		demands: { enforce_after: null, refuse_remembered: false },
		cases: [
			recoveryCase(CASES.samuel, STAFF[3], {}),
			recoveryCase(CASES.lena, STAFF[4], { state: 'ended', end: 'by_staff', evidence: { known_browser: true, same_network: false, vouched_for: true, password_reset_lately: true, address: '83.11.202.9' }, begun_at: ago(900), wait: { days: 5, seconds: 5 * 86400, thin: true, because: ['another network'], release_at: ago(780) }, timeline: [
				{ what: 'begun', at: ago(900), browser: 'Safari on iOS', address: '83.11.202.9', by: 'you' },
				{ what: 'ended', at: ago(890), browser: null, address: null, by: 'staff' },
			], approvals: [{ what: 'start', by: PERSON.jonas, reason: 'HD-1190, met her at the desk', at: ago(896) }] }),
		],
		events,
		kinds: KINDS,
	};
}

// The case of an owner, which two of those in charge must speed up.
export const ownersCase = (approvals = []) => [recoveryCase(CASES.priya, { id: MEMBERS.second, email: 'hanna.lindqvist@halden.example', name: 'Hanna Lindqvist', role: 'owner' }, {
	state: 'device', device: { is_known: false, missing: ['cookie', 'network'] }, wait: null, approvals,
	evidence: { known_browser: false, same_network: false, vouched_for: false, password_reset_lately: false, address: '83.11.202.9' },
	timeline: [{ what: 'begun', at: ago(3), browser: 'Chrome on Android', address: '83.11.202.9', by: 'you' }, { what: 'email_verified', at: ago(2.9), browser: 'Chrome on Android', address: '83.11.202.9', by: 'you' }],
})];
export const approvalOf = (name, what = 'start') => ({ what, by: PERSON[name], reason: 'HD-2301, called her back', at: ago(1) });
export const secondOwner = () => member(MEMBERS.second, 'hanna.lindqvist@halden.example', 'Hanna Lindqvist', 'owner', { last_sign_in_at: ago(90) });
