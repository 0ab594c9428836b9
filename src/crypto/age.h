/*
 * age.h - age files (age-encryption.org/v1), read and written whole in memory.
 *
 * Source: C2SP age, with X25519 and scrypt stanzas. Nothing of a file's contents is handed out
 * before all of it has been authenticated.
 */
#ifndef CS_CRYPTO_AGE_H
#define CS_CRYPTO_AGE_H

#include "base/buf.h"
#include "crypto/random.h"
#include "crypto/secret.h"

#define CS_AGE_FILE_KEY_LEN 16
#define CS_AGE_KEY_LEN 32
#define CS_AGE_WORK_FACTOR 18 /* log2 N, as age itself writes: 256 MiB and about a second */
#define CS_AGE_WORK_FACTOR_MAX 20 /* what is opened unless the caller says otherwise: 1 GiB */

/* An X25519 recipient, shown as age1… (Bech32). */
typedef struct cs_age_recipient {
	uint8_t b[CS_AGE_KEY_LEN];
} cs_age_recipient;

/* An identity is a cs_secret of CS_AGE_KEY_LEN bytes, shown as AGE-SECRET-KEY-1…. */
cs_err cs_age_identity_new(const struct cs_random *rng, struct cs_secret **out);
/* Either case, never mixed. Errors: INVALID. */
cs_err cs_age_identity_decode(cs_str text, struct cs_secret **out);
void cs_age_identity_encode(const struct cs_secret *identity, struct cs_buf *out); /* sensitive */
cs_age_recipient cs_age_recipient_of(const struct cs_secret *identity);
cs_err cs_age_recipient_decode(cs_str text, cs_age_recipient *out);
void cs_age_recipient_encode(const cs_age_recipient *r, struct cs_buf *out);

/* One stanza of a header: what an opener is shown. */
struct cs_age_stanza {
	cs_str type;
	const cs_str *args;
	size_t arg_count;
	cs_span body;
};

/*
 * Somebody who may be able to open a file.
 *   unwrap	*out_found false: not for me. Errors: INVALID (a stanza of my type that breaks the
 *		format), FORBIDDEN (wrong passphrase), LIMIT (too dear), UNAVAILABLE (the agent is gone)
 */
struct cs_age_opener {
	cs_err (*unwrap)(void *ctx, const struct cs_age_stanza *s, size_t stanza_count,
	    uint8_t out_file_key[static CS_AGE_FILE_KEY_LEN], bool *out_found);
	void *ctx;
};
/*
 * An X25519 stanza taken apart, for who keeps its identity elsewhere (vault/agent.h).
 *   out_is_mine	false: a stanza of another type
 * Errors: INVALID (an X25519 stanza that breaks the format).
 */
struct cs_age_x25519 {
	uint8_t ephemeral[CS_AGE_KEY_LEN];
	uint8_t body[CS_AGE_FILE_KEY_LEN + 16];
};
cs_err cs_age_x25519_decode(
    const struct cs_age_stanza *s, struct cs_age_x25519 *out, bool *out_is_mine);
/*
 * identity: CS_AGE_KEY_LEN bytes. *out_found false: for another identity.
 * Errors: INVALID (an ephemeral share of low order).
 */
cs_err cs_age_x25519_unwrap(cs_span identity, const struct cs_age_x25519 *x,
    uint8_t out_file_key[static CS_AGE_FILE_KEY_LEN], bool *out_found);
struct cs_age_identities {
	struct cs_secret *const *identities;
	size_t count;
};
/* both borrow what they are given */
struct cs_age_opener cs_age_identities_opener(struct cs_age_identities *who);
struct cs_age_passphrase {
	cs_str passphrase;
	int work_factor_max;
};
struct cs_age_opener cs_age_passphrase_opener(struct cs_age_passphrase *who);

/*
 * file: binary or armoured. out: sensitive; untouched unless everything was right.
 * Errors: INVALID (not an age file, damaged), CONFLICT (another version of the format), NOT_FOUND (no
 * stanza is for this opener), and the opener's.
 */
cs_err cs_age_decrypt(cs_span file, const struct cs_age_opener *opener, struct cs_buf *out);
/* Whether the only stanza is a passphrase's. Errors: INVALID. */
cs_err cs_age_is_passphrase(cs_span file, bool *out);

/* recipients: 1..64. Errors: LIMIT, CRYPTO. */
cs_err cs_age_encrypt(const struct cs_random *rng, const cs_age_recipient *recipients, size_t count,
    cs_span plain, struct cs_buf *out);
/* work_factor: 1..22. */
cs_err cs_age_encrypt_passphrase(const struct cs_random *rng, cs_str passphrase, int work_factor,
    cs_span plain, struct cs_buf *out);
/* -----BEGIN AGE ENCRYPTED FILE----- */
void cs_age_armor(cs_span file, struct cs_buf *out);

#endif
