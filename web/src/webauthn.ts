// What the browser does for security keys and for the biometrics built into a device.
//
// Each ceremony has an end of its own: a browser without an authenticator may wait for ever, past
// the time it was given. Whatever the browser says about a failure becomes a Failure whose code has
// a sentence.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asFailure, Failure } from './api';
import { duration } from './time';

export type Creation = PublicKeyCredentialCreationOptionsJSON;
export type Request = PublicKeyCredentialRequestOptionsJSON;

export function canUseKeys(): boolean
{
	return isSecureContext && typeof PublicKeyCredential === 'function' &&
		typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function' &&
		typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function' &&
		typeof PublicKeyCredential.prototype.toJSON === 'function';
}

let builtIn: Promise<boolean> | null = null;

// Has this device a sensor or a screen lock that can confirm? undefined until the browser has said.
export function useBuiltIn(): boolean | undefined
{
	const [there, set] = useState<boolean>();
	useEffect(() => {
		builtIn ??= canUseKeys()
			? PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false)
			: Promise.resolve(false);
		builtIn.then(set);
	}, []);
	return there;
}

interface BrowserData { platform?: string }

// What the maker of this device calls its biometrics: the last part of a text's key.
export function builtInName(): 'ios' | 'android' | 'mac' | 'windows' | 'other'
{
	const { userAgentData } = navigator as Navigator & { userAgentData?: BrowserData };
	const platform = `${userAgentData?.platform ?? ''} ${navigator.platform} ${navigator.userAgent}`;
	if (/iPhone|iPad/.test(platform) || (/Mac/.test(platform) && navigator.maxTouchPoints > 1))
		return 'ios';
	if (/Android/.test(platform))
		return 'android';
	if (/Mac/.test(platform))
		return 'mac';
	return /Win/.test(platform) ? 'windows' : 'other';
}

// Safari opens its window only after a click. Its engine is the one that knows gestures as events.
export function mayStartItself(): boolean
{
	return document.hasFocus() && !('GestureEvent' in window);
}

const GRACE_MS = 1000;
const TIMEOUT_MS = 60000;

const CODES: Record<string, string> = {
	AbortError: 'key_stopped',
	ConstraintError: 'key_unready',
	InvalidStateError: 'key_known',
	NotAllowedError: 'key_stopped',
	NotSupportedError: 'key_unsupported',
	OperationError: 'key_busy',
	SecurityError: 'key_address',
	TimeoutError: 'key_stopped',
};

// Within this time nobody has been asked: the browser wants a click first, or does not do it here.
const AT_ONCE_MS = 500;

// `took` milliseconds of the `ms` that there were; `host` is the address that the keys belong to.
function failureOf(e: unknown, took: number, ms: number, host: string): Failure
{
	const name = e instanceof DOMException ? e.name : '';
	// A fault of this page or of the server's options is nobody's key.
	if (name === '' && !(e instanceof TypeError))
		return asFailure(e);
	if (name === 'NotAllowedError' && took < AT_ONCE_MS)
		return new Failure('key_not_asked');
	return new Failure(CODES[name] ?? 'key_failed').with({ time: duration(Math.ceil(ms / 1000)), host });
}

// Settles when `run` does, when `leave` is aborted, or `ms` and a little later.
async function bounded<T>(ms: number, leave: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T>
{
	const own = new AbortController();
	const stop = () => own.abort(leave.reason);
	const timer = setTimeout(() => own.abort(new DOMException('', 'TimeoutError')), ms + GRACE_MS);
	leave.addEventListener('abort', stop);
	try {
		const stopped = new Promise<never>((_, reject) => {
			own.signal.addEventListener('abort', () => reject(own.signal.reason));
		});
		return await Promise.race([run(own.signal), stopped]);
	} finally {
		clearTimeout(timer);
		leave.removeEventListener('abort', stop);
	}
}

async function ceremony(ms: number, host: string, leave: AbortSignal, run: (signal: AbortSignal) => Promise<Credential | null>): Promise<object>
{
	const began = performance.now();
	try {
		const credential = await bounded(ms, leave, run);
		if (!(credential instanceof PublicKeyCredential))
			throw new DOMException('', 'UnknownError');
		return credential.toJSON();
	} catch (e) {
		throw failureOf(e, performance.now() - began, ms, host);
	}
}

export function timeOf(options: Creation | Request): number
{
	return options.timeout ?? TIMEOUT_MS;
}

export function create(options: Creation, leave: AbortSignal): Promise<object>
{
	return ceremony(timeOf(options), options.rp.id ?? location.hostname, leave, (signal) =>
		navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options), signal }));
}

export function get(options: Request, leave: AbortSignal): Promise<object>
{
	return ceremony(timeOf(options), options.rpId ?? location.hostname, leave, (signal) =>
		navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options), signal }));
}

export interface Waiting {
	// When the browser gives up, by this machine's clock; null while nothing is asked of it.
	until: number | null;
	start: () => void;
	cancel: () => void;
}

// Runs one ceremony at a time. `run` is given the signal that ends it; `failed` is not called for
// what the person ended, by the button or by leaving the page.
export function useCeremony(ms: number, run: (leave: AbortSignal) => Promise<void>, failed: (failure: Failure) => void): Waiting
{
	const [until, setUntil] = useState<number | null>(null);
	const running = useRef<AbortController | null>(null);
	const now = useRef({ run, failed });
	now.current = { run, failed };

	const start = useCallback(async () => {
		if (running.current)
			return;
		const own = new AbortController();
		running.current = own;
		setUntil(Date.now() + ms);
		try {
			await now.current.run(own.signal);
		} catch (e) {
			if (!own.signal.aborted)
				now.current.failed(asFailure(e));
		}
		if (running.current === own) {
			running.current = null;
			setUntil(null);
		}
	}, [ms]);
	const cancel = useCallback(() => {
		running.current?.abort();
		running.current = null;
		setUntil(null);
	}, []);

	useEffect(() => cancel, []);
	return { until, start, cancel };
}

// Tells the browser's own list of keys what this house still knows; for the owner's page alone.
export interface Known { rp_id: string; user_id: string; credential_ids: string[] }

interface Signals {
	signalAllAcceptedCredentials?: (known: { rpId: string; userId: string; allAcceptedCredentialIds: string[] }) => Promise<void>;
	signalUnknownCredential?: (gone: { rpId: string; credentialId: string }) => Promise<void>;
}

// A courtesy: nothing depends on it, so nothing is said when the browser does not do it. `gone` is
// the key that was removed just now.
export async function tellBrowser(known: Known, gone: string | null = null): Promise<void>
{
	if (!canUseKeys())
		return;
	const signals = PublicKeyCredential as unknown as Signals;
	const { rp_id: rpId, user_id: userId, credential_ids: allAcceptedCredentialIds } = known;
	try {
		if (gone !== null)
			await signals.signalUnknownCredential?.({ rpId, credentialId: gone });
		await signals.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds });
	} catch {
		// The browser's list stays as it was.
	}
}
