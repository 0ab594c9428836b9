#include "contract.h"

#include "store/signing_key_store.h"

static struct cs_stored_signing_key
key(const struct contract *t, uint8_t number, const char *kid, int64_t active_ms)
{
	return (struct cs_stored_signing_key){
		.account = t->account,
		.id = { { number } },
		.kid = cs_str_c(kid),
		.sealed = CS_SPAN("\0sealed", 7),
		.public_jwk = CS_STR("{\"kid\":\"x\"}"),
		.certificate = CS_STR("-----BEGIN"),
		.created = t->op.now,
		.active_from = cs_time_add(t->op.now, active_ms),
	};
}

static size_t
listed(struct contract *t, cs_id account, int64_t at_ms, const struct cs_stored_signing_key **list)
{
	size_t count;

	CHECK_OK(cs_signing_key_list(t->tx, account, cs_time_add(t->op.now, at_ms), list, &count));
	return count;
}

CONTRACT(signing_keys_are_listed_by_when_they_sign)
{
	struct cs_tx *tx = contract_begin(t);
	const struct cs_stored_signing_key *list;
	struct cs_stored_signing_key a = key(t, 1, "aa", 1000), b = key(t, 2, "bb", 0);

	CHECK_OK(cs_signing_key_add(tx, &a));
	CHECK_OK(cs_signing_key_add(tx, &b));
	CHECK_INT(listed(t, t->account, 0, &list), 2);
	CHECK_TEXT(list[0].kid, "bb");
	CHECK_TEXT(list[1].kid, "aa");
	CHECK_INT(list[0].sealed.len, 7);
	CHECK_TEXT(list[0].public_jwk, "{\"kid\":\"x\"}");
	CHECK_TEXT(list[0].certificate, "-----BEGIN");
	CHECK_INT(list[1].active_from.ms, t->op.now.ms + 1000);
	CHECK_INT(listed(t, t->other, 0, &list), 0);
	contract_commit(t);
}

CONTRACT(a_retired_signing_key_is_listed_no_more)
{
	struct cs_tx *tx = contract_begin(t);
	const struct cs_stored_signing_key *list;
	struct cs_stored_signing_key a = key(t, 1, "aa", 0);
	cs_time never = { 0 }, soon = cs_time_add(t->op.now, 500);

	CHECK_OK(cs_signing_key_add(tx, &a));
	CHECK_OK(cs_signing_key_set_retire(tx, t->account, a.id, never, soon));
	/* it is not "not yet decided" any more */
	CHECK_ERR(cs_signing_key_set_retire(tx, t->account, a.id, never, soon), CONFLICT);
	CHECK_INT(listed(t, t->account, 499, &list), 1);
	CHECK_INT(listed(t, t->account, 500, &list), 0);
	CHECK_OK(cs_signing_key_sweep(tx, cs_time_add(t->op.now, 499)));
	CHECK_INT(listed(t, t->account, 0, &list), 1);
	CHECK_OK(cs_signing_key_sweep(tx, soon));
	CHECK_INT(listed(t, t->account, 0, &list), 0);
	contract_commit(t);
}

CONTRACT(a_kid_is_there_once_in_an_account)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_stored_signing_key a = key(t, 1, "aa", 0), b = key(t, 2, "aa", 0);

	CHECK_OK(cs_signing_key_add(tx, &a));
	b.account = t->other;
	CHECK_OK(cs_signing_key_add(tx, &b));
	b.account = t->account;
	CHECK_ERR(cs_signing_key_add(tx, &b), CONFLICT);
	contract_rollback(t);
}
