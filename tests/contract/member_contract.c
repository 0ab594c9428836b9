/*
 * member_contract.c - members, their sessions and invitations, and tokens that end with them.
 */
#include "contract.h"

#include "store/api_token_store.h"
#include "store/device_store.h"
#include "store/member_link_store.h"
#include "store/member_session_store.h"
#include "store/member_store.h"

static const cs_id ann = { { 0xe, 1 } };
static const uint8_t hash_1[32] = { 1 }, hash_2[32] = { 2 };

static void
add_member(struct cs_tx *tx, cs_id id, const char *email)
{
	struct cs_member member = { .id = id, .email = cs_str_c(email), .created = { 1 } };
	CHECK_OK(cs_member_add(tx, &member));
}

CONTRACT(a_member_is_found_by_address_and_has_no_password_at_first)
{
	struct cs_member found;
	struct cs_tx *tx = contract_begin(t);
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_member_by_email(tx, CS_STR("ann@one.test"), &found));
	CHECK(cs_id_equal(found.id, ann));
	CHECK_INT(found.status, CS_MEMBER_INVITED);
	CHECK_INT(found.password_hash.len, 0);
	CHECK_ERR(cs_member_by_email(tx, CS_STR("bob@one.test"), &found), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(the_first_password_is_set_once)
{
	struct cs_member found;
	struct cs_tx *tx = contract_begin(t);
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_member_activate(tx, ann, CS_STR("$argon2id$1"), CS_STR("Ann"), (cs_time){ 2 }));
	CHECK_ERR(cs_member_activate(tx, ann, CS_STR("$argon2id$2"), CS_STR("Eve"), (cs_time){ 3 }), CONFLICT);
	CHECK_OK(cs_member_by_email(tx, CS_STR("ann@one.test"), &found));
	CHECK_TEXT(found.password_hash, "$argon2id$1");
	CHECK_TEXT(found.name, "Ann");
	CHECK_INT(found.status, CS_MEMBER_ACTIVE);
	contract_commit(t);
}

CONTRACT(a_role_is_held_in_one_account)
{
	enum cs_role role;
	struct cs_tx *tx = contract_begin(t);
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_membership_add(tx, t->account, ann, CS_ROLE_HELP_DESK, (cs_time){ 1 }));
	CHECK_OK(cs_membership_add(tx, t->account, ann, CS_ROLE_OWNER, (cs_time){ 2 }));
	CHECK_OK(cs_membership_find(tx, t->account, ann, &role));
	CHECK_INT(role, CS_ROLE_HELP_DESK);
	CHECK_ERR(cs_membership_find(tx, t->other, ann, &role), NOT_FOUND);
	CHECK_INT(role, CS_ROLE_NONE);
	contract_commit(t);
}

CONTRACT(a_members_accounts_come_with_the_role_in_each)
{
	const struct cs_member_account *list;
	size_t count;
	struct cs_tx *tx = contract_begin(t);
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_membership_list(tx, ann, &list, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_membership_add(tx, t->other, ann, CS_ROLE_READ_ONLY, (cs_time){ 1 }));
	CHECK_OK(cs_membership_add(tx, t->account, ann, CS_ROLE_OWNER, (cs_time){ 2 }));
	CHECK_OK(cs_membership_list(tx, ann, &list, &count));
	CHECK_INT(count, 2);
	for (size_t i = 0; i < count; i++)
		CHECK_INT(list[i].role,
		    cs_id_equal(list[i].id, t->other) ? CS_ROLE_READ_ONLY : CS_ROLE_OWNER);
	contract_commit(t);
}

CONTRACT(a_member_is_found_by_id)
{
	struct cs_member found;
	struct cs_tx *tx = contract_begin(t);
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_member_find(tx, ann, &found));
	CHECK_TEXT(found.email, "ann@one.test");
	CHECK_ERR(cs_member_find(tx, t->account, &found), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_removed_session_is_not_found_and_the_others_are)
{
	struct cs_member_session found;
	enum cs_member_status status;
	struct cs_tx *tx = contract_begin(t);
	struct cs_member_session one = { .id = { { 1 } }, .member = ann, .expires = { 9 } };
	struct cs_member_session two = { .id = { { 2 } }, .member = ann, .expires = { 9 } };
	memcpy(one.token_hash, hash_1, sizeof(hash_1));
	memcpy(two.token_hash, hash_2, sizeof(hash_2));
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_member_session_add(tx, &one));
	CHECK_OK(cs_member_session_add(tx, &two));
	CHECK_OK(cs_member_session_end(tx, ann, one.id));
	CHECK_ERR(cs_member_session_end(tx, ann, one.id), NOT_FOUND);
	CHECK_ERR(cs_member_session_end(tx, t->account, two.id), NOT_FOUND);
	CHECK_ERR(cs_member_session_find(tx, hash_1, &found, &status), NOT_FOUND);
	CHECK_OK(cs_member_session_find(tx, hash_2, &found, &status));
	contract_commit(t);
}

CONTRACT(a_members_session_is_found_with_the_members_status)
{
	struct cs_member_session s = {
		.id = { { 7 } }, .member = ann, .created = { 1 }, .expires = { 100 }
	};
	struct cs_member_session found;
	enum cs_member_status status;
	memcpy(s.token_hash, hash_1, sizeof(hash_1));
	struct cs_tx *tx = contract_begin(t);
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_member_session_add(tx, &s));
	CHECK_OK(cs_member_session_find(tx, hash_1, &found, &status));
	CHECK_INT(status, CS_MEMBER_INVITED);
	CHECK_INT(found.expires.ms, 100);
	CHECK_ERR(cs_member_session_find(tx, hash_2, &found, &status), NOT_FOUND);
	CHECK_INT(status, CS_MEMBER_DISABLED);
	CHECK_OK(cs_member_session_sweep(tx, (cs_time){ 100 }));
	CHECK_ERR(cs_member_session_find(tx, hash_1, &found, &status), NOT_FOUND);
	contract_commit(t);
}

static struct cs_invitation
invitation_of(cs_id account)
{
	struct cs_invitation i = { .account = account,
		.id = { { 5 } },
		.email = CS_STR("ann@one.test"),
		.role = CS_ROLE_OWNER,
		.created = { 1 },
		.expires = { 100 } };
	memcpy(i.token_hash, hash_1, sizeof(hash_1));
	return i;
}

CONTRACT(an_invitation_is_redeemed_once)
{
	struct cs_invitation i = invitation_of(t->account);
	struct cs_invitation found;
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_invitation_add(tx, &i));
	CHECK_OK(cs_invitation_find(tx, hash_1, &found));
	CHECK_TEXT(found.email, "ann@one.test");
	CHECK_INT(found.role, CS_ROLE_OWNER);
	CHECK_OK(cs_invitation_close(tx, &found, (cs_time){ 99 }));
	CHECK_ERR(cs_invitation_close(tx, &found, (cs_time){ 99 }), CONFLICT);
	CHECK_ERR(cs_invitation_try(tx, &found), CONFLICT);
	contract_commit(t);
}

CONTRACT(an_invitation_that_is_over_is_not_redeemed)
{
	struct cs_invitation i = invitation_of(t->account);
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_invitation_add(tx, &i));
	CHECK_ERR(cs_invitation_close(tx, &i, (cs_time){ 100 }), CONFLICT);
	contract_commit(t);
}

CONTRACT(tries_at_an_invitation_are_counted_one_by_one)
{
	struct cs_invitation i = invitation_of(t->account);
	struct cs_invitation found;
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_invitation_add(tx, &i));
	CHECK_OK(cs_invitation_try(tx, &i));
	CHECK_ERR(cs_invitation_try(tx, &i), CONFLICT);
	CHECK_OK(cs_invitation_find(tx, hash_1, &found));
	CHECK_INT(found.tries, 1);
	contract_commit(t);
}

static void
add_token(struct contract *t, struct cs_tx *tx)
{
	struct cs_api_token token = { .account = t->account,
		.id = { { 6 } },
		.name = CS_STR("deploy"),
		.creator = ann,
		.permissions = 0x7fffffff,
		.issued = { 10 },
		.expires = { 500 } };
	memcpy(token.token_hash, hash_2, sizeof(hash_2));
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_membership_add(tx, t->account, ann, CS_ROLE_OWNER, (cs_time){ 1 }));
	CHECK_OK(cs_api_token_add(tx, &token));
}

CONTRACT(a_token_is_found_with_what_its_creator_is_today)
{
	struct cs_api_token found;
	struct cs_tx *tx = contract_begin(t);
	add_token(t, tx);
	CHECK_OK(cs_api_token_by_hash(tx, hash_2, &found));
	CHECK_INT(found.permissions, 0x7fffffff);
	CHECK_INT(found.creator_role, CS_ROLE_OWNER);
	CHECK_INT(found.creator_status, CS_MEMBER_INVITED);
	CHECK_INT(found.expires.ms, 500);
	CHECK(!found.is_disabled);
	CHECK_ERR(cs_api_token_by_hash(tx, hash_1, &found), NOT_FOUND);
	CHECK(found.is_disabled);
	contract_commit(t);
}

CONTRACT(a_token_ends_with_its_creators_membership)
{
	struct cs_api_token found;
	struct cs_tx *tx = contract_begin(t);
	add_token(t, tx);
	CHECK_OK(cs_membership_remove(tx, t->account, ann));
	CHECK_ERR(cs_api_token_by_hash(tx, hash_2, &found), NOT_FOUND);
	CHECK_ERR(cs_membership_remove(tx, t->account, ann), NOT_FOUND);
	contract_commit(t);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM api_token"), 0);
}

CONTRACT(a_token_needs_a_member_of_its_account)
{
	struct cs_api_token token = { .account = t->other, .id = { { 6 } }, .creator = ann };
	struct cs_tx *tx = contract_begin(t);
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_membership_add(tx, t->account, ann, CS_ROLE_OWNER, (cs_time){ 1 }));
	CHECK_ERR(cs_api_token_add(tx, &token), CONFLICT);
	contract_rollback(t);
}

CONTRACT(the_last_use_of_a_token_never_goes_back)
{
	struct cs_api_token found;
	struct cs_tx *tx = contract_begin(t);
	add_token(t, tx);
	CHECK_OK(cs_api_token_by_hash(tx, hash_2, &found));
	CHECK_OK(cs_api_token_set_used(tx, t->account, found.id, (cs_time){ 90 }));
	CHECK_OK(cs_api_token_set_used(tx, t->account, found.id, (cs_time){ 80 }));
	CHECK_OK(cs_api_token_by_hash(tx, hash_2, &found));
	CHECK_INT(found.last_used.ms, 90);
	contract_commit(t);
}
