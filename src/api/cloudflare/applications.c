#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"
#include "domain/config/application.h"

static cs_err
show(struct cs_call *c, int status, cs_id id)
{
	CS_AUTO(cs_view_clear) struct cs_view v = { 0 };
	CS_TRY(cs_view_begin(c, &v));
	const struct cs_image_application *app = cs_image_application(&v.image, id);
	if (app == NULL)
		return CS_FAIL(NOT_FOUND);
	return cs_door_answer(c, status, cs_show_application(v.arena, &v.image, &app->row));
}

/* aud, domain, name (whole with exact=true), search in name and domain: specs: Access §5.1 */
static bool
is_wanted(struct cs_view *v, const struct cs_filter *f, const struct cs_access_row *row)
{
	if (cs_filter_is_empty(f))
		return true;
	CS_AUTO(cs_json_free) json_t *j = cs_show_application(v->arena, &v->image, row);
	cs_str name = cs_json_text(j, "name");
	cs_str domain = cs_json_text(j, "domain");
	return cs_filter_text(f->aud, true, cs_json_text(j, "aud")) &&
	       cs_filter_text(f->name, f->is_exact, name) &&
	       cs_filter_text(f->domain, f->is_exact, domain) &&
	       (cs_filter_text(f->search, false, name) || cs_filter_text(f->search, false, domain));
}

cs_err
cs_cf_application_list(struct cs_call *c)
{
	CS_AUTO(cs_view_clear) struct cs_view v = { 0 };
	CS_AUTO(cs_page_clear) struct cs_page p = { 0 };
	struct cs_filter f;
	CS_TRY(cs_page_begin(c, &p));
	CS_TRY(cs_filter_begin(c, &f));
	CS_TRY(cs_view_begin(c, &v));
	for (size_t i = 0; i < v.image.application_count; i++) {
		const struct cs_access_row *row = &v.image.applications[i].row;
		if (is_wanted(&v, &f, row) && cs_page_takes(&p))
			cs_page_put(&p, cs_show_application(v.arena, &v.image, row));
	}
	return cs_page_answer(c, &p);
}

cs_err
cs_cf_application_get(struct cs_call *c)
{
	cs_id id;
	CS_TRY(cs_call_id(c, "app", &id));
	return show(c, 200, id);
}

cs_err
cs_cf_application_create(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_add_application(&e.change, e.body, &id));
	return show(c, 201, id);
}

cs_err
cs_cf_application_update(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_call_id(c, "app", &id));
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_set_application(&e.change, id, e.body));
	return show(c, 200, id);
}

cs_err
cs_cf_application_remove(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_call_id(c, "app", &id));
	cs_edit_begin_empty(c, &e);
	CS_TRY(cs_config_remove_application(&e.change, id));
	return cs_door_answer(c, 202, cs_show_id(e.arena, id));
}

cs_err
cs_cf_application_revoke(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_call_id(c, "app", &id));
	cs_edit_begin_empty(c, &e);
	CS_TRY(cs_config_revoke_application(&e.change, id));
	return cs_door_answer(c, 202, json_null());
}

/* --- settings --- */

static cs_err
answer_settings(struct cs_call *c, cs_id id)
{
	CS_AUTO(cs_view_clear) struct cs_view v = { 0 };
	CS_TRY(cs_view_begin(c, &v));
	const struct cs_image_application *app = cs_image_application(&v.image, id);
	if (app == NULL)
		return CS_FAIL(NOT_FOUND);
	CS_AUTO(cs_json_free) json_t *whole = cs_show_application(v.arena, &v.image, &app->row);
	json_t *settings = json_object();
	cs_json_put(settings, "allow_iframe", json_boolean(cs_json_is_true(whole, "allow_iframe")));
	cs_json_put(settings, "skip_interstitial",
	    json_boolean(cs_json_is_true(whole, "skip_interstitial")));
	return cs_door_answer(c, 200, settings);
}

static cs_err
change_settings(struct cs_call *c, bool is_patch)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_call_id(c, "app", &id));
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_set_application_settings(&e.change, id, e.body, is_patch));
	return answer_settings(c, id);
}

cs_err
cs_cf_application_settings_update(struct cs_call *c)
{
	return change_settings(c, false);
}

cs_err
cs_cf_application_settings_patch(struct cs_call *c)
{
	return change_settings(c, true);
}
