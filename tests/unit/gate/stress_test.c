/*
 * Everything at once from several threads: for the thread sanitizer, and for the two promises that
 * only show under load. Bounded by work done, not by time.
 */
#include "test.h"

#include "crypto/mac.h"
#include "gate/gate.h"
#include "sample.h"

#include <pthread.h>
#include <stdatomic.h>

#define READERS 3
#define ROUNDS 20000
#define TOKENS 64

static struct cs_gate *gate;
static atomic_bool is_over;
static atomic_int wrong;
/* what the store would say: true before the gate is told */
static atomic_bool is_revoked[TOKENS];

static cs_str
token_of(unsigned n, char out[static 32])
{
	return (cs_str){ out, (size_t)snprintf(out, 32, "head.body%u.sign", n) };
}

static struct cs_app_session
session_of(unsigned n)
{
	struct cs_app_session s = {
		.account = ACCOUNT,
		.id = id_of(100 + n),
		.application = APP,
		.host = CS_STR("app.example.test"),
		.global_session = id_of(1000 + n),
		.identity = ann(),
		.expires = cs_time_add(NOW, CS_HOUR_MS),
	};
	s.identity.user = id_of(2000 + n);
	char text[32];
	cs_sha256(cs_str_span(token_of(n, text)), s.token_hash);
	return s;
}

static void
publish(bool allows)
{
	static const struct cs_rule everyone = EVERYONE;
	static const struct cs_destination place = { .host = { "app.example.test", 16 } };
	struct cs_arena *arena = cs_arena_new(1 << 16);
	struct cs_access_config *config = CS_NEW(arena, struct cs_access_config);
	*config = sample_config();
	struct cs_policy *policy = CS_NEW(arena, struct cs_policy);
	*policy = (struct cs_policy){ .decision = allows ? CS_POLICY_ALLOW : CS_POLICY_DENY,
		.rules.include = { &everyone, 1 } };
	struct cs_application *app = CS_NEW(arena, struct cs_application);
	*app = (struct cs_application){ .id = APP,
		.destinations = &place,
		.destination_count = 1,
		.policies = policy,
		.policy_count = 1 };
	config->applications = app;
	config->application_count = 1;
	struct cs_snapshot *s;
	if (cs_failed(cs_snapshot_new(&arena, config, &s)))
		atomic_fetch_add(&wrong, 1);
	else
		cs_gate_publish(gate, &s);
}

static bool
decides_to_allow(unsigned n)
{
	char text[32];
	struct cs_gate_request rq = { .host = CS_STR("app.example.test"),
		.target = CS_STR("/"),
		.token = token_of(n, text) };
	struct cs_gate_decision d;
	cs_gate_decide(gate, NOW, &rq, &d);
	bool allows = d.verdict == CS_GATE_ALLOW;
	/* a mix of two sessions or two snapshots would show here */
	if (allows &&
	    (!cs_id_equal(d.user, id_of(2000 + n)) || !cs_id_equal(d.session, id_of(100 + n)) ||
		!cs_str_equal(cs_gate_decision_email(&d), CS_STR("Ann@Example.test")) ||
		!cs_id_equal(d.application->id, APP)))
		atomic_fetch_add(&wrong, 1);
	cs_gate_decision_clear(&d);
	return allows;
}

static void *
read_along(void *arg)
{
	unsigned n = (unsigned)(uintptr_t)arg;
	while (!atomic_load(&is_over)) {
		n = (n * 5 + 1) % TOKENS;
		decides_to_allow(n);
	}
	return NULL;
}

/* The slow lane: reads "the store" (is_revoked), then puts what it found. */
static void *
load_along(void *arg)
{
	unsigned n = (unsigned)(uintptr_t)arg;
	while (!atomic_load(&is_over)) {
		n = (n * 5 + 3) % TOKENS;
		uint64_t epoch = cs_gate_epoch(gate);
		if (atomic_load(&is_revoked[n]))
			continue;
		struct cs_app_session s = session_of(n);
		cs_err err = cs_gate_session_put(gate, &s, epoch);
		if (cs_failed(err) && !cs_is(err, CS_E_CONFLICT))
			atomic_fetch_add(&wrong, 1);
	}
	return NULL;
}

static void *
publish_along(void *arg)
{
	for (unsigned i = 0; !atomic_load(&is_over); i++) {
		publish(i % 8 != 0);
		const struct cs_snapshot *held = NULL;
		if (!cs_failed(
			cs_gate_acquire_by_auth_host(gate, CS_STR("auth.example.test"), &held)))
			cs_snapshot_release(&held);
		cs_gate_set_fresh(gate, cs_time_add(NOW, CS_DAY_MS + (int64_t)i));
	}
	return NULL;
}

TEST(no_revoked_session_is_let_in_again_and_no_facts_are_mixed_under_load)
{
	/* few places, so that eviction takes part */
	cs_gate_new(&(struct cs_gate_config){ .max_sessions = TOKENS / 2 }, &gate);
	cs_gate_set_fresh(gate, cs_time_add(NOW, CS_DAY_MS));
	publish(true);
	pthread_t threads[READERS + 3];
	size_t count = 0;
	for (uintptr_t i = 0; i < READERS; i++)
		pthread_create(&threads[count++], NULL, read_along, (void *)i);
	for (uintptr_t i = 0; i < 2; i++)
		pthread_create(&threads[count++], NULL, load_along, (void *)i);
	pthread_create(&threads[count++], NULL, publish_along, NULL);
	unsigned allowed = 0;
	for (unsigned i = 0; i < ROUNDS; i++) {
		unsigned n = i % TOKENS;
		allowed += decides_to_allow(n);
		if (i % 8 != 0)
			continue;
		/* as the domain does: the store first, then the gate; what follows must not know it */
		atomic_store(&is_revoked[n], true);
		switch (i % 3) {
		case 0:
			cs_gate_drop_session(gate, ACCOUNT, id_of(100 + n));
			break;
		case 1:
			cs_gate_drop_global_session(gate, ACCOUNT, id_of(1000 + n));
			break;
		default:
			cs_gate_drop_user(gate, ACCOUNT, id_of(2000 + n));
			break;
		}
		for (int k = 0; k < 20; k++)
			if (decides_to_allow(n))
				atomic_fetch_add(&wrong, 1);
		atomic_store(&is_revoked[n], false);
	}
	atomic_store(&is_over, true);
	for (size_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	CHECK_INT(atomic_load(&wrong), 0);
	CHECK(allowed > 0);
	cs_gate_free(&gate);
}

TEST_MAIN("gate/stress")
