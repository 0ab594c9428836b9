// Where an object is used: rules name lists, rule groups, service tokens and providers by id.
import type { App, Group, Organization, Policy, Rules } from './types';
import { permitted } from './api';
import { t } from './text';

export interface Use { href: string; name: string; as: string }

interface World { org: Organization | null; apps: App[]; policies: Policy[]; groups: Group[] }

function names(rules: Rules, id: string): boolean
{
	return [...rules.include, ...rules.exclude, ...rules.require]
		.some((rule) => Object.values(rule).some((fields) => Object.values(fields ?? {}).includes(id)));
}

export function usesOf(id: string, { org, apps, policies, groups }: World): Use[]
{
	const uses: Use[] = [];
	if (org?.mfa_config?.required_aaguids === id)
		uses.push({ href: '/console/access-settings', name: t('settings.title'), as: t('models.required') });
	if (org?.countersign?.denied_aaguids === id)
		uses.push({ href: '/console/access-settings', name: t('settings.title'), as: t('models.denied') });
	for (const app of apps) {
		const href = `/console/applications/${app.id}`;
		if (app.countersign?.required_aaguids === id)
			uses.push({ href, name: app.name, as: t('models.required') });
		if (app.countersign?.denied_aaguids === id)
			uses.push({ href, name: app.name, as: t('models.denied') });
		if (app.allowed_idps?.includes(id))
			uses.push({ href, name: app.name, as: t('use.sign_in') });
		for (const policy of app.policies) {
			if (policy.id === id)
				uses.push({ href, name: app.name, as: t('use.policy') });
			if (policy.reusable === false && names(policy, id))
				uses.push({ href: `${href}/policies/${policy.id}`, name: `${app.name} › ${policy.name}`, as: t('use.rule') });
		}
	}
	for (const policy of policies)
		if (names(policy, id))
			uses.push({ href: `/console/policies/${policy.id}`, name: policy.name, as: t('use.rule') });
	for (const group of groups)
		if (group.id !== id && names(group, id))
			uses.push({ href: `/console/groups/${group.id}`, name: group.name, as: t('use.rule') });
	return uses;
}

// Everything that could use something, in one load.
export async function worldOf(api: { all: <T>(path: string) => Promise<T[]>; get: <T>(path: string) => Promise<T> }): Promise<World>
{
	const [org, apps, policies, groups] = await Promise.all([
		permitted(api.get<Organization>('/access/organizations'), null), permitted(api.all<App>('/access/apps'), []),
		permitted(api.all<Policy>('/access/policies'), []), permitted(api.all<Group>('/access/groups'), []),
	]);
	return { org, apps, policies, groups };
}

export type { World };
