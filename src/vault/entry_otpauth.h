/*
 * entry_otpauth.h - an entry as what apps hand each other: one otpauth:// address, or one account of
 * a migration code.
 */
#ifndef CS_VAULT_ENTRY_OTPAUTH_H
#define CS_VAULT_ENTRY_OTPAUTH_H

#include "proto/migration.h"
#include "proto/otpauth.h"
#include "vault/entry.h"

/*
 * out: the names are borrowed, the rest is to be cleared. False, and nothing to clear: its kind has
 * no such address, or it has no secret.
 */
bool cs_entry_to_otpauth(const struct cs_entry *e, struct cs_otpauth *out);

/*
 * Kind, names (borrowed), secret and parameters; what else e holds stays.
 *   a	the secret is copied there
 * Errors: LIMIT (the arena's).
 */
cs_err cs_entry_from_otpauth(struct cs_arena *a, const struct cs_otpauth *o, struct cs_entry *e);

/*
 * All is borrowed. False: the apps' migration codes cannot carry it.
 *   out_why	one clause of static text, for a person; NULL when it can
 */
bool cs_entry_to_migration(
    const struct cs_entry *e, struct cs_migration_item *out, const char **out_why);

#endif
