// Security keys and biometrics on the pages, with Chromium's virtual authenticator.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { soon } from '../soon.mjs';
import { addAuthenticator, beforePage, INTERNAL, launch, open, USB } from './browser.mjs';
import { BUILT_IN, KEY, META, RIGHT_CODE, start, TOTP } from './mock.mjs';

let browser;
let mock;
let page;

before(async () => {
	mock = await start();
	browser = await launch();
});
after(async () => {
	await browser.close();
	await mock.stop();
});
beforeEach(async () => {
	await page?.context().close();
	page = await open(browser);
});

const KINDS = ['security_key', 'biometrics', 'totp'];
const visit = async (path, world = {}) => {
	mock.reset(world);
	await page.goto(mock.origin + path);
};
const heading = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const button = (name) => page.getByRole('button', { name, exact: true });
const called = (name) => mock.world.calls.filter((c) => c.name === name).map((c) => c.body);
const answered = () => mock.world.calls.filter((c) => c.name.endsWith('/answer')).map((c) => c.body.factor);
const done = () => page.waitForURL('**/the-application');
const clean = () => assert.deepEqual(page.wrong, []);
const focused = () => page.evaluate(() => document.activeElement.textContent || document.activeElement.id);
const both = { session: true, devices: [KEY, TOTP], methods: KINDS };
const opened = (left = 600) => ({ by: KEY.id, opened_at: new Date(Date.now() - (600 - left) * 1000).toISOString(), expires_at: new Date(Date.now() + left * 1000).toISOString() });
const mine = { session: true, devices: [KEY, BUILT_IN, TOTP], methods: KINDS, canEnrol: ['security_key', 'biometrics'] };

// What the browser throws, in place of its own answer.
const throws = (name, verb) => beforePage(page, `CredentialsContainer.prototype.${verb} = () => Promise.reject(new DOMException('', '${name}'))`);

test('a key that is enrolled is asked first, by a button that has the focus', async () => {
	await addAuthenticator(page, USB, [KEY]);
	await visit(mock.login, both);
	await heading('Touch your security key');
	await page.getByText('YubiKey 5C – desk', { exact: true }).waitFor();
	await soon.equal(focused, 'Use security key');
	await page.keyboard.press('Enter');
	await done();
	assert.deepEqual(answered(), ['webauthn']);
	clean();
});

test('the code is one click away, and is asked first here from then on', async () => {
	await addAuthenticator(page, USB);
	await visit(mock.login, both);
	await heading('Touch your security key');
	await page.getByRole('button', { name: /^Authenticator application/ }).click();
	await heading('Enter the code from your app');
	await page.keyboard.type(RIGHT_CODE);
	await done();
	await visit(mock.login, both);
	await heading('Enter the code from your app');
	await page.getByRole('button', { name: /^Security key/ }).waitFor();
});

test('a key that worked here last is asked for without a click', async () => {
	await addAuthenticator(page, USB, [KEY]);
	await visit(mock.login, both);
	await button('Use security key').click();
	await done();
	await visit(mock.login, both);
	await done();
	assert.deepEqual(answered(), ['webauthn']);
});

test('where the browser wants a click first, nothing starts by itself', async () => {
	await addAuthenticator(page, USB, [KEY]);
	await visit(mock.login, both);
	await button('Use security key').click();
	await done();
	await beforePage(page, 'window.GestureEvent = function GestureEvent() {}');
	await visit(mock.login, both);
	await heading('Touch your security key');
	await page.evaluate(() => fetch('/api/v1/me'));
	assert.deepEqual(answered(), []);
	await soon.equal(() => page.locator('.asked').count(), 0);
});

test('a start by itself that the browser refuses at once is no error', async () => {
	await page.addInitScript(() => localStorage.setItem('countersign.last_way', 'security_key'));
	await throws('NotAllowedError', 'get');
	await visit(mock.login, both);
	await heading('Touch your security key');
	await button('Use security key').waitFor();
	await soon.equal(() => page.locator('.banner').count(), 0);
});

test('what is remembered is the kind and nothing else', async () => {
	await addAuthenticator(page, USB, [KEY]);
	await visit(mock.login, both);
	await button('Use security key').click();
	await done();
	await soon.deepEqual(() => page.evaluate(() => ({ ...localStorage })), { 'countersign.last_way': 'security_key' });
});

test('a key that nobody touches: said, not counted, tried again with the same question', async () => {
	const key = await addAuthenticator(page, { ...USB, automaticPresenceSimulation: false }, [KEY]);
	await visit(mock.login, { ...both, patience: 1000 });
	await button('Use security key').click();
	await button('Waiting…').waitFor();
	await page.locator('#live', { hasText: 'Your browser is asking for the key.' }).waitFor({ state: 'attached' });
	await heading('Your key was not read');
	await page.locator('.banner.danger', { hasText: 'Nobody answered within 1 second, or the browser’s window was closed.' }).waitFor();
	await page.locator('#alarm', { hasText: 'Nothing was counted against you.' }).waitFor({ state: 'attached' });
	await soon.match(() => page.title(), /^Error: Your key was not read/);
	await soon.equal(focused, 'Try the key again');
	await page.getByText('Berth planner', { exact: true }).waitFor();
	await key.touch(true);
	await page.keyboard.press('Enter');
	await done();
	await soon.equal(() => mock.count('POST /challenges'), 1);
});

test('a browser that never answers is given up by the page itself', async () => {
	await beforePage(page, 'CredentialsContainer.prototype.get = () => new Promise(() => {})');
	await visit(mock.login, { ...both, patience: 1000 });
	await button('Use security key').click();
	await heading('Your key was not read');
});

test('Cancel ends the waiting without an error', async () => {
	await addAuthenticator(page, { ...USB, automaticPresenceSimulation: false }, [KEY]);
	await visit(mock.login, both);
	await button('Use security key').click();
	await button('Cancel').click();
	await button('Use security key').waitFor();
	await soon.equal(() => page.locator('.banner').count(), 0);
	await soon.doesNotMatch(() => page.title(), /^Error/);
});

test('going to another way ends the waiting', async () => {
	const key = await addAuthenticator(page, { ...USB, automaticPresenceSimulation: false }, [KEY]);
	await visit(mock.login, both);
	await button('Use security key').click();
	await button('Waiting…').waitFor();
	await page.getByRole('button', { name: /^Authenticator application/ }).click();
	await page.waitForSelector('#code');
	await key.touch(true);
	await page.keyboard.type(RIGHT_CODE);
	await done();
	assert.deepEqual(answered(), ['totp']);
	clean();
});

for (const [name, sentence] of [
	['NotAllowedError', 'It refused at once, without asking you.'],
	['AbortError', 'Nobody answered within 60 seconds'],
	['NotSupportedError', 'This browser cannot use security keys here.'],
	['SecurityError', 'This page’s address does not match the key. Open localhost yourself'],
	['ConstraintError', 'This key has no PIN or fingerprint set.'],
	['OperationError', 'The browser is still busy with an earlier question.'],
	['UnknownError', 'The browser could not read it.'],
	['NotReadableError', 'The browser could not read it.'],
	['DataError', 'The browser could not read it.'],
]) {
	test(`${name} at the challenge is a sentence, with the other ways below it`, async () => {
		await throws(name, 'get');
		await visit(mock.login, both);
		await button('Use security key').click();
		await page.locator('.banner.danger', { hasText: sentence }).waitFor();
		await button('Try the key again').waitFor();
		await soon.equal(() => page.locator('.choices button').count(), 1);
		await button('New phone, or device lost').waitFor();
		await page.getByText('For the help desk: key_').waitFor();
		assert.deepEqual(answered(), []);
	});
}

for (const [code, title, sentence] of [
	['wrong_response', 'Your key was not read', 'That answer does not fit'],
	['malformed_response', 'Your key was not read', 'could not be read'],
	['cloned', 'This device was refused', 'This key may have been copied'],
	['model_refused', 'This device was refused', 'allows only certain models'],
	['unavailable', 'Your answer did not arrive', 'nobody was let in'],
]) {
	test(`the server's ${code} keeps the question and the stub`, async () => {
		await addAuthenticator(page, USB, [KEY]);
		await visit(mock.login, both);
		await heading('Touch your security key');
		mock.fault(`POST /challenges/${mock.world.challenge.id}/answer`, { status: 403, code });
		await button('Use security key').click();
		await heading(title);
		await page.locator('.banner.danger', { hasText: sentence }).waitFor();
		await page.getByText('Berth planner', { exact: true }).waitFor();
		await button('Try the key again').click();
		await done();
	});
}

test('too many tries block the key, not the code, and let go by themselves', async () => {
	await page.clock.install();
	await addAuthenticator(page, USB, [KEY]);
	await visit(mock.login, { ...both, challengeFor: 600 });
	await heading('Touch your security key');
	mock.fault(`POST /challenges/${mock.world.challenge.id}/answer`, { status: 429, code: 'too_many', retry_after_s: 240 });
	await button('Use security key').click();
	await page.locator('.banner.danger', { hasText: 'Try again in 4 minutes.' }).waitFor();
	const again = button('Try the key again');
	await soon.equal(() => again.getAttribute('aria-disabled'), 'true');
	await again.click({ force: true });
	assert.equal(answered().length, 1);
	await page.clock.runFor(241000);
	await again.click();
	await done();
});

test('biometrics are called what this device calls them', async () => {
	for (const [platform, name] of [['MacIntel', 'Touch ID'], ['Win32', 'Windows Hello'], ['iPhone', 'Face ID or Touch ID'], ['Linux x86_64', 'fingerprint or face']]) {
		await page.context().close();
		page = await open(browser);
		await addAuthenticator(page, INTERNAL, [BUILT_IN]);
		await beforePage(page, `Object.defineProperty(navigator, 'platform', { get: () => '${platform}' });
			Object.defineProperty(navigator, 'userAgentData', { get: () => undefined });
			Object.defineProperty(navigator, 'userAgent', { get: () => '' });`);
		await visit(mock.login, { ...mine, devices: [BUILT_IN] });
		await heading(`Confirm with ${name}`);
		await visit(mock.login, { session: true, methods: KINDS });
		await page.getByRole('button', { name: new RegExp(`^${name}`, 'i') }).waitFor();
	}
});

test('of two kinds the browser is asked for the one that was chosen', async () => {
	await addAuthenticator(page, INTERNAL, [BUILT_IN]);
	await beforePage(page, `const get = CredentialsContainer.prototype.get;
		CredentialsContainer.prototype.get = function (o) { window.asked = o.publicKey; return get.call(this, o); };`);
	await page.addInitScript(() => { history.scrollRestoration = 'manual'; });
	await visit(mock.login, { ...mine });
	await heading('Touch your security key');
	await page.getByRole('button', { name: /^Fingerprint or face/ }).click();
	await heading('Confirm with fingerprint or face');
	let release;
	mock.world.delays[`POST /challenges/${mock.world.challenge.id}/answer`] = new Promise((go) => { release = go; });
	await button('Use fingerprint or face').click();
	await page.waitForFunction(() => window.asked);
	await soon.deepEqual(() => page.evaluate(() => [window.asked.hints, window.asked.allowCredentials.map((c) => c.transports)]), [['client-device'], [['internal']]]);
	release();
	await done();
});

test('without WebAuthn the key says so, and the code is asked', async () => {
	await beforePage(page, 'delete window.PublicKeyCredential');
	await visit(mock.login, both);
	await heading('Enter the code from your app');
	const key = page.getByRole('button', { name: /^Security key/ });
	await key.getByText('This browser does not support it').waitFor();
	await soon.equal(() => key.getAttribute('aria-disabled'), 'true');
	await key.click({ force: true });
	await heading('Enter the code from your app');
});

test('a new phone or a lost device: what can be done today, and the way back', async () => {
	await addAuthenticator(page, USB, [KEY]);
	await visit(mock.login, both);
	await button('New phone, or device lost').click();
	await heading('New phone, or device lost');
	await soon.equal(focused, 'New phone, or device lost');
	await page.getByText('The administrators of Halden Maritime can remove what you lost.').waitFor();
	await page.getByText(`${new URL(mock.origin).host}/AddMfaDevice`).waitFor();
	await button('Back').click();
	await heading('Touch your security key');
	await button('New phone, or device lost').click();
	await page.getByRole('button', { name: /^Authenticator application/ }).click();
	await page.waitForSelector('#code');
});

test('flow: the first key on the way to an application, named, and there', async () => {
	const key = await addAuthenticator(page, USB);
	await visit(mock.login, { session: true, methods: KINDS, comes: { name: 'YubiKey 5 Series', model: 'YubiKey 5 Series' } });
	await heading('Add an MFA device');
	await page.getByRole('button', { name: /^Security key/ }).click();
	await heading('Add a security key');
	await soon.equal(focused, 'Add a security key');
	await page.getByText('It may ask for its PIN, or to set one.').waitFor();
	await button('Set up the key').click();
	await heading('It is added. What do you call it?');
	await soon.equal(() => page.inputValue('#name'), 'YubiKey 5 Series');
	await soon.equal(() => page.evaluate(() => getSelection().toString()), 'YubiKey 5 Series');
	await page.getByText('Next: Berth planner opens.').waitFor();
	await page.keyboard.type('On my key ring');
	await page.keyboard.press('Enter');
	await done();
	await soon.deepEqual(() => called('POST /enrolments'), [{ meta: META, factor: 'webauthn', kind: 'security_key' }]);
	await soon.deepEqual(() => called('POST /me/devices/new/rename'), [{ name: 'On my key ring' }]);
	await soon.equal(async () => (await key.credentials()).length, 1);
	clean();
});

test('another kind that an application wants: what there is proves it, then it is added, and on', async () => {
	await addAuthenticator(page, USB);
	await visit(mock.login, { session: true, devices: [TOTP], methods: ['security_key'] });
	await heading('Another MFA device is needed');
	await page.getByText('Berth planner asks for a second factor that you have not set up: Security key.').waitFor();
	await button('Add it now').click();
	await heading('Enter the code from your app');
	await page.getByText('Then you can change your MFA devices for 10 minutes').waitFor();
	await page.keyboard.type(RIGHT_CODE);
	await heading('Add a security key');
	await button('Set up the key').click();
	await page.waitForSelector('#name');
	await soon.equal(() => page.getByText('This is your only MFA device').count(), 0);
	await page.keyboard.press('Enter');
	await done();
	await soon.deepEqual(() => called('POST /challenges'), [{ purpose: 'manage' }]);
	clean();
});

test('a name that is kept costs no call', async () => {
	await addAuthenticator(page, USB);
	await visit(mock.login, { session: true, methods: ['security_key'] });
	await button('Set up the key').click();
	await page.waitForSelector('#name');
	await page.keyboard.press('Enter');
	await done();
	assert.equal(mock.count('POST /me/devices/new/rename'), 0);
});

test('a name that cannot be saved leaves the device enrolled and the way on open', async () => {
	await addAuthenticator(page, USB);
	await visit(mock.login, { session: true, methods: ['security_key'] });
	await button('Set up the key').click();
	await page.waitForSelector('#name');
	mock.fault('POST /me/devices/new/rename', { status: 403, code: 'prove_first' });
	await page.keyboard.type('Desk');
	await page.keyboard.press('Enter');
	await page.locator('.field.bad').waitFor();
	await button('Go on with the name Security key').click();
	await done();
});

test('what came is of another kind: the page says so', async () => {
	await addAuthenticator(page, USB);
	await visit(mock.login, { session: true, methods: ['security_key'], comes: { kind: 'biometrics', name: 'Windows Hello', is_synced: true } });
	await button('Set up the key').click();
	await page.locator('.banner.warn', { hasText: 'Added as: Biometrics' }).waitFor();
	await page.getByText('It is synchronised').waitFor();
});

test('a key that is enrolled already is refused by the browser, and named when there is one', async () => {
	await addAuthenticator(page, USB, [KEY]);
	await visit('/AddMfaDevice', { ...mine, devices: [KEY, TOTP], canEnrol: ['security_key'], window: opened() });
	await button('Set up the key').click();
	await page.locator('.banner.danger', { hasText: 'This one is enrolled already, as YubiKey 5C – desk. Use a different one.' }).waitFor();
});

test('a key that somebody else has enrolled is refused by the server in the same words', async () => {
	await addAuthenticator(page, USB);
	await visit(mock.login, { session: true, methods: ['security_key'] });
	await heading('Add a security key');
	await page.waitForSelector('.await');
	mock.fault(`POST /enrolments/${mock.world.enrolment.id}/confirm`, { status: 409, code: 'enrolled_already' });
	await button('Set up the key').click();
	await page.locator('.banner.danger', { hasText: 'This one is enrolled already. Use a different one.' }).waitFor();
	await button('Try the key again').click();
	await page.waitForSelector('#name');
	await soon.equal(() => mock.count('POST /enrolments'), 2);
});

for (const [name, sentence] of [['NotAllowedError', 'It refused at once, without asking you.'], ['InvalidStateError', 'This one is enrolled already.'],
	['ConstraintError', 'This key has no PIN or fingerprint set.'], ['NotSupportedError', 'This browser cannot use security keys here.']]) {
	test(`${name} when enrolling is a sentence, and can be tried again`, async () => {
		await throws(name, 'create');
		await visit(mock.login, { session: true, methods: ['security_key'] });
		await button('Set up the key').click();
		await page.locator('.banner.danger', { hasText: sentence }).waitFor();
		await button('Try the key again').waitFor();
		await soon.match(() => page.title(), /^Error: /);
	});
}

for (const code of ['model_refused', 'model_unproven', 'kind_refused', 'not_verified', 'ended']) {
	test(`the server's ${code} when enrolling begins anew on the same page`, async () => {
		await addAuthenticator(page, USB);
		await visit(mock.login, { session: true, methods: ['security_key'] });
		await page.waitForSelector('.await');
		mock.fault(`POST /enrolments/${mock.world.enrolment.id}/confirm`, { status: 403, code });
		await button('Set up the key').click();
		await page.locator('.banner.danger').waitFor();
		await button('Try the key again').click();
		await page.waitForSelector('#name');
	});
}

test('biometrics are no button where the device has none, and the reason stands in its place', async () => {
	await addAuthenticator(page, USB);
	await visit(mock.login, { session: true, methods: KINDS });
	const card = page.getByRole('listitem').filter({ hasText: 'Biometrics' });
	await card.getByText('This device has no fingerprint reader, face camera or screen lock that this browser can use').waitFor();
	await soon.equal(() => card.getByRole('button').count(), 0);
});

test('without WebAuthn the choice names what works', async () => {
	await beforePage(page, 'delete window.PublicKeyCredential');
	await visit(mock.login, { session: true, methods: KINDS });
	await page.getByText('What works in this browser: Authenticator application.').waitFor();
	await soon.equal(() => page.locator('.choices button').count(), 1);
});

test('the first device long after the sign-in: sign in again, and come back to adding it', async () => {
	await visit('/AddMfaDevice', { session: true, signedInLongAgo: true, methods: [] });
	await heading('Sign in again first');
	await button('Sign in again').click();
	await heading('Sign in');
	mock.world.session = true;
	await page.reload();
	await heading('Add an authenticator application');
});

test('flow 6: adding a second device asks for the first, then gives ten minutes', async () => {
	await addAuthenticator(page, USB, [KEY]);
	await visit('/AddMfaDevice', { ...mine, devices: [KEY], canEnrol: ['totp'] });
	await heading('Touch your security key');
	await page.getByText('Then you can change your MFA devices for 10 minutes, in this browser only.').waitFor();
	await button('Use security key').click();
	await heading('Add an authenticator application');
	await page.fill('#name', 'Aegis');
	await page.fill('#code', RIGHT_CODE);
	await heading('MFA devices');
	await page.getByText(/You can change devices for (10:00|[89]:\d\d) more/).waitFor();
	await page.getByText('You confirmed with YubiKey 5C – desk.').waitFor();
	await soon.deepEqual(() => called('POST /challenges'), [{ purpose: 'manage' }]);
	clean();
});

test('a window that ended meanwhile: the proof is asked for, then the set-up goes on', async () => {
	await addAuthenticator(page, USB, [KEY]);
	await visit('/AddMfaDevice', { ...mine, devices: [KEY], canEnrol: ['totp'], window: opened() });
	await heading('Add an authenticator application');
	mock.world.window = null;
	await page.fill('#code', RIGHT_CODE);
	await heading('Touch your security key');
	await button('Use security key').click();
	await heading('Add an authenticator application');
});

test('flow 7: removing a key, by keyboard', async () => {
	await addAuthenticator(page, USB, [KEY]);
	await visit('/account/devices', { ...mine, closes: { d3: ['Payroll'] } });
	await heading('MFA devices');
	await button('Actions for ThinkPad – Ines').focus();
	await page.keyboard.press('ArrowDown');
	await soon.equal(focused, 'Rename');
	await page.keyboard.press('End');
	await soon.equal(focused, 'Remove');
	await page.keyboard.press('Home');
	await page.keyboard.press('ArrowUp');
	await soon.equal(focused, 'Remove');
	await page.keyboard.press('Enter');
	await heading('Touch your security key');
	await page.keyboard.press('Enter');
	const dialog = page.getByRole('dialog', { name: 'Remove ThinkPad – Ines?' });
	await dialog.waitFor();
	await dialog.getByText('You can still confirm with YubiKey 5C – desk and Aegis on Pixel 8.').waitFor();
	await dialog.getByText('These stay closed to you until you add one of a kind they accept: Payroll.').waitFor();
	await soon.equal(focused, 'Keep it');
	await page.keyboard.press('Shift+Tab');
	await soon.equal(focused, 'Remove the biometrics');
	await page.keyboard.press('Enter');
	await page.getByRole('status').filter({ hasText: 'ThinkPad – Ines is removed. Closed to you until you add another one: Payroll.' }).waitFor();
	await soon.equal(() => page.getByRole('list', { name: 'Your MFA devices' }).getByRole('listitem').count(), 2);
	await soon.equal(focused, 'MFA devices');
	await soon.deepEqual(() => called('POST /me/devices/d3/remove'), [{}]);
	clean();
});

test('Esc and "Keep it" keep the device and give the focus back', async () => {
	await visit('/account/devices', { ...mine, window: opened() });
	for (const key of ['Escape', 'Enter']) {
		await button('Actions for Aegis on Pixel 8').click();
		await page.getByRole('menuitem', { name: 'Remove' }).click();
		await page.getByRole('dialog').waitFor();
		await page.keyboard.press(key);
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		await soon.equal(() => page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Actions for Aegis on Pixel 8');
	}
	assert.equal(mock.count('POST /me/devices/d1/remove'), 0);
});

test('the menu closes with Esc and with a click beside it, and gives the focus back', async () => {
	await visit('/account/devices', mine);
	const opener = button('Actions for YubiKey 5C – desk');
	await opener.click();
	await soon.equal(() => opener.getAttribute('aria-expanded'), 'true');
	await page.keyboard.press('Escape');
	await soon.equal(() => page.getByRole('menu').count(), 0);
	await soon.equal(() => page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Actions for YubiKey 5C – desk');
	await opener.click();
	await page.getByRole('heading', { level: 1 }).click();
	await soon.equal(() => page.getByRole('menu').count(), 0);
});

test('removing what opened the window locks the rest again', async () => {
	await visit('/account/devices', { ...mine, window: opened() });
	await button('Actions for YubiKey 5C – desk').click();
	await page.getByRole('menuitem', { name: 'Remove' }).click();
	await page.getByText('You confirmed with it: the time to make changes ends too.').waitFor();
	await button('Remove the key').click();
	await button('Confirm to make changes').waitFor();
});

test('removing the last one says what happens next, before and after', async () => {
	await visit('/account/devices', { ...mine, devices: [KEY], canEnrol: ['security_key'], window: opened(), closes: { last: ['Payroll'] } });
	await button('Actions for YubiKey 5C – desk').click();
	await page.getByRole('menuitem', { name: 'Remove' }).click();
	await page.getByRole('dialog').getByText('Nothing remains to confirm with.').waitFor();
	await page.getByText('These ask you to add a new one before they open: Payroll.').waitFor();
	await button('Remove the key').click();
	await page.getByText('YubiKey 5C – desk is removed, and nothing remains.').waitFor();
	await page.getByRole('heading', { name: 'No MFA device yet' }).waitFor();
	await page.getByRole('link', { name: 'Add an MFA device' }).waitFor();
});

test('renaming: empty and taken names are refused in place, the new one is shown', async () => {
	await visit('/account/devices', { ...mine, window: opened() });
	await button('Actions for ThinkPad – Ines').click();
	await page.getByRole('menuitem', { name: 'Rename' }).click();
	await soon.equal(() => page.evaluate(() => getSelection().toString()), 'ThinkPad – Ines');
	await page.keyboard.press('Delete');
	await page.keyboard.press('Enter');
	await page.locator('.field.bad', { hasText: 'Enter a name' }).waitFor();
	await page.keyboard.type('Aegis on Pixel 8');
	await page.keyboard.press('Enter');
	await page.locator('.field.bad', { hasText: 'One of your MFA devices has this name.' }).waitFor();
	await page.keyboard.type('Laptop');
	await page.keyboard.press('Enter');
	await page.getByRole('status').filter({ hasText: 'ThinkPad – Ines is now called Laptop.' }).waitFor();
	await page.getByRole('listitem').getByText('Laptop', { exact: true }).waitFor();
	await soon.equal(() => page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Actions for Laptop');
	clean();
});

test('the window counts, speaks at 5 and at 1 minute, and locks by itself', async () => {
	await page.clock.install();
	await visit('/account/devices', { ...mine, window: opened(330) });
	await page.getByText(/You can change devices for [45]:\d\d more/).waitFor();
	await page.clock.runFor(31000);
	await page.locator('#live', { hasText: 'for 5 more minutes.' }).waitFor({ state: 'attached' });
	await page.clock.runFor(240000);
	await page.locator('#live', { hasText: 'for 1 more minute.' }).waitFor({ state: 'attached' });
	await page.getByText('Less than a minute is left.').waitFor();
	mock.world.window = null;
	await page.clock.runFor(61000);
	await button('Confirm to make changes').waitFor();
});

test('"End now" locks at once', async () => {
	await visit('/account/devices', { ...mine, window: opened() });
	await button('End now').click();
	await button('Confirm to make changes').waitFor();
	await soon.deepEqual(() => called('POST /me/devices/lock'), [{}]);
});

test('a window that ended on the server asks for the proof, then does what was asked', async () => {
	await addAuthenticator(page, USB, [KEY]);
	await visit('/account/devices', { ...mine, window: opened() });
	await button('Actions for Aegis on Pixel 8').click();
	await page.getByRole('menuitem', { name: 'Remove' }).click();
	mock.world.window = null;
	await button('Remove the application').click();
	await heading('Touch your security key');
	await button('Use security key').click();
	await button('Remove the application').click();
	await page.getByText('Aegis on Pixel 8 is removed.').waitFor();
});

test('frozen: nothing can be changed, and it is said why', async () => {
	await visit('/account/devices', { ...mine, frozenAt: new Date(Date.now() - 3600000).toISOString() });
	await page.locator('.banner.danger', { hasText: 'Changes are stopped' }).waitFor();
	await soon.equal(() => page.getByRole('button', { name: /^Actions for/ }).count(), 0);
	await soon.equal(() => page.getByRole('link', { name: 'Add an MFA device' }).count(), 0);
	await page.goto(mock.origin + '/AddMfaDevice');
	await heading('Nothing to add');
});

test('frozen in between: the list is read again', async () => {
	await visit('/account/devices', { ...mine, window: opened() });
	await button('Actions for Aegis on Pixel 8').click();
	await page.getByRole('menuitem', { name: 'Remove' }).click();
	mock.world.frozenAt = new Date().toISOString();
	await button('Remove the application').click();
	await page.locator('.banner.danger', { hasText: 'Changes are stopped' }).waitFor();
});

test('one device alone is said until it is put away, and again for another one', async () => {
	await visit('/account/devices', { ...mine, devices: [TOTP] });
	await page.getByText('If Aegis on Pixel 8 is lost, nothing remains to confirm with.').waitFor();
	await button('Do not show this again').click();
	await soon.equal(focused, 'MFA devices');
	await visit('/account/devices', { ...mine, devices: [TOTP] });
	await heading('MFA devices');
	await soon.equal(() => page.getByText('nothing remains to confirm with').count(), 0);
	await visit('/account/devices', { ...mine, devices: [KEY] });
	await page.getByText('If YubiKey 5C – desk is lost, nothing remains to confirm with.').waitFor();
});

test('the browser is told which keys are still known, and which one is gone', async () => {
	await beforePage(page, `window.told = [];
		for (const name of ['signalAllAcceptedCredentials', 'signalUnknownCredential'])
			PublicKeyCredential[name] = async (o) => { window.told.push([name, o]); };`);
	await visit('/account/devices', { ...mine, window: opened() });
	await page.waitForFunction(() => window.told.length === 1);
	await button('Actions for YubiKey 5C – desk').click();
	await page.getByRole('menuitem', { name: 'Remove' }).click();
	await button('Remove the key').click();
	await page.waitForFunction(() => window.told.length === 3);
	await soon.deepEqual(() => page.evaluate(() => window.told.slice(1)), [
		['signalUnknownCredential', { rpId: 'localhost', credentialId: KEY.credential }],
		['signalAllAcceptedCredentials', { rpId: 'localhost', userId: Buffer.from('u1').toString('base64url'), allAcceptedCredentialIds: [BUILT_IN.credential] }],
	]);
});

test('a browser that fails to take the telling, or knows no such thing, is no matter', async () => {
	await beforePage(page, `PublicKeyCredential.signalAllAcceptedCredentials = () => Promise.reject(new Error('no'));`);
	await visit('/account/devices', mine);
	await heading('MFA devices');
	await beforePage(page, 'delete PublicKeyCredential.signalAllAcceptedCredentials; delete PublicKeyCredential.signalUnknownCredential;');
	await visit('/account/devices', mine);
	await heading('MFA devices');
	clean();
});

test('"this was not me": opening the page does nothing, the button stops it', async () => {
	await visit('/not-me#cn_good-token');
	await heading('Was this not you?');
	await page.evaluate(() => fetch('/api/v1/sign-in'));
	assert.equal(mock.count('POST /not-me'), 0);
	await button('This was not me: stop it').click();
	await heading('Stopped');
	await soon.equal(focused, 'Stopped');
	await page.getByText('2 administrators were told.').waitFor();
	await soon.deepEqual(() => called('POST /not-me'), [{ token: 'cn_good-token' }]);
	await soon.equal(() => new URL(page.url()).hash, '');
	await page.reload();
	await heading('This link has ended');
	clean();
});

test('"this was not me": the whole link, opened where its half is shown, counts', async () => {
	await visit('/not-me');
	await heading('This link is not complete');
	await page.evaluate(() => { location.hash = 'cn_good-token'; });
	await heading('Was this not you?');
});

test('"this was not me" when no administrator could be told says so', async () => {
	await visit('/not-me#cn_good-token', { administrators: 0 });
	await button('This was not me: stop it').click();
	await page.getByText('No administrator could be told by e-mail: call them.').waitFor();
});

test('"this was not me" has words for every mail, also of a kind that is newer than the page', async () => {
	for (const [what, says] of [['code_used', 'the backup code of'], ['something_new', 'what the mail of']]) {
		await visit('/not-me#cn_good-token', { what });
		await button('This was not me: stop it').click();
		await page.getByText(says).waitFor();
	}
	clean();
});

test('"this was not me" for a member speaks of owners and leads to the console', async () => {
	await page.route('**/api/v1/member/sign-in', (route) => route.fulfill({ json: { step: 'password' } }));
	await visit('/not-me#cn_good-token', { administrators: 1 });
	await soon.equal(() => page.getByRole('link', { name: 'It was me' }).getAttribute('href'), '/console/profile/authentication');
	await button('This was not me: stop it').click();
	await page.getByText('1 owner was told.').waitFor();
	await page.unroute('**/api/v1/member/sign-in');
	clean();
});

test('"this was not me" too late says what to do instead', async () => {
	await visit('/not-me#cn_old-token');
	await button('This was not me: stop it').click();
	await heading('This link has ended');
	await page.getByRole('link', { name: 'Look at your MFA devices' }).waitFor();
});

test('the launcher names an application that hangs on one device', async () => {
	await visit('/', { ...mine, closes: { d2: ['Payroll'] }, applications: [] });
	await page.getByText('Payroll hangs on one device').waitFor();
	await page.getByText('If YubiKey 5C – desk is lost, Payroll stays closed to you.').waitFor();
});
