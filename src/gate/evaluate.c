/*
 * evaluate.c - policies, rules and groups.
 *
 * Three values, since "I cannot judge this" must neither let in nor fail to block. Ordered so that
 * AND is the least, OR the greatest and NOT the mirror image.
 */
#include "gate/evaluate.h"

#include "gate/claims.h"
#include "gate/lists.h"

enum truth { NO, UNKNOWN, YES };

/*
 * Groups can nest and fan out, and all of it runs on an event thread that other accounts need: what
 * takes more work than this in one evaluation cannot be judged. One unit is a plain rule, and takes 0.2 us at
 * most; what searches or reads costs as many as its measured time.
 */
#define WORK_MAX 20000
#define WORK_NETWORKS_MAX 100 /* a list of so many lengths of prefix, or more: there are 129 */
#define WORK_CLAIM_BYTES 32
#define WORK_GROUPS 64
#define DEPTH_MAX 32

#define DEFAULT_DURATION_MS CS_DAY_MS

struct visit {
	const struct cs_rule_group *group;
	const struct visit *outer;
	int depth;
};

struct judge {
	const struct cs_access_config *config;
	const struct cs_asker *asker;
	const struct cs_identity *identity; /* NULL in the first pass */
	size_t work_left;
};

static enum truth truth_of_rules(struct judge *j, const struct cs_rules *r, const struct visit *v);

static enum truth
truth_of(bool holds)
{
	return holds ? YES : NO;
}

/* False: that is more than is left, and so is everything after it. */
static bool
spend(struct judge *j, size_t work)
{
	bool is_enough = work <= j->work_left;
	j->work_left = is_enough ? j->work_left - work : 0;
	return is_enough;
}

static cs_str
domain_of(cs_str email)
{
	size_t at = email.len;
	while (at > 0 && email.p[at - 1] != '@')
		at--;
	return cs_str_slice(email, at, at == 0 ? 0 : email.len);
}

static bool
has_amr(const struct cs_identity *identity, cs_str value)
{
	for (size_t i = 0; i < identity->amr_count; i++)
		if (cs_str_equal(identity->amr[i], value))
			return true;
	return false;
}

static const struct cs_rule_group *
find_group(const struct cs_access_config *config, cs_id id)
{
	for (size_t i = 0; i < config->group_count; i++)
		if (cs_id_equal(config->groups[i].id, id))
			return &config->groups[i];
	return NULL;
}

static enum truth
truth_of_group(struct judge *j, cs_id id, const struct visit *outer)
{
	if (!spend(j, j->config->group_count / WORK_GROUPS))
		return UNKNOWN;
	const struct cs_rule_group *group = find_group(j->config, id);
	if (group == NULL)
		return UNKNOWN;
	for (const struct visit *v = outer; v != NULL; v = v->outer)
		if (v->group == group)
			return UNKNOWN;
	struct visit here = {
		.group = group,
		.outer = outer,
		.depth = outer == NULL ? 1 : outer->depth + 1,
	};
	return here.depth > DEPTH_MAX ? UNKNOWN : truth_of_rules(j, &group->rules, &here);
}

/*
 * What a provider says of somebody is known of those who came from it, and only where it said
 * something: another provider might say the same, and a claim that was not sent might be true.
 */
static enum truth
truth_of_claim(struct judge *j, cs_id provider, cs_str name, cs_str wanted)
{
	const struct cs_identity *identity = j->identity;
	if (!cs_id_equal(identity->provider, provider) ||
	    !spend(j, identity->fields.len / WORK_CLAIM_BYTES))
		return UNKNOWN;
	switch (cs_claim_find(identity->fields, name, wanted)) {
	case CS_CLAIM_HOLDS:
		return YES;
	case CS_CLAIM_DIFFERS:
		return NO;
	case CS_CLAIM_ABSENT:
		break;
	}
	return UNKNOWN;
}

static enum truth
truth_of_context(struct judge *j, const struct cs_rule *rule)
{
	enum truth acrs = truth_of_claim(j, rule->id, CS_STR("acrs"), rule->text);
	enum truth acr = truth_of_claim(j, rule->id, CS_STR("acr"), rule->text);
	if (acrs == YES || acr == YES)
		return YES;
	/* one of them was said, and says something else */
	return acrs == NO || acr == NO ? NO : UNKNOWN;
}

static enum truth
truth_of_email_list(
    const struct cs_access_config *config, const struct cs_identity *identity, cs_id id)
{
	const struct cs_list *list = cs_list_find(config, CS_LIST_EMAIL, id);
	return list == NULL ? UNKNOWN : truth_of(cs_list_has_text(list, identity->email));
}

static enum truth
truth_of_identity_rule(struct judge *j, const struct cs_rule *rule)
{
	const struct cs_identity *identity = j->identity;
	if (identity == NULL)
		return UNKNOWN;
	switch (rule->kind) {
	case CS_RULE_EMAIL:
		return truth_of(cs_str_equal_nocase(identity->email, rule->text));
	case CS_RULE_EMAIL_DOMAIN:
		return truth_of(rule->text.len > 0 &&
				cs_str_equal_nocase(domain_of(identity->email), rule->text));
	case CS_RULE_EMAIL_LIST:
		return truth_of_email_list(j->config, identity, rule->id);
	case CS_RULE_LOGIN_METHOD:
		return truth_of(cs_id_equal(identity->provider, rule->id));
	case CS_RULE_AUTH_METHOD:
		return truth_of(has_amr(identity, rule->text));
	case CS_RULE_OIDC:
		return truth_of_claim(j, rule->id, rule->name, rule->text);
	case CS_RULE_AUTH_CONTEXT:
		return truth_of_context(j, rule);
	default:
		return UNKNOWN;
	}
}

static enum truth
truth_of_ip_list(struct judge *j, cs_id id)
{
	const struct cs_list *list = cs_list_find(j->config, CS_LIST_IP, id);
	if (list == NULL)
		return UNKNOWN;
	size_t lengths = list->count < WORK_NETWORKS_MAX ? list->count : WORK_NETWORKS_MAX;
	return spend(j, lengths) ? truth_of(cs_list_has_address(list, &j->asker->ip)) : UNKNOWN;
}

/* About the address, which may not be known. */
static enum truth
truth_of_place(struct judge *j, const struct cs_rule *rule)
{
	const struct cs_asker *asker = j->asker;
	if (asker->ip.family == 0)
		return UNKNOWN;
	if (rule->kind == CS_RULE_IP)
		return truth_of(cs_network_has(&rule->network, &asker->ip));
	if (rule->kind == CS_RULE_IP_LIST)
		return truth_of_ip_list(j, rule->id);
	if (asker->country[0] == 0)
		return UNKNOWN;
	return truth_of(
	    cs_str_equal(rule->text, (cs_str){ asker->country, sizeof(asker->country) }));
}

static enum truth
truth_of_rule(struct judge *j, const struct cs_rule *rule, const struct visit *v)
{
	if (!spend(j, 1))
		return UNKNOWN;
	switch (rule->kind) {
	case CS_RULE_OTHER:
		return UNKNOWN;
	case CS_RULE_EVERYONE:
		return YES;
	case CS_RULE_IP:
	case CS_RULE_IP_LIST:
	case CS_RULE_GEO:
		return truth_of_place(j, rule);
	case CS_RULE_GROUP:
		return truth_of_group(j, rule->id, v);
	case CS_RULE_SERVICE_TOKEN:
		return truth_of(
		    !cs_id_is_zero(rule->id) && cs_id_equal(j->asker->service_token, rule->id));
	case CS_RULE_ANY_SERVICE_TOKEN:
		return truth_of(!cs_id_is_zero(j->asker->service_token));
	case CS_RULE_LINKED_APP:
		return truth_of(!cs_id_is_zero(rule->id) &&
				cs_id_equal(j->asker->linked_application, rule->id));
	case CS_RULE_EMAIL:
	case CS_RULE_EMAIL_DOMAIN:
	case CS_RULE_EMAIL_LIST:
	case CS_RULE_LOGIN_METHOD:
	case CS_RULE_AUTH_METHOD:
	case CS_RULE_OIDC:
	case CS_RULE_AUTH_CONTEXT:
		return truth_of_identity_rule(j, rule);
	}
	return UNKNOWN;
}

static enum truth
truth_of_any(struct judge *j, const struct cs_rule_list *list, const struct visit *v)
{
	enum truth found = NO;
	for (size_t i = 0; i < list->count && found != YES; i++) {
		enum truth t = truth_of_rule(j, &list->rules[i], v);
		found = t > found ? t : found;
	}
	return found;
}

static enum truth
truth_of_all(struct judge *j, const struct cs_rule_list *list, const struct visit *v)
{
	enum truth found = YES;
	for (size_t i = 0; i < list->count && found != NO; i++) {
		enum truth t = truth_of_rule(j, &list->rules[i], v);
		found = t < found ? t : found;
	}
	return found;
}

/* Any of include, all of require, none of exclude. */
static enum truth
truth_of_rules(struct judge *j, const struct cs_rules *r, const struct visit *v)
{
	enum truth include = truth_of_any(j, &r->include, v);
	if (include == NO)
		return NO;
	enum truth require = truth_of_all(j, &r->require, v);
	enum truth spared = (enum truth)(YES - truth_of_any(j, &r->exclude, v));
	enum truth least = include < require ? include : require;
	return spared < least ? spared : least;
}

/* What cannot be judged opens nothing and does not lift a block. */
static bool
policy_matches(struct judge *j, const struct cs_policy *policy)
{
	enum truth t = truth_of_rules(j, &policy->rules, NULL);
	return policy->decision == CS_POLICY_DENY ? t != NO : t == YES;
}

static bool
is_first_pass(const struct cs_policy *policy)
{
	return policy->decision == CS_POLICY_BYPASS || policy->decision == CS_POLICY_NON_IDENTITY;
}

static const struct cs_policy *
first_match(struct judge *j, const struct cs_application *app, bool first_pass)
{
	for (size_t i = 0; i < app->policy_count; i++) {
		const struct cs_policy *policy = &app->policies[i];
		if (is_first_pass(policy) == first_pass && policy_matches(j, policy))
			return policy;
	}
	return NULL;
}

static bool
has_policy(const struct cs_application *app, enum cs_policy_decision decision)
{
	for (size_t i = 0; i < app->policy_count; i++)
		if (app->policies[i].decision == decision)
			return true;
	return false;
}

static bool
provider_exists(const struct cs_access_config *config, cs_id provider)
{
	for (size_t i = 0; i < config->provider_count; i++)
		if (cs_id_equal(config->providers[i].id, provider))
			return true;
	return false;
}

static bool
provider_is_allowed(
    const struct cs_access_config *config, const struct cs_application *app, cs_id provider)
{
	if (!provider_exists(config, provider))
		return false;
	for (size_t i = 0; i < app->allowed_idp_count; i++)
		if (cs_id_equal(app->allowed_idps[i], provider))
			return true;
	return app->allowed_idp_count == 0;
}

static int64_t
session_duration(const struct cs_access_config *config, const struct cs_application *app,
    const struct cs_policy *policy)
{
	if (policy->has_session_duration)
		return policy->session_duration_ms;
	if (app->has_session_duration)
		return app->session_duration_ms;
	int64_t global = config->organization.session_duration_ms;
	return global > 0 ? global : DEFAULT_DURATION_MS;
}

static enum cs_access_verdict
verdict_of(const struct cs_policy *policy)
{
	switch (policy->decision) {
	case CS_POLICY_DENY:
		return CS_ACCESS_DENY;
	case CS_POLICY_ALLOW:
		return CS_ACCESS_ALLOW;
	case CS_POLICY_BYPASS:
		return CS_ACCESS_BYPASS;
	case CS_POLICY_NON_IDENTITY:
		return CS_ACCESS_SERVICE;
	}
	return CS_ACCESS_DENY;
}

/* specs: Access §8.2: Service Auth and Bypass in listed order, then Allow and Block. */
void
cs_access_evaluate(const struct cs_access_config *config, const struct cs_application *app,
    const struct cs_asker *asker, struct cs_access_answer *out)
{
	*out = (struct cs_access_answer){ .verdict = CS_ACCESS_DENY };
	const struct cs_identity *identity = asker->identity;
	struct judge judge = { .config = config, .asker = asker, .work_left = WORK_MAX };
	/* §8.5: these two never look at an identity, so that signing in changes nothing about them */
	out->policy = first_match(&judge, app, true);
	if (out->policy != NULL) {
		out->verdict = verdict_of(out->policy);
		return;
	}
	out->has_unmet_service_policy = has_policy(app, CS_POLICY_NON_IDENTITY);
	if (!has_policy(app, CS_POLICY_ALLOW))
		return;
	if (identity == NULL || !provider_is_allowed(config, app, identity->provider)) {
		out->verdict = CS_ACCESS_SIGN_IN;
		return;
	}
	judge.identity = identity;
	out->policy = first_match(&judge, app, false);
	if (out->policy == NULL)
		return;
	out->verdict = verdict_of(out->policy);
	out->mfa = cs_mfa_resolve(config, app, out->policy);
	out->session_duration_ms = session_duration(config, app, out->policy);
}
