/*
 * modhex.h - bytes as the sixteen letters that lie in the same place on every keyboard:
 * cbdefghijklnrtuv for 0..15 (Yubico's ModHex).
 */
#ifndef CS_PROTO_MODHEX_H
#define CS_PROTO_MODHEX_H

#include "base/buf.h"

void cs_modhex_encode(cs_span in, struct cs_buf *out); /* lower case */
/* Either case, an even number of letters. Errors: INVALID, LIMIT; nothing is added then. */
cs_err cs_modhex_decode(cs_str in, struct cs_buf *out);

#endif
