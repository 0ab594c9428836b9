/*
 * audit.h - what people and administrators did, written in the transaction of what it describes.
 *
 * Kinds are rows of audit_events.def. Not the operators' log (base/log.h).
 */
#ifndef CS_DOMAIN_AUDIT_H
#define CS_DOMAIN_AUDIT_H

#include "domain/domain.h"

enum cs_audit_kind {
#define A(NAME, KIND, TEXT) CS_AUDIT_##NAME,
#include "domain/audit_events.def"
#undef A
	CS_AUDIT_COUNT
};

/*
 * By the person at op's address, about subject. details: a JSON object, or empty; no secrets.
 * actor: who did it; zero: whoever subject is, not yet known.
 */
cs_err cs_audit(struct cs_tx *tx, const struct cs_domain *d, enum cs_audit_kind kind, cs_id actor,
    cs_id subject, cs_str details);
/* The same in another account's trail than op's: what a step in one realm means in another. */
cs_err cs_audit_of(struct cs_tx *tx, const struct cs_domain *d, cs_id account,
    enum cs_audit_kind kind, cs_id actor, cs_id subject, cs_str details);
/* {"key":"value"} with the value escaped; for the one fact that most events have. */
cs_str cs_audit_fact(struct cs_arena *a, const char *key, cs_str value);
/* The same for several; a fact without a value is left out. */
struct cs_audit_pair {
	const char *key;
	cs_str value;
};
cs_str cs_audit_facts(struct cs_arena *a, const struct cs_audit_pair *pairs, size_t count);

#endif
