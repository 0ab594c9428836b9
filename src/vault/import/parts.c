#include "vault/import/parts.h"

#include "base/codec.h"
#include "crypto/secret.h"
#include "proto/otpauth.h"
#include "proto/steam.h"
#include "proto/totp.h"

#include <string.h>

#define SECRET_TEXT_MAX 4096

struct cs_entry
cs_import_entry(void)
{
	return (struct cs_entry){
		.kind = CS_ENTRY_TOTP,
		.hotp = cs_totp_usual.hotp,
		.period_s = cs_totp_usual.period_s,
	};
}

/* What a decoder left in a buffer that is about to be wiped. */
static bool
keep(struct cs_import *in, const struct cs_buf *bytes, cs_span *out)
{
	if (bytes->has_failed || cs_arena_room(in->arena) < bytes->len + 64)
		return false;
	*out = cs_arena_span(in->arena, cs_buf_span(bytes));
	return true;
}

bool
cs_import_base32(struct cs_import *in, cs_str text, cs_span *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;

	*out = CS_SPAN_NONE;
	cs_buf_init_sensitive(&bytes, SECRET_TEXT_MAX);
	return !cs_failed(cs_otpauth_key_decode(text, &bytes)) && keep(in, &bytes, out);
}

/* text without what fillers hold, so that a strict decoder can read it. */
static void
strip(cs_str text, const char *fillers, struct cs_buf *out)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] != '\0' && strchr(fillers, text.p[i]) == NULL)
			cs_buf_add_byte(out, (uint8_t)text.p[i]);
}

bool
cs_import_hex(struct cs_import *in, cs_str text, cs_span *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;

	*out = CS_SPAN_NONE;
	cs_buf_init_sensitive(&plain, text.len + 1);
	cs_buf_init_sensitive(&bytes, text.len + 1);
	strip(text, " \t\r\n-:", &plain);
	return !cs_failed(cs_hex_decode(cs_buf_str(&plain), &bytes)) && keep(in, &bytes, out);
}

bool
cs_import_base64(struct cs_import *in, cs_str text, cs_span *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;

	*out = CS_SPAN_NONE;
	cs_buf_init_sensitive(&plain, text.len + 1);
	cs_buf_init_sensitive(&bytes, text.len + 1);
	strip(text, " \t\r\n=", &plain);
	for (size_t i = 0; i < plain.len; i++)
		plain.p[i] = plain.p[i] == '+' ? '-' : plain.p[i] == '/' ? '_' : plain.p[i];
	return !cs_failed(cs_base64url_decode(cs_buf_str(&plain), &bytes)) && keep(in, &bytes, out);
}

bool
cs_import_hash(cs_str text, enum cs_hash *out)
{
	static const struct {
		const char *name;
		enum cs_hash hash;
	} names[] = {
		{ "", CS_SHA1 },
		{ "sha1", CS_SHA1 },
		{ "sha256", CS_SHA256 },
		{ "sha512", CS_SHA512 },
	};
	char plain[16];
	size_t len = 0;

	*out = CS_SHA1;
	for (size_t i = 0; i < text.len && len < sizeof(plain); i++)
		if (text.p[i] != '-' && text.p[i] != '_')
			plain[len++] = text.p[i];
	cs_str name = { plain, len };
	if (cs_str_equal_nocase(cs_str_slice(name, 0, 4), CS_STR("hmac")))
		name = cs_str_slice(name, 4, name.len);
	for (size_t i = 0; i < CS_COUNT(names); i++)
		if (cs_str_equal_nocase(name, cs_str_c(names[i].name))) {
			*out = names[i].hash;
			return true;
		}
	return false;
}

void
cs_import_make_steam(struct cs_entry *e)
{
	e->kind = CS_ENTRY_STEAM;
	e->hotp = (struct cs_hotp){ .hash = CS_SHA1, .digits = CS_STEAM_LETTERS };
	e->period_s = cs_totp_usual.period_s;
}

void
cs_import_split_label(struct cs_entry *e, cs_str label)
{
	size_t colon = cs_str_find(label, ':', 0);
	cs_str head = cs_str_trim(cs_str_slice(label, 0, colon));
	cs_str tail = cs_str_trim(cs_str_slice(label, colon + 1, label.len));

	e->account = cs_str_trim(label);
	if (colon == label.len || tail.len == 0)
		return;
	if (e->issuer.len == 0)
		e->issuer = head;
	if (cs_str_equal(e->issuer, head))
		e->account = tail;
}

/* Control characters in a name come from bad scans; a space stands for each. */
static cs_str
mend(struct cs_import *in, cs_str text, bool is_note)
{
	size_t len = 0;

	if (text.len == 0 || cs_arena_room(in->arena) < text.len + 64)
		return text;
	char *to = cs_arena_c(in->arena, text);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (is_note && c == '\r' && i + 1 < text.len && text.p[i + 1] == '\n')
			continue;
		if (is_note && (c == '\n' || c == '\t'))
			to[len++] = (char)c;
		else
			to[len++] = c == '\r' && is_note    ? '\n'
				    : c < 0x20 || c == 0x7f ? ' '
							    : (char)c;
	}
	return is_note ? (cs_str){ to, len } : cs_str_trim((cs_str){ to, len });
}

/* At a character's end. */
static cs_str
cut(cs_str text, size_t max)
{
	if (text.len <= max)
		return text;
	return cs_str_slice(text, 0, cs_utf8_prefix(CS_SPAN(text.p, max)));
}

cs_err
cs_import_take(struct cs_import *in, const struct cs_entry *e, const char *why, const char *dropped)
{
	struct cs_entry mended = *e;
	cs_str lost = cs_str_c(dropped);

	/* Programs write any figures beside Steam's kind, and make its codes all the same. */
	if (mended.kind == CS_ENTRY_STEAM)
		mended.hotp = (struct cs_hotp){ .hash = CS_SHA1, .digits = CS_STEAM_LETTERS };
	mended.issuer = mend(in, e->issuer, false);
	mended.account = mend(in, e->account, false);
	mended.note = cut(mend(in, e->note, true), CS_ENTRY_NOTE_MAX);
	if (mended.note.len < e->note.len && e->note.len > CS_ENTRY_NOTE_MAX)
		lost = lost.len == 0 ? CS_STR("the end of a long note")
				     : cs_arena_printf(in->arena, "%.*s, the end of a long note",
					   CS_STR_ARG(lost));
	if (why != NULL)
		return cs_import_refuse(in, &mended, why);
	return cs_import_add(in, &mended, lost);
}

void
cs_import_add_tag(struct cs_import *in, struct cs_entry *e, cs_str tag)
{
	tag = cut(mend(in, tag, false), CS_ENTRY_TEXT_MAX);
	if (tag.len == 0 || e->tag_count == CS_ENTRY_TAGS_MAX)
		return;
	for (size_t i = 0; i < e->tag_count; i++)
		if (cs_str_equal(e->tags[i], tag))
			return;
	if (e->tags == NULL)
		e->tags = CS_NEW_ARRAY(in->arena, cs_str, CS_ENTRY_TAGS_MAX);
	e->tags[e->tag_count++] = tag;
}

bool
cs_import_begins(cs_span file, char c)
{
	size_t i =
	    file.len >= 3 && file.p[0] == 0xef && file.p[1] == 0xbb && file.p[2] == 0xbf ? 3 : 0;

	while (i < file.len && strchr(" \t\r\n", file.p[i]) != NULL && file.p[i] != '\0')
		i++;
	return i < file.len && file.p[i] == (uint8_t)c;
}

bool
cs_import_mentions(cs_span file, const char *text)
{
	return file.len > 0 && memmem(file.p, file.len, text, strlen(text)) != NULL;
}

cs_err
cs_import_needs_password(struct cs_import *in, const char *what)
{
	in->problem = what;
	return CS_FAIL(FORBIDDEN);
}

cs_err
cs_import_wrong_password(struct cs_import *in)
{
	return cs_import_needs_password(in, "the password is wrong");
}
