#include "contract.h"

#include "store/authenticator_store.h"
#include "store/device_store.h"
#include "store/identity_store.h"
#include "store/user_store.h"

static struct cs_user
sample(struct contract *t, uint8_t n, const char *email)
{
	return (struct cs_user){
		.account = t->account,
		.id = { { n } },
		.email = cs_str_c(email),
		.name = CS_STR("Ada"),
		.created = t->op.now,
	};
}

CONTRACT(a_user_is_found_by_id_and_by_proved_address)
{
	struct cs_user ada = sample(t, 1, "Ada@one.test");
	struct cs_user got;

	contract_begin(t);
	CHECK_OK(cs_user_add(t->tx, &ada, CS_STR("ada@one.test"), true));
	CHECK_OK(cs_user_find(t->tx, t->account, ada.id, &got));
	CHECK_TEXT(got.email, "Ada@one.test");
	CHECK_TEXT(got.name, "Ada");
	CHECK_OK(cs_user_find_proved(t->tx, t->account, CS_STR("ada@one.test"), &got));
	CHECK(cs_id_equal(got.id, ada.id));
	/* not in another account */
	CHECK_ERR(cs_user_find(t->tx, t->other, ada.id, &got), NOT_FOUND);
	CHECK_ERR(cs_user_find_proved(t->tx, t->other, CS_STR("ada@one.test"), &got), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(many_may_claim_an_address_and_one_may_have_proved_it)
{
	struct cs_user one = sample(t, 1, "ada@one.test");
	struct cs_user two = sample(t, 2, "ada@one.test");
	struct cs_user three = sample(t, 3, "ada@one.test");
	const struct cs_user *list;
	struct cs_user got;
	size_t count;

	contract_begin(t);
	CHECK_OK(cs_user_add(t->tx, &one, CS_STR("ada@one.test"), false));
	CHECK_ERR(cs_user_find_proved(t->tx, t->account, CS_STR("ada@one.test"), &got), NOT_FOUND);
	CHECK_OK(cs_user_add(t->tx, &two, CS_STR("ada@one.test"), true));
	CHECK_OK(cs_user_list_by_email(t->tx, t->account, CS_STR("ada@one.test"), &list, &count));
	CHECK_INT(count, 2);
	contract_commit(t);
	contract_begin(t);
	CHECK_ERR(cs_user_add(t->tx, &three, CS_STR("ada@one.test"), true), CONFLICT);
	contract_rollback(t);
	contract_begin(t);
	CHECK_ERR(cs_user_set_email(t->tx, t->account, one.id, CS_STR("ada@one.test"),
		      CS_STR("ada@one.test"), true),
	    CONFLICT);
	contract_rollback(t);
}

CONTRACT(a_sign_in_is_noted_only_while_the_user_is_active)
{
	struct cs_user ada = sample(t, 1, "ada@one.test");
	struct cs_user got;

	contract_begin(t);
	CHECK_OK(cs_user_add(t->tx, &ada, CS_STR("ada@one.test"), true));
	CHECK_OK(cs_user_set_seen(t->tx, t->account, ada.id, cs_seconds(7), CS_STR("")));
	CHECK_OK(cs_user_find(t->tx, t->account, ada.id, &got));
	CHECK(got.last_sign_in.ms == 7000);
	CHECK_TEXT(got.name, "Ada");
	CHECK_OK(cs_user_set_seen(t->tx, t->account, ada.id, cs_seconds(8), CS_STR("Ada L")));
	CHECK_OK(cs_user_find(t->tx, t->account, ada.id, &got));
	CHECK_TEXT(got.name, "Ada L");
	CHECK_OK(cs_user_set_status(t->tx, t->account, ada.id, CS_USER_ACTIVE, CS_USER_DISABLED));
	CHECK_ERR(cs_user_set_status(t->tx, t->account, ada.id, CS_USER_ACTIVE, CS_USER_DISABLED),
	    CONFLICT);
	CHECK_ERR(cs_user_set_seen(t->tx, t->account, ada.id, cs_seconds(9), CS_STR("")), CONFLICT);
	contract_commit(t);
}

CONTRACT(a_sub_belongs_to_one_user_of_a_provider)
{
	struct cs_user ada = sample(t, 1, "ada@one.test");
	struct cs_user_identity identity = {
		.account = t->account, .provider = { { 9 } }, .sub = CS_STR("1"), .user = ada.id
	};
	cs_id user;

	contract_begin(t);
	CHECK_OK(cs_user_add(t->tx, &ada, CS_STR("ada@one.test"), true));
	CHECK_OK(cs_user_identity_add(t->tx, &identity, t->op.now));
	CHECK_OK(cs_user_identity_find(t->tx, t->account, identity.provider, CS_STR("1"), &user));
	CHECK(cs_id_equal(user, ada.id));
	CHECK_ERR(cs_user_identity_find(t->tx, t->account, identity.provider, CS_STR("2"), &user),
	    NOT_FOUND);
	CHECK_ERR(cs_user_identity_find(t->tx, t->other, identity.provider, CS_STR("1"), &user),
	    NOT_FOUND);
	contract_commit(t);
	contract_begin(t);
	CHECK_ERR(cs_user_identity_add(t->tx, &identity, t->op.now), CONFLICT);
	contract_rollback(t);
}

CONTRACT(an_identity_of_nobody_is_refused)
{
	struct cs_user_identity identity = {
		.account = t->account, .provider = { { 9 } }, .sub = CS_STR("1"), .user = { { 77 } }
	};

	contract_begin(t);
	CHECK_ERR(cs_user_identity_add(t->tx, &identity, t->op.now), CONFLICT);
	contract_rollback(t);
}

CONTRACT(a_browser_is_known_to_the_subject_that_it_was_remembered_for)
{
	cs_id ada = { { 1 } };
	cs_id device = { { 2 } };
	bool is_known;

	contract_begin(t);
	CHECK_OK(cs_device_is_known(t->tx, t->account, ada, device, &is_known));
	CHECK(!is_known);
	CHECK_OK(cs_device_remember(t->tx, t->account, ada, device, cs_seconds(1)));
	CHECK_OK(cs_device_remember(t->tx, t->account, ada, device, cs_seconds(2)));
	CHECK_OK(cs_device_is_known(t->tx, t->account, ada, device, &is_known));
	CHECK(is_known);
	CHECK_OK(cs_device_is_known(t->tx, t->account, device, device, &is_known));
	CHECK(!is_known);
	CHECK_OK(cs_device_is_known(t->tx, t->other, ada, device, &is_known));
	CHECK(!is_known);
	contract_commit(t);
}

/* --- for administrators --- */

static void
add_three(struct contract *t)
{
	static const char *const rows[][2] = {
		{ "Ada@One.test", "Ada Lovelace" },
		{ "bob_x@one.test", "Bob" },
		{ "cleo@two.test", "100% Cleo" },
	};

	for (uint8_t i = 0; i < 3; i++) {
		struct cs_user user = sample(t, (uint8_t)(i + 1), rows[i][0]);
		char key[64] = "";

		user.name = cs_str_c(rows[i][1]);
		for (size_t k = 0; rows[i][0][k] != '\0'; k++)
			key[k] = (char)(rows[i][0][k] |
					(rows[i][0][k] >= 'A' && rows[i][0][k] <= 'Z' ? 0x20 : 0));
		CHECK_OK(cs_user_add(t->tx, &user, cs_arena_str(t->arena, cs_str_c(key)), true));
	}
}

static int64_t
total_of(struct contract *t, struct cs_user_filter filter)
{
	const struct cs_user_profile *list;
	size_t count;
	int64_t total;

	CHECK_OK(cs_user_page(t->tx, t->account, &filter, 100, 0, &list, &count, &total));
	CHECK_INT(count, total);
	return total;
}

CONTRACT(users_are_listed_by_address_in_pages_and_by_parts_of_what_they_are_called)
{
	const struct cs_user_profile *list;
	size_t count;
	int64_t total;

	contract_begin(t);
	add_three(t);
	CHECK_OK(cs_user_page(
	    t->tx, t->account, &(struct cs_user_filter){ 0 }, 2, 1, &list, &count, &total));
	CHECK_INT(total, 3);
	CHECK_INT(count, 2);
	CHECK_TEXT(list[0].user.email, "bob_x@one.test");
	CHECK_TEXT(list[1].user.email, "cleo@two.test");
	CHECK(list[0].email_is_proved && list[0].devices == 0 && list[0].last_identity.len == 0);
	CHECK_INT(total_of(t, (struct cs_user_filter){ .email = CS_STR("one.test") }), 2);
	CHECK_INT(total_of(t, (struct cs_user_filter){ .name = CS_STR("lovelace") }), 1);
	CHECK_INT(total_of(t, (struct cs_user_filter){ .search = CS_STR("bob") }), 1);
	CHECK_INT(total_of(t, (struct cs_user_filter){ .search = CS_STR("one") }), 2);
	CHECK_INT(
	    total_of(t, (struct cs_user_filter){ .email = CS_STR("one"), .name = CS_STR("cleo") }),
	    0);
	/* what a pattern would take for itself is meant as it is written */
	CHECK_INT(total_of(t, (struct cs_user_filter){ .email = CS_STR("_") }), 1);
	CHECK_INT(total_of(t, (struct cs_user_filter){ .search = CS_STR("%") }), 1);
	CHECK_INT(total_of(t, (struct cs_user_filter){ .search = CS_STR("!") }), 0);
	CHECK_OK(cs_user_page(
	    t->tx, t->other, &(struct cs_user_filter){ 0 }, 2, 0, &list, &count, &total));
	CHECK(count == 0 && total == 0);
	contract_commit(t);
}

CONTRACT(a_users_profile_says_what_is_kept_beside_them)
{
	struct cs_user_profile got;
	cs_id ada = { { 1 } };

	contract_begin(t);
	add_three(t);
	CHECK_OK(cs_device_remember(t->tx, t->account, ada, (cs_id){ { 50 } }, cs_seconds(1)));
	CHECK_OK(cs_device_remember(t->tx, t->account, ada, (cs_id){ { 51 } }, cs_seconds(1)));
	CHECK_OK(cs_user_set_last_identity(t->tx, t->account, ada, CS_STR("{\"a\":1}")));
	CHECK_OK(cs_user_set_name(t->tx, t->account, ada, CS_STR("Countess")));
	CHECK_OK(cs_user_profile_find(t->tx, t->account, ada, &got));
	CHECK_TEXT(got.user.name, "Countess");
	CHECK_TEXT(got.last_identity, "{\"a\":1}");
	CHECK_INT(got.devices, 2);
	CHECK_ERR(cs_user_profile_find(t->tx, t->other, ada, &got), NOT_FOUND);
	CHECK_ERR(cs_user_set_name(t->tx, t->other, ada, CS_STR("x")), CONFLICT);
	contract_commit(t);
}

static void
enrol(struct contract *t, uint8_t user, uint8_t id, unsigned method, bool is_confirmed)
{
	const struct cs_authenticator a = {
		.account = t->account,
		.id = { { id } },
		.subject = { { user } },
		.factor = CS_STR("totp"),
		.method = method,
		.name = CS_STR("Pixel"),
		.sealed = CS_SPAN("sealed", 6),
		.params = CS_STR("{}"),
		.created = t->op.now,
	};

	CHECK_OK(cs_authenticator_add(t->tx, &a, false, (cs_id){ { 77 } }));
	if (is_confirmed)
		CHECK_OK(cs_authenticator_confirm(
		    t->tx, &a, CS_STR("Pixel"), CS_SPAN("", 0), t->op.now));
}

CONTRACT(active_users_are_counted_by_the_set_of_methods_that_they_have_enrolled)
{
	struct cs_user dan = sample(t, 4, "dan@two.test");
	struct cs_user_counts got;
	cs_id cleo = { { 3 } };

	contract_begin(t);
	add_three(t);
	CHECK_OK(cs_user_add(t->tx, &dan, CS_STR("dan@two.test"), true));
	enrol(t, 1, 11, CS_MFA_TOTP, true);
	enrol(t, 1, 12, CS_MFA_SECURITY_KEY, true);
	enrol(t, 1, 13, CS_MFA_SECURITY_KEY, true); /* two of a kind are one method */
	enrol(t, 2, 21, CS_MFA_BIOMETRICS, false); /* not confirmed yet */
	enrol(t, 3, 31, CS_MFA_TOTP, true);
	enrol(t, 4, 41, CS_MFA_TOTP, true);
	CHECK_OK(cs_user_set_status(t->tx, t->account, cleo, CS_USER_ACTIVE, CS_USER_DISABLED));
	CHECK_OK(cs_user_count_methods(t->tx, t->account, &got));
	for (unsigned set = 0; set < CS_USER_SETS; set++)
		CHECK_INT(got.having[set],
		    set == 0 || set == CS_MFA_TOTP || set == (CS_MFA_TOTP | CS_MFA_SECURITY_KEY));
	CHECK_OK(cs_user_count_methods(t->tx, t->other, &got));
	for (unsigned set = 0; set < CS_USER_SETS; set++)
		CHECK_INT(got.having[set], 0);
	contract_commit(t);
}

CONTRACT(a_user_is_removed_with_everything_that_was_theirs)
{
	struct cs_user_identity identity = {
		.account = t->account, .provider = { { 9 } }, .sub = CS_STR("1"), .user = { { 1 } }
	};
	cs_id ada = { { 1 } };
	cs_id found;
	struct cs_user got;

	contract_begin(t);
	add_three(t);
	CHECK_OK(cs_user_identity_add(t->tx, &identity, t->op.now));
	CHECK_OK(cs_device_remember(t->tx, t->account, ada, (cs_id){ { 50 } }, cs_seconds(1)));
	CHECK_ERR(cs_user_remove(t->tx, t->other, ada), CONFLICT);
	CHECK_OK(cs_user_remove(t->tx, t->account, ada));
	CHECK_ERR(cs_user_find(t->tx, t->account, ada, &got), NOT_FOUND);
	CHECK_ERR(cs_user_identity_find(t->tx, t->account, (cs_id){ { 9 } }, CS_STR("1"), &found),
	    NOT_FOUND);
	CHECK_OK(cs_user_find(t->tx, t->account, (cs_id){ { 2 } }, &got));
	CHECK_ERR(cs_user_remove(t->tx, t->account, ada), CONFLICT);
	contract_commit(t);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM known_device"), 0);
}
