/*
 * age_recipients.c - who a file is for: X25519 keys, or a passphrase under scrypt (C2SP age, "The
 * X25519 recipient type", "The scrypt recipient type").
 */
#include "crypto/age_parts.h"

#include "base/codec.h"

#include <sodium.h>

#define X25519_INFO CS_STR("age-encryption.org/v1/X25519")
#define SCRYPT_INFO "age-encryption.org/v1/scrypt"
#define SALT_LEN 16
#define SCRYPT_BLOCKS 8 /* r: 128 * r * N bytes of memory */

/* One wrapping key comes of both shares, and is bound to both. */
static void
x25519_wrap_key(const uint8_t *shared, const uint8_t *ephemeral, const uint8_t *recipient,
    uint8_t out[static 32])
{
	uint8_t salt[2 * CS_AGE_KEY_LEN];

	memcpy(salt, ephemeral, CS_AGE_KEY_LEN);
	memcpy(salt + CS_AGE_KEY_LEN, recipient, CS_AGE_KEY_LEN);
	cs_age_hkdf(CS_SPAN(shared, CS_AGE_KEY_LEN), CS_SPAN(salt, sizeof(salt)), X25519_INFO, out);
}

cs_err
cs_age_x25519_decode(const struct cs_age_stanza *s, struct cs_age_x25519 *out, bool *out_is_mine)
{
	*out_is_mine = cs_str_equal(s->type, CS_STR("X25519"));
	if (!*out_is_mine)
		return CS_OK;
	if (s->arg_count != 1 || s->body.len != sizeof(out->body))
		return CS_FAIL(INVALID);
	memcpy(out->body, s->body.p, sizeof(out->body));
	return cs_base64_raw_exact(s->args[0], sizeof(out->ephemeral), out->ephemeral);
}

cs_err
cs_age_x25519_unwrap(cs_span identity, const struct cs_age_x25519 *x,
    uint8_t out_file_key[static CS_AGE_FILE_KEY_LEN], bool *out_found)
{
	uint8_t shared[CS_AGE_KEY_LEN], recipient[CS_AGE_KEY_LEN], key[32];

	*out_found = false;
	CS_ASSERT(identity.len == CS_AGE_KEY_LEN);
	cs_age_start();
	/* It fails for an all-zero result alone: a share that makes every key the same. */
	if (crypto_scalarmult(shared, identity.p, x->ephemeral) != 0 ||
	    crypto_scalarmult_base(recipient, identity.p) != 0)
		return CS_FAIL(INVALID);
	x25519_wrap_key(shared, x->ephemeral, recipient, key);
	*out_found = cs_age_unwrap(key, x->body, out_file_key);
	cs_wipe(shared, sizeof(shared));
	cs_wipe(key, sizeof(key));
	return CS_OK;
}

static cs_err
unwrap_identities(void *ctx, const struct cs_age_stanza *s, size_t stanza_count,
    uint8_t out_file_key[static CS_AGE_FILE_KEY_LEN], bool *out_found)
{
	const struct cs_age_identities *who = ctx;
	struct cs_age_x25519 x;

	*out_found = false;
	for (size_t i = 0; i < stanza_count && !*out_found; i++) {
		bool is_mine;

		CS_TRY(cs_age_x25519_decode(&s[i], &x, &is_mine));
		for (size_t j = 0; is_mine && j < who->count && !*out_found; j++)
			CS_TRY(cs_age_x25519_unwrap(
			    cs_secret_span(who->identities[j]), &x, out_file_key, out_found));
	}
	return CS_OK;
}

struct cs_age_opener
cs_age_identities_opener(struct cs_age_identities *who)
{
	return (struct cs_age_opener){ .unwrap = unwrap_identities, .ctx = who };
}

cs_err
cs_age_x25519_encode(const struct cs_random *rng, const cs_age_recipient *r,
    const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf share = { .max = 64 };
	uint8_t secret[CS_AGE_KEY_LEN], shared[CS_AGE_KEY_LEN], ephemeral[CS_AGE_KEY_LEN];
	uint8_t key[32], body[CS_AGE_WRAPPED_LEN];

	cs_random_fill(rng, secret, sizeof(secret));
	bool is_right = crypto_scalarmult_base(ephemeral, secret) == 0 &&
			crypto_scalarmult(shared, secret, r->b) == 0;
	cs_wipe(secret, sizeof(secret));
	/* A recipient of low order: everybody could open what is written for it. */
	if (!is_right)
		return CS_FAIL(CRYPTO);
	x25519_wrap_key(shared, ephemeral, r->b, key);
	cs_age_wrap(key, file_key, body);
	cs_wipe(shared, sizeof(shared));
	cs_wipe(key, sizeof(key));
	cs_base64_raw_encode(CS_SPAN(ephemeral, sizeof(ephemeral)), &share);
	cs_age_stanza_encode((cs_str[]){ CS_STR("X25519"), cs_buf_str(&share) }, 2,
	    CS_SPAN(body, sizeof(body)), out);
	return CS_OK;
}

/* log2_n is judged before: memory and time are taken here. LIMIT: there is not that much memory. */
static cs_err
scrypt_key(
    cs_str passphrase, const uint8_t salt[static SALT_LEN], int log2_n, uint8_t out[static 32])
{
	uint8_t labelled[sizeof(SCRYPT_INFO) - 1 + SALT_LEN];

	memcpy(labelled, SCRYPT_INFO, sizeof(SCRYPT_INFO) - 1);
	memcpy(labelled + sizeof(SCRYPT_INFO) - 1, salt, SALT_LEN);
	if (crypto_pwhash_scryptsalsa208sha256_ll((const uint8_t *)passphrase.p, passphrase.len,
		labelled, sizeof(labelled), UINT64_C(1) << log2_n, SCRYPT_BLOCKS, 1, out, 32) != 0)
		return CS_FAIL(LIMIT);
	return CS_OK;
}

/* Decimal without leading zeros, 1..63. */
static cs_err
decode_work_factor(cs_str text, int *out)
{
	int64_t value;

	*out = 0;
	if (text.len > 2 || text.len == 0 || text.p[0] == '0')
		return CS_FAIL(INVALID);
	if (!cs_str_to_i64(text, &value) || value > 63)
		return CS_FAIL(INVALID);
	*out = (int)value;
	return CS_OK;
}

static cs_err
unwrap_passphrase(void *ctx, const struct cs_age_stanza *s, size_t stanza_count,
    uint8_t out_file_key[static CS_AGE_FILE_KEY_LEN], bool *out_found)
{
	const struct cs_age_passphrase *who = ctx;
	uint8_t salt[SALT_LEN], key[32];
	int log2_n;

	*out_found = false;
	if (stanza_count != 1 || !cs_str_equal(s->type, CS_STR("scrypt")))
		return CS_OK;
	if (s->arg_count != 2 || s->body.len != CS_AGE_WRAPPED_LEN)
		return CS_FAIL(INVALID);
	CS_TRY(cs_base64_raw_exact(s->args[0], sizeof(salt), salt));
	CS_TRY(decode_work_factor(s->args[1], &log2_n));
	if (log2_n > who->work_factor_max)
		return CS_FAIL(LIMIT);
	CS_TRY(scrypt_key(who->passphrase, salt, log2_n, key));
	*out_found = cs_age_unwrap(key, s->body.p, out_file_key);
	cs_wipe(key, sizeof(key));
	return *out_found ? CS_OK : CS_FAIL(FORBIDDEN);
}

struct cs_age_opener
cs_age_passphrase_opener(struct cs_age_passphrase *who)
{
	return (struct cs_age_opener){ .unwrap = unwrap_passphrase, .ctx = who };
}

cs_err
cs_age_scrypt_encode(const struct cs_random *rng, cs_str passphrase, int work_factor,
    const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf args = { .max = 64 };
	uint8_t salt[SALT_LEN], key[32], body[CS_AGE_WRAPPED_LEN];

	cs_random_fill(rng, salt, sizeof(salt));
	CS_TRY(scrypt_key(passphrase, salt, work_factor, key));
	cs_age_wrap(key, file_key, body);
	cs_wipe(key, sizeof(key));
	cs_base64_raw_encode(CS_SPAN(salt, sizeof(salt)), &args);
	size_t salt_end = args.len;
	cs_buf_add_i64(&args, work_factor);
	cs_str text = cs_buf_str(&args);
	cs_age_stanza_encode((cs_str[]){ CS_STR("scrypt"), cs_str_slice(text, 0, salt_end),
				 cs_str_slice(text, salt_end, text.len) },
	    3, CS_SPAN(body, sizeof(body)), out);
	return CS_OK;
}
