/*
 * foreign.h - the ciphers and key derivations that other authenticators chose for their backups.
 * Nothing of our own is sealed with them (that is crypto/age.h).
 *
 * Every work factor comes out of a file that somebody else wrote, so each has a bound: what is above
 * is LIMIT, before any work is done.
 */
#ifndef CS_CRYPTO_FOREIGN_H
#define CS_CRYPTO_FOREIGN_H

#include "base/buf.h"
#include "crypto/mac.h"

#define CS_FOREIGN_PBKDF2_MAX 10000000 /* iterations */
#define CS_FOREIGN_MEMORY_MAX (INT64_C(1) << 30) /* bytes, of scrypt and Argon2 */
#define CS_FOREIGN_WORK_MAX (INT64_C(8) << 30) /* bytes touched: memory times passes */
#define CS_FOREIGN_KEY_MAX 64

/*
 * Load what the functions below look up in the libraries: they open no file afterwards, and work in
 * a process that may not.
 */
void cs_foreign_prepare(void);

/* out_len: 1..CS_FOREIGN_KEY_MAX. Errors: LIMIT, INVALID (a factor that cannot be), CRYPTO. */
cs_err cs_foreign_pbkdf2(enum cs_hash h, cs_span password, cs_span salt, int64_t iterations,
    size_t out_len, uint8_t *out);
/* n: a power of two above 1 (RFC 7914). */
cs_err cs_foreign_scrypt(
    cs_span password, cs_span salt, int64_t n, int64_t r, int64_t p, size_t out_len, uint8_t *out);
/* Version 1.3 (RFC 9106). salt: 8..64 bytes; lanes 1..16. */
cs_err cs_foreign_argon2id(cs_span password, cs_span salt, int64_t passes, int64_t memory_kib,
    int64_t lanes, size_t out_len, uint8_t *out);
/* HKDF-Expand with SHA-256 (RFC 5869 §2.3). */
cs_err cs_foreign_hkdf_expand(cs_span key, cs_str info, size_t out_len, uint8_t *out);

/*
 * AES-128/192/256-GCM by the length of key; the tag of 16 bytes is apart from sealed.
 *   out	sensitive; nothing is added unless the tag was right
 * Errors: FORBIDDEN (not sealed with this key), INVALID (lengths), LIMIT.
 */
cs_err cs_foreign_gcm_open(
    cs_span key, cs_span nonce, cs_span aad, cs_span sealed, cs_span tag, struct cs_buf *out);
/* The same for a tag behind what it seals. */
cs_err cs_foreign_gcm_open_joined(
    cs_span key, cs_span nonce, cs_span aad, cs_span sealed, struct cs_buf *out);
/* For what is exported: what is sealed is added to out, its tag stands alone. */
cs_err cs_foreign_gcm_seal(
    cs_span key, cs_span nonce, cs_span plain, struct cs_buf *out, uint8_t out_tag[static 16]);
/*
 * AES-CBC with PKCS#7 padding. Without a MAC a wrong key is known by its padding, and now and then
 * is not: who calls looks at what came out.
 * Errors: FORBIDDEN (padding), INVALID (lengths), LIMIT.
 */
cs_err cs_foreign_cbc_open(cs_span key, cs_span iv, cs_span sealed, struct cs_buf *out);
/*
 * One message of libsodium's secretstream (XChaCha20-Poly1305), whatever its tag.
 *   header	24 bytes
 * Errors: FORBIDDEN, INVALID, LIMIT.
 */
cs_err cs_foreign_secretstream_open(
    cs_span key, cs_span header, cs_span sealed, struct cs_buf *out);

#endif
