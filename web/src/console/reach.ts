// Whom a setting reaches, as far as can be said without judging policies: who fits which is the
// gate's to say.
import type { Api } from './api';
import { ownMfa } from './words';
import { METHODS, type App, type Authenticator, type Method, type Organization, type Policy, type User } from './types';

// null: nothing is asked for.
function methodsAsked(org: Organization | null, app: App, policy: Policy | null): Method[] | null
{
	const allowed = org?.mfa_config?.allowed_authenticators ?? [];
	if (allowed.length === 0)
		return null;
	for (const config of [policy?.mfa_config, app.mfa_config]) {
		const own = ownMfa(config);
		if (own === 'off')
			return null;
		if (own === 'own')
			return config?.allowed_authenticators ?? allowed;
	}
	return org?.mfa_required_for_all_apps ? allowed : null;
}

// Applications of which each Allow policy asks for a method that is not among those left.
export function closesWithout(left: Authenticator[], org: Organization | null, apps: App[], policies: Policy[]): App[]
{
	const have = new Set(left.map((d) => d.type));
	return apps.filter((app) => {
		const ways = app.policies.map((p) => policies.find((x) => x.id === p.id) ?? p).filter((p) => p.decision === 'allow');
		const asked = ways.map((p) => methodsAsked(org, app, p));
		return asked.length > 0 && asked.every((methods) => methods !== null && !methods.some((m) => have.has(m)));
	});
}

// How many people have enrolled what.
export interface Counts { people: number; without: number; methods: Record<Method, number> }

const COUNTED_MAX = 1000;

// null: more people than are counted here.
export async function countPeople(api: Api): Promise<Counts | null>
{
	if ((await api.page<User>('/access/users', { per_page: 1 })).total > COUNTED_MAX)
		return null;
	const { items } = await api.page<User>('/access/users', { per_page: COUNTED_MAX });
	const active = items.filter((u) => u.countersign?.status === 'active');
	const having = (m: Method) => active.filter((u) => u.countersign?.methods?.includes(m)).length;
	return {
		people: active.length,
		without: active.filter((u) => u.countersign?.methods?.length === 0).length,
		methods: Object.fromEntries(METHODS.map((m) => [m, having(m)])) as Record<Method, number>,
	};
}
