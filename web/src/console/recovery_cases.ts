// A member's way back, as those in charge see it (docs/protocol/member-api.md, "Recovery").
import type { Api } from './api';
import { t, type Key } from './text';
import type { Role } from './types';

export type CaseState = 'email' | 'device' | 'waiting' | 'ready' | 'ended';
export type What = 'begun' | 'email_verified' | 'device_verified' | 'restarted' | 'sped_up' | 'approved' | 'released' | 'ended';
export interface Happening { what: What; at: string; browser: string | null; address: string | null; by: 'you' | 'staff' | 'system' }
export interface Approval { what: string; by: { id: string; email: string }; reason: string; at: string }

export interface RecoveryCase {
	id: string;
	state: CaseState;
	begun_at: string;
	begun_by: 'you' | 'staff';
	email_hint: string;
	device: { is_known: boolean; missing: ('cookie' | 'network')[] } | null;
	wait: { days: number; thin: boolean; because: string[]; release_at: string } | null;
	access_code_sent_at: string | null;
	access_expires_at: string | null;
	timeline: Happening[];
	member: { id: string; email: string; name: string; role: Role };
	evidence: Record<string, unknown> | null;
	approvals: Approval[];
}

export const listCases = async (api: Api, state: 'open' | 'ended'): Promise<RecoveryCase[]> =>
	(await api.own.get<{ recovery_cases: RecoveryCase[] }>('/recovery_cases', { state })).recovery_cases;

// Looked for among those that are open first: that is where people come from.
export async function findCase(api: Api, id: string): Promise<RecoveryCase | undefined>
{
	const of = (all: RecoveryCase[]) => all.find((c) => c.id === id);
	return of(await listCases(api, 'open')) ?? of(await listCases(api, 'ended'));
}

export const STATE_WORDS: Record<CaseState, Key> = {
	email: 'recovery_cases.email', device: 'recovery_cases.device', waiting: 'recovery_cases.waiting', ready: 'recovery_cases.ready', ended: 'recovery_cases.ended',
};

export const WHAT_WORDS: Record<What, Key> = {
	begun: 'recovery_cases.begun', email_verified: 'recovery_cases.email_verified', device_verified: 'recovery_cases.device_verified', restarted: 'recovery_cases.restarted',
	sped_up: 'recovery_cases.sped_up', approved: 'recovery_cases.approved', released: 'recovery_cases.released', ended: 'recovery_cases.over',
};

const NEXT: [What, Key][] = [['email_verified', 'recovery_cases.next_email'], ['device_verified', 'recovery_cases.next_device'], ['released', 'recovery_cases.next_code']];

// What has not happened yet, in the order in which it will.
export function stillToCome(c: RecoveryCase): string[]
{
	if (c.state === 'ended')
		return [];
	const done = new Set(c.timeline.map((h) => h.what));
	const order: CaseState[] = ['email', 'device', 'waiting', 'ready'];
	const steps = NEXT.filter(([what], i) => !done.has(what) && order.indexOf(c.state) <= i + 1);
	return [...steps.map(([, words]) => t(words)), t('recovery_cases.next_enrol')];
}

export const isOwners = (c: RecoveryCase): boolean => c.member.role === 'owner';
export const isOpen = (c: RecoveryCase): boolean => c.state !== 'ended';
