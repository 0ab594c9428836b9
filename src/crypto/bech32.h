/*
 * bech32.h - bytes as lower-case letters and digits behind a name, with a checksum.
 *
 * Source: BIP 173, without its limit of 90 characters (C2SP age has none). Encoding and decoding
 * take time that depends on length alone: identities are written in it.
 */
#ifndef CS_CRYPTO_BECH32_H
#define CS_CRYPTO_BECH32_H

#include "base/buf.h"

/* name: lower case. */
void cs_bech32_encode(cs_str name, cs_span bytes, struct cs_buf *out);
/*
 * Exactly that name and len bytes; upper or lower case, never mixed. out is zeroed otherwise.
 * Errors: INVALID.
 */
cs_err cs_bech32_decode(cs_str text, cs_str name, size_t len, uint8_t *out);

#endif
