// The portal's calls, as docs/protocol/portal-api.md states them.
import { learn } from './time';
import type { Creation, Known, Request } from './webauthn';

export type Step = 'provider' | 'pin' | 'enrol' | 'challenge' | 'continue' | 'denied';

export interface Organization { name: string; header_text: string; footer_text: string; logo_path: string }
export interface Provider { id: string; type: 'onetimepin' | 'oidc'; name: string }
export interface Pin { email: string; expires_at: string; resend_at: string }
export interface Denied { reason: 'policy' | 'disabled' | 'no_mfa_method'; message: string; url: string }
export interface Enrolling { needs: 'nothing' | 'prove' | 'sign_in'; has_devices: boolean }

export interface SignInState {
	organization: Organization;
	application: { name: string; host: string } | null;
	step: Step;
	providers: Provider[];
	last_provider: string | null;
	auto_redirect: boolean;
	pin: Pin | null;
	user: { email: string; name: string; provider: string } | null;
	methods: string[];
	ask_again_after: string | null;
	enrol: Enrolling | null;
	denied: Denied | null;
}

export interface TotpEnrolment {
	id: string;
	factor: 'totp';
	issuer: string;
	account: string;
	key: string;
	algorithm: string;
	digits: number;
	period_s: number;
	qr: string;
}

export interface KeyEnrolment {
	id: string;
	factor: 'webauthn';
	kind: string;
	options: Creation;
}

export interface Enrolled {
	id: string;
	factor: string;
	kind: string;
	name: string;
	is_named_by_us: boolean;
	model: string;
	is_synced: boolean;
}

// What confirming an enrolment answers; whoever asked knows what else there is.
// `backup_codes`: whether a set is to be made next; null where nobody has any.
export interface Confirmed { enrolled: Enrolled; backup_codes?: 'needed' | 'kept' | null }

// `left`: how many codes, of backup codes alone.
export interface Method { factor: string; kind: string; name: string; last_used_at: string | null; left?: number }

export interface Challenge {
	id: string;
	methods: Method[];
	webauthn: Request | null;
	ask_again_after: string | null;
	expires_at: string;
	edge: string;
}

export interface Me {
	user: { id: string; email: string; name: string };
	organization: Organization;
	session: { expires_at: string };
	proof: { method: string; at: string; until: string } | null;
}

export interface Application {
	id: string;
	name: string;
	host: string;
	url: string;
	logo_url: string;
	asks: 'nothing' | 'second_factor' | 'enrol';
}

export interface Closing { id: string; name: string; host: string }

export interface Device {
	id: string;
	factor: string;
	kind: string;
	name: string;
	model: string;
	created_at: string;
	last_used_at: string | null;
	is_synced: boolean;
	can_rename: boolean;
	opened_window: boolean;
	if_removed: { remain: number; closes: Closing[] };
}

export interface BackupCodesLeft { total: number; left: number; made_at: string }

export interface Devices {
	devices: Device[];
	window: { opened_at: string; expires_at: string } | null;
	needs: 'nothing' | 'prove' | 'sign_in';
	frozen_at: string | null;
	can_enrol: string[];
	cannot_enrol: { kind: string; reason: string }[];
	can_have_backup_codes: boolean;
	backup_codes: BackupCodesLeft | null;
	signal: Known;
	removed?: { id: string; kind: string; name: string; remain: number; closes: Closing[]; credential_id: string | null };
}

// What a call that did not succeed says. `until` is the end of its retry_after_s by this machine's
// clock, or null. `values` are for the sentence of the code.
export class Failure extends Error {
	constructor(
		readonly code: string,
		readonly requestId = '',
		readonly until: number | null = null,
		readonly triesLeft = 0,
		readonly values: Record<string, string> = {},
	) {
		super(code);
	}

	with(values: Record<string, string>): Failure
	{
		return new Failure(this.code, this.requestId, this.until, this.triesLeft, { ...this.values, ...values });
	}
}

const TIMEOUT_MS = 20000;

async function failureOf(response: Response): Promise<Failure>
{
	const id = response.headers.get('x-request-id') ?? '';
	try {
		const { error, request_id } = await response.json();
		const { code, retry_after_s, tries_left, ...more } = error;
		const wait = Number(retry_after_s ?? 0);
		return new Failure(String(code), request_id ?? id, wait > 0 ? Date.now() + wait * 1000 : null,
			Number(tries_left ?? 0), Object.fromEntries(Object.entries(more).map(([name, value]) => [name, String(value)])));
	} catch {
		// A proxy's own page: the server behind it does not answer.
		return new Failure(response.status >= 500 ? 'unavailable' : 'unknown', id);
	}
}

async function call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T>
{
	let response: Response;
	try {
		response = await fetch('/api/v1' + path, {
			method,
			headers: body ? { 'Content-Type': 'application/json', Accept: 'application/json' } : { Accept: 'application/json' },
			body: body ? JSON.stringify(body) : null,
			cache: 'no-store',
			redirect: 'error',
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
	} catch {
		throw new Failure('network');
	}
	learn(response.headers.get('date'));
	if (!response.ok)
		throw await failureOf(response);
	try {
		return await response.json();
	} catch {
		throw new Failure('network', response.headers.get('x-request-id') ?? '');
	}
}

export const get = <T>(path: string): Promise<T> => call('GET', path);
export const post = <T>(path: string, body: object): Promise<T> => call('POST', path, body);

// `meta` says where the person was going; without one they sign in to the portal itself.
export type Meta = string | null;

export const withMeta = (meta: Meta, body: object = {}): object => (meta === null ? body : { meta, ...body });

export function signIn(meta: Meta): Promise<SignInState>
{
	return get('/sign-in' + (meta === null ? '' : '?' + new URLSearchParams({ meta })));
}

// Follows an address that the server names. Nothing but a web page can be one.
export function go(address: string): void
{
	const url = new URL(address, location.href);
	if (url.protocol !== 'https:' && url.protocol !== 'http:')
		throw new Failure('unknown');
	location.assign(url);
}

export function asFailure(e: unknown): Failure
{
	if (e instanceof Failure)
		return e;
	console.error(e);
	return new Failure('unknown');
}
