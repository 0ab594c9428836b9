/*
 * pkce.h - proof key for code exchange, method S256. Pure.
 *
 * Source: RFC 7636.
 */
#ifndef CS_PROTO_PKCE_H
#define CS_PROTO_PKCE_H

#include "base/span.h"

#define CS_PKCE_CHALLENGE_LEN 43

/* 43..128 characters of the unreserved set (RFC 7636 §4.1). */
bool cs_pkce_verifier_is_valid(cs_str verifier);

/* BASE64URL(SHA256(ASCII(verifier))), §4.2; no terminator. */
void cs_pkce_challenge(cs_str verifier, char out[static CS_PKCE_CHALLENGE_LEN]);

#endif
