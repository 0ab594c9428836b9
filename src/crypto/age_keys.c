/*
 * age_keys.c - identities and recipients, and the keys that are made of keys.
 */
#include "crypto/age_parts.h"

#include "crypto/bech32.h"

#include <sodium.h>

#define RECIPIENT_NAME CS_STR("age")
#define IDENTITY_NAME CS_STR("age-secret-key-")

void
cs_age_start(void)
{
	CS_ASSERT(sodium_init() >= 0);
}

void
cs_age_hkdf(cs_span key, cs_span salt, cs_str info, uint8_t out[static 32])
{
	static const uint8_t none[1] = { 0 };
	static const uint8_t first = 1;
	crypto_auth_hmacsha256_state mac;
	uint8_t extracted[32];

	crypto_auth_hmacsha256_init(&mac, salt.len != 0 ? salt.p : none, salt.len);
	crypto_auth_hmacsha256_update(&mac, key.p, key.len);
	crypto_auth_hmacsha256_final(&mac, extracted);
	crypto_auth_hmacsha256_init(&mac, extracted, sizeof(extracted));
	crypto_auth_hmacsha256_update(&mac, (const uint8_t *)info.p, info.len);
	crypto_auth_hmacsha256_update(&mac, &first, 1);
	crypto_auth_hmacsha256_final(&mac, out);
	cs_wipe(extracted, sizeof(extracted));
	cs_wipe(&mac, sizeof(mac));
}

static const uint8_t zero_nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

void
cs_age_wrap(const uint8_t key[static 32], const uint8_t file_key[static CS_AGE_FILE_KEY_LEN],
    uint8_t out[static CS_AGE_WRAPPED_LEN])
{
	crypto_aead_chacha20poly1305_ietf_encrypt(
	    out, NULL, file_key, CS_AGE_FILE_KEY_LEN, NULL, 0, NULL, zero_nonce, key);
}

bool
cs_age_unwrap(const uint8_t key[static 32], const uint8_t body[static CS_AGE_WRAPPED_LEN],
    uint8_t out_file_key[static CS_AGE_FILE_KEY_LEN])
{
	return crypto_aead_chacha20poly1305_ietf_decrypt(out_file_key, NULL, NULL, body,
		   CS_AGE_WRAPPED_LEN, NULL, 0, zero_nonce, key) == 0;
}

cs_err
cs_age_identity_new(const struct cs_random *rng, struct cs_secret **out)
{
	return cs_secret_random(rng, CS_AGE_KEY_LEN, out);
}

cs_err
cs_age_identity_decode(cs_str text, struct cs_secret **out)
{
	uint8_t key[CS_AGE_KEY_LEN];

	*out = NULL;
	CS_TRY(cs_bech32_decode(text, IDENTITY_NAME, sizeof(key), key));
	cs_err err = cs_secret_from(CS_SPAN(key, sizeof(key)), out);
	cs_wipe(key, sizeof(key));
	return err;
}

void
cs_age_identity_encode(const struct cs_secret *identity, struct cs_buf *out)
{
	size_t start = out->len;

	cs_bech32_encode(IDENTITY_NAME, cs_secret_span(identity), out);
	/* age wants this one in capitals. Which characters are letters is told by arithmetic alone. */
	for (size_t i = start; !out->has_failed && i < out->len; i++)
		out->p[i] = (uint8_t)(out->p[i] - (((unsigned)('a' - 1 - out->p[i]) >> 31) << 5));
}

cs_age_recipient
cs_age_recipient_of(const struct cs_secret *identity)
{
	cs_age_recipient r;

	cs_age_start();
	/* Of no key is this the zero point: the base point has no low order. */
	CS_ASSERT(crypto_scalarmult_base(r.b, cs_secret_span(identity).p) == 0);
	return r;
}

cs_err
cs_age_recipient_decode(cs_str text, cs_age_recipient *out)
{
	return cs_bech32_decode(text, RECIPIENT_NAME, sizeof(out->b), out->b);
}

void
cs_age_recipient_encode(const cs_age_recipient *r, struct cs_buf *out)
{
	cs_bech32_encode(RECIPIENT_NAME, CS_SPAN(r->b, sizeof(r->b)), out);
}
