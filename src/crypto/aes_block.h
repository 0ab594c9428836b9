/*
 * aes_block.h - one block of AES-128 by itself, as a YubiKey encrypts it. Not for anything longer.
 */
#ifndef CS_CRYPTO_AES_BLOCK_H
#define CS_CRYPTO_AES_BLOCK_H

#include "base/err.h"

#include <stdint.h>

#define CS_AES_BLOCK_LEN 16

/* Errors: CRYPTO. */
cs_err cs_aes128_block_decrypt(const uint8_t key[static CS_AES_BLOCK_LEN],
    const uint8_t in[static CS_AES_BLOCK_LEN], uint8_t out[static CS_AES_BLOCK_LEN]);

#endif
