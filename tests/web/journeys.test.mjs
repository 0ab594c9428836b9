// The flows a person goes through, by keyboard alone.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { soon } from '../soon.mjs';
import { launch, open } from './browser.mjs';
import { ENTRA, GITHUB, KEY, META, PIN, RIGHT_CODE, RIGHT_PIN, SETUP_KEY, start, TOTP } from './mock.mjs';

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

const visit = async (path, world = {}) => {
	mock.reset(world);
	await page.goto(mock.origin + path);
};
const heading = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const focused = () => page.evaluate(() => document.activeElement.textContent || document.activeElement.id);
const called = (name) => mock.world.calls.filter((c) => c.name === name).map((c) => c.body);
const clean = () => assert.deepEqual(page.wrong, []);
const onlyPin = [{ id: PIN, type: 'onetimepin', name: 'PIN by e-mail' }];

// Tab until something that reads `text` has the focus.
async function tabTo(text)
{
	for (let i = 0; i < 30; i++) {
		await page.keyboard.press('Tab');
		const label = await page.evaluate(() => {
			const e = document.activeElement;
			return e === document.body ? '' : e.getAttribute('aria-label') ?? e.textContent;
		});
		if (label.includes(text)) {
			await soon.ok(() => page.evaluate(() => document.activeElement.matches(':focus-visible')));
			return;
		}
	}
	assert.fail(`no way to ${text} by Tab`);
}

test('flow 1: first visit with a PIN, enrolling on the way, by keyboard', async () => {
	await visit(mock.login);
	await heading('Sign in');
	await tabTo('PIN by e-mail');
	await page.keyboard.press('Enter');
	await heading('Sign in with your e-mail');
	await soon.equal(focused, 'email');
	await page.keyboard.type(' ines.moreau@halden.example ');
	await page.keyboard.press('Enter');
	await heading('Enter your PIN');
	await soon.equal(focused, 'pin');
	await page.getByText('If ines.moreau@halden.example may sign in here, a PIN is in that mailbox now.').waitFor();
	await page.keyboard.type(RIGHT_PIN);
	await heading('Add an authenticator application');
	await soon.equal(focused, 'Add an authenticator application');
	await page.getByText('Berth planner asks for a second factor').waitFor();
	await soon.ok(() => page.locator('.qr img').evaluate((img) => img.decode().then(() => img.naturalWidth > 0)));
	await tabTo('Copy: Set-up key');
	await page.keyboard.press('Enter');
	await page.locator('#live', { hasText: 'Copied: Set-up key' }).waitFor({ state: 'attached' });
	await soon.equal(() => page.evaluate(() => navigator.clipboard.readText()), SETUP_KEY);
	await page.focus('#name');
	await page.keyboard.press('Control+A');
	await page.keyboard.type('Aegis on Pixel 8');
	await page.keyboard.press('Tab');
	await soon.equal(focused, 'code');
	await page.keyboard.type(RIGHT_CODE);
	await page.waitForURL('**/the-application');
	await soon.deepEqual(() => called('POST /sign-in/pin'), [{ meta: META, provider: PIN, email: 'ines.moreau@halden.example' }]);
	await soon.deepEqual(() => called('POST /enrolments/e7/confirm'), [{ meta: META, code: RIGHT_CODE, name: 'Aegis on Pixel 8' }]);
	await soon.deepEqual(() => called('POST /sign-in/continue'), [{ meta: META }]);
	clean();
});

test('flow 2: daily visit, the code is all that is asked', async () => {
	await visit(mock.login, { session: true, devices: [TOTP] });
	await heading('Enter the code from your app');
	await page.getByText('Aegis on Pixel 8, last used 2 October').waitFor();
	await page.getByText('Counts for 24 hours, in this browser only.').waitFor();
	await page.keyboard.type(RIGHT_CODE);
	await page.waitForURL('**/the-application');
	clean();
});

test('a proof that still counts goes straight in, with one call', async () => {
	await visit(mock.login, { session: true, devices: [TOTP], proof: { method: 'totp', at: '2026-11-22T08:00:00Z', until: '2026-11-23T08:00:00Z' } });
	await page.waitForURL('**/the-application');
	assert.equal(mock.count('POST /challenges'), 0);
});

test('a provider is started by POST and navigated to', async () => {
	await visit(mock.login);
	await heading('Sign in');
	await tabTo('GitHub');
	await page.keyboard.press('Enter');
	await page.waitForURL(`**/idp?provider=${GITHUB}`);
	await soon.deepEqual(() => called('POST /sign-in/oidc'), [{ meta: META, provider: GITHUB }]);
});

test('the provider used last says so', async () => {
	await visit(mock.login);
	await page.locator('li', { hasText: 'Halden Entra ID' }).getByText('You used this here last').waitFor();
	await soon.equal(() => page.getByText('You used this here last').count(), 1);
});

const entra = [{ id: ENTRA, type: 'oidc', name: 'Halden Entra ID' }];

test('one provider and no wish for a choice: straight to it', async () => {
	await visit(mock.login, { providers: entra, autoRedirect: true });
	await page.waitForURL(`**/idp?provider=${ENTRA}`);
});

test('after a refused redirect it does not go there by itself again', async () => {
	await visit(mock.login + '&code=provider_refused&id=7f3a-91c2', { providers: entra, autoRedirect: true });
	await page.locator('.banner', { hasText: 'Your provider did not confirm who you are.' }).waitFor();
	await soon.match(() => page.title(), /^Error: /);
	assert.equal(mock.count('POST /sign-in/oidc'), 0);
});

test('"Not you?" ends the session and does not go back to the provider by itself', async () => {
	await visit(mock.login, { session: true, devices: [TOTP], providers: entra, autoRedirect: true });
	await heading('Enter the code from your app');
	await tabTo('Not you?');
	await page.keyboard.press('Enter');
	await heading('Sign in');
	await soon.equal(focused, 'Sign in');
	assert.equal(mock.count('POST /sign-in/oidc'), 0);
	await soon.deepEqual(() => called('POST /sign-in/switch'), [{ meta: META }]);
});

test('with a PIN alone the e-mail address is asked at once', async () => {
	await visit(mock.login, { providers: onlyPin });
	await heading('Sign in with your e-mail');
	await soon.equal(() => page.getByText('Other ways to sign in').count(), 0);
});

for (const [typed, sentence] of [['', 'Enter your e-mail address'], ['ines', 'Enter the whole address, like name@example.test'], ['ines@', 'Enter the whole address']]) {
	test(`the address ${JSON.stringify(typed)} is refused here and stays`, async () => {
		await visit(mock.login, { providers: onlyPin });
		await page.fill('#email', typed);
		await page.press('#email', 'Enter');
		await page.locator('.field.bad .err', { hasText: sentence }).waitFor();
		await soon.equal(() => page.inputValue('#email'), typed);
		await soon.equal(focused, 'email');
		assert.equal(mock.count('POST /sign-in/pin'), 0);
	});
}

test('"Other e-mail" goes back to the address', async () => {
	await visit(mock.login, { providers: onlyPin, pin: { email: 'a@b.test', expires_at: new Date(Date.now() + 600000).toISOString(), resend_at: new Date(Date.now() + 60000).toISOString() } });
	await heading('Enter your PIN');
	await tabTo('Other e-mail');
	await page.keyboard.press('Enter');
	await heading('Sign in with your e-mail');
});

test('a reload in the middle stays at the same question and makes no second key', async () => {
	await visit(mock.login, { session: true });
	await heading('Add an authenticator application');
	const before = await page.locator('.key').innerText();
	await page.reload();
	await heading('Add an authenticator application');
	await soon.equal(() => page.locator('.key').innerText(), before);
});

test('all that an app must know stands beside the picture, each with copy', async () => {
	await visit(mock.login, { session: true });
	await heading('Add an authenticator application');
	for (const [label, shown, copied] of [['Set-up key', 'JBSW', SETUP_KEY], ['Account name', 'ines.moreau@halden.example', 'ines.moreau@halden.example'],
		['Algorithm', 'SHA-1', 'SHA-1'], ['Period', '30 seconds', '30'], ['Digits', '6 digits', '6']]) {
		await soon.ok(async () => (await page.locator('.params > div', { has: page.getByText(label, { exact: true }) }).innerText()).includes(shown), label);
		await page.getByRole('button', { name: `Copy: ${label}`, exact: true }).click();
		await page.locator('#live', { hasText: `Copied: ${label}` }).waitFor({ state: 'attached' });
		await soon.equal(() => page.evaluate(() => navigator.clipboard.readText()), copied);
	}
});

test('the key is in groups of four, and a copy by hand has no gaps', async () => {
	await visit(mock.login, { session: true });
	await heading('Add an authenticator application');
	await soon.deepEqual(() => page.locator('.key span').allInnerTexts(), ['JBSW', 'Y3DP', 'EHPK', '3PXP', 'JBSW', 'Y3DP', 'EHPK', '3PXP']);
	await soon.equal(() => page.locator('.key').evaluate((e) => e.textContent), SETUP_KEY);
});

test('a clipboard that refuses is said, not hidden', async () => {
	await visit(mock.login, { session: true });
	await heading('Add an authenticator application');
	await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); });
	await page.getByRole('button', { name: 'Copy: Set-up key' }).click();
	await page.locator('#alarm', { hasText: 'Copying did not work.' }).waitFor({ state: 'attached' });
});

test('a picture that does not load points to the key', async () => {
	await page.route('**/qr.svg', (route) => route.abort());
	await visit(mock.login, { session: true });
	await page.getByText('The picture did not load. Type the key into your app instead.').waitFor();
});

test('several kinds: the choice names each, and what cannot be added stays in its place', async () => {
	await visit(mock.login, { session: true, methods: ['hardware_token', 'totp'] });
	await heading('Add an MFA device');
	const token = page.getByRole('listitem').filter({ hasText: 'Hardware token' });
	await token.getByText('This page cannot add it yet').waitFor();
	await soon.equal(() => token.getByRole('button').count(), 0);
	await page.getByRole('button', { name: /^Authenticator application/ }).click();
	await heading('Add an authenticator application');
});

test('name and code both missing: a summary first, and its links lead to the fields', async () => {
	await visit(mock.login, { session: true });
	await page.fill('#name', ' ');
	await page.press('#name', 'Enter');
	await page.locator('.summary').waitFor();
	await soon.ok(async () => (await focused()).startsWith('Two things are missing or wrong'));
	await tabTo('Enter the six-digit code');
	await page.keyboard.press('Enter');
	await soon.equal(focused, 'code');
});

test('a name that is taken keeps what was typed and asks for another', async () => {
	await visit('/AddMfaDevice', { session: true, devices: [{ ...KEY, name: 'Phone' }], window: { by: KEY.id, opened_at: new Date().toISOString(), expires_at: new Date(Date.now() + 600000).toISOString() } });
	await page.fill('#name', 'Phone');
	await page.fill('#code', RIGHT_CODE);
	await page.locator('.field.bad', { hasText: 'One of your MFA devices has this name.' }).waitFor();
	await soon.equal(focused, 'name');
	await soon.equal(() => page.inputValue('#code'), RIGHT_CODE);
});

test('an enrolment that ended begins again with a new one', async () => {
	await visit(mock.login, { session: true });
	await heading('Add an authenticator application');
	await page.waitForSelector('#code');
	mock.world.enrolment = null;
	await page.fill('#code', RIGHT_CODE);
	await heading('Setting up has ended');
	await page.getByRole('button', { name: 'Begin again' }).click();
	await page.waitForSelector('#code');
	await soon.equal(() => mock.count('POST /enrolments'), 2);
});

test('denied: who, why, the organisation\'s own words, and the way to switch', async () => {
	await visit(mock.login, { session: true, denied: { reason: 'policy', message: 'For harbour engineers.', url: 'https://wiki.halden.example/access' } });
	await heading('You may not open this');
	await page.getByText('No rule of Halden Maritime lets ines.moreau@halden.example open Berth planner.').waitFor();
	await page.getByText('For harbour engineers.').waitFor();
	await soon.equal(() => page.getByRole('link', { name: 'Read more about access here' }).getAttribute('href'), 'https://wiki.halden.example/access');
	await page.getByRole('button', { name: 'Sign in as somebody else' }).click();
	await heading('Sign in');
});

for (const url of ['javascript:alert(1)', 'data:text/html,x', '//evil.test']) {
	test(`denied: ${url} is no link`, async () => {
		await visit(mock.login, { session: true, denied: { reason: 'policy', message: '', url } });
		await heading('You may not open this');
		await soon.equal(() => page.getByRole('link').count(), 0);
	});
}

test('a redirect to something that is no web page is not followed', async () => {
	await visit(mock.login);
	await page.route('**/sign-in/oidc', (route) => route.fulfill({ json: { redirect: 'javascript:document.title="x"' } }));
	await page.getByRole('button', { name: /GitHub/ }).click();
	await heading('That did not work');
});

const someApplications = [
	{ id: 'a', name: 'Berth planner', host: 'berth.halden.example', url: 'https://berth.halden.example/', logo_url: '', asks: 'second_factor' },
	{ id: 'b', name: 'Grafana', host: 'grafana.halden.example', url: 'https://grafana.halden.example/', logo_url: 'https://cdn.example/logo.png', asks: 'nothing' },
	{ id: 'c', name: 'Payroll', host: 'pay.halden.example', url: 'https://pay.halden.example/', logo_url: '', asks: 'enrol' },
];

test('the launcher says what opening each application will ask', async () => {
	await visit('/', { session: true, devices: [TOTP], canEnrol: [], applications: someApplications });
	await heading('Your applications');
	const tile = (name) => page.getByRole('link', { name: new RegExp(name) });
	await soon.match(() => tile('Berth planner').innerText(), /berth\.halden\.example[\s\S]*Asks for your second factor/);
	await soon.match(() => tile('Grafana').innerText(), /Opens straight away/);
	await soon.match(() => tile('Payroll').innerText(), /Asks you to add an MFA device/);
	await soon.equal(() => tile('Berth planner').getAttribute('href'), 'https://berth.halden.example/');
	clean();
});

test('signed out in between: signs in here and comes back to the same page', async () => {
	await visit('/account/devices', { devices: [TOTP], canEnrol: [] });
	await heading('Sign in');
	await tabTo('PIN by e-mail');
	await page.keyboard.press('Enter');
	await page.fill('#email', 'ines.moreau@halden.example');
	await page.press('#email', 'Enter');
	await page.waitForSelector('#pin');
	await page.keyboard.type(RIGHT_PIN);
	await page.waitForSelector('#code');
	await page.keyboard.type(RIGHT_CODE);
	await heading('MFA devices');
	await soon.equal(() => new URL(page.url()).pathname, '/account/devices');
	await soon.deepEqual(() => called('POST /sign-in/pin').map((b) => b.meta), ['/account/devices']);
});

test('a session that ends at once after signing in is said, not asked for ever', async () => {
	mock.reset({ session: true, methods: [] });
	mock.fault('GET /me', { status: 401, code: 'signed_out' }, { status: 401, code: 'signed_out' });
	await page.goto(mock.origin + '/');
	await heading('That did not work');
	assert.ok(mock.count('GET /sign-in') <= 3);
});

test('adding a device from the portal returns to the list and says so', async () => {
	await visit('/', { session: true });
	await tabTo('Add an MFA device');
	await page.keyboard.press('Enter');
	await heading('Add an authenticator application');
	await soon.equal(focused, 'Add an authenticator application');
	await page.fill('#name', 'Aegis on Pixel 8');
	await page.fill('#code', RIGHT_CODE);
	await heading('MFA devices');
	await page.getByRole('status').filter({ hasText: 'Aegis on Pixel 8 is now one of your MFA devices.' }).waitFor();
	await page.getByText(/Authenticator application · added \d+ \w+ \d{4} · not used yet/).waitFor();
	await soon.deepEqual(() => called('POST /enrolments'), [{ factor: 'totp' }]);
	await page.goBack();
	await heading('Add an authenticator application').catch(() => heading('Nothing to add'));
});

test('the device list shows name, kind, added and last used', async () => {
	await visit('/account/devices', { session: true, devices: [TOTP], canEnrol: [] });
	await page.getByText('Authenticator application · added 3 March 2026 · used 2 October').waitFor();
	await page.getByText('If Aegis on Pixel 8 is lost, nothing remains to confirm with.').waitFor();
	await soon.equal(() => page.getByRole('link', { name: 'Add an MFA device' }).count(), 0);
});

test('pages change without loading the document, with title and focus', async () => {
	await visit('/', { session: true, devices: [TOTP], canEnrol: [], applications: someApplications });
	await heading('Your applications');
	await page.evaluate(() => { window.same = true; });
	await tabTo('Account');
	await page.keyboard.press('Enter');
	await heading('MFA devices');
	await soon.equal(focused, 'MFA devices');
	await soon.equal(() => page.title(), 'MFA devices – Halden Maritime');
	await soon.equal(() => page.getByRole('link', { name: 'Account' }).getAttribute('aria-current'), 'page');
	await page.goBack();
	await heading('Your applications');
	await soon.ok(() => page.evaluate(() => window.same));
});

test('the menu opens and closes by keyboard and signs out everywhere', async () => {
	await visit('/', { session: true, devices: [TOTP], canEnrol: [] });
	await heading('Your applications');
	await tabTo('Ines Moreau, your menu');
	await page.keyboard.press('Enter');
	const out = page.getByRole('button', { name: 'Sign out everywhere' });
	await out.waitFor();
	await page.keyboard.press('Escape');
	await out.waitFor({ state: 'hidden' });
	await soon.equal(() => page.evaluate(() => document.activeElement.getAttribute('aria-expanded')), 'false');
	await page.keyboard.press('Enter');
	await tabTo('Sign out everywhere');
	await page.keyboard.press('Enter');
	await heading('You are signed out');
	await soon.equal(() => mock.world.session, false);
	await page.getByRole('link', { name: 'Sign in again' }).click();
	await heading('Sign in');
});

test('a link to the signed-out page does not say of somebody signed in that they are out', async () => {
	await visit('/signed-out', { session: true, devices: [TOTP], canEnrol: [], applications: someApplications });
	await heading('You are still signed in');
	await page.getByText('ines').first().waitFor();
	await page.getByRole('link', { name: 'Go to your applications' }).click();
	await heading('Your applications');
	await soon.equal(() => mock.world.session, true);
});

test('tabbing out of the menu closes it', async () => {
	await visit('/', { session: true, devices: [TOTP], canEnrol: [], applications: someApplications });
	await page.getByRole('button', { name: 'Ines Moreau, your menu' }).click();
	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	await page.locator('#menu').waitFor({ state: 'hidden' });
});

test('an invitation is redeemed by its button, never by opening it', async () => {
	await visit('/invitation#good-token');
	await heading('Accept your invitation');
	assert.equal(mock.world.calls.length, 0);
	await page.fill('#name', 'Jonas Berg');
	await page.fill('#password', 'correct horse battery staple');
	await page.press('#password', 'Enter');
	await page.waitForURL('**/console/');
	await soon.deepEqual(() => called('POST /invitations/redeem'), [{ token: 'good-token', password: 'correct horse battery staple', name: 'Jonas Berg' }]);
	await page.goBack();
	await soon.equal(() => new URL(page.url()).hash, '', 'the token stays in the history');
	await heading('This invitation has ended');
	await page.getByRole('link', { name: 'Sign in to the console' }).waitFor();
});

for (const [password, sentence, sent] of [['', 'Enter a password', 0], ['fourteen chars', '15 characters or more are needed.', 1], ['🔑🔑🔑🔑🔑', '15 characters or more are needed.', 1]]) {
	test(`the password ${JSON.stringify(password)} is refused: ${sentence}`, async () => {
		await visit('/invitation#good-token');
		await page.fill('#name', 'Jonas Berg');
		await page.fill('#password', password);
		await page.press('#password', 'Enter');
		await page.waitForSelector('.field.bad .err');
		await soon.equal(async () => (await page.locator('.field.bad .err').innerText()).replace(/^Error:/, '').trim(), sentence);
		await soon.equal(focused, 'password');
		await soon.equal(() => mock.count('POST /invitations/redeem'), sent);
	});
}

test('while a password is typed it says whether it will do', async () => {
	await visit('/invitation#good-token');
	await page.fill('#password', 'fourteen chars');
	await page.locator('#password-live', { hasText: '15 characters or more, or 8 where a second factor is asked for.' }).waitFor();
	await page.fill('#password', 'correct horse battery staple');
	await page.locator('#password-live', { hasText: 'This one will do.' }).waitFor();
});

test('the password can be shown and hidden', async () => {
	await visit('/invitation#good-token');
	await page.fill('#password', 'correct horse');
	await page.getByRole('button', { name: 'Show the password' }).click();
	await soon.equal(() => page.getAttribute('#password', 'type'), 'text');
	await page.getByRole('button', { name: 'Hide the password' }).click();
	await soon.equal(() => page.getAttribute('#password', 'type'), 'password');
});

for (const fragment of ['', '#', '#a b', '#<script>']) {
	test(`an invitation with ${JSON.stringify(fragment)} says what to do`, async () => {
		await visit('/invitation' + fragment);
		await heading('This invitation is not complete');
	});
}

test('the whole link, opened where its half is shown, counts', async () => {
	await visit('/invitation');
	await heading('This invitation is not complete');
	await page.evaluate(() => { location.hash = 'good-token'; });
	await heading('Accept your invitation');
});
