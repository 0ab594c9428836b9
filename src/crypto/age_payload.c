/*
 * age_payload.c - STREAM: chunks of 64 KiB, each sealed under its number and whether it is the last
 * (C2SP age, "Payload").
 */
#include "crypto/age_parts.h"

#include <sodium.h>

#define CHUNK 65536
#define NONCE_LEN 16

/* 11 bytes of number, big-endian, and one that says whether this chunk is the last. */
static void
chunk_nonce(uint64_t number, bool is_last, uint8_t out[static 12])
{
	memset(out, 0, 12);
	for (unsigned i = 0; i < 8; i++)
		out[10 - i] = (uint8_t)(number >> 8 * i);
	out[11] = is_last ? 1 : 0;
}

static void
payload_key(const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], const uint8_t *nonce,
    uint8_t out[static 32])
{
	cs_age_hkdf(CS_SPAN(file_key, CS_AGE_FILE_KEY_LEN), CS_SPAN(nonce, NONCE_LEN),
	    CS_STR("payload"), out);
}

/* How long the plain text is: the last chunk is not empty, unless all of it is. */
static cs_err
plain_length(size_t sealed, size_t *out)
{
	size_t whole = sealed / (CHUNK + CS_AGE_TAG_LEN), rest = sealed % (CHUNK + CS_AGE_TAG_LEN);

	*out = 0;
	if (sealed == 0 || (rest != 0 && rest < CS_AGE_TAG_LEN + (whole != 0)))
		return CS_FAIL(INVALID);
	*out = whole * CHUNK + (rest == 0 ? 0 : rest - CS_AGE_TAG_LEN);
	return CS_OK;
}

static bool
open_chunks(const uint8_t key[static 32], cs_span sealed, uint8_t *out)
{
	uint8_t nonce[12];

	for (uint64_t number = 0; sealed.len != 0; number++) {
		size_t len =
		    sealed.len < CHUNK + CS_AGE_TAG_LEN ? sealed.len : CHUNK + CS_AGE_TAG_LEN;

		chunk_nonce(number, len == sealed.len, nonce);
		if (crypto_aead_chacha20poly1305_ietf_decrypt(
			out, NULL, NULL, sealed.p, len, NULL, 0, nonce, key) != 0)
			return false;
		out += len - CS_AGE_TAG_LEN;
		sealed = CS_SPAN(sealed.p + len, sealed.len - len);
	}
	return true;
}

cs_err
cs_age_payload_open(
    const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], cs_span payload, struct cs_buf *out)
{
	size_t start = out->len, len;
	uint8_t key[32];

	if (payload.len < NONCE_LEN)
		return CS_FAIL(INVALID);
	cs_span sealed = CS_SPAN(payload.p + NONCE_LEN, payload.len - NONCE_LEN);
	CS_TRY(plain_length(sealed.len, &len));
	if (len > out->max - start)
		return CS_FAIL(LIMIT);
	uint8_t *at = cs_buf_reserve(out, len);
	if (at == NULL)
		return CS_FAIL(LIMIT);
	payload_key(file_key, payload.p, key);
	bool is_right = open_chunks(key, sealed, at);
	cs_wipe(key, sizeof(key));
	if (!is_right) {
		cs_wipe(at, len);
		out->len = start;
		return CS_FAIL(INVALID);
	}
	return CS_OK;
}

static void
seal_chunks(const uint8_t key[static 32], cs_span plain, uint8_t *out)
{
	uint8_t nonce[12];

	for (uint64_t number = 0;; number++) {
		size_t len = plain.len < CHUNK ? plain.len : CHUNK;

		chunk_nonce(number, len == plain.len, nonce);
		crypto_aead_chacha20poly1305_ietf_encrypt(
		    out, NULL, plain.p, len, NULL, 0, NULL, nonce, key);
		if (len == plain.len)
			return;
		out += len + CS_AGE_TAG_LEN;
		plain = CS_SPAN(plain.p + len, plain.len - len);
	}
}

void
cs_age_payload_seal(const struct cs_random *rng, const uint8_t file_key[static CS_AGE_FILE_KEY_LEN],
    cs_span plain, struct cs_buf *out)
{
	size_t chunks = plain.len == 0 ? 1 : (plain.len - 1) / CHUNK + 1;
	uint8_t *at = cs_buf_reserve(out, NONCE_LEN + plain.len + chunks * CS_AGE_TAG_LEN);
	uint8_t key[32];

	if (at == NULL)
		return;
	cs_random_fill(rng, at, NONCE_LEN);
	payload_key(file_key, at, key);
	seal_chunks(key, plain, at + NONCE_LEN);
	cs_wipe(key, sizeof(key));
}
