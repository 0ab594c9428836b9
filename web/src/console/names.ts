// Everything that rules can name, in one load.
import type { Api } from './api';
import type { Names } from './rules';
import type { App, Group, List, Provider, ServiceToken } from './types';

// What a role may not read is not there to be chosen from.
const quiet = <T>(p: Promise<T[]>): Promise<T[]> => p.catch((e) => {
	if (['no_permission', 'not_allowed', 'not_found'].includes(e.code))
		return [];
	throw e;
});

export async function namesOf(api: Api): Promise<Names>
{
	const [lists, groups, providers, tokens, apps] = await Promise.all([
		quiet(api.get<List[]>('/gateway/lists')), quiet(api.all<Group>('/access/groups')), quiet(api.all<Provider>('/access/identity_providers')),
		quiet(api.all<ServiceToken>('/access/service_tokens')), quiet(api.all<App>('/access/apps')),
	]);
	return { lists, groups, providers, tokens, apps };
}
