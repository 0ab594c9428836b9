// The pages about members, recovery cases and the audit trail, in every state that they can show.
import { approvalOf, CASES, membersWorld, MEMBERS, ownersCase, secondOwner } from './console_members_world.mjs';
import { accountOf, freshWorld, HELP_DESK, OWNER, READ_ONLY } from './console_world.mjs';

const has = (selector) => (page) => page.waitForSelector(selector);
const click = (name, then = 'dialog[open]') => async (page) => {
	await page.getByRole('button', { name, exact: true }).click();
	await page.waitForSelector(then);
};
const owner = { accounts: [accountOf(OWNER)], passwordUntil: Infinity };
const frozen = () => ({ ...owner, members: membersWorld().members.map((m) => (m.id === MEMBERS.aiko ? { ...m, frozen_at: new Date().toISOString() } : m)) });
const late = { ...owner, passwordUntil: 0 };
const helpDesk = { accounts: [accountOf(HELP_DESK)] };
const readOnly = { accounts: [accountOf(READ_ONLY)] };
const fails = (name, fault) => (mock) => mock.fault(name, fault, fault, fault);

const withOwners = (approvals = []) => ({ ...owner, members: [...membersWorld().members, secondOwner()], cases: [...membersWorld().cases, ...ownersCase(approvals)] });
const required = (after = null) => ({ ...owner, settings: { enforce_twofactor: true }, demands: { enforce_after: after, refuse_remembered: true } });
const quiet = () => ({ ...owner, cases: [], members: membersWorld().members.filter((m) => m.status === 'accepted' && (m.is_sso || m.two_factor.is_enabled)), events: [] });

const require2fa = async (page) => {
	await page.click('#enforce');
	await page.waitForSelector('text=have to set up 2FA');
};

export const VIEWS = [
	{ name: 'overview', path: '/console/', ready: 'Overview', world: owner, act: has('.needs') },
	{ name: 'overview-help-desk', path: '/console/', ready: 'Overview', world: helpDesk, act: has('.needs') },
	{ name: 'overview-quiet', path: '/console/', ready: 'Overview', world: quiet, act: has('.empty') },
	{ name: 'overview-new', path: '/console/', ready: 'Overview', world: () => ({ ...quiet(), org: null, member: { ...freshWorld().member, email_verified_at: null } }), act: has('.banner.warn') },
	{ name: 'members', path: '/console/members', ready: 'Members', world: owner, act: has('tbody tr') },
	{ name: 'members-read-only', path: '/console/members', ready: 'Members', world: readOnly, act: has('tbody tr') },
	{ name: 'members-off', path: '/console/members?show=off', ready: 'Members', world: owner, act: has('tbody tr') },
	{ name: 'members-no-match', path: '/console/members?q=zzz', ready: 'Members', act: has('.empty') },
	{ name: 'members-trouble', path: '/console/members', ready: 'Members', set: fails('GET /members', { status: 503, code: 'unavailable' }), act: has('.failed') },
	{ name: 'members-invite', path: '/console/members', ready: 'Members', world: owner, act: async (page) => {
		await page.click('text=Invite member');
		await page.press('#invite-email', 'Enter');
		await page.waitForSelector('.field.bad');
	} },
	{ name: 'members-invite-password', path: '/console/members', ready: 'Members', world: late, act: async (page) => {
		await page.click('text=Invite member');
		await page.fill('#invite-email', 'olav.berge@halden.example');
		await page.press('#invite-email', 'Enter');
		await page.waitForSelector('#prove-password');
		await page.press('#prove-password', 'Enter');
		await page.waitForSelector('dialog .field.bad');
	} },
	{ name: 'members-enforce', path: '/console/members', ready: 'Members', world: owner, act: async (page) => {
		await require2fa(page);
		await page.getByText('On a date').click();
		await page.waitForSelector('#enforce-after');
	} },
	{ name: 'members-enforce-review', path: '/console/members', ready: 'Members', world: owner, act: async (page) => {
		await require2fa(page);
		await click('Review and save')(page);
	} },
	{ name: 'members-required', path: '/console/members', ready: 'Members', world: required(), act: has('#enforce') },
	{ name: 'members-required-later', path: '/console/members', ready: 'Members', world: required(new Date(Date.now() + 9 * 86400000).toISOString()), act: has('#enforce-after') },
	{ name: 'member', path: `/console/members/${MEMBERS.jonas}`, ready: 'Jonas Berg', world: owner },
	{ name: 'member-role', path: `/console/members/${MEMBERS.jonas}`, ready: 'Jonas Berg', world: owner, act: async (page) => {
		await click('Change role')(page);
		await page.getByRole('dialog').getByText('Owner', { exact: true }).click();
	} },
	{ name: 'member-disable', path: `/console/members/${MEMBERS.jonas}`, ready: 'Jonas Berg', world: owner, act: async (page) => {
		await click('Disable 2FA')(page);
		await page.getByRole('dialog').getByRole('button', { name: 'Disable 2FA' }).click();
		await page.waitForSelector('dialog .field.bad');
	} },
	{ name: 'member-unfreeze', path: `/console/members/${MEMBERS.aiko}`, ready: 'Aiko Tanaka', world: frozen, act: click('Lift the freeze') },
	{ name: 'member-remove', path: `/console/members/${MEMBERS.aiko}`, ready: 'Aiko Tanaka', world: owner, act: click('Remove member') },
	{ name: 'member-recover', path: `/console/members/${MEMBERS.jonas}`, ready: 'Jonas Berg', act: click('Start recovery') },
	{ name: 'member-last-owner', path: `/console/members/${MEMBERS.marta}`, ready: 'Marta Lis', world: owner },
	{ name: 'member-sso', path: `/console/members/${MEMBERS.lena}`, ready: 'Lena Vogt', world: owner },
	{ name: 'member-in-recovery', path: `/console/members/${MEMBERS.samuel}`, ready: 'Samuel Okafor', world: helpDesk },
	{ name: 'member-invited', path: `/console/members/${MEMBERS.priya}`, ready: 'priya.nair@contractor.example', world: owner },
	{ name: 'member-expired', path: `/console/members/${MEMBERS.grace}`, ready: 'grace.adeyemi@halden.example', world: owner },
	{ name: 'member-missing', path: `/console/members/${'0'.repeat(32)}`, ready: null, act: has('.failed') },
	{ name: 'roles', path: '/console/roles', ready: 'Roles', world: owner, act: has('tbody tr') },
	{ name: 'recovery-cases', path: '/console/recovery', ready: 'Recovery cases', world: withOwners, act: has('tbody tr') },
	{ name: 'recovery-cases-none', path: '/console/recovery', ready: 'Recovery cases', world: { cases: [] }, act: has('.empty') },
	{ name: 'recovery-cases-ended', path: '/console/recovery?state=ended', ready: 'Recovery cases', act: has('tbody tr') },
	{ name: 'recovery-case', path: `/console/recovery/${CASES.samuel}`, ready: 'Samuel Okafor', world: helpDesk },
	{ name: 'recovery-case-owner', path: `/console/recovery/${CASES.priya}`, ready: 'Hanna Lindqvist', world: () => withOwners([approvalOf('jonas')]) },
	{ name: 'recovery-case-half', path: `/console/recovery/${CASES.priya}`, ready: 'Hanna Lindqvist', world: () => withOwners([approvalOf('marta')]) },
	{ name: 'recovery-case-ended', path: `/console/recovery/${CASES.lena}`, ready: 'Lena Vogt' },
	{ name: 'recovery-case-vouch', path: `/console/recovery/${CASES.priya}`, ready: 'Hanna Lindqvist', world: () => withOwners(), act: click('Vouch for them') },
	{ name: 'recovery-case-speed', path: `/console/recovery/${CASES.samuel}`, ready: 'Samuel Okafor', world: helpDesk, act: click('Speed up') },
	{ name: 'recovery-case-stop', path: `/console/recovery/${CASES.samuel}`, ready: 'Samuel Okafor', world: helpDesk, act: click('Stop recovery') },
	{ name: 'audit', path: '/console/audit', ready: 'Audit log', act: async (page) => {
		await page.locator('tbody .link').nth(1).click();
		await page.waitForSelector('.kv');
	} },
	{ name: 'audit-days', path: '/console/audit?kind=member.*&since=2026-01-01', ready: 'Audit log', act: has('#by-until') },
	{ name: 'audit-none', path: '/console/audit', ready: 'Audit log', world: { events: [] }, act: has('.empty') },
	{ name: 'audit-no-match', path: '/console/audit?actor=zzz', ready: 'Audit log', act: has('.empty') },
	{ name: 'audit-forgotten', path: '/console/audit', ready: 'Audit log', world: () => ({ events: membersWorld().events.slice(0, 2).map((e) => ({ ...e, actor: e.actor && { ...e.actor, email: null }, is_forgotten: true, address: null, browser: null, details: null })) }), act: has('tbody tr') },
	{ name: 'audit-menu', path: '/console/audit', ready: 'Audit log', act: async (page) => {
		await page.getByRole('button', { name: /^Reports/ }).click();
		await page.waitForSelector('[role=menu]');
	} },
];
