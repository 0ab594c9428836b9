#include "domain/config/list.h"

#include "domain/config/field.h"
#include "domain/config/list_values.h"
#include "domain/config/references.h"

#define HOUSE_KEY "countersign"

static const struct cs_field_rule fields[] = {
	{ "name", CS_FORM_TEXT, 0, 255, true },
	{ "description", CS_FORM_TEXT, 0, 4096, false },
};

/* Kept in columns, or said by the call and not by the list. */
static const char *const not_in_body[] = { "name", "type", "items", "append", "remove", "count" };

/* --- the body --- */

static cs_err
check_house(const json_t *house, enum cs_list_type type, struct cs_fault *fault)
{
	if (!json_is_object(house))
		return cs_refuse(fault, "list: countersign must be an object");
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)house, key, value)
	{
		if (strcmp(key, "evidence") != 0)
			return cs_refuse(fault, "list: unknown key countersign.%.64s", key);
		if (type != CS_LIST_AAGUID)
			return cs_refuse(
			    fault, "list: countersign.evidence is for lists of type AAGUID alone");
		if (!json_is_string(value) || (strcmp(json_string_value(value), "verified") != 0 &&
						  strcmp(json_string_value(value), "claimed") != 0))
			return cs_refuse(fault,
			    "list: countersign.evidence must be \"verified\" or \"claimed\"");
	}
	return CS_OK;
}

bool
cs_list_body_wants_verified(const json_t *body)
{
	cs_str evidence = cs_json_text(cs_json_get(body, HOUSE_KEY), "evidence");
	return !cs_str_equal(evidence, CS_STR("claimed"));
}

/* Absent: as before (old may be NULL). null: back to the defaults. */
static void
merge_house(json_t *body, const json_t *old)
{
	if (json_is_null(json_object_get(body, HOUSE_KEY)))
		(void)json_object_del(body, HOUSE_KEY);
	else if (json_object_get(body, HOUSE_KEY) == NULL && cs_json_get(old, HOUSE_KEY) != NULL)
		cs_json_put(body, HOUSE_KEY, json_incref(cs_json_get(old, HOUSE_KEY)));
}

struct step {
	const struct cs_config_change *change;
	const json_t *body;
	cs_id id;
	bool is_new;
	bool is_patch;
};

/* Everything that a PATCH does not name stays as it is. */
static void
merge_patch(json_t *body, const json_t *old, cs_str name)
{
	json_t *named = json_copy(body);
	CS_ASSERT(named != NULL);
	json_object_clear(body);
	CS_ASSERT(json_object_update(body, (json_t *)(uintptr_t)old) == 0);
	cs_json_put(body, "name", cs_json_of_str(name));
	CS_ASSERT(json_object_update(body, named) == 0);
	json_decref(named);
}

/* Sets name and body of row, which holds what is stored (or nothing, for a new list). */
static cs_err
fill_row(struct cs_tx *tx, const struct step *s, enum cs_list_type type, struct cs_list_row *row)
{
	struct cs_arena *a = cs_tx_op(tx)->arena;
	struct cs_fault *fault = s->change->fault;
	CS_AUTO(cs_json_free) json_t *old = NULL;
	CS_AUTO(cs_json_free) json_t *body = NULL;
	if (!s->is_new)
		CS_TRY(cs_json_decode(cs_str_span(row->body), &old, fault));
	cs_config_body(s->body, &body);
	if (s->is_patch)
		merge_patch(body, old, row->name);
	merge_house(body, old);
	CS_TRY(cs_fields_check(body, "list", fields, CS_COUNT(fields), fault));
	if (cs_json_get(body, HOUSE_KEY) != NULL)
		CS_TRY(check_house(cs_json_get(body, HOUSE_KEY), type, fault));
	row->name = cs_arena_str(a, cs_json_text(body, "name"));
	for (size_t i = 0; i < CS_COUNT(not_in_body); i++)
		(void)json_object_del(body, not_in_body[i]);
	row->updated = s->change->op->now;
	return cs_json_encode(a, body, &row->body);
}

/* --- items --- */

static cs_err
put_items(struct cs_tx *tx, const struct step *s, struct cs_list_item *items, size_t count)
{
	const struct cs_config_change *c = s->change;
	size_t there = 0;
	int64_t last = -1;
	CS_TRY(cs_list_item_count(tx, c->account, s->id, &there, &last));
	for (size_t i = 0; i < count; i++) {
		items[i].list = s->id;
		items[i].ord = last + 1 + (int64_t)i;
		if (items[i].created.ms == 0)
			items[i].created = c->op->now;
		CS_TRY(cs_list_item_add(tx, c->account, &items[i]));
	}
	CS_TRY(cs_list_item_count(tx, c->account, s->id, &there, &last));
	if (there > CS_LIST_ITEMS_MAX)
		return cs_refuse(c->fault, "list: it would have %zu items, at most %d are taken",
		    there, CS_LIST_ITEMS_MAX);
	return CS_OK;
}

/* Items that stay keep their time. */
static void
keep_times(const struct cs_list_item *old, size_t old_count, struct cs_list_item *items,
    size_t count, struct cs_arena *a)
{
	json_t *index = json_object();
	CS_ASSERT(index != NULL);
	for (size_t i = 0; i < old_count; i++)
		CS_ASSERT(json_object_setn_new(index, old[i].content.p, old[i].content.len,
			      json_integer(old[i].created.ms)) == 0);
	for (size_t i = 0; i < count; i++) {
		const json_t *t = json_object_getn(index, items[i].content.p, items[i].content.len);
		if (t != NULL)
			items[i].created.ms = json_integer_value(t);
	}
	json_decref(index);
}

static cs_err
replace_items(struct cs_tx *tx, const struct step *s, enum cs_list_type type)
{
	struct cs_arena *a = cs_tx_op(tx)->arena;
	const json_t *array = cs_json_get(s->body, "items");
	struct cs_list_item *items = NULL, *old = NULL;
	size_t count = 0, old_count = 0;
	if (array == NULL)
		return CS_OK;
	CS_TRY(cs_list_items_decode(a, type, array, "items", &items, &count, s->change->fault));
	CS_TRY(cs_list_item_list(tx, s->change->account, s->id, &old, &old_count));
	keep_times(old, old_count, items, count, a);
	CS_TRY(cs_list_item_clear(tx, s->change->account, s->id));
	return put_items(tx, s, items, count);
}

static cs_err
patch_items(struct cs_tx *tx, const struct step *s, enum cs_list_type type)
{
	struct cs_arena *a = cs_tx_op(tx)->arena;
	const struct cs_config_change *c = s->change;
	const json_t *append = cs_json_get(s->body, "append");
	const json_t *gone = cs_json_get(s->body, "remove");
	if (gone != NULL) {
		cs_str *values = NULL;
		size_t count = 0;
		CS_TRY(cs_list_removals_decode(a, type, gone, &values, &count, c->fault));
		for (size_t i = 0; i < count; i++)
			CS_TRY(cs_list_item_remove(tx, c->account, s->id, values[i]));
	}
	if (append == NULL)
		return CS_OK;
	struct cs_list_item *items = NULL;
	size_t count = 0;
	CS_TRY(cs_list_items_decode(a, type, append, "append", &items, &count, c->fault));
	return put_items(tx, s, items, count);
}

/* --- changes --- */

static cs_err
find_row(struct cs_tx *tx, const struct step *s, struct cs_list_row *out)
{
	struct cs_list_row *rows;
	size_t count;
	CS_TRY(cs_list_list(tx, s->change->account, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		if (cs_id_equal(rows[i].id, s->id)) {
			*out = rows[i];
			return CS_OK;
		}
	}
	return CS_FAIL(NOT_FOUND);
}

static cs_err
record(struct cs_tx *tx, const struct step *s, enum cs_audit_kind what, cs_str name)
{
	return cs_config_record(tx, s->change, what, "list", s->id, name);
}

static cs_err
add(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	const struct cs_config_change *c = s->change;
	struct cs_list_row row = { .id = s->id, .created = c->op->now };
	enum cs_list_type type;
	row.type = cs_json_text(s->body, "type");
	CS_TRY(cs_list_type_decode(row.type, &type, c->fault));
	CS_TRY(fill_row(tx, s, type, &row));
	CS_TRY(cs_list_add(tx, c->account, &row));
	cs_err e = find_row(tx, s, &row);
	if (cs_is(e, CS_E_LIMIT))
		return cs_refuse(c->fault, "list: an account has at most %d lists", CS_LISTS_MAX);
	CS_TRY(e);
	CS_TRY(replace_items(tx, s, type));
	return record(tx, s, CS_AUDIT_CONFIG_CREATED, row.name);
}

cs_err
cs_config_add_list(const struct cs_config_change *c, const json_t *body, cs_id *id)
{
	*id = cs_id_new(c->domain->rng);
	struct step s = { .change = c, .body = body, .id = *id, .is_new = true };
	return cs_config_apply(c, add, &s);
}

static cs_err
check_type_stays(const struct step *s, const struct cs_list_row *row)
{
	const json_t *type = cs_json_get(s->body, "type");
	if (type == NULL || cs_str_equal(cs_json_text(s->body, "type"), row->type))
		return CS_OK;
	return cs_refuse(s->change->fault, "list: the type is %.*s and cannot be changed",
	    CS_STR_ARG(row->type));
}

static cs_err
set(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	struct cs_list_row row;
	enum cs_list_type type;
	CS_TRY(find_row(tx, s, &row));
	CS_TRY(check_type_stays(s, &row));
	CS_TRY(cs_list_type_decode(row.type, &type, s->change->fault));
	CS_TRY(fill_row(tx, s, type, &row));
	CS_TRY(cs_list_set(tx, s->change->account, &row));
	CS_TRY(s->is_patch ? patch_items(tx, s, type) : replace_items(tx, s, type));
	return record(tx, s, CS_AUDIT_CONFIG_UPDATED, row.name);
}

cs_err
cs_config_set_list(const struct cs_config_change *c, cs_id id, const json_t *body)
{
	struct step s = { .change = c, .body = body, .id = id };
	return cs_config_apply(c, set, &s);
}

cs_err
cs_config_patch_list(const struct cs_config_change *c, cs_id id, const json_t *body)
{
	struct step s = { .change = c, .body = body, .id = id, .is_patch = true };
	return cs_config_apply(c, set, &s);
}

static cs_err
remove_list(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	const struct cs_config_change *c = s->change;
	struct cs_list_row row;
	struct cs_image image;
	CS_TRY(find_row(tx, s, &row));
	CS_TRY(cs_image_load(tx, c->account, cs_tx_op(tx)->arena, &image));
	CS_TRY(cs_config_check_unused_list(&image, s->id, c->fault));
	CS_TRY(cs_list_remove(tx, c->account, s->id));
	return record(tx, s, CS_AUDIT_CONFIG_REMOVED, row.name);
}

cs_err
cs_config_remove_list(const struct cs_config_change *c, cs_id id)
{
	struct step s = { .change = c, .id = id };
	return cs_config_apply(c, remove_list, &s);
}

/* --- reading --- */

struct reading {
	cs_id account;
	cs_id id;
	struct cs_list_row *rows;
	size_t count;
	struct cs_list_row row;
	struct cs_list_item *items;
	size_t item_count;
	bool is_found;
};

static cs_err
read_one(struct cs_tx *tx, void *ctx)
{
	struct reading *r = ctx;
	CS_TRY(cs_list_list(tx, r->account, &r->rows, &r->count));
	r->is_found = false;
	for (size_t i = 0; i < r->count && !r->is_found; i++) {
		r->is_found = cs_id_equal(r->rows[i].id, r->id);
		r->row = r->rows[i];
	}
	if (!r->is_found)
		return CS_FAIL(NOT_FOUND);
	return cs_list_item_list(tx, r->account, r->id, &r->items, &r->item_count);
}

cs_err
cs_list_read(struct cs_domain *d, const struct cs_op *op, cs_id account, cs_id id,
    struct cs_list_row *row, struct cs_list_item **items, size_t *count)
{
	struct reading r = { .account = account, .id = id };
	CS_TRY(cs_store_read(d->store, op, read_one, &r));
	*row = r.row;
	*items = r.items;
	*count = r.item_count;
	return CS_OK;
}

static cs_err
read_all(struct cs_tx *tx, void *ctx)
{
	struct reading *r = ctx;
	return cs_list_list(tx, r->account, &r->rows, &r->count);
}

cs_err
cs_list_read_all(struct cs_domain *d, const struct cs_op *op, cs_id account,
    struct cs_list_row **rows, size_t *count)
{
	struct reading r = { .account = account };
	CS_TRY(cs_store_read(d->store, op, read_all, &r));
	*rows = r.rows;
	*count = r.count;
	return CS_OK;
}
