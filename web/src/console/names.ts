// Everything that rules can name, in one load.
import { type Api, permitted } from './api';
import type { Names } from './rules';
import type { App, Group, List, Provider, ServiceToken } from './types';

export async function namesOf(api: Api): Promise<Names>
{
	const [lists, groups, providers, tokens, apps] = await Promise.all([
		permitted(api.get<List[]>('/gateway/lists'), []), permitted(api.all<Group>('/access/groups'), []), permitted(api.all<Provider>('/access/identity_providers'), []),
		permitted(api.all<ServiceToken>('/access/service_tokens'), []), permitted(api.all<App>('/access/apps'), []),
	]);
	return { lists, groups, providers, tokens, apps };
}
