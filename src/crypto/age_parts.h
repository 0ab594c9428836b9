/*
 * age_parts.h - what age.c puts together; nobody else includes it.
 */
#ifndef CS_CRYPTO_AGE_PARTS_H
#define CS_CRYPTO_AGE_PARTS_H

#include "base/arena.h"
#include "crypto/age.h"

#define CS_AGE_MAC_LEN 32
#define CS_AGE_TAG_LEN 16
#define CS_AGE_WRAPPED_LEN (CS_AGE_FILE_KEY_LEN + CS_AGE_TAG_LEN)
#define CS_AGE_HEADER_MAX (1 << 20) /* bytes; 64 recipients take 7,000 */
#define CS_AGE_STANZAS_MAX 4096

/* Choose the fastest code for this machine, once. */
void cs_age_start(void);

/* RFC 5869 with SHA-256, one block. salt may be empty. */
void cs_age_hkdf(cs_span key, cs_span salt, cs_str info, uint8_t out[static 32]);
/* A file key under a key that is used once (nonce zero). */
void cs_age_wrap(const uint8_t key[static 32], const uint8_t file_key[static CS_AGE_FILE_KEY_LEN],
    uint8_t out[static CS_AGE_WRAPPED_LEN]);
bool cs_age_unwrap(const uint8_t key[static 32], const uint8_t body[static CS_AGE_WRAPPED_LEN],
    uint8_t out_file_key[static CS_AGE_FILE_KEY_LEN]);

/* A header taken apart; everything is borrowed from the file, or lives in the arena. */
struct cs_age_header {
	struct cs_age_stanza *stanzas;
	size_t count;
	cs_span signed_part; /* up to and with "---" */
	uint8_t mac[CS_AGE_MAC_LEN];
	cs_span payload;
};

/*
 * A scrypt stanza stands alone. Errors: INVALID, CONFLICT (another version), LIMIT
 * (CS_AGE_HEADER_MAX, CS_AGE_STANZAS_MAX).
 */
cs_err cs_age_header_decode(struct cs_arena *a, cs_span file, struct cs_age_header *out);
void cs_age_header_mac(const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], cs_span signed_part,
    uint8_t out[static CS_AGE_MAC_LEN]);
void cs_age_header_begin(struct cs_buf *out);
/* args: the type first. */
void cs_age_stanza_encode(const cs_str *args, size_t arg_count, cs_span body, struct cs_buf *out);
/* out holds the header alone. */
void cs_age_header_end(const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], struct cs_buf *out);

/* out is what it was when this fails. Errors: INVALID, LIMIT (out's maximum). */
cs_err cs_age_payload_open(
    const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], cs_span payload, struct cs_buf *out);
void cs_age_payload_seal(const struct cs_random *rng,
    const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], cs_span plain, struct cs_buf *out);

bool cs_age_is_armored(cs_span file);
/* Strict: full lines of 64, canonical; CRLF and white space around all of it are taken. INVALID. */
cs_err cs_age_armor_decode(cs_span file, struct cs_buf *out);

/* Each writes one stanza. */
cs_err cs_age_x25519_encode(const struct cs_random *rng, const cs_age_recipient *r,
    const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], struct cs_buf *out);
cs_err cs_age_scrypt_encode(const struct cs_random *rng, cs_str passphrase, int work_factor,
    const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], struct cs_buf *out);

#endif
