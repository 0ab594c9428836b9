/*
 * freeotp.h - a token as FreeOTP, FreeOTP+ and FreeOTP 2 write it, wherever it was found.
 */
#ifndef CS_VAULT_IMPORT_FREEOTP_H
#define CS_VAULT_IMPORT_FREEOTP_H

#include "vault/import/parts.h"

/*
 * FreeOTP 1 and FreeOTP+ keep the counter before the next one (they add one when they write a URI
 * of it); FreeOTP 2 keeps the next one.
 */
enum cs_freeotp_counter { CS_FREEOTP_NEXT = 0, CS_FREEOTP_BEFORE };

/*
 * One token into one item: {"algo","counter","digits","issuerExt","label","period","secret","type"}.
 *   secret	found apart from the token; empty: its own "secret"
 */
cs_err cs_import_freeotp_token(
    struct cs_import *in, const json_t *token, cs_span secret, enum cs_freeotp_counter counter);
/* Refuse it instead, by the names it has. */
cs_err cs_import_freeotp_refuse(struct cs_import *in, const json_t *token, const char *why);

#endif
