/*
 * totp_params.h - how an authenticator's codes are made, as the store keeps it beside the secret.
 */
#ifndef CS_PROTO_TOTP_PARAMS_H
#define CS_PROTO_TOTP_PARAMS_H

#include "base/buf.h"
#include "proto/totp.h"

/* {"algorithm":"SHA1","digits":6,"period_s":30}; start_s and window are not part of it. */
void cs_totp_params_encode(const struct cs_totp *t, struct cs_buf *out);
/* window is taken from cs_totp_usual. Errors: INVALID. */
cs_err cs_totp_params_decode(cs_str json, struct cs_totp *out);

#endif
