/*
 * recovery_code.h - the two codes of a recovery: eight digits that prove the address, and the access
 * code of ten characters that opens it. Makers and judges; pure.
 *
 * How long, how often and where each is good is recovery.c's. Kept as a peppered MAC of the case and
 * the code: a copy of the database gives neither away, and none is good for another case.
 */
#ifndef CS_DOMAIN_RECOVERY_CODE_H
#define CS_DOMAIN_RECOVERY_CODE_H

#include "base/verdict.h"
#include "crypto/keyring.h"

#define CS_RECOVERY_CODE_MAX 16 /* bytes of either, as it is mailed */

enum cs_recovery_code_kind {
	CS_RECOVERY_CODE_EMAIL = 0, /* "12345678": eight digits */
	CS_RECOVERY_CODE_ACCESS, /* "7k3m-9qxv-2t": ten of Crockford's base32, 50 bits */
};

/*
 * A new one for a case.
 *   out_text	as it is mailed; to be wiped
 *   out_mac	what to keep
 * Errors: CRYPTO.
 */
cs_err cs_recovery_code_make(const struct cs_keyring *k, const struct cs_random *rng,
    enum cs_recovery_code_kind kind, cs_id recovery, char out_text[static CS_RECOVERY_CODE_MAX],
    size_t *out_len, uint8_t out_mac[static CS_PEPPERED_LEN]);

/* Spaces and dashes do not count, nor, in an access code, case; what else is no try. */
bool cs_recovery_code_is_well_formed(enum cs_recovery_code_kind kind, cs_str typed);

/*
 * Denied until proven; constant time in the content. mac: CS_PEPPERED_LEN bytes, else it is denied.
 * Errors: CRYPTO (the pepper's key is unknown).
 */
cs_err cs_recovery_code_judge(const struct cs_keyring *k, enum cs_recovery_code_kind kind,
    cs_id recovery, cs_span mac, cs_str typed, enum cs_verdict *out);

#endif
