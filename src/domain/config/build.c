#include "domain/config/publish.h"

#include "gate/lists.h"

#include <stdlib.h>

/*
 * Groups whose answer cannot be trusted: broken ones, and those that name a broken or missing one.
 * "No match" would be wrong for them in an exclude or in a Block policy.
 */
static bool
list_is_sound(const struct cs_image *image, const bool *is_sound, const struct cs_rule_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->rules[i].kind != CS_RULE_GROUP)
			continue;
		const struct cs_image_group *g = cs_image_group(image, list->rules[i].id);
		if (g == NULL || !is_sound[g - image->groups])
			return false;
	}
	return true;
}

static bool
rules_are_sound(const struct cs_image *image, const bool *is_sound, const struct cs_rules *rules)
{
	return list_is_sound(image, is_sound, &rules->include) &&
	       list_is_sound(image, is_sound, &rules->exclude) &&
	       list_is_sound(image, is_sound, &rules->require);
}

static bool *
find_sound_groups(struct cs_arena *a, const struct cs_image *image)
{
	bool *is_sound = CS_NEW_ARRAY(a, bool, image->group_count + 1);
	for (size_t i = 0; i < image->group_count; i++)
		is_sound[i] = !image->groups[i].is_broken;
	bool has_changed = true;
	while (has_changed) {
		has_changed = false;
		for (size_t i = 0; i < image->group_count; i++) {
			if (!is_sound[i])
				continue;
			is_sound[i] =
			    rules_are_sound(image, is_sound, &image->groups[i].group.rules);
			has_changed = has_changed || !is_sound[i];
		}
	}
	return is_sound;
}

/* In ascending precedence, or none at all when one of them cannot be judged. */
static void
link_policies(struct cs_arena *a, const struct cs_image *image, const bool *is_sound,
    const struct cs_image_application *app, struct cs_application *out)
{
	size_t count = 0;
	const struct cs_policy_link *links = cs_image_links(image, app->row.id, &count);
	struct cs_policy *policies = CS_NEW_ARRAY(a, struct cs_policy, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct cs_image_policy *p = cs_image_policy(image, links[i].policy);
		if (p == NULL || p->is_broken ||
		    !rules_are_sound(image, is_sound, &p->policy.rules))
			return;
		policies[i] = p->policy;
	}
	out->policies = policies;
	out->policy_count = count;
}

/* A broken body no longer says what it guards; the places' own rows do. */
static void
set_places(struct cs_arena *a, const struct cs_image *image, const struct cs_image_application *app,
    struct cs_application *out)
{
	struct cs_destination *list =
	    CS_NEW_ARRAY(a, struct cs_destination, image->place_count + 1);
	out->destinations = list;
	out->destination_count = 0;
	for (size_t i = 0; i < image->place_count; i++) {
		const struct cs_place *p = &image->places[i];
		if (cs_id_equal(p->application, app->row.id))
			list[out->destination_count++] = (struct cs_destination){
				.host = cs_arena_str(a, p->host),
				.path = cs_arena_str(a, p->path),
			};
	}
}

static void
build_applications(struct cs_arena *a, const struct cs_image *image, struct cs_access_config *out)
{
	const bool *is_sound = find_sound_groups(a, image);
	struct cs_application *list =
	    CS_NEW_ARRAY(a, struct cs_application, image->application_count + 1);
	for (size_t i = 0; i < image->application_count; i++) {
		const struct cs_image_application *app = &image->applications[i];
		list[i] = app->application;
		list[i].policies = NULL;
		list[i].policy_count = 0;
		if (app->is_broken)
			set_places(a, image, app, &list[i]);
		else if (!image->organization_is_broken)
			link_policies(a, image, is_sound, app, &list[i]);
	}
	out->applications = list;
	out->application_count = image->application_count;
}

static void
build_groups(struct cs_arena *a, const struct cs_image *image, struct cs_access_config *out)
{
	struct cs_rule_group *list = CS_NEW_ARRAY(a, struct cs_rule_group, image->group_count + 1);
	for (size_t i = 0; i < image->group_count; i++) {
		if (!image->groups[i].is_broken)
			list[out->group_count++] = image->groups[i].group;
	}
	out->groups = list;
}

/* --- what rules ask of providers --- */

struct claim_names {
	struct cs_arena *a;
	cs_str *list;
	size_t count;
};

static void
add_claim(struct claim_names *names, cs_str name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (cs_str_equal(names->list[i], name))
			return;
	}
	cs_str *more = CS_NEW_ARRAY(names->a, cs_str, names->count + 1);
	if (names->count > 0)
		memcpy(more, names->list, names->count * sizeof(*more));
	more[names->count++] = name;
	names->list = more;
}

static void
add_list_claims(struct claim_names *names, const struct cs_rule_list *list, cs_id provider)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct cs_rule *r = &list->rules[i];
		if (!cs_id_equal(r->id, provider))
			continue;
		if (r->kind == CS_RULE_OIDC)
			add_claim(names, r->name);
		if (r->kind == CS_RULE_AUTH_CONTEXT) {
			add_claim(names, CS_STR("acr"));
			add_claim(names, CS_STR("acrs"));
		}
	}
}

static void
add_rules_claims(struct claim_names *names, const struct cs_rules *rules, cs_id provider)
{
	add_list_claims(names, &rules->include, provider);
	add_list_claims(names, &rules->exclude, provider);
	add_list_claims(names, &rules->require, provider);
}

/* A claim that a rule judges is kept of every sign-in from then on, whether it is configured or not. */
static void
add_judged_claims(
    struct cs_arena *a, const struct cs_image *image, struct cs_identity_provider *provider)
{
	struct claim_names names = { .a = a };
	for (size_t i = 0; i < provider->claim_count; i++)
		add_claim(&names, provider->claims[i]);
	for (size_t i = 0; i < image->policy_count; i++)
		add_rules_claims(&names, &image->policies[i].policy.rules, provider->id);
	for (size_t i = 0; i < image->group_count; i++)
		add_rules_claims(&names, &image->groups[i].group.rules, provider->id);
	provider->claims = names.list;
	provider->claim_count = names.count;
}

static void
build_providers(struct cs_arena *a, const struct cs_image *image, struct cs_access_config *out)
{
	struct cs_identity_provider *list =
	    CS_NEW_ARRAY(a, struct cs_identity_provider, image->provider_count + 1);
	for (size_t i = 0; i < image->provider_count; i++) {
		if (image->providers[i].is_broken)
			continue;
		list[out->provider_count] = image->providers[i].provider;
		add_judged_claims(a, image, &list[out->provider_count++]);
	}
	out->providers = list;
}

static void
build_lists(struct cs_arena *a, const struct cs_image *image, struct cs_access_config *out)
{
	struct cs_list *lists = CS_NEW_ARRAY(a, struct cs_list, image->list_count + 1);
	for (size_t i = 0; i < image->list_count; i++) {
		if (!image->lists[i].is_broken)
			lists[out->list_count++] = image->lists[i].list;
	}
	out->lists = lists;
}

static bool
list_judges(const struct cs_rule_list *list, enum cs_rule_kind kind)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->rules[i].kind == kind)
			return true;
	}
	return false;
}

static bool
rules_judge(const struct cs_rules *r, enum cs_rule_kind kind)
{
	return list_judges(&r->include, kind) || list_judges(&r->exclude, kind) ||
	       list_judges(&r->require, kind);
}

static bool
image_judges(const struct cs_image *image, enum cs_rule_kind kind)
{
	for (size_t i = 0; i < image->policy_count; i++) {
		if (rules_judge(&image->policies[i].policy.rules, kind))
			return true;
	}
	for (size_t i = 0; i < image->group_count; i++) {
		if (rules_judge(&image->groups[i].group.rules, kind))
			return true;
	}
	return false;
}

static int
client_order(const void *left, const void *right)
{
	const struct cs_service_token *a = left, *b = right;
	return cs_str_order(a->client_id, b->client_id);
}

static void
build_service_tokens(struct cs_arena *a, const struct cs_image *image, struct cs_access_config *out)
{
	struct cs_service_token *tokens =
	    CS_NEW_ARRAY(a, struct cs_service_token, image->service_token_count + 1);
	for (size_t i = 0; i < image->service_token_count; i++) {
		tokens[i] = image->service_tokens[i].token;
		tokens[i].name = cs_arena_str(a, tokens[i].name);
		tokens[i].client_id = cs_arena_str(a, tokens[i].client_id);
	}
	qsort(tokens, image->service_token_count, sizeof(*tokens), client_order);
	out->service_tokens = tokens;
	out->service_token_count = image->service_token_count;
}

/* Members read this name in their applications and mails; their realm's row has one for nobody. */
static cs_str
name_of(struct cs_arena *a, const struct cs_image *image)
{
	return cs_id_is_zero(image->account.id) ? CS_STR("Countersign")
						: cs_arena_str(a, image->account.name);
}

void
cs_config_build(struct cs_arena *a, const struct cs_image *image, struct cs_access_config *out)
{
	*out = (struct cs_access_config){
		.account = image->account.id,
		.account_name = name_of(a, image),
		.auth_host = cs_arena_str(a, image->account.auth_host),
		.auth_origin = cs_arena_str(a, image->account.auth_origin),
		.organization = image->organization,
	};
	build_groups(a, image, out);
	build_providers(a, image, out);
	out->judges_countries = image_judges(image, CS_RULE_GEO);
	build_lists(a, image, out);
	build_service_tokens(a, image, out);
	build_applications(a, image, out);
}
