/*
 * entry_uri.h - the quick way for the one form of otpauth:// that a vault itself writes.
 */
#ifndef CS_VAULT_ENTRY_URI_H
#define CS_VAULT_ENTRY_URI_H

#include "vault/entry.h"

/*
 * False: it is not of that form, and nothing was touched: proto/otpauth.h decides. True: what
 * cs_otpauth_decode would have said, but for bounds, which cs_entry_is_whole knows; the texts lie
 * where the URI lay, in the arena.
 */
bool cs_entry_uri_decode(struct cs_arena *a, cs_str uri, struct cs_entry *e);

#endif
