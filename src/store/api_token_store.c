#include "store/api_token_store.h"

#include "store/sql.h"

cs_err
cs_api_token_add(struct cs_tx *tx, const struct cs_api_token *token)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_API_TOKEN_ADD);
	cs_bind_id(q, token->account);
	cs_bind_id(q, token->id);
	cs_bind_str(q, token->name);
	cs_bind_span(q, CS_SPAN(token->token_hash, sizeof(token->token_hash)));
	cs_bind_id(q, token->creator);
	cs_bind_i64(q, token->permissions);
	cs_bind_time(q, token->issued);
	cs_bind_time(q, token->not_before);
	cs_bind_time(q, token->expires);
	cs_bind_str(q, token->condition);
	return cs_sql_run(q);
}

static void
read_token(struct cs_stmt *q, struct cs_api_token *out)
{
	*out = (struct cs_api_token){
		.account = cs_col_id(q, 0),
		.id = cs_col_id(q, 1),
		.name = cs_col_str(q, 2),
		.creator = cs_col_id(q, 3),
		.permissions = (uint32_t)cs_col_i64(q, 4),
		.is_disabled = cs_col_bool(q, 5),
		.issued = cs_col_time(q, 6),
		.last_used = cs_col_time(q, 7),
		.not_before = cs_col_time(q, 8),
		.expires = cs_col_time(q, 9),
		.creator_role = (enum cs_role)cs_col_i64(q, 10),
		.creator_status = (enum cs_member_status)cs_col_i64(q, 11),
		.condition = cs_col_str(q, 12),
		.modified = cs_col_time(q, 13),
	};
}

static cs_err
read_one(struct cs_stmt *q, struct cs_api_token *out)
{
	*out = (struct cs_api_token){ .is_disabled = true };
	CS_TRY(cs_sql_one(q));
	read_token(q, out);
	return cs_sql_end(q);
}

cs_err
cs_api_token_by_hash(
    struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN], struct cs_api_token *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_API_TOKEN_BY_HASH);
	cs_bind_span(q, CS_SPAN(token_hash, CS_SHA256_LEN));
	CS_TRY(read_one(q, out));
	memcpy(out->token_hash, token_hash, CS_SHA256_LEN);
	return CS_OK;
}

cs_err
cs_api_token_find(struct cs_tx *tx, cs_id creator, cs_id id, struct cs_api_token *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_API_TOKEN_FIND);
	cs_bind_id(q, creator);
	cs_bind_id(q, id);
	return read_one(q, out);
}

cs_err
cs_api_token_list(struct cs_tx *tx, cs_id creator, struct cs_api_token **out, size_t *out_count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_API_TOKEN_LIST);
	void *list = NULL;
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, creator);
	cs_bind_i64(q, CS_API_TOKENS_LISTED_MAX);
	while (cs_sql_next(q)) {
		CS_TRY(cs_sql_grow(
		    tx, &list, sizeof(struct cs_api_token), count, CS_API_TOKENS_LISTED_MAX));
		*out = list;
		read_token(q, &(*out)[count++]);
	}
	*out_count = count;
	return cs_sql_end(q);
}

cs_err
cs_api_token_set(struct cs_tx *tx, const struct cs_api_token *token)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_API_TOKEN_SET);
	cs_bind_str(q, token->name);
	cs_bind_i64(q, token->permissions);
	cs_bind_bool(q, token->is_disabled);
	cs_bind_str(q, token->condition);
	cs_bind_time(q, token->not_before);
	cs_bind_time(q, token->expires);
	cs_bind_time(q, token->modified);
	cs_bind_id(q, token->account);
	cs_bind_id(q, token->id);
	return cs_sql_exec_one(q);
}

cs_err
cs_api_token_roll(struct cs_tx *tx, cs_id account, cs_id id,
    const uint8_t token_hash[static CS_SHA256_LEN], cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_API_TOKEN_ROLL);
	cs_bind_span(q, CS_SPAN(token_hash, CS_SHA256_LEN));
	cs_bind_time(q, now);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_exec_one(q);
}

cs_err
cs_api_token_remove(struct cs_tx *tx, cs_id account, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_API_TOKEN_REMOVE);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_exec_one(q);
}

cs_err
cs_api_token_set_used(struct cs_tx *tx, cs_id account, cs_id id, cs_time at)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_API_TOKEN_USED);
	cs_bind_time(q, at);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_run(q);
}
