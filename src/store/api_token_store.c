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
	return cs_sql_run(q);
}

cs_err
cs_api_token_by_hash(
    struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN], struct cs_api_token *out)
{
	*out = (struct cs_api_token){ .is_disabled = true };
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_API_TOKEN_BY_HASH);
	cs_bind_span(q, CS_SPAN(token_hash, CS_SHA256_LEN));
	CS_TRY(cs_sql_one(q));
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
	};
	memcpy(out->token_hash, token_hash, CS_SHA256_LEN);
	return cs_sql_end(q);
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
