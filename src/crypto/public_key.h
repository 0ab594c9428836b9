/*
 * public_key.h - other people's public keys (EC, Ed25519, RSA) and the signatures made with them.
 *
 * Keys come as numbers (COSE, TPM structures) or as a SubjectPublicKeyInfo (X.509). What is
 * imported is a key: the point lies on its curve, the modulus is 2048 to 8192 bits and odd, the
 * exponent odd and at least 3. Algorithms bear their COSE numbers (RFC 8152 §8, RFC 8230 §2, RFC
 * 8812 §2), which X.509 signatures map onto as well.
 *
 * Source: RFC 5480, RFC 8017, RFC 8032, RFC 8410, SEC 1 §2.3. A key is constant after import: any
 * number of threads may verify with it.
 */
#ifndef CS_CRYPTO_PUBLIC_KEY_H
#define CS_CRYPTO_PUBLIC_KEY_H

#include "base/err.h"
#include "base/span.h"

enum cs_key_kind {
	CS_KEY_P256 = 1,
	CS_KEY_P384,
	CS_KEY_P521,
	CS_KEY_ED25519,
	CS_KEY_RSA,
};

enum cs_signature_alg {
	CS_SIG_ES256 = -7, /* ECDSA, DER signature */
	CS_SIG_EDDSA = -8, /* Ed25519, 64 bytes */
	CS_SIG_ES384 = -35,
	CS_SIG_ES512 = -36,
	CS_SIG_PS256 = -37, /* RSASSA-PSS, salt as long as the digest, MGF1 with the same digest */
	CS_SIG_PS384 = -38,
	CS_SIG_PS512 = -39,
	CS_SIG_RS256 = -257, /* RSASSA-PKCS1-v1_5 */
	CS_SIG_RS384 = -258,
	CS_SIG_RS512 = -259,
	CS_SIG_RS1 = -65535, /* with SHA-1: of old TPMs' attestation keys alone */
};

struct cs_public_key;

/* x, y: exactly as long as the field (32, 48, 66 bytes). Errors: INVALID (length, not on curve). */
cs_err cs_public_key_from_ec(
    enum cs_key_kind curve, cs_span x, cs_span y, struct cs_public_key **out);
/* x: 32 bytes. Errors: INVALID. */
cs_err cs_public_key_from_ed25519(cs_span x, struct cs_public_key **out);
/* Big-endian; leading zeros do not count. Errors: INVALID. */
cs_err cs_public_key_from_rsa(cs_span n, cs_span e, struct cs_public_key **out);
/*
 * A SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) in DER, whole: nothing may follow. Uncompressed points
 * on a named curve only. Errors: INVALID (also for kinds that enum cs_key_kind does not have).
 */
cs_err cs_public_key_from_spki(cs_span der, struct cs_public_key **out);
void cs_public_key_free(struct cs_public_key **k);

enum cs_key_kind cs_public_key_kind(const struct cs_public_key *k);
bool cs_public_key_equal(const struct cs_public_key *a, const struct cs_public_key *b);

/* Whether alg is one that cs_public_key_verify knows. */
bool cs_signature_alg_is_known(int64_t alg);
/*
 * Whether a credential key of this kind may bear this algorithm: ES256 with P-256 alone and so on,
 * as WebAuthn L3 §5.8.5 ties them. (Verifying is wider: certificates pair them freely.)
 */
bool cs_signature_alg_fits(int64_t alg, enum cs_key_kind kind);

/*
 * Whether signature is alg's over message (which is hashed here). False, too, for an algorithm that
 * is unknown or not of the key's family (EC, Ed25519, RSA), and for a signature that is not even
 * one.
 */
bool cs_public_key_verify(
    const struct cs_public_key *k, int64_t alg, cs_span message, cs_span signature);

#endif
