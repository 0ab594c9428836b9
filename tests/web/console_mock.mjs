// A server that keeps to docs/protocol/configuration-api.md and console-api.md as far as the console
// needs them, with its memory in `world`. What the documents do not name is refused, so that a page
// that drifts from them fails here.
import http from 'node:http';
import fs from 'node:fs';
import * as members from './console_members_mock.mjs';
import * as door from './console_door_mock.mjs';
import * as self from './console_profile_mock.mjs';
import { Refused, refuse } from './console_refused.mjs';
import { freshWorld, ACCOUNT } from './console_world.mjs';

const dist = new URL(process.env.WEB_DIST ?? '../../web/dist/', import.meta.url);
const csp = fs.readFileSync(new URL('csp.txt', dist), 'utf8').trim();
const assets = new Map(fs.readFileSync(new URL('assets.tsv', dist), 'utf8').trim().split('\n').map((line) => {
	const [path, file, type] = line.split('\t');
	return [path, { file, type }];
}));

let serial = 0;
const id = () => `0198f0c2-7a10-7000-8000-${(++serial).toString(16).padStart(12, '0')}`;
const now = () => new Date().toISOString();

function find(list, key)
{
	return list.find((x) => x.id === key) ?? refuse(404, 12135, 'no such object');
}

const KINDS = ['email', 'email_domain', 'email_list', 'everyone', 'ip', 'ip_list', 'geo', 'group', 'certificate', 'common_name', 'service_token',
	'any_valid_service_token', 'linked_app_token', 'login_method', 'auth_method', 'auth_context', 'azureAD', 'github-organization', 'gsuite', 'okta',
	'saml', 'oidc', 'external_evaluation', 'device_posture', 'user_risk_score', 'cloudflare_account_member'];

function checkRules(body)
{
	if (!Array.isArray(body.include) || body.include.length === 0)
		refuse(400, 12130, 'include: at least one rule is needed');
	for (const rule of [...body.include, ...body.exclude ?? [], ...body.require ?? []]) {
		const [kind, ...more] = Object.keys(rule);
		if (!KINDS.includes(kind) || more.length > 0 || typeof rule[kind] !== 'object')
			refuse(400, 12130, `rule: unknown kind ${kind}`);
	}
}

function checkMfa(config, w)
{
	if (!config)
		return;
	for (const m of config.allowed_authenticators ?? [])
		if (!['totp', 'biometrics', 'security_key'].includes(m))
			refuse(400, 12130, `mfa_config.allowed_authenticators: unknown method ${m}`);
	if (config.session_duration !== undefined && !/^(\d+h)?(\d+m)?$/.test(config.session_duration))
		refuse(400, 12130, `mfa_config.session_duration: "${config.session_duration}" is no length of minutes and hours`);
	if (config.required_aaguids && !w.lists.some((l) => l.id === config.required_aaguids && l.type === 'AAGUID'))
		refuse(400, 12130, 'mfa_config.required_aaguids: no list of type AAGUID');
}

const checkName = (body) => typeof body.name === 'string' && body.name !== '' ? undefined : refuse(400, 12130, 'name: a text is needed');

const ownMfa = (x) => x.mfa_config && Object.keys(x.mfa_config).length > 0;

function usedIn(w, key)
{
	const rules = (x) => [...x.include, ...x.exclude, ...x.require].some((r) => Object.values(Object.values(r)[0]).includes(key));
	return [...w.policies.filter(rules), ...w.groups.filter(rules), ...w.apps.filter((a) => a.policies.some((p) => p.id === key))].map((x) => x.name);
}

const notInUse = (w, key) => {
	const names = usedIn(w, key);
	if (w.org.mfa_config?.required_aaguids === key)
		names.push('the organisation');
	if (names.length > 0)
		refuse(400, 12130, `in use by ${names.join(', ')}`);
};

// One kind of object: list, make, read, replace, delete.
function objects(path, member, { check = () => undefined, made = () => ({}), show = (w, x) => x, area })
{
	const at = (w) => w[member];
	return [
		[`GET ${path}`, area, (w, b, p, q) => at(w).filter((x) => (!q.get('type') || x.type === q.get('type')) && x.name.toLowerCase().includes((q.get('search') ?? '').toLowerCase())).map((x) => show(w, x))],
		[`POST ${path}`, area, (w, b) => {
			checkName(b);
			check(b, w);
			const x = { id: id(), ...structuredClone(b), created_at: now(), updated_at: now(), ...made(b, w) };
			at(w).push(x);
			return show(w, x, true);
		}],
		[`GET ${path}/:id`, area, (w, b, [key]) => show(w, find(at(w), key))],
		[`PUT ${path}/:id`, area, (w, b, [key]) => {
			checkName(b);
			check(b, w);
			const x = find(at(w), key);
			Object.assign(x, structuredClone(b), { updated_at: now() });
			return show(w, x);
		}],
		[`DELETE ${path}/:id`, area, (w, b, [key]) => {
			find(at(w), key);
			notInUse(w, key);
			w[member] = at(w).filter((x) => x.id !== key);
			return { id: key };
		}],
	];
}

const fullRules = (b) => ({ include: b.include ?? [], exclude: b.exclude ?? [], require: b.require ?? [] });

function policiesOf(w, body)
{
	return (body.policies ?? []).map((p, i) => {
		const key = typeof p === 'string' ? p : p.id;
		return { id: key, precedence: p.precedence ?? i + 1 };
	}).sort((a, b) => a.precedence - b.precedence);
}

const showApp = (w, a) => ({ ...a, policies: a.policies.map((l) => {
	const p = w.policies.find((x) => x.id === l.id) ?? l;
	return { ...p, reusable: w.policies.includes(p), precedence: l.precedence };
}) });

const showPolicy = (w, p) => ({ ...p, reusable: true, app_count: w.apps.filter((a) => a.policies.some((l) => l.id === p.id)).length });

function organization(w, b)
{
	checkMfa(b.mfa_config, w);
	if (b.mfa_config && (b.mfa_config.allowed_authenticators ?? []).length === 0) {
		const own = [...w.apps.filter(ownMfa).map((a) => `/console/applications/${a.id}`), ...w.policies.filter(ownMfa).map((p) => `/console/policies/${p.id}`)];
		if (own.length > 0)
			refuse(400, 12130, `mfa_config: second factors cannot be turned off while these have settings of their own: ${own.join(', ')}`);
		if (b.mfa_required_for_all_apps)
			refuse(400, 12130, 'mfa_required_for_all_apps: no method is allowed');
	}
	Object.assign(w.org, structuredClone(b), { updated_at: now() });
	return w.org;
}

// Method and path behind /client/v4/accounts/{account} → area of permissions, or the permissions of
// which one is enough, and the result.
const CLOUDFLARE = [
	...members.CLOUDFLARE,
	...self.CLOUDFLARE,
	['GET /access/organizations', 'orgs', (w) => w.org ?? refuse(404, 9999, 'no organization')],
	['POST /access/organizations', 'orgs', (w, b) => (w.org = { ...b, mfa_required_for_all_apps: false, session_duration: '24h', created_at: now(), updated_at: now() })],
	['PUT /access/organizations', 'orgs', organization],
	['PATCH /access/organizations', 'orgs', organization],
	['POST /access/organizations/revoke_user', 'orgs', (w, b) => (typeof b.email === 'string' ? (w.revoked.push(b.email), true) : refuse(400, 12130, 'email: needed'))],
	...objects('/gateway/lists', 'lists', { area: 'lists', show: (w, l) => ({ ...l, items: undefined, count: l.items.length }), made: (b) => ({ items: b.items ?? [] }),
		check: (b) => (b.items ?? []).forEach((i) => typeof i.value === 'string' || refuse(400, 12130, 'items')) }),
	['GET /gateway/lists/:id/items', 'lists', (w, b, [key]) => find(w.lists, key).items],
	...objects('/access/policies', 'policies', { area: 'apps', show: showPolicy, check: (b, w) => (checkRules(b), checkMfa(b.mfa_config, w)), made: fullRules }),
	...objects('/access/groups', 'groups', { area: 'orgs', check: checkRules, made: fullRules }),
	...objects('/access/apps', 'apps', { area: 'apps', show: showApp,
		check: (b, w) => {
			checkMfa(b.mfa_config, w);
			for (const d of b.destinations ?? [])
				if (d.type !== 'public' || !d.uri)
					refuse(400, 12130, 'destinations: only public ones');
			if (b.policies)
				b.policies = policiesOf(w, b).map((l) => ({ ...(w.apps.flatMap((a) => a.policies).find((p) => p.id === l.id) ?? {}), ...l }));
		}, made: (b) => ({ aud: 'a'.repeat(64), policies: b.policies ?? [], allowed_idps: b.allowed_idps ?? [] }) }),
	['GET /access/apps/:id/user_policy_checks', 'apps', (w, b, [key], q) => {
		const app = showApp(w, find(w.apps, key));
		const user = w.users.find((u) => u.email === q.get('email')?.toLowerCase());
		const { status, matched, methods = [], seconds = 0 } = w.checks[user?.id] ?? refuse(404, 12135, 'never seen');
		if (q.get('ip') && !/^[\d.]+$|:/.test(q.get('ip')))
			refuse(400, 12130, 'ip is not an address');
		return {
			app_state: { app_uid: app.id, aud: app.aud, hostname: app.domain, name: app.name, status, policies: app.policies.map((p) => ({ ...p, matched: p.id === matched })),
				mfa: { required: status === 'second_factor', allowed_authenticators: methods, duration_s: seconds } },
			user_identity: { user_uuid: user.id, email: user.email, name: user.name, iat: Math.floor(Date.now() / 1000) - 3600 },
		};
	}],
	['POST /access/apps/:id/revoke_tokens', 'apps', (w, b, [key]) => (find(w.apps, key), {})],
	['POST /access/apps/:id/policies', 'apps', (w, b, [key]) => {
		checkRules(b);
		const app = find(w.apps, key);
		const p = { id: id(), ...b, ...fullRules(b), reusable: false, precedence: app.policies.length + 1, created_at: now(), updated_at: now() };
		app.policies.push(p);
		return p;
	}],
	['GET /access/apps/:id/policies/:id', 'apps', (w, b, [key, policy]) => find(showApp(w, find(w.apps, key)).policies, policy)],
	['PUT /access/apps/:id/policies/:id', 'apps', (w, b, [key, policy]) => (checkRules(b), Object.assign(find(find(w.apps, key).policies, policy), b, { updated_at: now() }))],
	['DELETE /access/apps/:id/policies/:id', 'apps', (w, b, [key, policy]) => {
		const app = find(w.apps, key);
		app.policies = app.policies.filter((p) => p.id !== policy);
		return { id: policy };
	}],
	...objects('/access/identity_providers', 'providers', { area: 'orgs', made: (b) => ({ config: { ...b.config, redirect_url: 'https://auth.halden.example/cdn-cgi/access/callback/x' } }) }),
	...objects('/access/service_tokens', 'tokens', { area: 'service_tokens', show: (w, t, first) => ({ ...t, client_secret: first ? t.client_secret : undefined }),
		made: (b) => ({ client_id: `${'4f'.repeat(16)}.access`, client_secret: `cfast_${'k3'.repeat(20)}01234567`, duration: b.duration ?? '8760h', enabled: true,
			expires_at: b.duration === 'forever' ? null : new Date(Date.now() + 31536000000).toISOString() }) }),
	['POST /access/service_tokens/:id/rotate', 'service_tokens', (w, b, [key]) => ({ ...find(w.tokens, key), client_secret: `cfast_${'r0'.repeat(20)}76543210` })],
	['POST /access/service_tokens/:id/refresh', 'service_tokens', (w, b, [key]) => find(w.tokens, key)],
	['GET /access/users', 'orgs', (w, b, p, q) => w.users.filter((u) => `${u.name} ${u.email}`.toLowerCase().includes((q.get('search') ?? '').toLowerCase()))],
	['GET /access/users/:id', 'orgs', (w, b, [key]) => find(w.users, key)],
	['POST /access/users', 'orgs', (w, b) => {
		if (w.users.some((u) => u.email === b.email))
			refuse(400, 12130, 'email: there is a user with this address');
		const u = { id: id(), email: b.email, name: b.name ?? '', created_at: now(), last_successful_login: null };
		w.users.push(u);
		return u;
	}],
	['PUT /access/users/:id', 'orgs', (w, b, [key]) => Object.assign(find(w.users, key), { name: b.name })],
	['DELETE /access/users/:id', 'orgs', (w, b, [key]) => {
		find(w.users, key);
		w.users = w.users.filter((u) => u.id !== key);
		return null;
	}],
	['GET /access/users/:id/mfa_authenticators', 'orgs', (w, b, [key]) => (find(w.users, key), w.authenticators[key] ?? [])],
	['DELETE /access/users/:id/mfa_authenticators/:id', 'orgs', (w, b, [key, device]) => {
		find(w.authenticators[key] ?? [], device);
		w.authenticators[key] = w.authenticators[key].filter((a) => a.id !== device);
		return null;
	}],
	['GET /access/users/:id/active_sessions', 'orgs', (w, b, [key]) => w.sessions[key] ?? []],
	['GET /access/users/:id/failed_logins', 'orgs', (w, b, [key]) => w.failed[key] ?? []],
	['GET /access/users/:id/last_seen_identity', 'orgs', (w, b, [key]) => w.identities[key] ?? refuse(404, 12135, 'never seen')],
	['GET /access/logs/access_requests', 'logs', (w, b, p, q) => {
		const limit = Number(q.get('limit') ?? 25);
		const page = Number(q.get('page') ?? 1);
		const rows = w.log.filter((r) => (!q.get('email') || r.user_email.includes(q.get('email'))) && (!q.get('user_id') || r.user_id === q.get('user_id')) && (!q.get('allowed') || String(r.allowed) === q.get('allowed')) &&
			(!q.get('app_uid') || r.app_uid === q.get('app_uid')) && (!q.get('since') || r.created_at >= q.get('since')) && (!q.get('until') || r.created_at <= q.get('until')));
		return rows.slice((page - 1) * limit, page * limit);
	}],
];

// Lists without pages, as Cloudflare's.
const WHOLE = ['/roles', '/gateway/lists', '/access/users/:id/mfa_authenticators', '/access/users/:id/active_sessions', '/access/users/:id/failed_logins', '/access/logs/access_requests'];

// Behind /api/v1/accounts/{account}.
const OWN = [
	...members.OWN,
	['GET /attestation_roots', 'orgs', (w) => ({ attestation_roots: w.roots })],
	['POST /attestation_roots', 'orgs', (w, b) => {
		if (!b.pem?.includes('BEGIN CERTIFICATE'))
			refuse(400, 'body');
		const root = { id: id(), name: b.name ?? '', subject: 'CN=Yubico FIDO Root CA Serial 450203556', not_before: '2026-01-01T00:00:00Z', expires_at: '2060-04-30T14:00:00Z', fingerprint: '9e4f11aa02775c10'.repeat(4), created_at: now() };
		w.roots.push(root);
		return { attestation_roots: [root] };
	}],
	['DELETE /attestation_roots/:id', 'orgs', (w, b, [key]) => {
		w.roots = w.roots.filter((r) => r.id !== key);
		return {};
	}],
	['GET /known_authenticators', 'orgs', (w) => ({ known_authenticators: w.known })],
	['GET /metadata', 'orgs', (w) => ({ metadata: w.metadata })],
	['GET /mfa_counts', 'orgs', (w) => {
		const active = w.users.filter((u) => u.countersign?.status === 'active');
		const having = (m) => active.filter((u) => u.countersign.methods.includes(m)).length;
		return { users: active.length, methods: { totp: having('totp'), security_key: having('security_key'), biometrics: having('biometrics'), none: active.filter((u) => u.countersign.methods.length === 0).length } };
	}],
	['GET /models/outside', 'orgs', (w, b, p, q) => (find(w.lists, q.get('list')), { total: w.outside.length, outside: w.outside })],
	['GET /identity_providers/:id/seen_values', 'orgs', (w, b, [key]) => ({ seen_values: w.seen[key] ?? [] })],
	['POST /users/:id/unfreeze', 'orgs', (w, b, [key]) => {
		const u = find(w.users, key);
		u.countersign = { ...u.countersign, frozen: false };
		return {};
	}],
	['POST /users/:id/status', 'orgs', (w, b, [key]) => {
		const u = find(w.users, key);
		u.countersign = { ...u.countersign, status: b.status };
		return {};
	}],
];

const MEMBER = [
	...door.MEMBER,
	...self.MEMBER,
	['GET /member', null, (w) => (w.session ? { member: w.member, accounts: w.accounts, session: { expires_at: new Date(Date.now() + 3600000).toISOString() } } : refuse(401, 'signed_out'))],
];

function route(table, method, path)
{
	for (const [pattern, area, answer] of table) {
		const [m, p] = pattern.split(' ');
		const found = m === method && new RegExp('^' + p.replaceAll(':id', '([^/]+)') + '$').exec(path);
		if (found)
			return { pattern: p, area, answer, params: found.slice(1) };
	}
	return null;
}

function answerOf(table, w, rq, path, url, body)
{
	const found = route(table, rq.method, path) ?? refuse(404, table === CLOUDFLARE ? 7003 : 'not_found', 'no such path');
	if (found.area && !w.session)
		refuse(401, table === CLOUDFLARE ? 9106 : 'signed_out');
	const need = `${found.area}_${rq.method === 'GET' ? 'read' : path.includes('revoke') ? 'revoke' : 'write'}`;
	const enough = Array.isArray(found.area) ? found.area : [need, ...(rq.method === 'GET' ? [] : /\/(mfa_authenticators|unfreeze)/.test(path) ? ['orgs_revoke', 'users_write'] : /\/users/.test(path) ? ['users_write'] : [])];
	const may = w.accounts[0]?.may ?? [];
	if (found.area && !enough.some((p) => may.includes(p)) && !(rq.method === 'GET' && !Array.isArray(found.area) && may.some((p) => p.startsWith(`${found.area}_`))))
		table === CLOUDFLARE ? refuse(403, 10000, `needs ${need}`) : refuse(403, 'not_allowed');
	return { ...found, result: found.answer(w, body, found.params, url.searchParams) };
}

function envelope(found, url)
{
	if (!Array.isArray(found.result) || WHOLE.includes(found.pattern))
		return { success: true, errors: [], messages: [], result: found.result ?? null };
	const page = Number(url.searchParams.get('page') ?? 1);
	const per = Number(url.searchParams.get('per_page') ?? 25);
	const all = found.result;
	return { success: true, errors: [], messages: [], result: all.slice((page - 1) * per, page * per), result_info: { page, per_page: per, count: 0, total_count: all.length } };
}

function api(w, rq, rs, url, origin, text)
{
	const cloudflare = url.pathname.startsWith('/client/v4/');
	const answer = (status, value) => {
		rs.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-request-id': '7f3a-91c2' });
		rs.end(JSON.stringify(value));
	};
	try {
		if (rq.method !== 'GET' && (rq.headers.origin !== origin || rq.headers['sec-fetch-site'] !== 'same-origin' || rq.headers['content-type'] !== 'application/json'))
			refuse(403, cloudflare ? 10000 : 'csrf');
		if ((rq.method === 'DELETE' || rq.method === 'GET') && text !== '')
			refuse(413, cloudflare ? 12130 : 'body', 'no body is taken');
		const body = text === '' ? {} : JSON.parse(text);
		const path = url.pathname.replace(/^\/(client\/v4|api\/v1)/, '');
		const inside = /^\/accounts\/([^/]+)(\/.*)?$/.exec(path);
		const at = inside ? inside[2] ?? '/' : path;
		const name = `${rq.method} ${at}`;
		w.calls.push({ name, body: structuredClone(body), query: Object.fromEntries(url.searchParams) });
		const fault = w.faults[name]?.shift();
		if (fault)
			throw Object.assign(new Refused(fault.status ?? 400, fault.code, fault.message), { more: fault.more });
		if (inside && !w.accounts.some((a) => a.id === inside[1]))
			refuse(404, 7003, 'another account');
		const found = answerOf(cloudflare ? CLOUDFLARE : inside ? OWN : MEMBER, w, rq, at, url, body);
		if (found.result?.svg) {
			rs.writeHead(200, { 'content-type': 'image/svg+xml', 'cache-control': 'no-store' });
			return rs.end(found.result.svg);
		}
		if (found.result?.file) {
			rs.writeHead(200, { 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename="${found.result.file}"` });
			return rs.end(found.result.text);
		}
		answer(200, cloudflare ? envelope(found, url) : found.result);
	} catch (e) {
		if (!(e instanceof Refused))
			throw e;
		answer(e.status, cloudflare
			? { success: false, errors: [{ code: e.code, message: e.message }], messages: [], result: null }
			: { error: { code: String(e.code), ...(e.message ? { message: e.message } : {}), ...e.more }, request_id: '7f3a-91c2' });
	}
}

export async function start()
{
	const mock = { world: freshWorld() };
	const server = http.createServer((rq, rs) => {
		const url = new URL(rq.url, mock.origin);
		let text = '';
		rq.on('data', (chunk) => { text += chunk; });
		rq.on('end', () => {
			if (/^\/(client|api)\//.test(url.pathname))
				return setTimeout(() => api(mock.world, rq, rs, url, mock.origin, text), mock.world.delay);
			const asset = assets.get(url.pathname) ?? assets.get(/^\/(console(\/|$)|$)/.test(url.pathname) ? '/console/*' : '*');
			rs.writeHead(200, { 'content-type': asset.type, 'content-security-policy': csp, 'x-content-type-options': 'nosniff' });
			return rs.end(fs.readFileSync(new URL(asset.file, dist)));
		});
	});
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	mock.origin = `http://localhost:${server.address().port}`;
	mock.reset = (over = {}) => (mock.world = Object.assign(freshWorld(), over));
	mock.fault = (name, ...faults) => { mock.world.faults[name] = faults; };
	mock.calls = (name) => mock.world.calls.filter((c) => c.name === name);
	mock.stop = () => new Promise((done) => {
		server.closeAllConnections();
		server.close(done);
	});
	return mock;
}

export { ACCOUNT };
