// Those who run the account: what is known of them (docs/protocol/member-api.md), and in which words.
import type { Api } from './api';
import { t, type Key } from './text';
import type { Role } from './types';

export const ROLES: Role[] = ['owner', 'administrator', 'user_manager', 'help_desk', 'read_only'];

export interface MemberRow {
	id: string; // of the member, or of the invitation
	email: string;
	name: string;
	role: Role;
	status: 'accepted' | 'pending' | 'expired';
	is_sso: boolean;
	two_factor: { is_enabled: boolean; since: string | null };
	last_sign_in_at: string | null;
	invited_at: string | null;
	expires_at: string | null;
	api_tokens: number;
	open_recovery: string | null;
	frozen_at: string | null; // somebody said "this was not me"
}

// Some calls write ids as 32 digits, others with dashes.
export const sameId = (a: string | null, b: string | null): boolean => (a ?? '').replaceAll('-', '') === (b ?? '').replaceAll('-', '');

export type FactorState = 'on' | 'off' | 'sso';

export const isInvited = (m: MemberRow): boolean => m.status !== 'accepted';
export const factorOf = (m: MemberRow): FactorState => (m.is_sso ? 'sso' : m.two_factor.is_enabled ? 'on' : 'off');
export const nameOf = (m: { name: string; email: string }): string => m.name || m.email;

// The counted filters of the list, by their value in the address.
export const SHOWS: Record<string, (m: MemberRow) => boolean> = {
	'': () => true,
	off: (m) => !isInvited(m) && factorOf(m) === 'off',
	pending: (m) => m.status === 'pending',
	expired: (m) => m.status === 'expired',
	recovery: (m) => m.open_recovery !== null,
};
export const SHOW_WORDS: Record<string, Key> = {
	'': 'members.all', off: 'members.without', pending: 'members.invited', expired: 'members.ended', recovery: 'members.recovering',
};

export const listMembers = async (api: Api): Promise<MemberRow[]> => (await api.own.get<{ members: MemberRow[] }>('/members')).members;

export const isOnlyOwner = (m: MemberRow, all: MemberRow[]): boolean =>
	m.role === 'owner' && !isInvited(m) && all.filter((x) => x.role === 'owner' && !isInvited(x)).length === 1;

// A role as the configuration API has it: Cloudflare's name, and ours beside it.
export interface CloudflareRole { id: string; name: string; description: string; countersign?: { role?: Role } }

export async function roleId(api: Api, role: Role): Promise<string>
{
	const found = (await api.get<CloudflareRole[]>('/roles')).find((r) => r.countersign?.role === role);
	if (!found)
		throw new Error(`no role is ${role}`);
	return found.id;
}

// What each role may, as src/domain/config/permission.c has it; a test holds the two together.
const HELP: string[] = ['orgs_read', 'orgs_revoke', 'logs_read', 'members_read', 'recovery_help'];
const READ: string[] = ['orgs_read', 'apps_read', 'lists_read', 'service_tokens_read', 'logs_read', 'members_read'];
const ALL: string[] = [...READ, 'orgs_revoke', 'orgs_write', 'apps_write', 'lists_write', 'service_tokens_write', 'users_write', 'members_write', 'recovery_help'];
export const ROLE_MAY: Record<Role, string[]> = {
	owner: [...ALL, 'account_write'],
	administrator: ALL,
	user_manager: [...HELP, 'users_write'],
	help_desk: HELP,
	read_only: READ,
};

// In the order in which people ask: looking, helping, changing, running the account.
export const CAN: [permission: string, words: Key][] = [
	['orgs_read', 'roles.orgs_read'], ['apps_read', 'roles.apps_read'], ['lists_read', 'roles.lists_read'], ['service_tokens_read', 'roles.service_tokens_read'],
	['logs_read', 'roles.logs_read'], ['members_read', 'roles.members_read'],
	['orgs_revoke', 'roles.orgs_revoke'], ['recovery_help', 'roles.recovery_help'],
	['users_write', 'roles.users_write'], ['apps_write', 'roles.apps_write'], ['orgs_write', 'roles.orgs_write'], ['lists_write', 'roles.lists_write'], ['service_tokens_write', 'roles.service_tokens_write'],
	['members_write', 'roles.members_write'], ['account_write', 'roles.account_write'],
];

export const ROLE_ABOUT: Record<Role, Key> = {
	owner: 'roles.owner_about', administrator: 'roles.administrator_about', user_manager: 'roles.user_manager_about', help_desk: 'roles.help_desk_about', read_only: 'roles.read_only_about',
};

export const roleWords = (role: Role): string => t(`role.${role}`);
