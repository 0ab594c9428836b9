/*
 * factor.h - the contract of a factor: the code that judges one kind of authenticator.
 *
 * A factor decides; the domain remembers. A factor is given the moment, randomness, the keyring,
 * the authenticator's record and the answer; it returns a verdict *and the new replay state*. It
 * never touches database, clock, network or HTTP. The domain stores the outcome in one
 * compare-and-swap. A factor is one file, one const struct, one row in registry.c; an incomplete
 * row is refused by cs_factors_check, which the registry's test asks: the table is fixed when built.
 */
#ifndef CS_FACTOR_FACTOR_H
#define CS_FACTOR_FACTOR_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/verdict.h"
#include "crypto/keyring.h"
#include "crypto/pwhash.h"
#include "crypto/random.h"
#include "model/subject.h"
#include "proto/attestation.h"

/* Why a verdict is what it is: for the audit trail and the person's own sentence. */
enum cs_reason {
	CS_REASON_NONE = 0,
	CS_REASON_MISMATCH, /* the answer is wrong */
	CS_REASON_REPLAYED, /* right, but used before */
	CS_REASON_MALFORMED, /* not an answer at all (length, alphabet, JSON) */
	CS_REASON_UNVERIFIED, /* right, but the person was not verified, and had to be */
	CS_REASON_CLONED, /* right, but the counter did not advance: there may be a copy */
};

struct cs_factor_env {
	cs_time now;
	const struct cs_random *rng;
	const struct cs_keyring *keyring;
	struct cs_pwhasher *pwhasher; /* for answers that a fast hash would give away */
	struct cs_arena *arena;
	/* Where: what answers are bound to, for factors that bind them. */
	cs_str host; /* the auth host, lower case, no port: WebAuthn's rp.id */
	cs_str origin; /* the portal's, as a browser writes it; the only one */
	cs_span nonce; /* question, verify: the challenge's own */
};

/* Who and where, for what the person's app will show beside the code. */
struct cs_factor_label {
	cs_str issuer; /* the organisation's name */
	cs_str account; /* the person's address */
	cs_str person; /* their name; empty: unknown */
	/* What the person has of this factor: not to be enrolled again. */
	const struct cs_authenticator *known;
	size_t known_count;
};

struct cs_factor_result {
	enum cs_verdict verdict;
	enum cs_reason reason;
	uint8_t replay[CS_REPLAY_MAX]; /* the new state, to be stored when granted */
	size_t replay_len;
	int64_t retry_after_ms; /* REPLAYED: when the next answer can come; else 0 */
	cs_time used_at; /* REPLAYED, is_issued: when it was granted; else 0 */
	int left; /* granted, is_issued: answers that are good after this one; else 0 */
	const char *words; /* the standard's reason, for the audit trail; static, or NULL */
	/* granted: what the answer says of the authenticator, and of the person */
	bool is_backed_up;
	bool is_user_verified;
	/* enrol_finish, granted: who vouches for the model; NULL: there is no such thing as a model */
	const struct cs_attestation *attestation;
};

#define CS_ISSUED_MAX 1024 /* bytes of all answers of a set */

/* What enrolling shows to the person. secret is sensitive: free with cs_factor_shown_clear. */
struct cs_factor_shown {
	struct cs_buf key; /* set-up key as the person types it, without spaces */
	struct cs_buf uri; /* for a QR code */
	cs_str algorithm; /* "SHA1" */
	int64_t digits;
	int64_t period_s;
	cs_str
	    options; /* JSON for the browser, in env->arena; empty: key and uri are what there is */
};
void cs_factor_shown_clear(struct cs_factor_shown *s);

struct cs_factor {
	const char *name; /* in rows and URLs; never renamed */
	unsigned methods; /* OR of enum cs_mfa_method: what its authenticators may count as */
	const char *amr; /* RFC 8176 value */
	bool is_single; /* at most one active authenticator per subject */
	/* Answers are so short that they are found by trying: each costs a guess (domain/throttle.h). */
	bool is_guessable;
	/*
	 * We make the answers and hand them out: nobody enrols by giving one, and whoever has nothing
	 * else has no authenticator. Such a record is active from the start; it has issue and decoy
	 * in place of enrol_begin, enrol_show, enrol_finish and pending_ms.
	 */
	bool is_issued;
	/*
	 * How long a pending one can be confirmed. Asked for again within that time it is shown
	 * again, the same; with shows_anew it is made anew.
	 */
	int64_t pending_ms;
	bool shows_anew;

	/*
	 * must when is_issued. Fill sealed, params and replay of a record whose account, id, subject and
	 * method are set, in env->arena; what it was filled with before counts no longer. The answers
	 * go to out, which is sensitive, one a line as the person reads them. Slow: not inside a
	 * transaction. Errors: LIMIT (too much is being hashed; nothing was made).
	 */
	cs_err (*issue)(
	    const struct cs_factor_env *env, struct cs_authenticator *a, struct cs_buf *out);
	/* must when is_issued. The same for a record that no answer fits, and fast. */
	cs_err (*decoy)(const struct cs_factor_env *env, struct cs_authenticator *a);

	/*
	 * must unless is_issued, and so the next two. Fill authenticator->sealed, params and replay for
	 * a new pending record whose account, id, subject and method (the one that was asked for) are
	 * set. sealed and params go to env->arena.
	 */
	cs_err (*enrol_begin)(const struct cs_factor_env *env, struct cs_authenticator *a);
	/* Show the pending record again: always the same secret. */
	cs_err (*enrol_show)(const struct cs_factor_env *env, const struct cs_authenticator *a,
	    const struct cs_factor_label *label, struct cs_factor_shown *out);
	/*
	 * Judge the first answer, which confirms the enrolment; as verify, but may allow other windows.
	 * Granted: *a becomes what is to be stored, method included, except name and state.
	 */
	cs_err (*enrol_finish)(const struct cs_factor_env *env, struct cs_authenticator *a,
	    cs_span answer, struct cs_factor_result *out);
	/*
	 * may. What the person's browser needs to answer env->nonce with one of list, active ones of
	 * this factor, those to be preferred first: JSON in env->arena. NULL: nothing.
	 */
	cs_err (*question)(const struct cs_factor_env *env, const struct cs_authenticator *list,
	    size_t count, cs_str *out);
	/*
	 * must unless is_single. Which of list an answer names; *out is NULL for none of them. Errors:
	 * INVALID (not an answer at all).
	 */
	cs_err (*choose)(const struct cs_factor_env *env, const struct cs_authenticator *list,
	    size_t count, cs_span answer, const struct cs_authenticator **out);
	/*
	 * must. Judge an answer: out is denied until proven. Must also work, with comparable work, on
	 * cs_factor_decoy's record. Errors: LIMIT (too much is being hashed): ask again later.
	 */
	cs_err (*verify)(const struct cs_factor_env *env, const struct cs_authenticator *a,
	    cs_span answer, struct cs_factor_result *out);
};

/* Errors: NOT_FOUND. */
cs_err cs_factor_find(cs_str name, const struct cs_factor **out);
/* The whole registry, NULL-terminated. */
const struct cs_factor *const *cs_factors(void);
/* What any of them judges: OR of enum cs_mfa_method. */
unsigned cs_factors_methods(void);
/* INVALID when a row lacks a "must". */
cs_err cs_factors_check(void);
/* A record that no answer fits, for subjects who do not exist or have nothing enrolled. */
cs_err cs_factor_decoy(
    const struct cs_factor *f, const struct cs_factor_env *env, struct cs_authenticator *out);

#endif
