// Backup codes of users: made, kept, used, made anew.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { soon } from '../soon.mjs';
import { launch, open } from './browser.mjs';
import { KEY, RIGHT_CODE, sheetOf, start, TOTP } from './mock.mjs';

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
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: mock.origin });
	// What a printer would be given is looked at by print media; the dialog itself would block.
	await page.addInitScript(() => { window.print = () => { window.printed = (window.printed ?? 0) + 1; }; });
});

const visit = async (path, world = {}) => {
	mock.reset(world);
	await page.goto(mock.origin + path);
};
const heading = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const press = (name) => page.getByRole('button', { name, exact: true }).click();
const called = (name) => mock.world.calls.filter((c) => c.name === name);
const clean = () => assert.deepEqual(page.wrong, []);
const shown = () => page.locator('main .codes li').allTextContents();
const opened = () => ({ by: TOTP.id, opened_at: new Date().toISOString(), expires_at: new Date(Date.now() + 500000).toISOString() });
const owner = () => ({ session: true, devices: [TOTP], mayHaveCodes: true, window: opened() });

async function gate()
{
	await visit('/account/backup-codes', owner());
	await press('Make backup codes');
	await heading('Save your backup codes');
}

async function isShut()
{
	const next = page.getByRole('button', { name: 'Next', exact: true });
	await soon.equal(() => next.getAttribute('aria-disabled'), 'true');
	await soon.equal(async () => page.locator('#' + await next.getAttribute('aria-describedby')).textContent(), 'Download, print or copy the codes first.');
	await next.click({ force: true });
	await heading('Save your backup codes');
}

test('the set-up of a first device in a sign-in ends in ten codes, and then goes where it was going', async () => {
	await visit(mock.login, { session: true, mayHaveCodes: true });
	await page.fill('#code', RIGHT_CODE);
	await heading('Save your backup codes');
	await soon.deepEqual(shown, sheetOf(1));
	await soon.deepEqual(() => page.locator('.steps li').allTextContents(), ['Done: Set up', 'Done: Name it', 'Backup codes']);
	assert.equal(called('POST /sign-in/continue').length, 0);
	await isShut();
	await press('Copy');
	await press('Next');
	await page.waitForURL('**/the-application');
	clean();
});

test('where the organisation has none, enrolling leads on as ever', async () => {
	await visit(mock.login, { session: true });
	await page.fill('#code', RIGHT_CODE);
	await page.waitForURL('**/the-application');
	assert.equal(called('POST /me/backup-codes').length, 0);
});

test('codes that cannot be made do not keep anybody from going on', async () => {
	await visit(mock.login, { session: true, mayHaveCodes: true });
	mock.fault('POST /me/backup-codes', { status: 503, code: 'unavailable' });
	await page.fill('#code', RIGHT_CODE);
	await page.locator('.banner.danger').waitFor();
	await page.waitForFunction(() => document.title.startsWith('Error: '));
	await press('Go on without backup codes');
	await page.waitForURL('**/the-application');
});

test('a second try makes them', async () => {
	await visit('/account/backup-codes', owner());
	mock.fault('POST /me/backup-codes', { status: 503, code: 'unavailable' });
	await press('Make backup codes');
	await page.locator('.banner.danger').waitFor();
	await press('Try again');
	await soon.deepEqual(async () => (await page.waitForSelector('main .codes'), await shown()), sheetOf(1));
});

test('the downloaded file says whose, of when, how to use them, and the codes', async () => {
	// The day where the browser is, which may end meanwhile.
	const today = () => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'Europe/Oslo' }).format(new Date());
	const before = today();
	await gate();
	const [download] = await Promise.all([page.waitForEvent('download'), press('Download')]);
	assert.equal(download.suggestedFilename(), 'halden-maritime-backup-codes.txt');
	const text = fs.readFileSync(await download.path(), 'utf8');
	assert.ok([before, today()].some((day) => text.includes(`Made: ${day}`)), text);
	for (const part of ['Backup codes for Halden Maritime', 'Account: ines.moreau@halden.example', 'sign in as always', 'safe place', ...sheetOf(1)])
		assert.ok(text.includes(part), part);
	assert.match(text, /^ 1 {2}7k3m-9qx0-2t\r\n/m);
	assert.match(text, /^10 {2}7k3m-9qx9-2t\r\n/m);
	await soon.match(() => page.locator('.banner.ok').textContent(), /halden-maritime-backup-codes\.txt – find it in your downloads/);
	await press('Next');
	await heading('MFA devices');
	await soon.ok(() => page.getByText('Backup codes made.', { exact: true }).isVisible());
	clean();
});

test('the printer gets the sheet alone, with whose, of when and how to use them', async () => {
	await gate();
	await press('Print');
	await soon.equal(() => page.evaluate(() => window.printed), 1);
	await page.emulateMedia({ media: 'print' });
	const text = await page.evaluate(() => document.body.innerText);
	for (const part of ['Backup codes for Halden Maritime', 'ines.moreau@halden.example', 'Made:', 'sign in as always', 'safe place', ...sheetOf(1)])
		assert.ok(text.includes(part), part);
	for (const part of ['Download', 'Next', 'Regenerate', 'Runs on Countersign'])
		assert.ok(!text.includes(part), part);
	await page.emulateMedia({ media: 'screen' });
	await press('Next');
	await heading('MFA devices');
	// and nothing of it stays for the next thing that is printed
	await soon.equal(() => page.locator('.paper').count(), 0);
	clean();
});

test('copying gives one code a line', async () => {
	await gate();
	await press('Copy');
	await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
	await soon.equal(() => page.evaluate(() => navigator.clipboard.readText()), sheetOf(1).join('\n'));
	clean();
});

test('a browser that does not let us copy says so, and the gate stays shut', async () => {
	await gate();
	await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); });
	await press('Copy');
	await page.locator('.banner.warn').waitFor();
	await isShut();
});

test('who writes them down by hand says so', async () => {
	await gate();
	await page.getByLabel('I have written them down').check();
	await page.getByLabel('I have written them down').uncheck();
	await isShut();
	await page.getByLabel('I have written them down').check();
	await press('Next');
	await heading('MFA devices');
});

test('made anew on the same screen they have to be kept anew', async () => {
	await gate();
	await press('Copy');
	await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
	await press('Regenerate');
	await page.getByText(sheetOf(2)[0], { exact: true }).first().waitFor();
	await soon.deepEqual(shown, sheetOf(2));
	await page.waitForFunction(() => document.getElementById('live').textContent === 'Backup codes made. The old ones no longer work.');
	await isShut();
	await soon.equal(() => called('POST /me/backup-codes').length, 2);
	await soon.ok(async () => !(await page.locator('.paper').innerHTML()).includes(sheetOf(1)[0]));
	clean();
});

test('codes are nowhere but on the page: not in the address, the history or what is stored', async () => {
	await gate();
	const kept = await page.evaluate(() => JSON.stringify([location.href, history.state, { ...localStorage }, { ...sessionStorage }, document.cookie]));
	assert.ok(!kept.includes('9qx'));
});

test('regenerating wants a proof first, and the page counts what is left', async () => {
	await visit('/account/backup-codes', { ...owner(), window: null, sets: 1, codesMadeAt: '2026-03-03T09:41:00Z', usedCodes: { a: '', b: '', c: '' } });
	await heading('Backup codes');
	await soon.ok(() => page.getByText('7 of 10 left. Made on 3 March 2026.').isVisible());
	await press('Regenerate');
	await page.fill('#code', RIGHT_CODE);
	await heading('Save your backup codes');
	await soon.deepEqual(shown, sheetOf(2));
	await press('Copy');
	await press('Next');
	await soon.ok(() => page.getByText('Backup codes made. The old ones no longer work.').isVisible());
	clean();
});

test('a code from the sheet opens the application, however it is typed', async () => {
	await visit(mock.login, { ...owner(), window: null, sets: 1, codesMadeAt: '2026-03-03T09:41:00Z' });
	await page.getByRole('button', { name: /^Backup code/ }).click();
	await page.fill('#backup', ' 7K3M 9QXO-2T ');
	await page.press('#backup', 'Enter');
	await page.waitForURL('**/the-application');
	await soon.equal(() => called(`POST /challenges/${mock.world.challenge.id}/answer`).at(-1).body.factor, 'backup_code');
});

test('a used one says when it was used', async () => {
	await visit(mock.login, { ...owner(), window: null, sets: 1, codesMadeAt: '2026-03-03T09:41:00Z', usedCodes: { '7k3m9qx02t': '2026-10-02T09:41:00Z' } });
	await page.getByRole('button', { name: /^Backup code/ }).click();
	await page.fill('#backup', sheetOf(1)[0]);
	await page.press('#backup', 'Enter');
	await page.getByText('This backup code was used on 2 October 2026. Take the next one on your sheet.').waitFor();
});

test('a code is not offered where an authenticator application would not do', async () => {
	await visit(mock.login, { session: true, devices: [KEY], methods: ['security_key'], mayHaveCodes: true, sets: 1, codesMadeAt: '2026-03-03T09:41:00Z' });
	await heading('Touch your security key');
	await soon.equal(() => page.getByRole('button', { name: /^Backup code/ }).count(), 0);
});
