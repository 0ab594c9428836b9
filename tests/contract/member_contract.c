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
	CHECK_ERR(cs_member_activate(tx, ann, CS_STR("$argon2id$2"), CS_STR("Eve"), (cs_time){ 3 }),
	    CONFLICT);
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

/* --- what changes of a member --- */

static struct cs_member
with_password(struct cs_tx *tx)
{
	struct cs_member found;

	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_member_activate(tx, ann, CS_STR("$1"), CS_STR("Ann"), (cs_time){ 5 }));
	CHECK_OK(cs_member_find(tx, ann, &found));
	return found;
}

CONTRACT(a_password_is_replaced_by_whoever_knew_the_last_one)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_member before = with_password(tx);
	struct cs_member found;
	CHECK_INT(before.password_changed.ms, 5);
	CHECK_OK(cs_member_set_password(tx, &before, CS_STR("$2"), false, (cs_time){ 6 }));
	CHECK_ERR(
	    cs_member_set_password(tx, &before, CS_STR("$3"), true, (cs_time){ 7 }), CONFLICT);
	CHECK_OK(cs_member_find(tx, ann, &found));
	CHECK_TEXT(found.password_hash, "$2");
	CHECK_INT(found.password_reset.ms, 0);
	CHECK_OK(cs_member_set_password(tx, &found, CS_STR("$3"), true, (cs_time){ 7 }));
	CHECK_OK(cs_member_find(tx, ann, &found));
	CHECK_INT(found.password_changed.ms, 7);
	CHECK_INT(found.password_reset.ms, 7);
	contract_commit(t);
}

CONTRACT(an_address_is_changed_from_what_it_was_and_not_to_somebody_elses)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_member found;
	bool is_taken;
	add_member(tx, ann, "ann@one.test");
	add_member(tx, (cs_id){ { 0xe, 2 } }, "bob@one.test");
	CHECK_OK(cs_member_set_email(
	    tx, ann, CS_STR("ann@one.test"), CS_STR("bob@one.test"), (cs_time){ 3 }, &is_taken));
	CHECK(is_taken);
	CHECK_OK(cs_member_set_email(
	    tx, ann, CS_STR("ann@one.test"), CS_STR("ann@two.test"), (cs_time){ 3 }, &is_taken));
	CHECK(!is_taken);
	CHECK_ERR(cs_member_set_email(tx, ann, CS_STR("ann@one.test"), CS_STR("ann@three.test"),
		      (cs_time){ 4 }, &is_taken),
	    CONFLICT);
	CHECK_OK(cs_member_by_email(tx, CS_STR("ann@two.test"), &found));
	CHECK_INT(found.email_verified.ms, 3);
	CHECK_OK(cs_member_set_verified(tx, ann, CS_STR("ann@two.test"), (cs_time){ 9 }));
	CHECK_ERR(
	    cs_member_set_verified(tx, ann, CS_STR("ann@one.test"), (cs_time){ 9 }), CONFLICT);
	CHECK_OK(cs_member_find(tx, ann, &found));
	CHECK_INT(found.email_verified.ms, 3);
	contract_commit(t);
}

CONTRACT(what_is_set_of_a_member_is_found_again)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_member found;
	(void)with_password(tx);
	CHECK_OK(cs_member_set_name(tx, ann, CS_STR("Ann Berg")));
	CHECK_OK(cs_member_set_two_factor(tx, ann, (cs_time){ 11 }));
	CHECK_OK(cs_member_set_must_enrol(tx, ann, CS_MUST_ENROL_RESET));
	CHECK_OK(cs_member_set_frozen(tx, ann, (cs_time){ 12 }));
	CHECK_OK(cs_member_set_last_sign_in(tx, ann, (cs_time){ 13 }));
	CHECK_ERR(cs_member_set_name(tx, t->account, CS_STR("x")), CONFLICT);
	CHECK_OK(cs_member_find(tx, ann, &found));
	CHECK_TEXT(found.name, "Ann Berg");
	CHECK_INT(found.two_factor_since.ms, 11);
	CHECK_INT(found.must_enrol, CS_MUST_ENROL_RESET);
	CHECK_INT(found.frozen.ms, 12);
	CHECK_INT(found.last_sign_in.ms, 13);
	contract_commit(t);
}

CONTRACT(who_comes_by_a_provider_has_no_password_and_is_found_by_what_it_calls_them)
{
	struct cs_tx *tx = contract_begin(t);
	const cs_id provider = { { 3 } };
	struct cs_member found;
	(void)with_password(tx);
	CHECK_ERR(cs_member_set_sso_sub(tx, ann, CS_STR("42")), CONFLICT);
	CHECK_OK(cs_member_set_sso(tx, ann, t->account, provider));
	CHECK_OK(cs_member_set_sso_sub(tx, ann, CS_STR("42")));
	CHECK_ERR(cs_member_set_sso_sub(tx, ann, CS_STR("43")), CONFLICT);
	CHECK_OK(cs_member_by_sso(tx, t->account, provider, CS_STR("42"), &found));
	CHECK(cs_id_equal(found.id, ann));
	CHECK_INT(found.password_hash.len, 0);
	CHECK_ERR(cs_member_by_sso(tx, t->other, provider, CS_STR("42"), &found), NOT_FOUND);
	CHECK_ERR(cs_member_by_sso(tx, t->account, provider, CS_STR("43"), &found), NOT_FOUND);
	CHECK_OK(cs_member_find(tx, ann, &found));
	CHECK_ERR(cs_member_set_password(tx, &found, CS_STR("$2"), true, (cs_time){ 9 }), CONFLICT);
	CHECK_OK(cs_member_set_sso(tx, ann, cs_id_zero, cs_id_zero));
	CHECK_ERR(cs_member_by_sso(tx, t->account, provider, CS_STR("42"), &found), NOT_FOUND);
	contract_commit(t);
}

/* --- sessions --- */

static struct cs_member_session
half_session(void)
{
	struct cs_member_session s = { .id = { { 7 } },
		.member = ann,
		.stage = CS_MEMBER_CHALLENGE,
		.device = { { 8 } },
		.user_agent = CS_STR("agent"),
		.address = CS_STR("192.0.2.1"),
		.recovery = { { 9 } },
		.created = { 1 },
		.last_seen = { 1 },
		.expires = { 100 } };

	memcpy(s.token_hash, hash_1, sizeof(hash_1));
	return s;
}

CONTRACT(a_session_moves_on_once_and_in_time)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_member_session from = half_session();
	struct cs_member_session to = from;
	struct cs_member_session found;
	enum cs_member_status status;
	to.stage = CS_MEMBER_DONE;
	to.method = 4;
	to.recovery = cs_id_zero;
	to.expires = (cs_time){ 500 };
	memcpy(to.token_hash, hash_2, sizeof(hash_2));
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_member_session_add(tx, &from));
	CHECK_ERR(cs_member_session_move(tx, &from, &to, (cs_time){ 100 }), CONFLICT);
	CHECK_ERR(cs_member_session_move(tx, &to, &from, (cs_time){ 50 }), CONFLICT);
	CHECK_OK(cs_member_session_move(tx, &from, &to, (cs_time){ 50 }));
	CHECK_ERR(cs_member_session_move(tx, &from, &to, (cs_time){ 50 }), CONFLICT);
	CHECK_ERR(cs_member_session_find(tx, hash_1, &found, &status), NOT_FOUND);
	CHECK_OK(cs_member_session_find(tx, hash_2, &found, &status));
	CHECK_INT(found.stage, CS_MEMBER_DONE);
	CHECK_INT(found.method, 4);
	CHECK(cs_id_is_zero(found.recovery));
	CHECK(cs_id_equal(found.device, from.device));
	CHECK_TEXT(found.user_agent, "agent");
	CHECK_INT(found.last_seen.ms, 50);
	CHECK_INT(found.expires.ms, 500);
	contract_commit(t);
}

CONTRACT(a_sessions_token_is_replaced_by_whoever_has_it)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_member_session s = half_session();
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_member_session_add(tx, &s));
	CHECK_ERR(cs_member_session_set_token(tx, s.id, hash_2, hash_1), CONFLICT);
	CHECK_OK(cs_member_session_set_token(tx, s.id, hash_1, hash_2));
	CHECK_ERR(cs_member_session_set_token(tx, s.id, hash_1, hash_2), CONFLICT);
	contract_commit(t);
}

static void
add_session(struct cs_tx *tx, uint8_t number, enum cs_member_stage stage, cs_id recovery)
{
	struct cs_member_session s = half_session();

	s.id = (cs_id){ { 0x50, number } };
	s.stage = stage;
	s.recovery = recovery;
	s.device = (cs_id){ { 0xd, number } };
	s.token_hash[31] = number;
	CHECK_OK(cs_member_session_add(tx, &s));
}

static size_t
count_sessions(struct cs_tx *tx)
{
	const struct cs_member_session *list;
	size_t count;

	CHECK_OK(cs_member_session_list(tx, ann, (cs_time){ 10 }, &list, &count));
	return count;
}

CONTRACT(sessions_end_by_what_they_are)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_member_session found;
	enum cs_member_status status;
	uint8_t hash[32] = { 1 };
	add_member(tx, ann, "ann@one.test");
	for (uint8_t i = 1; i <= 3; i++)
		add_session(tx, i, CS_MEMBER_DONE, cs_id_zero);
	add_session(tx, 4, CS_MEMBER_CHALLENGE, cs_id_zero);
	add_session(tx, 5, CS_MEMBER_ENROL, (cs_id){ { 0xca } });
	add_session(tx, 6, CS_MEMBER_CHALLENGE, cs_id_zero);
	CHECK_INT(count_sessions(tx), 3);
	CHECK_OK(cs_member_session_end_device(tx, ann, (cs_id){ { 0xd, 1 } }));
	CHECK_INT(count_sessions(tx), 2);
	CHECK_OK(cs_member_session_end_recovery(tx, (cs_id){ { 0xca } }, (cs_id){ { 0x50, 6 } }));
	hash[31] = 5;
	CHECK_ERR(cs_member_session_find(tx, hash, &found, &status), NOT_FOUND);
	hash[31] = 6;
	CHECK_ERR(cs_member_session_find(tx, hash, &found, &status), NOT_FOUND);
	hash[31] = 4;
	CHECK_OK(cs_member_session_find(tx, hash, &found, &status));
	CHECK_OK(cs_member_session_end_half(tx, ann));
	CHECK_ERR(cs_member_session_find(tx, hash, &found, &status), NOT_FOUND);
	CHECK_INT(count_sessions(tx), 2);
	CHECK_OK(cs_member_session_end_all(tx, ann, (cs_id){ { 0x50, 2 } }));
	CHECK_INT(count_sessions(tx), 1);
	CHECK_OK(cs_member_session_end_all(tx, ann, cs_id_zero));
	CHECK_INT(count_sessions(tx), 0);
	contract_commit(t);
}

CONTRACT(a_session_was_seen_and_never_earlier)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_member_session found;
	enum cs_member_status status;
	struct cs_member_session s = half_session();
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_member_session_add(tx, &s));
	CHECK_OK(cs_member_session_touch(tx, s.id, CS_STR("192.0.2.9"), (cs_time){ 70 }));
	CHECK_OK(cs_member_session_touch(tx, s.id, CS_STR("192.0.2.8"), (cs_time){ 60 }));
	CHECK_OK(cs_member_session_find(tx, hash_1, &found, &status));
	CHECK_INT(found.last_seen.ms, 70);
	CHECK_TEXT(found.address, "192.0.2.9");
	contract_commit(t);
}

/* --- remembered browsers --- */

CONTRACT(a_browser_is_remembered_once_until_its_time)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_remembered r = { .id = { { 1 } },
		.member = ann,
		.device = { { 2 } },
		.user_agent = CS_STR("agent"),
		.address = CS_STR("192.0.2.1"),
		.created = { 1 },
		.last_used = { 1 },
		.expires = { 100 } };
	struct cs_remembered found;
	const struct cs_remembered *list;
	size_t count;
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_remembered_set(tx, &r));
	r.id = (cs_id){ { 3 } };
	r.expires = (cs_time){ 200 };
	CHECK_OK(cs_remembered_set(tx, &r));
	CHECK_OK(cs_remembered_list(tx, ann, (cs_time){ 5 }, &list, &count));
	CHECK_INT(count, 1);
	CHECK_OK(cs_remembered_touch(tx, r.id, CS_STR("192.0.2.2"), (cs_time){ 7 }));
	CHECK_OK(cs_remembered_find(tx, ann, r.device, (cs_time){ 199 }, &found));
	CHECK(cs_id_equal(found.id, r.id));
	CHECK_INT(found.last_used.ms, 7);
	CHECK_ERR(cs_remembered_find(tx, ann, r.device, (cs_time){ 200 }, &found), NOT_FOUND);
	CHECK_ERR(cs_remembered_find(tx, t->account, r.device, (cs_time){ 5 }, &found), NOT_FOUND);
	CHECK_ERR(cs_remembered_forget(tx, t->account, r.id), NOT_FOUND);
	CHECK_OK(cs_remembered_forget(tx, ann, r.id));
	CHECK_OK(cs_remembered_set(tx, &r));
	CHECK_OK(cs_remembered_forget_all(tx, ann));
	CHECK_OK(cs_remembered_set(tx, &r));
	CHECK_OK(cs_remembered_sweep(tx, (cs_time){ 200 }));
	CHECK_ERR(cs_remembered_find(tx, ann, r.device, (cs_time){ 5 }, &found), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_browser_is_known_since_the_first_time_and_by_the_last)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_known_device d = { .subject = ann,
		.device = { { 2 } },
		.first_seen = { 5 },
		.last_seen = { 5 },
		.network = CS_STR("192.0.2.0/24"),
		.user_agent = CS_STR("agent") };
	struct cs_known_device found;
	CHECK_ERR(cs_device_find(tx, cs_id_zero, ann, d.device, &found), NOT_FOUND);
	CHECK_OK(cs_device_note(tx, &d));
	d.first_seen = d.last_seen = (cs_time){ 9 };
	d.network = CS_STR("198.51.100.0/24");
	CHECK_OK(cs_device_note(tx, &d));
	CHECK_OK(cs_device_remember(tx, cs_id_zero, ann, d.device, (cs_time){ 11 }));
	CHECK_OK(cs_device_find(tx, cs_id_zero, ann, d.device, &found));
	CHECK_INT(found.first_seen.ms, 5);
	CHECK_INT(found.last_seen.ms, 11);
	CHECK_TEXT(found.network, "198.51.100.0/24");
	CHECK_TEXT(found.user_agent, "agent");
	contract_commit(t);
}

/* --- links and contacts --- */

static struct cs_member_link
a_link(enum cs_member_link_purpose purpose, uint8_t number)
{
	struct cs_member_link link = { .id = { { 0x1, number } },
		.member = ann,
		.purpose = purpose,
		.email = CS_STR("ann@one.test"),
		.created = { 1 },
		.expires = { 100 } };

	link.token_hash[0] = number;
	return link;
}

CONTRACT(a_link_is_used_once_and_in_time)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_member_link link = a_link(CS_LINK_RESET_PASSWORD, 1);
	struct cs_member_link found;
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_member_link_add(tx, &link));
	CHECK_OK(cs_member_link_find(tx, link.token_hash, &found));
	CHECK_INT(found.purpose, CS_LINK_RESET_PASSWORD);
	CHECK_INT(found.used.ms, 0);
	CHECK_ERR(cs_member_link_use(tx, link.id, (cs_time){ 100 }), CONFLICT);
	CHECK_OK(cs_member_link_use(tx, link.id, (cs_time){ 99 }));
	CHECK_ERR(cs_member_link_use(tx, link.id, (cs_time){ 99 }), CONFLICT);
	CHECK_OK(cs_member_link_sweep(tx, (cs_time){ 100 }));
	CHECK_ERR(cs_member_link_find(tx, link.token_hash, &found), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_link_takes_the_place_of_the_last_one_of_its_kind)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_member_link first = a_link(CS_LINK_RESET_PASSWORD, 1);
	struct cs_member_link other = a_link(CS_LINK_VERIFY_EMAIL, 2);
	struct cs_member_link second = a_link(CS_LINK_RESET_PASSWORD, 3);
	struct cs_member_link found;
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_member_link_add(tx, &first));
	CHECK_OK(cs_member_link_add(tx, &other));
	CHECK_OK(cs_member_link_add(tx, &second));
	CHECK_ERR(cs_member_link_find(tx, first.token_hash, &found), NOT_FOUND);
	CHECK_OK(cs_member_link_find(tx, other.token_hash, &found));
	CHECK_OK(cs_member_link_find(tx, second.token_hash, &found));
	CHECK_OK(cs_member_link_void(tx, ann, CS_LINK_RESET_PASSWORD));
	CHECK_ERR(cs_member_link_find(tx, second.token_hash, &found), NOT_FOUND);
	CHECK_OK(cs_member_link_find(tx, other.token_hash, &found));
	contract_commit(t);
}

CONTRACT(a_contact_is_of_one_address_and_a_former_one_goes_by_itself)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_member_contact c = {
		.id = { { 1 } }, .member = ann, .email = CS_STR("home@ann.test"), .created = { 2 }
	};
	const struct cs_member_contact *list;
	size_t count;
	add_member(tx, ann, "ann@one.test");
	CHECK_OK(cs_member_contact_set(tx, &c));
	c.id = (cs_id){ { 2 } };
	CHECK_OK(cs_member_contact_set(tx, &c));
	CHECK_OK(cs_member_contact_verify(tx, ann, c.email, (cs_time){ 5 }));
	CHECK_OK(cs_member_contact_verify(tx, ann, c.email, (cs_time){ 6 }));
	CHECK_ERR(
	    cs_member_contact_verify(tx, ann, CS_STR("x@ann.test"), (cs_time){ 5 }), NOT_FOUND);
	c = (struct cs_member_contact){ .id = { { 3 } },
		.member = ann,
		.email = CS_STR("old@ann.test"),
		.until = { 50 },
		.created = { 3 } };
	CHECK_OK(cs_member_contact_set(tx, &c));
	CHECK_OK(cs_member_contact_list(tx, ann, (cs_time){ 49 }, &list, &count));
	CHECK_INT(count, 2);
	CHECK_INT(list[0].verified.ms, 5);
	CHECK(cs_id_equal(list[0].id, (cs_id){ { 2 } }));
	CHECK_INT(list[1].until.ms, 50);
	CHECK_ERR(cs_member_contact_remove(tx, ann, c.id), NOT_FOUND);
	CHECK_ERR(cs_member_contact_remove(tx, t->account, list[0].id), NOT_FOUND);
	CHECK_OK(cs_member_contact_remove(tx, ann, list[0].id));
	CHECK_OK(cs_member_contact_list(tx, ann, (cs_time){ 50 }, &list, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_member_contact_sweep(tx, (cs_time){ 50 }));
	CHECK_OK(cs_member_contact_list(tx, ann, (cs_time){ 49 }, &list, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}
