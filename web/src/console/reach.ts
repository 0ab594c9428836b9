// Whom a setting reaches, as far as can be said without judging policies: who fits which is the
// gate's to say.
import { type Api, permitted } from './api';
import { ownMfa } from './words';
import type { App, Authenticator, Method, Organization, Policy } from './types';

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

// How many active people have enrolled what.
export interface Counts { users: number; methods: Record<Method | 'none', number> }

// null: what the role may not know.
export const countPeople = (api: Api): Promise<Counts | null> => permitted(api.own.get<Counts>('/mfa_counts'), null);
