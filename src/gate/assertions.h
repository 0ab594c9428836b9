/*
 * assertions.h - what is said of service tokens to applications: JWTs that were signed in the slow
 * lane, kept until near their end, since an event thread must not sign. Private to gate/.
 *
 * Of fixed size: what comes to another's place takes it. It says who somebody is, not that they may
 * pass: that is judged on each request, before this is looked at.
 */
#ifndef CS_GATE_ASSERTIONS_H
#define CS_GATE_ASSERTIONS_H

#include "base/id.h"
#include "base/span.h"
#include "base/time.h"

#define CS_ASSERTION_MAX 2048

struct cs_assertions;

void cs_assertions_new(struct cs_assertions **out);
void cs_assertions_free(struct cs_assertions **a);

/* Of which token to which application, as of one state of the signing keys. */
struct cs_assertion_key {
	cs_id account;
	cs_id token;
	cs_id application;
};

/* Counts the changes of signing keys: what was signed before one is not kept after it. */
uint64_t cs_assertions_epoch(const struct cs_assertions *a);
/* Longer than CS_ASSERTION_MAX, or signed before the last change of keys: not kept. */
void cs_assertions_put(struct cs_assertions *a, const struct cs_assertion_key *key, cs_str text,
    cs_time until, uint64_t epoch);
/* Copied to out; its length, 0 when there is none. */
size_t cs_assertions_find(struct cs_assertions *a, const struct cs_assertion_key *key, cs_time now,
    char out[static CS_ASSERTION_MAX]);
/* Signing keys have changed. */
void cs_assertions_clear(struct cs_assertions *a);

#endif
