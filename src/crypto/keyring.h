/*
 * keyring.h - sealing keys for what is stored. Format: docs/protocol/sealed.md.
 *
 * A file of mode 0600 (any looser mode is refused) with one line per key:
 *     KEYID(16 hex) STATE(use|keep) BASE64(32 bytes) CREATED(RFC 3339)
 * Exactly one key is in use; the others only unseal, so that many nodes can follow a rotation:
 * add on all, then use on all, then reseal. At most 64 keys. A key's id is derived from the key, so
 * a damaged line is seen when the file is read.
 *
 * Sealed text: version 1 byte (1) | key id 8 bytes | nonce 24 | XChaCha20-Poly1305 ciphertext and
 * tag. The binding is the associated data: a value moved to another row, owner or purpose does not
 * open. An unknown key id is CRYPTO and logs KEY_UNKNOWN, an altered value SEAL_BROKEN; both are
 * alarms for the operator, so a value that strangers can send is opened by cs_unseal_foreign.
 */
#ifndef CS_CRYPTO_KEYRING_H
#define CS_CRYPTO_KEYRING_H

#include "base/time.h"
#include "crypto/mac.h"
#include "crypto/secret.h"

struct cs_keyring;

#define CS_SEAL_OVERHEAD (1 + 8 + 24 + 16)
#define CS_KEY_ID_LEN 8

/* What a sealed value belongs to; every member is authenticated. */
struct cs_binding {
	const char *purpose; /* "authenticator.secret", "oidc.client_secret", … never renamed */
	cs_id account;
	cs_id row; /* the row's own id */
	cs_id owner; /* subject or other parent; zero when there is none */
};

/*
 * A new file with one key in use. Errors: CONFLICT when the file exists, UNAVAILABLE (disk), INVALID
 * (a path too long).
 */
cs_err cs_keyring_create(const char *path, const struct cs_random *rng, cs_time now);
/*
 * The file must belong to the user the process runs as, or to root, unless root reads it.
 * Errors: INVALID (format, mode, owner), UNAVAILABLE (cannot be read); logs KEYRING_REFUSED.
 */
cs_err cs_keyring_open(const char *path, struct cs_keyring **out);
void cs_keyring_close(struct cs_keyring **k);
/*
 * Read the file again; on any error the old keys stay. Safe while other threads seal and unseal.
 */
cs_err cs_keyring_reload(struct cs_keyring *k);

/*
 * Rewrites the file atomically (fsync, rename), keeping its owner; one writer at a time. The new key
 * is kept, not used. Errors: those of cs_keyring_open, LIMIT (64 keys).
 */
cs_err cs_keyring_file_add(const char *path, const struct cs_random *rng, cs_time now,
    uint8_t key_id[static CS_KEY_ID_LEN]);
/* Errors: NOT_FOUND, and those of cs_keyring_open. */
cs_err cs_keyring_file_use(const char *path, const uint8_t key_id[static CS_KEY_ID_LEN]);

/* plain: at most 64 KiB. Adds to out. Errors: LIMIT. */
cs_err cs_seal(const struct cs_keyring *k, const struct cs_random *rng, cs_span plain,
    const struct cs_binding *bind, struct cs_buf *out);
/*
 * Adds to out, which must be sensitive when the content is, and is as before after an error.
 * Errors: CRYPTO (any alteration, unknown key), LIMIT (out is too small).
 */
cs_err cs_unseal(
    const struct cs_keyring *k, cs_span sealed, const struct cs_binding *bind, struct cs_buf *out);
/*
 * The same for what came from outside, where anybody may write anything: logs nothing, lest a
 * stranger fill the log with alarms. The caller answers for the refusal.
 */
cs_err cs_unseal_foreign(
    const struct cs_keyring *k, cs_span sealed, const struct cs_binding *bind, struct cs_buf *out);
/* For short keys. Errors: also INVALID (not 1..CS_SECRET_MAX bytes). */
cs_err cs_unseal_secret(const struct cs_keyring *k, cs_span sealed, const struct cs_binding *bind,
    struct cs_secret **out);
/* True when sealed was made with the key now in use: nothing to reseal. */
bool cs_seal_is_current(const struct cs_keyring *k, cs_span sealed);

/*
 * HMAC-SHA-256 under a key derived from the ring (HKDF, label = purpose), for values that must be
 * found or compared without being kept: PINs, throttling keys. key_id_hint of the key used is put
 * first in out (8 + 32 bytes), so that rotation does not break what is pending.
 */
#define CS_PEPPERED_LEN (CS_KEY_ID_LEN + CS_SHA256_LEN)
cs_err cs_pepper(const struct cs_keyring *k, const char *purpose, cs_span message,
    uint8_t out[static CS_PEPPERED_LEN]);
/*
 * Whether peppered was made from message, by whichever key of the ring. Constant time. Errors: CRYPTO
 * (unknown key).
 */
cs_err cs_pepper_check(const struct cs_keyring *k, const char *purpose, cs_span message,
    const uint8_t peppered[static CS_PEPPERED_LEN], bool *out_is_equal);

#endif
