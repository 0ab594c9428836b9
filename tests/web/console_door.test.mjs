// Journeys of a member who is not in yet: by keyboard where it matters, and what the server is told.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { soon } from '../soon.mjs';
import { addAuthenticator, launch, open } from './browser.mjs';
import { ACCESS_CODE, caseOf, doorOf, MAIL_CODE } from './console_door_mock.mjs';
import { start } from './console_mock.mjs';
import { BACKUP_CODE, KEY, plainSelf, RIGHT_CODE, TOTP } from './console_profile_mock.mjs';

const PASSWORD = 'correct horse battery staple';
const EMAIL = 'marta.lis@halden.example';
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
	mock.reset({ session: false, devices: [TOTP], ...world });
	await page.goto(mock.origin + path);
	await page.waitForSelector('h1');
};
const half = (door = {}, world = {}) => ({ ...world, door: doorOf({ half: 'challenge', asks: 'challenge', ...door }) });
const enrolling = (door = {}) => ({ ...plainSelf(), door: doorOf({ half: 'enrol', asks: 'enrol', ...door }) });
const heading = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const press = (name) => page.getByRole('button', { name }).click();
const says = (text) => page.getByText(text).first().waitFor();
const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);
const last = (name) => mock.calls(name).at(-1)?.body;
const clean = () => assert.deepEqual(page.wrong, []);
const signIn = async (password = PASSWORD) => {
	await page.fill('#email', EMAIL);
	await page.fill('#password', password);
	await page.keyboard.press('Enter');
};

// Tab until something that reads `text` has the focus.
async function tabTo(text)
{
	for (let i = 0; i < 40; i++) {
		await page.keyboard.press('Tab');
		const label = await page.evaluate(() => {
			const e = document.activeElement;
			return e === document.body ? '' : e.getAttribute('aria-label') ?? (e.textContent || e.labels?.[0]?.textContent || '');
		});
		if (label.includes(text)) {
			await soon.ok(() => page.evaluate(() => document.activeElement.matches(':focus-visible')));
			return;
		}
	}
	assert.fail(`no way to ${text} by Tab`);
}

test('password, then the code of the app, by keyboard, to the page that was asked for', async () => {
	await visit('/console/lists?q=keys', { door: doorOf({ asks: 'challenge' }) });
	await soon.equal(focused, 'email');
	await page.keyboard.type(EMAIL);
	await page.keyboard.press('Tab');
	await page.keyboard.type(PASSWORD);
	await page.keyboard.press('Enter');
	await heading('Enter the code from your app');
	await says('find Countersign.');
	await soon.equal(focused, 'code');
	await page.keyboard.type(RIGHT_CODE);
	await heading('Lists');
	await soon.equal(() => new URL(page.url()).pathname + new URL(page.url()).search, '/console/lists?q=keys');
	await soon.deepEqual(() => last('POST /member/sign-in'), { email: EMAIL, password: PASSWORD });
	await soon.deepEqual(() => mock.calls('POST /challenges').map((c) => c.body), [{ purpose: 'sign_in' }]);
	clean();
});

test('a password may be pasted, shown and hidden', async () => {
	await visit('/console/');
	await page.focus('#password');
	await page.evaluate(() => navigator.clipboard.writeText('a whole sentence as a password'));
	await page.keyboard.press('Control+V');
	await soon.equal(() => page.inputValue('#password'), 'a whole sentence as a password');
	await press('Show the password');
	await soon.equal(() => page.getAttribute('#password', 'type'), 'text');
	await press('Hide the password');
	await soon.equal(() => page.getAttribute('#password', 'type'), 'password');
});

for (const [fault, sentence] of [
	[{ status: 429, code: 'too_many' }, 'Too many tries, and waiting does not help here.'],
	[{ status: 503, code: 'unavailable' }, 'We could not do that just now'],
	[{ status: 400, code: 'wrong_password' }, 'That address and password do not belong together. Check both.'],
]) {
	test(`a sign-in that is refused with ${fault.code} says what to do, and keeps the address`, async () => {
		await visit('/console/');
		mock.fault('POST /member/sign-in', fault);
		await signIn();
		await says(sentence);
		await soon.equal(() => page.inputValue('#email'), EMAIL);
		await soon.equal(() => page.inputValue('#password'), '');
		await soon.equal(focused, 'password');
		await soon.match(() => page.title(), /^Error: /);
	});
}

test('single sign-on asks for the address, goes to its provider, and comes back to the page', async () => {
	await visit('/console/lists');
	await press('Sign in with single sign-on');
	await says('Enter your e-mail address first');
	await soon.equal(focused, 'email');
	await page.fill('#email', EMAIL);
	await press('Sign in with single sign-on');
	await says('Nobody comes by single sign-on with this address.');
	await page.fill('#email', 'sso@halden.example');
	mock.world.door.sso.redirect = '/console/?from=provider';
	// The provider has opened a session by the time it sends the browser back.
	await page.route('**/console/?from=provider', (route) => {
		mock.world.session = true;
		return route.continue();
	});
	await press('Sign in with single sign-on');
	await heading('Lists');
	await soon.equal(() => new URL(page.url()).pathname, '/console/lists');
});

test('the security key is asked for first, also where a code was used last; the app is one click away', async () => {
	await page.context().addInitScript(() => localStorage.setItem('countersign.last_way', 'totp'));
	await visit('/console/', half({}, { devices: [KEY, TOTP] }));
	await heading('Touch your security key');
	await tabTo('Use your authenticator app instead');
	await page.keyboard.press('Enter');
	await heading('Enter the code from your app');
	await page.keyboard.type(RIGHT_CODE);
	await heading('Overview');
	clean();
});

test('a security key signs in by its touch', async () => {
	await addAuthenticator(page, undefined, [KEY]);
	await visit('/console/', half({}, { devices: [KEY] }));
	await heading('Touch your security key');
	await press('Use security key');
	await heading('Overview');
	await soon.equal(() => mock.world.calls.find((c) => c.name.endsWith('/answer')).body.factor, 'webauthn');
});

for (const offered of [{ days: 30 }, null]) {
	test(`a key that was used here last is ${offered ? 'not asked for before somebody could choose to be remembered' : 'asked for by itself'}`, async () => {
		await page.context().addInitScript(() => localStorage.setItem('countersign.last_way', 'security_key'));
		await addAuthenticator(page, undefined, [KEY]);
		await visit('/console/', half({ remember: offered }, { devices: [KEY] }));
		if (offered) {
			await page.getByLabel('Remember this browser for 30 days').check();
			await press('Use security key');
		}
		await heading('Overview');
		await soon.equal(() => mock.world.door.remembered, offered !== null);
	});
}

for (const remember of [true, false]) {
	test(`this browser is ${remember ? '' : 'not '}remembered as chosen`, async () => {
		await visit('/console/', half());
		await heading('Enter the code from your app');
		if (remember)
			await page.getByLabel('Remember this browser for 30 days').check();
		await page.fill('#code', RIGHT_CODE);
		await heading('Overview');
		await soon.equal(() => mock.world.door.remembered, remember);
		const sent = mock.world.calls.find((c) => c.name.endsWith('/answer')).body;
		assert.deepEqual(sent, { factor: 'totp', code: RIGHT_CODE, ...(remember ? { remember: true } : {}) });
	});
}

test('where an account forbids it, no browser is offered to be remembered', async () => {
	await visit('/console/', half({ remember: null }));
	await heading('Enter the code from your app');
	await soon.equal(() => page.getByLabel(/Remember this browser/).count(), 0);
});

for (const typed of ['7K3M9QXV2T', '7k3m 9qxv 2t', ' 7k3m-9qxv-2t ', '7k3m–9qxv–2t']) {
	test(`a backup code typed as ${JSON.stringify(typed)} signs in, and leads to the new phone`, async () => {
		await visit('/console/lists', half());
		await press(/^Use a backup code/);
		await soon.equal(focused, 'backup');
		await page.keyboard.type(typed);
		await page.keyboard.press('Enter');
		await heading('Set up your new phone');
		await says('6 are left.');
		await press('Not now');
		await heading('Lists');
	});
}

for (const [typed, sentence] of [['', 'Enter a backup code'], ['7k3m-9qxv', 'A backup code has ten characters.'], ['0000000000', 'That is not one of your backup codes.'],
	['h2wv-8rpt-6m', 'This backup code was used on 2 October 2026. Take the next one on your sheet.']]) {
	test(`the backup code ${JSON.stringify(typed)} is refused: ${sentence}`, async () => {
		await visit('/console/', half());
		await press(/^Use a backup code/);
		await page.fill('#backup', typed);
		await page.press('#backup', 'Enter');
		await says(sentence);
		await soon.equal(focused, 'backup');
		await soon.equal(() => page.inputValue('#backup'), typed);
		await soon.match(() => page.title(), /^Error: /);
	});
}

test('few backup codes are a warning, the last one says so', async () => {
	await visit('/console/', half({}, { backup: { total: 10, left: 1, made_at: '2026-03-03T09:55:00Z' } }));
	await press(/^Use a backup code/);
	await page.fill('#backup', BACKUP_CODE);
	await page.press('#backup', 'Enter');
	await says('It was the last one.');
	await page.waitForSelector('.banner.warn');
});

test('flow 8: a new phone with a backup code at hand, by keyboard, with the second factor on throughout', async () => {
	await visit('/console/', half());
	await heading('Enter the code from your app');
	await tabTo('I have a new phone');
	await page.keyboard.press('Enter');
	await heading('I have a new phone');
	await tabTo('A backup code');
	await page.keyboard.press('Enter');
	await heading('Enter a backup code');
	await page.keyboard.type(BACKUP_CODE);
	await page.keyboard.press('Enter');
	await heading('Set up your new phone');
	await tabTo('Set up your new phone');
	await page.keyboard.press('Enter');
	await page.waitForSelector('.qr');
	await says('The old phone’s codes stop working when this one is confirmed, and not before.');
	await soon.deepEqual(() => last('POST /enrolments'), { factor: 'totp', replaces: 'd1' });
	await soon.ok(() => mock.world.devices.some((d) => d.id === 'd1'), 'the old one is there until the new one is confirmed');
	await page.fill('#name', 'Pixel 9');
	await page.fill('#code', RIGHT_CODE);
	await heading('Overview');
	await says('Pixel 9 is your authenticator app now.');
	await soon.deepEqual(() => mock.world.devices.map((d) => d.name), ['Pixel 9']);
	clean();
});

test('the old phone at hand: its code signs in, then the new phone is offered', async () => {
	await visit('/console/', half());
	await press('I have a new phone');
	await press(/^The old phone/);
	await heading('Enter the code from your app');
	await page.fill('#code', RIGHT_CODE);
	await heading('Set up your new phone');
	await says('the old one counts until then');
	await press('Set up your new phone');
	await heading('Confirm that it is you');
	await page.keyboard.type(PASSWORD);
	await page.keyboard.press('Enter');
	await heading('Enter the code from your app');
	await page.keyboard.type(RIGHT_CODE);
	await page.waitForSelector('.qr');
	await soon.deepEqual(() => last('POST /enrolments'), { factor: 'totp', replaces: 'd1' });
});

test('somebody who goes back from the new phone signs in as ever', async () => {
	await visit('/console/', half());
	await press('I have a new phone');
	await press(/^Back$/);
	await page.fill('#code', RIGHT_CODE);
	await heading('Overview');
});

test('whoever is not this member goes back to the password, and their half session ends', async () => {
	await visit('/console/', half());
	await press('Not you?');
	await heading('Sign in');
	await soon.equal(() => mock.world.door.half, null);
});

test('a recovery that is left for another person begins no challenge on the way', async () => {
	await visit('/console/', half());
	await press(/access your 2FA device/);
	await press('Not you?');
	await heading('Sign in');
	await soon.equal(() => mock.calls('POST /challenges').length, 1);
});

for (const [code, sentence] of [
	['not_allowed', 'nobody here comes by single sign-on with that address'],
	['provider_down', 'Your identity provider does not answer.'],
	['provider_refused', 'did not confirm who you are'],
	['link_ended', 'begun in another browser, or too long ago'],
]) {
	test(`whoever comes back from the identity provider with ${code} is told why, once`, async () => {
		await visit(`/console/?code=${code}`);
		await heading('Sign in');
		await says(sentence);
		await soon.equal(() => new URL(page.url()).search, '');
		await page.reload();
		await heading('Sign in');
		await soon.equal(() => page.getByText(sentence).count(), 0);
	});
}

test('no word of an address becomes a sentence', async () => {
	await visit('/console/?code=your_password_please');
	await heading('Sign in');
	await soon.equal(() => page.locator('.banner').count(), 0);
});

test('a recovery whose session was ended by a veto says that nobody is signed in', async () => {
	await visit('/console/', half({ case: caseOf({ state: 'device' }), deviceKnown: false }));
	await press('See how it stands');
	await heading('Use a browser that we know');
	Object.assign(mock.world.door, { half: null, case: null });
	await press('Check this browser again');
	await heading('Sign in');
	await says('Nobody is signed in here any more. Sign in again.');
});

test('half a session that ended asks for the password, and says why', async () => {
	await visit('/console/', half());
	await heading('Enter the code from your app');
	mock.world.door.half = null;
	await page.fill('#code', RIGHT_CODE);
	await heading('Sign in');
	await says('Nobody is signed in here any more. Sign in again.');
});

test('enrolling before anything else: a device, backup codes with their gate, then the page asked for', async () => {
	await visit('/console/lists', enrolling());
	await heading('Set up your second factor');
	await says('Every member of Halden Maritime needs a second factor.');
	await press('Begin');
	await press(/^Authenticator application/);
	await page.fill('#name', 'Aegis on Pixel 8');
	await page.fill('#code', RIGHT_CODE);
	await heading('Save your backup codes');
	await soon.equal(() => page.locator('.slip .codes li').count(), 10);
	const next = page.getByRole('button', { name: 'Next', exact: true });
	await soon.equal(() => next.getAttribute('aria-disabled'), 'true');
	await next.click({ force: true });
	await heading('Save your backup codes');
	await press('Copy');
	await next.click();
	await heading('Lists');
	await soon.equal(() => mock.calls('POST /me/backup-codes').length, 1);
	clean();
});

test('an address that nobody confirmed is confirmed first, by mail', async () => {
	await visit('/console/', enrolling({ confirmed: false }));
	await press('Begin');
	await press(/^Authenticator application/);
	await heading('Confirm your address first');
	await press('Send me a link');
	await says(`A link went to ${EMAIL}.`);
	mock.world.door.confirmed = true;
	await press('I have confirmed it: go on');
	await press(/^Authenticator application/);
	await page.waitForSelector('.qr');
});

for (const [why, sentence] of [['reset', 'Your second factor was taken away for you.'], ['recovery', 'What you had before is removed when the new one is confirmed, and not before.']]) {
	test(`enrolling after ${why} says so`, async () => {
		await visit('/console/', enrolling({ enrol: { why, accounts: [], deadline: null } }));
		await says(sentence);
	});
}

test('backup codes that cannot be made now do not keep anybody out', async () => {
	await visit('/console/', enrolling());
	mock.fault('POST /me/backup-codes', { status: 503, code: 'unavailable' });
	await press('Begin');
	await press(/^Authenticator application/);
	await page.fill('#code', RIGHT_CODE);
	await heading('Your backup codes');
	await press('Go on without backup codes');
	await heading('Overview');
});

test('flow 9: everything lost: recovery from its beginning to new backup codes', async () => {
	await visit('/console/', half());
	await press(/access your 2FA device/);
	await heading('Recover your access');
	await says('A wait of 3 days, or of 5 days');
	await press('Begin recovery');
	await heading('Enter the code from your e-mail');
	await says('m•••@halden.example');
	await soon.equal(focused, 'mail-code');
	await page.keyboard.type(MAIL_CODE);
	await heading('Waiting, in case this was not you');
	await soon.match(() => page.locator('.stub strong').innerText(), /^2 days 4 hours left$/);
	await says('Every notice that we sent has a link that stops it');
	await page.getByRole('link', { name: 'help@halden.example' }).waitFor();

	// Days later, in the same browser: the password shows how it stands.
	const released = caseOf({ state: 'ready', id: mock.world.door.case.id });
	Object.assign(mock.world.door, { half: null, case: released });
	await page.reload();
	await heading('Sign in');
	await signIn();
	await heading('Enter your access code');
	await soon.equal(focused, 'access');
	await page.fill('#access', ACCESS_CODE.toUpperCase());
	await page.press('#access', 'Enter');
	await heading('Set up your second factor');
	await says('Your recovery has reached its end.');
	await press('Begin');
	await press(/^Authenticator application/);
	await page.fill('#code', RIGHT_CODE);
	await heading('Save your backup codes');
	await press('Copy');
	await press('Next');
	await heading('Overview');
	await soon.deepEqual(() => mock.world.devices.map((d) => d.id), ['new1']);
	clean();
});

test('a recovery that another browser began is told above the question, and does not stand in its way', async () => {
	await visit('/console/', half({ case: caseOf({ state: 'waiting' }) }));
	await heading('Enter the code from your app');
	await says('A recovery is under way for you');
	await soon.doesNotMatch(() => page.title(), /^Error: /);
	await press('See how it stands');
	await heading('Waiting, in case this was not you');
	await press('I found my device: sign in as usual');
	await page.fill('#code', RIGHT_CODE);
	await heading('Overview');
	await soon.equal(() => mock.world.door.case, null);
});

test('a browser that is not known: what is missing, and where to go; another look finds it', async () => {
	await visit('/console/', half({ case: caseOf({ state: 'email' }), deviceKnown: false }));
	await press('See how it stands');
	await page.fill('#mail-code', MAIL_CODE);
	await heading('Use a browser that we know');
	await says('nobody signed in as you from it, or its cookies were cleared');
	await says('The network is not one that you signed in from.');
	for (const way of ['Open another browser', 'Ask another owner', 'Ask whoever runs this server'])
		await page.getByRole('heading', { name: way }).waitFor();
	await press('Check this browser again');
	await says('It is still not known to us.');
	mock.world.door.deviceKnown = true;
	await press('Check this browser again');
	await heading('Waiting, in case this was not you');
});

test('the code of the mail: wrong ones count down, a paste counts, giving up ends it', async () => {
	await visit('/console/', half());
	await press(/access your 2FA device/);
	await press('Begin recovery');
	await heading('Enter the code from your e-mail');
	await page.fill('#mail-code', '11111111');
	await says('That is not the code in our newest message. 4 tries left.');
	await soon.equal(focused, 'mail-code');
	await page.fill('#mail-code', '1234');
	await page.press('#mail-code', 'Enter');
	await says('The code has eight digits.');
	await soon.equal(() => mock.calls('POST /member/recovery/verify').length, 1);
	await press('Give up this recovery');
	await heading('Recover your access');
	await soon.equal(() => mock.world.door.case, null);
});

test('eight digits pasted with a space count', async () => {
	await visit('/console/', half({ case: caseOf() }));
	await press('See how it stands');
	await page.focus('#mail-code');
	await page.evaluate((code) => navigator.clipboard.writeText(code), `${MAIL_CODE.slice(0, 4)} ${MAIL_CODE.slice(4)}`);
	await page.keyboard.press('Control+V');
	await heading('Waiting, in case this was not you');
	await soon.deepEqual(() => last('POST /member/recovery/verify'), { code: MAIL_CODE });
});

test('another mail can be asked for when its time has come, not before', async () => {
	await visit('/console/', half({ resendAfter: 1 }));
	await press(/access your 2FA device/);
	await press('Begin recovery');
	await press('Send another');
	await page.locator('#live', { hasText: 'Another mail is on its way.' }).waitFor({ state: 'attached' });
	await soon.equal(() => mock.calls('POST /member/recovery').length, 2);
});

for (const [code, sentence] of [['stopped_lately', 'A recovery was stopped not long ago.'], ['not_needed', 'there is nothing to recover'], ['too_many', 'Too many tries']]) {
	test(`a recovery that cannot begin (${code}) says why`, async () => {
		await visit('/console/', half());
		await press(/access your 2FA device/);
		mock.fault('POST /member/recovery', { status: 409, code });
		await press('Begin recovery');
		await says(sentence);
	});
}

for (const [code, sentence] of [['unknown_browser', 'The access code counts only in a browser that you have signed in from before.'], ['malformed_code', 'That is not how the code looks.'], ['too_many', 'Too many tries']]) {
	test(`an access code that is refused with ${code} says why`, async () => {
		await visit('/console/', half({ case: caseOf({ state: 'ready' }) }));
		await press('See how it stands');
		mock.fault('POST /member/recovery/open', { status: 403, code });
		await page.fill('#access', '0000-0000-00');
		await page.press('#access', 'Enter');
		await says(sentence);
	});
}

test('the wait is counted by the server\'s clock, and the page goes on when the code is sent', async () => {
	await visit('/console/', half({ case: caseOf({ state: 'waiting', wait: { days: 3, seconds: 3 * 86400, thin: false, because: [], release_at: new Date(Date.now() + 1500).toISOString() } }) }));
	await page.clock.install();
	await press('See how it stands');
	await page.clock.runFor(5000);
	await heading('The wait is over');
	mock.world.door.case = caseOf({ state: 'ready', id: mock.world.door.case.id });
	await page.clock.runFor(16000);
	await heading('Enter your access code');
});

test('a stop link does nothing by being opened, and stops by its button without a sign-in', async () => {
	await visit('/console/stop-recovery#cn_good-token');
	await heading('Stop this recovery?');
	assert.deepEqual(mock.world.calls, []);
	await press('Stop this recovery');
	await heading('Stopped');
	await says('m•••@halden.example');
	await soon.equal(() => new URL(page.url()).hash, '', 'the token stays in the history');
	await soon.deepEqual(() => mock.world.calls.map((c) => [c.name, c.body]), [['POST /recovery/stop', { token: 'cn_good-token' }]]);
	await page.reload();
	await heading('This link has ended');
});

test('a stop link works for somebody who is signed in, too', async () => {
	await visit('/console/stop-recovery#cn_good-token', { session: true });
	await press('Stop this recovery');
	await heading('Stopped');
});

for (const path of ['/console/stop-recovery', '/console/reset-password', '/console/verify-email']) {
	test(`${path} without its last part says so`, async () => {
		await visit(path);
		await heading('This link is not complete');
		assert.deepEqual(mock.world.calls, []);
	});
}

test('a forgotten password: the same words for every address, and the address goes along', async () => {
	await visit('/console/');
	await page.fill('#email', 'nobody@halden.example');
	await press('Forgotten?');
	await heading('Get a link by e-mail');
	await soon.equal(() => page.inputValue('#email'), 'nobody@halden.example');
	await page.press('#email', 'Enter');
	await heading('Look into your mailbox');
	await says('If nobody@halden.example belongs to a member with a password, a link is in that mailbox now.');
	await soon.deepEqual(() => last('POST /member/password/forgotten'), { email: 'nobody@halden.example' });
	await press('Go to the sign-in');
	await heading('Sign in');
});

test('a new password: refused with its reason, then set; the second factor stays', async () => {
	await visit('/console/reset-password#cm_good-token');
	await heading('Choose a new password');
	await page.fill('#password', 'short');
	await page.press('#password', 'Enter');
	await says('8 characters or more are needed.');
	await page.fill('#password', 'four unrelated words here');
	await page.press('#password', 'Enter');
	await heading('The new password is set');
	await says('Your second factor is asked for as before.');
	await soon.equal(() => mock.world.password, 'four unrelated words here');
	await page.getByRole('link', { name: 'Go to the sign-in' }).click();
	await heading('Sign in');
});

test('a page that was refused for want of a session is loaded again with the next one', async () => {
	await visit('/console/lists', { session: true });
	await page.waitForSelector('tbody tr');
	mock.world.session = false;
	// The configuration API says the same to somebody unknown and to somebody who may not.
	mock.fault('GET /access/policies', { status: 403, code: 10000 });
	await page.getByRole('link', { name: 'Policies' }).click();
	await heading('Sign in again');
	await page.keyboard.type(PASSWORD);
	await page.keyboard.press('Enter');
	await page.waitForSelector('dialog', { state: 'detached' });
	await page.waitForSelector('tbody tr');
	await soon.equal(() => page.locator('.failed').count(), 0);
});

test('a link for a new password that has ended offers another', async () => {
	await visit('/console/reset-password#cm_old-token');
	await page.fill('#password', 'four unrelated words here');
	await page.press('#password', 'Enter');
	await heading('This link has ended');
	await page.getByRole('link', { name: 'Get another link' }).click();
	await heading('Get a link by e-mail');
});

test('an address is confirmed by the button behind its link', async () => {
	await visit('/console/verify-email#cm_good-token');
	await heading('Confirm this address');
	assert.deepEqual(mock.world.calls, []);
	await press('Confirm the address');
	await heading('Confirmed');
	await says(`${EMAIL} is confirmed.`);
});

for (const [token, sentence] of [['cm_old-token', 'It is good once, for one day.'], ['cm_taken-token', 'This address belongs to another member.']]) {
	test(`an address that cannot be confirmed (${token}) says why`, async () => {
		await visit(`/console/verify-email#${token}`);
		await press('Confirm the address');
		await says(sentence);
	});
}

test('a session that ends in between asks for the second factor, too, and keeps the page', async () => {
	await visit('/console/lists', { session: true, door: doorOf({ asks: 'challenge' }) });
	await page.waitForSelector('tbody tr');
	mock.world.session = false;
	await page.getByRole('link', { name: 'Policies' }).click();
	await heading('Sign in again');
	await soon.equal(focused, 'password');
	await soon.equal(() => page.getAttribute('#email', 'readonly'), '');
	await page.keyboard.press('Escape');
	await heading('Sign in again');
	await page.keyboard.type(PASSWORD);
	await page.keyboard.press('Enter');
	await heading('Enter the code from your app');
	await page.keyboard.type(RIGHT_CODE);
	await page.waitForSelector('dialog', { state: 'detached' });
	await heading('Policies');
	await page.waitForSelector('tbody tr');
	clean();
});
