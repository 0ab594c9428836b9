/*
 * api_token_contract.c - what members do with tokens of their own.
 */
#include "contract.h"

#include "store/api_token_store.h"
#include "store/member_store.h"

static const cs_id ann = { { 0xe, 1 } };
static const cs_id bea = { { 0xe, 2 } };

static void
join(struct cs_tx *tx, cs_id account, cs_id id, const char *email)
{
	struct cs_member member = { .id = id, .email = cs_str_c(email), .created = { 1 } };
	struct cs_member found;

	if (cs_failed(cs_member_find(tx, id, &found)))
		CHECK_OK(cs_member_add(tx, &member));
	CHECK_OK(cs_membership_add(tx, account, id, CS_ROLE_HELP_DESK, (cs_time){ 3 }));
}

static struct cs_api_token
add(struct cs_tx *tx, cs_id account, cs_id creator, uint8_t n)
{
	struct cs_api_token token = { .account = account,
		.id = { { 0x7, n } },
		.name = CS_STR("deploy"),
		.token_hash = { n },
		.creator = creator,
		.permissions = 5,
		.condition = CS_STR("{\"request_ip\":{\"in\":[\"192.0.2.0/24\"]}}"),
		.issued = { n },
		.expires = { 9000 } };

	CHECK_OK(cs_api_token_add(tx, &token));
	return token;
}

CONTRACT(tokens_are_listed_for_whoever_made_them_in_all_their_accounts)
{
	struct cs_api_token *list;
	size_t count;
	struct cs_tx *tx = contract_begin(t);

	join(tx, t->account, ann, "ann@one.test");
	join(tx, t->other, ann, "ann@one.test");
	join(tx, t->account, bea, "bea@one.test");
	add(tx, t->account, ann, 2);
	add(tx, t->other, ann, 1);
	add(tx, t->account, bea, 3);
	CHECK_OK(cs_api_token_list(tx, ann, &list, &count));
	CHECK_INT(count, 2);
	CHECK(cs_id_equal(list[0].account, t->other));
	CHECK(cs_id_equal(list[1].account, t->account));
	CHECK_INT(list[1].creator_role, CS_ROLE_HELP_DESK);
	CHECK_TEXT(list[1].condition, "{\"request_ip\":{\"in\":[\"192.0.2.0/24\"]}}");
	contract_commit(t);
}

CONTRACT(a_token_is_found_by_whoever_made_it_alone)
{
	struct cs_api_token found;
	struct cs_tx *tx = contract_begin(t);

	join(tx, t->account, ann, "ann@one.test");
	join(tx, t->account, bea, "bea@one.test");
	struct cs_api_token token = add(tx, t->account, ann, 1);
	CHECK_OK(cs_api_token_find(tx, ann, token.id, &found));
	CHECK_INT(found.permissions, 5);
	CHECK_ERR(cs_api_token_find(tx, bea, token.id, &found), NOT_FOUND);
	CHECK(found.is_disabled);
	contract_commit(t);
}

CONTRACT(a_token_is_changed_and_keeps_its_value)
{
	struct cs_api_token found;
	struct cs_tx *tx = contract_begin(t);

	join(tx, t->account, ann, "ann@one.test");
	struct cs_api_token token = add(tx, t->account, ann, 1);
	token.name = CS_STR("other");
	token.permissions = 1;
	token.is_disabled = true;
	token.condition = CS_STR("");
	token.not_before = (cs_time){ 10 };
	token.expires = (cs_time){ 20 };
	token.modified = (cs_time){ 30 };
	CHECK_OK(cs_api_token_set(tx, &token));
	CHECK_OK(cs_api_token_by_hash(tx, token.token_hash, &found));
	CHECK_TEXT(found.name, "other");
	CHECK_INT(found.permissions, 1);
	CHECK(found.is_disabled);
	CHECK_INT(found.condition.len, 0);
	CHECK_INT(found.not_before.ms, 10);
	CHECK_INT(found.expires.ms, 20);
	CHECK_INT(found.modified.ms, 30);
	token.account = t->other;
	CHECK_ERR(cs_api_token_set(tx, &token), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_rolled_token_opens_nothing_with_its_old_value)
{
	static const uint8_t hash[32] = { 99 };
	struct cs_api_token found;
	struct cs_tx *tx = contract_begin(t);

	join(tx, t->account, ann, "ann@one.test");
	struct cs_api_token token = add(tx, t->account, ann, 1);
	CHECK_OK(cs_api_token_roll(tx, t->account, token.id, hash, (cs_time){ 50 }));
	CHECK_ERR(cs_api_token_by_hash(tx, token.token_hash, &found), NOT_FOUND);
	CHECK_OK(cs_api_token_by_hash(tx, hash, &found));
	CHECK(cs_id_equal(found.id, token.id));
	CHECK_INT(found.modified.ms, 50);
	CHECK_ERR(cs_api_token_roll(tx, t->other, token.id, token.token_hash, (cs_time){ 60 }),
	    NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_removed_token_is_gone)
{
	struct cs_api_token found;
	struct cs_tx *tx = contract_begin(t);

	join(tx, t->account, ann, "ann@one.test");
	struct cs_api_token token = add(tx, t->account, ann, 1);
	CHECK_ERR(cs_api_token_remove(tx, t->other, token.id), NOT_FOUND);
	CHECK_OK(cs_api_token_remove(tx, t->account, token.id));
	CHECK_ERR(cs_api_token_by_hash(tx, token.token_hash, &found), NOT_FOUND);
	CHECK_ERR(cs_api_token_remove(tx, t->account, token.id), NOT_FOUND);
	contract_commit(t);
}
