/*
 * entry_text.c - an entry's lines. They come in the order of the table at the end, each once unless
 * it says otherwise.
 */
#include "vault/entry.h"

#include "base/codec.h"
#include "proto/modhex.h"
#include "vault/capsule.h"
#include "vault/entry_otpauth.h"
#include "vault/entry_uri.h"

#define YUBIKEY_TEXT_MAX 256

#define CODES_A_LINE 32

static void
encode_uri(const struct cs_entry *e, struct cs_buf *out)
{
	struct cs_otpauth o;

	/* an importer's refused item may have no secret */
	if (!cs_entry_to_otpauth(e, &o))
		return;
	cs_buf_add_c(out, "uri ");
	cs_otpauth_encode(&o, out);
	cs_buf_add_byte(out, '\n');
	cs_otpauth_clear(&o);
}

void
cs_entry_yubikey_encode(const struct cs_entry *e, struct cs_buf *out)
{
	cs_buf_add_c(out, "yubikey ");
	if (e->public_id.len == 0)
		cs_buf_add_byte(out, '-');
	cs_modhex_encode(e->public_id, out);
	cs_buf_add_byte(out, ' ');
	cs_hex_encode(e->private_id, out);
	cs_buf_add_byte(out, ' ');
	cs_hex_encode(e->secret, out);
	cs_buf_printf(out, " %llu", (unsigned long long)e->counter);
}

static void
encode_yubikey_line(const struct cs_entry *e, struct cs_buf *out)
{
	cs_entry_yubikey_encode(e, out);
	cs_buf_add_byte(out, '\n');
}

static void
encode_capsule(const struct cs_capsule *c, struct cs_buf *out)
{
	char until[CS_RFC3339_LEN];
	int64_t from = c->of == CS_ENTRY_HOTP ? (int64_t)c->first : c->start_s;
	int64_t by = c->of == CS_ENTRY_HOTP ? (int64_t)c->used : c->period_s;

	cs_time_rfc3339(c->until, until);
	cs_buf_printf(out, "capsule %.*s %lld %lld %zu %.*s\n",
	    CS_STR_ARG(cs_entry_kind_name(c->of)), (long long)from, (long long)by, c->code_len,
	    CS_RFC3339_LEN, until);
	for (size_t i = 0; i < c->count; i++) {
		cs_buf_add_c(out, i % CODES_A_LINE == 0 ? "codes " : " ");
		cs_buf_add(out, CS_SPAN(c->codes + i * c->code_len, c->code_len));
		if ((i + 1) % CODES_A_LINE == 0 || i + 1 == c->count)
			cs_buf_add_byte(out, '\n');
	}
}

static bool
has_blank_end(cs_str s)
{
	return cs_str_trim(s).len != s.len;
}

static void
encode_kind(const struct cs_entry *e, struct cs_buf *out)
{
	bool is_uri = e->kind != CS_ENTRY_YUBIKEY && e->kind != CS_ENTRY_CAPSULE;

	if (is_uri)
		encode_uri(e, out);
	if (!is_uri || e->secret.len == 0 || has_blank_end(e->issuer))
		cs_text_add(out, "issuer", e->issuer);
	if (!is_uri || e->secret.len == 0 || has_blank_end(e->account))
		cs_text_add(out, "account", e->account);
	if (e->kind == CS_ENTRY_YUBIKEY)
		encode_yubikey_line(e, out);
	if (e->kind == CS_ENTRY_CAPSULE && e->capsule != NULL)
		encode_capsule(e->capsule, out);
}

static void
encode_spare(const struct cs_entry_spare *spare, struct cs_buf *out)
{
	char used[CS_RFC3339_LEN];

	cs_buf_add_c(out, "spare");
	cs_text_add_part(out, spare->code);
	if (spare->used.ms != 0) {
		cs_time_rfc3339(spare->used, used);
		cs_text_add_part(out, (cs_str){ used, sizeof(used) });
	}
	cs_buf_add_byte(out, '\n');
}

void
cs_entry_encode(const struct cs_entry *e, struct cs_buf *out)
{
	char id[CS_ID_UUID_LEN];

	cs_id_uuid(e->id, id);
	cs_text_add(out, "entry", cs_id_is_zero(e->id) ? CS_STR("-") : (cs_str){ id, sizeof(id) });
	encode_kind(e, out);
	cs_text_add_time(out, "added", e->added);
	cs_text_add_time(out, "changed", e->changed);
	cs_text_add(out, "note", e->note);
	cs_text_add(out, "icon", e->icon);
	for (size_t i = 0; i < e->tag_count; i++)
		cs_text_add(out, "tag", e->tags[i]);
	for (size_t i = 0; i < e->spare_count; i++)
		encode_spare(&e->spares[i], out);
}

static cs_err
copy_into(struct cs_arena *a, cs_span from, cs_span *out)
{
	void *p;

	CS_TRY(cs_arena_try(a, from.len, &p));
	memcpy(p, from.p, from.len);
	*out = CS_SPAN(p, from.len);
	return CS_OK;
}

static cs_err
decode_id(struct cs_text *t, struct cs_entry *e)
{
	if (cs_str_equal(t->value, CS_STR("-")))
		return CS_OK;
	CS_TRY(cs_id_from_uuid(t->value, &e->id));
	return cs_id_is_zero(e->id) ? CS_FAIL(INVALID) : CS_OK;
}

static cs_err
decode_uri(struct cs_text *t, struct cs_entry *e)
{
	CS_AUTO(cs_otpauth_clear) struct cs_otpauth o = { 0 };

	if (cs_entry_uri_decode(t->arena, t->value, e))
		return CS_OK;
	CS_TRY(cs_otpauth_decode(t->arena, t->value, &o));
	return cs_entry_from_otpauth(t->arena, &o, e);
}

static cs_err
decode_issuer(struct cs_text *t, struct cs_entry *e)
{
	return cs_text_value(t, &e->issuer);
}

static cs_err
decode_account(struct cs_text *t, struct cs_entry *e)
{
	return cs_text_value(t, &e->account);
}

static cs_err
part_bytes(struct cs_text *t, cs_err (*decode)(cs_str, struct cs_buf *), cs_span *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;
	cs_str part;

	cs_buf_init_sensitive(&bytes, CS_ENTRY_SECRET_MAX);
	CS_TRY(cs_text_part(t, &part));
	CS_TRY(decode(part, &bytes));
	return copy_into(t->arena, cs_buf_span(&bytes), out);
}

static cs_err
decode_yubikey(struct cs_text *t, struct cs_entry *e)
{
	int64_t counter;

	e->kind = CS_ENTRY_YUBIKEY;
	CS_TRY(part_bytes(t, cs_modhex_decode, &e->public_id));
	CS_TRY(part_bytes(t, cs_hex_decode, &e->private_id));
	CS_TRY(part_bytes(t, cs_hex_decode, &e->secret));
	CS_TRY(cs_text_number(t, &counter));
	e->counter = (uint64_t)counter;
	return CS_OK;
}

cs_err
cs_entry_yubikey_decode(struct cs_arena *a, cs_str text, struct cs_entry *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf line;
	struct cs_text t;
	cs_str part, rest = text;
	size_t parts = 0;

	*out = (struct cs_entry){ 0 };
	cs_buf_init_sensitive(&line, YUBIKEY_TEXT_MAX);
	for (; cs_str_cut(&rest, ' ', &part); parts += part.len != 0) {
		if (part.len != 0 && parts != 0)
			cs_buf_add_byte(&line, ' ');
		cs_buf_add_str(&line, part);
	}
	cs_buf_add_c(&line, parts == 4 ? " 0\n" : "\n"); /* nobody pastes a counter */
	CS_TRY(cs_buf_finish(&line, NULL));
	CS_TRY(cs_text_begin(a, cs_buf_span(&line), &t));
	CS_TRY(decode_yubikey(&t, out));
	return cs_text_has_part(&t) ? CS_FAIL(INVALID) : CS_OK;
}

static cs_err
decode_capsule(struct cs_text *t, struct cs_entry *e)
{
	int64_t from, by, letters;
	void *p;
	cs_str of;

	CS_TRY(cs_arena_try(t->arena, sizeof(struct cs_capsule), &p));
	struct cs_capsule *c = p;
	CS_TRY(cs_text_part(t, &of));
	CS_TRY(cs_entry_kind_decode(of, &c->of));
	CS_TRY(cs_text_number(t, &from));
	CS_TRY(cs_text_number(t, &by));
	CS_TRY(cs_text_number(t, &letters));
	CS_TRY(cs_text_time(t, &c->until));
	if (letters < 1 || letters > CS_OTP_DIGITS_MAX)
		return CS_FAIL(INVALID);
	c->code_len = (size_t)letters;
	if (c->of == CS_ENTRY_HOTP) {
		c->first = (uint64_t)from;
		c->used = (uint64_t)by;
	} else {
		c->start_s = from;
		c->period_s = by;
	}
	e->kind = CS_ENTRY_CAPSULE;
	e->capsule = c;
	return CS_OK;
}

/* The codes move together where they lie: the lines between them are of no more use. */
static cs_err
decode_codes(struct cs_text *t, struct cs_entry *e)
{
	/* decode_capsule made it, in the arena: it is not somebody else's */
	struct cs_capsule *c = (struct cs_capsule *)(uintptr_t)e->capsule;
	cs_str code;

	if (c == NULL)
		return CS_FAIL(INVALID);
	if (c->codes == NULL)
		c->codes = t->value.p;
	while (cs_text_has_part(t)) {
		CS_TRY(cs_text_part(t, &code));
		if (code.len != c->code_len)
			return CS_FAIL(INVALID);
		if (c->count == CS_CAPSULE_CODES_MAX)
			return CS_FAIL(LIMIT);
		memmove((char *)(uintptr_t)c->codes + c->count * c->code_len, code.p, code.len);
		c->count++;
	}
	return CS_OK;
}

static cs_err
decode_added(struct cs_text *t, struct cs_entry *e)
{
	return cs_text_time(t, &e->added);
}

static cs_err
decode_changed(struct cs_text *t, struct cs_entry *e)
{
	return cs_text_time(t, &e->changed);
}

static cs_err
decode_note(struct cs_text *t, struct cs_entry *e)
{
	return cs_text_value(t, &e->note);
}

static cs_err
decode_icon(struct cs_text *t, struct cs_entry *e)
{
	return cs_text_value(t, &e->icon);
}

static cs_err
decode_tag(struct cs_text *t, struct cs_entry *e)
{
	void *room = e->tags;

	if (e->tag_count == CS_ENTRY_TAGS_MAX)
		return CS_FAIL(LIMIT);
	if (room == NULL)
		CS_TRY(cs_arena_try(t->arena, CS_ENTRY_TAGS_MAX * sizeof(*e->tags), &room));
	e->tags = room;
	return cs_text_value(t, &e->tags[e->tag_count++]);
}

static cs_err
decode_spare(struct cs_text *t, struct cs_entry *e)
{
	void *room = e->spares;

	if (e->spare_count == CS_ENTRY_SPARES_MAX)
		return CS_FAIL(LIMIT);
	if (room == NULL)
		CS_TRY(cs_arena_try(t->arena, CS_ENTRY_SPARES_MAX * sizeof(*e->spares), &room));
	e->spares = room;
	struct cs_entry_spare *spare = &e->spares[e->spare_count++];
	CS_TRY(cs_text_part(t, &spare->code));
	return cs_text_has_part(t) ? cs_text_time(t, &spare->used) : CS_OK;
}

static const struct line {
	const char *name;
	cs_err (*decode)(struct cs_text *t, struct cs_entry *e);
	bool may_repeat;
} lines[] = {
	{ "entry", decode_id, false },
	{ "uri", decode_uri, false },
	{ "issuer", decode_issuer, false },
	{ "account", decode_account, false },
	{ "yubikey", decode_yubikey, false },
	{ "capsule", decode_capsule, false },
	{ "codes", decode_codes, true },
	{ "added", decode_added, false },
	{ "changed", decode_changed, false },
	{ "note", decode_note, false },
	{ "icon", decode_icon, false },
	{ "tag", decode_tag, true },
	{ "spare", decode_spare, true },
};

/* At or behind from; CS_COUNT(lines) when it is none that may come now. */
static size_t
find_line(cs_str name, size_t from)
{
	while (from < CS_COUNT(lines) && !cs_str_equal(name, cs_str_c(lines[from].name)))
		from++;
	return from;
}

cs_err
cs_entry_decode(struct cs_text *t, struct cs_entry *out)
{
	size_t next = 0;

	*out = (struct cs_entry){ 0 };
	if (!cs_str_equal(t->name, CS_STR("entry")))
		return CS_FAIL(INVALID);
	size_t kinds = 0;
	while (t->has_line && t->name.len != 0) {
		size_t at = find_line(t->name, next);

		if (at == CS_COUNT(lines))
			break;
		/* a line that says nothing is left out, not written empty */
		if (t->value.len == 0)
			return CS_FAIL(INVALID);
		bool is_whole_value =
		    lines[at].decode == decode_id || lines[at].decode == decode_uri;
		/* one that is two things would lose the one when it is written again */
		kinds += lines[at].decode == decode_uri || lines[at].decode == decode_yubikey ||
			 lines[at].decode == decode_capsule;
		if (kinds > 1)
			return CS_FAIL(INVALID);
		CS_TRY(lines[at].decode(t, out));
		if (!is_whole_value && cs_text_has_part(t))
			return CS_FAIL(INVALID);
		next = lines[at].may_repeat ? at : at + 1;
		cs_text_next(t);
	}
	return CS_OK;
}
