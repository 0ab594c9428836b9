// Every page that a member sees before being signed in, in every state that it can show.
import { caseOf, doorOf, MAIL_CODE } from './console_door_mock.mjs';
import { BACKUP_CODE, KEY, LAPTOP, plainSelf, TOTP } from './console_profile_mock.mjs';

const out = (over = {}) => ({ session: false, devices: [KEY, TOTP], ...over });
const half = (door = {}, over = {}) => out({ ...over, door: doorOf({ half: 'challenge', asks: 'challenge', ...door }) });
const first = (door = {}) => out({ ...plainSelf(), door: doorOf({ half: 'enrol', asks: 'enrol', ...door }) });
// Each time another case: a browser remembers which one it began.
const open = (state, more = {}, door = {}) => () => half({ case: caseOf({ state, ...more }), ...door });
const fails = (name, fault) => (mock) => mock.fault(name, fault);
const has = (selector) => (page) => page.waitForSelector(selector);
const press = (name) => async (page) => page.getByRole('button', { name }).click();
const see = (heading) => (page) => page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
const all = (...acts) => async (page) => { for (const act of acts) await act(page); };
const type = (selector, text) => async (page) => {
	await page.fill(selector, text);
	await page.press(selector, 'Enter');
};
const fill = (selector, text) => (page) => page.fill(selector, text);
const recovery = press(/access your 2FA device/);
const status = press('See how it stands');

const CONSOLE = '/console/';
const KEY_FIRST = 'Touch your security key';
const CODE_FIRST = 'Enter the code from your app';
const app = { devices: [TOTP] };

export const VIEWS = [
	{ name: 'sign-in', path: CONSOLE, ready: 'Sign in', world: out() },
	{ name: 'sign-in-wrong', path: CONSOLE, ready: 'Sign in', world: out(), act: async (page) => {
		await page.fill('#email', 'marta.lis@halden.example');
		await page.fill('#password', 'not it');
		await page.keyboard.press('Enter');
		await page.waitForSelector('.banner.danger');
	} },
	{ name: 'sign-in-empty', path: CONSOLE, ready: 'Sign in', world: out(), act: async (page) => {
		await page.keyboard.press('Enter');
		await page.waitForSelector('.field.bad');
	} },
	{ name: 'sign-in-trouble', path: CONSOLE, ready: 'That did not work', world: out(), set: fails('GET /member/sign-in', { status: 503, code: 'unavailable' }) },
	{ name: 'sign-in-again', path: '/console/lists', ready: 'Lists', act: async (page, mock) => {
		await page.waitForSelector('tbody tr');
		mock.world.session = false;
		await type('#find', 'ines')(page);
		await see('Sign in again')(page);
	} },
	{ name: 'sign-in-again-factor', path: '/console/lists', ready: 'Lists', act: async (page, mock) => {
		await page.waitForSelector('tbody tr');
		Object.assign(mock.world, { session: false, door: doorOf({ asks: 'challenge' }) });
		await type('#find', 'ines')(page);
		await see('Sign in again')(page);
		await type('#password', mock.world.password)(page);
		await see(KEY_FIRST)(page);
	} },
	{ name: 'door-key', path: CONSOLE, ready: KEY_FIRST, world: half() },
	{ name: 'door-code', path: CONSOLE, ready: CODE_FIRST, world: half({}, app) },
	{ name: 'door-code-wrong', path: CONSOLE, ready: CODE_FIRST, world: half({}, app), act: all(fill('#code', '111111'), has('.field.bad')) },
	{ name: 'door-no-remembering', path: CONSOLE, ready: CODE_FIRST, world: half({ remember: null }, app) },
	{ name: 'door-case', path: CONSOLE, ready: KEY_FIRST, world: open('waiting') },
	{ name: 'door-backup', path: CONSOLE, ready: KEY_FIRST, world: half(), act: all(press(/^Use a backup code/), see('Enter a backup code')) },
	{ name: 'door-backup-used', path: CONSOLE, ready: KEY_FIRST, world: half(), act: all(press(/^Use a backup code/), type('#backup', 'h2wv-8rpt-6m'), has('.field.bad')) },
	{ name: 'door-new-phone', path: CONSOLE, ready: KEY_FIRST, world: half({}, { devices: [KEY, LAPTOP, TOTP] }), act: all(press('I have a new phone'), see('I have a new phone')) },
	{ name: 'door-phone-next', path: CONSOLE, ready: KEY_FIRST, world: half(), act: all(press(/^Use a backup code/), type('#backup', BACKUP_CODE), see('Set up your new phone')) },
	{ name: 'door-phone-few', path: CONSOLE, ready: KEY_FIRST, world: half({}, { backup: { total: 10, left: 3, made_at: '2026-03-03T09:55:00Z' } }), act: all(press(/^Use a backup code/), type('#backup', BACKUP_CODE), see('Set up your new phone')) },
	{ name: 'door-phone-prove', path: CONSOLE, ready: CODE_FIRST, world: half({}, app), act: all(press('I have a new phone'), press(/^The old phone/), fill('#code', '529038'), see('Set up your new phone'), press('Set up your new phone'), see('Confirm that it is you')) },
	{ name: 'door-enrol', path: CONSOLE, ready: 'Set up your second factor', world: first() },
	{ name: 'door-enrol-since', path: CONSOLE, ready: 'Set up your second factor', world: first({ enrol: { why: 'enforced', accounts: ['Halden Maritime', 'Halden Shipyard'], deadline: '2026-11-01T00:00:00Z' } }) },
	{ name: 'door-enrol-reset', path: CONSOLE, ready: 'Set up your second factor', world: first({ enrol: { why: 'reset', accounts: [], deadline: null } }) },
	{ name: 'door-enrol-kinds', path: CONSOLE, ready: 'Set up your second factor', world: first(), act: all(press('Begin'), has('.choices')) },
	{ name: 'door-enrol-address', path: CONSOLE, ready: 'Set up your second factor', world: first({ confirmed: false }), act: all(press('Begin'), press(/^Authenticator application/), see('Confirm your address first')) },
	{ name: 'door-enrol-address-sent', path: CONSOLE, ready: 'Set up your second factor', world: first({ confirmed: false }), act: all(press('Begin'), press(/^Authenticator application/), press('Send me a link'), see('Look into your mailbox')) },
	{ name: 'door-enrol-codes', path: CONSOLE, ready: 'Set up your second factor', world: first(), act: all(press('Begin'), press(/^Authenticator application/), fill('#code', '529038'), has('.codes')) },
	{ name: 'door-enrol-codes-failed', path: CONSOLE, ready: 'Set up your second factor', world: first(), set: fails('POST /me/backup-codes', { status: 503, code: 'unavailable' }),
		act: all(press('Begin'), press(/^Authenticator application/), fill('#code', '529038'), see('Your backup codes'), has('.banner.danger')) },
	{ name: 'recovery-begin', path: CONSOLE, ready: KEY_FIRST, world: half(), act: all(recovery, see('Recover your access')) },
	{ name: 'recovery-begin-stopped', path: CONSOLE, ready: KEY_FIRST, world: half({ stopped: true }), act: all(recovery, press('Begin recovery'), has('.banner.danger')) },
	{ name: 'recovery-mail', path: CONSOLE, ready: KEY_FIRST, world: open('email'), act: all(status, see('Enter the code from your e-mail')) },
	{ name: 'recovery-mail-wrong', path: CONSOLE, ready: KEY_FIRST, world: open('email'), act: all(status, fill('#mail-code', '11111111'), has('.field.bad')) },
	{ name: 'recovery-mail-over', path: CONSOLE, ready: KEY_FIRST, world: open('email', { code: { expires_at: '2026-01-01T00:00:00Z', resend_at: '2026-01-01T00:00:00Z', tries_left: 5 } }), act: all(status, see('This code has ended')) },
	{ name: 'recovery-mail-staff', path: CONSOLE, ready: KEY_FIRST, world: open('email', { code: null, begun_by: 'staff' }), act: all(status, has('text=Send the code')) },
	{ name: 'recovery-device', path: CONSOLE, ready: KEY_FIRST, world: open('email', {}, { deviceKnown: false }), act: all(status, fill('#mail-code', MAIL_CODE), see('Use a browser that we know')) },
	{ name: 'recovery-device-no-support', path: CONSOLE, ready: KEY_FIRST, world: open('device', { device: { is_known: true, missing: ['network'] } }, { support: null, deviceKnown: false }), act: all(status, press('Check this browser again'), has('text=It is still not known to us.')) },
	{ name: 'recovery-waiting', path: CONSOLE, ready: KEY_FIRST, world: open('waiting'), act: all(status, see('Waiting, in case this was not you')) },
	{ name: 'recovery-waiting-thin', path: CONSOLE, ready: KEY_FIRST, world: open('waiting', { wait: { days: 5, seconds: 5 * 86400, thin: true, because: ['another network', 'staff'], release_at: new Date(Date.now() + 3 * 3600000).toISOString() } }), act: all(status, see('Waiting, in case this was not you')) },
	{ name: 'recovery-over', path: CONSOLE, ready: KEY_FIRST, world: open('waiting', { wait: { days: 3, seconds: 3 * 86400, thin: false, because: [], release_at: '2026-01-01T00:00:00Z' } }), act: all(status, see('The wait is over')) },
	{ name: 'recovery-access', path: CONSOLE, ready: KEY_FIRST, world: open('ready'), act: all(status, see('Enter your access code')) },
	{ name: 'recovery-access-wrong', path: CONSOLE, ready: KEY_FIRST, world: open('ready'), act: all(status, type('#access', '0000000000'), has('.field.bad')) },
	{ name: 'recovery-enrol', path: CONSOLE, ready: 'Set up your second factor', world: first({ enrol: { why: 'recovery', accounts: [], deadline: null } }) },
	{ name: 'forgotten', path: '/console/forgotten-password', ready: 'Get a link by e-mail', world: out() },
	{ name: 'forgotten-sent', path: '/console/forgotten-password', ready: 'Get a link by e-mail', world: out(), act: all(type('#email', 'somebody@halden.example'), see('Look into your mailbox')) },
	{ name: 'reset', path: '/console/reset-password#cm_good-token', ready: 'Choose a new password', world: out() },
	{ name: 'reset-short', path: '/console/reset-password#cm_good-token', ready: 'Choose a new password', world: out(), act: all(type('#password', 'short'), has('.field.bad')) },
	{ name: 'reset-done', path: '/console/reset-password#cm_good-token', ready: 'Choose a new password', world: out(), act: all(type('#password', 'four unrelated words here'), see('The new password is set')) },
	{ name: 'reset-over', path: '/console/reset-password#cm_old-token', ready: 'Choose a new password', world: out(), act: all(type('#password', 'four unrelated words here'), see('This link has ended')) },
	{ name: 'stop', path: '/console/stop-recovery#cn_good-token', ready: 'Stop this recovery?', world: out() },
	{ name: 'stop-done', path: '/console/stop-recovery#cn_good-token', ready: 'Stop this recovery?', world: out(), act: all(press('Stop this recovery'), see('Stopped')) },
	{ name: 'stop-over', path: '/console/stop-recovery#cn_old-token', ready: 'Stop this recovery?', world: out(), act: all(press('Stop this recovery'), see('This link has ended')) },
	{ name: 'stop-incomplete', path: '/console/stop-recovery', ready: 'This link is not complete', world: out() },
	{ name: 'confirm', path: '/console/verify-email#cm_good-token', ready: 'Confirm this address', world: out() },
	{ name: 'confirm-done', path: '/console/verify-email#cm_good-token', ready: 'Confirm this address', world: out(), act: all(press('Confirm the address'), see('Confirmed')) },
	{ name: 'confirm-taken', path: '/console/verify-email#cm_taken-token', ready: 'Confirm this address', world: out(), act: all(press('Confirm the address'), has('.banner.danger')) },
];
