#include "crypto/pwhash.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/metric.h"
#include "test.h"

static const struct cs_pwhash_cost cheap = { .memory_kib = 64, .passes = 1 };

static struct cs_pwhasher *
hasher(unsigned threads, unsigned queue_len)
{
	struct cs_pwhasher *h = NULL;

	CHECK_OK(cs_pwhasher_new(threads, queue_len, cheap, &h));
	return h;
}

TEST(the_right_password_is_granted_and_a_wrong_one_denied)
{
	CS_AUTO(cs_pwhasher_free) struct cs_pwhasher *h = hasher(1, 4);
	char stored[CS_PWHASH_MAX];
	enum cs_verdict v;

	CHECK_OK(cs_pwhash_make(h, CS_SPAN("correct horse", 13), stored));
	CHECK(strncmp(stored, "$argon2id$v=19$m=64,t=1,p=1$", 28) == 0);
	CHECK_OK(cs_pwhash_verify(h, CS_SPAN("correct horse", 13), stored, &v));
	CHECK_INT(v, CS_GRANTED);
	CHECK_OK(cs_pwhash_verify(h, CS_SPAN("correct horsf", 13), stored, &v));
	CHECK_INT(v, CS_DENIED);
	CHECK_OK(cs_pwhash_verify(h, CS_SPAN_NONE, stored, &v));
	CHECK_INT(v, CS_DENIED);
}

TEST(an_empty_password_is_one_like_any_other)
{
	CS_AUTO(cs_pwhasher_free) struct cs_pwhasher *h = hasher(1, 4);
	char stored[CS_PWHASH_MAX];
	enum cs_verdict v;

	CHECK_OK(cs_pwhash_make(h, CS_SPAN_NONE, stored));
	CHECK_OK(cs_pwhash_verify(h, CS_SPAN_NONE, stored, &v));
	CHECK_INT(v, CS_GRANTED);
	CHECK_OK(cs_pwhash_verify(h, CS_SPAN("x", 1), stored, &v));
	CHECK_INT(v, CS_DENIED);
}

TEST(the_same_password_is_never_stored_alike)
{
	CS_AUTO(cs_pwhasher_free) struct cs_pwhasher *h = hasher(1, 4);
	char a[CS_PWHASH_MAX], b[CS_PWHASH_MAX];

	CHECK_OK(cs_pwhash_make(h, CS_SPAN("x", 1), a));
	CHECK_OK(cs_pwhash_make(h, CS_SPAN("x", 1), b));
	CHECK(strcmp(a, b) != 0);
}

TEST(a_hash_of_another_cost_is_verified_by_what_it_says)
{
	CS_AUTO(cs_pwhasher_free) struct cs_pwhasher *h = hasher(1, 4);
	enum cs_verdict v;

	/* "password", m=256 t=3 p=1; made with Debian's libargon2, the reference */
	CHECK_OK(cs_pwhash_verify(h, CS_SPAN("password", 8),
	    "$argon2id$v=19$m=256,t=3,p=1$c29tZXNhbHQxMjM0NTY3OA$EdK/"
	    "Z2TeEspuMcOUQWyHstYPyWdqyzXtK5LBXOPGhCw",
	    &v));
	CHECK_INT(v, CS_GRANTED);
}

TEST(a_key_is_derived_as_the_standard_says)
{
	static const uint8_t want[CS_PWHASH_KEY_LEN] = {
		0x11,
		0xd2,
		0xbf,
		0x67,
		0x64,
		0xde,
		0x12,
		0xca,
		0x6e,
		0x31,
		0xc3,
		0x94,
		0x41,
		0x6c,
		0x87,
		0xb2,
		0xd6,
		0x0f,
		0xc9,
		0x67,
		0x6a,
		0xcb,
		0x35,
		0xed,
		0x2b,
		0x92,
		0xc1,
		0x5c,
		0xe3,
		0xc6,
		0x84,
		0x2c,
	};
	CS_AUTO(cs_pwhasher_free) struct cs_pwhasher *h = hasher(1, 4);
	uint8_t key[CS_PWHASH_KEY_LEN];

	CHECK_INT(cs_pwhasher_cost(h).memory_kib, 64);
	/* the hash inside the text above */
	CHECK_OK(cs_pwhash_derive(h, CS_SPAN("password", 8), (const uint8_t *)"somesalt12345678",
	    (struct cs_pwhash_cost){ 256, 3 }, key));
	CHECK(memcmp(key, want, sizeof(want)) == 0);
}

TEST(another_salt_or_cost_derives_another_key)
{
	CS_AUTO(cs_pwhasher_free) struct cs_pwhasher *h = hasher(1, 4);
	const struct cs_pwhash_cost dearer = { .memory_kib = 72, .passes = 1 };
	const uint8_t *salt = (const uint8_t *)"somesalt12345678";
	uint8_t key[4][CS_PWHASH_KEY_LEN];

	CHECK_OK(cs_pwhash_derive(h, CS_SPAN("x", 1), salt, cheap, key[0]));
	CHECK_OK(cs_pwhash_derive(h, CS_SPAN("x", 1), salt, cheap, key[1]));
	CHECK(memcmp(key[0], key[1], sizeof(key[0])) == 0);
	CHECK_OK(cs_pwhash_derive(h, CS_SPAN("x", 1), salt, dearer, key[1]));
	CHECK_OK(cs_pwhash_derive(
	    h, CS_SPAN("x", 1), (const uint8_t *)"somesalt12345679", cheap, key[2]));
	CHECK_OK(cs_pwhash_derive(h, CS_SPAN_NONE, salt, cheap, key[3]));
	for (size_t i = 1; i < CS_COUNT(key); i++)
		CHECK(memcmp(key[0], key[i], sizeof(key[0])) != 0);
}

TEST(a_key_of_a_cost_out_of_range_is_not_derived)
{
	static const struct cs_pwhash_cost bad[] = { { 7, 1 }, { 4194305, 1 }, { 64, 0 },
		{ 64, 65 } };
	static const uint8_t zero[CS_PWHASH_KEY_LEN];
	CS_AUTO(cs_pwhasher_free) struct cs_pwhasher *h = hasher(1, 4);
	uint8_t key[CS_PWHASH_KEY_LEN];

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		memset(key, 0xff, sizeof(key));
		CHECK_ERR(cs_pwhash_derive(
			      h, CS_SPAN("x", 1), (const uint8_t *)"somesalt12345678", bad[i], key),
		    INVALID);
		CHECK(memcmp(key, zero, sizeof(key)) == 0);
	}
}

TEST(without_a_stored_hash_the_answer_is_denied)
{
	CS_AUTO(cs_pwhasher_free) struct cs_pwhasher *h = hasher(1, 4);
	enum cs_verdict v = CS_GRANTED;

	CHECK_OK(cs_pwhash_verify(h, CS_SPAN("x", 1), NULL, &v));
	CHECK_INT(v, CS_DENIED);
}

TEST(a_stored_text_that_is_no_hash_cannot_be_judged)
{
	static const char *const bad[] = { "", "x", "$argon2id$", "$argon2id$v=19$m=64,t=1,p=1$",
		"$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$",
		"$2b$10$abcdefghijklmnopqrstuv" };
	CS_AUTO(cs_pwhasher_free) struct cs_pwhasher *h = hasher(1, 4);

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		enum cs_verdict v = CS_GRANTED;

		CHECK_ERR(cs_pwhash_verify(h, CS_SPAN("x", 1), bad[i], &v), CRYPTO);
		CHECK_INT(v, CS_DENIED);
	}
}

TEST(costs_and_sizes_out_of_range_are_refused)
{
	struct cs_pwhasher *h = NULL;

	CHECK_ERR(cs_pwhasher_new(0, 1, cheap, &h), INVALID);
	CHECK_ERR(cs_pwhasher_new(65, 1, cheap, &h), INVALID);
	CHECK_ERR(cs_pwhasher_new(1, 0, cheap, &h), INVALID);
	CHECK_ERR(cs_pwhasher_new(1, 1, (struct cs_pwhash_cost){ 7, 1 }, &h), INVALID);
	CHECK_ERR(cs_pwhasher_new(1, 1, (struct cs_pwhash_cost){ 4194305, 1 }, &h), INVALID);
	CHECK_ERR(cs_pwhasher_new(1, 1, (struct cs_pwhash_cost){ 64, 0 }, &h), INVALID);
	CHECK_ERR(cs_pwhasher_new(1, 1, (struct cs_pwhash_cost){ 64, 65 }, &h), INVALID);
	CHECK(h == NULL);
	cs_pwhasher_free(&h);
}

struct crowd {
	struct cs_pwhasher *h;
	atomic_int granted, full, other;
};

static void *
make_and_verify(void *arg)
{
	struct crowd *c = arg;
	char stored[CS_PWHASH_MAX];
	enum cs_verdict v;

	for (int i = 0; i < 20; i++) {
		cs_err err = cs_pwhash_make(c->h, CS_SPAN("pw", 2), stored);

		if (!cs_failed(err))
			err = cs_pwhash_verify(c->h, CS_SPAN("pw", 2), stored, &v);
		if (cs_is(err, CS_E_LIMIT))
			atomic_fetch_add(&c->full, 1);
		else if (!cs_failed(err) && v == CS_GRANTED)
			atomic_fetch_add(&c->granted, 1);
		else
			atomic_fetch_add(&c->other, 1);
	}
	return NULL;
}

static void
run_crowd(struct crowd *c)
{
	pthread_t t[8];

	for (size_t i = 0; i < CS_COUNT(t); i++)
		CHECK_INT(pthread_create(&t[i], NULL, make_and_verify, c), 0);
	for (size_t i = 0; i < CS_COUNT(t); i++)
		pthread_join(t[i], NULL);
}

TEST(many_callers_are_served_when_all_find_a_place)
{
	CS_AUTO(cs_pwhasher_free) struct cs_pwhasher *h = hasher(3, 8);
	struct crowd c = { .h = h };

	run_crowd(&c);
	CHECK_INT(atomic_load(&c.granted), 160);
	CHECK_INT(cs_metric_get(CS_M_PWHASH_WAITING), 0);
}

/* Eight callers, one thread, one place: somebody must be turned away, and nobody may hang. */
TEST(a_full_queue_refuses_at_once)
{
	struct cs_pwhasher *made = NULL;
	CHECK_OK(cs_pwhasher_new(1, 1, (struct cs_pwhash_cost){ 8192, 1 }, &made));
	CS_AUTO(cs_pwhasher_free) struct cs_pwhasher *h = made;
	struct crowd c = { .h = h };
	int64_t before = cs_metric_get(CS_M_PWHASH_REFUSED);

	run_crowd(&c);
	CHECK(atomic_load(&c.full) > 0);
	CHECK(atomic_load(&c.granted) > 0);
	CHECK_INT(atomic_load(&c.other), 0);
	CHECK_INT(cs_metric_get(CS_M_PWHASH_REFUSED) - before, atomic_load(&c.full));
}

TEST_MAIN("crypto/pwhash")
