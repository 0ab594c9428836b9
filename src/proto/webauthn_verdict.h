/*
 * webauthn_verdict.h - the answer of the WebAuthn verifier: accepted, or why not.
 *
 * A closed world: one row of webauthn_refusals.def a reason. Zeroed memory is not accepted.
 */
#ifndef CS_PROTO_WEBAUTHN_VERDICT_H
#define CS_PROTO_WEBAUTHN_VERDICT_H

enum cs_webauthn_verdict {
	CS_WA_UNJUDGED = 0,
	CS_WA_ACCEPTED,
#define R(NAME, WORDS) CS_WA_##NAME,
#include "proto/webauthn_refusals.def"
#undef R
	CS_WA_COUNT
};

/* "the origin is not one of ours"; for logs, the audit trail and operators. Static storage. */
const char *cs_webauthn_words(enum cs_webauthn_verdict v);
/* "ORIGIN": the row's name, as tests and the check command print it. */
const char *cs_webauthn_name(enum cs_webauthn_verdict v);

#endif
