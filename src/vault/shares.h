/*
 * shares.h - a 32-byte key (the vault's recovery key) as paper shares: words to be copied by hand,
 * or the same as the text of a QR code. Any `need` of them give it back, fewer tell nothing
 * (crypto/shamir.h; layout: docs/protocol/vault.md §6).
 *
 * A share ends in three check words, computed over GF(1024): any wrong word is found and named, any
 * two are noticed, and of more all but one in 2^30.
 */
#ifndef CS_VAULT_SHARES_H
#define CS_VAULT_SHARES_H

#include "base/buf.h"
#include "crypto/random.h"
#include "crypto/secret.h"

#define CS_SHARE_KEY_LEN 32
#define CS_SHARES_MAX 16
#define CS_SHARE_WORDS 32
#define CS_SHARE_QR_PREFIX "COUNTERSIGN-SHARE-1:"

/* To be wiped. */
struct cs_share {
	uint16_t set; /* all shares of one split carry it: random, says nothing of the key */
	int need; /* 2..CS_SHARES_MAX … */
	int of; /* … need..CS_SHARES_MAX */
	int number; /* 1..of */
	uint8_t part[CS_SHARE_KEY_LEN];
};

/*
 * What is wrong, for the one line that a person reads: no control characters, and of the share
 * nothing but the word it is about.
 */
struct cs_share_trouble {
	char text[256];
};

/*
 * key: 32 bytes (an identity of crypto/age.h). 2 <= need <= of <= CS_SHARES_MAX.
 *   out	the first `of` are filled
 * Errors: LIMIT (need, of), INVALID (the key's length).
 */
cs_err cs_shares_split(const struct cs_random *rng, const struct cs_secret *key, int need, int of,
    struct cs_share out[static CS_SHARES_MAX]);

/* CS_SHARE_WORDS lower-case words, parted by single spaces. out: sensitive. */
void cs_share_words(const struct cs_share *s, struct cs_buf *out);
/* CS_SHARE_QR_PREFIX and 64 letters and digits, fit for a QR code's alphanumeric mode. */
void cs_share_qr(const struct cs_share *s, struct cs_buf *out);

/*
 * Either of the two, as typed: any case, any white space, words of four letters and more cut or
 * whole, numbers before words ("7." or "7") are passed over.
 * Errors: INVALID (trouble says which word), CONFLICT (a later version's).
 */
cs_err cs_share_decode(cs_str text, struct cs_share *out, struct cs_share_trouble *trouble);

/*
 * The key out of at least `need` shares of one set; what is more than needed must fit as well.
 * Errors: NOT_FOUND (too few: trouble says how many are missing), CONFLICT (of different sets, one
 * given twice, one that does not belong to the others), LIMIT.
 */
cs_err cs_shares_join(const struct cs_share *shares, size_t count, struct cs_secret **out,
    struct cs_share_trouble *trouble);

#endif
