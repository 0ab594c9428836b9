/*
 * parts.h - what exporters share.
 */
#ifndef CS_VAULT_EXPORT_PARTS_H
#define CS_VAULT_EXPORT_PARTS_H

#include "vault/export.h"

/* The formats' own functions, as struct cs_export_format has them. */
#define E(NAME, TEXT, TITLE, CAN_ENCRYPT) cs_err cs_export_##NAME##_write(struct cs_export *x);
#include "vault/export/formats.def"
#undef E

/* Entries that no other program has a word for are left out: false, and said. */
bool cs_export_has_code(struct cs_export *x, size_t entry, bool can_steam);

/* What a format has a place for, beyond the code and the names. */
struct cs_export_room {
	bool note;
	bool tags;
	bool icon;
	bool spares;
};
/* Says what of the entry has no place there; other: one thing more, or NULL. */
void cs_export_lose_rest(
    struct cs_export *x, size_t entry, const struct cs_export_room *room, const char *other);

#endif
