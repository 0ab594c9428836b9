// A member's way back, as those in charge see it (docs/protocol/member-api.md, "Recovery").
import type { Api } from './api';
import { sameId } from './members';
import { t, type Key } from './text';
import type { Role } from './types';

export type CaseState = 'email' | 'device' | 'waiting' | 'ready' | 'ended';
export type What = 'begun' | 'email_verified' | 'device_verified' | 'restarted' | 'sped_up' | 'approved' | 'released' | 'ended';
export interface Happening { what: What; at: string; browser: string | null; address: string | null; by: 'you' | 'staff' | 'system' }
export type End = 'stopped' | 'signed_in' | 'finished' | 'expired' | 'given_up' | 'by_staff' | 'reset';
export interface Approval { what: string; by: { id: string; email: string }; reason: string; at: string }

export interface RecoveryCase {
	id: string;
	state: CaseState;
	begun_at: string;
	begun_by: 'you' | 'staff';
	email_hint: string;
	device: { is_known: boolean; missing: ('cookie' | 'network')[] } | null;
	wait: { days: number; seconds: number; thin: boolean; because: string[]; release_at: string } | null;
	access_code_sent_at: string | null;
	access_expires_at: string | null;
	opened_at: string | null;
	end: End | null;
	timeline: Happening[];
	member: { id: string; email: string; name: string; role: Role };
	wants_two: boolean; // they are an owner somewhere
	evidence: { known_browser: boolean; same_network: boolean; vouched_for: boolean; password_reset_lately: boolean; address: string | null };
	approvals: Approval[];
}

export const listCases = async (api: Api, state: 'open' | 'ended'): Promise<RecoveryCase[]> =>
	(await api.own.get<{ recovery_cases: RecoveryCase[] }>('/recovery_cases', { state })).recovery_cases;

// Looked for among those that are open first: that is where people come from.
export async function findCase(api: Api, id: string): Promise<RecoveryCase | undefined>
{
	const of = (all: RecoveryCase[]) => all.find((c) => sameId(c.id, id));
	return of(await listCases(api, 'open')) ?? of(await listCases(api, 'ended'));
}

export const STATE_WORDS: Record<CaseState, Key> = {
	email: 'recovery_cases.email', device: 'recovery_cases.device', waiting: 'recovery_cases.waiting', ready: 'recovery_cases.ready', ended: 'recovery_cases.ended',
};

export const WHAT_WORDS: Record<What, Key> = {
	begun: 'recovery_cases.begun', email_verified: 'recovery_cases.email_verified', device_verified: 'recovery_cases.device_verified', restarted: 'recovery_cases.restarted',
	sped_up: 'recovery_cases.sped_up', approved: 'recovery_cases.approved', released: 'recovery_cases.released', ended: 'recovery_cases.over',
};

export const END_WORDS: Record<End, Key> = {
	stopped: 'recovery_cases.end_stopped', signed_in: 'recovery_cases.end_signed_in', finished: 'recovery_cases.end_finished', expired: 'recovery_cases.end_expired',
	given_up: 'recovery_cases.end_given_up', by_staff: 'recovery_cases.end_by_staff', reset: 'recovery_cases.end_reset',
};

export const BECAUSE_WORDS: Record<string, Key> = { 'another network': 'recovery_cases.because_network', staff: 'recovery_cases.because_staff', 'password reset': 'recovery_cases.because_reset' };

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

export const approvalsOf = (c: RecoveryCase, what: 'start' | 'speed_up'): Approval[] => c.approvals.filter((a) => a.what === what);
export const isOpen = (c: RecoveryCase): boolean => c.state !== 'ended';
