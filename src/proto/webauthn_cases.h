/*
 * webauthn_cases.h - files of recorded registrations and assertions, judged as a site would: for
 * `countersignd check webauthn` and the tests. docs/protocol/webauthn.md has the files' shapes.
 *
 * Of what a file says about its cases' outcome (expect, reason, name, note, …) nothing is read.
 */
#ifndef CS_PROTO_WEBAUTHN_CASES_H
#define CS_PROTO_WEBAUTHN_CASES_H

#include "base/time.h"
#include "proto/webauthn.h"

#define CS_WEBAUTHN_CASES_MAX_BYTES (16 << 20)

/* id: of the case; of a W3C vector followed by "/registration" or "/authentication". Borrowed. */
typedef void (*cs_webauthn_tell)(void *ctx, cs_str id, enum cs_webauthn_verdict verdict);

/*
 * Judges every case, in order; tell is called once for each.
 *   now		the moment for which chains must be valid, where a case asks for a trusted one
 *   out_problem	what is wrong with the file; static text
 * Errors: INVALID (not a file of these shapes; cases may have been told before), LIMIT.
 */
cs_err cs_webauthn_cases_judge(
    cs_span file, cs_time now, cs_webauthn_tell tell, void *ctx, const char **out_problem);

#endif
