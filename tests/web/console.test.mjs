// Journeys through the console: what a member does, by keyboard where it matters, and what the server
// is told. The mock keeps to the API's documents.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { soon } from '../soon.mjs';
import { launch, open } from './browser.mjs';
import { start } from './console_mock.mjs';
import { accountOf, HELP_DESK, IDS, READ_ONLY, USER_MANAGER } from './console_world.mjs';

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

const go = async (path) => {
	await page.goto(mock.origin + path);
	await page.waitForSelector('h1');
};
const heading = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.getAttribute('aria-label') || document.activeElement?.textContent);
const review = () => page.getByRole('button', { name: 'Review and save' });
const save = async () => {
	await review().click();
	await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
	await page.waitForSelector('dialog', { state: 'detached' });
};
const create = (what) => page.getByRole('button', { name: `Create ${what}`, exact: true }).click();
const last = (name) => mock.calls(name).at(-1)?.body;

test('signing in: a wrong password says so and keeps the address, the right one shows the page asked for', async () => {
	mock.world.session = false;
	await go('/console/lists');
	await page.fill('#email', 'marta.lis@halden.example');
	await page.fill('#password', 'wrong');
	await page.keyboard.press('Enter');
	await page.getByText('That address and password do not belong together').waitFor();
	await soon.equal(() => page.inputValue('#email'), 'marta.lis@halden.example');
	await soon.equal(() => page.inputValue('#password'), '');
	await soon.equal(focused, 'password');
	await soon.match(() => page.title(), /^Error: /);
	await page.fill('#password', 'correct horse battery staple');
	await page.keyboard.press('Enter');
	await heading('Lists');
	await soon.equal(() => new URL(page.url()).pathname, '/console/lists');
});

test('too many tries say how long to wait', async () => {
	mock.world.session = false;
	mock.fault('POST /member/sign-in', { status: 429, code: 'too_many', more: { retry_after_s: 240 } });
	await go('/console/');
	await page.fill('#email', 'marta.lis@halden.example');
	await page.fill('#password', 'x');
	await page.keyboard.press('Enter');
	await page.getByText('Too many tries from here. Try again in 4 minutes.').waitFor();
});

test('a session that ends in between is asked for in front of the page, and what was typed stays', async () => {
	await go(`/console/lists/${IDS.keys}`);
	await page.fill('#name', 'Keys of the crew');
	mock.world.session = false;
	await review().click();
	await page.getByRole('button', { name: 'Save changes' }).click();
	await page.getByRole('heading', { name: 'Sign in again' }).waitFor();
	await soon.equal(focused, 'password');
	await page.fill('#password', 'correct horse battery staple');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Sign in again' }).waitFor({ state: 'detached' });
	await soon.equal(() => page.inputValue('#name'), 'Keys of the crew');
	await page.getByRole('button', { name: 'Save changes' }).click();
	await page.getByText('Keys of the crew is saved').waitFor();
	await soon.equal(() => last(`PUT /gateway/lists/${IDS.keys}`).name, 'Keys of the crew');
});

test('signing out ends at the sign-in page', async () => {
	await go('/console/lists');
	await page.getByRole('button', { name: /^Your menu/ }).click();
	await page.getByRole('menuitem', { name: 'Sign out' }).click();
	await heading('Sign in');
	await soon.equal(() => mock.world.session, false);
});

test('settings: methods and duration go to the organisation, with everything else as it was', async () => {
	mock.world.org.mfa_config.something_newer = { kept: true };
	await go('/console/access-settings');
	await page.click('#method-totp');
	await page.selectOption('#duration', '8h');
	await save();
	const sent = last('PATCH /access/organizations');
	assert.deepEqual(sent.mfa_config.allowed_authenticators, ['security_key', 'biometrics']);
	assert.equal(sent.mfa_config.session_duration, '8h');
	assert.deepEqual(sent.mfa_config.something_newer, { kept: true });
	await page.getByText('Access settings are saved').waitFor();
	await soon.equal(() => page.locator('.save').count(), 0);
});

test('an account without an organisation is set up in one step, at the host that the operator chose', async () => {
	mock.world.org = null;
	await go('/console/access-settings');
	await heading('Set up the organisation');
	await page.getByRole('button', { name: 'Set up' }).click();
	await heading('Access settings');
	await soon.deepEqual(() => last('POST /access/organizations'), { name: 'Halden Maritime', auth_domain: 'auth.halden.example' });
});

test('settings: a duration of one\'s own is checked before anything is sent', async () => {
	await go('/console/access-settings');
	await page.selectOption('#duration', 'own');
	for (const bad of ['25x', '-1m', '1.5h', '10s', '721h', '']) {
		await page.fill('#duration-own', bad);
		await review().click();
		await page.locator('.save .wrong').filter({ hasText: /./ }).waitFor();
		await soon.equal(() => page.getByRole('dialog').count(), 0, bad);
	}
	await page.fill('#duration-own', '1h30m');
	await save();
	await soon.equal(() => last('PATCH /access/organizations').mfa_config.session_duration, '1h30m');
	await soon.equal(() => mock.calls('PATCH /access/organizations').length, 1);
});

test('settings: the provider\'s MFA is sent under all of its names, and cleared when it is turned off', async () => {
	await go('/console/access-settings');
	await page.click('label[for=amr]');
	await page.selectOption('#amr-duration', '0m');
	await page.click('label[for=amr-mfa]');
	await save();
	let sent = last('PATCH /access/organizations');
	assert.deepEqual([sent.mfa_config.amr_matching_enabled, sent.mfa_config.amr_session_duration, sent.mfa_config.amr_matching_session_duration], [true, '0m', '0m']);
	assert.equal(sent.countersign.amr_counts_mfa, true);
	await page.click('label[for=amr]');
	await save();
	sent = last('PATCH /access/organizations');
	assert.deepEqual([sent.mfa_config.amr_matching_enabled, sent.mfa_config.amr_session_duration, sent.mfa_config.amr_matching_session_duration], [false, null, null]);
});

test('settings: a list that wants proof warns before saving while no root is loaded, and names who falls outside', async () => {
	await go('/console/access-settings');
	await page.selectOption('#required', IDS.keys);
	await page.getByText('With this list nobody can enrol a key').waitFor();
	await page.getByText('1 enrolled device falls outside this list').waitFor();
	await review().click();
	const dialog = page.getByRole('dialog');
	await dialog.getByText('With this list nobody can enrol a key').waitFor();
	await dialog.getByRole('link', { name: 'ines.moreau@halden.example' }).waitFor();
	assert.equal(mock.calls('PATCH /access/organizations').length, 0);
});

test('settings: with a root, with metadata or with a list that takes the key\'s word there is no such warning', async () => {
	const root = { id: 'r', name: 'Yubico', subject: 'CN=Yubico', expires_at: '2060-01-01T00:00:00Z', fingerprint: 'ab' };
	for (const over of [{ roots: [root] }, { metadata: { no: 61, next_update: '2026-12-01', imported_at: '2026-11-02T10:12:00Z', models: 312 } }, null]) {
		mock.reset(over ?? {});
		if (!over)
			mock.world.lists[0].countersign.evidence = 'claimed';
		await go('/console/access-settings');
		await page.selectOption('#required', IDS.keys);
		await page.getByText('1 enrolled device falls outside this list').waitFor();
		await soon.equal(() => page.getByText('With this list nobody can enrol a key').count(), 0);
	}
});

test('settings: turning MFA off is held back, with a link to each object that has settings of its own', async () => {
	await go('/console/access-settings');
	for (const m of ['security_key', 'biometrics', 'totp'])
		await page.click(`#method-${m}`);
	const banner = page.locator('.banner.danger');
	const links = await banner.getByRole('link').evaluateAll((all) => all.map((a) => [a.textContent, a.getAttribute('href')]));
	assert.deepEqual(links, [['Berth planner', `/console/applications/${IDS.berth}`], ['Wiki', `/console/applications/${IDS.wiki}`], ['Harbour engineers', `/console/policies/${IDS.harbour}`]]);
	await review().click();
	await page.locator('.save .wrong', { hasText: 'cannot be turned off yet' }).waitFor();
	assert.equal(mock.calls('PATCH /access/organizations').length, 0);
});

test('settings: people are counted beside each method, disabled ones left out', async () => {
	await go('/console/access-settings');
	const active = mock.world.users.filter((u) => u.countersign.status === 'active');
	const having = active.filter((u) => u.countersign.methods.includes('totp')).length;
	await page.locator('.pick li', { hasText: 'Authenticator application' }).locator('.end', { hasText: `${having} people` }).waitFor();
	await page.click('label[for=global]');
	const none = active.filter((u) => u.countersign.methods.length === 0).length;
	await page.getByText(`${none} people have no second factor yet`).waitFor();
});

test('settings: a report that no longer keeps models out is sent as what is left, and one put back is no change', async () => {
	await go('/console/access-settings');
	await page.locator('.pick li', { hasText: 'Withdrawn' }).locator('.end', { hasText: '1 model' }).waitFor();
	await page.click('#report-REVOKED');
	await review().waitFor();
	await page.click('#report-REVOKED');
	await review().waitFor({ state: 'detached' });
	await page.click('#report-USER_VERIFICATION_BYPASS');
	await save();
	await soon.deepEqual(() => last('PATCH /access/organizations').countersign.refused_statuses.sort(),
		['ATTESTATION_KEY_COMPROMISE', 'REVOKED', 'USER_KEY_PHYSICAL_COMPROMISE', 'USER_KEY_REMOTE_COMPROMISE']);
});

test('settings: a report that only the API can set stays, and can be taken off', async () => {
	mock.world.org.countersign = { refused_statuses: ['UPDATE_AVAILABLE', 'REVOKED'] };
	await go('/console/access-settings');
	await soon.equal(() => page.isChecked('#report-USER_VERIFICATION_BYPASS'), false);
	await page.selectOption('#duration', '1h');
	await save();
	await soon.deepEqual(() => last('PATCH /access/organizations').countersign.refused_statuses.sort(), ['REVOKED', 'UPDATE_AVAILABLE']);
	await page.click('#report-UPDATE_AVAILABLE');
	await save();
	await soon.deepEqual(() => last('PATCH /access/organizations').countersign.refused_statuses, ['REVOKED']);
});

test('settings: a list of refused models is named in the review, as no list before', async () => {
	await go('/console/access-settings');
	await page.selectOption('#denied', IDS.keys);
	await page.locator('#recheck').waitFor();
	await review().click();
	const words = await page.getByRole('dialog').innerText();
	assert.match(words, /No list/);
	assert.match(words, /Approved security keys/);
});

test('settings: objects that the server names stand there as links', async () => {
	await go('/console/access-settings');
	await page.route('**/access/organizations', (route) => (route.request().method() !== 'PATCH' ? route.continue() : route.fulfill({ status: 400, json: { success: false, result: null, messages: [], errors: [
		{ code: 12130, message: 'mfa_config: in the way' }, { code: 12130, message: 'application Wiki', countersign: { kind: 'application', name: 'Wiki', path: '/x', console_path: `/console/applications/${IDS.wiki}` } }] } })));
	await page.selectOption('#duration', '1h');
	await review().click();
	await page.getByRole('button', { name: 'Save changes' }).click();
	await page.getByRole('dialog').getByRole('link', { name: 'Wiki' }).click();
	await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
	await page.getByRole('button', { name: 'Leave and lose them' }).click();
	await heading('Wiki');
});

test('settings: what only the server knows is shown in its words, with its objects as links', async () => {
	await go('/console/access-settings');
	mock.fault('PATCH /access/organizations', { status: 400, code: 12130, message: `mfa_config: in the way: /console/applications/${IDS.berth}` });
	await page.selectOption('#duration', '1h');
	await review().click();
	await page.getByRole('button', { name: 'Save changes' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByText('in the way').waitFor();
	await soon.equal(() => dialog.getByRole('link').getAttribute('href'), `/console/applications/${IDS.berth}`);
	await page.keyboard.press('Escape');
	await soon.equal(() => page.inputValue('#duration'), '1h');
});

test('settings: turning MFA off for good also ends asking everywhere', async () => {
	mock.world.apps.forEach((a) => delete a.mfa_config);
	mock.world.policies.forEach((p) => delete p.mfa_config);
	mock.world.org.mfa_required_for_all_apps = true;
	await go('/console/access-settings');
	for (const m of ['security_key', 'biometrics', 'totp'])
		await page.click(`#method-${m}`);
	await save();
	const sent = last('PATCH /access/organizations');
	assert.deepEqual(sent.mfa_config.allowed_authenticators, []);
	assert.equal(sent.mfa_required_for_all_apps, false);
});

test('roots: a text without a certificate is held back; one with is uploaded and can be removed', async () => {
	await go('/console/access-settings');
	await page.getByRole('button', { name: 'Upload a root' }).click();
	await page.fill('#pem', 'not a certificate');
	await page.getByRole('button', { name: 'Upload', exact: true }).click();
	await page.locator('.field.bad').waitFor();
	assert.equal(mock.calls('POST /attestation_roots').length, 0);
	await page.fill('#pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----');
	await page.getByRole('button', { name: 'Upload', exact: true }).click();
	await page.getByText('The root is trusted from now on').waitFor();
	await page.getByRole('button', { name: /^Remove CN=Yubico/ }).click();
	await page.getByRole('button', { name: 'Remove the root' }).click();
	await page.getByText('No root is loaded').waitFor();
});

test('leaving with unsaved changes asks; staying keeps them, leaving loses them; going back too', async () => {
	await go('/console/lists');
	await page.getByRole('link', { name: 'Approved security keys' }).click();
	await page.fill('#name', 'Other');
	await page.getByRole('link', { name: 'Users', exact: true }).click();
	await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
	await page.keyboard.press('Escape');
	await soon.equal(() => page.inputValue('#name'), 'Other');
	await page.goBack();
	await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
	await soon.equal(() => new URL(page.url()).pathname, `/console/lists/${IDS.keys}`);
	await page.getByRole('button', { name: 'Stay here' }).click();
	await soon.equal(() => page.inputValue('#name'), 'Other');
	await page.goBack();
	await page.getByRole('button', { name: 'Leave and lose them' }).click();
	await heading('Lists');
});

test('Ctrl+S reviews what is unsaved', async () => {
	await go(`/console/lists/${IDS.keys}`);
	await page.fill('#description', 'New');
	await page.keyboard.press('Control+s');
	await page.getByRole('heading', { name: 'Save these changes?' }).waitFor();
});

test('a list: AAGUIDs are taken with dashes, by name and pasted; wrong and double ones are named', async () => {
	await go('/console/lists/new');
	await page.fill('#name', 'Crew keys');
	await page.fill('#item-value', '1234');
	await page.keyboard.press('Enter');
	await page.getByText('An AAGUID has 32 hexadecimal digits').waitFor();
	await page.fill('#item-value', '{2FC0579F-8113-47EA-B116-BB5A8DB9202A}');
	await page.fill('#item-description', 'YubiKey 5 NFC');
	await page.keyboard.press('Enter');
	await page.getByText('1 entry', { exact: true }).waitFor();
	await page.getByRole('button', { name: 'Known authenticators' }).click();
	await page.fill('#find-known', 'token2');
	await page.getByRole('checkbox', { name: /Token2 PIN/ }).check();
	await page.getByRole('button', { name: 'Add 1 model' }).click();
	await page.getByRole('button', { name: 'Add many' }).click();
	await page.fill('#paste', '# from the maker\ncb69481e8ff7403993ec0a2729a154a8,"YubiKey 5, USB"\nabc\n00000000-0000-0000-0000-000000000000\n2fc0579f811347eab116bb5a8db9202a');
	await page.getByText('3 lines are left out').waitFor();
	await page.getByRole('button', { name: 'Add 1 entry' }).click();
	await create('list');
	await heading('Crew keys');
	const sent = last('POST /gateway/lists');
	assert.equal(sent.type, 'AAGUID');
	assert.deepEqual(sent.countersign, { evidence: 'verified' });
	assert.deepEqual(sent.items.map((i) => i.value).sort(), ['2fc0579f811347eab116bb5a8db9202a', 'ab32f0c62239afbbc470d2ef4e254db7', 'cb69481e8ff7403993ec0a2729a154a8']);
	assert.equal(sent.items.find((i) => i.value.startsWith('cb')).description, 'YubiKey 5, USB');
	await heading('Crew keys');
});

test('something new that the server refuses stays as it was typed', async () => {
	mock.fault('POST /gateway/lists', { status: 400, code: 12130, message: 'name: taken' });
	await go('/console/lists/new');
	await page.fill('#name', 'Crew keys');
	await create('list');
	await page.getByRole('dialog').getByText('Name: taken.').waitFor();
	await page.keyboard.press('Escape');
	await soon.equal(() => page.inputValue('#name'), 'Crew keys');
});

test('a list: removing a value can be undone before saving', async () => {
	await go(`/console/lists/${IDS.keys}`);
	await page.getByRole('button', { name: 'Remove YubiKey 5 Series' }).click();
	await page.getByText('1 entry', { exact: true }).waitFor();
	await page.getByRole('button', { name: 'Undo' }).click();
	await page.getByText('2 entries', { exact: true }).waitFor();
	await soon.equal(() => page.locator('.save').count(), 0);
});

test('a list that is used cannot be deleted: where it is used is linked, and nothing is sent', async () => {
	await go(`/console/lists/${IDS.suspended}`);
	await page.getByRole('button', { name: 'Delete list' }).click();
	await page.getByRole('dialog').getByText('It is used in 1 place and cannot be deleted').waitFor();
	await page.getByRole('dialog').getByRole('link', { name: 'Suspended contractors' }).waitFor();
	await page.keyboard.press('Escape');
	await soon.equal(focused, 'Delete list');
	assert.equal(mock.calls(`DELETE /gateway/lists/${IDS.suspended}`).length, 0);
});

test('a list that is used nowhere is deleted after a question whose safe answer has the focus', async () => {
	await go(`/console/lists/${IDS.keys}`);
	await page.getByRole('button', { name: 'Delete list' }).click();
	await page.getByRole('dialog').waitFor();
	await soon.equal(focused, 'Keep it');
	await page.getByRole('button', { name: 'Delete the list' }).click();
	await heading('Lists');
	await page.getByText('Approved security keys is removed').waitFor();
});

test('users: the search stands in the address; going back restores it', async () => {
	await go('/console/users');
	await page.fill('#q', 'tomasz');
	await page.waitForURL('**/console/users?q=tomasz');
	await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' });
	await page.getByRole('link', { name: 'Tomasz Zieliński' }).click();
	await heading('Tomasz Zieliński');
	await page.goBack();
	await heading('Users');
	await soon.equal(() => page.inputValue('#q'), 'tomasz');
	await soon.equal(() => page.locator('tbody tr').count(), 1);
});

test('"/" goes to the search, and Enter looks a user up', async () => {
	await go('/console/lists');
	await page.waitForSelector('tbody tr');
	await page.keyboard.press('/');
	await soon.equal(focused, 'find');
	await page.keyboard.type('ines');
	await page.keyboard.press('Enter');
	await heading('Users');
	await page.waitForURL('**/console/users?q=ines');
});

// Both keys of a shortcut in one moment: on a busy machine two commands may lie further apart than the
// keys of one shortcut may.
const pressBoth = (...keys) => page.evaluate((all) => {
	for (const key of all)
		document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}, keys);

test('"g" and a letter go to a page, "?" shows which, and nothing of it acts while somebody types', async () => {
	await go('/console/lists');
	await page.waitForSelector('tbody tr');
	await pressBoth('g', 'u');
	await heading('Users');
	await page.locator('#q').focus();
	await page.keyboard.type('ga?');
	await soon.equal(() => page.inputValue('#q'), 'ga?');
	await heading('Users');
	await page.getByRole('heading', { level: 1 }).focus();
	await page.keyboard.press('?');
	const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
	await help.getByText('Audit log').waitFor();
	// behind an open dialog nobody goes anywhere
	await pressBoth('g', 'a');
	await page.keyboard.press('Escape');
	await help.waitFor({ state: 'detached' });
	await heading('Users');
	await pressBoth('g', 'a');
	await heading('Applications');
});

test('a page that one may not read has no shortcut', async () => {
	mock.world.accounts = [accountOf(HELP_DESK)];
	await go('/console/users');
	await page.waitForSelector('tbody tr');
	await page.keyboard.press('?');
	const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
	await help.getByText('Users').waitFor();
	await soon.equal(() => help.getByText('Applications').count(), 0);
});

test('shortcuts can be turned off, and stay off', async () => {
	await go('/console/lists');
	await page.waitForSelector('tbody tr');
	await page.getByRole('button', { name: /^Your menu/ }).click();
	await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
	await page.getByRole('checkbox', { name: /Single-key shortcuts/ }).uncheck();
	await page.getByRole('button', { name: 'Close', exact: true }).click();
	await page.reload();
	await page.waitForSelector('tbody tr');
	await pressBoth('/', '?', 'g', 'u');
	await soon.notEqual(focused, 'find');
	await soon.equal(() => page.locator('dialog').count(), 0);
	await heading('Lists');
});

test('a list is sorted by its heads; the order stands in the address and going back takes it back', async () => {
	await go('/console/lists');
	await page.waitForSelector('tbody tr');
	const names = () => page.locator('tbody .t').allInnerTexts();
	const own = await names();
	const head = (name) => page.getByRole('columnheader', { name, exact: true });
	const sorted = [...own].sort((a, b) => a.localeCompare(b, 'en-GB', { numeric: true, sensitivity: 'base' }));
	assert.notDeepEqual(own, sorted, 'the sample is in order already');
	await head('List name').getByRole('button').click();
	await page.waitForURL('**/console/lists?sort=name');
	await soon.deepEqual(names, sorted);
	await soon.equal(() => head('List name').getAttribute('aria-sort'), 'ascending');
	await head('List name').getByRole('button').press('Enter');
	await soon.deepEqual(names, sorted.reverse());
	await soon.equal(() => head('List name').getAttribute('aria-sort'), 'descending');
	await soon.equal(() => new URL(page.url()).search, '?sort=-name');
	await page.goBack();
	await soon.equal(() => head('List name').getAttribute('aria-sort'), 'ascending');
	await page.goBack();
	await soon.deepEqual(names, own);
	await soon.equal(() => page.locator('th[aria-sort]').count(), 0);
});

test('numbers begin with the most, and the third press gives a list its own order back', async () => {
	await go('/console/lists');
	await page.waitForSelector('tbody tr');
	const counts = async () => (await page.locator('tbody tr td:nth-child(3)').allInnerTexts()).map(Number);
	const own = await counts();
	const up = [...own].sort((a, b) => a - b);
	const press = () => page.getByRole('columnheader', { name: 'Entries' }).getByRole('button').click();
	await press();
	await soon.deepEqual(counts, [...up].reverse());
	await press();
	await soon.deepEqual(counts, up);
	await press();
	await soon.deepEqual(counts, own);
	await soon.equal(() => new URL(page.url()).search, '');
});

test('where rows are blocks a list is sorted by a choice', async () => {
	await page.setViewportSize({ width: 360, height: 800 });
	await go('/console/lists');
	await page.waitForSelector('tbody tr');
	await page.getByLabel('Sort by').selectOption({ label: 'List name, backwards' });
	await page.waitForURL('**/console/lists?sort=-name');
	const names = await page.locator('tbody .t').allInnerTexts();
	assert.deepEqual(names, [...names].sort((a, b) => b.localeCompare(a, 'en-GB', { numeric: true, sensitivity: 'base' })));
});

test('an order by a column that there is none of is the list\'s own', async () => {
	await go('/console/lists');
	await page.waitForSelector('tbody tr');
	const own = await page.locator('tbody .t').allInnerTexts();
	await go('/console/lists?sort=nothing');
	await page.waitForSelector('tbody tr');
	await soon.deepEqual(() => page.locator('tbody .t').allInnerTexts(), own);
});

test('a user\'s device: what removing it closes is said, then it is removed and the focus is not lost', async () => {
	await go(`/console/users/${IDS.ines}`);
	await page.getByRole('button', { name: 'Actions for YubiKey 5C – desk' }).focus();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	const dialog = page.getByRole('dialog');
	await dialog.getByText('still has').waitFor();
	await soon.equal(focused, 'Keep it');
	await dialog.getByRole('button', { name: 'Remove device' }).click();
	await page.locator('.toast', { hasText: 'YubiKey 5C – desk is removed' }).waitFor();
	await page.getByRole('button', { name: 'Actions for YubiKey 5C – desk' }).waitFor({ state: 'detached' });
	await soon.notEqual(() => page.evaluate(() => document.activeElement.tagName), 'BODY');
});

test('the menu of a table\'s last row can be seen whole', async () => {
	await go(`/console/users/${IDS.ines}`);
	const opener = page.locator('.tablewrap [aria-haspopup=menu]').last();
	await opener.click();
	const item = page.getByRole('menuitem').last();
	await item.waitFor();
	const { menu, room, scrolled } = await item.evaluate((el) => {
		const wrap = el.closest('.tablewrap');
		return { menu: el.closest('[role=menu]').getBoundingClientRect().bottom, room: wrap.getBoundingClientRect().bottom, scrolled: wrap.scrollTop };
	});
	assert.ok(menu <= room && scrolled === 0, `the menu ends at ${menu}, the room at ${room}`);
});

test('a user\'s last device: the question says that nothing remains', async () => {
	mock.world.authenticators[IDS.ines].length = 1;
	await go(`/console/users/${IDS.ines}`);
	await page.getByRole('button', { name: 'Actions for YubiKey 5C – desk' }).click();
	await page.getByRole('menuitem', { name: 'Remove device' }).click();
	await page.getByRole('dialog').getByText('It is the last one').waitFor();
});

test('a user: the enrolment link is the sign-in host\'s and is copied', async () => {
	await go(`/console/users/${IDS.ines}`);
	await page.getByRole('button', { name: 'Copy enrolment link' }).first().click();
	await soon.equal(() => page.evaluate(() => navigator.clipboard.readText()), 'https://auth.halden.example/AddMfaDevice', 'not copied');
});

test('a user: sessions are ended by address, a freeze is lifted, a user is disabled and enabled', async () => {
	await go(`/console/users/${IDS.tomasz}`);
	await page.getByRole('button', { name: 'Lift the freeze' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Lift the freeze' }).click();
	await page.getByText('Changes to their devices are frozen').waitFor({ state: 'detached' });
	await page.getByRole('button', { name: 'End all sessions' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'End all sessions' }).click();
	await page.locator('.toast', { hasText: 'are ended' }).waitFor();
	await soon.deepEqual(() => mock.world.revoked, ['t.zielinski@halden.example']);
	await page.getByRole('button', { name: 'Actions for Tomasz Zieliński' }).click();
	await page.getByRole('menuitem', { name: 'Disable user' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Disable user' }).click();
	await page.getByText('Disabled', { exact: true }).waitFor();
	await page.getByRole('button', { name: 'Actions for Tomasz Zieliński' }).click();
	await page.getByRole('menuitem', { name: 'Enable user' }).click();
	await page.locator('h1 ~ .badge', { hasText: 'Active' }).waitFor();
});

test('an application: policies are moved by keyboard, the focus stays on the button, and it can be undone', async () => {
	await go(`/console/applications/${IDS.berth}/policies`);
	const names = () => page.locator('tbody .t').allInnerTexts();
	await page.getByRole('button', { name: 'Move Harbour engineers up' }).focus();
	await page.keyboard.press('Enter');
	await soon.ok(async () => (await names())[1] === 'Harbour engineers', 'not moved');
	await soon.equal(focused, 'Move Harbour engineers up', 'focus lost');
	await soon.ok(async () => /Harbour engineers is now number 2/.test(await page.locator('#live').textContent()), 'not said');
	await soon.deepEqual(() => last(`PUT /access/apps/${IDS.berth}`).policies.map((p) => [p.id, p.precedence]), [[IDS.sensors, 1], [IDS.harbour, 2], [IDS.contractors, 3], [IDS.staff, 4]]);
	await page.getByRole('button', { name: 'Undo' }).click();
	await soon.ok(async () => (await names())[2] === 'Harbour engineers', 'not undone');
});

test('an application: a policy is dragged to another place of its part, and nowhere else', async () => {
	await go(`/console/applications/${IDS.berth}/policies`);
	const names = () => page.locator('tbody .t').allInnerTexts();
	const row = (name) => page.locator('tbody tr', { hasText: name });
	await page.waitForSelector('tbody .t');
	const own = await names();
	await row('Suspended contractors').locator('.grip').dragTo(row(own[0]));
	await soon.deepEqual(names, own);
	assert.equal(mock.calls(`PUT /access/apps/${IDS.berth}`).length, 0);
	await row('Harbour engineers').locator('.grip').dragTo(row(own[1]));
	await soon.ok(async () => (await names())[1] === 'Harbour engineers', 'not moved');
	await soon.ok(async () => /Harbour engineers is now number 2/.test(await page.locator('#live').textContent()), 'not said');
	await page.getByRole('button', { name: 'Undo' }).click();
	await soon.deepEqual(names, own);
});

test('an application: a policy of the second part cannot be moved into the first', async () => {
	await go(`/console/applications/${IDS.berth}/policies`);
	const up = page.getByRole('button', { name: 'Move Suspended contractors up' });
	await soon.equal(() => up.getAttribute('aria-disabled'), 'true');
	await up.click({ force: true });
	assert.equal(mock.calls(`PUT /access/apps/${IDS.berth}`).length, 0);
});

test('an application: policies are shown in the order in which they are judged, whatever their numbers', async () => {
	mock.world.apps[0].policies = [{ id: IDS.staff, precedence: 1 }, { id: IDS.sensors, precedence: 2 }];
	await go(`/console/applications/${IDS.berth}/policies`);
	await page.waitForSelector('tbody .t');
	await soon.deepEqual(() => page.locator('tbody .t').allInnerTexts(), ['Tide sensors', 'Everyone at Halden']);
});

test('an application: an existing policy is added and taken out again', async () => {
	await go(`/console/applications/${IDS.payroll}/policies`);
	await page.getByRole('button', { name: 'Add existing' }).click();
	await page.selectOption('#existing', IDS.contractors);
	await page.getByRole('button', { name: 'Add policy' }).click();
	await page.getByRole('link', { name: 'Suspended contractors' }).waitFor();
	await page.getByRole('button', { name: 'Actions for Suspended contractors' }).click();
	await page.getByRole('menuitem', { name: 'Take out of this application' }).click();
	await page.getByRole('link', { name: 'Suspended contractors' }).waitFor({ state: 'detached' });
	await soon.deepEqual(() => last(`PUT /access/apps/${IDS.payroll}`).policies.map((p) => p.id), [IDS.staff]);
});

test('an application: its second factor goes from own to that of the organisation and to off', async () => {
	await go(`/console/applications/${IDS.berth}/policies`);
	await page.getByRole('radio', { name: /^As the organisation/ }).check();
	await save();
	await soon.equal(() => last(`PUT /access/apps/${IDS.berth}`).mfa_config, null);
	await soon.equal(() => 'policies' in last(`PUT /access/apps/${IDS.berth}`), false);
	await page.getByRole('radio', { name: /^Off/ }).check();
	await save();
	await soon.deepEqual(() => last(`PUT /access/apps/${IDS.berth}`).mfa_config, { mfa_disabled: true });
	await page.getByRole('radio', { name: /^Own setting/ }).check();
	for (const m of ['security_key', 'biometrics', 'totp'])
		if (await page.isChecked(`#app-mfa-${m}`))
			await page.click(`#app-mfa-${m}`);
	await review().click();
	await page.locator('.save .wrong', { hasText: 'Choose at least one method' }).waitFor();
});

test('an application: general settings send the whole object back, and unknown members with it', async () => {
	mock.world.apps[0].tags = ['crew'];
	await go(`/console/applications/${IDS.berth}`);
	await page.fill('#place-1', 'https://berth.halden.example/x');
	await review().click();
	await page.getByText('Leave out https://').first().waitFor();
	await page.fill('#place-1', 'berth.halden.example/plan/*');
	await page.getByRole('checkbox', { name: 'Halden Entra ID' }).check();
	await page.click('label[for=redirect]');
	await save();
	const sent = last(`PUT /access/apps/${IDS.berth}`);
	assert.deepEqual(sent.destinations, [{ type: 'public', uri: 'berth.halden.example' }, { type: 'public', uri: 'berth.halden.example/plan/*' }]);
	assert.deepEqual([sent.allowed_idps, sent.auto_redirect_to_identity, sent.tags], [[IDS.entra], true, ['crew']]);
	for (const member of ['id', 'aud', 'policies', 'created_at'])
		assert.equal(member in sent, false, member);
});

test('an application is deleted only after its name is typed', async () => {
	await go(`/console/applications/${IDS.wiki}`);
	await page.getByRole('button', { name: 'Actions for Wiki' }).click();
	await page.getByRole('menuitem', { name: 'Delete application' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('button', { name: 'Delete application' }).click({ force: true });
	assert.equal(mock.calls(`DELETE /access/apps/${IDS.wiki}`).length, 0);
	await page.fill('#typed', 'Wiki');
	await dialog.getByRole('button', { name: 'Delete application' }).click();
	await heading('Applications');
	await soon.equal(() => mock.calls(`DELETE /access/apps/${IDS.wiki}`).length, 1);
});

test('a new application leads to its policies, and a new policy from there is added to it', async () => {
	await go('/console/applications');
	await page.getByRole('button', { name: 'New application' }).click();
	await page.fill('#app-name', 'Crane log');
	await page.fill('#app-place', 'crane.halden.example');
	await page.keyboard.press('Enter');
	await heading('Crane log');
	await page.getByText('Nobody is let in').waitFor();
	await page.getByRole('link', { name: 'New policy' }).click();
	await heading('New policy');
	await page.fill('#name', 'Crane crew');
	await page.click('#include-add');
	await page.selectOption('#include-0-kind', 'email_domain');
	await page.fill('#include-0-domain', 'halden.example');
	await create('policy');
	await heading('Crane log');
	await page.getByRole('link', { name: 'Crane crew' }).waitFor();
	await soon.deepEqual(() => last('POST /access/policies').include, [{ email_domain: { domain: 'halden.example' } }]);
});

test('a policy: all 26 kinds can be chosen, and those that are not judged are marked so', async () => {
	await go('/console/policies/new');
	await page.click('#include-add');
	const kinds = await page.locator('#include-0-kind option').evaluateAll((all) => all.map((o) => o.value));
	assert.equal(kinds.length, 26);
	const marked = new Set(['azureAD', 'certificate', 'cloudflare_account_member', 'common_name', 'device_posture', 'external_evaluation', 'github-organization', 'gsuite', 'okta', 'saml', 'user_risk_score']);
	for (const kind of kinds) {
		await page.selectOption('#include-0-kind', kind);
		await soon.equal(() => page.locator('.rules .badge', { hasText: 'Not judged here' }).count(), marked.has(kind) ? 1 : 0, kind);
	}
	assert.ok([...marked].every((kind) => kinds.includes(kind)));
});

test('a policy: rules that the builder does not know come back as they were', async () => {
	const policy = mock.world.policies[3];
	policy.include = [{ email_domain: { domain: 'halden.example' } }, { something_new: { a: [1, 2] } }, { saml: { identity_provider_id: IDS.entra, attribute_name: 'a', attribute_value: 'b', extra: 'kept' } }];
	const before = structuredClone(policy.include);
	mock.world.policies[3].approval_required = false;
	await go(`/console/policies/${IDS.staff}`);
	await page.fill('#name', 'All of Halden');
	mock.fault(`PUT /access/policies/${IDS.staff}`, { status: 400, code: 12130, message: 'seen' });
	await review().click();
	await page.getByRole('button', { name: 'Save changes' }).click();
	await page.getByRole('dialog').getByText('seen').waitFor();
	await soon.deepEqual(() => last(`PUT /access/policies/${IDS.staff}`).include, before);
	await soon.equal(() => last(`PUT /access/policies/${IDS.staff}`).approval_required, false);
});

test('a policy: an empty field is named and gets the focus', async () => {
	await go('/console/policies/new');
	await page.fill('#name', 'Crew');
	await create('policy');
	await page.locator('.save .wrong', { hasText: 'Include needs at least one rule' }).waitFor();
	await page.click('#include-add');
	await create('policy');
	await page.locator('.save .wrong', { hasText: 'E-mail address is missing' }).waitFor();
	await soon.equal(focused, 'include-0-email');
});

test('a policy: an address that is none is held back', async () => {
	await go('/console/policies/new');
	await page.fill('#name', 'Office');
	await page.click('#include-add');
	await page.selectOption('#include-0-kind', 'ip');
	for (const wrong of ['300.1.1.1', '10.0.0.0/33', '10.0.0']) {
		await page.fill('#include-0-ip', wrong);
		await create('policy');
		await page.locator('.field.bad', { hasText: 'Address or network' }).waitFor();
		await soon.equal(focused, 'include-0-ip');
	}
	assert.equal(mock.calls('POST /access/policies').length, 0);
	await page.fill('#include-0-ip', '10.0.0.0/8');
	await create('policy');
	await heading('Office');
});

test('what the server says about a refusal is a sentence, without the name that programmes read', async () => {
	mock.fault('POST /access/policies', { status: 400, code: 12130, message: 'access.api.error.invalid_request: policy: 300.1.1.1 is not an address' });
	await go('/console/policies/new');
	await page.fill('#name', 'Crew');
	await page.click('#include-add');
	await page.selectOption('#include-0-kind', 'everyone');
	await create('policy');
	const dialog = page.getByRole('dialog');
	await dialog.getByText('Policy: 300.1.1.1 is not an address.').waitFor();
	await soon.equal(() => dialog.getByText('access.api').count(), 0);
	await dialog.getByRole('button', { name: 'Create policy' }).waitFor();
});

test('a service token\'s secret is shown once, and closes only after it is said to be kept', async () => {
	await go('/console/service-tokens');
	await page.getByRole('button', { name: 'New service token' }).click();
	await page.fill('#token-name', 'crane-feed');
	await page.keyboard.press('Enter');
	const dialog = page.getByRole('dialog');
	await dialog.getByText('The secret is shown this once').waitFor();
	const secret = mock.world.tokens.at(-1).client_secret;
	await dialog.getByText(secret).waitFor();
	await page.keyboard.press('Escape');
	await dialog.getByRole('button', { name: 'Done' }).click({ force: true });
	await soon.equal(() => dialog.count(), 1);
	await dialog.getByRole('button', { name: 'Copy the client secret' }).click();
	await soon.equal(() => page.evaluate(() => navigator.clipboard.readText()), secret, 'not copied');
	await dialog.getByRole('checkbox', { name: 'I have kept the secret' }).check();
	await dialog.getByRole('button', { name: 'Done' }).click();
	await page.waitForSelector('dialog', { state: 'detached' });
	await soon.equal(() => page.getByText(secret).count(), 0);
	await page.getByText('crane-feed').waitFor();
});

test('a service token: rotated with a warning; one that a policy names cannot be deleted', async () => {
	await go('/console/service-tokens');
	await page.getByRole('button', { name: 'Actions for tide-feed' }).click();
	await page.getByRole('menuitem', { name: 'Delete token' }).click();
	await page.getByRole('dialog').getByRole('link', { name: 'Tide sensors' }).waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: 'Actions for tide-feed' }).click();
	await page.getByRole('menuitem', { name: 'Make a new secret' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Make a new secret' }).click();
	await page.getByText(/^cfast_r0/).waitFor();
});

test('a provider: values it really sends get a meaning of one\'s own; those of the standard cannot', async () => {
	await go(`/console/identity-providers/${IDS.entra}`);
	await page.locator('#amr-rsa').waitFor();
	await soon.equal(() => page.locator('#amr-hwk').count(), 0);
	await page.selectOption('#amr-rsa', 'totp');
	await save();
	const sent = last(`PUT /access/identity_providers/${IDS.entra}`);
	assert.deepEqual(sent.countersign.amr_mapping, { ngcmfa: ['security_key'], rsa: ['totp'] });
	assert.equal('client_secret' in sent.config, false);
	assert.equal('redirect_url' in sent.config, false);
});

test('sign-ins: filters stand in the address and are cleared together', async () => {
	await go('/console/sign-ins');
	await page.selectOption('#allowed', 'false');
	await page.waitForURL('**/console/sign-ins?allowed=false');
	await soon.equal(() => page.locator('tbody .badge', { hasText: 'Let in' }).count(), 0, 'not filtered');
	await page.selectOption('#which', IDS.payroll);
	await page.waitForURL(`**?allowed=false&app=${IDS.payroll}`);
	await page.goBack();
	await soon.equal(() => page.inputValue('#which'), '');
	await page.getByRole('button', { name: 'Clear filters' }).click();
	await page.waitForURL('**/console/sign-ins');
});

const testAccess = async (email, ip = '') => {
	await page.getByRole('button', { name: 'Test access' }).click();
	await soon.equal(focused, 'check-email');
	await page.keyboard.type(email);
	await page.fill('#check-ip', ip);
	await page.keyboard.press('Enter');
};
const fact = (label) => page.getByRole('dialog').locator('dl div', { has: page.locator('dt', { hasText: label }) }).locator('dd').innerText();

test('test access: which policy decides, what is asked and what they have for it, with links', async () => {
	await go(`/console/applications/${IDS.berth}/policies`);
	await testAccess('ines.moreau@halden.example', '203.0.113.7');
	const dialog = page.getByRole('dialog');
	await dialog.getByText('Ines Moreau is let in after a second factor').waitFor();
	await soon.deepEqual(() => mock.calls(`GET /access/apps/${IDS.berth}/user_policy_checks`).map((c) => c.query), [{ email: 'ines.moreau@halden.example', ip: '203.0.113.7' }]);
	await soon.match(() => fact('Decides'), /Harbour engineers\s+Allow/);
	await soon.equal(() => fact('Second factor'), 'Security key, every hour');
	await soon.match(() => fact('Would do'), /^YubiKey 5C – desk \(Security key\)$/);
	await dialog.getByRole('link', { name: 'Harbour engineers' }).click();
	await heading('Harbour engineers');
	await soon.equal(() => new URL(page.url()).pathname, `/console/policies/${IDS.harbour}`);
});

test('test access: who has nothing enrolled that counts is said to enrol, and who is frozen that they cannot', async () => {
	await go(`/console/applications/${IDS.berth}/policies`);
	await testAccess('t.zielinski@halden.example');
	const dialog = page.getByRole('dialog');
	await dialog.getByText('They cannot add one either').waitFor();
	mock.world.users.find((u) => u.id === IDS.tomasz).countersign.frozen = false;
	await page.getByRole('button', { name: 'Test', exact: true }).click();
	await dialog.getByText('led to adding one').waitFor();
	await soon.equal(() => fact('Would do'), 'Nothing that is enrolled');
	await dialog.getByRole('link', { name: 'Tomasz Zieliński' }).click();
	await heading('Tomasz Zieliński');
});

test('test access: each answer has its words, and what is edited takes the old answer away', async () => {
	const words = [
		[{ status: 'denied', matched: IDS.contractors }, 'A policy that blocks fits them', /Suspended contractors\s+Block/],
		[{ status: 'denied' }, 'No policy that lets people in fits them', /No policy fits/],
		[{ status: 'disabled' }, 'this user is disabled', /No policy fits/],
		[{ status: 'sign_in' }, 'is asked to sign in another way', /No policy is read before that/],
		[{ status: 'allowed', matched: IDS.staff }, 'Nothing is asked after the sign-in', /Everyone at Halden\s+Allow/],
		[{ status: 'allowed', matched: IDS.sensors }, 'gets through like everybody else', /Tide sensors\s+Service Auth/],
		[{ status: 'second_factor', matched: IDS.staff, methods: [] }, 'no method may be used here', /Everyone at Halden/],
	];
	await go(`/console/applications/${IDS.berth}/policies`);
	for (const [answer, said, decides] of words) {
		mock.world.checks[IDS.ines] = answer;
		await testAccess('ines.moreau@halden.example');
		await page.getByRole('dialog').getByText(said).first().waitFor();
		await soon.match(() => fact('Decides'), decides);
		await page.fill('#check-email', 'x');
		await soon.equal(() => page.getByRole('dialog').locator('.banner').count(), 0, said);
		await page.keyboard.press('Escape');
	}
});

test('test access: nobody of that address, a network in place of an address, and nothing at all are named', async () => {
	await go(`/console/applications/${IDS.berth}/policies`);
	await testAccess('nobody@halden.example');
	await page.getByText('Nobody has signed in with this address yet').waitFor();
	await soon.equal(focused, 'check-email');
	await page.fill('#check-ip', '10.0.0.0/8');
	await page.keyboard.press('Enter');
	await soon.equal(() => page.locator('.field.bad #check-ip').count(), 1, 'the network was taken');
	await page.fill('#check-email', '');
	await page.keyboard.press('Enter');
	await soon.equal(() => page.locator('.field.bad #check-email').count(), 1, 'nobody was asked about');
	await soon.equal(() => mock.calls(`GET /access/apps/${IDS.berth}/user_policy_checks`).length, 1);
});

test('test access: the answer shows a person, so who may not see people has no button for it', async () => {
	mock.world.accounts = [accountOf({ role: 'read_only', may: ['apps_read', 'lists_read'] })];
	await page.route('**/access/identity_providers?*', (route) => route.fulfill({ json: { success: true, errors: [], messages: [], result: [] } }));
	await go(`/console/applications/${IDS.berth}/policies`);
	await page.locator('tbody tr').first().waitFor();
	await soon.equal(() => page.getByRole('button', { name: 'Test access' }).count(), 0);
});

test('test access: people are offered while their name is typed', async () => {
	await go(`/console/applications/${IDS.berth}/policies`);
	await page.getByRole('button', { name: 'Test access' }).click();
	await page.keyboard.type('Tomasz');
	await page.locator('#check-found option[value="t.zielinski@halden.example"]').waitFor({ state: 'attached' });
});

test('a role that may only look finds no button that changes anything', async () => {
	mock.world.accounts = [accountOf(READ_ONLY)];
	const views = ['/console/access-settings', `/console/lists/${IDS.keys}`, `/console/applications/${IDS.berth}`, `/console/applications/${IDS.berth}/policies`, `/console/policies/${IDS.harbour}`,
		`/console/groups/${IDS.engineers}`, `/console/identity-providers/${IDS.entra}`, `/console/users/${IDS.ines}`, '/console/service-tokens'];
	for (const path of views) {
		await go(path);
		await page.waitForSelector('.head');
		await soon.equal(() => page.locator('main .btn.primary, main .btn.danger').count(), 0, path);
		await soon.equal(() => page.locator('main input:not([type=search]):enabled, main textarea:enabled').count(), 0, path);
	}
});

test('the help desk sees people and what is theirs, and not what it may not read', async () => {
	mock.world.accounts = [accountOf(HELP_DESK)];
	await go('/console/');
	await heading('Overview');
	await soon.deepEqual(() => page.locator('.side li a').allInnerTexts(), ['Overview', 'Users', 'Access settings', 'Rule groups', 'Identity providers', 'Sign-ins', 'Audit log', 'Recovery cases', 'Members', 'Roles']);
	await go('/console/applications');
	await page.locator('.failed', { hasText: 'Your role, Help desk, may not do this' }).waitFor();
});

test('the help desk unfreezes, and switches nobody off; who manages users does that too', async () => {
	mock.world.accounts = [accountOf(HELP_DESK)];
	await go(`/console/users/${IDS.tomasz}`);
	await page.getByRole('button', { name: 'End all sessions' }).waitFor();
	await soon.equal(() => page.locator('.head').getByRole('button', { name: /^Actions for/ }).count(), 0);
	await page.getByRole('button', { name: 'Lift the freeze' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Lift the freeze' }).click();
	await page.getByText('Changes to their devices are frozen').waitFor({ state: 'detached' });
	await go('/console/users');
	await page.waitForSelector('tbody tr');
	await soon.equal(() => page.getByRole('button', { name: 'Add user' }).count(), 0);
	mock.world.accounts = [accountOf(USER_MANAGER)];
	await go(`/console/users/${IDS.tomasz}`);
	await page.locator('.head').getByRole('button', { name: /^Actions for/ }).waitFor();
	await go('/console/users');
	await page.getByRole('button', { name: 'Add user' }).waitFor();
});

test('what could not be read can be tried again', async () => {
	mock.fault('GET /gateway/lists', { status: 503, code: 10001 });
	await go('/console/lists');
	await page.getByText('That did not work').waitFor();
	await page.getByRole('button', { name: 'Try again' }).click();
	await page.locator('tbody tr').first().waitFor();
});

test('on a small screen the navigation opens, holds the focus and closes with Esc', async () => {
	await page.setViewportSize({ width: 360, height: 800 });
	await go('/console/lists');
	await page.waitForSelector('tbody tr');
	await page.getByRole('button', { name: 'Open navigation' }).click();
	await page.getByRole('link', { name: 'Sign-ins' }).waitFor();
	await soon.equal(focused, 'Close navigation');
	await page.keyboard.press('Escape');
	await soon.equal(focused, 'Open navigation');
	await page.getByRole('button', { name: 'Open navigation' }).click();
	await page.getByRole('link', { name: 'Sign-ins' }).click();
	await heading('Sign-ins');
});

test('nothing in all of this broke the policy or threw', () => assert.deepEqual(page.wrong, []));
