// Journeys of those in charge: members, enforcement, recovery cases, the audit log, the overview.
// The mock keeps to docs/protocol/member-api.md.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { soon } from '../soon.mjs';
import { launch, open } from './browser.mjs';
import { start } from './console_mock.mjs';
import { approvalOf, CASES, dashes, MEMBERS, membersWorld, ownersCase, ROLES, secondOwner } from './console_members_world.mjs';
import { PASSWORD } from './console_profile_views.mjs';
import { ACCOUNT, accountOf, HELP_DESK, OWNER, READ_ONLY, USER_MANAGER } from './console_world.mjs';

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
	mock.reset({ accounts: [accountOf(OWNER)], passwordUntil: Infinity });
});

const go = async (path) => {
	await page.goto(mock.origin + path);
	await page.waitForSelector('main h1');
};
const as = (role) => { mock.world.accounts = [accountOf(role)]; };
const heading = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const button = (name) => page.locator('main').getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const answer = (name) => dialog().getByRole('button', { name, exact: true });
const closed = () => page.waitForSelector('dialog', { state: 'detached' });
const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent.trim());
const chips = async () => (await page.locator('.chip').allInnerTexts()).map((x) => x.replace(/\s+/g, ' '));
// A button that is blocked can be reached and pressed; nothing happens.
const press = async (name) => {
	await button(name).focus();
	await page.keyboard.press('Enter');
};
const last = (name) => mock.calls(name).at(-1)?.body;
const member = (name) => mock.world.members.find((m) => m.id === MEMBERS[name]);
const roleId = (role) => ROLES.find((r) => r.countersign.role === role).id;
const rows = () => page.locator('tbody tr .t').allInnerTexts();

test('members: each has role, state, second factor with its date, last sign-in and tokens', async () => {
	await go('/console/members');
	const row = (name) => page.locator('tbody tr', { hasText: name }).first().innerText();
	await page.waitForSelector('tbody tr');
	await soon.match(() => row('Marta Lis'), /You[\s\S]*Owner[\s\S]*Member[\s\S]*On[\s\S]*Since[\s\S]*2$/);
	await soon.match(() => row('Aiko Tanaka'), /Administrator[\s\S]*Member[\s\S]*Off/);
	await soon.match(() => row('Lena Vogt'), /Single sign-on/);
	await soon.match(() => row('priya.nair'), /Invited[\s\S]*Ends[\s\S]*Never/);
	await soon.match(() => row('grace.adeyemi'), /Invitation ended/);
	await soon.equal(() => page.locator('tbody tr', { hasText: 'Samuel' }).getByRole('link', { name: 'In recovery' }).getAttribute('href'), `/console/recovery/${CASES.samuel}`);
});

test('members: quick filters count, open by address, and are left out where nobody fits', async () => {
	await go('/console/members');
	await page.waitForSelector('.chip');
	await soon.deepEqual(chips, ['All 7', '2FA off 1', 'Invited 1', 'Invitation ended 1', 'In recovery 1']);
	await page.getByRole('link', { name: '2FA off 1' }).click();
	await page.waitForURL('**/console/members?show=off');
	await soon.deepEqual(rows, ['Aiko Tanaka']);
	await soon.match(() => page.locator('.chip[aria-current]').innerText(), /^2FA off/);
	await page.goBack();
	await page.locator('tbody tr').nth(6).waitFor();
	mock.world.members = mock.world.members.slice(0, 2);
	await go('/console/members?show=nonsense');
	await page.waitForSelector('.chip');
	await soon.deepEqual(chips, ['All 2']);
});

test('members: the search stands in the address and says when nothing fits', async () => {
	await go('/console/members');
	await page.waitForSelector('tbody tr');
	await page.fill('#q', 'BERG');
	await page.waitForURL('**/console/members?q=BERG');
	await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' });
	await soon.deepEqual(rows, ['Jonas Berg']);
	await page.fill('#q', 'nobody');
	await page.getByText('Nothing fits these filters').waitFor();
	await page.locator('.empty').getByRole('button', { name: 'Clear filters' }).click();
	await page.locator('tbody tr').nth(6).waitFor();
});

test('inviting by keyboard: a wrong address and a member are refused, the role goes as Cloudflare calls it', async () => {
	await go('/console/members');
	await page.waitForSelector('tbody tr');
	await button('Invite member').focus();
	await page.keyboard.press('Enter');
	await dialog().waitFor();
	await page.focus('#invite-email');
	await page.keyboard.type('olav.berge');
	await page.keyboard.press('Enter');
	await dialog().getByText('Write one address').waitFor();
	await soon.equal(focused, 'invite-email');
	await page.fill('#invite-email', 'Jonas.Berg@halden.example');
	await page.keyboard.press('Enter');
	await dialog().getByText('belongs to a member already').waitFor();
	assert.equal(mock.calls('POST /members').length, 0);
	await page.fill('#invite-email', ' Olav.Berge@halden.example ');
	await dialog().getByText('Help desk', { exact: true }).click();
	await page.focus('#invite-email');
	await page.keyboard.press('Enter');
	await closed();
	await soon.deepEqual(() => last('POST /members'), { email: 'olav.berge@halden.example', roles: [roleId('help_desk')], status: 'pending' });
	await page.locator('tbody tr', { hasText: 'olav.berge' }).waitFor();
	await soon.equal(focused, 'Invite member');
});

test('inviting: a password given too long ago is asked for in front of the question, and what was chosen is sent', async () => {
	mock.world.passwordUntil = 0;
	await go('/console/members');
	await page.waitForSelector('tbody tr');
	await button('Invite member').click();
	await page.fill('#invite-email', 'olav.berge@halden.example');
	await page.keyboard.press('Enter');
	const front = page.getByRole('dialog', { name: 'Your password first' });
	await front.waitFor();
	await soon.equal(focused, 'prove-password');
	await page.keyboard.press('Enter');
	await front.getByText('Enter your password').waitFor();
	await page.fill('#prove-password', 'of somebody else');
	await page.keyboard.press('Enter');
	await front.getByText('That is not your password.').waitFor();
	await soon.equal(focused, 'prove-password');
	assert.equal(mock.world.members.some((m) => m.email === 'olav.berge@halden.example'), false);
	await page.fill('#prove-password', PASSWORD);
	await page.keyboard.press('Enter');
	await closed();
	await page.locator('tbody tr', { hasText: 'olav.berge' }).waitFor();
	await soon.equal(() => mock.calls('POST /members').length, 2);
});

test('what wants the password is not done without it: Esc leaves the question as it was', async () => {
	mock.world.passwordUntil = 0;
	await go(`/console/members/${MEMBERS.jonas}`);
	await button('Disable 2FA').click();
	await page.fill('#reason', 'HD-2301');
	await answer('Disable 2FA').click();
	const front = page.getByRole('dialog', { name: 'Your password first' });
	await front.waitFor();
	await page.keyboard.press('Escape');
	await front.waitFor({ state: 'detached' });
	await dialog().getByText('That needs your password first').waitFor();
	await soon.equal(() => page.inputValue('#reason'), 'HD-2301');
	assert.equal(member('jonas').two_factor.is_enabled, true);
	await answer('Disable 2FA').click();
	await front.waitFor();
	await page.fill('#prove-password', PASSWORD);
	await page.keyboard.press('Enter');
	await closed();
	await soon.equal(() => member('jonas').two_factor.is_enabled, false);
});

test('who comes by a provider is told to sign in again, and is asked for no password', async () => {
	mock.reset({ accounts: [accountOf(OWNER)], passwordUntil: 0, member: { ...mock.world.member, is_sso: true, has_password: false } });
	await go(`/console/members/${MEMBERS.jonas}`);
	await button('Remove member').click();
	await answer('Remove member').click();
	await dialog().getByText('That wants a fresh sign-in.').waitFor();
	await soon.equal(() => page.locator('#prove-password').count(), 0);
	assert.notEqual(member('jonas'), undefined);
});

test('enforcement is switched off with the password alone', async () => {
	mock.reset({ accounts: [accountOf(OWNER)], passwordUntil: 0, settings: { enforce_twofactor: true }, demands: { enforce_after: null, refuse_remembered: false } });
	await go('/console/members');
	await page.click('#enforce');
	await button('Review and save').click();
	await answer('Save changes').click();
	await page.getByRole('dialog', { name: 'Your password first' }).waitFor();
	assert.equal(mock.world.settings.enforce_twofactor, true);
	await page.fill('#prove-password', PASSWORD);
	await page.keyboard.press('Enter');
	await soon.equal(() => mock.world.settings.enforce_twofactor, false);
});

test('vouching for a member of another account too is half of it, and says so', async () => {
	mock.world.elsewhere = true;
	const of = mock.world.cases.find((c) => c.id === CASES.samuel);
	Object.assign(of, { state: 'device', wait: null, approvals: [] });
	Object.assign(of.evidence, { known_browser: false, vouched_for: false });
	await go(`/console/recovery/${CASES.samuel}`);
	await button('Vouch for them').click();
	await page.fill('#reason', 'HD-2301');
	await answer('Vouch for them').click();
	await page.getByText('Approved. Somebody else has to approve it').waitFor();
	await page.getByText('This member belongs to another account too').waitFor();
	await soon.equal(() => button('Vouch for them').getAttribute('aria-disabled'), 'true');
});

test('inviting: somebody whose invitation ended is invited again; what the server refuses is said and nothing is lost', async () => {
	await go('/console/members');
	await page.waitForSelector('tbody tr');
	await button('Invite member').click();
	await page.fill('#invite-email', 'grace.adeyemi@halden.example');
	mock.fault('POST /members', { status: 400, code: 12130, message: 'member: too many invitations today' });
	await page.keyboard.press('Enter');
	await dialog().getByText('Member: too many invitations today.').waitFor();
	await soon.equal(() => page.inputValue('#invite-email'), 'grace.adeyemi@halden.example');
	await answer('Send invitation').click();
	await closed();
	await page.locator('tbody tr', { hasText: 'grace.adeyemi' }).getByText('Invited').waitFor();
});

test('inviting: only an owner can offer the role of an owner', async () => {
	for (const [role, n] of [[OWNER, 5], [undefined, 4]]) {
		as(role);
		await go('/console/members');
		await page.waitForSelector('tbody tr');
		await button('Invite member').click();
		await soon.equal(() => dialog().getByRole('radio').count(), n);
		await page.keyboard.press('Escape');
		await closed();
	}
});

test('who may not change members sees no button for it, and who may not see them no entry', async () => {
	for (const role of [READ_ONLY, HELP_DESK, USER_MANAGER]) {
		as(role);
		await go('/console/members');
		await page.waitForSelector('tbody tr');
		await soon.equal(() => button('Invite member').count(), 0);
		await soon.equal(() => page.isDisabled('#enforce'), true);
		await go(`/console/members/${MEMBERS.aiko}`);
		await heading('Aiko Tanaka');
		for (const name of ['Change role', 'Remove member', 'Disable 2FA'])
			await soon.equal(() => button(name).count(), 0, `${role.role}: ${name}`);
	}
	as({ role: 'read_only', may: ['orgs_read'] });
	await go('/console/');
	await heading('Overview');
	const places = await page.locator('.side li a').allInnerTexts();
	for (const name of ['Members', 'Roles', 'Recovery cases', 'Audit log'])
		assert.ok(!places.includes(name), name);
});

test('a role is changed in one dialog that says what each may, and Esc leaves it', async () => {
	await go(`/console/members/${MEMBERS.jonas}`);
	await button('Change role').click();
	await soon.equal(focused, 'Keep the role');
	await page.keyboard.press('Escape');
	await closed();
	await soon.equal(focused, 'Change role');
	await button('Change role').click();
	await dialog().getByText('Owner', { exact: true }).click();
	await dialog().getByText('An owner may do everything here').waitFor();
	await dialog().getByText('User manager', { exact: true }).click();
	await answer('Change role').click();
	await page.getByText('Jonas Berg is User manager now.').waitFor();
	await soon.deepEqual(() => last(`PUT /members/${MEMBERS.jonas}`), { roles: [{ id: roleId('user_manager') }] });
	await page.locator('.sub', { hasText: 'User manager' }).waitFor();
});

test('the last owner cannot be demoted, nor leave: the page says why, to screen readers too', async () => {
	await go(`/console/members/${MEMBERS.marta}`);
	for (const name of ['Change role', 'Leave account']) {
		const b = button(name);
		await soon.equal(() => b.getAttribute('aria-disabled'), 'true');
		const why = await page.locator(`#${await b.getAttribute('aria-describedby')}`).innerText();
		assert.match(why, /Marta Lis is the only owner of Halden Maritime/);
		await press(name);
		await soon.equal(() => dialog().count(), 0);
	}
	mock.world.members.push(secondOwner());
	await go(`/console/members/${MEMBERS.marta}`);
	await button('Leave account').click();
	await dialog().getByText('you can no longer open Halden Maritime').waitFor();
	await answer('Stay').click();
	await closed();
	await button('Leave account').click();
	await answer('Leave account').click();
	await page.getByRole('heading', { level: 1, name: 'No account to show' }).waitFor();
	await soon.equal(() => mock.calls(`DELETE /memberships/${ACCOUNT}`).length, 1);
});

test('everybody may leave, with whatever role', async () => {
	as(READ_ONLY);
	mock.world.member = { ...mock.world.member, email: 'jonas.berg@halden.example' };
	await go(`/console/members/${MEMBERS.jonas}`);
	await button('Leave account').click();
	await answer('Leave account').click();
	await page.getByRole('heading', { level: 1, name: 'No account to show' }).waitFor();
	assert.equal(member('jonas'), undefined);
});

test('a second owner who is only invited does not make the last one dispensable', async () => {
	mock.world.members.push({ ...secondOwner(), status: 'pending' });
	await go(`/console/members/${MEMBERS.marta}`);
	await soon.equal(() => button('Leave account').getAttribute('aria-disabled'), 'true');
});

test('an administrator touches no owner, and is told that only owners do', async () => {
	as();
	mock.world.members.push(secondOwner());
	await go(`/console/members/${MEMBERS.second}`);
	await page.getByText('Only an owner changes or removes an owner').waitFor();
	await soon.equal(() => button('Remove member').getAttribute('aria-disabled'), 'true');
	for (const name of ['Disable 2FA', 'Start recovery'])
		await soon.equal(() => button(name).count(), 0, name);
});

test('removing a member says what goes and what stays, and is done from the dialog alone', async () => {
	member('jonas').api_tokens = 3;
	await go(`/console/members/${MEMBERS.jonas}`);
	await button('Remove member').click();
	await soon.equal(focused, 'Keep them');
	await dialog().getByText('Their 3 API tokens here end too').waitFor();
	await dialog().getByText('stays in the audit log').waitFor();
	await answer('Keep them').click();
	assert.equal(mock.calls(`DELETE /members/${MEMBERS.jonas}`).length, 0);
	await button('Remove member').click();
	await answer('Remove member').click();
	await heading('Members');
	await page.getByText('Jonas Berg is no longer a member of Halden Maritime.').waitFor();
	await soon.equal(() => page.locator('tbody tr', { hasText: 'Jonas' }).count(), 0);
});

test('somebody was faster: the server keeps the last owner, and its reason is shown', async () => {
	mock.world.members.push(secondOwner());
	await go(`/console/members/${MEMBERS.second}`);
	await button('Remove member').click();
	mock.fault(`DELETE /members/${MEMBERS.second}`, { status: 400, code: 12130, message: 'member: an account keeps at least one owner' });
	await answer('Remove member').click();
	await dialog().getByText('Member: an account keeps at least one owner.').waitFor();
	await soon.equal(() => mock.world.members.some((m) => m.id === MEMBERS.second), true);
});

test('disabling 2FA wants a reason, says who is told, and is no owner\'s to do for themselves', async () => {
	await go(`/console/members/${MEMBERS.jonas}`);
	await button('Disable 2FA').click();
	await dialog().getByText('is told by mail at every address').waitFor();
	await dialog().getByText('can do nothing but set up 2FA again').waitFor();
	await answer('Disable 2FA').click();
	await dialog().getByText('Say why, in a few words').waitFor();
	await soon.equal(focused, 'reason');
	assert.equal(mock.calls(`POST /members/${MEMBERS.jonas}/disable-2fa`).length, 0);
	await page.fill('#reason', '  HD-2217, lost everything ');
	await answer('Disable 2FA').click();
	await page.getByText('2FA of Jonas Berg is disabled.').waitFor();
	await soon.deepEqual(() => last(`POST /members/${MEMBERS.jonas}/disable-2fa`), { reason: 'HD-2217, lost everything' });
	await page.getByText('Jonas Berg signs in with a password alone').waitFor();
	await go(`/console/members/${MEMBERS.marta}`);
	await page.getByText('You cannot disable your own 2FA here').waitFor();
	await soon.equal(() => button('Disable 2FA').count(), 0);
});

test('a freeze is lifted by another owner alone', async () => {
	await go(`/console/members/${MEMBERS.aiko}`);
	await page.waitForSelector('.badge');
	await soon.equal(() => button('Lift the freeze').count(), 0);
	member('aiko').frozen_at = new Date().toISOString();
	await go('/console/members');
	await page.locator('tbody tr', { hasText: 'Aiko Tanaka' }).getByText('Frozen since').waitFor();
	await go(`/console/members/${MEMBERS.aiko}`);
	await page.getByText('Changes of their MFA devices are stopped').waitFor();
	await button('Lift the freeze').click();
	await dialog().getByText('Speak to them first').waitFor();
	await answer('Lift the freeze').click();
	await page.getByText('Nothing of Aiko Tanaka is frozen.').waitFor();
	await soon.equal(() => mock.calls(`POST /members/${MEMBERS.aiko}/unfreeze`).length, 1);
	await page.getByText('Changes of their MFA devices are stopped').waitFor({ state: 'detached' });
	await go(`/console/members/${MEMBERS.marta}`);
	await page.waitForSelector('.badge');
	await soon.equal(() => button('Lift the freeze').count(), 0);
	as();
	await go(`/console/members/${MEMBERS.aiko}`);
	await page.waitForSelector('.badge');
	await soon.equal(() => button('Lift the freeze').count(), 0);
});

test('nobody can take away what is not there: no second factor, or that of a provider', async () => {
	for (const name of ['aiko', 'lena']) {
		await go(`/console/members/${MEMBERS[name]}`);
		await page.waitForSelector('.badge');
		await soon.equal(() => button('Disable 2FA').count(), 0);
		await soon.equal(() => button('Start recovery').count(), 0);
	}
	await page.getByText('Lena Vogt signs in through a provider').waitFor();
});

test('an invitation is sent again, or withdrawn', async () => {
	await go(`/console/members/${MEMBERS.grace}`);
	await page.getByText('no longer works').waitFor();
	await button('Send again').click();
	await page.getByText('Another link went to grace.adeyemi@halden.example').waitFor();
	await page.getByText('waits for an answer').waitFor();
	await button('Withdraw').click();
	await answer('Withdraw invitation').click();
	await heading('Members');
	await soon.equal(() => mock.world.members.some((m) => m.id === MEMBERS.grace), false);
});

test('what each role may is what the server allows it', () => {
	const at = (file) => fs.readFileSync(new URL(`../../src/domain/config/${file}`, import.meta.url), 'utf8');
	const names = [...at('permissions.def').matchAll(/^P\((\w+),/gm)].map(([, n]) => n);
	const defines = Object.fromEntries([...at('permission.h').replace(/\\\n/g, ' ').matchAll(/#define (CS_MAY_\w+) \(([^()]*)\)/g)].map(([, n, v]) => [n, v]));
	const code = at('permission.c');
	const of = (words) => words.split('|').flatMap((w) => {
		const word = w.trim();
		const role = /cs_role_permissions\(CS_ROLE_(\w+)\)/.exec(word);
		if (role)
			return mayOf(role[1]);
		if (word.startsWith('CS_MAY_EVERYTHING'))
			return names.filter((n) => !word.includes(`CS_MAY_${n}`));
		return defines[word] ? of(defines[word]) : [word.replace('CS_MAY_', '')];
	});
	const mayOf = (role) => of(new RegExp(`case CS_ROLE_${role}:\\s*return ([^;]+);`).exec(code)[1].replaceAll('\n', ' '));
	const source = fs.readFileSync(new URL('../../web/src/console/members.ts', import.meta.url), 'utf8');
	const table = new Function(`${source.slice(source.indexOf('const HELP'), source.indexOf('// In the order')).replace(/export /g, '').replace(/: (string\[\]|Record<Role, string\[\]>)/g, '')} return ROLE_MAY;`)();
	// What is about oneself is no matter of roles; who may change or end applications' sessions may do both.
	const own = new Set(['USER_READ', 'USER_WRITE', 'API_TOKENS_READ', 'API_TOKENS_WRITE', 'ACCOUNT_READ', 'APPS_REVOKE']);
	assert.ok(names.length > 15);
	for (const [role, may] of Object.entries(table))
		assert.deepEqual([...may].sort(), [...new Set(mayOf(role.toUpperCase()))].filter((n) => !own.has(n)).map((n) => n.toLowerCase()).sort(), role);
});

test('roles: one table of five, with Cloudflare\'s names', async () => {
	await go('/console/roles');
	await page.getByText('Super Administrator - All Privileges').waitFor();
	const cells = (words) => page.locator('tr', { hasText: words }).last().locator('td').allInnerTexts();
	await soon.deepEqual(async () => (await cells('Start, speed up and stop recoveries')).slice(1).map((x) => x.trim().replace(/^–\s*/, '')), ['Yes', 'Yes', 'Yes', 'Yes', 'No']);
	await soon.deepEqual(async () => (await cells('Make and remove owners')).slice(1).map((x) => x.trim().replace(/^–\s*/, '')), ['Yes', 'No', 'No', 'No', 'No']);
});

test('enforcement: nothing is saved before it was shown whom it reaches', async () => {
	await go('/console/members');
	await page.waitForSelector('#enforce');
	assert.equal(mock.calls('GET /enforcement/preview').length, 0);
	await page.focus('#enforce');
	await page.keyboard.press('Space');
	const banner = page.locator('.banner.warn', { hasText: '2 people have to set up 2FA' });
	await banner.waitFor();
	await soon.deepEqual(() => banner.getByRole('link').allInnerTexts(), ['Aiko Tanaka', 'priya.nair@contractor.example']);
	await page.getByText('1 more comes by single sign-on and counts as satisfied').waitFor();
	assert.equal(mock.calls('PUT /').length, 0);
	await button('Review and save').click();
	await dialog().getByText('2 people have to set up 2FA').waitFor();
	await answer('Save changes').click();
	await closed();
	await soon.deepEqual(() => last('PUT /'), { name: 'Halden Maritime', type: 'standard', settings: { enforce_twofactor: true, abuse_contact_email: null }, countersign: { enforce_after: null, refuse_remembered: false } });
	await page.getByText('2FA is required of every member.').waitFor();
	await page.getByText('On. Who has no second factor sets one up').waitFor();
});

test('enforcement: it waits for the preview, and says so', async () => {
	mock.fault('GET /enforcement/preview', { status: 503, code: 'unavailable' });
	await go('/console/members');
	await page.click('#enforce');
	await page.locator('.failed').waitFor();
	await button('Review and save').click();
	await page.locator('.save .wrong', { hasText: 'Wait until you see whom it reaches' }).waitFor();
	assert.equal(mock.calls('PUT /').length, 0);
});

test('enforcement: a date begins a day after today, at midnight where the owner is; remembered browsers can be refused', async () => {
	await go('/console/members');
	await page.click('#enforce');
	await page.getByText('2 people have to set up 2FA').waitFor();
	await page.getByText('On a date').click();
	await page.fill('#enforce-after', '2020-01-01');
	await button('Review and save').click();
	await page.locator('.field.bad', { hasText: 'Choose a day after today' }).waitFor();
	await soon.equal(focused, 'enforce-after');
	await page.fill('#enforce-after', '2031-01-15');
	await page.click('#remembered');
	await button('Review and save').click();
	await soon.match(() => dialog().innerText(), /On 15 January 2031[\s\S]*Not allowed/);
	await answer('Save changes').click();
	await closed();
	await soon.deepEqual(() => last('PUT /').countersign, { enforce_after: '2031-01-14T23:00:00.000Z', refuse_remembered: true });
	await soon.equal(() => page.inputValue('#enforce-after'), '2031-01-15');
});

test('enforcement: turning it off forgets the date and says what changes; an administrator may not', async () => {
	mock.world.settings.enforce_twofactor = true;
	mock.world.demands.enforce_after = '2031-01-14T23:00:00Z';
	await go('/console/members');
	await page.click('#enforce');
	await button('Review and save').click();
	await dialog().getByText('Members may then turn their own 2FA off').waitFor();
	await answer('Save changes').click();
	await closed();
	await soon.deepEqual(() => [last('PUT /').settings.enforce_twofactor, last('PUT /').countersign.enforce_after], [false, null]);
	as();
	await go('/console/members');
	await page.getByText('Only an owner may change this').waitFor();
	await soon.equal(() => page.isDisabled('#enforce'), true);
	await soon.equal(() => page.isDisabled('#remembered'), true);
});

test('recovery: started from the member\'s page with a reason, and leads to its case', async () => {
	as(HELP_DESK);
	mock.world.member = { ...mock.world.member, email: 'olav.berge@halden.example' };
	await go(`/console/members/${MEMBERS.jonas}`);
	await button('Start recovery').click();
	await dialog().getByText('wait the longer time').waitFor();
	await page.fill('#reason', 'HD-2301');
	await answer('Start recovery').click();
	await heading('Jonas Berg');
	await page.getByText('The recovery of Jonas Berg has begun.').waitFor();
	await soon.deepEqual(() => last('POST /recovery_cases'), { member: MEMBERS.jonas, reason: 'HD-2301' });
	await page.getByText('Those in charge vouched for it').waitFor();
	await page.getByText('olav.berge@halden.example vouched for them').waitFor();
	await soon.equal(() => new URL(page.url()).pathname.startsWith('/console/recovery/'), true);
});

test('recovery: open and ended ones are two lists; a case says what is known and what is still to come', async () => {
	as(HELP_DESK);
	await go('/console/recovery');
	await page.waitForSelector('tbody tr');
	await soon.deepEqual(rows, ['Samuel Okafor']);
	await page.getByRole('link', { name: 'Ended' }).click();
	await page.getByRole('link', { name: 'Lena Vogt' }).waitFor();
	await soon.deepEqual(rows, ['Lena Vogt']);
	await page.getByRole('link', { name: 'Lena Vogt' }).click();
	await heading('Lena Vogt');
	await page.getByText('HD-1190, met her at the desk').waitFor();
	await page.getByText('Stopped by those in charge').waitFor();
	await page.getByText('Reset by mail lately').waitFor();
	await soon.equal(() => page.locator('main').getByRole('link', { name: 'Lena Vogt' }).getAttribute('href'), `/console/members/${dashes(MEMBERS.lena)}`);
	await soon.equal(() => button('Stop recovery').count(), 0);
	await go(`/console/recovery/${CASES.samuel}`);
	await soon.match(() => page.locator('.clock').innerText(), /Time left\s+42 hours/);
	await soon.deepEqual(() => page.locator('.timeline li').evaluateAll((all) => all.map((li) => [li.className, li.querySelector('.t').textContent])), [
		['done', 'Done: Recovery begun'], ['done', 'Done: E-mail address proved'], ['done', 'Done: Browser confirmed'], ['now', 'Now: Waiting, in case this was not them'],
		['next', 'Still to come: Access code by mail, which opens one sign-in'], ['next', 'Still to come: New second factor confirmed; the old ones go'],
	]);
});

test('recovery: stopping and speeding up want a reason each; the help desk can do both for who is no owner', async () => {
	as(HELP_DESK);
	await go(`/console/recovery/${CASES.samuel}`);
	await button('Speed up').click();
	await dialog().getByText('Speak to the person first').waitFor();
	await soon.equal(focused, 'Let it wait');
	await answer('Send the access code now').click();
	await dialog().getByText('Say why').waitFor();
	await page.fill('#reason', 'HD-2302, called him back');
	await answer('Send the access code now').click();
	await page.getByText('The access code of Samuel Okafor is on its way.').waitFor();
	await page.locator('.badge', { hasText: 'Access code sent' }).waitFor();
	await soon.equal(() => button('Speed up').count(), 0);
	await button('Stop recovery').click();
	await page.fill('#reason', 'It was not him');
	await answer('Stop recovery').click();
	await page.getByText('The recovery of Samuel Okafor is stopped.').waitFor();
	await soon.deepEqual(() => last(`POST /recovery_cases/${CASES.samuel}/stop`), { reason: 'It was not him' });
	await page.locator('.head .badge', { hasText: 'Ended' }).waitFor();
	await soon.equal(() => button('Stop recovery').count(), 0);
});

test('recovery: an owner\'s takes two owners, and the same one cannot be both', async () => {
	mock.world.members.push(secondOwner());
	mock.world.cases.push(...ownersCase());
	const path = `/console/recovery/${CASES.priya}`;
	await go(path);
	await page.getByText('Not known here').waitFor();
	await button('Vouch for them').click();
	await dialog().getByText('takes two of you').waitFor();
	await page.fill('#reason', 'HD-2303');
	await answer('Approve as the first of two').click();
	await page.getByText('Somebody else has to approve it for Hanna Lindqvist too').waitFor();
	await page.getByText('One of two has approved').waitFor();
	await soon.equal(() => button('Vouch for them').getAttribute('aria-disabled'), 'true');
	await soon.match(() => page.locator('#why-not').innerText(), /You have approved it/);
	await press('Vouch for them');
	await soon.equal(() => dialog().count(), 0);
	mock.world.member = { ...mock.world.member, id: 'm9', email: 'olav.berge@halden.example' };
	await go(path);
	await button('Vouch for them').click();
	await dialog().getByText('marta.lis@halden.example approved it before you').waitFor();
	await page.fill('#reason', 'HD-2303 too');
	await answer('Vouch for them').click();
	await page.locator('.badge', { hasText: 'Waiting time' }).waitFor();
	await soon.match(() => page.locator('#why-not').innerText(), /You vouched for the browser/);
});

test('recovery: a case that was vouched for before its first code waits for the member, not for somebody in charge', async () => {
	mock.world.cases = ownersCase([approvalOf('jonas'), approvalOf('marta')]);
	Object.assign(mock.world.cases[0], { state: 'email', device: null });
	mock.world.cases[0].evidence.vouched_for = true;
	await go(`/console/recovery/${CASES.priya}`);
	await page.getByText('Those in charge vouched for it').waitFor();
	await soon.equal(() => button('Vouch for them').count(), 0);
	await soon.equal(() => page.getByText('One of two has approved').count(), 0);
	await soon.equal(() => page.locator('#why-not').count(), 0);
	await button('Stop recovery').waitFor();
});

test('recovery: who is no owner cannot help an owner, nobody themselves, and read-only members see no case', async () => {
	mock.world.members.push(secondOwner());
	mock.world.cases.push(...ownersCase([approvalOf('jonas')]));
	as(HELP_DESK);
	await go(`/console/recovery/${CASES.priya}`);
	await soon.match(() => page.locator('#why-not').innerText(), /only owners may help/);
	await button('Stop recovery').waitFor();
	mock.world.member = { ...mock.world.member, email: 'samuel.okafor@halden.example' };
	await go(`/console/recovery/${CASES.samuel}`);
	await soon.match(() => page.locator('#why-not').innerText(), /your own recovery/);
	await soon.equal(() => button('Stop recovery').count(), 0);
	as(READ_ONLY);
	await go('/console/recovery');
	await page.locator('.failed', { hasText: 'Your role, Read-only, may not do this' }).waitFor();
});

test('audit: filters stand in the address and go to the server; Back brings them back', async () => {
	await go('/console/audit');
	await page.waitForSelector('tbody tr');
	await page.selectOption('#by-kind', 'member.*');
	await page.waitForURL('**/console/audit?kind=member.*');
	await page.fill('#by-actor', 'marta');
	await page.waitForURL('**actor=marta');
	await page.selectOption('#by-span', 'week');
	await page.waitForURL('**span=week');
	await page.locator('tbody tr', { hasText: 'sign_in' }).first().waitFor();
	const { query } = mock.calls('GET /audit').at(-1);
	assert.deepEqual([query.kind, query.actor, query.limit], ['member.*', 'marta', '50']);
	assert.ok(Math.abs(Date.now() - 604800000 - Date.parse(query.since)) < 120000);
	await page.goBack();
	await page.waitForURL((url) => !url.search.includes('span'));
	await soon.equal(() => page.inputValue('#by-actor'), 'marta');
	await soon.equal(() => page.inputValue('#by-span'), '');
	await button('Clear filters').click();
	await page.waitForURL(`${mock.origin}/console/audit`);
});

test('audit: days of one\'s own begin and end at midnight of the reader', async () => {
	await go('/console/audit');
	await page.waitForSelector('tbody tr');
	await page.selectOption('#by-span', 'own');
	await page.fill('#by-since', '2026-07-01');
	await page.waitForURL('**since=2026-07-01');
	await page.fill('#by-until', '2026-07-31');
	await page.waitForURL('**until=2026-07-31');
	await page.getByText('Nothing fits these filters').waitFor();
	const { query } = mock.calls('GET /audit').at(-1);
	assert.deepEqual([query.since, query.until], ['2026-06-30T22:00:00.000Z', '2026-07-31T22:00:00.000Z']);
});

test('audit: one row opens to its details by keyboard, with the seal', async () => {
	await go('/console/audit');
	const opener = page.locator('tbody tr .link').first();
	await opener.focus();
	await soon.equal(() => opener.getAttribute('aria-expanded'), 'false');
	await page.keyboard.press('Enter');
	await soon.equal(() => opener.getAttribute('aria-expanded'), 'true');
	const details = await page.locator('.kv').innerText();
	assert.match(details, /Reason\s+HD-2217, phone replaced/);
	assert.match(details, /Seal\s+Not yet/);
	await page.locator('tbody tr .link').nth(1).click();
	await soon.match(() => page.locator('.kv').nth(1).innerText(), /Sealed: a change to it would show/);
	await page.keyboard.press('Enter');
	await soon.equal(() => page.locator('.kv').count(), 1);
});

test('audit: older and newer go through the pages; after a reload there is the way to the newest', async () => {
	await go('/console/audit');
	const first = async () => page.locator('tbody tr time').first().getAttribute('datetime');
	await page.waitForSelector('tbody tr');
	const top = await first();
	for (const cursor of ['50', '100']) {
		await button('Older').click();
		await page.waitForURL(`**cursor=${cursor}`);
		await page.waitForSelector('table:not(.busy)');
	}
	await soon.equal(() => button('Older').getAttribute('aria-disabled'), 'true');
	await soon.notEqual(first, top);
	await button('Newer').click();
	await page.waitForURL('**cursor=50');
	await page.reload();
	await page.waitForSelector('tbody tr');
	await button('Newest').click();
	await page.waitForURL(`${mock.origin}/console/audit`);
	await page.waitForSelector('table:not(.busy)');
	await soon.equal(first, top);
});

test('audit: a file takes the filters along, in either form', async () => {
	for (const [words, format] of [['CSV', 'csv'], ['JSON', 'json']]) {
		await go('/console/audit?kind=member.invited&actor=marta');
		await page.waitForSelector('tbody tr');
		await page.getByRole('button', { name: /^Reports: the events that fit the filters/ }).click();
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: words }).click()]);
		assert.equal(download.suggestedFilename(), `audit.${format}`);
		await soon.deepEqual(() => mock.calls('GET /audit/export').at(-1).query, { format, kind: 'member.invited', actor: 'marta' });
	}
	assert.deepEqual(page.wrong, []);
});

test('audit: what has been forgotten is said, objects go by their name, and an event of a kind that is newer than this page is shown', async () => {
	const [event] = mock.world.events;
	const object = { id: dashes(MEMBERS.priya), email: null };
	mock.world.events = [{ ...event, kind: 'something.newer', text: '', actor: { id: dashes(MEMBERS.jonas), email: null }, subject: null, details: null, is_forgotten: true },
		{ ...event, id: 'e2', kind: 'something.newer', subject: object, details: { email: 'new@halden.example' } }];
	await go('/console/audit?kind=something.newer');
	await page.getByText('Address forgotten').waitFor();
	await soon.equal(() => page.getByText('Address forgotten').count(), 1);
	await soon.match(() => page.locator('tbody tr', { hasText: 'new@halden.example' }).innerText(), new RegExp(`new@halden.example\\s+${object.id}`));
	await soon.match(() => page.locator('tbody tr').first().innerText(), /Something.newer/);
	await soon.equal(() => page.inputValue('#by-kind'), 'something.newer');
});

test('the overview counts what needs somebody, and each number leads to its list', async () => {
	await go('/console/');
	await page.waitForSelector('.needs');
	const needs = await page.locator('.needs a').evaluateAll((all) => all.map((a) => [a.querySelector('.big').textContent, a.getAttribute('href')]));
	assert.deepEqual(needs, [['1', '/console/recovery'], ['1', '/console/members?show=off'], ['1', '/console/members?show=pending'], ['1', '/console/members?show=expired']]);
	for (const [n, href] of needs) {
		await go(href);
		await page.waitForSelector('tbody tr');
		await soon.equal(() => page.locator('tbody tr').count(), Number(n), href);
	}
});

test('the overview: quiet when nothing needs anybody; an owner whose address is not confirmed is told first', async () => {
	const { members } = membersWorld();
	mock.reset({ accounts: [accountOf(OWNER)], cases: [], members: [members[0], members[4]] });
	await go('/console/');
	await page.getByText('Nothing needs anybody').waitFor();
	mock.world.member = { ...mock.world.member, email_verified_at: null };
	await go('/console/');
	await page.locator('main .split').getByText('Your address is not confirmed').waitFor();
	await soon.equal(() => page.getByText('Nothing needs anybody').count(), 0);
});

test('the overview shows each role what it may read, and an account without organisation is led to set it up', async () => {
	as({ role: 'read_only', may: ['orgs_read'] });
	await go('/console/');
	await page.getByText('Nothing needs anybody').waitFor();
	for (const call of ['GET /members', 'GET /recovery_cases', 'GET /audit'])
		assert.equal(mock.calls(call).length, 0, call);
	mock.reset({ accounts: [accountOf(OWNER)], org: null });
	await go('/console/');
	await page.getByRole('link', { name: 'Set it up' }).click();
	await heading('Set up the organisation');
	assert.equal(ACCOUNT, mock.world.accounts[0].id);
});
