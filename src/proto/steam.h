/*
 * steam.h - the codes of Steam's mobile authenticator: RFC 6238 with SHA-1 and 30 s, shown as five
 * of 26 letters.
 *
 * Source: no standard; as Steam's app, Aegis and others do it. Pure, as hotp.h is.
 */
#ifndef CS_PROTO_STEAM_H
#define CS_PROTO_STEAM_H

#include "proto/hotp.h"

#define CS_STEAM_LETTERS 5

/*
 * The code of a step.
 *   mac	keyed with the shared secret and CS_SHA1
 *   out	no terminator
 * Errors: CRYPTO.
 */
cs_err cs_steam_code(struct cs_mac *mac, uint64_t step, char out[static CS_STEAM_LETTERS]);

#endif
