// A server that keeps to docs/protocol/portal-api.md, with its memory in `world`. It refuses what
// the contract does not name, so that a page that drifts from the contract fails here.
import http from 'node:http';
import fs from 'node:fs';

const dist = new URL('../../web/dist/', import.meta.url);
const csp = fs.readFileSync(new URL('csp.txt', dist), 'utf8').trim();
const assets = new Map(fs.readFileSync(new URL('assets.tsv', dist), 'utf8').trim().split('\n').map((line) => {
	const [path, file, type, cache, sha256, encodings] = line.split('\t');
	return [path, { file, type, cache, sha256, encodings: encodings.split(',') }];
}));

export const ENTRA = '11111111-1111-4111-8111-111111111111';
export const GITHUB = '22222222-2222-4222-8222-222222222222';
export const PIN = '33333333-3333-4333-8333-333333333333';
export const META = 'sealed.meta-of-berth_planner';
export const SETUP_KEY = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
export const RIGHT_PIN = '418206';
export const RIGHT_CODE = '529038';
export const USED_CODE = '111111';
// The codes of the first set; the second begins with an "a", and so on.
export const sheetOf = (n) => Array.from({ length: 10 }, (_, i) => `${'7abcdefg'[n - 1]}k3m-9qx${i}-2t`);

const soon = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();

export function freshWorld()
{
	return {
		organization: { name: 'Halden Maritime', header_text: '', footer_text: '', logo_path: '' },
		application: { name: 'Berth planner', host: 'berth.halden.example' },
		providers: [
			{ id: ENTRA, type: 'oidc', name: 'Halden Entra ID' },
			{ id: GITHUB, type: 'oidc', name: 'GitHub' },
			{ id: PIN, type: 'onetimepin', name: 'PIN by e-mail' },
		],
		lastProvider: ENTRA,
		autoRedirect: false,
		methods: ['totp'],
		askAgain: '24h',
		user: { email: 'ines.moreau@halden.example', name: 'Ines Moreau', provider: 'PIN by e-mail' },
		devices: [],
		applications: [],
		canEnrol: ['totp'],
		cannotEnrol: [],
		// Applications that a kind of device is needed for, by its id or for the last of all.
		closes: {},
		window: null,
		windowFor: 600,
		frozenAt: null,
		signedInLongAgo: false,
		justEnrolled: null,
		// Whether people may have backup codes; how many sets were made, when the last, and what was used of it.
		mayHaveCodes: false,
		sets: 0,
		codesMadeAt: null,
		usedCodes: {},
		// What the next key to be enrolled turns out to be.
		comes: {},
		// How long the browser may wait for a key.
		patience: 60000,
		denied: null,
		resendAfter: 60,
		challengeFor: 300,
		// What has happened so far.
		session: false,
		proof: null,
		pin: null,
		tries: 5,
		enrolment: null,
		challenge: null,
		// Faults to answer with, by "POST /path": each is used once, in order.
		faults: {},
		delays: {},
		calls: [],
	};
}

const RP = 'localhost';
const b64 = (text) => Buffer.from(text).toString('base64url');

export const TOTP = { id: 'd1', factor: 'totp', kind: 'totp', name: 'Aegis on Pixel 8', created_at: '2026-03-03T09:41:00Z', last_used_at: '2026-10-02T07:12:00Z' };

export const KEY = { id: 'd2', factor: 'webauthn', kind: 'security_key', name: 'YubiKey 5C – desk', model: 'YubiKey 5 Series', created_at: '2026-03-03T09:41:00Z', last_used_at: '2026-11-22T08:41:00Z', credential: b64('the key on the desk'), transports: ['usb'] };
export const BUILT_IN = { id: 'd3', factor: 'webauthn', kind: 'biometrics', name: 'ThinkPad – Ines', model: '', created_at: '2026-05-14T09:41:00Z', last_used_at: '2026-11-19T08:41:00Z', credential: b64('the laptop'), transports: ['internal'] };

class Refusal {
	constructor(status, code, more = {})
	{
		Object.assign(this, { status, error: { code, ...more } });
	}
}

const refuse = (status, code, more) => { throw new Refusal(status, code, more); };

const fits = (w, device) => device.factor === 'push' || w.methods.includes(device.kind);

function step(w, meta)
{
	if (!w.session)
		return w.pin ? 'pin' : 'provider';
	if (w.denied)
		return 'denied';
	if (w.methods.length > 0 && (!w.proof || !w.methods.includes(w.proof.method)))
		return w.devices.length === 0 ? 'enrol' : w.devices.some((d) => fits(w, d)) ? 'challenge' : 'enrol';
	return 'continue';
}

function state(w, meta)
{
	const now = step(w, meta);
	return {
		organization: w.organization,
		application: meta && !meta.startsWith('/') ? w.application : null,
		step: now,
		providers: w.providers,
		last_provider: w.lastProvider,
		auto_redirect: w.autoRedirect,
		pin: now === 'pin' ? w.pin : null,
		user: w.session ? w.user : null,
		methods: now === 'enrol' || now === 'challenge' ? w.methods : [],
		ask_again_after: w.askAgain,
		enrol: now === 'enrol' ? { needs: w.devices.length > 0 && !w.window ? 'prove' : 'nothing', has_devices: w.devices.length > 0 } : null,
		denied: now === 'denied' ? w.denied : null,
	};
}

const session = (w) => w.session || refuse(401, 'signed_out');

const challengeOf = (w) => b64(`a challenge of this mock, number ${w.calls.length}`);

function mayChange(w)
{
	if (w.frozenAt)
		refuse(403, 'frozen');
	if (w.devices.length > 0 && (!w.window || Date.parse(w.window.expires_at) <= Date.now()))
		refuse(403, 'prove_first');
	if (w.devices.length === 0 && w.signedInLongAgo)
		refuse(403, 'sign_in_again');
}

const deviceOf = (w, id) => w.devices.find((d) => d.id === id) ?? refuse(404, 'not_found');

// world.closes: device id → applications that hang on it; "last" → those that want any device.
function closesOf(w, device)
{
	return (w.closes[device.id] ?? (w.devices.length === 1 ? w.closes.last : undefined) ?? [])
		.map((name, i) => ({ id: `a${i}`, name, host: 'app.halden.example' }));
}

const leftOf = (w) => 10 - Object.keys(w.usedCodes).length;

function devices(w)
{
	if (w.window && Date.parse(w.window.expires_at) <= Date.now())
		w.window = null;
	const locked = w.devices.length > 0 && !w.window;
	const codes = w.mayHaveCodes && w.sets > 0;
	return {
		can_have_backup_codes: w.mayHaveCodes,
		backup_codes: codes ? { total: 10, left: leftOf(w), made_at: w.codesMadeAt } : null,
		devices: w.devices.map(({ credential, transports, ...d }) => ({ model: '', is_synced: false, is_backed_up: false, evidence: 'none', ...d,
			can_rename: !w.frozenAt && (!locked || w.justEnrolled === d.id), opened_window: w.window?.by === d.id,
			if_removed: { remain: w.devices.length - 1, closes: closesOf(w, d) } })),
		window: w.window && { opened_at: w.window.opened_at, expires_at: w.window.expires_at },
		needs: locked ? 'prove' : w.devices.length === 0 && w.signedInLongAgo ? 'sign_in' : 'nothing',
		frozen_at: w.frozenAt,
		can_enrol: w.frozenAt ? [] : w.canEnrol,
		cannot_enrol: w.cannotEnrol,
		signal: { rp_id: RP, user_id: b64('u1'), credential_ids: w.devices.filter((d) => d.credential).map((d) => d.credential) },
	};
}

function creation(w, kind)
{
	const key = kind === 'security_key';
	return {
		rp: { id: RP, name: w.organization.name }, user: { id: b64('u1'), name: w.user.email, displayName: w.user.name },
		challenge: w.enrolment.challenge, pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })), timeout: w.patience,
		excludeCredentials: w.devices.filter((d) => d.credential).map((d) => ({ type: 'public-key', id: d.credential, transports: d.transports })),
		authenticatorSelection: { authenticatorAttachment: key ? 'cross-platform' : 'platform', residentKey: 'discouraged', userVerification: key ? 'preferred' : 'required' },
		hints: [key ? 'security-key' : 'client-device'], attestation: 'direct',
	};
}

// The answer of a ceremony: its form, its challenge and its origin. Signatures are the server's.
function ceremony(w, response, type, challenge)
{
	if (typeof response !== 'object' || response.type !== 'public-key' || typeof response.response?.clientDataJSON !== 'string')
		refuse(400, 'malformed_response');
	const client = JSON.parse(Buffer.from(response.response.clientDataJSON, 'base64url'));
	if (client.type !== type || client.challenge !== challenge || client.origin !== w.origin)
		refuse(400, 'wrong_response');
	return response;
}

function keyFrom(w, b)
{
	const { id, authenticatorAttachment, response } = ceremony(w, b.response, 'webauthn.create', w.enrolment.challenge);
	if (w.devices.some((d) => d.credential === id))
		refuse(409, 'enrolled_already');
	const kind = authenticatorAttachment === 'platform' ? 'biometrics' : 'security_key';
	return { id: 'new', factor: 'webauthn', kind, name: kind === 'biometrics' ? 'Biometrics' : 'Security key', model: '', created_at: soon(0),
		last_used_at: null, credential: id, transports: response.transports, ...w.comes };
}

function appFrom(w, b)
{
	if (!/^\d{6}$/.test(b.code))
		refuse(400, 'malformed_code');
	if (w.devices.some((d) => d.name === b.name))
		refuse(409, 'name_taken');
	if (b.code !== RIGHT_CODE)
		refuse(403, 'wrong_code');
	w.canEnrol = w.canEnrol.filter((k) => k !== 'totp');
	return { id: 'new', factor: 'totp', kind: 'totp', name: b.name, created_at: soon(0), last_used_at: null };
}

function keyThatAnswered(w, answer)
{
	const { id } = ceremony(w, answer, 'webauthn.get', w.challenge.challenge);
	return w.devices.find((d) => d.credential === id) ?? refuse(400, 'wrong_response');
}

function codeOf(w, b)
{
	if (!/^\d{6}$/.test(b.code))
		refuse(400, 'malformed_code');
	if (b.code === USED_CODE)
		refuse(403, 'code_used', { retry_after_s: 12 });
	if (b.code !== RIGHT_CODE)
		refuse(403, 'wrong_code');
	return w.devices.find((d) => d.factor === 'totp') ?? refuse(400, 'body');
}

const codesToAsk = (w, manage) => w.mayHaveCodes && w.sets > 0 && (manage || w.methods.includes('totp'));

function sheetThatAnswered(w, b)
{
	const code = b.code.toLowerCase().replace(/[- ]/g, '').replace(/o/g, '0').replace(/[il]/g, '1');
	if (!/^[0-9a-hjkmnp-tv-z]{10}$/.test(code))
		refuse(400, 'malformed_code');
	if (w.usedCodes[code])
		refuse(400, 'code_used', { used_at: w.usedCodes[code] });
	if (!codesToAsk(w, w.challenge.purpose === 'manage') || !sheetOf(w.sets).some((c) => c.replaceAll('-', '') === code))
		refuse(400, 'wrong_code');
	w.usedCodes[code] = soon(0);
	return { id: 'codes', kind: 'totp' };
}

// Method and path → the fields of the body, and the answer.
const ROUTES = [
	['GET /sign-in', [], (w, b, _, query) => state(w, query.get('meta'))],
	['POST /sign-in/pin', ['meta?', 'provider', 'email'], (w, b) => {
		w.pin = { email: b.email, expires_at: soon(600), resend_at: soon(w.resendAfter) };
		w.tries = 5;
		return state(w, b.meta);
	}],
	['POST /sign-in/pin/verify', ['meta?', 'pin'], (w, b) => {
		if (!/^\d{6}$/.test(b.pin))
			refuse(400, 'malformed_code');
		if (!w.pin || w.tries === 0)
			refuse(403, 'pin_over');
		if (b.pin !== RIGHT_PIN)
			--w.tries > 0 ? refuse(403, 'wrong_pin', { tries_left: w.tries }) : refuse(403, 'pin_over');
		w.session = true;
		w.pin = null;
		return state(w, b.meta);
	}],
	['POST /sign-in/pin/cancel', ['meta?'], (w, b) => ((w.pin = null), state(w, b.meta))],
	['POST /sign-in/oidc', ['meta?', 'provider'], (w, b) => ({ redirect: `/idp?provider=${b.provider}` })],
	['POST /sign-in/continue', ['meta?'], (w, b) => ({ redirect: !b.meta ? '/' : b.meta.startsWith('/') ? b.meta : '/the-application' })],
	['POST /sign-in/switch', ['meta?'], (w, b) => {
		Object.assign(w, { session: false, proof: null, pin: null, challenge: null, denied: null, window: null, signedInLongAgo: false });
		return state(w, b.meta);
	}],
	['POST /enrolments', ['meta?', 'factor', 'kind?'], (w, b) => {
		session(w);
		mayChange(w);
		if (b.factor === 'webauthn') {
			if (!['security_key', 'biometrics'].includes(b.kind))
				refuse(400, 'body', { field: 'kind' });
			w.enrolment = { id: 'k' + w.calls.length, kind: b.kind, challenge: challengeOf(w) };
			return { id: w.enrolment.id, factor: 'webauthn', kind: b.kind, issuer: w.organization.name, account: w.user.email, options: creation(w, b.kind) };
		}
		if (w.enrolment?.id !== 'e7')
			w.enrolment = { id: 'e7', meta: b.meta ?? null };
		return { id: w.enrolment.id, factor: b.factor, issuer: w.organization.name, account: w.user.email, key: SETUP_KEY,
			algorithm: 'SHA1', digits: 6, period_s: 30, qr: `/api/v1/enrolments/${w.enrolment.id}/qr.svg` };
	}],
	['POST /enrolments/:id/confirm', ['meta?', 'code?', 'name?', 'response?'], (w, b, id) => {
		session(w);
		mayChange(w);
		if (w.enrolment?.id !== id)
			refuse(410, 'ended');
		const added = w.enrolment.kind ? keyFrom(w, b) : appFrom(w, b);
		w.devices = [...w.devices, added];
		w.justEnrolled = added.id;
		w.enrolment = null;
		w.proof = { method: added.kind, at: soon(0), until: soon(86400) };
		const { id: device, factor, kind, name, model = '', is_synced = false } = added;
		const codes = w.mayHaveCodes ? { backup_codes: w.sets > 0 ? 'kept' : 'needed' } : { backup_codes: null };
		return { ...state(w, b.meta), ...codes, enrolled: { id: device, factor, kind, name, is_named_by_us: !b.name, model, is_synced } };
	}],
	['POST /challenges', ['meta?', 'purpose?'], (w, b) => {
		session(w);
		const manage = b.purpose === 'manage';
		if (manage && w.devices.length === 0)
			refuse(410, 'ended');
		w.challenge = { id: 'c' + w.calls.length, purpose: manage ? 'manage' : 'sign_in', challenge: challengeOf(w) };
		const keys = w.devices.filter((d) => d.factor === 'webauthn');
		return { id: w.challenge.id, purpose: w.challenge.purpose, application: b.meta && !manage ? w.application : null, user: w.user,
			methods: [...keys, ...w.devices.filter((d) => d.factor !== 'webauthn')]
				.map((d) => ({ factor: d.factor, kind: d.kind, name: d.name, last_used_at: d.last_used_at }))
				.concat(codesToAsk(w, manage) ? [{ factor: 'backup_code', kind: 'backup_code', name: 'Backup codes', last_used_at: null, left: leftOf(w) }] : []),
			webauthn: keys.length === 0 ? null : { challenge: w.challenge.challenge, timeout: w.patience, rpId: RP, userVerification: 'preferred',
				allowCredentials: keys.map((d) => ({ type: 'public-key', id: d.credential, transports: d.transports })) },
			ask_again_after: manage ? null : w.askAgain, expires_at: soon(w.challengeFor), edge: '93c1f07a5be2648d' };
	}],
	['POST /challenges/:id/answer', ['meta?', 'factor', 'code?', 'response?'], (w, b, id) => {
		session(w);
		if (w.challenge?.id !== id)
			refuse(410, 'ended');
		const device = b.factor === 'webauthn' ? keyThatAnswered(w, b.response) : b.factor === 'backup_code' ? sheetThatAnswered(w, b) : codeOf(w, b);
		if (w.challenge.purpose === 'manage') {
			w.window = { opened_at: soon(0), expires_at: soon(w.windowFor), by: device.id };
			return devices(w);
		}
		w.proof = { method: device.kind, at: soon(0), until: soon(86400) };
		return state(w, b.meta);
	}],
	['GET /me', [], (w) => {
		session(w);
		return { user: { id: 'u1', email: w.user.email, name: w.user.name }, organization: w.organization,
			session: { expires_at: soon(86400) }, proof: w.proof };
	}],
	['GET /me/applications', [], (w) => (session(w), { applications: w.applications })],
	['POST /me/backup-codes', [], (w) => {
		session(w);
		if (!w.mayHaveCodes)
			refuse(403, 'not_allowed');
		if (w.devices.length === 0)
			refuse(409, 'no_device');
		if (!w.justEnrolled)
			mayChange(w);
		Object.assign(w, { sets: w.sets + 1, usedCodes: {}, codesMadeAt: soon(0) });
		return { backup_codes: { codes: sheetOf(w.sets), made_at: w.codesMadeAt, account: w.user.email, issuer: w.organization.name } };
	}],
	['GET /me/devices', [], (w) => (session(w), devices(w))],
	['POST /me/devices/lock', [], (w) => {
		session(w);
		w.window = null;
		return devices(w);
	}],
	['POST /me/devices/:id/rename', ['name'], (w, b, id) => {
		session(w);
		if (w.justEnrolled !== id)
			mayChange(w);
		const device = deviceOf(w, id);
		if (w.devices.some((d) => d.id !== id && d.name === b.name))
			refuse(409, 'name_taken');
		w.devices = w.devices.map((d) => (d === device ? { ...d, name: b.name } : d));
		return devices(w);
	}],
	['POST /me/devices/:id/remove', [], (w, b, id) => {
		session(w);
		mayChange(w);
		const device = deviceOf(w, id);
		const closes = closesOf(w, device);
		w.devices = w.devices.filter((d) => d !== device);
		if (w.window?.by === id)
			w.window = null;
		return { ...devices(w), removed: { id, kind: device.kind, name: device.name, remain: w.devices.length, closes, credential_id: device.credential ?? null } };
	}],
	['POST /not-me', ['token'], (w, b) => {
		if (b.token !== 'cn_good-token')
			refuse(410, 'ended');
		w.frozenAt = soon(0);
		return { what: w.what ?? 'added', name: 'Phone of somebody', at: soon(-3600), frozen_at: w.frozenAt, administrators_told: w.administrators ?? 2 };
	}],
	['POST /me/sign-out', [], (w) => (session(w), (w.session = false), (w.proof = null), { redirect: '/signed-out' })],
	['POST /member/password/check', ['password'], (w, b) => ({ reason: [...b.password].length < 15 ? 'short' : null, least: 15 })],
	['POST /invitations/redeem', ['token', 'password', 'name'], (w, b) =>
		([...b.password].length < 15 ? refuse(400, 'weak_password', { reason: 'short', least: 15 }) : b.token === 'good-token' ? { redirect: '/console/' } : refuse(410, 'link_ended'))],
];

function match(method, path)
{
	for (const [route, fields, answer] of ROUTES) {
		const [m, p] = route.split(' ');
		const found = m === method && new RegExp('^' + p.replace(':id', '([^/]+)') + '$').exec(path);
		if (found)
			return { route, fields, answer, id: found[1] };
	}
	return null;
}

function checkBody(fields, body)
{
	const allowed = fields.map((f) => f.replace('?', ''));
	for (const key of Object.keys(body))
		if (!allowed.includes(key) || typeof body[key] !== (key === 'response' ? 'object' : 'string'))
			refuse(400, 'body', { field: key });
	for (const field of fields)
		if (!field.endsWith('?') && !(field in body))
			refuse(400, 'body', { field });
}

const QR = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 49 49" width="196" height="196" shape-rendering="crispEdges"><rect width="49" height="49" fill="#fff"/><path d="${
	// Not a real code: a pattern of that size with its three corner marks.
	Array.from({ length: 41 * 41 }, (_, i) => [i % 41, Math.floor(i / 41)])
		.filter(([x, y]) => {
			const ring = (cx, cy) => Math.max(Math.abs(x - cx), Math.abs(y - cy));
			const near = Math.min(ring(3, 3), ring(37, 3), ring(3, 37));
			return near <= 4 ? near === 3 || near <= 1 : (x * 7 + y * 13 + x * y) % 5 < 2;
		}).map(([x, y]) => `M${x + 4} ${y + 4}h1v1h-1z`).join('')}"/></svg>`;

function page(response, request, path)
{
	const asset = assets.get(path) ?? assets.get('*');
	const known = assets.has(path) || /^\/($|account\/devices$|AddMfaDevice$|cdn-cgi\/access\/login\/|challenge\/|invitation$|signed-out$|refused$|not-me$)/.test(path);
	const br = asset.encodings.includes('br') && /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
	response.writeHead(known ? 200 : 404, {
		'content-type': asset.type, 'cache-control': asset.cache, etag: `"${asset.sha256}${br ? '-br' : ''}"`, vary: 'Accept-Encoding',
		...(br ? { 'content-encoding': 'br' } : {}),
		'content-security-policy': csp, 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin',
	});
	response.end(fs.readFileSync(new URL(asset.file + (br ? '.br' : ''), dist)));
}

async function api(world, request, response, url, origin, body)
{
	const path = url.pathname.slice('/api/v1'.length);
	const answer = (status, value) => {
		response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-request-id': '7f3a-91c2' });
		response.end(JSON.stringify(value));
	};
	try {
		if (/^\/enrolments\/[^/]+\/qr\.svg$/.test(path)) {
			response.writeHead(200, { 'content-type': 'image/svg+xml', 'cache-control': 'no-store' });
			return response.end(QR);
		}
		const found = match(request.method, path);
		if (!found)
			refuse(404, 'not_found');
		const post = request.method === 'POST';
		if (post && (request.headers.origin !== origin || request.headers['sec-fetch-site'] !== 'same-origin' ||
		    request.headers['content-type'] !== 'application/json'))
			refuse(403, 'csrf');
		const value = post ? JSON.parse(body) : {};
		checkBody(found.fields, value);
		const name = `${request.method} ${path}`;
		world.calls.push({ name, body: value });
		if (world.delays[name])
			await world.delays[name];
		const fault = world.faults[name]?.shift();
		if (fault)
			refuse(fault.status ?? 403, fault.code, fault);
		answer(200, found.answer(world, value, found.id, url.searchParams));
	} catch (e) {
		if (!(e instanceof Refusal))
			throw e;
		answer(e.status, { error: e.error, request_id: '7f3a-91c2' });
	}
}

// Starts on a random loopback port. `server.world` may be replaced between views.
export async function start()
{
	const mock = { world: freshWorld() };
	const server = http.createServer((request, response) => {
		const url = new URL(request.url, mock.origin);
		let body = '';
		request.on('data', (chunk) => { body += chunk; });
		request.on('end', () => {
			if (url.pathname.startsWith('/api/v1/'))
				return api(mock.world, request, response, url, mock.origin, body);
			if (url.pathname === '/the-application' || url.pathname === '/idp' || url.pathname === '/console/') {
				response.writeHead(200, { 'content-type': 'text/html' });
				return response.end(`<!doctype html><title>${url.pathname}</title><h1>${url.pathname}</h1>`);
			}
			return page(response, request, url.pathname);
		});
	});
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	mock.origin = `http://localhost:${server.address().port}`;
	mock.world.origin = mock.origin;
	mock.login = `/cdn-cgi/access/login/berth.halden.example?meta=${META}`;
	mock.reset = (over = {}) => (mock.world = Object.assign(freshWorld(), { origin: mock.origin }, over));
	mock.fault = (name, ...faults) => { mock.world.faults[name] = faults; };
	mock.count = (name) => mock.world.calls.filter((c) => c.name === name).length;
	mock.stop = () => new Promise((done) => {
		server.closeAllConnections();
		server.close(done);
	});
	return mock;
}
