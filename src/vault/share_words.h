/*
 * share_words.h - the words of words.def, and what somebody meant who typed one.
 */
#ifndef CS_VAULT_SHARE_WORDS_H
#define CS_VAULT_SHARE_WORDS_H

#include "vault/shares.h"

/* number: 0..1023. Static storage. */
const char *cs_share_word(uint16_t number);
/*
 * The word, or its first four letters or more; any case.
 *   place	which one of a share it is, from 1, for what is said
 * Errors: INVALID, with the word that is nearest.
 */
cs_err cs_share_word_find(
    cs_str typed, size_t place, uint16_t *out, struct cs_share_trouble *trouble);

#endif
