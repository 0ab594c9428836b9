// The audit trail (docs/protocol/member-api.md, "Audit"): what is looked for, and what comes.
import type { Api, Query } from './api';

export interface Person { id: string; email: string | null }

// email null: it has been forgotten, or it is no person but an object.
export interface AuditEvent {
	id: string;
	at: string;
	kind: string;
	text: string;
	actor: Person | null;
	subject: Person | null;
	address: string | null;
	browser: string | null;
	details: Record<string, unknown> | null;
	is_sealed: boolean;
	is_forgotten: boolean;
}

// What an object was called, where the event says so.
export function objectName(e: AuditEvent): string
{
	const name = e.details?.email ?? e.details?.name;
	return typeof name === 'string' ? name : '';
}

export interface Kind { kind: string; text: string }

// As they stand in the address. span: one of SPANS, "own" with since and until, or empty.
export interface Filters { kind: string; actor: string; subject: string; address: string; span: string; since: string; until: string }

export const NONE: Filters = { kind: '', actor: '', subject: '', address: '', span: '', since: '', until: '' };
export const SPANS: Record<string, number> = { day: 86400, week: 604800, month: 2592000 };

export const filtersOf = (query: URLSearchParams): Filters =>
	Object.fromEntries(Object.keys(NONE).map((name) => [name, query.get(name) ?? ''])) as unknown as Filters;

export const isFiltered = (f: Filters): boolean => Object.values(f).some((v) => v !== '');

// Days are those of the reader; a span begins at a whole minute, so that the same page asks the same.
const startOf = (day: string, later = 0): string | undefined => {
	const at = new Date(`${day}T00:00`);
	at.setDate(at.getDate() + later);
	return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
};

export function queryOf(f: Filters): Query
{
	const { kind, actor, subject, address } = f;
	const span = SPANS[f.span];
	return {
		kind, actor, subject, address,
		since: span ? new Date(Math.floor(Date.now() / 60000) * 60000 - span * 1000).toISOString() : startOf(f.since),
		until: span ? undefined : startOf(f.until, 1),
	};
}

export interface Trail { events: AuditEvent[]; next: string | null }

export const readTrail = (api: Api, f: Filters, cursor: string, limit: number): Promise<Trail> =>
	api.own.get<Trail>('/audit', { ...queryOf(f), cursor, limit });

export const readKinds = async (api: Api): Promise<Kind[]> => (await api.own.get<{ kinds: Kind[] }>('/audit/kinds')).kinds;

// "member.role" is of the family "member.*".
export function familiesOf(kinds: Kind[]): Map<string, Kind[]>
{
	const families = new Map<string, Kind[]>();
	for (const k of [...kinds].sort((a, b) => a.kind.localeCompare(b.kind))) {
		const name = k.kind.split('.')[0] ?? k.kind;
		families.set(name, [...families.get(name) ?? [], k]);
	}
	return families;
}
