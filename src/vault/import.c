#include "vault/import.h"

#include "crypto/foreign.h"
#include "vault/import/parts.h"

#include <string.h>

#define F(NAME) extern const struct cs_import_format cs_import_##NAME;
#include "vault/import/formats.def"
#undef F

const struct cs_import_format *const cs_import_formats[] = {
#define F(NAME) &cs_import_##NAME,
#include "vault/import/formats.def"
#undef F
	NULL,
};

/* What the programme's own texts about one item may take. */
#define ITEM_ROOM 4096

/* Doubled, and never moved twice for the same item: an arena frees nothing in between. */
static cs_err
make_room(struct cs_import *in)
{
	size_t room = in->item_room == 0 ? 64 : in->item_room * 2;
	void *items = NULL;

	if (cs_arena_room(in->arena) < ITEM_ROOM)
		return CS_FAIL(LIMIT);
	if (in->item_count >= CS_IMPORT_ITEMS_MAX)
		return CS_FAIL(LIMIT);
	if (in->item_count < in->item_room)
		return CS_OK;
	CS_TRY(cs_arena_try(in->arena, room * sizeof(*in->items), &items));
	if (in->item_count > 0)
		memcpy(items, in->items, in->item_count * sizeof(*in->items));
	in->items = items;
	in->item_room = room;
	return CS_OK;
}

cs_err
cs_import_add(struct cs_import *in, const struct cs_entry *e, cs_str dropped)
{
	const char *reason = NULL;
	struct cs_import_item item = { 0 };

	if (!cs_entry_is_whole(e, &reason))
		return cs_import_refuse(in, e, reason);
	CS_TRY(make_room(in));
	CS_TRY(cs_entry_copy(in->arena, e, &item.entry));
	item.dropped = cs_arena_str(in->arena, dropped);
	in->items[in->item_count++] = item;
	return CS_OK;
}

/* As much of a name as can be shown. */
static cs_str
name_of(struct cs_import *in, cs_str name)
{
	size_t len = name.len > CS_ENTRY_TEXT_MAX ? CS_ENTRY_TEXT_MAX : name.len;

	return cs_arena_str(in->arena, cs_str_slice(name, 0, cs_utf8_prefix(CS_SPAN(name.p, len))));
}

/* What cannot be kept has no use for its secret; that the arena has room is seen to by make_room. */
cs_err
cs_import_refuse(struct cs_import *in, const struct cs_entry *e, const char *why)
{
	CS_TRY(make_room(in));
	in->items[in->item_count++] = (struct cs_import_item){
		.entry = {
			.kind = e->kind,
			.issuer = name_of(in, e->issuer),
			.account = name_of(in, e->account),
			.hotp = e->hotp,
			.period_s = e->period_s,
			.counter = e->counter,
		},
		.refused = cs_arena_str(in->arena, cs_str_c(why)),
	};
	return CS_OK;
}

cs_err
cs_import_problem(struct cs_import *in, const char *why)
{
	in->problem = why;
	return CS_FAIL(INVALID);
}

void
cs_import_prepare(void)
{
	cs_foreign_prepare();
	/* Without a seed of its own the same file could make every hash table a list. */
	json_object_seed(0);
}

static const struct cs_import_format *
format_of(const struct cs_import *in, const char *name)
{
	for (size_t i = 0; cs_import_formats[i] != NULL; i++) {
		const struct cs_import_format *f = cs_import_formats[i];

		if (name != NULL ? strcmp(f->name, name) == 0 : f->is_mine(in->file))
			return f;
	}
	return NULL;
}

static uint32_t
unit_at(cs_span file, size_t i, bool is_big)
{
	return is_big ? (uint32_t)file.p[i] << 8 | file.p[i + 1]
		      : (uint32_t)file.p[i + 1] << 8 | file.p[i];
}

static size_t
put_utf8(uint8_t *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (uint8_t)(0xc0 | c >> 6);
		to[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	size_t len = c < 0x10000 ? 3 : 4;
	to[0] = (uint8_t)(len == 3 ? 0xe0 | c >> 12 : 0xf0 | c >> 18);
	for (size_t i = 1; i < len; i++)
		to[i] = (uint8_t)(0x80 | (c >> 6 * (len - 1 - i) & 0x3f));
	return len;
}

/* What Windows' shells and editors call "Unicode": UTF-16 behind its mark. Else the file stays as it is. */
static cs_err
mend_utf16(struct cs_import *in)
{
	cs_span file = in->file;
	size_t len = 0;
	void *to = NULL;

	if (file.len < 4 || file.len % 2 != 0 ||
	    !((file.p[0] == 0xff && file.p[1] == 0xfe) || (file.p[0] == 0xfe && file.p[1] == 0xff)))
		return CS_OK;
	bool is_big = file.p[0] == 0xfe;
	CS_TRY(cs_arena_try(in->arena, file.len / 2 * 3, &to));
	for (size_t i = 2; i < file.len; i += 2) {
		uint32_t c = unit_at(file, i, is_big);

		if (c >= 0xd800 && c < 0xdc00 && i + 3 < file.len) {
			uint32_t low = unit_at(file, i + 2, is_big);

			c = low >= 0xdc00 && low < 0xe000
				? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00)
				: 0xd800;
			i += 2;
		}
		if (c == 0 || (c >= 0xd800 && c < 0xe000))
			return CS_OK;
		len += put_utf8((uint8_t *)to + len, c);
	}
	in->file = CS_SPAN(to, len);
	return CS_OK;
}

/* Why nobody knows a file, when it can be told. */
static const char *
foreign_kind(cs_span file)
{
	cs_str text = { (const char *)file.p, file.len };

	if (cs_str_starts(text, CS_STR("PK\x03\x04")))
		return "it is a ZIP archive: unpack it, and give the file that is in it";
	if (cs_str_starts(text, CS_STR("\x1f\x8b")))
		return "it is compressed with gzip: unpack it first";
	if (cs_str_starts(text, CS_STR("-----BEGIN PGP MESSAGE")))
		return "it is encrypted with PGP: open it with gpg -d, and give what comes out";
	if (cs_str_starts(text, CS_STR("SQLite format 3")))
		return "it is an app's own database: export from the app instead";
	if (cs_import_mentions(file, "<WinAuth "))
		return "it is WinAuth's own file: export from WinAuth, as text";
	if (cs_import_mentions(file, "\"encryption_salt\"") &&
	    cs_import_mentions(file, ".maFile\""))
		return "it is the manifest of encrypted maFiles: give the folder that both are in";
	return "no known program writes files like this one";
}

cs_err
cs_import_read(struct cs_import *in, const char *name, const struct cs_import_format **out_format)
{
	cs_err e;

	*out_format = NULL;
	in->items = NULL;
	in->item_count = 0;
	in->item_room = 0;
	in->problem = NULL;
	e = mend_utf16(in);
	if (cs_failed(e)) {
		in->problem = "it holds more than can be read";
		return e;
	}
	*out_format = format_of(in, name);
	if (*out_format == NULL)
		return cs_import_problem(
		    in, name != NULL ? "there is no format of that name" : foreign_kind(in->file));
	e = (*out_format)->read(in);
	if (cs_failed(e)) {
		in->item_count = 0;
		if (in->problem == NULL)
			in->problem = cs_is(e, CS_E_LIMIT) ? "it holds more than can be read"
							   : "it is damaged, or cut short";
	}
	return e;
}
