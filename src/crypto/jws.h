/*
 * jws.h - signed tokens (RFC 7515, 7517, 7519; RFC 8725's advice) on cjose.
 *
 * Compact serialisation only. The algorithm is chosen by an allow-list and by the key, never by the
 * token; "none", crit, jku, x5u and embedded keys are refused; tokens are at most 16 KiB.
 */
#ifndef CS_CRYPTO_JWS_H
#define CS_CRYPTO_JWS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "crypto/random.h"

#define CS_JWS_MAX_BYTES 16384
#define CS_KID_LEN 64 /* hex SHA-256 of the public key (RFC 7638 thumbprint) */

enum cs_jws_alg {
	CS_ALG_RS256 = 1 << 0,
	CS_ALG_PS256 = 1 << 1,
	CS_ALG_ES256 = 1 << 2,
	CS_ALG_ES384 = 1 << 3,
	CS_ALG_HS256 = 1 << 4,
	CS_ALG_HS512 = 1 << 5,
};

/* --- our own signing keys (RSA 2048, RS256) --- */

struct cs_signing_key;

cs_err cs_signing_key_generate(struct cs_signing_key **out);
/* PKCS#8 PEM, to be sealed by the caller; out must be sensitive. */
cs_err cs_signing_key_encode(const struct cs_signing_key *k, struct cs_buf *out);
cs_err cs_signing_key_decode(cs_span pem, struct cs_signing_key **out);
void cs_signing_key_free(struct cs_signing_key **k);
/* Borrowed; CS_KID_LEN lower-case hex digits. */
cs_str cs_signing_key_kid(const struct cs_signing_key *k);
/* The public JWK as a JSON object: kid kty alg use e n. */
cs_err cs_signing_key_jwk(const struct cs_signing_key *k, struct cs_buf *out);
/* A self-signed certificate of the key in PEM (specs: Access §16.4 public_certs). */
cs_err cs_signing_key_cert(const struct cs_signing_key *k, cs_str common_name, cs_time from,
    cs_time until, struct cs_buf *out);
/* {"alg":"RS256","kid":…,"typ":"JWT"} . claims . signature. Safe from several threads. */
cs_err cs_jws_sign(const struct cs_signing_key *k, cs_span claims_json, struct cs_buf *out);

/* --- other people's keys --- */

struct cs_jwks;

/* A JWK Set (RFC 7517 §5), at most 64 KiB and 64 keys. Keys that cannot be used are passed over. */
cs_err cs_jwks_decode(cs_span json, struct cs_jwks **out);
void cs_jwks_free(struct cs_jwks **j);
bool cs_jwks_has_kid(const struct cs_jwks *j, cs_str kid);

/*
 * Check the signature and give the claims.
 *   allowed   OR of enum cs_jws_alg
 *   kid       set to the header's kid, or empty
 *   claims    the payload bytes, copied to the arena; JSON still to be decoded
 * Errors: INVALID (not a JWS, algorithm not allowed, bad signature), NOT_FOUND (no key with that
 * kid: the caller may fetch the set anew, once).
 */
cs_err cs_jws_verify(struct cs_arena *a, const struct cs_jwks *keys, unsigned allowed, cs_str token,
    cs_str *kid, cs_span *claims);
/* HMAC tokens with a shared secret of at least 32 bytes; allowed within HS256 | HS512. */
cs_err cs_jws_verify_hmac(
    struct cs_arena *a, cs_span secret, unsigned allowed, cs_str token, cs_span *claims);

#endif
