// My profile in every state that it can show.
import { accountOf } from './console_world.mjs';
import { KEY, LAPTOP, plainSelf, RIGHT_CODE, TOTP } from './console_profile_mock.mjs';

export const PASSWORD = 'correct horse battery staple';

const member = (over) => ({ id: 'm1', email: 'marta.lis@halden.example', name: 'Marta Lis', email_verified_at: '2026-03-03T09:41:00Z', is_sso: false, has_password: true,
	two_factor: { is_enabled: true, since: '2026-03-03T09:52:00Z', is_enforced: false, deadline: null }, frozen_at: null, ...over });
const OFF = { is_enabled: false, since: null, is_enforced: false, deadline: null };

export const without = (over = {}) => ({ ...plainSelf(), member: member({ two_factor: OFF, ...over }) });
export const enforced = (role = 'administrator', over = {}) => ({ devices: [KEY], accounts: [accountOf({ role, enforce_twofactor: true })],
	member: member({ two_factor: { is_enabled: true, since: '2026-03-03T09:52:00Z', is_enforced: true, deadline: null } }), ...over });

const has = (selector) => (page) => page.waitForSelector(selector);
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

export const prove = async (page, password = PASSWORD) => {
	await page.fill('#own-password', password);
	await page.keyboard.press('Enter');
};

const AUTHENTICATION = '/console/profile/authentication';
const READY = 'My profile';
const at = (name, over) => ({ name: `profile-${name}`, path: AUTHENTICATION, ready: READY, ...over });
const setUpApp = async (page) => {
	await press(page, 'Manage');
	await press(page, 'Add mobile app authentication');
	await page.waitForSelector('.qr img');
};

const newToken = async (page) => {
	await press(page, 'New API token');
	await prove(page);
	await page.waitForSelector('dialog[open]');
};

export const VIEWS = [
	at('own', { path: '/console/profile', act: has('.rows li') }),
	at('own-unverified', { path: '/console/profile', world: { member: member({ email_verified_at: null }), contacts: [] }, act: has('#contact') }),
	at('own-sso', { path: '/console/profile', world: { ...without(), member: member({ is_sso: true, has_password: false, two_factor: OFF }) }, act: has('.rows li') }),
	at('contact-proof', { path: '/console/profile', act: async (page) => {
		await page.fill('#contact', 'marta@other.example');
		await press(page, 'Add the address');
		await page.waitForSelector('#own-password');
	}, ready: undefined }),
	at('email-change', { path: '/console/profile', world: { ...without() }, ready: undefined, act: async (page) => {
		await press(page, 'Change the address');
		await prove(page);
		await page.waitForSelector('#new-email');
	} }),
	at('authentication', { act: has('#methods .items') }),
	at('authentication-off', { world: without, act: has('.fa') }),
	at('authentication-off-open', { world: without, act: async (page) => { await press(page, 'Manage'); await page.waitForSelector('#methods'); } }),
	at('authentication-unverified', { world: () => without({ email_verified_at: null }), act: async (page) => { await press(page, 'Manage'); await page.waitForSelector('#methods'); } }),
	at('authentication-sso', { world: () => without({ is_sso: true, has_password: false }), act: has('.panel') }),
	at('authentication-one-key', { world: () => ({ devices: [KEY], backup: { total: 10, left: 2, made_at: '2026-03-03T09:55:00Z' } }), act: has('#methods .items') }),
	at('authentication-frozen', { world: () => ({ member: member({ frozen_at: '2026-11-20T08:00:00Z' }) }), act: has('.banner.danger') }),
	at('authentication-enforced', { world: () => enforced('owner', { member: member({ two_factor: { is_enabled: true, since: '2026-03-03T09:52:00Z', is_enforced: true, deadline: '2027-01-31T00:00:00Z' } }) }), act: has('.fa') }),
	at('authentication-window', { world: () => ({ window: { opened_at: new Date().toISOString(), expires_at: new Date(Date.now() + 492000).toISOString(), by: 'd2' } }), act: has('.slim') }),
	at('key-open', { act: async (page) => { await press(page, 'Edit YubiKey 5C – desk'); await page.waitForSelector('.fold:not([hidden])'); } }),
	at('password', { ready: undefined, act: async (page) => { await press(page, 'Add a security key'); await page.waitForSelector('#own-password'); } }),
	at('password-wrong', { ready: undefined, act: async (page) => { await press(page, 'Add a security key'); await prove(page, 'not it'); await page.waitForSelector('.field.bad'); } }),
	at('add-key', { ready: undefined, act: async (page) => { await press(page, 'Add a security key'); await prove(page); await page.waitForSelector('.choices'); } }),
	at('add-key-expect', { ready: undefined, act: async (page) => { await press(page, 'Add a security key'); await prove(page); await page.click('.choices button:has-text("Security key")'); await page.waitForSelector('.how'); } }),
	at('add-app', { world: without, ready: undefined, act: setUpApp }),
	at('add-app-wrong', { world: without, ready: undefined, act: async (page) => { await setUpApp(page); await page.fill('#code', '111111'); await prove(page); await page.waitForSelector('.field.bad'); } }),
	at('codes-password', { world: without, ready: undefined, act: async (page) => { await setUpApp(page); await page.fill('#code', RIGHT_CODE); await prove(page); await page.waitForSelector('.qr img', { state: 'detached' }); await page.waitForSelector('#own-password'); } }),
	at('codes', { ready: undefined, act: async (page) => { await press(page, 'Regenerate'); await prove(page); await page.waitForSelector('.codes'); } }),
	at('remove', { ready: undefined, act: async (page) => { await press(page, 'Delete method'); await page.waitForSelector('#own-password'); } }),
	at('remove-proof', { world: { devices: [TOTP], backup: { total: 10, left: 7, made_at: '2026-03-03T09:55:00Z' } }, ready: undefined, act: async (page) => { await press(page, 'Delete method'); await prove(page); await page.waitForSelector('#code'); } }),
	at('remove-now', { world: () => ({ devices: [LAPTOP, TOTP], window: { opened_at: new Date().toISOString(), expires_at: new Date(Date.now() + 492000).toISOString(), by: 'd1' } }), act: async (page) => {
		await press(page, 'Delete method');
		await page.waitForSelector('dialog[open]');
	} }),
	at('remove-cannot', { world: () => enforced(), act: async (page) => { await press(page, 'Edit YubiKey 5C – desk'); await press(page, 'Delete YubiKey 5C – desk'); await page.waitForSelector('dialog[open]'); } }),
	at('new-phone', { act: async (page) => { await press(page, 'I have a new phone'); await page.waitForSelector('dialog[open]'); } }),
	at('new-phone-none', { act: async (page) => { await press(page, 'I have a new phone'); await page.click('text=None of these'); await page.waitForSelector('.numbered'); } }),
	at('new-password', { world: without, ready: undefined, act: async (page) => {
		await press(page, 'Change the password');
		await prove(page);
		await page.fill('#new-password', 'short');
		await page.getByText('15 characters or more').waitFor();
	} }),
	at('sessions', { path: '/console/profile/sessions', act: has('tbody tr') }),
	at('sessions-none', { path: '/console/profile/sessions', world: { remembered: [] }, act: has('tbody tr') }),
	at('session-end', { path: '/console/profile/sessions', act: async (page) => { await page.click('[aria-label^="End the session of Safari"]'); await page.waitForSelector('dialog[open]'); } }),
	at('tokens', { path: '/console/profile/tokens', act: has('tbody tr') }),
	at('tokens-none', { path: '/console/profile/tokens', world: { apiTokens: [] }, act: has('.empty') }),
	at('token-password', { path: '/console/profile/tokens', ready: undefined, act: async (page) => { await press(page, 'New API token'); await page.waitForSelector('#own-password'); } }),
	at('token-new', { path: '/console/profile/tokens', act: async (page) => { await newToken(page); } }),
	at('token-wrong', { path: '/console/profile/tokens', act: async (page) => { await newToken(page); await page.fill('#api-from', 'nowhere'); await press(page, 'Create the token'); await page.waitForSelector('.field.bad'); } }),
	at('token-value', { path: '/console/profile/tokens', act: async (page) => {
		await newToken(page);
		await page.fill('#api-name', 'night report');
		await page.click('#group-g2');
		await press(page, 'Create the token');
		await page.waitForSelector('text=I have kept the token');
	} }),
	at('activity', { path: '/console/profile/activity', act: has('tbody tr') }),
	at('activity-none', { path: '/console/profile/activity', world: { ownEvents: [] }, act: has('.empty') }),
	at('standing-off', { path: '/console/lists', ready: 'Lists', world: without, act: has('.main > .banner') }),
	at('standing-must', { path: '/console/lists', ready: 'Lists', world: () => without({ two_factor: { ...OFF, is_enforced: true, deadline: '2027-01-31T00:00:00Z' } }), act: has('.main > .banner') }),
	at('standing-few', { path: '/console/lists', ready: 'Lists', world: { backup: { total: 10, left: 3, made_at: '2026-03-03T09:55:00Z' } }, act: has('.main > .banner') }),
	at('standing-recovery', { path: '/console/lists', ready: 'Lists', world: { recovery: { id: 'x', state: 'waiting', begun_at: '2026-11-21T08:00:00Z', begun_by: 'you', can_stop: true } }, act: has('.main > .banner.danger') }),
];
