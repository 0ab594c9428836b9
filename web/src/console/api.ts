// The console's calls: the configuration API (/client/v4, docs/protocol/configuration-api.md) and
// our own (/api/v1, docs/protocol/console-api.md), both by the member's cookie.
import { Failure } from '../api';
import { learn } from '../time';

// `said` is what the configuration API found wrong with the content: it names the field and the
// objects, which no sentence of ours could. It is the one text of the server's that is shown.
// An object that stands in the way, and where it is in the console.
export interface Obstacle { name: string; href: string }

export class Refusal extends Failure {
	constructor(code: string, requestId = '', until: number | null = null, readonly said = '', readonly objects: Obstacle[] = [])
	{
		super(code, requestId, until);
	}
}

const TIMEOUT_MS = 30000;

// Numbers of docs/protocol/configuration-api.md.
function codeOf(number: number, status: number): string
{
	if (status === 401 || number === 9106 || number === 9109)
		return 'signed_out';
	if (status === 409)
		return 'conflict';
	if (status === 413)
		return 'too_large';
	switch (number) {
	case 12130: case 12136: return 'refused';
	case 12135: case 7003: return 'not_found';
	case 9999: return 'no_organization';
	case 10000: return 'no_permission';
	case 20403: return 'prove_first';
	default: return status >= 500 || status === 429 ? 'unavailable' : 'unknown';
	}
}

interface Envelope<T> {
	result: T;
	result_info?: { total_count?: number; page?: number; per_page?: number };
	errors?: { code: number; message: string; countersign?: { name: string; console_path: string } }[];
	error?: { code: string; message?: string; retry_after_s?: number };
	request_id?: string;
}

async function refusalOf(response: Response): Promise<Refusal>
{
	const id = response.headers.get('x-request-id') ?? '';
	const wait = Number(response.headers.get('retry-after') ?? 0);
	const until = wait > 0 ? Date.now() + wait * 1000 : null;
	let body: Envelope<unknown>;
	try {
		body = await response.json();
	} catch {
		// A proxy's own page: the server behind it does not answer.
		return new Refusal(response.status >= 500 ? 'unavailable' : 'unknown', id);
	}
	if (body.error) {
		const more = Number(body.error.retry_after_s ?? 0);
		return new Refusal(body.error.code, body.request_id ?? id, more > 0 ? Date.now() + more * 1000 : until, body.error.message ?? '');
	}
	const first = body.errors?.[0];
	const code = codeOf(first?.code ?? 0, response.status);
	const objects = (body.errors ?? []).flatMap(({ countersign: o }) => (o ? [{ name: o.name, href: o.console_path }] : []));
	return new Refusal(code, id, until, code === 'refused' && first?.message ? spoken(first.message) : '', objects);
}

// The API's own refusal, without the name that programs read: a sentence.
function spoken(message: string): string
{
	const words = message.replace(/^access\.api\.error\.[a-z_]+: /, '');
	return words.charAt(0).toUpperCase() + words.slice(1) + (/[.?)]$/.test(words) ? '' : '.');
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

async function send<T>(method: Method, path: string, body?: unknown): Promise<Envelope<T> & T>
{
	const changes = method !== 'GET';
	let response: Response;
	try {
		response = await fetch(path, {
			method,
			// By cookie, whatever changes something says that it is JSON, also without a body (DELETE).
			headers: { Accept: 'application/json', ...(changes ? { 'Content-Type': 'application/json' } : {}) },
			body: changes && method !== 'DELETE' ? JSON.stringify(body ?? {}) : null,
			cache: 'no-store',
			redirect: 'error',
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
	} catch {
		throw new Refusal('network');
	}
	learn(response.headers.get('date'));
	if (!response.ok)
		throw await refusalOf(response);
	try {
		return await response.json();
	} catch {
		throw new Refusal('network', response.headers.get('x-request-id') ?? '');
	}
}

export const own = {
	get: <T>(path: string): Promise<T> => send<T>('GET', '/api/v1' + path),
	post: <T>(path: string, body: object = {}): Promise<T> => send<T>('POST', '/api/v1' + path, body),
	remove: <T>(path: string): Promise<T> => send<T>('DELETE', '/api/v1' + path),
};

// What belongs to the member, not to an account: paths begin behind /client/v4/user.
export const user = {
	get: async <T>(path: string): Promise<T> => (await send<T>('GET', '/client/v4/user' + path)).result,
	post: async <T>(path: string, body: object): Promise<T> => (await send<T>('POST', '/client/v4/user' + path, body)).result,
	put: async <T>(path: string, body: object = {}): Promise<T> => (await send<T>('PUT', '/client/v4/user' + path, body)).result,
	remove: async (path: string): Promise<unknown> => (await send('DELETE', '/client/v4/user' + path)).result,
};

// The caller's own membership is named by its account.
export const leaveAccount = async (account: string): Promise<unknown> => (await send('DELETE', `/client/v4/memberships/${account}`)).result;

export interface Page<T> { items: T[]; total: number }

export type Query = Record<string, string | number | boolean | undefined>;

function search(query: Query): string
{
	const text = new URLSearchParams();
	for (const [name, value] of Object.entries(query))
		if (value !== undefined && value !== '')
			text.set(name, String(value));
	return text.size > 0 ? `?${text}` : '';
}

// What was shown before, so that going back shows it at once. Any change makes all of it doubtful.
const kept = new Map<string, unknown>();

export const keep = (key: string, data: unknown): void => void kept.set(key, data);
export const recall = <T>(key: string): T | undefined => kept.get(key) as T | undefined;
export const forget = (): void => kept.clear();

const EVERY = 1000;

// Asks who is at the page for their password: done once it was right, else fails with what to say.
export type Prove = (refusal: Refusal) => Promise<void>;

// One account's objects. Paths begin behind /accounts/{id}.
export class Api {
	constructor(readonly account: string, private readonly prove: Prove) {}

	// What a session alone is not enough for is sent once more when the password was given.
	private async proved<T>(send: () => Promise<T>): Promise<T>
	{
		try {
			return await send();
		} catch (e) {
			const refusal = asRefusal(e);
			if (refusal.code !== 'prove_first')
				throw refusal;
			await this.prove(refusal);
			return await send();
		}
	}

	private async change<T>(method: Method, path: string, body?: unknown): Promise<T>
	{
		try {
			return (await this.proved(() => send<T>(method, this.at(path), body))).result;
		} finally {
			// Also after a failure: it may have been made.
			forget();
		}
	}

	private at(path: string): string
	{
		return `/client/v4/accounts/${this.account}${path}`;
	}

	async get<T>(path: string, query: Query = {}): Promise<T>
	{
		return (await send<T>('GET', this.at(path) + search(query))).result;
	}

	async page<T>(path: string, query: Query = {}): Promise<Page<T>>
	{
		const { result, result_info } = await send<T[]>('GET', this.at(path) + search(query)) as Envelope<T[]>;
		return { items: result ?? [], total: result_info?.total_count ?? result?.length ?? 0 };
	}

	// The whole of a list that is chosen from: an account has at most a few thousand of each.
	async all<T>(path: string): Promise<T[]>
	{
		const items: T[] = [];
		for (let page = 1; ; page++) {
			const next = await this.page<T>(path, { page, per_page: EVERY });
			items.push(...next.items);
			if (next.items.length < EVERY)
				return items;
		}
	}

	post = <T>(path: string, body?: unknown): Promise<T> => this.change('POST', path, body);
	put = <T>(path: string, body: unknown): Promise<T> => this.change('PUT', path, body);
	patch = <T>(path: string, body: unknown): Promise<T> => this.change('PATCH', path, body);
	remove = (path: string): Promise<unknown> => this.change('DELETE', path);

	// Our own part of the API, which Cloudflare's has nothing for.
	own = {
		get: <T>(path: string, query: Query = {}): Promise<T> => own.get<T>(`/accounts/${this.account}${path}${search(query)}`),
		post: async <T>(path: string, body: object = {}): Promise<T> => {
			try {
				return await this.proved(() => own.post<T>(`/accounts/${this.account}${path}`, body));
			} finally {
				forget();
			}
		},
		remove: async <T>(path: string): Promise<T> => {
			try {
				return await own.remove<T>(`/accounts/${this.account}${path}`);
			} finally {
				forget();
			}
		},
	};
}

export function asRefusal(e: unknown): Refusal
{
	if (e instanceof Refusal)
		return e;
	if (e instanceof Failure)
		return new Refusal(e.code, e.requestId, e.until);
	console.error(e);
	return new Refusal('unknown');
}

// What a role may not read, and what is not there, is left out: the page does without.
export async function permitted<T, N>(reading: Promise<T>, otherwise: N): Promise<T | N>
{
	try {
		return await reading;
	} catch (e) {
		if (['no_permission', 'not_allowed', 'not_found', 'no_organization'].includes(asRefusal(e).code))
			return otherwise;
		throw e;
	}
}
