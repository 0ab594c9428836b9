#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"
#include "domain/config/policy.h"

/* --- reusable: /access/policies --- */

static bool
is_reusable(const struct cs_image_policy *p)
{
	return p != NULL && cs_id_is_zero(p->row.application);
}

static cs_err
show(struct cs_call *c, int status, cs_id id)
{
	CS_AUTO(cs_view_clear) struct cs_view v = { 0 };
	CS_TRY(cs_view_begin(c, &v));
	const struct cs_image_policy *p = cs_image_policy(&v.image, id);
	if (!is_reusable(p))
		return CS_FAIL(NOT_FOUND);
	return cs_door_answer(c, status, cs_show_policy(v.arena, &v.image, &p->row));
}

cs_err
cs_cf_policy_list(struct cs_call *c)
{
	CS_AUTO(cs_view_clear) struct cs_view v = { 0 };
	CS_AUTO(cs_page_clear) struct cs_page p = { 0 };
	CS_TRY(cs_page_begin(c, &p));
	CS_TRY(cs_view_begin(c, &v));
	for (size_t i = 0; i < v.image.policy_count; i++) {
		const struct cs_image_policy *policy = &v.image.policies[i];
		if (is_reusable(policy) && cs_page_takes(&p))
			cs_page_put(&p, cs_show_policy(v.arena, &v.image, &policy->row));
	}
	return cs_page_answer(c, &p);
}

cs_err
cs_cf_policy_get(struct cs_call *c)
{
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	return show(c, 200, id);
}

cs_err
cs_cf_policy_create(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_add_policy(&e.change, e.body, &id));
	return show(c, 201, id);
}

cs_err
cs_cf_policy_update(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_set_policy(&e.change, id, e.body));
	return show(c, 200, id);
}

cs_err
cs_cf_policy_remove(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	cs_edit_begin_empty(c, &e);
	CS_TRY(cs_config_remove_policy(&e.change, id));
	return cs_door_answer(c, 202, cs_show_id(e.arena, id));
}

/* --- of one application: /access/apps/{app}/policies, the reusable ones that it uses among them --- */

static cs_err
show_linked(struct cs_call *c, int status, cs_id application, cs_id id)
{
	CS_AUTO(cs_view_clear) struct cs_view v = { 0 };
	CS_TRY(cs_view_begin(c, &v));
	size_t count = 0;
	const struct cs_policy_link *links = cs_image_links(&v.image, application, &count);
	for (size_t i = 0; i < count; i++) {
		if (cs_id_equal(links[i].policy, id))
			return cs_door_answer(
			    c, status, cs_show_linked_policy(v.arena, &v.image, &links[i]));
	}
	return CS_FAIL(NOT_FOUND);
}

cs_err
cs_cf_app_policy_list(struct cs_call *c)
{
	CS_AUTO(cs_view_clear) struct cs_view v = { 0 };
	CS_AUTO(cs_page_clear) struct cs_page p = { 0 };
	cs_id application;
	CS_TRY(cs_call_id(c, "app", &application));
	CS_TRY(cs_page_begin(c, &p));
	CS_TRY(cs_view_begin(c, &v));
	if (cs_image_application(&v.image, application) == NULL)
		return CS_FAIL(NOT_FOUND);
	size_t count = 0;
	const struct cs_policy_link *links = cs_image_links(&v.image, application, &count);
	for (size_t i = 0; i < count; i++) {
		if (cs_page_takes(&p))
			cs_page_put(&p, cs_show_linked_policy(v.arena, &v.image, &links[i]));
	}
	return cs_page_answer(c, &p);
}

cs_err
cs_cf_app_policy_get(struct cs_call *c)
{
	cs_id application;
	cs_id id;
	CS_TRY(cs_call_id(c, "app", &application));
	CS_TRY(cs_call_id(c, "id", &id));
	return show_linked(c, 200, application, id);
}

cs_err
cs_cf_app_policy_create(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id application;
	cs_id id;
	CS_TRY(cs_call_id(c, "app", &application));
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_add_app_policy(&e.change, application, e.body, &id));
	return show_linked(c, 201, application, id);
}

cs_err
cs_cf_app_policy_update(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id application;
	cs_id id;
	CS_TRY(cs_call_id(c, "app", &application));
	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_set_app_policy(&e.change, application, id, e.body));
	return show_linked(c, 200, application, id);
}

cs_err
cs_cf_app_policy_remove(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id application;
	cs_id id;
	CS_TRY(cs_call_id(c, "app", &application));
	CS_TRY(cs_call_id(c, "id", &id));
	cs_edit_begin_empty(c, &e);
	CS_TRY(cs_config_remove_app_policy(&e.change, application, id));
	return cs_door_answer(c, 202, cs_show_id(e.arena, id));
}
