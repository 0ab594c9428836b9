/*
 * bench.h - what a factor is given, for tests: a fixed moment, a repeatable generator, a keyring in
 * a folder of its own, an arena. Include after test.h.
 */
#ifndef CS_TESTS_FACTOR_BENCH_H
#define CS_TESTS_FACTOR_BENCH_H

#include <stdlib.h>
#include <unistd.h>

#include "factor/factor.h"

struct bench {
	char folder[64];
	char path[96];
	uint64_t state;
	struct cs_random rng;
	struct cs_keyring *keyring;
	struct cs_pwhasher *pwhasher; /* cheap */
	uint8_t nonce[32]; /* of the challenge; env points to it */
	struct cs_factor_env env;
};

/* xorshift64*: repeatable, which is all a test wants. */
static inline void
bench_fill(void *ctx, uint8_t *out, size_t len)
{
	uint64_t *s = ctx;

	for (size_t i = 0; i < len; i++) {
		*s ^= *s << 13;
		*s ^= *s >> 7;
		*s ^= *s << 17;
		out[i] = (uint8_t)(*s >> 24);
	}
}

static inline void
bench_open(struct bench *b)
{
	*b = (struct bench){ .state = UINT64_C(0x9e3779b97f4a7c15) };
	b->rng = (struct cs_random){ .fill = bench_fill, .ctx = &b->state };
	snprintf(b->folder, sizeof(b->folder), "/tmp/countersign-factor-XXXXXX");
	CHECK(mkdtemp(b->folder) != NULL);
	snprintf(b->path, sizeof(b->path), "%s/keyring", b->folder);
	CHECK_OK(cs_keyring_create(b->path, &cs_random_system, cs_seconds(1790000000)));
	CHECK_OK(cs_keyring_open(b->path, &b->keyring));
	CHECK_OK(cs_pwhasher_new(1, 64, (struct cs_pwhash_cost){ 8, 1 }, &b->pwhasher));
	b->env = (struct cs_factor_env){
		.now = cs_seconds(1790000011),
		.rng = &b->rng,
		.keyring = b->keyring,
		.pwhasher = b->pwhasher,
		.arena = cs_arena_new(64 << 20),
		.host = CS_STR("auth.example.test"),
		.origin = CS_STR("https://auth.example.test"),
		.nonce = CS_SPAN(b->nonce, sizeof(b->nonce)),
	};
	bench_fill(&b->state, b->nonce, sizeof(b->nonce));
}

static inline void
bench_close(struct bench *b)
{
	cs_pwhasher_free(&b->pwhasher);
	cs_arena_free(&b->env.arena);
	cs_keyring_close(&b->keyring);
	unlink(b->path);
	rmdir(b->folder);
}

/* A pending record as the domain makes one, for one of the factor's kinds. */
static inline struct cs_authenticator
bench_begin(struct bench *b, const struct cs_factor *f, unsigned method)
{
	struct cs_authenticator a = {
		.account = cs_id_new(&b->rng),
		.id = cs_id_new(&b->rng),
		.subject = cs_id_new(&b->rng),
		.factor = cs_str_c(f->name),
		.method = method,
		.state = CS_AUTHENTICATOR_PENDING,
		.created = b->env.now,
	};

	CHECK_OK(f->enrol_begin(&b->env, &a));
	return a;
}

/* The same as if it had been confirmed: for factors whose record stays as it is. */
static inline struct cs_authenticator
bench_enrol(struct bench *b, const struct cs_factor *f)
{
	struct cs_authenticator a = bench_begin(b, f, f->methods);

	a.state = CS_AUTHENTICATOR_ACTIVE;
	return a;
}

/* As the domain has a set made; the answers go to out, for cs_buf_clear. */
static inline struct cs_authenticator
bench_issue(struct bench *b, const struct cs_factor *f, struct cs_buf *out)
{
	struct cs_authenticator a = {
		.account = cs_id_new(&b->rng),
		.id = cs_id_new(&b->rng),
		.subject = cs_id_new(&b->rng),
		.factor = cs_str_c(f->name),
		.method = f->methods,
		.state = CS_AUTHENTICATOR_ACTIVE,
		.is_issued = true,
		.created = b->env.now,
	};

	cs_buf_init_sensitive(out, CS_ISSUED_MAX);
	CHECK_OK(f->issue(&b->env, &a, out));
	return a;
}

/* What the domain does with a granted result: keep the state. */
static inline void
bench_keep(struct cs_authenticator *a, const struct cs_factor_result *r)
{
	CHECK(r->verdict == CS_GRANTED);
	memcpy(a->replay, r->replay, r->replay_len);
	a->replay_len = r->replay_len;
	a->version++;
}

#endif
