// Every page in every state that it can show. One list for the axe, width and screenshot runs.
import { addAuthenticator, beforePage, INTERNAL, USB } from './browser.mjs';
import { BUILT_IN, ENTRA, GITHUB, KEY, PIN, sheetOf, TOTP, USED_CODE } from './mock.mjs';

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

const KINDS = ['security_key', 'biometrics', 'totp'];
const three = { session: true, devices: [KEY, BUILT_IN, TOTP], methods: KINDS, canEnrol: ['security_key', 'biometrics'], cannotEnrol: [{ kind: 'totp', reason: 'has_one' }] };
const opened = (left = 492) => ({ ...three, window: { by: KEY.id, opened_at: new Date(Date.now() - (600 - left) * 1000).toISOString(), expires_at: new Date(Date.now() + left * 1000).toISOString() } });
const untouched = { ...USB, automaticPresenceSimulation: false };
const press = (name) => (page) => page.getByRole('button', { name, exact: true }).click();
const menu = (device, item) => async (page) => {
	await press(`Actions for ${device}`)(page);
	if (item)
		await page.getByRole('menuitem', { name: item }).click();
	await page.waitForSelector(item ? 'dialog[open], #code, .await' : '[role=menu]');
};
const failed = (page) => page.waitForSelector('.banner.danger');
const answers = (fault) => async (page, mock) => {
	await page.waitForSelector('.await');
	mock.fault(`POST /challenges/${mock.world.challenge.id}/answer`, fault);
	await press('Use security key')(page);
	await failed(page);
};
const setUp = (world, act) => ({ path: '/AddMfaDevice', world: { session: true, canEnrol: ['security_key'], ...world }, act });
const noKeys = { init: () => { delete window.PublicKeyCredential; } };

const codes = (left) => ({ ...three, mayHaveCodes: true, sets: 1, codesMadeAt: '2026-03-03T09:41:00Z',
	usedCodes: Object.fromEntries(sheetOf(1).slice(left).map((code) => [code.replaceAll('-', ''), '2026-10-02T09:41:00Z'])) });
const makes = async (page) => {
	await press('Make backup codes')(page);
	await page.waitForSelector('.codes');
};

// name, path, world, keys: the authenticators of the browser, init: run before the page. Then: set (before loading), act (after), ready (selector or text of the h1)
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
	{ name: 'enrol-choose', path: LOGIN, ready: 'Add an MFA device', keys: [INTERNAL], world: { session: true, methods: KINDS } },
	{ name: 'enrol-choose-nothing-built-in', path: LOGIN, ready: 'Add an MFA device', world: { session: true, methods: KINDS } },
	{ name: 'enrol-choose-no-webauthn', path: LOGIN, ready: 'Add an MFA device', world: { session: true, methods: KINDS }, ...noKeys },
	{ name: 'enrol-choose-no-webauthn-alone', path: LOGIN, ready: 'Add an MFA device', world: { session: true, methods: ['security_key'] }, ...noKeys },
	{ name: 'enrol-key', ready: 'Add a security key', path: LOGIN, keys: [USB], world: { session: true, methods: ['security_key'] }, act: (page) => page.waitForSelector('.await') },
	{ name: 'enrol-key-waiting', ready: 'Add a security key', keys: [untouched], ...setUp({}, async (page) => { await press('Set up the key')(page); await page.waitForSelector('.asked'); }) },
	{ name: 'enrol-key-stopped', ready: 'Add a security key', keys: [untouched], ...setUp({ patience: 1000 }, async (page) => { await press('Set up the key')(page); await failed(page); }) },
	{ name: 'enrol-key-known', ready: 'Add a security key', keys: [{ ...USB, holds: [KEY] }], ...setUp({ ...opened(), canEnrol: ['security_key'] }, async (page) => { await press('Set up the key')(page); await failed(page); }) },
	{ name: 'enrol-key-unproven', ready: 'Add a security key', keys: [USB], ...setUp({}, async (page, mock) => { await page.waitForSelector('.await'); mock.fault(`POST /enrolments/${mock.world.enrolment.id}/confirm`, { status: 403, code: 'model_unproven' }); await press('Set up the key')(page); await failed(page); }) },
	{ name: 'enrol-biometrics', ready: 'Add fingerprint or face', keys: [INTERNAL], ...setUp({ canEnrol: ['biometrics'] }, (page) => page.waitForSelector('.await')) },
	{ name: 'enrol-name', ready: 'Add a security key', keys: [USB], path: LOGIN, world: { session: true, methods: ['security_key'], comes: { name: 'YubiKey 5 Series with NFC', model: 'YubiKey 5 Series with NFC' } }, act: async (page) => { await press('Set up the key')(page); await page.waitForSelector('#name'); } },
	{ name: 'enrol-name-other-kind', ready: 'Add a security key', keys: [USB], ...setUp({ comes: { kind: 'biometrics', name: 'Windows Hello', is_synced: true } }, async (page) => { await press('Set up the key')(page); await page.waitForSelector('#name'); }) },
	{ name: 'enrol-name-empty', ready: 'Add a security key', keys: [USB], ...setUp({}, async (page) => { await press('Set up the key')(page); await page.fill('#name', ' '); await page.press('#name', 'Enter'); await wrong(page); }) },
	{ name: 'enrol-sign-in', path: '/AddMfaDevice', ready: 'Sign in again first', world: { session: true, signedInLongAgo: true } },
	{ name: 'enrol-prove', path: '/AddMfaDevice', ready: 'Touch your security key', keys: [{ ...USB, holds: [KEY] }], world: three },
	{ name: 'enrol-wrong', path: LOGIN, ready: 'Add an authenticator application', world: { session: true }, act: async (page) => { await type('#code', '000000')(page); await wrong(page); } },
	{ name: 'enrol-both-empty', path: LOGIN, ready: 'Add an authenticator application', world: { session: true }, act: async (page) => { await type('#name', '', true)(page); await page.waitForSelector('.summary'); } },
	{ name: 'enrol-ended', path: LOGIN, ready: 'Add an authenticator application', world: { session: true }, set: fails('POST /enrolments/e7/confirm', { status: 410, code: 'ended' }), act: async (page) => { await type('#code', '529038')(page); await page.waitForSelector('text=Setting up has ended'); } },
	{ name: 'challenge', path: LOGIN, ready: 'Enter the code from your app', world: asked, act: (page) => page.waitForSelector('#code') },
	{ name: 'challenge-wrong', path: LOGIN, ready: 'Enter the code from your app', world: asked, act: async (page) => { await type('#code', '000000')(page); await wrong(page); } },
	{ name: 'challenge-used', path: LOGIN, ready: 'Enter the code from your app', world: asked, act: async (page) => { await type('#code', USED_CODE)(page); await wrong(page); } },
	{ name: 'challenge-too-many', path: LOGIN, ready: 'Enter the code from your app', world: { ...asked, askAgain: '0m' }, act: async (page, mock) => { await page.waitForSelector('#code'); mock.fault(`POST /challenges/${mock.world.challenge.id}/answer`, { status: 429, code: 'too_many', retry_after_s: 240 }); await type('#code', '000000')(page); await wrong(page); } },
	{ name: 'challenge-ended', path: LOGIN, ready: 'Enter the code from your app', world: asked, act: async (page, mock) => { await page.waitForSelector('#code'); mock.world.challenge = null; await type('#code', '529038')(page); await page.waitForSelector('text=This question has ended'); } },
	{ name: 'challenge-unsupported', path: LOGIN, ready: 'This page cannot ask for your MFA device', world: { session: true, devices: [{ ...TOTP, factor: 'push', kind: 'push' }] } },
	{ name: 'challenge-key', path: LOGIN, ready: 'Touch your security key', keys: [USB], world: three },
	{ name: 'challenge-key-alone', path: LOGIN, ready: 'Touch your security key', keys: [USB], world: { ...three, devices: [KEY, { ...KEY, id: 'd4', name: 'Titan – home' }] } },
	{ name: 'challenge-key-waiting', path: LOGIN, ready: 'Touch your security key', keys: [{ ...untouched, holds: [KEY] }], world: three, act: async (page) => { await press('Use security key')(page); await page.waitForSelector('.asked'); } },
	{ name: 'challenge-key-stopped', path: LOGIN, ready: 'Touch your security key', keys: [{ ...untouched, holds: [KEY] }], world: { ...three, patience: 1000 }, act: async (page) => { await press('Use security key')(page); await page.getByRole('heading', { name: 'Your key was not read' }).waitFor(); } },
	{ name: 'challenge-key-cloned', path: LOGIN, ready: 'Touch your security key', keys: [{ ...USB, holds: [KEY] }], world: three, act: answers({ status: 403, code: 'cloned' }) },
	{ name: 'challenge-key-too-many', path: LOGIN, ready: 'Touch your security key', keys: [{ ...USB, holds: [KEY] }], world: three, act: answers({ status: 429, code: 'too_many', retry_after_s: 240 }) },
	{ name: 'challenge-biometrics', path: LOGIN, ready: 'Confirm with fingerprint or face', keys: [INTERNAL], world: { ...three, devices: [BUILT_IN, TOTP] } },
	{ name: 'challenge-biometrics-elsewhere', path: LOGIN, ready: 'Confirm with biometrics', keys: [USB], world: { ...three, devices: [BUILT_IN] } },
	{ name: 'challenge-other-way', path: LOGIN, ready: 'Touch your security key', keys: [INTERNAL], world: three, act: async (page) => { await page.getByRole('button', { name: /^Authenticator application/ }).click(); await page.waitForSelector('#code'); } },
	{ name: 'challenge-no-webauthn', path: LOGIN, ready: 'This browser cannot ask your MFA device', world: { ...three, devices: [KEY] }, ...noKeys },
	{ name: 'challenge-lost', path: LOGIN, ready: 'Touch your security key', keys: [USB], world: three, act: press('New phone, or device lost') },
	{ name: 'denied', path: LOGIN, ready: 'You may not open this', world: { session: true, denied: { reason: 'policy', message: 'Berth planner is for harbour engineers. Ask Marta Lis.', url: 'https://wiki.halden.example/access' } } },
	{ name: 'enrol-another', path: LOGIN, ready: 'Another MFA device is needed', world: { session: true, devices: [TOTP], methods: ['security_key', 'biometrics'] } },
	{ name: 'denied-disabled', path: LOGIN, ready: 'You may not open this', world: { session: true, denied: { reason: 'disabled', message: '', url: '' } } },
	{ name: 'launcher', path: '/', ready: 'Your applications', world: () => ({ session: true, devices: [TOTP], canEnrol: [], applications, proof: proof() }) },
	{ name: 'launcher-no-device', path: '/', ready: 'Your applications', world: { session: true, applications } },
	{ name: 'launcher-nothing', path: '/', ready: 'Your applications', world: { session: true, devices: [TOTP], canEnrol: [] } },
	{ name: 'launcher-menu', path: '/', ready: 'Your applications', world: () => ({ session: true, devices: [TOTP], canEnrol: [], applications, proof: proof() }), act: (page) => page.click('[aria-controls=menu]') },
	{ name: 'launcher-weak', path: '/', ready: 'Your applications', world: () => ({ ...three, applications, proof: { ...proof(), method: 'security_key' }, closes: { d2: ['Payroll'] } }) },
	{ name: 'devices', path: '/account/devices', ready: 'MFA devices', world: three },
	{ name: 'devices-menu', path: '/account/devices', ready: 'MFA devices', world: three, act: menu('Aegis on Pixel 8') },
	{ name: 'devices-open', path: '/account/devices', ready: 'MFA devices', world: () => ({ ...opened(), closes: { d2: ['Payroll'] } }) },
	{ name: 'devices-last-minute', path: '/account/devices', ready: 'MFA devices', world: () => opened(42) },
	{ name: 'devices-one', path: '/account/devices', ready: 'MFA devices', world: { session: true, devices: [TOTP], canEnrol: ['security_key', 'biometrics'] } },
	{ name: 'devices-frozen', path: '/account/devices', ready: 'MFA devices', world: () => ({ ...three, frozenAt: new Date(Date.now() - 3600000).toISOString() }) },
	{ name: 'devices-no-webauthn', path: '/account/devices', ready: 'MFA devices', world: three, ...noKeys },
	{ name: 'devices-prove', path: '/account/devices', ready: 'MFA devices', world: three, act: async (page) => { await press('Confirm to make changes')(page); await page.waitForSelector('.await'); } },
	{ name: 'devices-rename', path: '/account/devices', ready: 'MFA devices', world: () => opened(), act: menu('ThinkPad – Ines', 'Rename') },
	{ name: 'devices-rename-taken', path: '/account/devices', ready: 'MFA devices', world: () => opened(), act: async (page) => { await menu('ThinkPad – Ines', 'Rename')(page); await type('#name', KEY.name, true)(page); await wrong(page); } },
	{ name: 'devices-remove', path: '/account/devices', ready: 'MFA devices', world: () => ({ ...opened(), closes: { d2: ['Payroll', 'Berth planner'] } }), act: menu(KEY.name, 'Remove') },
	{ name: 'devices-remove-last', path: '/account/devices', ready: 'MFA devices', world: () => ({ ...opened(), devices: [KEY], closes: { last: ['Payroll'] } }), act: menu(KEY.name, 'Remove') },
	{ name: 'devices-removed', path: '/account/devices', ready: 'MFA devices', world: () => ({ ...opened(), devices: [KEY] }), act: async (page) => { await menu(KEY.name, 'Remove')(page); await press('Remove the key')(page); await page.waitForSelector('.banner.ok'); } },
	{ name: 'devices-codes', path: '/account/devices', ready: 'MFA devices', world: codes(7) },
	{ name: 'devices-no-codes', path: '/account/devices', ready: 'MFA devices', world: { ...three, mayHaveCodes: true } },
	{ name: 'codes', path: '/account/backup-codes', ready: 'Backup codes', world: codes(7) },
	{ name: 'codes-few', path: '/account/backup-codes', ready: 'Backup codes', world: codes(3) },
	{ name: 'codes-none-left', path: '/account/backup-codes', ready: 'Backup codes', world: codes(0) },
	{ name: 'codes-first', path: '/account/backup-codes', ready: 'Backup codes', world: { ...three, mayHaveCodes: true } },
	{ name: 'codes-no-device', path: '/account/backup-codes', ready: 'Backup codes', world: { session: true, mayHaveCodes: true } },
	{ name: 'codes-not-here', path: '/account/backup-codes', ready: 'Backup codes', world: three },
	{ name: 'codes-gate', path: '/account/backup-codes', ready: 'Backup codes', world: () => ({ ...opened(), mayHaveCodes: true }), act: makes },
	{ name: 'codes-saved', path: '/account/backup-codes', ready: 'Backup codes', world: () => ({ ...opened(), mayHaveCodes: true }), act: async (page) => { await makes(page); await press('Download')(page); await page.waitForSelector('.banner.ok'); } },
	{ name: 'codes-made-down', path: '/account/backup-codes', ready: 'Backup codes', world: () => ({ ...opened(), mayHaveCodes: true }), set: fails('POST /me/backup-codes', { status: 503, code: 'unavailable' }), act: async (page) => { await press('Make backup codes')(page); await failed(page); } },
	{ name: 'enrol-codes', path: LOGIN, ready: 'Add an authenticator application', world: { session: true, mayHaveCodes: true }, act: async (page) => { await type('#code', '529038')(page); await page.waitForSelector('.codes'); } },
	{ name: 'challenge-backup', path: LOGIN, ready: 'Touch your security key', keys: [USB], world: codes(7), act: async (page) => { await page.getByRole('button', { name: /^Backup code/ }).click(); await page.waitForSelector('#backup'); } },
	{ name: 'devices-none-later', path: '/account/devices', ready: 'MFA devices', world: { session: true, signedInLongAgo: true } },
	{ name: 'not-me', path: '/not-me#cn_good-token', ready: 'Was this not you?' },
	{ name: 'not-me-done', path: '/not-me#cn_good-token', ready: 'Was this not you?', act: async (page) => { await press('This was not me: stop it')(page); await page.waitForSelector('.banner.ok'); } },
	{ name: 'not-me-over', path: '/not-me#cn_old-token', ready: 'Was this not you?', act: async (page) => { await press('This was not me: stop it')(page); await page.waitForSelector('text=This link has ended'); } },
	{ name: 'not-me-incomplete', path: '/not-me', ready: 'This link is not complete' },
	{ name: 'devices-none', path: '/account/devices', ready: 'MFA devices', world: { session: true } },
	{ name: 'devices-added', path: '/AddMfaDevice', ready: 'Add an authenticator application', world: { session: true }, act: async (page) => { await type('#code', '529038')(page); await page.waitForSelector('.banner.ok'); } },
	{ name: 'devices-long', path: '/account/devices', ready: 'MFA devices', world: { session: true, user: { email: 'a-very-long-mailbox-name-that-goes-on-and-on@subsidiary.halden-maritime.example', name: 'Maximiliane-Theodora von und zu Hohenlohe-Waldenburg', provider: 'x' }, devices: [TOTP, { ...KEY, name: 'شريحة الأمان على مكتبي في المكتب الرئيسي', last_used_at: null }, { ...TOTP, id: 'd3', name: 'WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW' }], canEnrol: ['security_key'] } },
	{ name: 'add-device', path: '/AddMfaDevice', ready: 'Add an authenticator application', world: { session: true }, act: (page) => page.waitForSelector('.qr img') },
	{ name: 'add-nothing', path: '/AddMfaDevice', ready: 'Nothing to add', world: { session: true, devices: [TOTP], canEnrol: [] } },
	{ name: 'signed-out', path: '/signed-out', ready: 'You are signed out' },
	{ name: 'signed-out-not', path: '/signed-out', ready: 'You are still signed in', world: { session: true } },
	{ name: 'refused', path: '/refused', ready: 'You were not let in' },
	{ name: 'refused-code', path: '/refused?code=provider_refused&id=7f3a-91c2', ready: 'You were not let in' },
	{ name: 'invitation', path: '/invitation#good-token', ready: 'Accept your invitation' },
	{ name: 'invitation-wrong', path: '/invitation#good-token', ready: 'Accept your invitation', act: async (page) => { await type('#password', '', true)(page); await page.waitForSelector('.summary'); } },
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
	for (const key of page.keys ?? [])
		await key.remove();
	await page.unscript?.();
	page.keys = [];
	for (const { holds = [], ...key } of view.keys ?? [])
		page.keys.push(await addAuthenticator(page, key, holds));
	// Every view begins as in a browser that remembers nothing.
	page.unscript = await beforePage(page, `if (location.origin !== "null") localStorage.clear(); (${view.init ?? (() => undefined)})();`);
	await page.goto(mock.origin + view.path);
	await page.getByRole('heading', { level: 1, name: view.ready, exact: true }).waitFor();
	await view.act?.(page, mock);
	await page.evaluate(() => Promise.all(document.getAnimations().filter((a) => a.effect.getComputedTiming().iterations !== Infinity).map((a) => a.finished.catch(() => undefined))));
	await page.evaluate(() => document.fonts.ready);
}

export { ENTRA, GITHUB };
