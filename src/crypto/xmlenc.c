#include "crypto/xmlenc.h"

#include <openssl/evp.h>

#include "crypto/secret.h"

#define BLOCK 16
#define XENC "http://www.w3.org/2001/04/xmlenc#"
#define DSIG "http://www.w3.org/2000/09/xmldsig#"
#define DSIG_MORE "http://www.w3.org/2001/04/xmldsig-more#"

static const struct {
	const char *uri;
	const char *cipher; /* OpenSSL's name */
	size_t key_len;
} ciphers[] = {
	[CS_XMLENC_CBC_128] = { XENC "aes128-cbc", "AES-128-CBC", 16 },
	[CS_XMLENC_CBC_192] = { XENC "aes192-cbc", "AES-192-CBC", 24 },
	[CS_XMLENC_CBC_256] = { XENC "aes256-cbc", "AES-256-CBC", 32 },
	[CS_XMLENC_KW_128] = { XENC "kw-aes128", "id-aes128-wrap", 16 },
	[CS_XMLENC_KW_192] = { XENC "kw-aes192", "id-aes192-wrap", 24 },
	[CS_XMLENC_KW_256] = { XENC "kw-aes256", "id-aes256-wrap", 32 },
};

static const struct {
	const char *uri;
	enum cs_digest digest;
	const char *name;
} macs[] = {
	{ DSIG "hmac-sha1", CS_DIGEST_SHA1, "SHA1" },
	{ DSIG_MORE "hmac-sha256", CS_DIGEST_SHA256, "SHA256" },
	{ DSIG_MORE "hmac-sha384", CS_DIGEST_SHA384, "SHA384" },
	{ DSIG_MORE "hmac-sha512", CS_DIGEST_SHA512, "SHA512" },
};

cs_err
cs_xmlenc_decode(cs_str uri, enum cs_xmlenc *out)
{
	for (size_t i = CS_XMLENC_CBC_128; i < CS_COUNT(ciphers); i++)
		if (cs_str_equal(uri, cs_str_c(ciphers[i].uri))) {
			*out = (enum cs_xmlenc)i;
			return CS_OK;
		}
	return CS_FAIL(INVALID);
}

cs_err
cs_xmlenc_cbc_for(size_t key_len, enum cs_xmlenc *out)
{
	for (size_t i = CS_XMLENC_CBC_128; i <= CS_XMLENC_CBC_256; i++)
		if (ciphers[i].key_len == key_len) {
			*out = (enum cs_xmlenc)i;
			return CS_OK;
		}
	return CS_FAIL(INVALID);
}

cs_str
cs_xmlenc_uri(enum cs_xmlenc c)
{
	return cs_str_c(ciphers[c].uri);
}

bool
cs_xmlenc_is_cbc(enum cs_xmlenc c)
{
	return c <= CS_XMLENC_CBC_256;
}

static void
cipher_free(EVP_CIPHER **c)
{
	EVP_CIPHER_free(*c);
}

static void
context_free(EVP_CIPHER_CTX **c)
{
	EVP_CIPHER_CTX_free(*c);
}

/* One pass without OpenSSL's own padding: XML Encryption's says its length in the last byte alone. */
static cs_err
run(enum cs_xmlenc c, cs_span key, const uint8_t *iv, int is_sealing, cs_span in, uint8_t *out,
    size_t *out_len)
{
	CS_AUTO(cipher_free) EVP_CIPHER *cipher = NULL;
	CS_AUTO(context_free) EVP_CIPHER_CTX *ctx = NULL;
	int len = 0, rest = 0;

	cipher = EVP_CIPHER_fetch(NULL, ciphers[c].cipher, NULL);
	ctx = EVP_CIPHER_CTX_new();
	if (cipher == NULL || ctx == NULL)
		return CS_FAIL(CRYPTO);
	EVP_CIPHER_CTX_set_flags(ctx, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	if (EVP_CipherInit_ex2(ctx, cipher, key.p, iv, is_sealing, NULL) != 1 ||
	    EVP_CIPHER_CTX_set_padding(ctx, 0) != 1)
		return CS_FAIL(CRYPTO);
	if (EVP_CipherUpdate(ctx, out, &len, in.p, (int)in.len) != 1 ||
	    EVP_CipherFinal_ex(ctx, out + len, &rest) != 1)
		return CS_FAIL(FORBIDDEN);
	*out_len = (size_t)len + (size_t)rest;
	return CS_OK;
}

static cs_err
open_into(enum cs_xmlenc c, cs_span key, cs_span sealed, uint8_t *plain, size_t *out_len)
{
	if (!cs_xmlenc_is_cbc(c))
		return run(c, key, NULL, 0, sealed, plain, out_len);
	CS_TRY(run(
	    c, key, sealed.p, 0, CS_SPAN(sealed.p + BLOCK, sealed.len - BLOCK), plain, out_len));
	size_t padding = plain[*out_len - 1];
	if (padding == 0 || padding > BLOCK)
		return CS_FAIL(FORBIDDEN);
	*out_len -= padding;
	return CS_OK;
}

cs_err
cs_xmlenc_open(enum cs_xmlenc c, cs_span key, cs_span sealed, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	size_t unit = cs_xmlenc_is_cbc(c) ? BLOCK : BLOCK / 2;
	size_t least = cs_xmlenc_is_cbc(c) ? 2 * BLOCK : 3 * BLOCK / 2;
	size_t len = 0;

	cs_buf_init_sensitive(&plain, sealed.len + BLOCK);
	if (sealed.len < least || sealed.len % unit != 0 || sealed.len > INT32_MAX)
		return CS_FAIL(INVALID);
	if (key.len != ciphers[c].key_len)
		return CS_FAIL(FORBIDDEN);
	uint8_t *to = cs_buf_reserve(&plain, sealed.len + BLOCK);
	if (to == NULL)
		return CS_FAIL(LIMIT);
	CS_TRY(open_into(c, key, sealed, to, &len));
	cs_buf_add(out, CS_SPAN(to, len));
	return cs_buf_finish(out, NULL);
}

cs_err
cs_xmlenc_seal(
    enum cs_xmlenc c, cs_span key, const uint8_t iv[static 16], cs_span plain, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf padded;
	size_t padding = BLOCK - plain.len % BLOCK;
	size_t len = 0;

	cs_buf_init_sensitive(&padded, plain.len + BLOCK);
	if (!cs_xmlenc_is_cbc(c) || key.len != ciphers[c].key_len || plain.len > INT32_MAX - BLOCK)
		return CS_FAIL(INVALID);
	cs_buf_add(&padded, plain);
	for (size_t i = 0; i < padding; i++)
		cs_buf_add_byte(&padded, (uint8_t)padding);
	cs_buf_add(out, CS_SPAN(iv, BLOCK));
	uint8_t *to = cs_buf_reserve(out, padded.len);
	if (to == NULL || padded.has_failed)
		return CS_FAIL(LIMIT);
	return run(c, key, iv, 1, cs_buf_span(&padded), to, &len);
}

cs_err
cs_xmlenc_mac_decode(cs_str uri, enum cs_digest *out)
{
	for (size_t i = 0; i < CS_COUNT(macs); i++)
		if (cs_str_equal(uri, cs_str_c(macs[i].uri))) {
			*out = macs[i].digest;
			return CS_OK;
		}
	return CS_FAIL(INVALID);
}

cs_err
cs_xmlenc_mac(enum cs_digest d, cs_span key, cs_span message, uint8_t out[static CS_DIGEST_MAX])
{
	const char *name = NULL;
	size_t len = 0;

	for (size_t i = 0; i < CS_COUNT(macs); i++)
		if (macs[i].digest == d)
			name = macs[i].name;
	if (EVP_Q_mac(NULL, "HMAC", NULL, name, NULL, key.p, key.len, message.p, message.len, out,
		CS_DIGEST_MAX, &len) == NULL ||
	    len != cs_digest_len(d))
		return CS_FAIL(CRYPTO);
	return CS_OK;
}
