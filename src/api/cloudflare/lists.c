/*
 * lists.c - gateway/lists (specs: Access §14).
 */
#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"
#include "base/codec.h"
#include "domain/config/list.h"
#include "domain/config/list_values.h"
#include "gate/lists.h"

#include <stdlib.h>

#define FILTERS_MAX 16

/* --- as the API shows them --- */

static json_t *
show_row(struct cs_arena *a, const struct cs_list_row *row)
{
	struct cs_fault fault = { 0 };
	CS_AUTO(cs_json_free) json_t *body = NULL;
	json_t *j = cs_show_id(a, row->id);
	cs_json_put(j, "name", cs_json_of_str(row->name));
	cs_json_put(j, "type", cs_json_of_str(row->type));
	cs_json_put(j, "description", json_string(""));
	if (!cs_failed(cs_json_decode(cs_str_span(row->body), &body, &fault)))
		CS_ASSERT(json_object_update(j, body) == 0);
	if (cs_str_equal(row->type, CS_STR("AAGUID"))) {
		bool is_verified = cs_list_body_wants_verified(body);
		cs_json_put(j, "countersign",
		    json_pack("{s:s}", "evidence", is_verified ? "verified" : "claimed"));
	}
	cs_json_put(j, "count", json_integer((json_int_t)row->item_count));
	cs_json_put(j, "created_at", cs_show_time(a, row->created));
	cs_json_put(j, "updated_at", cs_show_time(a, row->updated));
	return j;
}

static json_t *
show_item(struct cs_arena *a, const struct cs_list_item *item)
{
	json_t *j = json_object();
	CS_ASSERT(j != NULL);
	cs_json_put(j, "value", cs_json_of_str(item->content));
	if (item->description.len > 0)
		cs_json_put(j, "description", cs_json_of_str(item->description));
	cs_json_put(j, "created_at", cs_show_time(a, item->created));
	return j;
}

static json_t *
show_items(struct cs_arena *a, const struct cs_list_item *items, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		CS_ASSERT(json_array_append_new(list, show_item(a, &items[i])) == 0);
	return list;
}

/* What can no longer be read behind a change has been changed all the same. */
static cs_err
behind_change(const struct cs_call *c, cs_err e)
{
	bool is_change = c->route->csrf != CS_CSRF_NONE;
	return is_change && cs_is(e, CS_E_UNAVAILABLE) ? CS_FAIL(UNCERTAIN) : e;
}

static cs_err
show(struct cs_call *c, cs_id id)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CS_CONFIG_ARENA_MAX);
	struct cs_op wide = *c->op;
	struct cs_list_row row;
	struct cs_list_item *items;
	size_t count;
	wide.arena = arena;
	CS_TRY(behind_change(c, cs_list_read(c->domain, &wide, cs_door_of(c)->grant.account, id,
				    &row, &items, &count)));
	json_t *j = show_row(arena, &row);
	cs_json_put(j, "items", show_items(arena, items, count));
	return cs_door_answer(c, 200, j);
}

/* --- which, and in which order --- */

struct wanted {
	cs_str type; /* of "type" */
	cs_str search;
	cs_str filters[FILTERS_MAX]; /* "name:x", all of them */
	size_t filter_count;
	cs_str order_by;
	bool is_descending;
};

static cs_err
decode_plus(struct cs_arena *a, cs_str raw, cs_str *out)
{
	char *text = cs_arena_c(a, raw);
	for (size_t i = 0; i < raw.len; i++)
		text[i] = text[i] == '+' ? ' ' : text[i];
	return cs_percent_decode(a, (cs_str){ text, raw.len }, out);
}

static cs_err
take_filters(struct cs_call *c, struct wanted *out)
{
	struct cs_fault *fault = &cs_door_of(c)->fault;
	cs_str rest = c->rq->query, part;
	while (cs_str_cut(&rest, '&', &part)) {
		size_t equals = cs_str_find(part, '=', 0);
		cs_str key, value;
		if (cs_failed(decode_plus(c->op->arena, cs_str_slice(part, 0, equals), &key)) ||
		    cs_failed(decode_plus(
			c->op->arena, cs_str_slice(part, equals + 1, part.len), &value)))
			return cs_refuse(fault, "the query is badly encoded");
		if (!cs_str_equal(key, CS_STR("filter")) && !cs_str_equal(key, CS_STR("filter[]")))
			continue;
		if (out->filter_count == FILTERS_MAX)
			return cs_refuse(fault, "more than %d filters", FILTERS_MAX);
		size_t colon = cs_str_find(value, ':', 0);
		cs_str what = cs_str_slice(value, 0, colon);
		int64_t n;
		if (colon == value.len ||
		    (!cs_str_equal(what, CS_STR("name")) && !cs_str_equal(what, CS_STR("id")) &&
			!cs_str_equal(what, CS_STR("type")) &&
			!cs_str_equal(what, CS_STR("item_count"))))
			return cs_refuse(
			    fault, "filter must be name:, id:, type: or item_count: and a value");
		if (cs_str_equal(what, CS_STR("item_count")) &&
		    !cs_str_to_i64(cs_str_slice(value, colon + 1, value.len), &n))
			return cs_refuse(fault, "filter item_count: must be a whole number");
		out->filters[out->filter_count++] = value;
	}
	return CS_OK;
}

static cs_err
query_text(struct cs_call *c, const char *name, cs_str *out)
{
	if (cs_failed(cs_call_query(c, name, out)))
		return cs_refuse(&cs_door_of(c)->fault, "%s is there twice or badly encoded", name);
	return CS_OK;
}

static cs_err
take_wanted(struct cs_call *c, struct wanted *out)
{
	struct cs_fault *fault = &cs_door_of(c)->fault;
	enum cs_list_type type;
	cs_str direction;
	*out = (struct wanted){ 0 };
	CS_TRY(query_text(c, "type", &out->type));
	CS_TRY(query_text(c, "search", &out->search));
	CS_TRY(query_text(c, "order_by", &out->order_by));
	CS_TRY(query_text(c, "direction", &direction));
	if (out->type.len > 0)
		CS_TRY(cs_list_type_decode(out->type, &type, fault));
	if (out->order_by.len > 0 && !cs_str_equal(out->order_by, CS_STR("name")) &&
	    !cs_str_equal(out->order_by, CS_STR("created_at")) &&
	    !cs_str_equal(out->order_by, CS_STR("updated_at")) &&
	    !cs_str_equal(out->order_by, CS_STR("item_count")))
		return cs_refuse(
		    fault, "order_by must be name, created_at, updated_at or item_count");
	out->is_descending = cs_str_equal(direction, CS_STR("desc"));
	if (direction.len > 0 && !out->is_descending && !cs_str_equal(direction, CS_STR("asc")))
		return cs_refuse(fault, "direction must be asc or desc");
	return take_filters(c, out);
}

static bool
passes_filter(struct cs_arena *a, cs_str filter, const struct cs_list_row *row)
{
	size_t colon = cs_str_find(filter, ':', 0);
	cs_str what = cs_str_slice(filter, 0, colon);
	cs_str value = cs_str_slice(filter, colon + 1, filter.len);
	int64_t n = 0;
	if (cs_str_equal(what, CS_STR("name")))
		return cs_filter_text(value, false, row->name);
	if (cs_str_equal(what, CS_STR("id")))
		return cs_filter_text(value, false, cs_id_uuid_text(a, row->id));
	if (cs_str_equal(what, CS_STR("type")))
		return cs_str_equal(value, row->type);
	return cs_str_to_i64(value, &n) && (size_t)n == row->item_count;
}

static bool
is_wanted(struct cs_arena *a, const struct wanted *w, const struct cs_list_row *row)
{
	if (w->type.len > 0 && !cs_str_equal(w->type, row->type))
		return false;
	if (!cs_filter_text(w->search, false, row->name))
		return false;
	for (size_t i = 0; i < w->filter_count; i++) {
		if (!passes_filter(a, w->filters[i], row))
			return false;
	}
	return true;
}

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
row_order(const void *left, const void *right, void *ctx)
{
	const struct cs_list_row *a = left, *b = right;
	const struct wanted *w = ctx;
	int order = 0;
	if (cs_str_equal(w->order_by, CS_STR("name"))) {
		order = cs_str_order(a->name, b->name);
	} else if (cs_str_equal(w->order_by, CS_STR("item_count"))) {
		order = compare((int64_t)a->item_count, (int64_t)b->item_count);
	} else if (cs_str_equal(w->order_by, CS_STR("updated_at"))) {
		order = compare(a->updated.ms, b->updated.ms);
	}
	if (order == 0)
		order = compare(a->created.ms, b->created.ms);
	if (order == 0)
		order = cs_str_order((cs_str){ (const char *)a->id.b, sizeof(a->id.b) },
		    (cs_str){ (const char *)b->id.b, sizeof(b->id.b) });
	return w->is_descending ? -order : order;
}

cs_err
cs_cf_list_list(struct cs_call *c)
{
	struct cs_list_row *rows;
	struct wanted w;
	size_t count;
	CS_TRY(take_wanted(c, &w));
	CS_TRY(cs_list_read_all(c->domain, c->op, cs_door_of(c)->grant.account, &rows, &count));
	if (count > 0)
		qsort_r(rows, count, sizeof(*rows), row_order, &w);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) {
		if (is_wanted(c->op->arena, &w, &rows[i]))
			CS_ASSERT(
			    json_array_append_new(list, show_row(c->op->arena, &rows[i])) == 0);
	}
	return cs_door_answer(c, 200, list);
}

/* --- one --- */

cs_err
cs_cf_list_get(struct cs_call *c)
{
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	return show(c, id);
}

cs_err
cs_cf_list_items(struct cs_call *c)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CS_CONFIG_ARENA_MAX);
	CS_AUTO(cs_page_clear) struct cs_page p = { 0 };
	struct cs_op wide = *c->op;
	struct cs_list_row row;
	struct cs_list_item *items;
	size_t count;
	cs_id id;
	wide.arena = arena;
	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_page_begin(c, &p));
	CS_TRY(
	    cs_list_read(c->domain, &wide, cs_door_of(c)->grant.account, id, &row, &items, &count));
	for (size_t i = 0; i < count; i++) {
		if (cs_page_takes(&p))
			cs_page_put(&p, show_item(arena, &items[i]));
	}
	return cs_page_answer(c, &p);
}

cs_err
cs_cf_list_create(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_edit_begin_wide(c, CS_LIST_JSON_MAX, &e));
	CS_TRY(cs_config_add_list(&e.change, e.body, &id));
	return show(c, id);
}

static cs_err
change(struct cs_call *c,
    cs_err (*apply)(const struct cs_config_change *c, cs_id id, const json_t *body))
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_edit_begin_wide(c, CS_LIST_JSON_MAX, &e));
	CS_TRY(apply(&e.change, id, e.body));
	return show(c, id);
}

cs_err
cs_cf_list_update(struct cs_call *c)
{
	return change(c, cs_config_set_list);
}

cs_err
cs_cf_list_patch(struct cs_call *c)
{
	return change(c, cs_config_patch_list);
}

cs_err
cs_cf_list_remove(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	cs_edit_begin_empty(c, &e);
	CS_TRY(cs_config_remove_list(&e.change, id));
	return cs_door_answer(c, 200, cs_show_id(e.arena, id));
}
