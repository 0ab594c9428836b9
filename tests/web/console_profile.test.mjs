// My profile: each numbered procedure and each note of the document on securing user access with
// two-factor authentication that is a member's own, and what else stands there, against the mock.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { soon } from '../soon.mjs';
import { addAuthenticator, INTERNAL, launch, open, USB } from './browser.mjs';
import { start } from './console_mock.mjs';
import { accountOf } from './console_world.mjs';
import { BACKUP_CODE, KEY, LAPTOP, RIGHT_CODE, SETUP_KEY, TOTP } from './console_profile_mock.mjs';
import { enforced, PASSWORD, prove, without } from './console_profile_views.mjs';

const AUTHENTICATION = '/console/profile/authentication';
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
	mock.reset();
});

const go = async (path = AUTHENTICATION) => {
	await page.goto(mock.origin + path);
	await page.getByRole('heading', { level: 1, name: 'My profile' }).waitFor();
};
const button = (name) => page.getByRole('button', { name, exact: true });
const press = (name) => button(name).click();
// A button that is off still takes the press: nothing may come of it.
const pressAnyway = (name) => button(name).click({ force: true });
const heading = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const says = (text) => page.getByText(text).first().waitFor();
const region = (name) => page.locator('section', { has: page.getByRole('heading', { name, exact: true }) });
const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);
const last = (name) => mock.calls(name).at(-1)?.body;

// Next is closed until the codes are kept somewhere.
async function passTheGate()
{
	await page.locator('.slip ol.codes').waitFor();
	await soon.equal(() => page.locator('.slip ol.codes > li').count(), 10);
	await pressAnyway('Next');
	await heading('Save your backup codes');
	await press('Copy');
	await soon.equal(async () => (await page.evaluate(() => navigator.clipboard.readText())).split('\n').length, 10);
	await press('Next');
	await heading('My profile');
}

const state = () => page.locator('.fa').innerText();

test('enable 2FA: My Profile dropdown, My Profile, Authentication, Manage', async () => {
	mock.reset(without());
	await page.goto(`${mock.origin}/console/lists`);
	await page.locator('[aria-haspopup=menu]', { has: page.locator('svg') }).last().click();
	await page.getByRole('menuitem', { name: 'My profile' }).click();
	await heading('My profile');
	await page.getByRole('link', { name: 'Authentication', exact: true }).click();
	await page.waitForSelector('.fa');
	await soon.match(state, /Not enabled[^]*Recommended/);
	await soon.equal(() => button('Manage').getAttribute('aria-expanded'), 'false');
	await press('Manage');
	await page.getByRole('heading', { name: 'Security Key Authentication' }).waitFor();
	await page.getByRole('heading', { name: 'Mobile App Authentication' }).waitFor();
});

test('2FA can only be enabled with a verified address: the page says so and sends the link', async () => {
	mock.reset(without({ email_verified_at: null }));
	await go();
	await says('Confirm your e-mail address first');
	await press('Manage');
	for (const name of ['Add a security key', 'Add mobile app authentication']) {
		await soon.equal(() => button(name).getAttribute('aria-disabled'), 'true');
		await pressAnyway(name);
		await soon.equal(() => page.locator('#own-password').count(), 0);
	}
	await press('Send me the link');
	await says('A link is on its way to marta.lis@halden.example');
	await soon.equal(() => mock.calls('POST /member/email/verify').length, 1);
});

test('note: members of single sign-on cannot configure 2FA, and are told who does', async () => {
	mock.reset(without({ is_sso: true, has_password: false }));
	await go();
	await says('so two-factor authentication is set up there');
	await soon.equal(() => button('Manage').count(), 0);
	await soon.equal(() => button('Change the password').count(), 0);
});

test('configure a built-in authenticator, steps 1 to 8, ends enabled', async () => {
	mock.reset(without());
	await addAuthenticator(page, INTERNAL);
	await go();
	await press('Manage');
	await press('Add a security key');
	await heading('Add a Security Key');
	await prove(page);
	await page.locator('.choices button', { hasText: 'Built into this device' }).click();
	await page.locator('.await .btn.primary').click();
	await page.fill('#name', 'ThinkPad');
	await press('Save and continue');
	await heading('Save your backup codes');
	await says('Enter it again');
	assert.equal(mock.calls('POST /me/backup-codes').length, 0);
	await prove(page);
	await passTheGate();
	await soon.match(state, /Enabled[^]*Since \d+ \w+ \d{4}/);
	await says('Two-factor authentication is now enabled.');
	await soon.equal(() => mock.world.devices[0].name, 'ThinkPad');
});

test('configure a security key, steps 1 to 8, by keyboard', async () => {
	mock.reset(without());
	await addAuthenticator(page, USB);
	await go();
	await button('Manage').focus();
	await page.keyboard.press('Enter');
	await button('Add a security key').focus();
	await page.keyboard.press('Enter');
	await heading('Add a Security Key');
	await soon.equal(focused, 'own-password');
	await page.keyboard.type(PASSWORD);
	await page.keyboard.press('Enter');
	await page.locator('.choices button', { hasText: 'A small device' }).focus();
	await page.keyboard.press('Enter');
	await says('It may ask for its PIN, or to set one.');
	await page.locator('.await .btn.primary').focus();
	await page.keyboard.press('Enter');
	await heading('It is added. What do you call it?');
	await soon.equal(focused, 'name');
	await page.keyboard.type('YubiKey – desk');
	await page.keyboard.press('Enter');
	await page.waitForSelector('#own-password');
	await soon.equal(focused, 'own-password');
	await page.keyboard.type(PASSWORD);
	await page.keyboard.press('Enter');
	await page.locator('.slip ol.codes').waitFor();
	await button('Download').focus();
	const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
	assert.match(file.suggestedFilename(), /backup-codes\.txt$/);
	await button('Next').focus();
	await page.keyboard.press('Enter');
	await heading('My profile');
	await soon.match(() => page.locator('[aria-label="Security Key Authentication"]').innerText(), /^YubiKey – desk/);
});

test('note: on Windows the page says to choose Cancel in the window of Windows Hello', async () => {
	await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'platform', { get: () => 'Win32' }));
	await go();
	await press('Add a security key');
	await prove(page);
	await page.locator('.choices button', { hasText: 'A small device' }).click();
	await says('If Windows Hello opens, choose Cancel: the next window asks for the key.');
});

test('tip: after the first key a second one is recommended, and after the second no longer', async () => {
	mock.reset({ devices: [KEY] });
	await addAuthenticator(page, USB);
	await go();
	await button('Add a second key').waitFor();
	await press('Add a second key');
	await prove(page);
	await page.locator('.choices button', { hasText: 'A small device' }).click();
	await page.locator('.await .btn.primary').click();
	await page.fill('#name', 'Titan – home');
	await press('Save and continue');
	await heading('My profile');
	await says('Titan – home is added.');
	await soon.equal(() => button('Add a second key').count(), 0);
	assert.equal(mock.calls('POST /me/backup-codes').length, 0, 'codes that there are stay');
});

test('enable 2FA mobile app authentication, steps 1 to 8', async () => {
	mock.reset(without());
	await go();
	await press('Manage');
	await press('Add mobile app authentication');
	await heading('Add Mobile App Authentication');
	await page.locator('.qr img').waitFor();
	await soon.equal(() => page.locator('.key').isVisible(), false);
	await press('Can’t scan QR code, Follow alternative steps');
	await soon.equal(async () => (await page.locator('.key').innerText()).replace(/\s/g, ''), SETUP_KEY);
	await page.fill('#code', '111111');
	await soon.equal(focused, 'own-password', 'the code alone sends nothing');
	await press('Next');
	await says('Enter your password');
	await prove(page, 'not it');
	await says('That is not your password.');
	assert.equal(mock.world.calls.filter((c) => c.name.endsWith('/confirm')).length, 0, 'no code is judged before the password');
	await prove(page);
	await says('That code does not match.');
	await page.fill('#code', RIGHT_CODE);
	await press('Next');
	await heading('Save your backup codes');
	await soon.equal(() => mock.calls('POST /member/prove').length, 2, 'what was right is not asked twice');
	await prove(page);
	await passTheGate();
	await soon.match(state, /Enabled/);
});

test('the ten minutes after the password ended while the app was set up: it is asked for there, and nothing is scanned twice', async () => {
	mock.reset(without());
	await go();
	await press('Manage');
	await press('Add mobile app authentication');
	await page.fill('#code', '111111');
	await prove(page);
	await says('That code does not match.');
	mock.world.passwordUntil = 0;
	await page.fill('#code', RIGHT_CODE);
	await press('Next');
	await says('More than ten minutes have passed');
	await soon.equal(focused, 'own-password');
	await prove(page);
	await heading('Save your backup codes');
	await soon.equal(() => mock.calls('POST /enrolments').length, 1);
});

test('note: codes can be made anew on the screen that shows them, and then must be kept again', async () => {
	await go();
	await press('Regenerate');
	await says('The old ones stop working as soon as the new ones are shown.');
	await prove(page);
	await page.locator('.slip ol.codes').waitFor();
	const [first] = await page.locator('.slip ol.codes > li').allInnerTexts();
	await press('Copy');
	await press('Regenerate');
	await page.waitForFunction((was) => document.querySelector('.slip ol.codes > li').textContent !== was, first);
	await soon.equal(() => button('Next').getAttribute('aria-disabled'), 'true');
	await passTheGate();
	await says('New backup codes are made. The old ones no longer work.');
	await soon.equal(() => mock.calls('POST /me/backup-codes').length, 2);
});

test('codes that are shown this once are not left by accident', async () => {
	await go();
	await press('Regenerate');
	await prove(page);
	await page.locator('.slip ol.codes').waitFor();
	await page.getByRole('link', { name: 'Lists' }).click();
	const dialog = page.getByRole('dialog', { name: 'Leave without the codes?' });
	await dialog.waitFor();
	await soon.equal(focused, 'Stay here');
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await passTheGate();
	await page.getByRole('link', { name: 'Lists' }).click();
	await heading('Lists');
});

test('a wrong password says so, keeps the page, and takes the next try', async () => {
	await go();
	await press('Regenerate');
	await page.keyboard.press('Enter');
	await says('Enter your password');
	await prove(page, 'not it');
	await says('That is not your password.');
	await soon.equal(focused, 'own-password');
	await soon.match(() => page.title(), /^Error: /);
	await prove(page);
	await page.locator('.slip ol.codes').waitFor();
});

test('reconfigure the app: 2FA stays on, and the old codes stop when the new one is confirmed', async () => {
	mock.reset({ devices: [TOTP] });
	await go();
	await press('Reconfigure');
	await says('2FA stays on. The codes of the old app stop when the new one is confirmed');
	await prove(page);
	await heading('Enter the code from your app');
	await page.fill('#code', RIGHT_CODE);
	await page.locator('.qr img').waitFor();
	await soon.deepEqual(() => mock.world.devices.map((d) => d.id), ['d1'], 'the old one counts');
	await soon.deepEqual(() => last('POST /enrolments'), { factor: 'totp', replaces: 'd1' });
	await page.fill('#name', 'Aegis on Pixel 9');
	await page.fill('#code', RIGHT_CODE);
	await says('Aegis on Pixel 9 is confirmed. The codes of the old app no longer work.');
	await soon.deepEqual(() => mock.world.devices.map((d) => d.name), ['Aegis on Pixel 9']);
	await soon.match(state, /Enabled/);
	assert.equal(mock.calls('POST /me/backup-codes').length, 0);
});

test('disable 2FA, step 4: Edit shows the details of a key, Delete wants the password and a second factor', async () => {
	await addAuthenticator(page, USB, [KEY]);
	await go();
	await press('Edit YubiKey 5C – desk');
	const details = region('Security Key Authentication').locator('.fold').first();
	// an hour ago, which may have been yesterday
	await soon.match(() => details.innerText(), /Kind\s+Security key[^]*Model\s+YubiKey 5 Series[^]*Added\s+3 Mar 2026[^]*Last used\s+(?:Today|Yesterday)[^]*Synchronised\s+No/);
	await press('Delete YubiKey 5C – desk');
	await heading('Remove YubiKey 5C – desk?');
	await says('You can still confirm with ThinkPad – Marta and Aegis on Pixel 8, and have 7 backup codes.');
	await prove(page);
	await heading('Touch your security key');
	assert.equal(mock.calls('POST /me/devices/d2/remove').length, 0);
	await page.locator('.await .btn.primary').click();
	await heading('My profile');
	await says('YubiKey 5C – desk is removed.');
	await soon.deepEqual(() => mock.world.devices.map((d) => d.id), ['d3', 'd1']);
});

test('disable 2FA, step 5: Delete method takes a backup code in place of the app, and the last one switches 2FA off', async () => {
	mock.reset({ devices: [TOTP] });
	await go();
	await press('Delete method');
	await says('With it two-factor authentication is switched off');
	await prove(page);
	await page.locator('.choices button', { hasText: 'Backup code' }).click();
	await page.locator('input.input').last().fill(BACKUP_CODE.toUpperCase());
	await page.keyboard.press('Enter');
	await heading('My profile');
	await says('Two-factor authentication is switched off.');
	await soon.match(state, /Not enabled/);
	await soon.equal(() => mock.world.backup, null);
});

test('while the ten minutes last nothing is asked twice, and they can be ended', async () => {
	mock.reset({ devices: [KEY, TOTP], window: { opened_at: new Date().toISOString(), expires_at: new Date(Date.now() + 500000).toISOString(), by: 'd1' } });
	await go();
	await press('Delete method');
	const dialog = page.getByRole('dialog', { name: 'Remove Aegis on Pixel 8?' });
	await dialog.waitFor();
	await soon.equal(focused, 'Keep it');
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await soon.equal(() => mock.world.devices.length, 2);
	await press('Delete method');
	await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
	await says('Aegis on Pixel 8 is removed.');
	await press('End now');
	await page.locator('.slim').waitFor({ state: 'detached' });
	await soon.equal(() => mock.world.window, null);
});

test('note: under enforcement the last one stays, and the page says who enforces', async () => {
	mock.reset(enforced());
	await go();
	await says('Halden Maritime requires it of every member.');
	await press('Edit YubiKey 5C – desk');
	await press('Delete YubiKey 5C – desk');
	await page.getByRole('dialog', { name: 'The last one cannot be removed' }).waitFor();
	await says('Halden Maritime requires two-factor authentication of every member. Add another key or app first');
	await press('Close');
	await soon.equal(() => mock.world.devices.length, 1);
});

test('note: an owner may remove the last one by confirming that it will be asked for again', async () => {
	mock.reset(enforced('owner'));
	await addAuthenticator(page, USB, [KEY]);
	await go();
	await press('Edit YubiKey 5C – desk');
	await press('Delete YubiKey 5C – desk');
	await says('at your next sign-in you have to set it up again');
	await prove(page);
	await page.locator('.await .btn.primary').click();
	await says('Two-factor authentication is switched off.');
	await soon.deepEqual(() => last('POST /me/devices/d2/remove'), { confirm: true });
});

test('an owner who has just switched on their own 2FA is offered to require it of everybody', async () => {
	mock.reset({ ...without(), accounts: [accountOf({ role: 'owner' })] });
	await go();
	await press('Manage');
	await press('Add mobile app authentication');
	await page.fill('#code', RIGHT_CODE);
	await prove(page);
	await heading('Save your backup codes');
	await prove(page);
	await passTheGate();
	await says('Require it of everybody in Halden Maritime?');
	await soon.match(() => page.getByRole('link', { name: 'See who is affected' }).getAttribute('href'), /^\/console\/members/);
});

test('I have a new phone: with a backup code it is a move, and the old phone stops at its end', async () => {
	mock.reset({ devices: [TOTP] });
	await go();
	await press('I have a new phone');
	await page.locator('dialog .choices button', { hasText: 'A backup code' }).click();
	await prove(page);
	await heading('Enter a backup code');
	await page.locator('input.input').last().fill(BACKUP_CODE);
	await page.keyboard.press('Enter');
	await page.locator('.qr img').waitFor();
	await page.fill('#name', 'New phone');
	await page.fill('#code', RIGHT_CODE);
	await says('New phone is confirmed.');
	await soon.deepEqual(() => mock.world.devices.map((d) => d.name), ['New phone']);
	await soon.match(() => page.locator('[aria-label="Backup codes"]').innerText(), /6 of 10 left/);
});

test('I have a new phone, and nothing else: recovery is explained, step by step', async () => {
	await go();
	await press('I have a new phone');
	await page.locator('dialog .choices button', { hasText: 'None of these' }).click();
	await says('it takes days');
	await soon.equal(() => page.locator('.numbered > li').count(), 3);
	await press('Back');
	await page.locator('dialog .choices').waitFor();
});

test('three backup codes left are a warning here and on every page', async () => {
	mock.reset({ backup: { total: 10, left: 3, made_at: '2026-03-03T09:55:00Z' } });
	await go();
	await says('3 backup codes left');
	await page.goto(`${mock.origin}/console/lists`);
	await says('3 backup codes left');
	mock.reset({ backup: { total: 10, left: 4, made_at: '2026-03-03T09:55:00Z' } });
	await go();
	await says('4 of 10 left');
	await soon.equal(() => page.getByText('backup codes left').count(), 0);
});

test('a member who left before the codes were made is told that there are none', async () => {
	mock.reset({ devices: [TOTP], backup: null });
	await go();
	await says('You have no backup codes');
	await press('Make backup codes');
	await prove(page);
	await passTheGate();
	await says('Backup codes are made.');
});

test('changes that are stopped leave nothing to press but the password', async () => {
	mock.reset({ member: { ...mock.world.member, frozen_at: '2026-11-20T08:00:00Z' } });
	await go();
	await says('Changes are stopped');
	for (const name of ['Reconfigure', 'Delete method', 'Regenerate', 'I have a new phone'])
		await soon.equal(() => button(name).count(), 0, name);
	await press('Edit YubiKey 5C – desk');
	await soon.equal(() => button('Delete YubiKey 5C – desk').count(), 0);
});

test('a key gets another name after the password', async () => {
	await go();
	await press('Edit YubiKey 5C – desk');
	await press('Rename YubiKey 5C – desk');
	await prove(page);
	await page.fill('#name', 'Aegis on Pixel 8');
	await press('Save the name');
	await says('has this name');
	await page.fill('#name', 'YubiKey – bag');
	await press('Save the name');
	await says('YubiKey 5C – desk is now called YubiKey – bag.');
});

test('a refusal in between leads back to the page and says why', async () => {
	await go();
	mock.fault('POST /me/backup-codes', { status: 503, code: 'unavailable' });
	await press('Regenerate');
	await prove(page);
	await heading('My profile');
	await says('We could not do that just now');
});

test('the ten minutes after the password ended meanwhile: it is asked for again, and the way goes on', async () => {
	await go();
	mock.fault('POST /me/backup-codes', { status: 403, code: 'prove_first' });
	await press('Regenerate');
	await prove(page);
	await page.waitForFunction(() => document.querySelector('#own-password')?.value === '');
	await prove(page);
	await page.locator('.slip ol.codes').waitFor();
});

test('members without 2FA see a standing recommendation, and from when it is required', async () => {
	mock.reset(without());
	await page.goto(`${mock.origin}/console/lists`);
	await says('Protect your sign-in with a second factor');
	await page.getByRole('link', { name: 'Set it up' }).click();
	await heading('My profile');
	await soon.equal(() => page.getByText('Protect your sign-in').count(), 0, 'the card says it here');
	mock.reset({ ...without({ two_factor: { is_enabled: false, since: null, is_enforced: true, deadline: '2027-01-31T00:00:00Z' } }), accounts: [accountOf({ enforce_twofactor: true })] });
	await page.goto(`${mock.origin}/console/lists`);
	await says('Halden Maritime requires it from 31 January 2027 on.');
});

test('an open recovery is stopped with one press, but not by the session that began it', async () => {
	const recovery = { id: 'x', state: 'waiting', begun_at: '2026-11-21T08:00:00Z', begun_by: 'you', can_stop: true };
	mock.reset({ recovery });
	await page.goto(`${mock.origin}/console/lists`);
	await press('Stop the recovery');
	await says('The recovery is stopped.');
	await button('Stop the recovery').waitFor({ state: 'detached' });
	await soon.equal(() => mock.calls('POST /member/recovery/stop').length, 1);
	mock.reset({ recovery: { ...recovery, can_stop: false } });
	await page.goto(`${mock.origin}/console/lists`);
	await says('It was begun in this session, which cannot stop it.');
	await soon.equal(() => button('Stop the recovery').count(), 0);
});

test('the password is changed after the old one and the second factor, and a weak one is said while it is typed', async () => {
	mock.reset({ devices: [TOTP] });
	await go();
	await press('Change the password');
	await prove(page);
	await page.fill('#code', RIGHT_CODE);
	await heading('Change your password');
	await page.fill('#new-password', 'short');
	await says('8 characters or more are needed.');
	await page.fill('#new-password', 'eight or more');
	await says('Long enough.');
	await page.fill('#new-password', 'password12345678');
	await says('Many people use this one');
	await page.fill('#new-password', PASSWORD);
	await press('Save the password');
	await says('This is the password that you have.');
	await soon.equal(focused, 'new-password');
	await page.fill('#new-password', 'another horse staple');
	await says('This one will do.');
	await press('Save the password');
	await says('Your password is changed. All other sessions have ended.');
	await soon.deepEqual(() => last('POST /member/password'), { password: 'another horse staple' });
});

test('the address is changed by a link to the new one, and another member\'s is refused', async () => {
	mock.reset(without());
	await go('/console/profile');
	await press('Change the address');
	await prove(page);
	await page.fill('#new-email', 'nowhere');
	await press('Send the link');
	await says('Enter an address such as');
	await page.fill('#new-email', 'olav.berge@halden.example');
	await press('Send the link');
	await says('This address belongs to another member.');
	await page.fill('#new-email', 'marta@halden.example');
	await press('Send the link');
	await says('A link is on its way to marta@halden.example.');
});

test('who else is told: adding and removing want the password once', async () => {
	await go('/console/profile');
	await page.fill('#contact', 'marta@other.example');
	await press('Add the address');
	await heading('Also tell marta@other.example');
	await prove(page);
	await says('A link is on its way to marta@other.example.');
	await page.locator('.rows li', { hasText: 'marta@other.example' }).getByText('Not confirmed').waitFor();
	await press('Remove marta@private.example');
	await says('marta@private.example is not told any more.');
	await soon.equal(() => mock.calls('POST /member/prove').length, 1);
	await soon.equal(() => page.getByRole('button', { name: 'Remove m.lis@halden.example' }).count(), 0, 'an address of before stays its seven days');
});

test('somebody of single sign-on is told to sign in again, not asked for a password that there is none of', async () => {
	mock.reset(without({ is_sso: true, has_password: false }));
	await go('/console/profile');
	await page.fill('#contact', 'marta@other.example');
	await press('Add the address');
	await says('That wants a fresh sign-in.');
	await soon.equal(() => page.locator('#own-password').count(), 0);
});

test('the name is changed at once, also in the corner', async () => {
	await go('/console/profile');
	await page.fill('#profile-name', 'Marta Lis-Berge');
	await press('Save the name');
	await says('You are now called Marta Lis-Berge.');
	await page.locator('.bar').getByText('Marta Lis-Berge').waitFor();
	await page.fill('#profile-name', ' ');
	await press('Save the name');
	await says('Enter your name');
});

test('sessions: this one is marked, another one is ended, a browser is forgotten, all others end', async () => {
	await go('/console/profile/sessions');
	await page.locator('tr', { hasText: 'Firefox on Linux' }).getByText('This one').waitFor();
	await page.getByRole('button', { name: /^End the session of Safari on iPhone/ }).click();
	await press('End the session');
	await says('That session has ended.');
	await page.locator('tr', { hasText: 'Safari on iPhone' }).waitFor({ state: 'detached' });
	await page.getByRole('button', { name: /^Forget Chrome on Windows/ }).click();
	await press('Forget the browser');
	await says('None. Every sign-in asks for your second factor.');
	mock.reset();
	await go('/console/profile/sessions');
	await press('Sign out everywhere else');
	await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
	await says('Signed out everywhere else.');
	await soon.equal(() => mock.world.signedIn.length, 1);
	assert.equal(mock.world.remembered.length, 0);
});

test('an API token is made with permissions, an end and source addresses, and shown once behind a gate', async () => {
	await go('/console/profile/tokens');
	await press('New API token');
	await soon.equal(() => page.locator('#api-name').count(), 0, 'the password comes first');
	await prove(page);
	await page.waitForSelector('#api-name');
	await press('Create the token');
	await says('Choose at least one');
	await soon.equal(focused, 'api-name');
	await page.fill('#api-name', 'night report');
	await page.check('#group-g2');
	await page.fill('#api-from', '203.0.113.0/24\n2001:db8::/32');
	await page.selectOption('#api-days', '30');
	await press('Create the token');
	const dialog = page.getByRole('dialog', { name: 'night report is created' });
	await dialog.waitFor();
	await page.keyboard.press('Escape');
	await pressAnyway('Done');
	await soon.ok(() => dialog.isVisible(), 'the gate holds');
	await press('Copy the token');
	await soon.match(() => page.evaluate(() => navigator.clipboard.readText()), /^cst_/);
	await page.check('text=I have kept the token');
	await press('Done');
	await page.locator('tr', { hasText: 'night report' }).getByText('Access: Audit Logs Read').waitFor();
	const body = last('POST /user/tokens');
	assert.deepEqual(body.policies[0].permission_groups, [{ id: 'g2' }]);
	assert.deepEqual(Object.keys(body.policies[0].resources), [`com.cloudflare.api.account.${mock.world.accounts[0].id}`]);
	assert.deepEqual(body.condition, { request_ip: { in: ['203.0.113.0/24', '2001:db8::/32'] } });
	const days = (Date.parse(body.expires_on) - Date.now()) / 86400000;
	assert.ok(days > 29.9 && days < 30.1, body.expires_on);
});

test('an API token is changed and keeps what nobody touched, is rolled, and is revoked', async () => {
	await go('/console/profile/tokens');
	const was = mock.world.apiTokens[0];
	const act = async (what) => {
		await press('Actions for terraform');
		await page.getByRole('menuitem', { name: what }).click();
	};
	await act('Edit');
	await prove(page);
	await page.waitForSelector('#group-g1');
	await soon.equal(() => page.isChecked('#group-g1'), true);
	await page.check('#group-g3');
	await press('Save changes');
	await says('The token is changed.');
	const body = mock.world.calls.filter((c) => c.name.startsWith('PUT /user/tokens/')).at(-1).body;
	assert.deepEqual(body.policies[0].permission_groups, [{ id: 'g1' }, { id: 'g3' }]);
	assert.equal(body.expires_on.slice(0, 19), was.expires_on.slice(0, 19));
	assert.deepEqual(body.condition, was.condition);
	// ten minutes later
	mock.world.passwordUntil = 0;
	await act('Roll the value');
	await page.getByRole('dialog').getByRole('button', { name: 'Roll the value' }).click();
	await prove(page);
	await page.getByRole('dialog').getByRole('button', { name: 'Roll the value' }).click();
	await page.getByRole('dialog', { name: 'terraform has a new value' }).waitFor();
	await page.check('text=I have kept the token');
	await press('Done');
	await act('Revoke');
	await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
	await says('terraform is revoked.');
	await page.locator('tr', { hasText: 'terraform' }).waitFor({ state: 'detached' });
});

test('a token is revoked without the password, and who comes by a provider is not asked for one', async () => {
	await go('/console/profile/tokens');
	await press('Actions for terraform');
	await page.getByRole('menuitem', { name: 'Revoke' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
	await says('terraform is revoked.');
	mock.reset({ member: { ...mock.world.member, is_sso: true, has_password: false } });
	await go('/console/profile/tokens');
	await press('New API token');
	await page.fill('#api-name', 'night report');
	await page.check('#group-g2');
	await press('Create the token');
	await says('That wants a fresh sign-in.');
	await soon.equal(() => page.inputValue('#api-name'), 'night report', 'nothing is lost');
});

test('activity: who did it is said, oneself as "You"', async () => {
	await go('/console/profile/activity');
	await page.locator('tr', { hasText: 'A member signed in' }).getByText('You').waitFor();
	await page.locator('tr', { hasText: 'disabled by an owner' }).getByText('olav.berge@halden.example').waitFor();
	await page.locator('tr', { hasText: 'A wrong password' }).getByText('Unknown').waitFor();
	mock.reset({ ownEvents: Array.from({ length: 60 }, (_, i) => ({ ...mock.world.ownEvents[0], id: `x${i}` })) });
	await go('/console/profile/activity');
	await press('Older');
	await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 60);
});

test('on a narrow screen the tab that one is at is in sight', async () => {
	await page.setViewportSize({ width: 360, height: 800 });
	await go('/console/profile/activity');
	const tab = page.getByRole('link', { name: 'Activity', exact: true });
	await soon.ok(async () => {
		const { x, width } = await tab.boundingBox();
		return x >= 0 && x + width <= 360;
	}, 'the tab is out of sight');
});

test('signed out in between: the password is asked in front of the page', async () => {
	await go();
	await button('Regenerate').waitFor();
	mock.world.session = false;
	await press('Regenerate');
	await prove(page);
	await page.getByRole('dialog').getByText('Sign in again').waitFor();
});

test('signed out between the password and the codes: after signing in, the password is asked for again', async () => {
	await go();
	mock.fault('POST /me/backup-codes', { status: 401, code: 'signed_out' });
	await press('Regenerate');
	await prove(page);
	await page.getByRole('dialog').getByText('Sign in again').waitFor();
	await page.locator('.slip #own-password').waitFor({ state: 'attached' });
	await soon.equal(() => page.getByText('Working…').count(), 0);
});

test('both kinds that are built in or plugged in stand under one card', async () => {
	mock.reset({ devices: [KEY, LAPTOP] });
	await go();
	await soon.equal(() => page.locator('[aria-label="Security Key Authentication"] > li').count(), 2);
	await press('Edit ThinkPad – Marta');
	await says('Yes, it works on other devices of yours');
	await says('Not known: it did not say, or is in no list');
});
