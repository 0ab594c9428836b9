// What the console's mock server knows: one invented account, Halden Maritime.
import { doorOf } from './console_door_mock.mjs';
import { freshSelf } from './console_profile_mock.mjs';
import { membersWorld } from './console_members_world.mjs';

export const ACCOUNT = '0198f0c27a1070008000000000000aaa';

const at = (n) => `0198f0c2-0000-7000-8000-${String(n).padStart(12, '0')}`;
const ago = (hours) => new Date(Date.now() - hours * 3600000).toISOString();
const times = { created_at: '2026-03-03T09:41:00Z', updated_at: '2026-11-02T10:12:00Z' };

export const IDS = {
	keys: at(1), suspended: at(2), office: at(3), engineers: at(11), staff: at(21), contractors: at(22), harbour: at(23), sensors: at(24),
	berth: at(31), payroll: at(32), wiki: at(33), entra: at(41), pin: at(42), feed: at(51), ines: at(61), tomasz: at(62),
};

const ALL = ['apps_read', 'apps_write', 'apps_revoke', 'orgs_read', 'orgs_write', 'orgs_revoke', 'lists_read', 'lists_write',
	'service_tokens_read', 'service_tokens_write', 'logs_read', 'users_write', 'members_read', 'members_write', 'recovery_help', 'account_read'];

const rules = (include, require = [], exclude = []) => ({ include, require, exclude });

const NAMES = ['Aiko Tanaka', 'Samuel Okafor', 'Lena Vogt', 'Mateus Silva', 'Priya Nair', 'Yusuf Demir', 'Hanna Lindqvist', 'Marek Nowak', 'Grace Adeyemi', 'Olav Berge'];

export const READ_ONLY = { role: 'read_only', may: ALL.filter((p) => p.endsWith('_read')) };

export const HELP_DESK = { role: 'help_desk', may: ['orgs_read', 'orgs_revoke', 'logs_read', 'members_read', 'recovery_help', 'account_read'] };

export const OWNER = { role: 'owner', may: [...ALL, 'account_write'] };

export const USER_MANAGER = { role: 'user_manager', may: [...HELP_DESK.may, 'users_write'] };

export function accountOf(over = {})
{
	return { id: ACCOUNT, name: 'Halden Maritime', auth_origin: 'https://auth.halden.example', role: 'administrator', may: ALL, enforce_twofactor: false, ...over };
}

export function freshWorld()
{
	return {
		session: true,
		password: 'correct horse battery staple',
		member: { id: 'm1', email: 'marta.lis@halden.example', name: 'Marta Lis', email_verified_at: '2026-03-03T09:41:00Z', is_sso: false, has_password: true,
			two_factor: { is_enabled: true, since: '2026-03-03T09:52:00Z', is_enforced: false, deadline: null }, frozen_at: null },
		accounts: [accountOf()],
		org: {
			name: 'Halden Maritime', auth_domain: 'auth.halden.example', session_duration: '24h', auto_redirect_to_identity: false, is_ui_read_only: false,
			mfa_config: { allowed_authenticators: ['security_key', 'biometrics', 'totp'], session_duration: '24h', amr_matching_enabled: false, amr_session_duration: null, amr_matching_session_duration: null },
			mfa_required_for_all_apps: false, login_design: {}, ...times,
		},
		lists: [
			{ id: IDS.keys, name: 'Approved security keys', description: 'What the crew gets handed out', type: 'AAGUID', countersign: { evidence: 'verified' }, ...times, items: [
				{ value: '8c39ee867f9a4a959ba3f6b097e5c2ee', description: 'YubiKey Bio Series (Enterprise Profile)' }, { value: 'cb69481e8ff7403993ec0a2729a154a8', description: 'YubiKey 5 Series' }] },
			{ id: IDS.suspended, name: 'Suspended contractors', description: '', type: 'EMAIL', ...times, items: [{ value: 'old.hand@contractor.example', description: 'Until the inquiry ends' }] },
			{ id: IDS.office, name: 'Harbour office', description: 'Wired networks', type: 'IP', ...times, items: [{ value: '10.20.0.0/16', description: '' }] },
		],
		groups: [{ id: IDS.engineers, name: 'Engineering', ...rules([{ email_domain: { domain: 'eng.halden.example' } }]), ...times }],
		policies: [
			{ id: IDS.sensors, name: 'Tide sensors', decision: 'non_identity', ...rules([{ service_token: { token_id: IDS.feed } }]), ...times },
			{ id: IDS.contractors, name: 'Suspended contractors', decision: 'deny', ...rules([{ email_list: { id: IDS.suspended } }]), ...times },
			{ id: IDS.harbour, name: 'Harbour engineers', decision: 'allow', ...rules([{ group: { id: IDS.engineers } }], [{ ip_list: { id: IDS.office } }], [{ geo: { country_code: 'KP' } }, { device_posture: { integration_uid: 'x-1' } }]),
				mfa_config: { allowed_authenticators: ['security_key'], session_duration: '1h' }, ...times },
			{ id: IDS.staff, name: 'Everyone at Halden', decision: 'allow', ...rules([{ email_domain: { domain: 'halden.example' } }]), ...times },
		],
		apps: [
			{ id: IDS.berth, aud: 'b7'.repeat(32), type: 'self_hosted', name: 'Berth planner', domain: 'berth.halden.example', destinations: [{ type: 'public', uri: 'berth.halden.example' }, { type: 'public', uri: 'berth.halden.example/api/*' }],
				policies: [{ id: IDS.sensors, precedence: 1 }, { id: IDS.contractors, precedence: 2 }, { id: IDS.harbour, precedence: 3 }, { id: IDS.staff, precedence: 4 }],
				allowed_idps: [], auto_redirect_to_identity: false, session_duration: '24h', app_launcher_visible: true, http_only_cookie_attribute: true, same_site_cookie_attribute: 'lax',
				mfa_config: { allowed_authenticators: ['security_key', 'biometrics'], session_duration: '8h' }, ...times },
			{ id: IDS.payroll, aud: 'c8'.repeat(32), type: 'self_hosted', name: 'Payroll', domain: 'pay.halden.example', destinations: [{ type: 'public', uri: 'pay.halden.example' }], policies: [{ id: IDS.staff, precedence: 1 }],
				allowed_idps: [IDS.entra], auto_redirect_to_identity: true, app_launcher_visible: true, ...times },
			{ id: IDS.wiki, aud: 'd9'.repeat(32), type: 'self_hosted', name: 'Wiki', domain: 'wiki.halden.example', destinations: [{ type: 'public', uri: 'wiki.halden.example' }], policies: [],
				allowed_idps: [], auto_redirect_to_identity: false, app_launcher_visible: true, mfa_config: { mfa_disabled: true }, ...times },
		],
		providers: [
			{ id: IDS.entra, type: 'oidc', name: 'Halden Entra ID', config: { client_id: 'countersign', issuer_url: 'https://login.example/halden/v2.0', redirect_url: `https://auth.halden.example/cdn-cgi/access/callback/${IDS.entra}` },
				countersign: { amr_mapping: { ngcmfa: ['security_key'] }, acr_values: '', max_age: null }, ...times },
			{ id: IDS.pin, type: 'onetimepin', name: 'PIN by e-mail', config: { redirect_url: '' }, ...times },
		],
		tokens: [{ id: IDS.feed, name: 'tide-feed', client_id: '88bf3b6d86161464f6509f7219099e57.access', duration: '8760h', enabled: true, expires_at: '2027-03-01T00:00:00Z', last_seen_at: ago(2), ...times }],
		users: [
			{ id: IDS.ines, uid: IDS.ines, email: 'ines.moreau@halden.example', name: 'Ines Moreau', last_successful_login: ago(1), created_at: '2026-03-03T09:41:00Z', countersign: { status: 'active', frozen: false, methods: ['security_key', 'biometrics', 'totp'] } },
			{ id: IDS.tomasz, uid: IDS.tomasz, email: 't.zielinski@halden.example', name: 'Tomasz Zieliński', last_successful_login: ago(26), created_at: '2026-05-14T09:41:00Z', countersign: { status: 'active', frozen: true, methods: [] } },
			...NAMES.map((name, i) => ({ id: at(100 + i), uid: at(100 + i), email: `${name.toLowerCase().replace(' ', '.')}@halden.example`, name, last_successful_login: i === 9 ? null : ago(30 * (i + 1)), created_at: '2026-05-14T09:41:00Z',
				countersign: { status: i === 4 ? 'disabled' : 'active', frozen: false, methods: i % 3 ? ['totp'] : [] } })),
		],
		authenticators: { [IDS.ines]: [
			{ id: at(71), name: 'YubiKey 5C – desk', type: 'security_key', aaguid: 'cb69481e-8ff7-4039-93ec-0a2729a154a8', created_at: '2026-03-03T09:41:00Z', last_used_at: ago(1), countersign: { model: 'YubiKey 5 Series', evidence: 'verified', backed_up: false } },
			{ id: at(72), name: 'ThinkPad – Ines', type: 'biometrics', aaguid: '08987058-cadc-4b81-b6e1-30de50dcbe96', created_at: '2026-05-14T09:41:00Z', last_used_at: ago(80), countersign: { model: 'Windows Hello', evidence: 'none', backed_up: false } },
			{ id: at(73), name: 'Aegis on Pixel 8', type: 'totp', aaguid: null, created_at: '2026-03-03T09:41:00Z', last_used_at: null },
		] },
		sessions: { [IDS.ines]: [{ expiration: Math.floor(Date.now() / 1000) + 50000, name: 'X1aXj1lFVcqqyoXF', metadata: { nonce: 'X1aXj1lFVcqqyoXF', iat: Math.floor(Date.now() / 1000) - 3600, expires: Math.floor(Date.now() / 1000) + 50000, ttl: 86400, apps: { a: { uid: IDS.berth, name: 'Berth planner', hostname: 'berth.halden.example', type: 'self_hosted' } } } }] },
		failed: { [IDS.ines]: [{ expiration: 0, metadata: { app_name: 'Payroll', aud: '', datetime: ago(40), ray_id: '7f3a91c2', user_email: 'ines.moreau@halden.example', user_uuid: IDS.ines } }] },
		identities: { [IDS.ines]: { email: 'ines.moreau@halden.example', user_uuid: IDS.ines, idp: { id: IDS.entra, type: 'oidc' }, geo: { country: 'PL' }, ip: '185.12.64.7', iat: Math.floor(Date.now() / 1000) - 3600, amr: ['hwk', 'mfa'] } },
		log: Array.from({ length: 40 }, (_, i) => ({ user_email: i % 4 === 3 ? 't.zielinski@halden.example' : 'ines.moreau@halden.example', user_id: i % 4 === 3 ? IDS.tomasz : IDS.ines, reason: i % 6 === 5 ? 'method' : '', mfa_methods: i % 6 === 5 ? [] : ['security_key'], ip_address: i % 3 ? '185.12.64.7' : '2001:db8::17', app_uid: i % 2 ? IDS.payroll : IDS.berth,
			app_name: i % 2 ? 'Payroll' : 'Berth planner', app_domain: i % 2 ? 'pay.halden.example' : 'berth.halden.example', action: i % 11 === 10 ? 'logout' : 'login', connection: i % 5 ? 'oidc' : 'onetimepin', allowed: i % 6 !== 5, created_at: ago(i * 7 + 1), ray_id: `187d944c61940c${String(i).padStart(2, '0')}`, country: 'PL' })),
		checks: { // what the gate would say, by user
			[IDS.ines]: { status: 'second_factor', matched: IDS.harbour, methods: ['security_key'], seconds: 3600 },
			[IDS.tomasz]: { status: 'second_factor', matched: IDS.staff, methods: ['security_key', 'biometrics'], seconds: 28800 },
			[at(100)]: { status: 'denied', matched: IDS.contractors },
		},
		roots: [],
		metadata: null,
		known: [
			['cb69481e-8ff7-4039-93ec-0a2729a154a8', 'YubiKey 5 Series', []], ['2fc0579f-8113-47ea-b116-bb5a8db9202a', 'YubiKey 5 Series with NFC', []], ['8c39ee86-7f9a-4a95-9ba3-f6b097e5c2ee', 'YubiKey Bio Series (Enterprise Profile)', []],
			['08987058-cadc-4b81-b6e1-30de50dcbe96', 'Windows Hello', []], ['ee882879-721c-4913-9775-3dfcce97072a', 'YubiKey 5 FIPS', ['REVOKED']], ['ab32f0c6-2239-afbb-c470-d2ef4e254db7', 'Token2 PIN+', []],
		].map(([aaguid, name, statuses]) => ({ aaguid: aaguid.replaceAll('-', ''), name, kind: 'security_key', source: 'own', statuses })),
		outside: [{ id: at(72), user: { id: IDS.ines, email: 'ines.moreau@halden.example' }, name: 'ThinkPad – Ines', model: 'Windows Hello', aaguid: '08987058cadc4b81b6e130de50dcbe96', evidence: 'none', reason: 'model_refused' }],
		seen: { [IDS.entra]: [{ claim: 'amr', value: 'hwk', first_seen: ago(700), last_seen: ago(1), counts_as: [] }, { claim: 'amr', value: 'otp', first_seen: ago(700), last_seen: ago(5), counts_as: [] },
			{ claim: 'amr', value: 'ngcmfa', first_seen: ago(700), last_seen: ago(2), counts_as: [] }, { claim: 'amr', value: 'rsa', first_seen: ago(600), last_seen: ago(90), counts_as: [] }, { claim: 'acr', value: 'urn:halden:loa:2', first_seen: ago(700), last_seen: ago(1), counts_as: [] }, { claim: 'amr', value: 'pwd', first_seen: ago(700), last_seen: ago(1), counts_as: [] }] },
		...membersWorld(),
		revoked: [],
		...freshSelf(),
		door: doorOf(),
		faults: {},
		delay: 0,
		calls: [],
	};
}
