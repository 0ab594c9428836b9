/*
 * mds_jws.h - the two halves of a metadata BLOB: a compact JWS that brings its signer's certificates
 * (RFC 7515 §7.1, §4.1.6), and what it says. For mds.c, and for tests of the halves.
 *
 * Not crypto/jws.h, whose keys are known beforehand and whose tokens are small.
 */
#ifndef CS_PROTO_MDS_JWS_H
#define CS_PROTO_MDS_JWS_H

#include "proto/mds.h"

/*
 * Check chain and signature. *payload: still encoded, borrowed from the BLOB; with *why NONE alone.
 * Errors: what could not work.
 */
cs_err cs_mds_jws_verify(struct cs_arena *a, const struct cs_mds_expected *expected, cs_str blob,
    cs_str *payload, enum cs_mds_refusal *why);

/* The payload, decoded from base64url already. Errors: LIMIT. */
cs_err cs_mds_payload_decode(
    struct cs_arena *a, cs_span json, struct cs_mds_blob *out, enum cs_mds_refusal *why);

#endif
