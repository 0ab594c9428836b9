#include "crypto/aes_block.h"

#include <string.h>

#include <openssl/evp.h>

static void
free_context(EVP_CIPHER_CTX **ctx)
{
	EVP_CIPHER_CTX_free(*ctx); /* wipes the key */
	*ctx = NULL;
}

cs_err
cs_aes128_block_decrypt(const uint8_t key[static CS_AES_BLOCK_LEN],
    const uint8_t in[static CS_AES_BLOCK_LEN], uint8_t out[static CS_AES_BLOCK_LEN])
{
	CS_AUTO(free_context) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len = 0;

	memset(out, 0, CS_AES_BLOCK_LEN);
	if (ctx == NULL || EVP_DecryptInit_ex2(ctx, EVP_aes_128_ecb(), key, NULL, NULL) != 1 ||
	    EVP_CIPHER_CTX_set_padding(ctx, 0) != 1 ||
	    EVP_DecryptUpdate(ctx, out, &len, in, CS_AES_BLOCK_LEN) != 1 || len != CS_AES_BLOCK_LEN)
		return CS_FAIL(CRYPTO);
	return CS_OK;
}
