#include "vault/export/parts.h"

bool
cs_export_has_code(struct cs_export *x, size_t entry, bool can_steam)
{
	switch (x->entries[entry].kind) {
	case CS_ENTRY_TOTP:
	case CS_ENTRY_HOTP:
		return true;
	case CS_ENTRY_STEAM:
		if (can_steam)
			return true;
		cs_export_leave_out(x, entry, "that format has no place for Steam's letters");
		return false;
	case CS_ENTRY_YUBIKEY:
		cs_export_leave_out(x, entry, "that format has no place for a YubiKey's own key");
		return false;
	default:
		cs_export_leave_out(
		    x, entry, "only its codes were lent: there is no secret to write");
		return false;
	}
}

static void
add(struct cs_buf *b, bool is_lost, const char *what)
{
	if (!is_lost)
		return;
	if (b->len != 0)
		cs_buf_add_c(b, ", ");
	cs_buf_add_c(b, what);
}

void
cs_export_lose_rest(
    struct cs_export *x, size_t entry, const struct cs_export_room *room, const char *other)
{
	const struct cs_entry *e = &x->entries[entry];
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 256);
	add(&b, !room->note && e->note.len != 0, "its note");
	add(&b, !room->tags && e->tag_count != 0, "its tags");
	add(&b, !room->icon && e->icon.len != 0, "its icon");
	add(&b, !room->spares && e->spare_count != 0, "its backup codes");
	add(&b, other != NULL, other != NULL ? other : "");
	if (b.len != 0)
		cs_export_lose(x, entry, cs_arena_str(x->arena, cs_buf_str(&b)));
}
