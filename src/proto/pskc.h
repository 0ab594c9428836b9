/*
 * pskc.h - key containers for one-time-password tokens (RFC 6030), plain or encrypted.
 *
 * Encryption: AES-CBC and AES key wrap (W3C XML Encryption §5.2.2, §5.6.2), with a key agreed upon
 * before or one derived from a password (PBKDF2, §6.2). What is encrypted with CBC must carry a MAC
 * (§6.1), and it is checked before anything is decrypted. Signatures (§8) are not checked: the file
 * comes from the hand of whoever has it imported. Certificates' keys (§6.3) are not supported.
 */
#ifndef CS_PROTO_PSKC_H
#define CS_PROTO_PSKC_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/time.h"
#include "crypto/random.h"

#define CS_PSKC_KEYS_MAX 100000
#define CS_PSKC_SECRET_MAX 256 /* bytes */
#define CS_PSKC_ITERATIONS_MAX 10000000

enum cs_pskc_kind {
	CS_PSKC_OTHER = 0, /* algorithm says which: OCRA, a PIN, a challenge-response key … */
	CS_PSKC_HOTP,
	CS_PSKC_TOTP,
	CS_PSKC_UNSAID, /* no Algorithm at all */
};

struct cs_pskc_key {
	enum cs_pskc_kind kind;
	cs_str algorithm; /* the URI as it stands; may be empty */
	cs_str id;
	cs_str issuer;
	cs_str friendly_name;
	cs_str user_id; /* of the key, else of the device */
	cs_str manufacturer;
	cs_str model;
	cs_str serial;
	cs_str suite; /* "HMAC-SHA256", …; may be empty */
	cs_str encoding; /* ResponseFormat: "DECIMAL", …; may be empty */
	int64_t digits; /* ResponseFormat; 0: not said */
	bool has_check_digit;
	bool has_pin; /* the policy asks for a PIN beside the code */
	cs_span secret; /* empty: none in the file; sensitive */
	uint64_t counter;
	int64_t interval_s; /* 0: not said */
	int64_t time; /* where the clock's step was; 0 */
	cs_time start; /* zero: not said; likewise expiry */
	cs_time expiry;
	const char *problem; /* why its values could not be read, one sentence, static; or NULL */
};

struct cs_pskc {
	struct cs_pskc_key *keys;
	size_t count;
	bool is_encrypted;
	bool is_cut; /* the file breaks off behind the last key; there may have been more */
	const char *problem; /* static: what is wrong with the whole of it, one sentence */
};

/* What opens an encrypted one. Empty spans: nothing known yet. */
struct cs_pskc_opener {
	cs_span key; /* agreed upon before */
	cs_span password; /* a key is derived from it */
};

/* A KeyContainer by its first 4 KiB. */
bool cs_pskc_is_mine(cs_span text);

/*
 * out: in the arena. problem says why when it fails.
 * Errors: INVALID, FORBIDDEN (a key or password is needed, or does not open it), LIMIT.
 */
cs_err cs_pskc_decode(
    struct cs_arena *a, cs_span text, const struct cs_pskc_opener *with, struct cs_pskc *out);

/*
 * The container of keys (kind HOTP or TOTP, secret not empty), plain or with every secret in
 * AES-CBC and an HMAC-SHA-256, under with->key of 16, 24 or 32 bytes or a key derived from
 * with->password.
 *   with	NULL: plain
 *   out	sensitive when plain
 * Errors: INVALID (a key of another length), LIMIT, CRYPTO.
 */
cs_err cs_pskc_encode(const struct cs_pskc_key *keys, size_t count,
    const struct cs_pskc_opener *with, const struct cs_random *rng, struct cs_buf *out);

#endif
