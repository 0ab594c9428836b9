/*
 * factor.h - the contract of a factor: the code that judges one kind of authenticator.
 *
 * A factor decides; the domain remembers. A factor is given the moment, randomness, the keyring,
 * the authenticator's record and the answer; it returns a verdict *and the new replay state*. It
 * never touches database, clock, network or HTTP. The domain stores the outcome in one
 * compare-and-swap. A factor is one file, one const struct, one row in registry.c; an incomplete
 * row is refused by cs_factors_check, which every programme calls at start.
 */
#ifndef CS_FACTOR_FACTOR_H
#define CS_FACTOR_FACTOR_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/verdict.h"
#include "crypto/keyring.h"
#include "crypto/random.h"
#include "model/subject.h"

/* Why a verdict is what it is: for the audit trail and the person's own sentence. */
enum cs_reason {
	CS_REASON_NONE = 0,
	CS_REASON_MISMATCH, /* the answer is wrong */
	CS_REASON_REPLAYED, /* right, but used before */
	CS_REASON_MALFORMED, /* not an answer at all (length, alphabet) */
};

struct cs_factor_env {
	cs_time now;
	const struct cs_random *rng;
	const struct cs_keyring *keyring;
	struct cs_arena *arena;
};

/* Who and where, for what the person's app will show beside the code. */
struct cs_factor_label {
	cs_str issuer; /* the organisation's name */
	cs_str account; /* the person's address */
};

struct cs_factor_result {
	enum cs_verdict verdict;
	enum cs_reason reason;
	uint8_t replay[CS_REPLAY_MAX]; /* the new state, to be stored when granted */
	size_t replay_len;
	int64_t retry_after_ms; /* REPLAYED: when the next answer can come; else 0 */
};

/* What enrolling shows to the person. secret is sensitive: free with cs_factor_shown_clear. */
struct cs_factor_shown {
	struct cs_buf key; /* set-up key as the person types it, without spaces */
	struct cs_buf uri; /* for a QR code */
	cs_str algorithm; /* "SHA1" */
	int64_t digits;
	int64_t period_s;
};
void cs_factor_shown_clear(struct cs_factor_shown *s);

struct cs_factor {
	const char *name; /* in rows and URLs; never renamed */
	unsigned method; /* the enum cs_mfa_method it counts as */
	const char *amr; /* RFC 8176 value */
	bool is_single; /* at most one active authenticator per subject */

	/*
	 * must. Fill authenticator->sealed, params and replay for a new pending record whose account,
	 * id and subject are set. sealed and params go to env->arena.
	 */
	cs_err (*enrol_begin)(const struct cs_factor_env *env, struct cs_authenticator *a);
	/* must. Show the pending record again: always the same secret. */
	cs_err (*enrol_show)(const struct cs_factor_env *env, const struct cs_authenticator *a,
	    const struct cs_factor_label *label, struct cs_factor_shown *out);
	/*
	 * must. Judge the first answer, which confirms the enrolment; as verify, but may allow other
	 * windows.
	 */
	cs_err (*enrol_finish)(const struct cs_factor_env *env, const struct cs_authenticator *a,
	    cs_span answer, struct cs_factor_result *out);
	/*
	 * must. Judge an answer: out is denied until proven. Must also work, with comparable work, on
	 * cs_factor_decoy's record.
	 */
	cs_err (*verify)(const struct cs_factor_env *env, const struct cs_authenticator *a,
	    cs_span answer, struct cs_factor_result *out);
};

/* Errors: NOT_FOUND. */
cs_err cs_factor_find(cs_str name, const struct cs_factor **out);
/* The whole registry, NULL-terminated. */
const struct cs_factor *const *cs_factors(void);
/* INVALID when a row lacks a "must". */
cs_err cs_factors_check(void);
/* A record that no answer fits, for subjects who do not exist or have nothing enrolled. */
cs_err cs_factor_decoy(
    const struct cs_factor *f, const struct cs_factor_env *env, struct cs_authenticator *out);

#endif
