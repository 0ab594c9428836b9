#include "contract.h"

#include <pthread.h>

#include "store/authenticator_store.h"
#include "store/challenge_store.h"
#include "store/manage_store.h"
#include "store/proof_store.h"
#include "store/session_store.h"
#include "store/user_store.h"

static const cs_id ada = { { 1 } };

static void
add_user(struct contract *t, cs_id account)
{
	struct cs_user user = {
		.account = account, .id = ada, .email = CS_STR("a@one.test"), .created = t->op.now
	};

	CHECK_OK(cs_user_add(t->tx, &user, CS_STR("a@one.test"), true));
}

static void
add_session(struct contract *t, uint8_t id)
{
	const struct cs_global_session s = {
		.account = t->account,
		.id = { { id } },
		.token_hash = { id },
		.device = { { 6 } },
		.identity = { .user = ada,
		    .email = CS_STR("a@one.test"),
		    .provider = { { 9 } },
		    .fields = CS_STR("{}") },
		.created = t->op.now,
		.expires = cs_time_add(t->op.now, CS_DAY_MS),
	};

	CHECK_OK(cs_global_session_add(t->tx, &s));
}

static struct cs_authenticator
pending(struct contract *t, uint8_t id)
{
	return (struct cs_authenticator){
		.account = t->account,
		.id = { { id } },
		.subject = ada,
		.factor = CS_STR("key"),
		.method = 1,
		.sealed = CS_SPAN("sealed", 6),
		.params = CS_STR("{}"),
		.created = t->op.now,
	};
}

static void
add_authenticator(struct contract *t, uint8_t id)
{
	struct cs_authenticator a = pending(t, id);

	CHECK_OK(cs_authenticator_add(t->tx, &a, false, (cs_id){ { 2 } }));
	CHECK_OK(cs_authenticator_confirm(t->tx, &a, CS_STR("Key"), CS_SPAN_NONE, t->op.now));
}

static struct cs_manage_window
window(struct contract *t, uint8_t id, uint8_t session, uint8_t authenticator)
{
	return (struct cs_manage_window){
		.account = t->account,
		.id = { { id } },
		.session = { { session } },
		.device = { { 6 } },
		.subject = ada,
		.authenticator = { { authenticator } },
		.purpose = CS_MANAGE_CHANGE,
		.opened = t->op.now,
		.expires = cs_time_add(t->op.now, 1000),
	};
}

/* Ada with sessions 2 and 3 and authenticators 4 and 5. */
static void
begin(struct contract *t)
{
	contract_begin(t);
	add_user(t, t->account);
	add_session(t, 2);
	add_session(t, 3);
	add_authenticator(t, 4);
	add_authenticator(t, 5);
}

static cs_err
find(struct contract *t, uint8_t session, int64_t after_ms)
{
	struct cs_manage_window got;

	return cs_manage_window_find(t->tx, t->account, (cs_id){ { session } }, CS_MANAGE_CHANGE,
	    cs_time_add(t->op.now, after_ms), &got);
}

CONTRACT(a_window_is_found_by_its_session_until_it_expires)
{
	struct cs_manage_window w = window(t, 7, 2, 4);
	struct cs_manage_window got;

	begin(t);
	CHECK_OK(cs_manage_window_set(t->tx, &w));
	CHECK_OK(
	    cs_manage_window_find(t->tx, t->account, w.session, CS_MANAGE_CHANGE, t->op.now, &got));
	CHECK(cs_id_equal(got.id, w.id) && cs_id_equal(got.device, w.device));
	CHECK(cs_id_equal(got.subject, ada) && cs_id_equal(got.authenticator, w.authenticator));
	CHECK_INT(got.opened.ms, w.opened.ms);
	CHECK_INT(got.expires.ms, w.expires.ms);
	CHECK_OK(find(t, 2, 999));
	CHECK_ERR(find(t, 2, 1000), NOT_FOUND);
	/* nor by a clock that was set back */
	CHECK_ERR(find(t, 2, -1), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_window_is_worth_nothing_in_another_session_purpose_or_account)
{
	struct cs_manage_window w = window(t, 7, 2, 4);
	struct cs_manage_window got;

	begin(t);
	CHECK_OK(cs_manage_window_set(t->tx, &w));
	CHECK_ERR(find(t, 3, 0), NOT_FOUND);
	CHECK_ERR(
	    cs_manage_window_find(t->tx, t->account, w.session, CS_MANAGE_NAME, t->op.now, &got),
	    NOT_FOUND);
	CHECK_ERR(
	    cs_manage_window_find(t->tx, t->other, w.session, CS_MANAGE_CHANGE, t->op.now, &got),
	    NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_new_window_takes_the_place_of_the_sessions_old_one)
{
	struct cs_manage_window w = window(t, 7, 2, 4);
	struct cs_manage_window naming = window(t, 8, 2, 5);
	struct cs_manage_window again = window(t, 9, 2, 5);
	struct cs_manage_window got;

	naming.purpose = CS_MANAGE_NAME;
	begin(t);
	CHECK_OK(cs_manage_window_set(t->tx, &w));
	CHECK_OK(cs_manage_window_set(t->tx, &naming));
	CHECK_OK(cs_manage_window_set(t->tx, &again));
	CHECK_OK(
	    cs_manage_window_find(t->tx, t->account, w.session, CS_MANAGE_CHANGE, t->op.now, &got));
	CHECK(cs_id_equal(got.id, again.id));
	CHECK_OK(
	    cs_manage_window_find(t->tx, t->account, w.session, CS_MANAGE_NAME, t->op.now, &got));
	CHECK(cs_id_equal(got.id, naming.id));
	CHECK_INT(contract_count(t, "SELECT count(*) FROM manage_window"), 2);
	contract_commit(t);
}

CONTRACT(a_window_goes_with_its_session_and_with_the_authenticator_that_opened_it)
{
	struct cs_manage_window of_2 = window(t, 7, 2, 4);
	struct cs_manage_window of_3 = window(t, 8, 3, 5);

	begin(t);
	CHECK_OK(cs_manage_window_set(t->tx, &of_2));
	CHECK_OK(cs_manage_window_set(t->tx, &of_3));
	CHECK_OK(cs_authenticator_remove(t->tx, t->account, of_2.authenticator));
	CHECK_ERR(find(t, 2, 0), NOT_FOUND);
	CHECK_OK(find(t, 3, 0));
	CHECK_OK(cs_global_session_remove(t->tx, t->account, of_3.session));
	CHECK_ERR(find(t, 3, 0), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(windows_and_challenges_of_a_subject_go_but_those_of_the_session_that_is_spared)
{
	struct cs_manage_window of_2 = window(t, 7, 2, 4);
	struct cs_manage_window of_3 = window(t, 8, 3, 5);
	struct cs_challenge question = { .account = t->account,
		.id = { { 50 } },
		.subject = ada,
		.session = { { 2 } },
		.device = { { 6 } },
		.purpose = CS_CHALLENGE_SIGN_IN,
		.expires = cs_time_add(t->op.now, 1000) };
	struct cs_challenge got;

	begin(t);
	CHECK_OK(cs_manage_window_set(t->tx, &of_2));
	CHECK_OK(cs_manage_window_set(t->tx, &of_3));
	CHECK_OK(cs_challenge_add(t->tx, &question));
	CHECK_OK(cs_manage_forget_subject(t->tx, t->other, ada, cs_id_zero));
	CHECK_OK(cs_manage_forget_subject(t->tx, t->account, ada, of_2.session));
	CHECK_OK(find(t, 2, 0));
	CHECK_OK(cs_challenge_find(t->tx, t->account, question.id, &got));
	CHECK_ERR(find(t, 3, 0), NOT_FOUND);
	CHECK_OK(cs_global_session_remove_of_user(t->tx, t->account, ada));
	CHECK_ERR(find(t, 2, 0), NOT_FOUND);
	CHECK_ERR(cs_challenge_find(t->tx, t->account, question.id, &got), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_user_who_is_removed_leaves_no_window_and_no_challenge)
{
	struct cs_manage_window w = window(t, 7, 2, 4);

	begin(t);
	CHECK_OK(cs_manage_window_set(t->tx, &w));
	CHECK_OK(cs_user_remove(t->tx, t->account, ada));
	CHECK_INT(contract_count(t, "SELECT count(*) FROM manage_window"), 0);
	contract_commit(t);
}

CONTRACT(a_password_window_needs_no_authenticator)
{
	struct cs_manage_window w = window(t, 7, 2, 0);
	struct cs_manage_window got;

	w.purpose = CS_MANAGE_PASSWORD;
	begin(t);
	CHECK_OK(cs_manage_window_set(t->tx, &w));
	CHECK_OK(cs_manage_window_find(
	    t->tx, t->account, w.session, CS_MANAGE_PASSWORD, t->op.now, &got));
	CHECK(cs_id_is_zero(got.authenticator));
	contract_commit(t);
}

CONTRACT(a_window_needs_an_authenticator_that_is_there)
{
	struct cs_manage_window w = window(t, 7, 2, 44);

	begin(t);
	CHECK_ERR(cs_manage_window_set(t->tx, &w), CONFLICT);
	contract_rollback(t);
}

CONTRACT(windows_that_are_over_are_swept)
{
	struct cs_manage_window of_2 = window(t, 7, 2, 4);
	struct cs_manage_window of_3 = window(t, 8, 3, 5);

	of_3.expires = cs_time_add(t->op.now, 2000);
	begin(t);
	CHECK_OK(cs_manage_window_set(t->tx, &of_2));
	CHECK_OK(cs_manage_window_set(t->tx, &of_3));
	CHECK_OK(cs_manage_window_sweep(t->tx, cs_time_add(t->op.now, 1500)));
	CHECK_INT(contract_count(t, "SELECT count(*) FROM manage_window"), 1);
	CHECK_OK(cs_manage_window_remove(t->tx, t->account, of_3.session, CS_MANAGE_CHANGE));
	/* once more is fine */
	CHECK_OK(cs_manage_window_remove(t->tx, t->account, of_3.session, CS_MANAGE_CHANGE));
	CHECK_INT(contract_count(t, "SELECT count(*) FROM manage_window"), 0);
	contract_commit(t);
}

CONTRACT(a_session_gets_another_token_once_and_the_old_one_is_nobodys)
{
	const uint8_t old[CS_TOKEN_HASH_LEN] = { 2 };
	const uint8_t new[CS_TOKEN_HASH_LEN] = { 200 };
	const uint8_t third[CS_TOKEN_HASH_LEN] = { 201 };
	struct cs_global_session got;
	cs_id session = { { 2 } };

	begin(t);
	CHECK_OK(cs_global_session_set_token(t->tx, t->account, session, old, new));
	CHECK_ERR(
	    cs_global_session_find_by_token(t->tx, t->account, old, t->op.now, &got), NOT_FOUND);
	CHECK_OK(cs_global_session_find_by_token(t->tx, t->account, new, t->op.now, &got));
	CHECK(cs_id_equal(got.id, session));
	/* whoever still holds the old one loses */
	CHECK_ERR(cs_global_session_set_token(t->tx, t->account, session, old, third), CONFLICT);
	CHECK_ERR(cs_global_session_set_token(t->tx, t->other, session, new, third), CONFLICT);
	CHECK_OK(cs_global_session_find_by_token(t->tx, t->account, new, t->op.now, &got));
	contract_commit(t);
}

struct racer {
	struct contract *t;
	struct cs_arena *arena;
	uint8_t to[CS_TOKEN_HASH_LEN];
	cs_err result;
};

static cs_err
rotate(struct cs_tx *tx, void *ctx)
{
	struct racer *r = ctx;
	const uint8_t old[CS_TOKEN_HASH_LEN] = { 2 };

	return cs_global_session_set_token(tx, r->t->account, (cs_id){ { 2 } }, old, r->to);
}

static void *
race(void *arg)
{
	struct racer *r = arg;
	struct cs_op op = r->t->op;

	op.arena = r->arena;
	r->result = cs_store_write(r->t->store, &op, rotate, r);
	return NULL;
}

CONTRACT(of_two_that_replace_one_token_at_once_one_wins)
{
	struct racer racers[4] = { 0 };
	pthread_t threads[4];
	int won = 0;

	begin(t);
	contract_commit(t);
	for (size_t i = 0; i < CS_COUNT(racers); i++) {
		racers[i] = (struct racer){ .t = t, .to = { (uint8_t)(100 + i) } };
		racers[i].arena = cs_arena_new(1 << 20);
		CHECK_INT(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	}
	for (size_t i = 0; i < CS_COUNT(racers); i++) {
		pthread_join(threads[i], NULL);
		if (!cs_failed(racers[i].result))
			won++;
		else
			CHECK_ERR(racers[i].result, CONFLICT);
		cs_arena_free(&racers[i].arena);
	}
	CHECK_INT(won, 1);
}

CONTRACT(what_a_person_has_pending_goes_and_what_is_active_stays)
{
	struct cs_authenticator waiting = pending(t, 9);
	struct cs_authenticator of_bob = pending(t, 10);

	of_bob.subject = (cs_id){ { 78 } };
	begin(t);
	CHECK_OK(cs_authenticator_add(t->tx, &waiting, false, (cs_id){ { 2 } }));
	CHECK_OK(cs_authenticator_add(t->tx, &of_bob, false, (cs_id){ { 2 } }));
	CHECK_OK(cs_authenticator_remove_all_pending(t->tx, t->other, ada));
	CHECK_INT(contract_count(t, "SELECT count(*) FROM authenticator WHERE state = 0"), 2);
	CHECK_OK(cs_authenticator_remove_all_pending(t->tx, t->account, ada));
	CHECK_INT(contract_count(t, "SELECT count(*) FROM authenticator WHERE state = 0"), 1);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM authenticator WHERE state = 1"), 2);
	contract_commit(t);
}

CONTRACT(all_proofs_of_a_person_go_and_nobody_elses)
{
	const struct cs_stored_proof of_ada = { .proof = { .account = t->account,
						    .id = { { 1 } },
						    .subject = ada,
						    .device = { { 6 } },
						    .authenticator = { { 4 } },
						    .method = 1,
						    .at = t->op.now } };
	struct cs_stored_proof of_bob = of_ada;

	of_bob.proof.id = (cs_id){ { 2 } };
	of_bob.proof.subject = (cs_id){ { 78 } };
	begin(t);
	CHECK_OK(cs_proof_add(t->tx, &of_ada));
	CHECK_OK(cs_proof_add(t->tx, &of_bob));
	CHECK_OK(cs_proof_remove_of_subject(t->tx, t->other, ada));
	CHECK_INT(contract_count(t, "SELECT count(*) FROM proof"), 2);
	CHECK_OK(cs_proof_remove_of_subject(t->tx, t->account, ada));
	CHECK_INT(contract_count(t, "SELECT count(*) FROM proof"), 1);
	contract_commit(t);
}

CONTRACT(a_user_is_frozen_since_the_first_time_until_unfrozen)
{
	struct cs_user got;

	begin(t);
	CHECK_OK(cs_user_find(t->tx, t->account, ada, &got));
	CHECK_INT(got.frozen.ms, 0);
	CHECK_OK(cs_user_freeze(t->tx, t->account, ada, t->op.now));
	CHECK_OK(cs_user_freeze(t->tx, t->account, ada, cs_time_add(t->op.now, 5)));
	CHECK_OK(cs_user_find(t->tx, t->account, ada, &got));
	CHECK_INT(got.frozen.ms, t->op.now.ms);
	CHECK_OK(cs_user_unfreeze(t->tx, t->account, ada));
	CHECK_OK(cs_user_find(t->tx, t->account, ada, &got));
	CHECK_INT(got.frozen.ms, 0);
	CHECK_ERR(cs_user_unfreeze(t->tx, t->other, ada), CONFLICT);
	contract_commit(t);
}
