/*
 * rows.h - for those who write factors: the rows that registry.c lists, and what they share.
 */
#ifndef CS_FACTOR_ROWS_H
#define CS_FACTOR_ROWS_H

#include "factor/factor.h"

extern const struct cs_factor cs_factor_backup_code;
extern const struct cs_factor cs_factor_totp;
extern const struct cs_factor cs_factor_webauthn;

/* What an authenticator's sealed value belongs to: purpose "authenticator.secret", row, owner. */
struct cs_binding cs_factor_binding(const struct cs_authenticator *a);

/* Whether cs_factor_decoy made this record: then no answer may be granted. */
bool cs_factor_is_decoy(const struct cs_authenticator *a);

#endif
