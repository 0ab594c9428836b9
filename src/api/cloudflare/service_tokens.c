/*
 * service_tokens.c - access/service_tokens (specs: Access §12).
 */
#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"
#include "domain/config/service_token.h"

static void
put_time(struct cs_arena *a, json_t *j, const char *key, cs_time t)
{
	if (t.ms != 0)
		cs_json_put(j, key, cs_show_time(a, t));
}

static json_t *
show_row(struct cs_arena *a, const struct cs_service_token_row *row)
{
	const struct cs_service_token *t = &row->token;
	json_t *j = cs_show_id(a, t->id);
	cs_json_put(j, "name", cs_json_of_str(t->name));
	cs_json_put(j, "client_id",
	    cs_json_of_str(cs_arena_printf(a, "%.*s.access", CS_STR_ARG(t->client_id))));
	cs_json_put(j, "client_secret_version", json_integer(row->secret_version));
	put_time(a, j, "previous_client_secret_expires_at", t->previous_expires);
	cs_json_put(j, "duration", cs_json_of_str(row->duration));
	cs_json_put(j, "enabled", json_boolean(t->is_enabled));
	put_time(a, j, "expires_at", t->expires);
	put_time(a, j, "last_seen_at", row->last_seen);
	cs_json_put(j, "created_at", cs_show_time(a, row->created));
	cs_json_put(j, "updated_at", cs_show_time(a, row->updated));
	return j;
}

/* With the secret, where one was made: shown here and never again. */
static cs_err
show(struct cs_call *c, int status, cs_id id, cs_str secret)
{
	struct cs_service_token_row row;
	cs_err e = cs_service_token_read(c->domain, c->op, cs_door_of(c)->grant.account, id, &row);
	bool is_change = c->route->csrf != CS_CSRF_NONE;
	if (is_change && cs_is(e, CS_E_UNAVAILABLE))
		return CS_FAIL(UNCERTAIN);
	CS_TRY(e);
	json_t *j = show_row(c->op->arena, &row);
	if (secret.len > 0)
		cs_json_put(j, "client_secret", cs_json_of_str(secret));
	return cs_door_answer(c, status, j);
}

cs_err
cs_cf_service_token_list(struct cs_call *c)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CS_CONFIG_ARENA_MAX);
	CS_AUTO(cs_page_clear) struct cs_page p = { 0 };
	struct cs_op wide = *c->op;
	struct cs_service_token_row *rows;
	struct cs_filter f;
	size_t count;
	wide.arena = arena;
	CS_TRY(cs_page_begin(c, &p));
	CS_TRY(cs_filter_begin(c, &f));
	CS_TRY(cs_service_token_read_all(
	    c->domain, &wide, cs_door_of(c)->grant.account, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		cs_str name = rows[i].token.name;
		if (cs_filter_text(f.name, true, name) && cs_filter_text(f.search, false, name) &&
		    cs_page_takes(&p))
			cs_page_put(&p, show_row(arena, &rows[i]));
	}
	return cs_page_answer(c, &p);
}

cs_err
cs_cf_service_token_get(struct cs_call *c)
{
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	return show(c, 200, id, CS_STR_NONE);
}

cs_err
cs_cf_service_token_create(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	cs_str secret;
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_add_service_token(&e.change, e.body, &id, &secret));
	return show(c, 201, id, secret);
}

cs_err
cs_cf_service_token_update(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	cs_str secret;
	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_set_service_token(&e.change, id, e.body, &secret));
	return show(c, 200, id, secret);
}

/* Clients send {} or nothing at all. */
cs_err
cs_cf_service_token_rotate(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	cs_str secret;
	CS_TRY(cs_call_id(c, "id", &id));
	if (c->rq->body.len > 0) {
		CS_TRY(cs_edit_begin(c, &e));
	} else {
		cs_edit_begin_empty(c, &e);
		e.body = json_object();
	}
	CS_TRY(cs_config_rotate_service_token(&e.change, id, e.body, &secret));
	return show(c, 200, id, secret);
}

cs_err
cs_cf_service_token_refresh(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	cs_edit_begin_empty(c, &e);
	CS_TRY(cs_config_refresh_service_token(&e.change, id));
	return show(c, 200, id, CS_STR_NONE);
}

cs_err
cs_cf_service_token_remove(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	struct cs_service_token_row gone;
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	cs_edit_begin_empty(c, &e);
	CS_TRY(cs_config_remove_service_token(&e.change, id, &gone));
	return cs_door_answer(c, 200, show_row(e.arena, &gone));
}
