/*
 * yubikey_cases.h - files of recorded YubiKey codes, judged as a site would: for `countersign check
 * yubikey` and the tests. {"cases": [{"id", "publicId" (modhex), "privateIdHex", "aesKeyHex", "otp",
 * "stored": {"useCounter", "sessionCounter"}}, …]}; stored may be missing, publicId too.
 *
 * Of what a file says about its cases' outcome (expect, reason, note, …) nothing is read.
 */
#ifndef CS_PROTO_YUBIKEY_CASES_H
#define CS_PROTO_YUBIKEY_CASES_H

#include "proto/yubikey.h"

#define CS_YUBIKEY_CASES_MAX_BYTES (16 << 20)

/* id: borrowed. */
typedef void (*cs_yubikey_tell)(void *ctx, cs_str id, enum cs_yubikey_verdict verdict);

/*
 * Judges every case, in order; tell is called once for each.
 *   out_problem	what is wrong with the file; static text
 * Errors: INVALID (not a file of this shape; cases may have been told before), CRYPTO.
 */
cs_err cs_yubikey_cases_judge(
    cs_span file, cs_yubikey_tell tell, void *ctx, const char **out_problem);

#endif
