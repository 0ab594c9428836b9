// Where a member's sign-in stands (docs/protocol/member-api.md). Times are RFC 3339.
import { type Confirmed, type Failure, get } from '../../api';
import { sentence, secondsOf } from '../../parts/error';
import { has as isShared } from '../../text';
import { duration } from '../../time';
import { has, t } from '../text';

export interface RecoveryEvent {
	what: 'begun' | 'email_verified' | 'device_verified' | 'restarted' | 'sped_up' | 'approved' | 'released' | 'ended';
	at: string;
	browser: string;
	address: string;
	by: 'you' | 'staff' | 'system';
}

export interface RecoveryCase {
	id: string;
	state: 'email' | 'device' | 'waiting' | 'ready' | 'ended';
	begun_at: string;
	begun_by: 'you' | 'staff';
	email_hint: string;
	code: { expires_at: string; resend_at: string; tries_left: number } | null;
	device: { is_known: boolean; missing: ('cookie' | 'network')[] } | null;
	wait: { days: number; seconds: number; thin: boolean; because: string[]; release_at: string } | null;
	access_code_sent_at: string | null;
	access_expires_at: string | null;
	can_stop: boolean;
	timeline: RecoveryEvent[];
}

export interface Standing {
	step: 'password' | 'challenge' | 'enrol' | 'done';
	member: { id: string; email: string; name: string } | null;
	methods: string[];
	backup_codes_left: number | null;
	remember: { days: number } | null;
	enrol: { why: 'enforced' | 'reset' | 'recovery'; accounts: string[]; deadline: string | null } | null;
	recommend_enrol: { deadline: string | null } | null;
	recovery: RecoveryCase | null;
	recovery_wait: { seconds: number; thin_seconds: number } | null; // null: nobody was asked yet
	support: { email: string } | null;
	used_backup_code?: { left: number } | null;
	new_browser?: boolean;
	redirect: string | null;
}

// What confirming an authenticator answers at step "enrol".
export interface MemberConfirmed extends Confirmed { backup_codes: 'needed' | 'kept'; standing?: Standing }

// What follows a sign-in before the page that was asked for.
export interface After { usedCode: { left: number } | null; newPhone: boolean }

// Each step of the door gets this. `next` takes what a call answered; `fail` what a step cannot mend.
export interface DoorFlow {
	standing: Standing;
	notice: Failure | null;
	next: (standing: Standing) => void;
	fail: (failure: Failure) => void;
	restart: () => void; // back to the password
}

export const readStanding = (): Promise<Standing> => get('/member/sign-in');

// Before anybody has said who they are.
export const NOBODY: Standing = {
	step: 'password', member: null, methods: [], backup_codes_left: null, remember: null, enrol: null, recommend_enrol: null,
	recovery: null, recovery_wait: null, support: null, redirect: null,
};

// The console's words for what members alone meet, or meet in another way; the portal's for the rest.
const OURS = ['wrong_password', 'signed_out', 'unavailable'];

export function doorWords(failure: Failure, left = secondsOf(failure)): string
{
	const key = `error.${failure.code}`;
	return has(key) && (OURS.includes(failure.code) || !isShared(key)) ? t(key, { wait: duration(left), role: '' }) : sentence(failure, left);
}
