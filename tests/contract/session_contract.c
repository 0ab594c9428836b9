#include "contract.h"

#include "store/handover_store.h"
#include "store/oidc_flow_store.h"
#include "store/session_store.h"
#include "store/user_store.h"

static const cs_id ada = { { 1 } };

static void
add_user(struct contract *t)
{
	struct cs_user user = { .account = t->account,
		.id = ada,
		.email = CS_STR("a@one.test"),
		.created = t->op.now };

	CHECK_OK(cs_user_add(t->tx, &user, CS_STR("a@one.test"), true));
}

static struct cs_identity
identity(void)
{
	return (struct cs_identity){
		.user = ada,
		.email = CS_STR("a@one.test"),
		.name = CS_STR("Ada"),
		.provider = { { 9 } },
		.amr = { CS_STR("pwd"), CS_STR("otp"), CS_STR("bad\nvalue") },
		.amr_count = 3,
		.auth_time = { 5 },
		.signed_in = { 6 },
		.fields = CS_STR("{\"a\":1}"),
	};
}

static struct cs_global_session
global(struct contract *t, uint8_t id)
{
	return (struct cs_global_session){
		.account = t->account,
		.id = { { id } },
		.token_hash = { id },
		.device = { { 6 } },
		.identity = identity(),
		.created = t->op.now,
		.expires = cs_time_add(t->op.now, 1000),
		.user_agent = CS_STR("agent"),
		.address = CS_STR("192.0.2.7"),
	};
}

static struct cs_app_session
app(struct contract *t, uint8_t id, uint8_t of_global)
{
	return (struct cs_app_session){
		.account = t->account,
		.id = { { id } },
		.token_hash = { id },
		.application = { { 20 } },
		.host = CS_STR("app.one.test"),
		.global_session = { { of_global } },
		.identity = identity(),
		.nonce = CS_STR("nonce"),
		.created = t->op.now,
		.expires = cs_time_add(t->op.now, 1000),
		.proof_method = 1,
		.proof_at = { 7 },
		.proof_is_own = true,
		.authenticator = { { 3 } },
	};
}

CONTRACT(a_global_session_is_found_by_its_token_in_its_account_until_it_expires)
{
	struct cs_global_session s = global(t, 2);
	struct cs_global_session got;

	contract_begin(t);
	add_user(t);
	CHECK_OK(cs_global_session_add(t->tx, &s));
	CHECK_OK(cs_global_session_find_by_token(t->tx, t->account, s.token_hash, t->op.now, &got));
	CHECK_TEXT(got.identity.email, "a@one.test");
	CHECK_INT(got.identity.amr_count, 2);
	CHECK_TEXT(got.identity.amr[1], "otp");
	CHECK_TEXT(got.identity.fields, "{\"a\":1}");
	CHECK(got.identity.auth_time.ms == 5 && got.identity.signed_in.ms == 6);
	CHECK_TEXT(got.address, "192.0.2.7");
	CHECK_ERR(cs_global_session_find_by_token(t->tx, t->other, s.token_hash, t->op.now, &got),
	    NOT_FOUND);
	CHECK_ERR(cs_global_session_find_by_token(t->tx, t->account, s.token_hash, s.expires, &got),
	    NOT_FOUND);
	CHECK_ERR(cs_global_session_find(t->tx, t->account, s.id, s.expires, &got), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(the_sessions_of_a_user_are_listed_while_they_last)
{
	struct cs_global_session one = global(t, 2);
	struct cs_app_session two = app(t, 4, 2);
	const struct cs_global_session *globals;
	const struct cs_app_session *apps;
	cs_id user = one.identity.user;
	size_t count;

	contract_begin(t);
	add_user(t);
	CHECK_OK(cs_global_session_add(t->tx, &one));
	CHECK_OK(cs_app_session_add(t->tx, &two));
	CHECK_OK(cs_global_session_list(t->tx, t->account, user, t->op.now, &globals, &count));
	CHECK_INT(count, 1);
	CHECK(cs_id_equal(globals[0].id, one.id));
	CHECK_TEXT(globals[0].identity.email, "a@one.test");
	CHECK_OK(cs_app_session_list(t->tx, t->account, user, t->op.now, &apps, &count));
	CHECK_INT(count, 1);
	CHECK(cs_id_equal(apps[0].id, two.id) && cs_id_equal(apps[0].global_session, one.id));
	CHECK_OK(cs_app_session_list(t->tx, t->account, user, two.expires, &apps, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_global_session_list(t->tx, t->account, user, one.expires, &globals, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_app_session_list(t->tx, t->other, user, t->op.now, &apps, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_app_session_list(t->tx, t->account, two.id, t->op.now, &apps, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}

CONTRACT(a_session_that_rests_on_its_provider_once_is_told_from_all_others)
{
	struct cs_app_session mine = app(t, 4, 2);
	struct cs_app_session longer = app(t, 5, 2);
	struct cs_app_session once = app(t, 6, 2);
	struct cs_app_session got;
	bool has;

	mine.proof_source = CS_PROOF_OURS;
	longer.proof_source = CS_PROOF_AMR;
	longer.proof_is_own = false;
	once.proof_source = CS_PROOF_AMR;
	contract_begin(t);
	add_user(t);
	CHECK_OK(cs_app_session_add(t->tx, &mine));
	CHECK_OK(cs_app_session_add(t->tx, &longer));
	CHECK_OK(cs_app_session_has_own_amr(t->tx, t->account, mine.global_session, &has));
	CHECK(!has);
	CHECK_OK(cs_app_session_add(t->tx, &once));
	CHECK_OK(cs_app_session_has_own_amr(t->tx, t->account, mine.global_session, &has));
	CHECK(has);
	CHECK_OK(cs_app_session_has_own_amr(t->tx, t->other, mine.global_session, &has));
	CHECK(!has);
	CHECK_OK(cs_app_session_has_own_amr(t->tx, t->account, mine.id, &has));
	CHECK(!has);
	CHECK_OK(cs_app_session_find_by_token(t->tx, once.token_hash, t->op.now, &got));
	CHECK_INT(got.proof_source, CS_PROOF_AMR);
	CHECK_OK(cs_app_session_find_by_token(t->tx, mine.token_hash, t->op.now, &got));
	CHECK_INT(got.proof_source, CS_PROOF_OURS);
	contract_commit(t);
}

CONTRACT(an_application_session_is_found_again_as_it_was)
{
	struct cs_app_session s = app(t, 4, 2);
	struct cs_app_session got;

	contract_begin(t);
	add_user(t);
	CHECK_OK(cs_app_session_add(t->tx, &s));
	CHECK_OK(cs_app_session_find_by_token(t->tx, s.token_hash, t->op.now, &got));
	CHECK(cs_id_equal(got.account, t->account));
	CHECK_TEXT(got.host, "app.one.test");
	CHECK_TEXT(got.nonce, "nonce");
	CHECK(got.proof_method == 1 && got.proof_at.ms == 7 && got.proof_is_own);
	CHECK(cs_id_equal(got.authenticator, s.authenticator));
	CHECK_ERR(cs_app_session_find_by_token(t->tx, s.token_hash, s.expires, &got), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(an_application_session_of_a_disabled_user_is_not_found)
{
	struct cs_app_session s = app(t, 4, 2);
	struct cs_app_session got;

	contract_begin(t);
	add_user(t);
	CHECK_OK(cs_app_session_add(t->tx, &s));
	CHECK_OK(cs_user_set_status(t->tx, t->account, ada, CS_USER_ACTIVE, CS_USER_DISABLED));
	CHECK_ERR(cs_app_session_find_by_token(t->tx, s.token_hash, t->op.now, &got), NOT_FOUND);
	contract_commit(t);
}

typedef cs_err end_fn(struct cs_tx *tx, cs_id account, cs_id key);

static void
check_ends(struct contract *t, end_fn *end, cs_id right, cs_id wrong)
{
	struct cs_app_session s = app(t, 4, 2);
	struct cs_app_session got;

	contract_begin(t);
	add_user(t);
	CHECK_OK(cs_app_session_add(t->tx, &s));
	CHECK_OK(end(t->tx, t->account, wrong));
	CHECK_OK(end(t->tx, t->other, right));
	CHECK_OK(cs_app_session_find_by_token(t->tx, s.token_hash, t->op.now, &got));
	CHECK_OK(end(t->tx, t->account, right));
	CHECK_ERR(cs_app_session_find_by_token(t->tx, s.token_hash, t->op.now, &got), NOT_FOUND);
	contract_commit(t);
}

static const cs_id nobody = { { 99 } };

CONTRACT(application_sessions_end_with_their_global_session)
{
	check_ends(t, cs_app_session_remove_of_global, (cs_id){ { 2 } }, nobody);
}

CONTRACT(application_sessions_end_with_their_user)
{
	check_ends(t, cs_app_session_remove_of_user, ada, nobody);
}

CONTRACT(application_sessions_end_with_their_application)
{
	check_ends(t, cs_app_session_remove_of_application, (cs_id){ { 20 } }, nobody);
}

CONTRACT(application_sessions_end_with_their_authenticator)
{
	check_ends(t, cs_app_session_remove_of_authenticator, (cs_id){ { 3 } }, nobody);
}

CONTRACT(what_expired_is_swept_and_the_rest_stays)
{
	struct cs_global_session s = global(t, 2);
	struct cs_global_session got;

	contract_begin(t);
	add_user(t);
	CHECK_OK(cs_global_session_add(t->tx, &s));
	CHECK_OK(cs_session_sweep(t->tx, s.expires));
	CHECK_OK(cs_global_session_find(t->tx, t->account, s.id, t->op.now, &got));
	CHECK_OK(cs_session_sweep(t->tx, cs_time_add(s.expires, 1)));
	CHECK_ERR(cs_global_session_find(t->tx, t->account, s.id, t->op.now, &got), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_session_of_nobody_is_refused)
{
	struct cs_global_session s = global(t, 2);

	contract_begin(t);
	CHECK_ERR(cs_global_session_add(t->tx, &s), CONFLICT);
	contract_rollback(t);
}

/* --- what carries a sign-in --- */

CONTRACT(a_hand_over_is_used_once_in_time_and_in_its_account)
{
	struct cs_global_session s = global(t, 2);
	struct cs_handover h = {
		.account = t->account,
		.id = { { 5 } },
		.code_hash = { 6 },
		.application = { { 20 } },
		.host = CS_STR("app.one.test"),
		.session = s.id,
		.nonce_hash = { 7 },
		.return_path = CS_STR("/a?b"),
		.amr_method = 4,
		.amr_at = { 9 },
		.created = t->op.now,
		.expires = cs_time_add(t->op.now, 1000),
	};
	struct cs_handover got;

	contract_begin(t);
	add_user(t);
	CHECK_OK(cs_global_session_add(t->tx, &s));
	CHECK_OK(cs_handover_add(t->tx, &h));
	CHECK_OK(cs_handover_find(t->tx, t->account, h.code_hash, t->op.now, &got));
	CHECK_TEXT(got.return_path, "/a?b");
	CHECK(cs_id_is_zero(got.proof));
	CHECK(got.amr_method == 4 && got.amr_at.ms == 9);
	CHECK_ERR(cs_handover_find(t->tx, t->other, h.code_hash, t->op.now, &got), NOT_FOUND);
	CHECK_ERR(cs_handover_find(t->tx, t->account, h.code_hash, h.expires, &got), NOT_FOUND);
	CHECK_ERR(cs_handover_use(t->tx, t->account, h.id, h.expires), CONFLICT);
	CHECK_OK(cs_handover_use(t->tx, t->account, h.id, t->op.now));
	CHECK_ERR(cs_handover_use(t->tx, t->account, h.id, t->op.now), CONFLICT);
	CHECK_ERR(cs_handover_find(t->tx, t->account, h.code_hash, t->op.now, &got), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_provider_flow_is_used_once_in_time_and_in_its_browser)
{
	const uint8_t other_browser[CS_FLOW_HASH_LEN] = { 1 };
	struct cs_oidc_flow f = {
		.account = t->account,
		.id = { { 5 } },
		.state_hash = { 6 },
		.flow_hash = { 7 },
		.provider = { { 9 } },
		.nonce = CS_STR("nonce"),
		.sealed = CS_SPAN("sealed", 6),
		.redirect_uri = CS_STR("https://auth.one.test/cb"),
		.meta = CS_STR(""),
		.created = t->op.now,
		.expires = cs_time_add(t->op.now, 1000),
	};
	struct cs_oidc_flow got;

	contract_begin(t);
	CHECK_OK(cs_oidc_flow_add(t->tx, &f));
	CHECK_OK(cs_oidc_flow_find(t->tx, t->account, f.state_hash, f.flow_hash, t->op.now, &got));
	CHECK_TEXT(got.nonce, "nonce");
	CHECK_TEXT(got.sealed, "sealed");
	CHECK_ERR(
	    cs_oidc_flow_find(t->tx, t->account, f.state_hash, other_browser, t->op.now, &got),
	    NOT_FOUND);
	CHECK_ERR(cs_oidc_flow_find(t->tx, t->other, f.state_hash, f.flow_hash, t->op.now, &got),
	    NOT_FOUND);
	CHECK_ERR(cs_oidc_flow_use(t->tx, t->account, f.id, f.expires), CONFLICT);
	CHECK_OK(cs_oidc_flow_use(t->tx, t->account, f.id, t->op.now));
	CHECK_ERR(cs_oidc_flow_use(t->tx, t->account, f.id, t->op.now), CONFLICT);
	CHECK_ERR(cs_oidc_flow_find(t->tx, t->account, f.state_hash, f.flow_hash, t->op.now, &got),
	    NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_user_is_listed_by_the_address_of_a_session_too)
{
	struct cs_global_session browser = global(t, 2);
	struct cs_app_session opened = app(t, 3, 2);
	const struct cs_user *list;
	size_t count;

	contract_begin(t);
	add_user(t);
	browser.identity.email = CS_STR("Ada.L@one.test");
	opened.identity.email = CS_STR("lovelace@one.test");
	CHECK_OK(cs_global_session_add(t->tx, &browser));
	CHECK_OK(cs_app_session_add(t->tx, &opened));
	CHECK_OK(cs_user_list_by_email(t->tx, t->account, CS_STR("ada.l@one.test"), &list, &count));
	CHECK_INT(count, 1);
	CHECK(cs_id_equal(list[0].id, ada));
	CHECK_OK(
	    cs_user_list_by_email(t->tx, t->account, CS_STR("lovelace@one.test"), &list, &count));
	CHECK_INT(count, 1);
	CHECK_OK(cs_user_list_by_email(t->tx, t->account, CS_STR("a@one.test"), &list, &count));
	CHECK_INT(count, 1);
	CHECK_OK(cs_user_list_by_email(t->tx, t->other, CS_STR("ada.l@one.test"), &list, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_user_list_by_email(t->tx, t->account, CS_STR("b@one.test"), &list, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}
