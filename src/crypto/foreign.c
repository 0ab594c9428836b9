#include "crypto/foreign.h"

#include "crypto/library.h"
#include "crypto/secret.h"

#include <argon2.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <sodium.h>

#define TAG_LEN 16
#define GCM_NONCE_MAX 64
#define CBC_BLOCK 16

static const EVP_MD *
digest_of(enum cs_hash h)
{
	const struct cs_library *l = cs_library();

	return h == CS_SHA1 ? l->sha1 : h == CS_SHA256 ? l->sha256 : l->sha512;
}

static void
cipher_free(EVP_CIPHER_CTX **ctx)
{
	EVP_CIPHER_CTX_free(*ctx);
	*ctx = NULL;
}

cs_err
cs_foreign_pbkdf2(enum cs_hash h, cs_span password, cs_span salt, int64_t iterations,
    size_t out_len, uint8_t *out)
{
	CS_ASSERT(out_len > 0 && out_len <= CS_FOREIGN_KEY_MAX);
	memset(out, 0, out_len);
	if (iterations < 1 || salt.len > INT_MAX || password.len > INT_MAX)
		return CS_FAIL(INVALID);
	if (iterations > CS_FOREIGN_PBKDF2_MAX)
		return CS_FAIL(LIMIT);
	if (PKCS5_PBKDF2_HMAC((const char *)password.p, (int)password.len, salt.p, (int)salt.len,
		(int)iterations, digest_of(h), (int)out_len, out) != 1)
		return CS_FAIL(CRYPTO);
	return CS_OK;
}

cs_err
cs_foreign_scrypt(
    cs_span password, cs_span salt, int64_t n, int64_t r, int64_t p, size_t out_len, uint8_t *out)
{
	CS_ASSERT(out_len > 0 && out_len <= CS_FOREIGN_KEY_MAX);
	memset(out, 0, out_len);
	if (n < 2 || (n & (n - 1)) != 0 || r < 1 || p < 1)
		return CS_FAIL(INVALID);
	/* Each alone first, so that no product overflows. */
	if (n > CS_FOREIGN_MEMORY_MAX || r > 1024 || p > 1024 ||
	    128 * r * (n + p) > CS_FOREIGN_MEMORY_MAX || 256 * r * n * p > CS_FOREIGN_WORK_MAX)
		return CS_FAIL(LIMIT);
	if (EVP_PBE_scrypt((const char *)password.p, password.len, salt.p, salt.len, (uint64_t)n,
		(uint64_t)r, (uint64_t)p, CS_FOREIGN_MEMORY_MAX + (1 << 20), out, out_len) != 1)
		return CS_FAIL(CRYPTO);
	return CS_OK;
}

/* libsodium knows one lane alone. Lanes are computed one after another: no threads in a sandbox. */
cs_err
cs_foreign_argon2id(cs_span password, cs_span salt, int64_t passes, int64_t memory_kib,
    int64_t lanes, size_t out_len, uint8_t *out)
{
	CS_ASSERT(out_len > 0 && out_len <= CS_FOREIGN_KEY_MAX);
	memset(out, 0, out_len);
	if (passes < 1 || lanes < 1 || memory_kib < 8 || salt.len < 8 || salt.len > 64 ||
	    password.len > INT_MAX)
		return CS_FAIL(INVALID);
	if (lanes > 16 || passes > 1024 || memory_kib > CS_FOREIGN_MEMORY_MAX / 1024 ||
	    passes * memory_kib > CS_FOREIGN_WORK_MAX / 1024)
		return CS_FAIL(LIMIT);
	if (memory_kib < 8 * lanes)
		return CS_FAIL(INVALID);
	argon2_context ctx = {
		.out = out,
		.outlen = (uint32_t)out_len,
		.pwd = (uint8_t *)(uintptr_t)password.p,
		.pwdlen = (uint32_t)password.len,
		.salt = (uint8_t *)(uintptr_t)salt.p,
		.saltlen = (uint32_t)salt.len,
		.t_cost = (uint32_t)passes,
		.m_cost = (uint32_t)memory_kib,
		.lanes = (uint32_t)lanes,
		.threads = 1,
		.version = ARGON2_VERSION_13,
	};
	int result = argon2id_ctx(&ctx);

	return result == ARGON2_OK                        ? CS_OK
	       : result == ARGON2_MEMORY_ALLOCATION_ERROR ? CS_FAIL(LIMIT)
							  : CS_FAIL(CRYPTO);
}

cs_err
cs_foreign_hkdf_expand(cs_span key, cs_str info, size_t out_len, uint8_t *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf message;
	uint8_t block[CS_SHA256_LEN];
	size_t done = 0;

	CS_ASSERT(out_len > 0 && out_len <= CS_FOREIGN_KEY_MAX);
	memset(out, 0, out_len);
	cs_buf_init_sensitive(&message, sizeof(block) + info.len + 1);
	for (uint8_t i = 1; done < out_len; i++) {
		cs_span text;
		size_t part = out_len - done < sizeof(block) ? out_len - done : sizeof(block);

		cs_buf_reset(&message);
		if (i > 1)
			cs_buf_add(&message, CS_SPAN(block, sizeof(block)));
		cs_buf_add_str(&message, info);
		cs_buf_add_byte(&message, i);
		CS_TRY(cs_buf_finish(&message, &text));
		CS_TRY(cs_hmac_sha256(key, text, block));
		memcpy(out + done, block, part);
		done += part;
	}
	cs_wipe(block, sizeof(block));
	return CS_OK;
}

static const EVP_CIPHER *
gcm_of(size_t key_len)
{
	switch (key_len) {
	case 16:
		return EVP_aes_128_gcm();
	case 24:
		return EVP_aes_192_gcm();
	case 32:
		return EVP_aes_256_gcm();
	default:
		return NULL;
	}
}

static const EVP_CIPHER *
cbc_of(size_t key_len)
{
	switch (key_len) {
	case 16:
		return EVP_aes_128_cbc();
	case 24:
		return EVP_aes_192_cbc();
	case 32:
		return EVP_aes_256_cbc();
	default:
		return NULL;
	}
}

/* is_sealing: 1 or 0, as OpenSSL has it. */
static cs_err
gcm_begin(int is_sealing, cs_span key, cs_span nonce, cs_span aad, EVP_CIPHER_CTX **out)
{
	CS_AUTO(cipher_free) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	const EVP_CIPHER *cipher = gcm_of(key.len);
	int len;

	if (cipher == NULL || nonce.len == 0 || nonce.len > GCM_NONCE_MAX || aad.len > INT_MAX)
		return CS_FAIL(INVALID);
	if (ctx == NULL || EVP_CipherInit_ex(ctx, cipher, NULL, NULL, NULL, is_sealing) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)nonce.len, NULL) != 1 ||
	    EVP_CipherInit_ex(ctx, NULL, NULL, key.p, nonce.p, is_sealing) != 1 ||
	    (aad.len > 0 && EVP_CipherUpdate(ctx, NULL, &len, aad.p, (int)aad.len) != 1))
		return CS_FAIL(CRYPTO);
	*out = CS_TAKE(ctx);
	return CS_OK;
}

cs_err
cs_foreign_gcm_open(
    cs_span key, cs_span nonce, cs_span aad, cs_span sealed, cs_span tag, struct cs_buf *out)
{
	CS_AUTO(cipher_free) EVP_CIPHER_CTX *ctx = NULL;
	size_t before = out->len;
	int len = 0;

	if (tag.len != TAG_LEN || sealed.len > INT_MAX)
		return CS_FAIL(INVALID);
	CS_TRY(gcm_begin(0, key, nonce, aad, &ctx));
	uint8_t *plain = cs_buf_reserve(out, sealed.len);
	if (plain == NULL)
		return CS_FAIL(LIMIT);
	if (EVP_DecryptUpdate(ctx, plain, &len, sealed.p, (int)sealed.len) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, (void *)(uintptr_t)tag.p) ==
		1 &&
	    EVP_DecryptFinal_ex(ctx, plain + len, &len) == 1)
		return CS_OK;
	cs_wipe(plain, sealed.len);
	out->len = before;
	return CS_FAIL(FORBIDDEN);
}

cs_err
cs_foreign_gcm_open_joined(
    cs_span key, cs_span nonce, cs_span aad, cs_span sealed, struct cs_buf *out)
{
	if (sealed.len < TAG_LEN)
		return CS_FAIL(INVALID);
	size_t len = sealed.len - TAG_LEN;

	return cs_foreign_gcm_open(
	    key, nonce, aad, CS_SPAN(sealed.p, len), CS_SPAN(sealed.p + len, TAG_LEN), out);
}

cs_err
cs_foreign_gcm_seal(
    cs_span key, cs_span nonce, cs_span plain, struct cs_buf *out, uint8_t out_tag[static TAG_LEN])
{
	CS_AUTO(cipher_free) EVP_CIPHER_CTX *ctx = NULL;
	int len = 0;

	memset(out_tag, 0, TAG_LEN);
	if (plain.len > INT_MAX)
		return CS_FAIL(LIMIT);
	CS_TRY(gcm_begin(1, key, nonce, CS_SPAN_NONE, &ctx));
	uint8_t *sealed = cs_buf_reserve(out, plain.len);
	if (sealed == NULL)
		return CS_FAIL(LIMIT);
	if (EVP_EncryptUpdate(ctx, sealed, &len, plain.p, (int)plain.len) != 1 ||
	    EVP_EncryptFinal_ex(ctx, sealed + len, &len) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, out_tag) != 1)
		return CS_FAIL(CRYPTO);
	return CS_OK;
}

cs_err
cs_foreign_cbc_open(cs_span key, cs_span iv, cs_span sealed, struct cs_buf *out)
{
	CS_AUTO(cipher_free) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	const EVP_CIPHER *cipher = cbc_of(key.len);
	size_t before = out->len;
	int head = 0;
	int tail = 0;

	if (cipher == NULL || iv.len != CBC_BLOCK || sealed.len == 0 || sealed.len > INT_MAX ||
	    sealed.len % CBC_BLOCK != 0)
		return CS_FAIL(INVALID);
	if (ctx == NULL || EVP_DecryptInit_ex(ctx, cipher, NULL, key.p, iv.p) != 1)
		return CS_FAIL(CRYPTO);
	uint8_t *plain = cs_buf_reserve(out, sealed.len);
	if (plain == NULL)
		return CS_FAIL(LIMIT);
	if (EVP_DecryptUpdate(ctx, plain, &head, sealed.p, (int)sealed.len) == 1 &&
	    EVP_DecryptFinal_ex(ctx, plain + head, &tail) == 1) {
		out->len = before + (size_t)head + (size_t)tail;
		return CS_OK;
	}
	cs_wipe(plain, sealed.len);
	out->len = before;
	return CS_FAIL(FORBIDDEN);
}

cs_err
cs_foreign_secretstream_open(cs_span key, cs_span header, cs_span sealed, struct cs_buf *out)
{
	crypto_secretstream_xchacha20poly1305_state state;
	unsigned long long len = 0;
	size_t before = out->len;
	unsigned char tag;

	if (key.len != crypto_secretstream_xchacha20poly1305_KEYBYTES ||
	    header.len != crypto_secretstream_xchacha20poly1305_HEADERBYTES ||
	    sealed.len < crypto_secretstream_xchacha20poly1305_ABYTES)
		return CS_FAIL(INVALID);
	uint8_t *plain =
	    cs_buf_reserve(out, sealed.len - crypto_secretstream_xchacha20poly1305_ABYTES);
	if (plain == NULL)
		return CS_FAIL(LIMIT);
	bool is_open =
	    crypto_secretstream_xchacha20poly1305_init_pull(&state, header.p, key.p) == 0 &&
	    crypto_secretstream_xchacha20poly1305_pull(
		&state, plain, &len, &tag, sealed.p, sealed.len, NULL, 0) == 0;
	cs_wipe(&state, sizeof(state));
	if (is_open)
		return CS_OK;
	out->len = before;
	return CS_FAIL(FORBIDDEN);
}

/* One turn of each: OpenSSL keeps what it looked up. */
void
cs_foreign_prepare(void)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	uint8_t zero[CS_FOREIGN_KEY_MAX] = { 0 };
	uint8_t key[CS_FOREIGN_KEY_MAX];
	cs_span salt = CS_SPAN(zero, 16);

	cs_buf_init_sensitive(&plain, sizeof(zero));
	(void)cs_library();
	for (enum cs_hash h = CS_SHA1; h <= CS_SHA512; h++)
		CS_ASSERT(!cs_failed(cs_foreign_pbkdf2(h, salt, salt, 1, sizeof(key), key)));
	CS_ASSERT(!cs_failed(cs_foreign_scrypt(salt, salt, 2, 1, 1, sizeof(key), key)));
	for (size_t len = 16; len <= 32; len += 8) {
		CS_ASSERT(cs_is(cs_foreign_gcm_open(CS_SPAN(zero, len), CS_SPAN(zero, 12), salt,
				    salt, salt, &plain),
		    CS_E_FORBIDDEN));
		/* What comes out of it does not matter. */
		cs_err e = cs_foreign_cbc_open(CS_SPAN(zero, len), salt, salt, &plain);
		CS_ASSERT(!cs_is(e, CS_E_CRYPTO));
	}
}
