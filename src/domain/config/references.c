#include "domain/config/references.h"

#include "base/buf.h"
#include "domain/config/rules.h"

#define USERS_TEXT_MAX 4096

/* --- what is named is there --- */

static cs_err
refuse_missing(const char *what, const char *kind, cs_id id, struct cs_fault *fault)
{
	char text[CS_ID_UUID_LEN];
	cs_id_uuid(id, text);
	return cs_refuse(fault, "%s: there is no %s %.*s", what, kind, CS_ID_UUID_LEN, text);
}

static cs_err
check_list_of(const struct cs_image *image, cs_id id, enum cs_list_type type, const char *name,
    const char *what, struct cs_fault *fault)
{
	const struct cs_image_list *list = cs_image_list(image, id);
	if (list == NULL)
		return refuse_missing(what, "list", id, fault);
	if (!list->is_broken && list->list.type != type)
		return cs_refuse(fault, "%s: list \"%.*s\" is of type %.*s, not %s", what,
		    CS_STR_ARG(list->row.name), CS_STR_ARG(list->row.type), name);
	return CS_OK;
}

static cs_err
check_rule(
    const struct cs_image *image, const struct cs_rule *r, const char *what, struct cs_fault *fault)
{
	switch (r->kind) {
	case CS_RULE_EMAIL_LIST:
		return check_list_of(image, r->id, CS_LIST_EMAIL, "EMAIL", what, fault);
	case CS_RULE_IP_LIST:
		return check_list_of(image, r->id, CS_LIST_IP, "IP", what, fault);
	default:
		return CS_OK;
	}
}

static cs_err
check_list(const struct cs_image *image, const struct cs_rule_list *list, const char *what,
    struct cs_fault *fault)
{
	for (size_t i = 0; i < list->count; i++)
		CS_TRY(check_rule(image, &list->rules[i], what, fault));
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

cs_err
cs_config_check_references(const struct cs_image *image, struct cs_fault *fault)
{
	for (size_t i = 0; i < image->group_count; i++)
		CS_TRY(check_rules(image, &image->groups[i].group.rules, "group", fault));
	for (size_t i = 0; i < image->policy_count; i++)
		CS_TRY(check_rules(image, &image->policies[i].policy.rules, "policy", fault));
	return CS_OK;
}

/* --- what uses it --- */

struct users {
	struct cs_buf text;
	size_t count;
};

static void
users_clear(struct users *u)
{
	cs_buf_clear(&u->text);
}

static void
add_user(struct users *u, const char *kind, cs_str name, const char *where)
{
	if (u->count++ == 0)
		cs_buf_init(&u->text, USERS_TEXT_MAX * 4);
	cs_buf_printf(&u->text, "%s%s \"%.*s\"%s", u->count == 1 ? "" : ", ", kind,
	    (int)(name.len < 255 ? name.len : 255), name.p == NULL ? "" : name.p, where);
}

static void
add_rule_users(
    struct users *u, const struct cs_image *image, const enum cs_rule_kind *kinds, cs_id id)
{
	for (size_t k = 0; kinds[k] != CS_RULE_OTHER; k++) {
		for (size_t i = 0; i < image->policy_count; i++) {
			const struct cs_policy *p = &image->policies[i].policy;
			if (cs_rules_name(&p->rules, kinds[k], id))
				add_user(u, "policy", p->name, "");
		}
		for (size_t i = 0; i < image->group_count; i++) {
			const struct cs_rule_group *g = &image->groups[i].group;
			if (cs_rules_name(&g->rules, kinds[k], id))
				add_user(u, "group", g->name, "");
		}
	}
}

static cs_err
refuse_users(const char *what, const struct users *u, struct cs_fault *fault)
{
	if (u->count == 0)
		return CS_OK;
	return cs_refuse(fault, "%s is in use by %.*s", what, CS_STR_ARG(cs_buf_str(&u->text)));
}

static void
add_model_users(
    struct users *u, const struct cs_model_config *m, const char *kind, cs_str name, cs_id id)
{
	if (m->has_required && cs_id_equal(m->required, id))
		add_user(u, kind, name, " (required_aaguids)");
	if (m->has_denied && cs_id_equal(m->denied, id))
		add_user(u, kind, name, " (denied_aaguids)");
}

cs_err
cs_config_check_unused_list(const struct cs_image *image, cs_id id, struct cs_fault *fault)
{
	static const enum cs_rule_kind kinds[] = { CS_RULE_EMAIL_LIST, CS_RULE_IP_LIST,
		CS_RULE_OTHER };
	CS_AUTO(users_clear) struct users u = { 0 };
	add_rule_users(&u, image, kinds, id);
	for (size_t i = 0; i < image->application_count; i++) {
		const struct cs_application *app = &image->applications[i].application;
		add_model_users(&u, &app->models, "application", app->name, id);
	}
	const struct cs_organization *o = &image->organization;
	add_model_users(&u, &o->models, "organization", o->name, id);
	return refuse_users("the list", &u, fault);
}
