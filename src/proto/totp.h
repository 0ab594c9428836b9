/*
 * totp.h - time-based one-time passwords.
 *
 * Source: RFC 6238 over RFC 4226 §5.3. Pure: no clock, no storage, no I/O. Replay is the caller's
 * duty: store the step and drift returned here (see factor/totp.c).
 */
#ifndef CS_PROTO_TOTP_H
#define CS_PROTO_TOTP_H

#include "base/time.h"
#include "proto/hotp.h"

/* No step: steps in use are 0 and above. */
#define CS_STEP_NONE INT64_C(-1)

/* The largest drift that is remembered, in steps either way: five minutes at 30 s. */
#define CS_TOTP_DRIFT_MAX 10

struct cs_totp {
	struct cs_hotp hotp;
	int64_t period_s; /* 1..3600; RFC 6238 §4.1: X */
	int64_t start_s; /* RFC 6238 §4.1: T0, 0 by default */
	int window; /* steps allowed either side of the expected one, 0..10 */
};

/* What nearly every authenticator app speaks: SHA-1, 6 digits, 30 s; ±1 step. */
extern const struct cs_totp cs_totp_usual;

/* The step of the moment, rounded down; negative before start_s. 64 bits: right beyond 2038. */
int64_t cs_totp_step(const struct cs_totp *t, cs_time now);

struct cs_totp_found {
	int64_t step; /* the matched step, to be stored; CS_STEP_NONE: no new step matched */
	int64_t
	    drift; /* of the person's clock, in steps, to be stored; as given when none matched */
	bool is_used; /* no new step matched, but one at or before after did: a replay */
};

/*
 * Find the step at which code is valid: within t->window of the step expected from the remembered
 * drift (RFC 6238 §6), or the present step itself, so that a drift once learned never locks out a
 * clock that has been set right.
 *   key	the shared secret
 *   drift	as stored last, 0 at first
 *   after	the last step used, or CS_STEP_NONE; only later steps match (RFC 6238 §5.2)
 *   code	a text that is not well-formed matches nothing
 * Errors: CRYPTO. Time does not depend on which step matches; a miss is not an error.
 */
cs_err cs_totp_match(const struct cs_totp *t, cs_span key, cs_time now, int64_t drift,
    int64_t after, cs_str code, struct cs_totp_found *out);

/*
 * How long until a person whose code of step used was taken with this drift can read the next one
 * off their app: 1 ms .. one period.
 */
int64_t cs_totp_wait_ms(const struct cs_totp *t, cs_time now, int64_t drift, int64_t used);

/* "SHA1", "SHA256", "SHA512" as otpauth writes them. Static storage. */
cs_str cs_otp_hash_name(enum cs_hash h);
/* Either case. Errors: INVALID. */
cs_err cs_otp_hash_decode(cs_str name, enum cs_hash *out);

#endif
