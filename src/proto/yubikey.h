/*
 * yubikey.h - what a YubiKey types: a public id in clear and one AES block, all in modhex.
 *
 * Source: Yubico's OTP format (AES-128-ECB of private id 6, use counter 2, timestamp 3, session
 * use 1, random 2, CRC-16 2; little-endian). Pure: the counters are kept by the caller.
 */
#ifndef CS_PROTO_YUBIKEY_H
#define CS_PROTO_YUBIKEY_H

#include "base/err.h"
#include "base/span.h"

#define CS_YUBIKEY_PUBLIC_MAX 16 /* bytes; usually 6 */
#define CS_YUBIKEY_PRIVATE_LEN 6
#define CS_YUBIKEY_BLOCK_LEN 16
#define CS_YUBIKEY_USE_MAX 0x7fff

/* As typed, taken apart. */
struct cs_yubikey_otp {
	uint8_t public_id[CS_YUBIKEY_PUBLIC_MAX];
	size_t public_len;
	uint8_t block[CS_YUBIKEY_BLOCK_LEN];
};

/* 32..64 letters, either case (caps lock), white space around them. Errors: INVALID. */
cs_err cs_yubikey_decode(cs_str text, struct cs_yubikey_otp *out);

/* What was programmed into the key. */
struct cs_yubikey_key {
	cs_span public_id; /* 0..CS_YUBIKEY_PUBLIC_MAX bytes */
	uint8_t private_id[CS_YUBIKEY_PRIVATE_LEN];
	uint8_t aes[CS_YUBIKEY_BLOCK_LEN];
};

/* What the block held. */
struct cs_yubikey_token {
	uint16_t use_counter; /* of power-ups, 0..CS_YUBIKEY_USE_MAX; caps lock's bit taken out */
	uint8_t session_counter; /* of touches since */
	uint32_t timestamp; /* 24 bits at 8 Hz since power-up, from a random start */
	uint16_t random;
};

/* In the order in which they are judged. Zeroed memory is a refusal. */
enum cs_yubikey_verdict {
	CS_YUBIKEY_MALFORMED = 0, /* not 32..64 letters of modhex */
	CS_YUBIKEY_OTHER_KEY, /* the public id is another's */
	CS_YUBIKEY_CHECKSUM, /* damaged, or encrypted with another AES key: these look alike */
	CS_YUBIKEY_PRIVATE_ID, /* decrypts, but was not made by this key */
	CS_YUBIKEY_WENT_BACK, /* older than what was seen */
	CS_YUBIKEY_REPLAYED, /* the very one that was seen last */
	CS_YUBIKEY_ACCEPTED,
};

/* "malformed", …; and one sentence. Static storage. */
const char *cs_yubikey_verdict_name(enum cs_yubikey_verdict v);
const char *cs_yubikey_verdict_words(enum cs_yubikey_verdict v);

/*
 * Judge one as typed.
 *   seen	the last token that was accepted (use_counter and session_counter are read), or NULL
 *   out	what to store when accepted
 * Errors: CRYPTO.
 */
cs_err cs_yubikey_judge(const struct cs_yubikey_key *key, const struct cs_yubikey_token *seen,
    cs_str text, enum cs_yubikey_verdict *out_verdict, struct cs_yubikey_token *out);

#endif
