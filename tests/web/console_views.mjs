// Every page of the console in every state that it can show. One list for the axe, width and
// screenshot runs.
import { VIEWS as MEMBERS } from './console_members_views.mjs';
import { VIEWS as PROFILE } from './console_profile_views.mjs';
import { VIEWS as DOOR } from './console_door_views.mjs';
import { accountOf, HELP_DESK, IDS, READ_ONLY } from './console_world.mjs';

const has = (selector) => (page) => page.waitForSelector(selector);
const helpDesk = { accounts: [accountOf(HELP_DESK)] };
const readOnly = { accounts: [accountOf(READ_ONLY)] };
const fails = (name, fault) => (mock) => mock.fault(name, fault, fault, fault);

const check = (email, ip = '') => async (page) => {
	await page.click('text=Test access');
	await page.fill('#check-email', email);
	await page.fill('#check-ip', ip);
	await page.press('#check-ip', 'Enter');
	await page.waitForSelector('dialog .banner, dialog .field.bad');
};

// name, path, ready (text of the h1); world; then set (before loading), act (after)
export const VIEWS = [
	...PROFILE,
	...MEMBERS,
	...DOOR,
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
	{ name: 'settings-first', path: '/console/access-settings', ready: 'Set up the organisation', world: { org: null } },
	{ name: 'settings-first-read-only', path: '/console/access-settings', ready: 'Access settings', world: { ...readOnly, org: null } },
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
	{ name: 'settings-reports', path: '/console/access-settings', ready: 'Access settings',
		world: { metadata: { no: 61, next_update: '2026-12-01', imported_at: '2026-11-02T10:12:00Z', models: 312 } }, act: async (page) => { await page.click('#report-REVOKED'); await page.waitForSelector('.save'); } },
	{ name: 'settings-root', path: '/console/access-settings', ready: 'Access settings', act: async (page) => {
		await page.click('text=Upload a root');
		await page.waitForSelector('dialog[open]');
	} },
	{ name: 'lists', path: '/console/lists', ready: 'Lists', act: has('tbody tr') },
	{ name: 'lists-sorted', path: '/console/lists?sort=-count', ready: 'Lists', act: has('tbody tr') },
	{ name: 'shortcuts', path: '/console/lists', ready: 'Lists', act: async (page) => {
		await page.waitForSelector('tbody tr');
		await page.keyboard.press('?');
		await page.waitForSelector('dialog[open]');
	} },
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
	{ name: 'users', path: '/console/users', ready: 'Users', act: has('tbody tr') },
	{ name: 'users-none', path: '/console/users', ready: 'Users', world: { users: [] }, act: has('.empty') },
	{ name: 'users-no-match', path: '/console/users?q=zzz', ready: 'Users', act: has('.empty') },
	{ name: 'users-add', path: '/console/users', ready: 'Users', act: async (page) => { await page.click('text=Add user'); await page.press('#user-email', 'Enter'); await page.waitForSelector('.field.bad'); } },
	{ name: 'users-no-permission', path: '/console/users', ready: 'Users', set: fails('GET /access/users', { status: 403, code: 10000 }), act: has('.failed') },
	{ name: 'user', path: `/console/users/${IDS.ines}`, ready: 'Ines Moreau' },
	{ name: 'user-help-desk', path: `/console/users/${IDS.ines}`, ready: 'Ines Moreau', world: helpDesk },
	{ name: 'users-help-desk', path: '/console/users', ready: 'Users', world: helpDesk, act: has('tbody tr') },
	{ name: 'settings-help-desk', path: '/console/access-settings', ready: 'Access settings', world: helpDesk },
	{ name: 'groups-help-desk', path: '/console/groups', ready: 'Rule groups', world: helpDesk, act: has('tbody tr') },
	{ name: 'settings-metadata', path: '/console/access-settings', ready: 'Access settings', world: { metadata: { no: 61, next_update: '2026-12-01', imported_at: '2026-11-02T10:12:00Z', models: 312 } }, act: has('text=FIDO metadata number 61') },
	{ name: 'user-frozen', path: `/console/users/${IDS.tomasz}`, ready: 'Tomasz Zieliński' },
	{ name: 'user-remove', path: `/console/users/${IDS.ines}`, ready: 'Ines Moreau', act: async (page) => {
		await page.click('[aria-label="Actions for YubiKey 5C – desk"]');
		await page.click('[role=menuitem]');
		await page.waitForSelector('dialog[open]');
	} },
	{ name: 'user-menu', path: `/console/users/${IDS.ines}`, ready: 'Ines Moreau', act: async (page) => { await page.click('[aria-label="Actions for Ines Moreau"]'); await page.waitForSelector('[role=menu]'); } },
	{ name: 'applications', path: '/console/applications', ready: 'Applications', act: has('tbody tr') },
	{ name: 'applications-none', path: '/console/applications', ready: 'Applications', world: { apps: [] }, act: has('.empty') },
	{ name: 'applications-new', path: '/console/applications', ready: 'Applications', act: async (page) => { await page.click('text=New application'); await page.press('#app-place', 'Enter'); await page.waitForSelector('.field.bad'); } },
	{ name: 'application', path: `/console/applications/${IDS.berth}`, ready: 'Berth planner' },
	{ name: 'application-policies', path: `/console/applications/${IDS.berth}/policies`, ready: 'Berth planner', act: has('tbody tr') },
	{ name: 'application-read-only', path: `/console/applications/${IDS.berth}/policies`, ready: 'Berth planner', world: readOnly, act: has('tbody tr') },
	{ name: 'application-no-policies', path: `/console/applications/${IDS.wiki}/policies`, ready: 'Wiki' },
	{ name: 'application-mfa', path: `/console/applications/${IDS.berth}/policies`, ready: 'Berth planner', act: async (page) => { await page.click('#app-mfa-biometrics'); await page.waitForSelector('.save'); } },
	{ name: 'application-check', path: `/console/applications/${IDS.berth}/policies`, ready: 'Berth planner', act: check('ines.moreau@halden.example', '203.0.113.7') },
	{ name: 'application-check-none', path: `/console/applications/${IDS.berth}/policies`, ready: 'Berth planner', act: check('t.zielinski@halden.example') },
	{ name: 'application-check-wrong', path: `/console/applications/${IDS.berth}/policies`, ready: 'Berth planner', act: check('nobody@halden.example') },
	{ name: 'application-check-refused', path: `/console/applications/${IDS.berth}/policies`, ready: 'Berth planner', world: readOnly, act: check('aiko.tanaka@halden.example') },
	{ name: 'application-delete', path: `/console/applications/${IDS.berth}`, ready: 'Berth planner', act: async (page) => {
		await page.click('[aria-label="Actions for Berth planner"]');
		await page.click('text=Delete application');
		await page.waitForSelector('dialog[open]');
	} },
	{ name: 'policies', path: '/console/policies', ready: 'Policies', act: has('tbody tr') },
	{ name: 'policies-none', path: '/console/policies', ready: 'Policies', world: { policies: [], apps: [] }, act: has('.empty') },
	{ name: 'policy', path: `/console/policies/${IDS.harbour}`, ready: 'Harbour engineers' },
	{ name: 'policy-new', path: `/console/policies/new?app=${IDS.wiki}`, ready: 'New policy' },
	{ name: 'policy-wrong', path: '/console/policies/new', ready: 'New policy', act: async (page) => {
		await page.fill('#name', 'Crew');
		await page.click('#include-add');
		await page.click('text=Create policy');
		await page.waitForSelector('.field.bad');
	} },
	{ name: 'groups', path: '/console/groups', ready: 'Rule groups', act: has('tbody tr') },
	{ name: 'group', path: `/console/groups/${IDS.engineers}`, ready: 'Engineering' },
	{ name: 'tokens', path: '/console/service-tokens', ready: 'Service tokens', act: has('tbody tr') },
	{ name: 'tokens-none', path: '/console/service-tokens', ready: 'Service tokens', world: { tokens: [] }, act: has('.empty') },
	{ name: 'token-secret', path: '/console/service-tokens', ready: 'Service tokens', act: async (page) => {
		await page.click('text=New service token');
		await page.fill('#token-name', 'crane-feed');
		await page.press('#token-name', 'Enter');
		await page.waitForSelector('text=I have kept the secret');
	} },
	{ name: 'providers', path: '/console/identity-providers', ready: 'Identity providers', act: has('tbody tr') },
	{ name: 'provider', path: `/console/identity-providers/${IDS.entra}`, ready: 'Halden Entra ID' },
	{ name: 'provider-new', path: '/console/identity-providers/new', ready: 'New identity provider' },
	{ name: 'sign-ins', path: '/console/sign-ins', ready: 'Sign-ins', act: has('tbody tr') },
	{ name: 'sign-ins-open', path: '/console/sign-ins?allowed=false', ready: 'Sign-ins', act: async (page) => { await page.click('tbody .link'); await page.waitForSelector('.kv'); } },
	{ name: 'sign-ins-none', path: '/console/sign-ins', ready: 'Sign-ins', world: { log: [] }, act: has('.empty') },
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
