#include "api/cloudflare/show.h"

#include "base/buf.h"
#include "base/codec.h"
#include "domain/config/mfa.h"

json_t *
cs_show_time(struct cs_arena *a, cs_time t)
{
	return cs_json_of_str(cs_time_text(a, t));
}

json_t *
cs_show_id(struct cs_arena *a, cs_id id)
{
	json_t *j = json_object();
	CS_ASSERT(j != NULL);
	cs_json_put(j, "id", cs_json_of_str(cs_id_uuid_text(a, id)));
	return j;
}

/* The members of a stored body behind those that j has. A body that cannot be read shows none. */
static void
add_body(json_t *j, const struct cs_access_row *row)
{
	struct cs_fault fault = { 0 };
	CS_AUTO(cs_json_free) json_t *body = NULL;
	if (cs_failed(cs_json_decode(cs_str_span(row->body), &body, &fault)))
		return;
	CS_ASSERT(json_object_update(j, body) == 0);
}

static void
add_times(struct cs_arena *a, json_t *j, const struct cs_access_row *row)
{
	cs_json_put(j, "created_at", cs_show_time(a, row->created));
	cs_json_put(j, "updated_at", cs_show_time(a, row->updated));
}

/* Clients read these without asking whether they are there. Takes value. */
static void
put_unless_there(json_t *j, const char *key, json_t *value)
{
	if (cs_json_get(j, key) == NULL)
		cs_json_put(j, key, value);
	else
		json_decref(value);
}

static void
put_rule_lists(json_t *j)
{
	put_unless_there(j, "include", json_array());
	put_unless_there(j, "exclude", json_array());
	put_unless_there(j, "require", json_array());
}

json_t *
cs_show_organization(struct cs_arena *a, const struct cs_image *image)
{
	json_t *j = json_object();
	CS_ASSERT(j != NULL);
	add_body(j, &image->organization_row);
	put_unless_there(j, "session_duration", json_string("24h"));
	put_unless_there(j, "auto_redirect_to_identity", json_false());
	put_unless_there(j, "is_ui_read_only", json_false());
	put_unless_there(j, "mfa_required_for_all_apps", json_false());
	put_unless_there(j, "login_design", json_object());
	cs_json_put(j, "strict_service_token_auth", json_true());
	json_t *mfa = cs_json_get(j, "mfa_config");
	cs_mfa_config_show_amr(mfa);
	cs_json_put(j, "mfa_configuration_allowed",
	    json_boolean(json_array_size(cs_json_get(mfa, "allowed_authenticators")) != 0));
	add_times(a, j, &image->organization_row);
	return j;
}

static cs_str
callback_url(struct cs_arena *a, const struct cs_image *image, const struct cs_access_row *row)
{
	cs_str id = cs_id_uuid_text(a, row->id);
	return cs_arena_printf(a, "%.*s/cdn-cgi/access/callback/%.*s",
	    CS_STR_ARG(image->account.auth_origin), CS_STR_ARG(id));
}

json_t *
cs_show_provider(struct cs_arena *a, const struct cs_image *image, const struct cs_access_row *row)
{
	json_t *j = cs_show_id(a, row->id);
	add_body(j, row);
	put_unless_there(j, "config", json_object());
	cs_json_put(
	    cs_json_get(j, "config"), "redirect_url", cs_json_of_str(callback_url(a, image, row)));
	add_times(a, j, row);
	return j;
}

json_t *
cs_show_group(struct cs_arena *a, const struct cs_access_row *row)
{
	json_t *j = cs_show_id(a, row->id);
	add_body(j, row);
	/* clients disagree whether this is true or a list (specs: Access §7) */
	if (!cs_json_is_true(j, "is_default"))
		(void)json_object_del(j, "is_default");
	put_rule_lists(j);
	add_times(a, j, row);
	return j;
}

json_t *
cs_show_policy(struct cs_arena *a, const struct cs_image *image, const struct cs_access_row *row)
{
	json_t *j = cs_show_id(a, row->id);
	add_body(j, row);
	put_rule_lists(j);
	bool is_reusable = cs_id_is_zero(row->application);
	cs_json_put(j, "reusable", json_boolean(is_reusable));
	if (is_reusable)
		cs_json_put(
		    j, "app_count", json_integer((json_int_t)cs_image_policy_uses(image, row->id)));
	add_times(a, j, row);
	return j;
}

json_t *
cs_show_linked_policy(
    struct cs_arena *a, const struct cs_image *image, const struct cs_policy_link *link)
{
	const struct cs_image_policy *p = cs_image_policy(image, link->policy);
	json_t *j = p == NULL ? cs_show_id(a, link->policy) : cs_show_policy(a, image, &p->row);
	cs_json_put(j, "precedence", json_integer(link->precedence));
	return j;
}

static json_t *
show_policies(struct cs_arena *a, const struct cs_image *image, cs_id application)
{
	json_t *list = json_array();
	size_t count = 0;
	const struct cs_policy_link *links = cs_image_links(image, application, &count);
	for (size_t i = 0; i < count; i++)
		CS_ASSERT(
		    json_array_append_new(list, cs_show_linked_policy(a, image, &links[i])) == 0);
	return list;
}

json_t *
cs_show_hex(cs_span bytes)
{
	struct cs_buf b;
	cs_buf_init(&b, 2 * bytes.len);
	cs_hex_encode(bytes, &b);
	json_t *j = cs_json_of_str(cs_buf_str(&b));
	cs_buf_clear(&b);
	return j;
}

/* The first place that it guards, for applications written with destinations alone. */
static json_t *
first_domain(const json_t *j)
{
	const json_t *first = json_array_get(cs_json_get(j, "destinations"), 0);
	if (first != NULL)
		return cs_json_of_str(cs_json_text(first, "uri"));
	first = json_array_get(cs_json_get(j, "self_hosted_domains"), 0);
	return json_is_string(first) ? json_string(json_string_value(first)) : json_string("");
}

json_t *
cs_show_application(
    struct cs_arena *a, const struct cs_image *image, const struct cs_access_row *row)
{
	json_t *j = cs_show_id(a, row->id);
	cs_json_put(j, "aud", cs_show_hex(CS_SPAN(row->aud, sizeof(row->aud))));
	add_body(j, row);
	put_unless_there(j, "domain", first_domain(j));
	put_unless_there(j, "name", json_incref(json_object_get(j, "domain")));
	put_unless_there(j, "allowed_idps", json_array());
	put_unless_there(j, "auto_redirect_to_identity", json_false());
	put_unless_there(j, "app_launcher_visible", json_true());
	put_unless_there(j, "http_only_cookie_attribute", json_true());
	cs_json_put(j, "policies", show_policies(a, image, row->id));
	add_times(a, j, row);
	return j;
}
