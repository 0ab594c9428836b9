#include "domain/config/check.h"

#include "base/buf.h"
#include "domain/config/references.h"
#include "domain/config/rules.h"

/* --- lists of names in a refusal --- */

#define NAMES_SHOWN 5

struct names {
	struct cs_buf text;
	size_t count;
};

static void
names_clear(struct names *n)
{
	cs_buf_clear(&n->text);
}

static void
add_name(struct names *n, const char *kind, cs_str name)
{
	if (n->count == 0)
		cs_buf_init(&n->text, 4096);
	if (n->count++ < NAMES_SHOWN)
		cs_buf_printf(&n->text, "%s%s \"%.*s\"", n->count == 1 ? "" : ", ", kind,
		    (int)(name.len < 64 ? name.len : 64), name.p == NULL ? "" : name.p);
}

static cs_err
refuse_names(const char *what, const struct names *n, struct cs_fault *fault)
{
	size_t more = n->count > NAMES_SHOWN ? n->count - NAMES_SHOWN : 0;
	if (more > 0)
		return cs_refuse(
		    fault, "%s: %.*s and %zu more", what, CS_STR_ARG(cs_buf_str(&n->text)), more);
	return cs_refuse(fault, "%s: %.*s", what, CS_STR_ARG(cs_buf_str(&n->text)));
}

/* --- what rules name --- */

typedef bool exists_fn(const struct cs_image *image, cs_id id);

static bool
group_exists(const struct cs_image *image, cs_id id)
{
	return cs_image_group(image, id) != NULL;
}

static bool
provider_exists(const struct cs_image *image, cs_id id)
{
	return cs_image_provider(image, id) != NULL;
}

static cs_err
check_list(const struct cs_image *image, const struct cs_rule_list *list, const char *what,
    struct cs_fault *fault)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct cs_rule *r = &list->rules[i];
		char id[CS_ID_UUID_LEN];
		cs_id_uuid(r->id, id);
		if (r->kind == CS_RULE_GROUP && !group_exists(image, r->id))
			return cs_refuse(
			    fault, "%s: there is no group %.*s", what, CS_ID_UUID_LEN, id);
		if (r->kind == CS_RULE_LOGIN_METHOD && !provider_exists(image, r->id))
			return cs_refuse(fault, "%s: there is no identity provider %.*s", what,
			    CS_ID_UUID_LEN, id);
	}
	return CS_OK;
}

static cs_err
check_rules(const struct cs_image *image, const struct cs_rules *rules, const char *what,
    struct cs_fault *fault)
{
	CS_TRY(check_list(image, &rules->include, what, fault));
	CS_TRY(check_list(image, &rules->exclude, what, fault));
	return check_list(image, &rules->require, what, fault);
}

/* --- groups --- */

/* What is known of a group once everything beneath it was looked at. */
struct group_facts {
	const char *identity_key;
	int height; /* of the groups in it, itself counted; 0: not looked at, -1: being looked at */
};

struct walk {
	const struct cs_image *image;
	struct group_facts *facts;
	struct cs_fault *fault;
};

static cs_err walk_group(struct walk *w, size_t index, int above);

static cs_err
walk_list(struct walk *w, const struct cs_rule_list *list, struct group_facts *own, int above,
    int *height)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->rules[i].kind != CS_RULE_GROUP)
			continue;
		const struct cs_image_group *g = cs_image_group(w->image, list->rules[i].id);
		if (g == NULL || g->is_broken)
			continue;
		size_t index = (size_t)(g - w->image->groups);
		CS_TRY(walk_group(w, index, above + 1));
		const struct group_facts *inner = &w->facts[index];
		if (own->identity_key == NULL)
			own->identity_key = inner->identity_key;
		if (*height <= inner->height)
			*height = inner->height + 1;
	}
	return CS_OK;
}

static cs_err
walk_group(struct walk *w, size_t index, int above)
{
	const struct cs_image_group *g = &w->image->groups[index];
	struct group_facts *own = &w->facts[index];
	if (own->height > 0)
		return CS_OK;
	if (own->height == -1)
		return cs_refuse(
		    w->fault, "group \"%.*s\" contains itself", CS_STR_ARG(g->group.name));
	int height = 1;
	own->height = -1;
	own->identity_key = g->identity_key;
	if (above < CS_GROUP_DEPTH_MAX) {
		CS_TRY(walk_list(w, &g->group.rules.include, own, above, &height));
		CS_TRY(walk_list(w, &g->group.rules.exclude, own, above, &height));
		CS_TRY(walk_list(w, &g->group.rules.require, own, above, &height));
	}
	/* a longer chain is seen from its top, or cut off here at its end: refused either way */
	if (above >= CS_GROUP_DEPTH_MAX || height > CS_GROUP_DEPTH_MAX)
		return cs_refuse(w->fault, "groups are nested deeper than %d", CS_GROUP_DEPTH_MAX);
	own->height = height;
	return CS_OK;
}

static cs_err
check_groups(struct walk *w)
{
	for (size_t i = 0; i < w->image->group_count; i++) {
		const struct cs_image_group *g = &w->image->groups[i];
		if (g->is_broken)
			continue;
		CS_TRY(check_rules(w->image, &g->group.rules, "group", w->fault));
		CS_TRY(walk_group(w, i, 0));
	}
	return CS_OK;
}

/* --- policies --- */

static cs_err
check_bypass_list(struct walk *w, const struct cs_image_policy *p, const struct cs_rule_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->rules[i].kind != CS_RULE_GROUP)
			continue;
		const struct cs_image_group *g = cs_image_group(w->image, list->rules[i].id);
		if (g == NULL)
			continue;
		const char *key = w->facts[g - w->image->groups].identity_key;
		if (key != NULL)
			return cs_refuse(w->fault,
			    "bypass policy \"%.*s\" cannot use group \"%.*s\": rule %s needs an "
			    "identity",
			    CS_STR_ARG(p->policy.name), CS_STR_ARG(g->group.name), key);
	}
	return CS_OK;
}

static cs_err
check_policies(struct walk *w)
{
	for (size_t i = 0; i < w->image->policy_count; i++) {
		const struct cs_image_policy *p = &w->image->policies[i];
		if (p->is_broken)
			continue;
		CS_TRY(check_rules(w->image, &p->policy.rules, "policy", w->fault));
		if (p->policy.decision != CS_POLICY_BYPASS)
			continue;
		CS_TRY(check_bypass_list(w, p, &p->policy.rules.include));
		CS_TRY(check_bypass_list(w, p, &p->policy.rules.exclude));
		CS_TRY(check_bypass_list(w, p, &p->policy.rules.require));
	}
	return CS_OK;
}

/* --- applications --- */

static cs_err
check_precedences(const struct cs_image *image, struct cs_fault *fault)
{
	/* the links lie by application and precedence: equals are neighbours */
	for (size_t i = 1; i < image->link_count; i++) {
		const struct cs_policy_link *a = &image->links[i - 1];
		const struct cs_policy_link *b = &image->links[i];
		if (cs_id_equal(a->application, b->application) && a->precedence == b->precedence)
			return cs_refuse(fault, "policy precedences must be unique");
	}
	return CS_OK;
}

static cs_err
check_applications(const struct cs_image *image, struct cs_fault *fault)
{
	for (size_t i = 0; i < image->application_count; i++) {
		const struct cs_application *app = &image->applications[i].application;
		for (size_t k = 0; k < app->allowed_idp_count; k++) {
			char id[CS_ID_UUID_LEN];
			cs_id_uuid(app->allowed_idps[k], id);
			if (!provider_exists(image, app->allowed_idps[k]))
				return cs_refuse(fault,
				    "application \"%.*s\": there is no identity provider %.*s",
				    CS_STR_ARG(app->name), CS_ID_UUID_LEN, id);
		}
	}
	return check_precedences(image, fault);
}

/* --- lists of models --- */

static cs_err
check_models_list(const struct cs_image *image, const char *what, const char *member, cs_id id,
    struct cs_fault *fault)
{
	const struct cs_image_list *list = cs_image_list(image, id);
	char text[CS_ID_UUID_LEN];
	cs_id_uuid(id, text);
	if (list == NULL)
		return cs_refuse(
		    fault, "%s: %s: there is no list %.*s", what, member, CS_ID_UUID_LEN, text);
	if (!list->is_broken && list->list.type != CS_LIST_AAGUID)
		return cs_refuse(fault, "%s: %s: list \"%.*s\" is of type %.*s, not AAGUID", what,
		    member, CS_STR_ARG(list->row.name), CS_STR_ARG(list->row.type));
	return CS_OK;
}

static cs_err
check_model_config(const struct cs_image *image, const struct cs_model_config *m, const char *what,
    struct cs_fault *fault)
{
	if (m->has_required)
		CS_TRY(check_models_list(image, what, "required_aaguids", m->required, fault));
	if (m->has_denied)
		CS_TRY(check_models_list(image, what, "denied_aaguids", m->denied, fault));
	return CS_OK;
}

static cs_err
check_models(const struct cs_image *image, struct cs_fault *fault)
{
	CS_TRY(check_model_config(image, &image->organization.models, "organization", fault));
	for (size_t i = 0; i < image->application_count; i++)
		CS_TRY(check_model_config(
		    image, &image->applications[i].application.models, "application", fault));
	return CS_OK;
}

/* --- second factor --- */

/* Where a second factor's own setting is written, for the API and for the console. */
static void
point_to(struct cs_fault *fault, const struct cs_image *image, const char *kind, cs_str name,
    cs_id app, cs_id policy)
{
	if (fault->arena == NULL)
		return;
	struct cs_arena *a = fault->arena;
	cs_str account = cs_id_hex_text(a, image->account.id);
	bool has_app = !cs_id_is_zero(app);
	bool has_policy = !cs_id_is_zero(policy);
	cs_str app_part = has_app ? cs_id_uuid_text(a, app) : CS_STR("");
	cs_str policy_part = has_policy ? cs_id_uuid_text(a, policy) : CS_STR("");
	const char *slash = has_app && has_policy ? "/" : "";
	const char *policies = has_policy ? "policies/" : "";
	cs_fault_add_object(fault,
	    &(struct cs_fault_object){
		.kind = kind,
		.name = name,
		.path = cs_arena_printf(a, "/client/v4/accounts/%.*s/access/%s%.*s%s%s%.*s",
		    CS_STR_ARG(account), has_app ? "apps/" : "", CS_STR_ARG(app_part), slash,
		    policies, CS_STR_ARG(policy_part)),
		.page =
		    cs_arena_printf(a, "/console/%s%.*s%s%s%.*s", has_app ? "applications/" : "",
			CS_STR_ARG(app_part), slash, policies, CS_STR_ARG(policy_part)),
	    });
}

/* specs: Access §4.3: off only when nothing carries settings of its own; on before anything may. */
static cs_err
check_mfa(const struct cs_image *image, struct cs_fault *fault)
{
	if (image->organization.mfa.is_set || image->organization_is_broken)
		return CS_OK;
	CS_AUTO(names_clear) struct names n = { 0 };
	for (size_t i = 0; i < image->application_count; i++) {
		const struct cs_application *app = &image->applications[i].application;
		if (!app->mfa.is_set)
			continue;
		add_name(&n, "application", app->name);
		point_to(fault, image, "application", app->name, app->id, cs_id_zero);
	}
	for (size_t i = 0; i < image->policy_count; i++) {
		const struct cs_policy *p = &image->policies[i].policy;
		if (!p->mfa.is_set)
			continue;
		add_name(&n, "policy", p->name);
		point_to(
		    fault, image, "policy", p->name, image->policies[i].row.application, p->id);
	}
	if (n.count == 0)
		return CS_OK;
	return refuse_names("mfa_config needs the organization's mfa_config to be on", &n, fault);
}

static cs_err
check_organization(const struct cs_image *image, struct cs_fault *fault)
{
	if (!image->organization.exists || image->organization_is_broken)
		return CS_OK;
	cs_str domain = image->organization.auth_domain;
	cs_str authority = image->account.auth_origin;
	size_t at = cs_str_find(authority, '/', 0);
	authority = cs_str_slice(authority, at + 2, authority.len);
	if (cs_str_equal_nocase(domain, image->account.auth_host) ||
	    cs_str_equal_nocase(domain, authority))
		return CS_OK;
	/* what browsers resolve and certificates name is the operator's to change */
	return cs_refuse(fault,
	    "organization: auth_domain must be %.*s, this account's sign-in host",
	    CS_STR_ARG(image->account.auth_host));
}

cs_err
cs_config_check(const struct cs_image *image, struct cs_fault *fault)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(CS_CONFIG_ARENA_MAX);
	struct walk w = {
		.image = image,
		.facts = CS_NEW_ARRAY(a, struct group_facts, image->group_count + 1),
		.fault = fault,
	};
	CS_TRY(check_organization(image, fault));
	CS_TRY(check_groups(&w));
	CS_TRY(check_policies(&w));
	CS_TRY(cs_config_check_references(image, fault));
	CS_TRY(check_applications(image, fault));
	CS_TRY(check_models(image, fault));
	return check_mfa(image, fault);
}

/* --- what is in use --- */

cs_err
cs_config_check_unused_group(const struct cs_image *image, cs_id id, struct cs_fault *fault)
{
	CS_AUTO(names_clear) struct names n = { 0 };
	for (size_t i = 0; i < image->policy_count; i++) {
		if (cs_rules_name(&image->policies[i].policy.rules, CS_RULE_GROUP, id))
			add_name(&n, "policy", image->policies[i].policy.name);
	}
	for (size_t i = 0; i < image->group_count; i++) {
		if (cs_rules_name(&image->groups[i].group.rules, CS_RULE_GROUP, id))
			add_name(&n, "group", image->groups[i].group.name);
	}
	return n.count == 0 ? CS_OK : refuse_names("the group is in use by", &n, fault);
}

static bool
allows_provider(const struct cs_application *app, cs_id id)
{
	for (size_t i = 0; i < app->allowed_idp_count; i++) {
		if (cs_id_equal(app->allowed_idps[i], id))
			return true;
	}
	return false;
}

cs_err
cs_config_check_unused_provider(const struct cs_image *image, cs_id id, struct cs_fault *fault)
{
	CS_AUTO(names_clear) struct names n = { 0 };
	for (size_t i = 0; i < image->application_count; i++) {
		if (allows_provider(&image->applications[i].application, id))
			add_name(&n, "application", image->applications[i].application.name);
	}
	for (size_t i = 0; i < image->policy_count; i++) {
		if (cs_rules_name(&image->policies[i].policy.rules, CS_RULE_LOGIN_METHOD, id))
			add_name(&n, "policy", image->policies[i].policy.name);
	}
	for (size_t i = 0; i < image->group_count; i++) {
		if (cs_rules_name(&image->groups[i].group.rules, CS_RULE_LOGIN_METHOD, id))
			add_name(&n, "group", image->groups[i].group.name);
	}
	return n.count == 0 ? CS_OK : refuse_names("the identity provider is in use by", &n, fault);
}

cs_err
cs_config_check_unused_policy(const struct cs_image *image, cs_id id, struct cs_fault *fault)
{
	CS_AUTO(names_clear) struct names n = { 0 };
	for (size_t i = 0; i < image->link_count; i++) {
		const struct cs_image_application *app =
		    cs_image_application(image, image->links[i].application);
		if (cs_id_equal(image->links[i].policy, id) && app != NULL)
			add_name(&n, "application", app->application.name);
	}
	return n.count == 0 ? CS_OK : refuse_names("the policy is in use by", &n, fault);
}
