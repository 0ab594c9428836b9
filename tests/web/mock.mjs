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
export const KEY = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
export const RIGHT_PIN = '418206';
export const RIGHT_CODE = '529038';
export const USED_CODE = '111111';

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

export const TOTP = { id: 'd1', factor: 'totp', kind: 'totp', name: 'Aegis on Pixel 8', created_at: '2026-03-03T09:41:00Z', last_used_at: '2026-10-02T07:12:00Z' };

class Refusal {
	constructor(status, code, more = {})
	{
		Object.assign(this, { status, error: { code, ...more } });
	}
}

const refuse = (status, code, more) => { throw new Refusal(status, code, more); };

function step(w, meta)
{
	if (!w.session)
		return w.pin ? 'pin' : 'provider';
	if (w.denied)
		return 'denied';
	if (w.methods.length > 0 && !w.proof)
		return w.devices.length > 0 ? 'challenge' : 'enrol';
	return 'continue';
}

function state(w, meta)
{
	const now = step(w, meta);
	return {
		organization: w.organization,
		application: meta ? w.application : null,
		step: now,
		providers: w.providers,
		last_provider: w.lastProvider,
		auto_redirect: w.autoRedirect,
		pin: now === 'pin' ? w.pin : null,
		user: w.session ? w.user : null,
		methods: now === 'enrol' || now === 'challenge' ? w.methods : [],
		ask_again_after: w.askAgain,
		denied: now === 'denied' ? w.denied : null,
	};
}

const session = (w) => w.session || refuse(401, 'signed_out');

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
	['POST /sign-in/continue', ['meta?'], (w, b) => ({ redirect: b.meta ? '/the-application' : '/' })],
	['POST /sign-in/switch', ['meta?'], (w, b) => {
		Object.assign(w, { session: false, proof: null, pin: null, challenge: null, denied: null });
		return state(w, b.meta);
	}],
	['POST /enrolments', ['meta?', 'factor'], (w, b) => {
		session(w);
		w.enrolment ??= { id: 'e7', meta: b.meta ?? null };
		return { id: w.enrolment.id, factor: b.factor, issuer: w.organization.name, account: w.user.email, key: KEY,
			algorithm: 'SHA1', digits: 6, period_s: 30, qr: `/api/v1/enrolments/${w.enrolment.id}/qr.svg` };
	}],
	['POST /enrolments/:id/confirm', ['meta?', 'code', 'name'], (w, b, id) => {
		session(w);
		if (w.enrolment?.id !== id)
			refuse(410, 'ended');
		if (!/^\d{6}$/.test(b.code))
			refuse(400, 'malformed_code');
		if (w.devices.some((d) => d.name === b.name))
			refuse(409, 'name_taken');
		if (b.code !== RIGHT_CODE)
			refuse(403, 'wrong_code');
		w.devices.push({ id: 'new', factor: 'totp', kind: 'totp', name: b.name, created_at: soon(0), last_used_at: null });
		w.canEnrol = w.canEnrol.filter((k) => k !== 'totp');
		w.enrolment = null;
		w.proof = { method: 'totp', at: soon(0), until: soon(86400) };
		return state(w, b.meta);
	}],
	['POST /challenges', ['meta?'], (w, b) => {
		session(w);
		w.challenge = { id: 'c' + w.calls.length, meta: b.meta };
		return { id: w.challenge.id, application: b.meta ? w.application : null, user: w.user,
			methods: w.devices.map((d) => ({ factor: d.factor, name: d.name, last_used_at: d.last_used_at })),
			ask_again_after: w.askAgain, expires_at: soon(w.challengeFor), edge: '93c1f07a5be2648d' };
	}],
	['POST /challenges/:id/answer', ['meta?', 'factor', 'code'], (w, b, id) => {
		session(w);
		if (w.challenge?.id !== id)
			refuse(410, 'ended');
		if (!/^\d{6}$/.test(b.code))
			refuse(400, 'malformed_code');
		if (b.code === USED_CODE)
			refuse(403, 'code_used', { retry_after_s: 12 });
		if (b.code !== RIGHT_CODE)
			refuse(403, 'wrong_code');
		w.proof = { method: b.factor, at: soon(0), until: soon(86400) };
		return state(w, b.meta);
	}],
	['GET /me', [], (w) => {
		session(w);
		return { user: { id: 'u1', email: w.user.email, name: w.user.name }, organization: w.organization,
			session: { expires_at: soon(86400) }, proof: w.proof };
	}],
	['GET /me/applications', [], (w) => (session(w), { applications: w.applications })],
	['GET /me/devices', [], (w) => (session(w), { devices: w.devices, can_enrol: w.canEnrol })],
	['POST /me/sign-out', [], (w) => (session(w), (w.session = false), (w.proof = null), { redirect: '/signed-out' })],
	['POST /invitations/redeem', ['token', 'password', 'name'], (w, b) =>
		(b.token === 'good-token' ? { redirect: '/console/' } : refuse(410, 'link_ended'))],
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
		if (!allowed.includes(key) || typeof body[key] !== 'string')
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
	const known = assets.has(path) || /^\/($|account\/devices$|AddMfaDevice$|cdn-cgi\/access\/login\/|challenge\/|invitation$|signed-out$|refused$)/.test(path);
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
	mock.login = `/cdn-cgi/access/login/berth.halden.example?meta=${META}`;
	mock.reset = (over = {}) => (mock.world = Object.assign(freshWorld(), over));
	mock.fault = (name, ...faults) => { mock.world.faults[name] = faults; };
	mock.count = (name) => mock.world.calls.filter((c) => c.name === name).length;
	mock.stop = () => new Promise((done) => {
		server.closeAllConnections();
		server.close(done);
	});
	return mock;
}
