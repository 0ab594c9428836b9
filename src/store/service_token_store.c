#include "store/service_token_store.h"

#include "store/sql.h"

static void
bind_secrets(struct cs_stmt *q, const struct cs_service_token_row *row)
{
	const struct cs_service_token *t = &row->token;
	cs_bind_span(q, CS_SPAN(t->secret_hash, sizeof(t->secret_hash)));
	cs_bind_i64(q, row->secret_version);
	if (t->has_previous)
		cs_bind_span(q, CS_SPAN(t->previous_hash, sizeof(t->previous_hash)));
	else
		cs_bind_null(q);
	cs_bind_time(q, t->previous_expires);
}

cs_err
cs_service_token_add(struct cs_tx *tx, cs_id account, const struct cs_service_token_row *row)
{
	const struct cs_service_token *t = &row->token;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SERVICE_TOKEN_ADD);
	cs_bind_id(q, account);
	cs_bind_id(q, t->id);
	cs_bind_str(q, t->name);
	cs_bind_str(q, t->client_id);
	bind_secrets(q, row);
	cs_bind_str(q, row->duration);
	cs_bind_bool(q, t->is_enabled);
	cs_bind_time(q, t->expires);
	cs_bind_time(q, row->created);
	return cs_sql_run(q);
}

cs_err
cs_service_token_set(struct cs_tx *tx, cs_id account, const struct cs_service_token_row *row)
{
	const struct cs_service_token *t = &row->token;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SERVICE_TOKEN_SET);
	cs_bind_str(q, t->name);
	bind_secrets(q, row);
	cs_bind_str(q, row->duration);
	cs_bind_bool(q, t->is_enabled);
	cs_bind_time(q, t->expires);
	cs_bind_time(q, row->updated);
	cs_bind_id(q, account);
	cs_bind_id(q, t->id);
	return cs_sql_exec_one(q);
}

cs_err
cs_service_token_remove(struct cs_tx *tx, cs_id account, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SERVICE_TOKEN_REMOVE);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_exec_one(q);
}

static void
read_token(struct cs_stmt *q, struct cs_service_token_row *out)
{
	*out = (struct cs_service_token_row){
		.token = {
			.id = cs_col_id(q, 0),
			.name = cs_col_str(q, 1),
			.client_id = cs_col_str(q, 2),
			.has_previous = !cs_col_is_null(q, 5),
			.previous_expires = cs_col_time(q, 6),
			.is_enabled = cs_col_bool(q, 8),
			.expires = cs_col_time(q, 9),
		},
		.secret_version = cs_col_i64(q, 4),
		.duration = cs_col_str(q, 7),
		.last_seen = cs_col_time(q, 10),
		.created = cs_col_time(q, 11),
		.updated = cs_col_time(q, 12),
	};
	struct cs_service_token *t = &out->token;
	cs_col_bytes(q, 3, t->secret_hash, sizeof(t->secret_hash));
	if (t->has_previous)
		cs_col_bytes(q, 5, t->previous_hash, sizeof(t->previous_hash));
}

cs_err
cs_service_token_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_service_token_row *out)
{
	*out = (struct cs_service_token_row){ 0 };
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SERVICE_TOKEN_FIND);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	CS_TRY(cs_sql_one(q));
	read_token(q, out);
	return cs_sql_end(q);
}

cs_err
cs_service_token_list(
    struct cs_tx *tx, cs_id account, struct cs_service_token_row **out, size_t *count)
{
	*out = NULL;
	*count = 0;
	size_t room = 0;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SERVICE_TOKEN_LIST);
	cs_bind_id(q, account);
	cs_bind_i64(q, CS_SERVICE_TOKENS_MAX + 1);
	while (cs_sql_next(q)) {
		if (*count == CS_SERVICE_TOKENS_MAX)
			return CS_FAIL(LIMIT);
		if (*count == room) {
			void *more = NULL;
			room = room == 0 ? 16 : 2 * room;
			CS_TRY(cs_arena_try(cs_tx_op(tx)->arena, room * sizeof(**out), &more));
			if (*count != 0)
				memcpy(more, *out, *count * sizeof(**out));
			*out = more;
		}
		read_token(q, &(*out)[(*count)++]);
	}
	return cs_sql_end(q);
}

cs_err
cs_service_token_set_seen(struct cs_tx *tx, cs_id account, cs_id id, cs_time at)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SERVICE_TOKEN_SEEN);
	cs_bind_time(q, at);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_run(q);
}
