/*
 * share_check.h - three check words behind 29 words of ten bits: a Reed-Solomon code over GF(1024)
 * (modulo x^10 + x^3 + 1, roots a^0, a^1, a^2). It corrects one word and notices any two more.
 */
#ifndef CS_VAULT_SHARE_CHECK_H
#define CS_VAULT_SHARE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CS_SHARE_SYMBOLS 32
#define CS_SHARE_DATA_SYMBOLS 29

/* Fill in the last three. */
void cs_share_check_fill(uint16_t symbols[static CS_SHARE_SYMBOLS]);
bool cs_share_check_holds(const uint16_t symbols[static CS_SHARE_SYMBOLS]);
/* The one symbol whose change would make it hold, and what it would have to be. */
bool cs_share_check_locate(
    const uint16_t symbols[static CS_SHARE_SYMBOLS], size_t *out_at, uint16_t *out_right);
/* The two that would have to change places. */
bool cs_share_check_swapped(
    const uint16_t symbols[static CS_SHARE_SYMBOLS], size_t *out_first, size_t *out_second);

#endif
