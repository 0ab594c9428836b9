#include "contract.h"

#include <pthread.h>
#include <stdatomic.h>

#include "store/authenticator_store.h"
#include "store/challenge_store.h"
#include "store/proof_store.h"
#include "store/session_store.h"
#include "store/user_store.h"

static const cs_id subject = { { 1 } };
static const cs_id session = { { 2 } };

static struct cs_authenticator
sample(struct contract *t, uint8_t id)
{
	return (struct cs_authenticator){
		.account = t->account,
		.id = { { id } },
		.subject = subject,
		.factor = CS_STR("totp"),
		.sealed = CS_SPAN("sealed", 6),
		.params = CS_STR("{}"),
		.replay = { 1, 2, 3 },
		.replay_len = 3,
		.created = t->op.now,
	};
}

static struct cs_authenticator
add_active(struct contract *t, uint8_t id)
{
	struct cs_authenticator a = sample(t, id);

	CHECK_OK(cs_authenticator_add(t->tx, &a, true, session));
	CHECK_OK(cs_authenticator_confirm(t->tx, &a, CS_STR("Pixel"), CS_SPAN("r", 1), t->op.now));
	CHECK_OK(cs_authenticator_find(t->tx, t->account, a.id, &a));
	return a;
}

CONTRACT(a_pending_authenticator_is_seen_by_the_session_that_began_it_alone)
{
	struct cs_authenticator a = sample(t, 3);
	cs_id other = { { 4 } };
	cs_time before = cs_time_add(t->op.now, -1);
	struct cs_authenticator got;

	contract_begin(t);
	CHECK_OK(cs_authenticator_add(t->tx, &a, true, session));
	CHECK_OK(cs_authenticator_find_pending(
	    t->tx, t->account, subject, CS_STR("totp"), session, before, &got));
	CHECK_TEXT(got.sealed, "sealed");
	CHECK_INT(got.replay_len, 3);
	CHECK_ERR(cs_authenticator_find_pending(
		      t->tx, t->account, subject, CS_STR("totp"), other, before, &got),
	    NOT_FOUND);
	CHECK_ERR(cs_authenticator_find_pending_id(t->tx, t->account, a.id, other, before, &got),
	    NOT_FOUND);
	/* nor after its time */
	CHECK_ERR(
	    cs_authenticator_find_pending_id(t->tx, t->account, a.id, session, t->op.now, &got),
	    NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_subject_has_one_authenticator_of_a_single_factor)
{
	struct cs_authenticator second = sample(t, 4);

	contract_begin(t);
	add_active(t, 3);
	contract_commit(t);
	/* one may be pending beside it, but not become active */
	contract_begin(t);
	CHECK_OK(cs_authenticator_add(t->tx, &second, true, session));
	CHECK_ERR(
	    cs_authenticator_confirm(t->tx, &second, CS_STR("Second"), CS_SPAN("r", 1), t->op.now),
	    CONFLICT);
	contract_rollback(t);
	/* nor may a second one be pending */
	contract_begin(t);
	CHECK_OK(cs_authenticator_add(t->tx, &second, true, session));
	second.id.b[0] = 5;
	CHECK_ERR(cs_authenticator_add(t->tx, &second, true, session), CONFLICT);
	contract_rollback(t);
	second.id.b[0] = 4;
	/* of another factor, which may be there several times, it has more */
	contract_begin(t);
	CHECK_OK(cs_authenticator_add(t->tx, &second, false, session));
	second.id.b[0] = 5;
	CHECK_OK(cs_authenticator_add(t->tx, &second, false, session));
	contract_commit(t);
}

CONTRACT(one_that_is_pending_takes_the_place_of_the_active_one_in_one_transaction)
{
	struct cs_authenticator old;
	struct cs_authenticator new = sample(t, 4);
	struct cs_authenticator got;

	contract_begin(t);
	old = add_active(t, 3);
	new.replaces = old.id;
	CHECK_OK(cs_authenticator_add(t->tx, &new, true, session));
	CHECK_OK(cs_authenticator_find_pending_id(
	    t->tx, t->account, new.id, session, cs_time_add(t->op.now, -1), &got));
	CHECK(cs_id_equal(got.replaces, old.id));
	contract_commit(t);
	contract_begin(t);
	CHECK_OK(cs_authenticator_remove(t->tx, t->account, old.id));
	CHECK_OK(cs_authenticator_confirm(t->tx, &got, CS_STR("New"), CS_SPAN("r", 1), t->op.now));
	CHECK_OK(cs_authenticator_find(t->tx, t->account, new.id, &got));
	CHECK(got.state == CS_AUTHENTICATOR_ACTIVE && cs_id_is_zero(got.replaces));
	contract_commit(t);
}

CONTRACT(an_authenticator_advances_once_from_what_was_judged)
{
	const struct cs_authenticator *list;
	struct cs_authenticator a;
	size_t count;

	contract_begin(t);
	a = add_active(t, 3);
	CHECK_INT(a.version, 1);
	CHECK_OK(cs_authenticator_advance(t->tx, &a, CS_SPAN("state", 5), false, cs_seconds(9)));
	CHECK_ERR(cs_authenticator_advance(t->tx, &a, CS_SPAN("state", 5), false, cs_seconds(9)),
	    CONFLICT);
	CHECK_OK(cs_authenticator_list(t->tx, t->account, subject, &list, &count));
	CHECK_INT(count, 1);
	CHECK_INT(list[0].version, 2);
	CHECK(list[0].last_used.ms == 9000);
	CHECK(list[0].replay_len == 5 && memcmp(list[0].replay, "state", 5) == 0);
	contract_commit(t);
}

CONTRACT(a_pending_authenticator_is_not_advanced_nor_listed_and_an_active_not_confirmed)
{
	struct cs_authenticator a = sample(t, 3);
	const struct cs_authenticator *list;
	size_t count;

	contract_begin(t);
	CHECK_OK(cs_authenticator_add(t->tx, &a, true, session));
	CHECK_ERR(cs_authenticator_advance(t->tx, &a, CS_SPAN("s", 1), false, t->op.now), CONFLICT);
	CHECK_ERR(cs_authenticator_remove(t->tx, t->account, a.id), CONFLICT);
	CHECK_OK(cs_authenticator_list(t->tx, t->account, subject, &list, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_authenticator_confirm(t->tx, &a, CS_STR("n"), CS_SPAN("s", 1), t->op.now));
	CHECK_ERR(
	    cs_authenticator_confirm(t->tx, &a, CS_STR("n"), CS_SPAN("s", 1), t->op.now), CONFLICT);
	contract_commit(t);
}

/* --- WebAuthn --- */

static struct cs_authenticator
key_sample(struct contract *t, uint8_t id)
{
	struct cs_authenticator a = sample(t, id);

	a.factor = CS_STR("webauthn");
	a.method = 4;
	return a;
}

/* As a factor fills it in when its registration was accepted. */
static void
register_key(struct cs_authenticator *a, cs_span credential_id)
{
	a->sealed = CS_SPAN("public", 6);
	a->params = CS_STR("{\"transports\":[\"usb\"]}");
	a->credential_id = credential_id;
	a->has_aaguid = true;
	memset(a->aaguid, 0xab, sizeof(a->aaguid));
	a->format = CS_STR("packed");
	a->evidence = CS_EVIDENCE_VERIFIED;
	a->is_backup_eligible = true;
	a->attestation = CS_SPAN("attestation", 11);
	a->client_hash = CS_SPAN("0123456789abcdef0123456789abcdef", 32);
}

static struct cs_authenticator
add_key(struct contract *t, uint8_t id, cs_span credential_id)
{
	struct cs_authenticator a = key_sample(t, id);

	CHECK_OK(cs_authenticator_add(t->tx, &a, false, session));
	register_key(&a, credential_id);
	CHECK_OK(cs_authenticator_confirm(t->tx, &a, CS_STR("Key"), CS_SPAN("r", 1), t->op.now));
	return a;
}

CONTRACT(what_a_registration_said_is_kept)
{
	struct cs_authenticator got;
	struct cs_authenticator a;

	contract_begin(t);
	a = add_key(t, 3, CS_SPAN("credential", 10));
	CHECK_OK(cs_authenticator_find(t->tx, t->account, a.id, &got));
	CHECK_TEXT(got.sealed, "public");
	CHECK_TEXT(got.params, "{\"transports\":[\"usb\"]}");
	CHECK_TEXT(got.credential_id, "credential");
	CHECK_TEXT(got.format, "packed");
	CHECK_TEXT(got.attestation, "attestation");
	CHECK_INT(got.client_hash.len, 32);
	CHECK_INT(got.method, 4);
	CHECK_INT(got.evidence, CS_EVIDENCE_VERIFIED);
	CHECK(got.has_aaguid && got.aaguid[0] == 0xab && got.aaguid[15] == 0xab);
	CHECK(got.is_backup_eligible && !got.is_backed_up);
	contract_commit(t);
}

CONTRACT(the_model_of_an_active_one_is_told)
{
	struct cs_authenticator a = key_sample(t, 3);
	struct cs_proved_model model;

	a.has_aaguid = true;
	memset(a.aaguid, 0x5a, sizeof(a.aaguid));
	a.evidence = CS_EVIDENCE_VERIFIED;
	contract_begin(t);
	CHECK_OK(cs_authenticator_add(t->tx, &a, false, session));
	CHECK_ERR(cs_authenticator_model(t->tx, t->account, a.id, &model), NOT_FOUND);
	CHECK_OK(cs_authenticator_confirm(t->tx, &a, CS_STR("Key"), CS_SPAN("r", 1), t->op.now));
	CHECK_OK(cs_authenticator_model(t->tx, t->account, a.id, &model));
	CHECK(model.is_there && memcmp(model.aaguid, a.aaguid, CS_AAGUID_LEN) == 0);
	CHECK_INT(model.evidence, CS_EVIDENCE_VERIFIED);
	contract_commit(t);
}

CONTRACT(a_list_leaves_out_what_is_long)
{
	const struct cs_authenticator *list;
	size_t count;

	contract_begin(t);
	add_key(t, 3, CS_SPAN("credential", 10));
	CHECK_OK(cs_authenticator_list(t->tx, t->account, subject, &list, &count));
	CHECK_INT(count, 1);
	CHECK_TEXT(list[0].credential_id, "credential");
	CHECK_INT(list[0].attestation.len, 0);
	CHECK_INT(list[0].client_hash.len, 0);
	contract_commit(t);
}

CONTRACT(an_app_has_nothing_of_a_credential)
{
	struct cs_authenticator got;

	contract_begin(t);
	got = add_active(t, 3);
	CHECK_INT(got.credential_id.len, 0);
	CHECK(!got.has_aaguid && !got.is_backup_eligible && !got.is_backed_up);
	CHECK_INT(got.evidence, CS_EVIDENCE_NONE);
	CHECK_INT(got.format.len, 0);
	contract_commit(t);
}

CONTRACT(a_credential_is_enrolled_once_in_an_account)
{
	struct cs_authenticator second = key_sample(t, 4);
	bool is_there;

	contract_begin(t);
	CHECK_OK(cs_authenticator_has_credential(
	    t->tx, t->account, CS_SPAN("credential", 10), &is_there));
	CHECK(!is_there);
	add_key(t, 3, CS_SPAN("credential", 10));
	CHECK_OK(cs_authenticator_has_credential(
	    t->tx, t->account, CS_SPAN("credential", 10), &is_there));
	CHECK(is_there);
	CHECK_OK(cs_authenticator_has_credential(
	    t->tx, t->account, CS_SPAN("credential", 9), &is_there));
	CHECK(!is_there);
	CHECK_OK(
	    cs_authenticator_has_credential(t->tx, t->other, CS_SPAN("credential", 10), &is_there));
	CHECK(!is_there);
	contract_commit(t);
	/* whoever asked a moment too early is stopped by the index, another person too */
	contract_begin(t);
	second.subject.b[0] = 9;
	CHECK_OK(cs_authenticator_add(t->tx, &second, false, session));
	register_key(&second, CS_SPAN("credential", 10));
	CHECK_ERR(
	    cs_authenticator_confirm(t->tx, &second, CS_STR("Key"), CS_SPAN("r", 1), t->op.now),
	    CONFLICT);
	contract_rollback(t);
}

CONTRACT(a_registration_is_confirmed_once)
{
	struct cs_authenticator a = key_sample(t, 3);

	contract_begin(t);
	CHECK_OK(cs_authenticator_add(t->tx, &a, false, session));
	register_key(&a, CS_SPAN("credential", 10));
	CHECK_OK(cs_authenticator_confirm(t->tx, &a, CS_STR("Key"), CS_SPAN("r", 1), t->op.now));
	CHECK_ERR(cs_authenticator_confirm(t->tx, &a, CS_STR("Key"), CS_SPAN("r", 1), t->op.now),
	    CONFLICT);
	contract_commit(t);
}

CONTRACT(an_answer_says_whether_the_key_is_backed_up)
{
	struct cs_authenticator got;
	struct cs_authenticator a;

	contract_begin(t);
	a = add_key(t, 3, CS_SPAN("credential", 10));
	CHECK_OK(cs_authenticator_find(t->tx, t->account, a.id, &got));
	CHECK_OK(cs_authenticator_advance(t->tx, &got, CS_SPAN("r", 1), true, t->op.now));
	CHECK_OK(cs_authenticator_find(t->tx, t->account, a.id, &got));
	CHECK(got.is_backup_eligible && got.is_backed_up);
	CHECK_OK(cs_authenticator_advance(t->tx, &got, CS_SPAN("r", 1), false, t->op.now));
	CHECK_OK(cs_authenticator_find(t->tx, t->account, a.id, &got));
	CHECK(got.is_backup_eligible && !got.is_backed_up);
	contract_commit(t);
}

CONTRACT(keys_are_counted_and_paged_through_without_pending_ones_and_apps)
{
	const struct cs_authenticator *page;
	struct cs_authenticator pending = key_sample(t, 9);
	cs_id after = cs_id_zero;
	size_t count;
	int64_t n;

	contract_begin(t);
	add_active(t, 2);
	add_key(t, 4, CS_SPAN("four", 4));
	add_key(t, 3, CS_SPAN("three", 5));
	CHECK_OK(cs_authenticator_add(t->tx, &pending, false, session));
	CHECK_OK(cs_authenticator_count_factor(t->tx, t->account, CS_STR("webauthn"), &n));
	CHECK_INT(n, 2);
	CHECK_OK(cs_authenticator_count_factor(t->tx, t->other, CS_STR("webauthn"), &n));
	CHECK_INT(n, 0);
	CHECK_OK(cs_authenticator_list_factor(
	    t->tx, t->account, CS_STR("webauthn"), after, &page, &count));
	CHECK_INT(count, 2);
	CHECK_INT(page[0].id.b[0], 3);
	CHECK_TEXT(page[1].attestation, "attestation");
	CHECK_OK(cs_authenticator_list_factor(
	    t->tx, t->account, CS_STR("webauthn"), page[0].id, &page, &count));
	CHECK_INT(count, 1);
	CHECK_INT(page[0].id.b[0], 4);
	CHECK_OK(cs_authenticator_list_factor(
	    t->tx, t->account, CS_STR("webauthn"), page[0].id, &page, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}

CONTRACT(a_name_is_set_on_what_is_active)
{
	struct cs_authenticator pending = key_sample(t, 9);
	struct cs_authenticator a;

	contract_begin(t);
	a = add_active(t, 3);
	CHECK_OK(cs_authenticator_set_name(t->tx, t->account, a.id, CS_STR("Desk")));
	CHECK_OK(cs_authenticator_find(t->tx, t->account, a.id, &a));
	CHECK_TEXT(a.name, "Desk");
	CHECK_OK(cs_authenticator_add(t->tx, &pending, false, session));
	CHECK_ERR(
	    cs_authenticator_set_name(t->tx, t->account, pending.id, CS_STR("Desk")), CONFLICT);
	CHECK_ERR(cs_authenticator_set_name(t->tx, t->other, a.id, CS_STR("Desk")), CONFLICT);
	contract_commit(t);
}

/* --- challenges --- */

static void
add_session(struct contract *t)
{
	struct cs_user user = { .account = t->account,
		.id = subject,
		.email = CS_STR("a@one.test"),
		.created = t->op.now };
	struct cs_global_session s = { .account = t->account,
		.id = session,
		.token_hash = { 8 },
		.device = { { 6 } },
		.identity.user = subject,
		.created = t->op.now,
		.expires = cs_time_add(t->op.now, 60000) };

	CHECK_OK(cs_user_add(t->tx, &user, CS_STR("a@one.test"), true));
	CHECK_OK(cs_global_session_add(t->tx, &s));
}

static struct cs_challenge
challenge(struct contract *t)
{
	return (struct cs_challenge){
		.account = t->account,
		.id = { { 7 } },
		.subject = subject,
		.session = session,
		.device = { { 6 } },
		.purpose = CS_CHALLENGE_SIGN_IN,
		.context = { 1, 2 },
		.meta = CS_STR("meta"),
		.is_own = true,
		.methods = 1,
		.created = t->op.now,
		.expires = cs_time_add(t->op.now, 1000),
		.nonce = { 5, 6, 7 },
	};
}

/* --- those that are issued (backup codes) --- */

static struct cs_authenticator
issued(struct contract *t, uint8_t id)
{
	struct cs_authenticator a = sample(t, id);

	a.factor = CS_STR("backup_code");
	a.name = CS_STR("Backup codes");
	a.method = 1;
	a.state = CS_AUTHENTICATOR_ACTIVE;
	a.is_issued = true;
	return a;
}

CONTRACT(what_is_issued_is_found_by_its_factor_and_seen_by_nothing_else)
{
	struct cs_authenticator a = issued(t, 3);
	const struct cs_authenticator *list;
	struct cs_proved_model model;
	struct cs_authenticator got;
	size_t count;
	int64_t counted;

	contract_begin(t);
	CHECK_ERR(
	    cs_authenticator_find_issued(t->tx, t->account, subject, a.factor, &got), NOT_FOUND);
	CHECK_OK(cs_authenticator_issue(t->tx, &a));
	CHECK_OK(cs_authenticator_find_issued(t->tx, t->account, subject, a.factor, &got));
	CHECK(cs_id_equal(got.id, a.id) && got.is_issued);
	CHECK_INT(got.state, CS_AUTHENTICATOR_ACTIVE);
	CHECK_TEXT(got.sealed, "sealed");
	CHECK_INT(got.version, 0);
	CHECK_INT(got.created.ms, t->op.now.ms);
	CHECK_INT(got.last_used.ms, 0);
	CHECK_INT(got.method, 1);
	CHECK_ERR(cs_authenticator_find(t->tx, t->account, a.id, &got), NOT_FOUND);
	CHECK_OK(cs_authenticator_model(t->tx, t->account, a.id, &model));
	CHECK(!model.is_there);
	CHECK_ERR(cs_authenticator_model(t->tx, t->other, a.id, &model), NOT_FOUND);
	CHECK_OK(cs_authenticator_list(t->tx, t->account, subject, &list, &count));
	CHECK_INT(count, 0);
	CHECK_OK(
	    cs_authenticator_list_factor(t->tx, t->account, a.factor, cs_id_zero, &list, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_authenticator_count_factor(t->tx, t->account, a.factor, &counted));
	CHECK_INT(counted, 0);
	/* nor under another owner, account or factor */
	CHECK_ERR(
	    cs_authenticator_find_issued(t->tx, t->account, session, a.factor, &got), NOT_FOUND);
	CHECK_ERR(
	    cs_authenticator_find_issued(t->tx, t->other, subject, a.factor, &got), NOT_FOUND);
	CHECK_ERR(cs_authenticator_find_issued(t->tx, t->account, subject, CS_STR("totp"), &got),
	    NOT_FOUND);
	contract_commit(t);
}

CONTRACT(what_was_enrolled_is_not_found_as_issued)
{
	struct cs_authenticator got;

	contract_begin(t);
	add_active(t, 3);
	CHECK_ERR(cs_authenticator_find_issued(t->tx, t->account, subject, CS_STR("totp"), &got),
	    NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_subject_has_one_issued_set)
{
	struct cs_authenticator a = issued(t, 3);
	struct cs_authenticator b = issued(t, 4);

	contract_begin(t);
	CHECK_OK(cs_authenticator_issue(t->tx, &a));
	contract_commit(t);
	contract_begin(t);
	CHECK_ERR(cs_authenticator_issue(t->tx, &b), CONFLICT);
	contract_rollback(t);
	b.subject = session;
	contract_begin(t);
	CHECK_OK(cs_authenticator_issue(t->tx, &b));
	contract_commit(t);
}

CONTRACT(what_was_judged_on_the_old_set_conflicts_with_the_new_one)
{
	struct cs_authenticator a = issued(t, 3);
	struct cs_authenticator judged;
	struct cs_authenticator got;

	contract_begin(t);
	CHECK_OK(cs_authenticator_issue(t->tx, &a));
	CHECK_OK(cs_authenticator_advance(t->tx, &a, CS_SPAN("used", 4), false, t->op.now));
	CHECK_OK(cs_authenticator_find_issued(t->tx, t->account, subject, a.factor, &judged));
	a = judged;
	a.sealed = CS_SPAN("others", 6);
	a.replay_len = 0;
	a.created = cs_time_add(t->op.now, 7);
	CHECK_OK(cs_authenticator_reissue(t->tx, &a));
	CHECK_ERR(cs_authenticator_advance(t->tx, &judged, CS_SPAN("old", 3), false, t->op.now),
	    CONFLICT);
	/* nor is a second new set made of the same old one */
	CHECK_ERR(cs_authenticator_reissue(t->tx, &a), CONFLICT);
	CHECK_OK(cs_authenticator_find_issued(t->tx, t->account, subject, a.factor, &got));
	CHECK_TEXT(got.sealed, "others");
	CHECK_INT(got.replay_len, 0);
	CHECK_INT(got.created.ms, t->op.now.ms + 7);
	CHECK_INT(got.last_used.ms, 0);
	CHECK_OK(cs_authenticator_advance(t->tx, &got, CS_SPAN("new", 3), false, t->op.now));
	contract_commit(t);
}

CONTRACT(what_was_enrolled_is_not_made_anew_and_what_is_issued_can_be_removed)
{
	struct cs_authenticator app;
	struct cs_authenticator a = issued(t, 4);

	contract_begin(t);
	app = add_active(t, 3);
	CHECK_ERR(cs_authenticator_reissue(t->tx, &app), CONFLICT);
	CHECK_OK(cs_authenticator_issue(t->tx, &a));
	CHECK_OK(cs_authenticator_remove(t->tx, t->account, a.id));
	CHECK_ERR(
	    cs_authenticator_find_issued(t->tx, t->account, subject, a.factor, &app), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_challenge_is_answered_once_and_in_time)
{
	struct cs_challenge c = challenge(t);
	struct cs_challenge got;

	contract_begin(t);
	add_session(t);
	CHECK_OK(cs_challenge_add(t->tx, &c));
	CHECK_OK(cs_challenge_find(t->tx, t->account, c.id, &got));
	CHECK_TEXT(got.meta, "meta");
	CHECK(got.is_own && got.answered.ms == 0);
	CHECK(memcmp(got.context, c.context, sizeof(c.context)) == 0);
	CHECK(memcmp(got.nonce, c.nonce, sizeof(c.nonce)) == 0);
	CHECK_ERR(cs_challenge_set_answered(t->tx, t->account, c.id, c.expires), CONFLICT);
	CHECK_OK(cs_challenge_set_answered(t->tx, t->account, c.id, t->op.now));
	CHECK_ERR(cs_challenge_set_answered(t->tx, t->account, c.id, t->op.now), CONFLICT);
	CHECK_ERR(cs_challenge_find(t->tx, t->other, c.id, &got), NOT_FOUND);
	/* and goes with its session */
	CHECK_OK(cs_global_session_remove(t->tx, t->account, session));
	CHECK_ERR(cs_challenge_find(t->tx, t->account, c.id, &got), NOT_FOUND);
	contract_commit(t);
}

static struct cs_stored_proof
proof(struct contract *t, uint8_t id, bool is_own)
{
	return (struct cs_stored_proof){
		.proof = { .account = t->account,
		    .id = { { id } },
		    .subject = subject,
		    .device = { { 6 } },
		    .authenticator = { { 3 } },
		    .method = 1,
		    .at = cs_time_add(t->op.now, id) },
		.is_own = is_own,
		.context = { 4 },
	};
}

CONTRACT(proofs_are_listed_for_their_browser_newest_first)
{
	struct cs_stored_proof one = proof(t, 1, false);
	struct cs_stored_proof two = proof(t, 2, true);
	const struct cs_stored_proof *list;
	size_t count;

	contract_begin(t);
	add_active(t, 3);
	CHECK_OK(cs_proof_add(t->tx, &one));
	CHECK_OK(cs_proof_add(t->tx, &two));
	CHECK_OK(
	    cs_proof_list(t->tx, t->account, subject, one.proof.device, t->op.now, &list, &count));
	CHECK_INT(count, 2);
	CHECK(cs_id_equal(list[0].proof.id, two.proof.id) && list[0].is_own);
	CHECK_OK(cs_proof_list(
	    t->tx, t->account, subject, one.proof.device, one.proof.at, &list, &count));
	CHECK_INT(count, 1);
	CHECK_OK(cs_proof_list(t->tx, t->account, subject, subject, t->op.now, &list, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}

CONTRACT(an_own_proof_is_taken_once_and_another_never)
{
	struct cs_stored_proof shared = proof(t, 1, false);
	struct cs_stored_proof own = proof(t, 2, true);
	struct cs_stored_proof got;

	contract_begin(t);
	add_active(t, 3);
	CHECK_OK(cs_proof_add(t->tx, &shared));
	CHECK_OK(cs_proof_add(t->tx, &own));
	CHECK_ERR(cs_proof_take(t->tx, t->account, shared.proof.id, session), CONFLICT);
	CHECK_OK(cs_proof_take(t->tx, t->account, own.proof.id, session));
	CHECK_ERR(cs_proof_take(t->tx, t->account, own.proof.id, session), CONFLICT);
	CHECK_OK(cs_proof_find(t->tx, t->account, own.proof.id, &got));
	CHECK(cs_id_equal(got.proof.session, session));
	contract_commit(t);
}

CONTRACT(proofs_go_with_their_authenticator)
{
	struct cs_stored_proof p = proof(t, 1, false);
	struct cs_stored_proof got;

	contract_begin(t);
	add_active(t, 3);
	CHECK_OK(cs_proof_add(t->tx, &p));
	CHECK_OK(cs_authenticator_remove(t->tx, t->account, p.proof.authenticator));
	CHECK_ERR(cs_proof_find(t->tx, t->account, p.proof.id, &got), NOT_FOUND);
	contract_commit(t);
}

#define PARALLEL 40

static _Atomic int advanced;
static struct contract *shared_case;

static cs_err
advance(struct cs_tx *tx, void *ctx)
{
	return cs_authenticator_advance(tx, ctx, CS_SPAN("next", 4), false, cs_tx_op(tx)->now);
}

static void *
advance_at_once(void *ctx)
{
	struct cs_arena *arena = cs_arena_new(1 << 20);
	struct cs_op op = shared_case->op;

	op.arena = arena;
	if (!cs_failed(cs_store_write(shared_case->store, &op, advance, ctx)))
		advanced++;
	cs_arena_free(&arena);
	return NULL;
}

static int
many_at_once(struct contract *t, void *(*run)(void *), void *ctx)
{
	pthread_t threads[PARALLEL];

	shared_case = t;
	advanced = 0;
	for (int i = 0; i < PARALLEL; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, run, ctx), 0);
	for (int i = 0; i < PARALLEL; i++)
		CHECK_INT(pthread_join(threads[i], NULL), 0);
	return advanced;
}

CONTRACT(of_many_answers_with_one_code_at_once_one_advances)
{
	struct cs_authenticator a;

	contract_begin(t);
	a = add_active(t, 3);
	contract_commit(t);
	CHECK_INT(many_at_once(t, advance_at_once, &a), 1);
}

/* As enrolling does it: looked for, and then kept. */
static cs_err
confirm_key(struct cs_tx *tx, void *ctx)
{
	const struct cs_authenticator *a = ctx;
	bool is_there;

	CS_TRY(cs_authenticator_has_credential(tx, a->account, a->credential_id, &is_there));
	if (is_there)
		return CS_FAIL(CONFLICT);
	return cs_authenticator_confirm(tx, a, CS_STR("Key"), CS_SPAN("r", 1), cs_tx_op(tx)->now);
}

static void *
confirm_at_once(void *ctx)
{
	struct cs_arena *arena = cs_arena_new(1 << 20);
	struct cs_op op = shared_case->op;

	op.arena = arena;
	if (!cs_failed(cs_store_write(shared_case->store, &op, confirm_key, ctx)))
		advanced++;
	cs_arena_free(&arena);
	return NULL;
}

CONTRACT(of_many_confirmations_of_one_registration_at_once_one_enrols)
{
	struct cs_authenticator a = key_sample(t, 3);

	contract_begin(t);
	CHECK_OK(cs_authenticator_add(t->tx, &a, false, session));
	contract_commit(t);
	register_key(&a, CS_SPAN("credential", 10));
	CHECK_INT(many_at_once(t, confirm_at_once, &a), 1);
}

static _Atomic uint8_t next_pending;

/* Each a pending enrolment of its own, all with the same credential. */
static void *
confirm_another_at_once(void *ctx)
{
	struct cs_authenticator a = *(const struct cs_authenticator *)ctx;

	a.id.b[0] = next_pending++;
	return confirm_at_once(&a);
}

CONTRACT(of_many_registrations_of_one_credential_at_once_one_enrols)
{
	struct cs_authenticator a = key_sample(t, 1);

	contract_begin(t);
	for (uint8_t i = 1; i <= PARALLEL; i++) {
		a.id.b[0] = i;
		CHECK_OK(cs_authenticator_add(t->tx, &a, false, session));
	}
	contract_commit(t);
	register_key(&a, CS_SPAN("credential", 10));
	next_pending = 1;
	CHECK_INT(many_at_once(t, confirm_another_at_once, &a), 1);
}

static cs_err
answer_challenge(struct cs_tx *tx, void *ctx)
{
	const struct cs_challenge *c = ctx;

	return cs_challenge_set_answered(tx, c->account, c->id, cs_tx_op(tx)->now);
}

static void *
answer_at_once(void *ctx)
{
	struct cs_arena *arena = cs_arena_new(1 << 20);
	struct cs_op op = shared_case->op;

	op.arena = arena;
	if (!cs_failed(cs_store_write(shared_case->store, &op, answer_challenge, ctx)))
		advanced++;
	cs_arena_free(&arena);
	return NULL;
}

CONTRACT(of_many_answers_to_one_challenge_at_once_one_uses_it_up)
{
	struct cs_challenge c = challenge(t);

	contract_begin(t);
	add_session(t);
	CHECK_OK(cs_challenge_add(t->tx, &c));
	contract_commit(t);
	CHECK_INT(many_at_once(t, answer_at_once, &c), 1);
}
