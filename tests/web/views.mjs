// Every page in every state that it can show. One list for the axe, width and screenshot runs.
import { ENTRA, GITHUB, PIN, TOTP, USED_CODE } from './mock.mjs';

const LOGIN = '/cdn-cgi/access/login/berth.halden.example?meta=sealed';
const onlyPin = [{ id: PIN, type: 'onetimepin', name: 'PIN by e-mail' }];
const pinSent = () => ({ email: 'ines.moreau@halden.example',
	expires_at: new Date(Date.now() + 581000).toISOString(), resend_at: new Date(Date.now() + 42000).toISOString() });
const asked = { session: true, devices: [TOTP] };
const proof = () => ({ method: 'totp', at: new Date(Date.now() - 600000).toISOString(), until: new Date(Date.now() + 85800000).toISOString() });
const applications = [
	['Berth planner', 'berth', 'second_factor'], ['Grafana', 'grafana', 'nothing'], ['Payroll', 'pay', 'enrol'],
	['Tide data', 'tides', 'nothing'], ['Wiki', 'wiki', 'nothing'], ['Build server', 'ci', 'nothing'],
].map(([name, host, asks], i) => ({ id: `a${i}`, name, host: `${host}.halden.example`, url: `https://${host}.halden.example/`, logo_url: '', asks }));

const type = (selector, text, enter = false) => async (page) => {
	await page.fill(selector, text);
	if (enter)
		await page.press(selector, 'Enter');
};
const wrong = (page) => page.waitForSelector('.field.bad');
const fails = (name, fault) => (mock) => mock.fault(name, fault);

// name, path, world, then: set (before loading), act (after), ready (selector or text of the h1)
export const VIEWS = [
	{ name: 'sign-in', path: LOGIN, ready: 'Sign in' },
	{ name: 'sign-in-portal', path: '/', ready: 'Sign in' },
	{ name: 'sign-in-texts', path: LOGIN, ready: 'Sign in', world: { organization: { name: 'Halden Maritime', header_text: 'For crew and contractors of Halden Maritime.', footer_text: 'Help desk: 5520, every day from 06:00', logo_path: '' } } },
	{ name: 'sign-in-none', path: LOGIN, ready: 'Sign in', world: { providers: [] } },
	{ name: 'sign-in-provider-down', path: LOGIN, ready: 'Sign in', set: fails('POST /sign-in/oidc', { status: 503, code: 'provider_down' }),
		act: async (page) => { await page.click('text=Halden Entra ID'); await page.waitForSelector('.banner.danger'); } },
	{ name: 'email', path: LOGIN, ready: 'Sign in with your e-mail', world: { providers: onlyPin } },
	{ name: 'email-chosen', path: LOGIN, ready: 'Sign in', act: async (page) => { await page.click('text=PIN by e-mail'); await page.waitForSelector('#email'); } },
	{ name: 'email-empty', path: LOGIN, ready: 'Sign in with your e-mail', world: { providers: onlyPin }, act: async (page) => { await page.press('#email', 'Enter'); await wrong(page); } },
	{ name: 'email-too-many', path: LOGIN, ready: 'Sign in with your e-mail', world: { providers: onlyPin }, set: fails('POST /sign-in/pin', { status: 429, code: 'too_many', retry_after_s: 240 }),
		act: async (page) => { await type('#email', 'ines.moreau@halden.example', true)(page); await wrong(page); } },
	{ name: 'pin', path: LOGIN, ready: 'Enter your PIN', world: () => ({ pin: pinSent() }) },
	{ name: 'pin-wrong', path: LOGIN, ready: 'Enter your PIN', world: () => ({ pin: pinSent(), tries: 4 }), act: async (page) => { await type('#pin', '418200')(page); await wrong(page); } },
	{ name: 'pin-over', path: LOGIN, ready: 'Enter your PIN', world: () => ({ pin: { ...pinSent(), resend_at: new Date().toISOString() }, tries: 1 }), act: async (page) => { await type('#pin', '418200')(page); await page.waitForSelector('text=We can send you a new one.'); } },
	{ name: 'pin-too-many', path: LOGIN, ready: 'Enter your PIN', world: () => ({ pin: pinSent() }), set: fails('POST /sign-in/pin/verify', { status: 429, code: 'too_many', retry_after_s: 240 }), act: async (page) => { await type('#pin', '418200')(page); await wrong(page); } },
	{ name: 'enrol', path: LOGIN, ready: 'Add an authenticator application', world: { session: true }, act: (page) => page.waitForSelector('.qr img') },
	{ name: 'enrol-choose', path: LOGIN, ready: 'Add an MFA device', world: { session: true, methods: ['security_key', 'biometrics', 'totp'] } },
	{ name: 'enrol-wrong', path: LOGIN, ready: 'Add an authenticator application', world: { session: true }, act: async (page) => { await type('#code', '000000')(page); await wrong(page); } },
	{ name: 'enrol-both-empty', path: LOGIN, ready: 'Add an authenticator application', world: { session: true }, act: async (page) => { await type('#name', '', true)(page); await page.waitForSelector('.summary'); } },
	{ name: 'enrol-ended', path: LOGIN, ready: 'Add an authenticator application', world: { session: true }, set: fails('POST /enrolments/e7/confirm', { status: 410, code: 'ended' }), act: async (page) => { await type('#code', '529038')(page); await page.waitForSelector('text=Setting up has ended'); } },
	{ name: 'challenge', path: LOGIN, ready: 'Enter the code from your app', world: asked, act: (page) => page.waitForSelector('#code') },
	{ name: 'challenge-wrong', path: LOGIN, ready: 'Enter the code from your app', world: asked, act: async (page) => { await type('#code', '000000')(page); await wrong(page); } },
	{ name: 'challenge-used', path: LOGIN, ready: 'Enter the code from your app', world: asked, act: async (page) => { await type('#code', USED_CODE)(page); await wrong(page); } },
	{ name: 'challenge-too-many', path: LOGIN, ready: 'Enter the code from your app', world: { ...asked, askAgain: '0m' }, act: async (page, mock) => { await page.waitForSelector('#code'); mock.fault(`POST /challenges/${mock.world.challenge.id}/answer`, { status: 429, code: 'too_many', retry_after_s: 240 }); await type('#code', '000000')(page); await wrong(page); } },
	{ name: 'challenge-ended', path: LOGIN, ready: 'Enter the code from your app', world: asked, act: async (page, mock) => { await page.waitForSelector('#code'); mock.world.challenge = null; await type('#code', '529038')(page); await page.waitForSelector('text=This question has ended'); } },
	{ name: 'challenge-unsupported', path: LOGIN, ready: 'This page cannot ask for your MFA device', world: { session: true, devices: [{ ...TOTP, factor: 'security_key' }] } },
	{ name: 'denied', path: LOGIN, ready: 'You may not open this', world: { session: true, denied: { reason: 'policy', message: 'Berth planner is for harbour engineers. Ask Marta Lis.', url: 'https://wiki.halden.example/access' } } },
	{ name: 'denied-disabled', path: LOGIN, ready: 'You may not open this', world: { session: true, denied: { reason: 'disabled', message: '', url: '' } } },
	{ name: 'launcher', path: '/', ready: 'Your applications', world: () => ({ session: true, devices: [TOTP], canEnrol: [], applications, proof: proof() }) },
	{ name: 'launcher-no-device', path: '/', ready: 'Your applications', world: { session: true, applications } },
	{ name: 'launcher-nothing', path: '/', ready: 'Your applications', world: { session: true, devices: [TOTP], canEnrol: [] } },
	{ name: 'launcher-menu', path: '/', ready: 'Your applications', world: () => ({ session: true, devices: [TOTP], canEnrol: [], applications, proof: proof() }), act: (page) => page.click('[aria-controls=menu]') },
	{ name: 'devices', path: '/account/devices', ready: 'MFA devices', world: { session: true, devices: [TOTP], canEnrol: [] } },
	{ name: 'devices-none', path: '/account/devices', ready: 'MFA devices', world: { session: true } },
	{ name: 'devices-added', path: '/AddMfaDevice', ready: 'Add an authenticator application', world: { session: true }, act: async (page) => { await type('#code', '529038')(page); await page.waitForSelector('.banner.ok'); } },
	{ name: 'devices-long', path: '/account/devices', ready: 'MFA devices', world: { session: true, user: { email: 'a-very-long-mailbox-name-that-goes-on-and-on@subsidiary.halden-maritime.example', name: 'Maximiliane-Theodora von und zu Hohenlohe-Waldenburg', provider: 'x' }, devices: [TOTP, { ...TOTP, id: 'd2', factor: 'security_key', name: 'شريحة الأمان على مكتبي في المكتب الرئيسي', last_used_at: null }, { ...TOTP, id: 'd3', name: 'WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW' }], canEnrol: ['security_key'] } },
	{ name: 'add-device', path: '/AddMfaDevice', ready: 'Add an authenticator application', world: { session: true }, act: (page) => page.waitForSelector('.qr img') },
	{ name: 'add-nothing', path: '/AddMfaDevice', ready: 'Nothing to add', world: { session: true, devices: [TOTP], canEnrol: [] } },
	{ name: 'signed-out', path: '/signed-out', ready: 'You are signed out' },
	{ name: 'signed-out-not', path: '/signed-out', ready: 'You are still signed in', world: { session: true } },
	{ name: 'refused', path: '/refused', ready: 'You were not let in' },
	{ name: 'refused-code', path: '/refused?code=provider_refused&id=7f3a-91c2', ready: 'You were not let in' },
	{ name: 'invitation', path: '/invitation#good-token', ready: 'Accept your invitation' },
	{ name: 'invitation-wrong', path: '/invitation#good-token', ready: 'Accept your invitation', act: async (page) => { await type('#password', 'twelve chars', true)(page); await page.waitForSelector('.summary'); } },
	{ name: 'invitation-ended', path: '/invitation#old-token', ready: 'Accept your invitation', act: async (page) => { await page.fill('#name', 'Jonas Berg'); await type('#password', 'correct horse battery staple', true)(page); await page.waitForSelector('text=This invitation has ended'); } },
	{ name: 'invitation-incomplete', path: '/invitation', ready: 'This invitation is not complete' },
	{ name: 'not-found', path: '/no-such-page', ready: 'This page does not exist' },
	{ name: 'provider-long-name', path: LOGIN, ready: 'Sign in', world: { application: { name: 'Zentralverwaltungsanwendungsprogramm für Liegeplatzbelegung', host: 'a-very-long-host-name-for-an-application.subdomain.halden.example' }, providers: [{ id: ENTRA, type: 'oidc', name: 'Halden Maritime International Shipping Holding Entra ID (europe-west)' }] } },
	{ name: 'link-ended', path: LOGIN, ready: 'That did not work', set: fails('GET /sign-in', { status: 410, code: 'link_ended' }) },
	{ name: 'trouble', path: LOGIN, ready: 'That did not work', set: fails('GET /sign-in', { status: 503, code: 'unavailable' }) },
];

// Brings `page` to a view.
export async function show(page, mock, view)
{
	mock.reset(typeof view.world === 'function' ? view.world() : structuredClone(view.world ?? {}));
	view.set?.(mock);
	await page.goto('about:blank');
	await page.goto(mock.origin + view.path);
	await page.getByRole('heading', { level: 1, name: view.ready, exact: true }).waitFor();
	await view.act?.(page, mock);
	await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined))));
	await page.evaluate(() => document.fonts.ready);
}

export { ENTRA, GITHUB };
