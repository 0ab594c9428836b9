#include "store/access_store.h"

#include "store/sql.h"

/* --- what the kinds have in common --- */

static cs_err
add_unless_there(struct cs_stmt *q)
{
	int64_t rows = 0;
	CS_TRY(cs_sql_exec(q, &rows));
	return rows == 1 ? CS_OK : CS_FAIL(CONFLICT);
}

static cs_err
remove_one(struct cs_tx *tx, enum cs_query name, cs_id account, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, name);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_exec_one(q);
}

typedef void read_fn(struct cs_stmt *q, struct cs_access_row *out);

static cs_err
find_one(struct cs_tx *tx, enum cs_query name, cs_id account, cs_id id, read_fn *read,
    struct cs_access_row *out)
{
	*out = (struct cs_access_row){ 0 };
	struct cs_stmt *q = cs_sql_begin(tx, name);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	CS_TRY(cs_sql_one(q));
	read(q, out);
	return cs_sql_end(q);
}

/*
 * Room for one more element behind count. Doubles as it fills: an account with three groups does
 * not pay for ten thousand.
 */
static cs_err
list_all(
    struct cs_tx *tx, enum cs_query name, cs_id account, read_fn *read, struct cs_access_rows *out)
{
	*out = (struct cs_access_rows){ 0 };
	void *list = NULL;
	struct cs_stmt *q = cs_sql_begin(tx, name);
	cs_bind_id(q, account);
	cs_bind_i64(q, CS_ACCESS_ROWS_MAX + 1);
	while (cs_sql_next(q)) {
		CS_TRY(cs_sql_grow(tx, &list, sizeof(*out->rows), out->count, CS_ACCESS_ROWS_MAX));
		out->rows = list;
		out->rows[out->count] = (struct cs_access_row){ 0 };
		read(q, &out->rows[out->count++]);
	}
	return cs_sql_end(q);
}

/* --- organization --- */

cs_err
cs_organization_add(struct cs_tx *tx, cs_id account, const struct cs_access_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ORGANIZATION_ADD);
	cs_bind_id(q, account);
	cs_bind_str(q, row->body);
	cs_bind_time(q, row->created);
	return add_unless_there(q);
}

cs_err
cs_organization_set(struct cs_tx *tx, cs_id account, const struct cs_access_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ORGANIZATION_SET);
	cs_bind_str(q, row->body);
	cs_bind_time(q, row->updated);
	cs_bind_id(q, account);
	return cs_sql_exec_one(q);
}

cs_err
cs_organization_find(struct cs_tx *tx, cs_id account, struct cs_access_row *out)
{
	*out = (struct cs_access_row){ 0 };
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ORGANIZATION_FIND);
	cs_bind_id(q, account);
	CS_TRY(cs_sql_one(q));
	out->body = cs_col_str(q, 0);
	out->created = cs_col_time(q, 1);
	out->updated = cs_col_time(q, 2);
	return cs_sql_end(q);
}

/* --- identity providers --- */

static void
bind_sealed(struct cs_stmt *q, cs_span sealed)
{
	if (sealed.len == 0)
		cs_bind_null(q);
	else
		cs_bind_span(q, sealed);
}

cs_err
cs_provider_add(struct cs_tx *tx, cs_id account, const struct cs_access_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PROVIDER_ADD);
	cs_bind_id(q, account);
	cs_bind_id(q, row->id);
	cs_bind_str(q, row->type);
	cs_bind_str(q, row->name);
	cs_bind_str(q, row->body);
	bind_sealed(q, row->sealed);
	cs_bind_time(q, row->created);
	return cs_sql_run(q);
}

cs_err
cs_provider_set(struct cs_tx *tx, cs_id account, const struct cs_access_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PROVIDER_SET);
	cs_bind_str(q, row->type);
	cs_bind_str(q, row->name);
	cs_bind_str(q, row->body);
	bind_sealed(q, row->sealed);
	cs_bind_time(q, row->updated);
	cs_bind_id(q, account);
	cs_bind_id(q, row->id);
	return cs_sql_exec_one(q);
}

cs_err
cs_provider_remove(struct cs_tx *tx, cs_id account, cs_id id)
{
	return remove_one(tx, CS_Q_PROVIDER_REMOVE, account, id);
}

static void
read_provider(struct cs_stmt *q, struct cs_access_row *out)
{
	out->id = cs_col_id(q, 0);
	out->body = cs_col_str(q, 1);
	if (!cs_col_is_null(q, 2))
		out->sealed = cs_col_span(q, 2);
	out->created = cs_col_time(q, 3);
	out->updated = cs_col_time(q, 4);
}

cs_err
cs_provider_list(struct cs_tx *tx, cs_id account, struct cs_access_rows *out)
{
	return list_all(tx, CS_Q_PROVIDER_LIST, account, read_provider, out);
}

/* --- applications --- */

cs_err
cs_application_add(struct cs_tx *tx, cs_id account, const struct cs_access_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_APPLICATION_ADD);
	cs_bind_id(q, account);
	cs_bind_id(q, row->id);
	cs_bind_span(q, CS_SPAN(row->aud, sizeof(row->aud)));
	cs_bind_str(q, row->name);
	cs_bind_str(q, row->body);
	cs_bind_time(q, row->created);
	return cs_sql_run(q);
}

cs_err
cs_application_set(struct cs_tx *tx, cs_id account, const struct cs_access_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_APPLICATION_SET);
	cs_bind_str(q, row->name);
	cs_bind_str(q, row->body);
	cs_bind_time(q, row->updated);
	cs_bind_id(q, account);
	cs_bind_id(q, row->id);
	return cs_sql_exec_one(q);
}

cs_err
cs_application_remove(struct cs_tx *tx, cs_id account, cs_id id)
{
	return remove_one(tx, CS_Q_APPLICATION_REMOVE, account, id);
}

static void
read_application(struct cs_stmt *q, struct cs_access_row *out)
{
	out->id = cs_col_id(q, 0);
	cs_col_bytes(q, 1, out->aud, sizeof(out->aud));
	out->body = cs_col_str(q, 2);
	out->created = cs_col_time(q, 3);
	out->updated = cs_col_time(q, 4);
}

cs_err
cs_application_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_access_row *out)
{
	return find_one(tx, CS_Q_APPLICATION_FIND, account, id, read_application, out);
}

cs_err
cs_application_list(struct cs_tx *tx, cs_id account, struct cs_access_rows *out)
{
	return list_all(tx, CS_Q_APPLICATION_LIST, account, read_application, out);
}

/* --- what applications guard --- */

#define PLACES_MAX ((size_t)65536)

cs_err
cs_place_add(struct cs_tx *tx, cs_id account, const struct cs_place *place)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PLACE_ADD);
	cs_bind_id(q, account);
	cs_bind_id(q, place->application);
	cs_bind_str(q, place->host);
	cs_bind_str(q, place->path);
	cs_bind_bool(q, place->is_pattern);
	return add_unless_there(q);
}

cs_err
cs_place_remove(struct cs_tx *tx, cs_id account, cs_id application)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PLACE_REMOVE);
	cs_bind_id(q, account);
	cs_bind_id(q, application);
	return cs_sql_run(q);
}

cs_err
cs_place_list(struct cs_tx *tx, cs_id account, struct cs_place **out, size_t *count)
{
	*out = NULL;
	*count = 0;
	void *list = NULL;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PLACE_LIST);
	cs_bind_id(q, account);
	cs_bind_i64(q, PLACES_MAX + 1);
	while (cs_sql_next(q)) {
		CS_TRY(cs_sql_grow(tx, &list, sizeof(**out), *count, PLACES_MAX));
		*out = list;
		(*out)[(*count)++] = (struct cs_place){
			.application = cs_col_id(q, 0),
			.host = cs_col_str(q, 1),
			.path = cs_col_str(q, 2),
		};
	}
	return cs_sql_end(q);
}

cs_err
cs_place_is_foreign(struct cs_tx *tx, cs_id account, cs_str host, bool *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PLACE_FOREIGN);
	cs_bind_str(q, host);
	cs_bind_id(q, account);
	CS_TRY(cs_sql_step(q, out));
	return cs_sql_end(q);
}

cs_err
cs_place_each_foreign(struct cs_tx *tx, cs_id account, bool is_pattern,
    bool (*see)(void *ctx, cs_str host), void *ctx)
{
	struct cs_stmt *q =
	    cs_sql_begin(tx, is_pattern ? CS_Q_PLACE_FOREIGN_HOSTS : CS_Q_PLACE_FOREIGN_PATTERNS);
	cs_bind_id(q, account);
	bool has_row = false;
	CS_TRY(cs_sql_step(q, &has_row));
	while (has_row && see(ctx, cs_col_str(q, 0)))
		CS_TRY(cs_sql_step(q, &has_row));
	return cs_sql_end(q);
}

/* --- policies --- */

cs_err
cs_policy_add(struct cs_tx *tx, cs_id account, const struct cs_access_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_POLICY_ADD);
	cs_bind_id(q, account);
	cs_bind_id(q, row->id);
	if (cs_id_is_zero(row->application))
		cs_bind_null(q);
	else
		cs_bind_id(q, row->application);
	cs_bind_str(q, row->name);
	cs_bind_str(q, row->type);
	cs_bind_str(q, row->body);
	cs_bind_time(q, row->created);
	return cs_sql_run(q);
}

cs_err
cs_policy_set(struct cs_tx *tx, cs_id account, const struct cs_access_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_POLICY_SET);
	cs_bind_str(q, row->name);
	cs_bind_str(q, row->type);
	cs_bind_str(q, row->body);
	cs_bind_time(q, row->updated);
	cs_bind_id(q, account);
	cs_bind_id(q, row->id);
	return cs_sql_exec_one(q);
}

cs_err
cs_policy_remove(struct cs_tx *tx, cs_id account, cs_id id)
{
	return remove_one(tx, CS_Q_POLICY_REMOVE, account, id);
}

static void
read_policy(struct cs_stmt *q, struct cs_access_row *out)
{
	out->id = cs_col_id(q, 0);
	out->application = cs_col_id(q, 1);
	out->body = cs_col_str(q, 2);
	out->created = cs_col_time(q, 3);
	out->updated = cs_col_time(q, 4);
}

cs_err
cs_policy_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_access_row *out)
{
	return find_one(tx, CS_Q_POLICY_FIND, account, id, read_policy, out);
}

cs_err
cs_policy_list(struct cs_tx *tx, cs_id account, struct cs_access_rows *out)
{
	return list_all(tx, CS_Q_POLICY_LIST, account, read_policy, out);
}

static void
bind_link(struct cs_stmt *q, cs_id account, cs_id application, cs_id policy)
{
	cs_bind_id(q, account);
	cs_bind_id(q, application);
	cs_bind_id(q, policy);
}

cs_err
cs_policy_link_add(struct cs_tx *tx, cs_id account, const struct cs_policy_link *link)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LINK_ADD);
	bind_link(q, account, link->application, link->policy);
	cs_bind_i64(q, link->precedence);
	return add_unless_there(q);
}

cs_err
cs_policy_link_set(struct cs_tx *tx, cs_id account, const struct cs_policy_link *link)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LINK_SET);
	cs_bind_i64(q, link->precedence);
	bind_link(q, account, link->application, link->policy);
	return cs_sql_exec_one(q);
}

cs_err
cs_policy_link_remove(struct cs_tx *tx, cs_id account, cs_id application, cs_id policy)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LINK_REMOVE);
	bind_link(q, account, application, policy);
	return cs_sql_exec_one(q);
}

cs_err
cs_policy_link_list(struct cs_tx *tx, cs_id account, struct cs_policy_link **out, size_t *count)
{
	*out = NULL;
	*count = 0;
	void *list = NULL;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LINK_LIST);
	cs_bind_id(q, account);
	cs_bind_i64(q, PLACES_MAX + 1);
	while (cs_sql_next(q)) {
		CS_TRY(cs_sql_grow(tx, &list, sizeof(**out), *count, PLACES_MAX));
		*out = list;
		(*out)[(*count)++] = (struct cs_policy_link){
			.application = cs_col_id(q, 0),
			.policy = cs_col_id(q, 1),
			.precedence = cs_col_i64(q, 2),
		};
	}
	return cs_sql_end(q);
}

/* --- groups --- */

cs_err
cs_group_add(struct cs_tx *tx, cs_id account, const struct cs_access_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_GROUP_ADD);
	cs_bind_id(q, account);
	cs_bind_id(q, row->id);
	cs_bind_str(q, row->name);
	cs_bind_str(q, row->body);
	cs_bind_time(q, row->created);
	return cs_sql_run(q);
}

cs_err
cs_group_set(struct cs_tx *tx, cs_id account, const struct cs_access_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_GROUP_SET);
	cs_bind_str(q, row->name);
	cs_bind_str(q, row->body);
	cs_bind_time(q, row->updated);
	cs_bind_id(q, account);
	cs_bind_id(q, row->id);
	return cs_sql_exec_one(q);
}

cs_err
cs_group_remove(struct cs_tx *tx, cs_id account, cs_id id)
{
	return remove_one(tx, CS_Q_GROUP_REMOVE, account, id);
}

static void
read_group(struct cs_stmt *q, struct cs_access_row *out)
{
	out->id = cs_col_id(q, 0);
	out->body = cs_col_str(q, 1);
	out->created = cs_col_time(q, 2);
	out->updated = cs_col_time(q, 3);
}

cs_err
cs_group_list(struct cs_tx *tx, cs_id account, struct cs_access_rows *out)
{
	return list_all(tx, CS_Q_GROUP_LIST, account, read_group, out);
}
