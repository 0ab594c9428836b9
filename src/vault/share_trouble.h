/*
 * share_trouble.h - how the files of shares.h fill in what is wrong.
 */
#ifndef CS_VAULT_SHARE_TROUBLE_H
#define CS_VAULT_SHARE_TROUBLE_H

#include "vault/shares.h"

__attribute__((format(printf, 2, 3))) void cs_share_say(
    struct cs_share_trouble *trouble, const char *fmt, ...);

#endif
