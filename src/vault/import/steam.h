/*
 * steam.h - one account of Steam, as its maFile describes it.
 */
#ifndef CS_VAULT_IMPORT_STEAM_H
#define CS_VAULT_IMPORT_STEAM_H

#include "vault/import/parts.h"

/* {"account_name","shared_secret","revocation_code","identity_secret"} into one item. */
cs_err cs_import_steam_account(struct cs_import *in, const json_t *account);

#endif
