#include "contract.h"

#include "store/service_token_store.h"

static struct cs_service_token_row
sample(struct contract *t, const char *client_id)
{
	return (struct cs_service_token_row){
		.token = {
			.id = cs_id_new(t->rng),
			.name = CS_STR("Builder"),
			.client_id = cs_str_c(client_id),
			.secret_hash = { 1, 2, 3 },
			.is_enabled = true,
			.expires = { t->op.now.ms + CS_DAY_MS },
		},
		.secret_version = 1,
		.duration = CS_STR("24h"),
		.created = t->op.now,
		.updated = t->op.now,
	};
}

#define ONE "00112233445566778899aabbccddeeff"
#define TWO "ffeeddccbbaa99887766554433221100"

CONTRACT(a_service_token_comes_back_as_it_was_written)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_service_token_row row = sample(t, ONE), got;
	CHECK_OK(cs_service_token_add(tx, t->account, &row));
	CHECK_OK(cs_service_token_find(tx, t->account, row.token.id, &got));
	CHECK_TEXT(got.token.client_id, ONE);
	CHECK_TEXT(got.duration, "24h");
	CHECK_INT(got.secret_version, 1);
	CHECK(memcmp(got.token.secret_hash, row.token.secret_hash, 32) == 0);
	CHECK(!got.token.has_previous && got.token.is_enabled);
	CHECK_INT(got.token.expires.ms, row.token.expires.ms);
	CHECK_INT(got.last_seen.ms, 0);
	CHECK_ERR(cs_service_token_find(tx, t->other, row.token.id, &got), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(the_secret_before_is_kept_with_its_end)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_service_token_row row = sample(t, ONE), got;
	CHECK_OK(cs_service_token_add(tx, t->account, &row));
	row.token.has_previous = true;
	memcpy(row.token.previous_hash, row.token.secret_hash, 32);
	row.token.secret_hash[0] = 9;
	row.token.previous_expires = (cs_time){ t->op.now.ms + CS_HOUR_MS };
	row.secret_version = 2;
	CHECK_ERR(cs_service_token_set(tx, t->other, &row), NOT_FOUND);
	CHECK_OK(cs_service_token_set(tx, t->account, &row));
	CHECK_OK(cs_service_token_find(tx, t->account, row.token.id, &got));
	CHECK(got.token.has_previous);
	CHECK_INT(got.token.previous_hash[0], 1);
	CHECK_INT(got.token.secret_hash[0], 9);
	CHECK_INT(got.token.previous_expires.ms, row.token.previous_expires.ms);
	contract_commit(t);
}

CONTRACT(no_two_service_tokens_have_one_client_id_whatever_their_accounts)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_service_token_row row = sample(t, ONE);
	CHECK_OK(cs_service_token_add(tx, t->account, &row));
	row.token.id = cs_id_new(t->rng);
	CHECK_ERR(cs_service_token_add(tx, t->other, &row), CONFLICT);
	contract_rollback(t);
}

CONTRACT(when_a_service_token_was_seen_never_goes_back)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_service_token_row row = sample(t, ONE), got;
	cs_time later = { t->op.now.ms + CS_MINUTE_MS };
	CHECK_OK(cs_service_token_add(tx, t->account, &row));
	CHECK_OK(cs_service_token_set_seen(tx, t->account, row.token.id, later));
	CHECK_OK(cs_service_token_set_seen(tx, t->account, row.token.id, t->op.now));
	CHECK_OK(cs_service_token_find(tx, t->account, row.token.id, &got));
	CHECK_INT(got.last_seen.ms, later.ms);
	CHECK_OK(cs_service_token_set_seen(tx, t->account, (cs_id){ { 9 } }, later));
	contract_commit(t);
}

CONTRACT(service_tokens_are_listed_in_their_account_alone_and_removed_once)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_service_token_row one = sample(t, ONE), two = sample(t, TWO), *rows;
	size_t count;
	CHECK_OK(cs_service_token_add(tx, t->account, &one));
	CHECK_OK(cs_service_token_add(tx, t->other, &two));
	CHECK_OK(cs_service_token_list(tx, t->account, &rows, &count));
	CHECK_INT(count, 1);
	CHECK_TEXT(rows[0].token.client_id, ONE);
	CHECK_ERR(cs_service_token_remove(tx, t->other, one.token.id), NOT_FOUND);
	CHECK_OK(cs_service_token_remove(tx, t->account, one.token.id));
	CHECK_ERR(cs_service_token_remove(tx, t->account, one.token.id), NOT_FOUND);
	contract_commit(t);
}
