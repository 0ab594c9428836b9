// Every page of the console in every state that it can show. One list for the axe, width and
// screenshot runs.
import { accountOf, IDS, READ_ONLY } from './console_world.mjs';

const has = (selector) => (page) => page.waitForSelector(selector);
const readOnly = { accounts: [accountOf(READ_ONLY)] };
const fails = (name, fault) => (mock) => mock.fault(name, fault, fault, fault);

// name, path, ready (text of the h1); world; then set (before loading), act (after)
export const VIEWS = [
	{ name: 'sign-in', path: '/console/', ready: 'Sign in', world: { session: false } },
	{ name: 'sign-in-wrong', path: '/console/', ready: 'Sign in', world: { session: false }, act: async (page) => {
		await page.fill('#email', 'marta.lis@halden.example');
		await page.fill('#password', 'not it');
		await page.keyboard.press('Enter');
		await page.waitForSelector('.banner.danger');
	} },
	{ name: 'sign-in-empty', path: '/console/', ready: 'Sign in', world: { session: false }, act: async (page) => {
		await page.keyboard.press('Enter');
		await page.waitForSelector('.field.bad');
	} },
	{ name: 'no-account', path: '/console/', ready: 'No account to show', world: { accounts: [] } },
	{ name: 'trouble', path: '/console/', ready: 'That did not work', set: fails('GET /member', { status: 503, code: 'unavailable' }) },
	{ name: 'not-found', path: '/console/no-such-page', ready: 'This page does not exist' },
	{ name: 'navigation', path: '/console/lists', ready: 'Lists', small: true, act: async (page) => {
		await page.waitForSelector('tbody tr');
		if (await page.locator('.opener').isVisible())
			await page.click('.opener');
	} },
	{ name: 'two-accounts', path: '/console/lists', ready: 'Lists', world: { accounts: [accountOf(), accountOf({ id: '0198f0c27a1070008000000000000bbb', name: 'Halden Shipyard' })] }, act: has('tbody tr') },
	{ name: 'settings', path: '/console/access-settings', ready: 'Access settings' },
	{ name: 'settings-read-only', path: '/console/access-settings', ready: 'Access settings', world: readOnly },
	{ name: 'settings-trouble', path: '/console/access-settings', ready: null, set: fails('GET /access/organizations', { status: 503, code: 10001 }), act: has('.failed') },
	{ name: 'settings-changed', path: '/console/access-settings', ready: 'Access settings', act: async (page) => {
		await page.click('label[for=global]');
		await page.click('label[for=amr]');
		await page.selectOption('#amr-duration', 'own');
		await page.selectOption('#required', IDS.keys);
		await page.waitForSelector('text=falls outside');
	} },
	{ name: 'settings-review', path: '/console/access-settings', ready: 'Access settings', act: async (page) => {
		await page.click('label[for=global]');
		await page.selectOption('#required', IDS.keys);
		await page.waitForSelector('text=falls outside');
		await page.click('text=Review and save');
		await page.waitForSelector('dialog[open]');
	} },
	{ name: 'settings-off', path: '/console/access-settings', ready: 'Access settings', act: async (page) => {
		for (const m of ['security_key', 'biometrics', 'totp'])
			await page.click(`#method-${m}`);
		await page.waitForSelector('text=cannot be turned off yet');
	} },
	{ name: 'settings-root', path: '/console/access-settings', ready: 'Access settings', act: async (page) => {
		await page.click('text=Upload a root');
		await page.waitForSelector('dialog[open]');
	} },
	{ name: 'lists', path: '/console/lists', ready: 'Lists', act: has('tbody tr') },
	{ name: 'lists-none', path: '/console/lists', ready: 'Lists', world: { lists: [] }, act: has('.empty') },
	{ name: 'lists-no-match', path: '/console/lists?type=DEVICE', ready: 'Lists', act: has('.empty') },
	{ name: 'list', path: `/console/lists/${IDS.keys}`, ready: 'Approved security keys' },
	{ name: 'list-read-only', path: `/console/lists/${IDS.keys}`, ready: 'Approved security keys', world: readOnly },
	{ name: 'list-new', path: '/console/lists/new', ready: 'New list' },
	{ name: 'list-paste', path: `/console/lists/${IDS.keys}`, ready: 'Approved security keys', act: async (page) => {
		await page.click('text=Add many');
		await page.fill('#paste', '# crew keys\n2fc0579f-8113-47ea-b116-bb5a8db9202a, YubiKey 5 NFC\n123\ncb69481e8ff7403993ec0a2729a154a8');
		await page.waitForSelector('text=2 lines are left out');
	} },
	{ name: 'list-known', path: `/console/lists/${IDS.keys}`, ready: 'Approved security keys', act: async (page) => {
		await page.click('text=Known authenticators');
		await page.waitForSelector('.pick.tall li');
	} },
	{ name: 'list-in-use', path: `/console/lists/${IDS.suspended}`, ready: 'Suspended contractors', act: async (page) => {
		await page.click('text=Delete list');
		await page.waitForSelector('dialog[open]');
	} },
	{ name: 'list-missing', path: '/console/lists/0198f0c2-0000-7000-8000-999999999999', ready: null, act: has('.failed') },
];

// Brings `page` to a view.
export async function show(page, mock, view)
{
	mock.reset(typeof view.world === 'function' ? view.world() : structuredClone(view.world ?? {}));
	view.set?.(mock);
	await page.goto('about:blank');
	await page.goto(mock.origin + view.path);
	if (view.ready)
		await page.getByRole('heading', { level: 1, name: view.ready, exact: true }).waitFor();
	await view.act?.(page, mock);
	await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined))));
	await page.evaluate(() => document.fonts.ready);
}
