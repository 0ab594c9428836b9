/*
 * book_text.c - a book's lines: the vault's own, an empty line, and entries, each with one behind.
 */
#include <stdlib.h>

#include "vault/book.h"

#define NAME_MAX_BYTES CS_ENTRY_TEXT_MAX
#define SAID_MAX_BYTES 1024
#define BOOK_LINE "countersign vault "
#define ENTRIES_LINE "countersign entries "

static void
add_id(struct cs_buf *out, cs_id id)
{
	char uuid[CS_ID_UUID_LEN];

	cs_id_uuid(id, uuid);
	cs_text_add_part(out, cs_id_is_zero(id) ? CS_STR_NONE : (cs_str){ uuid, sizeof(uuid) });
}

static void
add_moment(struct cs_buf *out, cs_time t)
{
	char text[CS_RFC3339_LEN];

	cs_time_rfc3339(t, text);
	cs_buf_add(out, CS_SPAN(text, sizeof(text)));
}

static void
encode_event(const struct cs_book_event *e, struct cs_buf *out)
{
	cs_buf_add_c(out, "event ");
	add_moment(out, e->at);
	cs_text_add_part(out, e->what);
	add_id(out, e->entry);
	cs_text_add_part(out, e->whom);
	if (e->until.ms != 0) {
		cs_buf_add_c(out, " until=");
		add_moment(out, e->until);
	}
	if (e->serial != 0)
		cs_buf_printf(out, " serial=%lld", (long long)e->serial);
	if (e->counter != 0)
		cs_buf_printf(out, " counter=%llu", (unsigned long long)e->counter);
	if (e->count != 0)
		cs_buf_printf(out, " count=%llu", (unsigned long long)e->count);
	cs_buf_add_byte(out, '\n');
}

static void
encode_pair(struct cs_buf *out, const char *name, cs_str first, cs_str second)
{
	cs_buf_add_c(out, name);
	cs_text_add_part(out, first);
	cs_text_add_part(out, second);
	cs_buf_add_byte(out, '\n');
}

static void
encode_head(const struct cs_book *b, struct cs_buf *out)
{
	cs_buf_printf(out, BOOK_LINE "%d\nid", CS_BOOK_VERSION);
	add_id(out, b->id);
	cs_buf_add_byte(out, '\n');
	cs_text_add_number(out, "serial", b->serial);
	if (b->step != 0)
		cs_text_add_number(out, "step", b->step);
	if (b->parent != 0)
		cs_text_add_number(out, "parent", b->parent);
	cs_text_add_time(out, "changed", b->changed);
	cs_text_add(out, "said", b->said);
	cs_text_add(out, "sharing", b->sharing);
	for (size_t i = 0; i < b->recipient_count; i++)
		encode_pair(out, "recipient", b->recipients[i].recipient, b->recipients[i].name);
	for (size_t i = 0; i < b->contact_count; i++)
		encode_pair(out, "contact", b->contacts[i].recipient, b->contacts[i].name);
	for (size_t i = 0; i < b->event_count; i++)
		encode_event(&b->events[i], out);
	cs_buf_add_byte(out, '\n');
}

static cs_err
encode_entries(const struct cs_entry *entries, size_t count, struct cs_buf *out)
{
	for (size_t i = 0; i < count; i++) {
		cs_entry_encode(&entries[i], out);
		cs_buf_add_byte(out, '\n');
	}
	return cs_buf_finish(out, NULL);
}

cs_err
cs_book_encode(const struct cs_book *b, struct cs_buf *out)
{
	encode_head(b, out);
	return encode_entries(b->entries, b->entry_count, out);
}

cs_err
cs_entries_encode(const struct cs_entry *entries, size_t count, struct cs_buf *out)
{
	cs_buf_printf(out, ENTRIES_LINE "%d\n\n", CS_BOOK_VERSION);
	return encode_entries(entries, count, out);
}

static cs_err
decode_id(struct cs_text *t, struct cs_book *b)
{
	cs_str part;

	CS_TRY(cs_text_part(t, &part));
	return cs_id_from_uuid(part, &b->id);
}

static cs_err
decode_serial(struct cs_text *t, struct cs_book *b)
{
	return cs_text_number(t, &b->serial);
}

static cs_err
decode_step(struct cs_text *t, struct cs_book *b)
{
	return cs_text_number(t, &b->step);
}

static cs_err
decode_parent(struct cs_text *t, struct cs_book *b)
{
	return cs_text_number(t, &b->parent);
}

static cs_err
decode_changed(struct cs_text *t, struct cs_book *b)
{
	return cs_text_time(t, &b->changed);
}

static cs_err
decode_said(struct cs_text *t, struct cs_book *b)
{
	CS_TRY(cs_text_value(t, &b->said));
	return b->said.len <= SAID_MAX_BYTES ? CS_OK : CS_FAIL(LIMIT);
}

static cs_err
decode_sharing(struct cs_text *t, struct cs_book *b)
{
	cs_str identity;

	CS_TRY(cs_text_part(t, &identity));
	return cs_book_set_sharing(b, identity);
}

static cs_err
decode_name(struct cs_text *t, cs_str *out)
{
	CS_TRY(cs_text_part(t, out));
	return out->len >= 1 && out->len <= NAME_MAX_BYTES ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
decode_recipient(struct cs_text *t, struct cs_book *b)
{
	size_t before = b->recipient_count;
	cs_str recipient, name;

	CS_TRY(decode_name(t, &recipient));
	CS_TRY(decode_name(t, &name));
	CS_TRY(cs_book_add_recipient(b, recipient, name));
	return b->recipient_count == before + 1 ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
decode_contact(struct cs_text *t, struct cs_book *b)
{
	size_t before = b->contact_count;
	cs_str recipient, name;

	CS_TRY(decode_name(t, &recipient));
	CS_TRY(decode_name(t, &name));
	CS_TRY(cs_book_add_contact(b, name, recipient));
	return b->contact_count == before + 1 ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
decode_detail(cs_str part, struct cs_book_event *e)
{
	size_t equals = cs_str_find(part, '=', 0);
	cs_str key = cs_str_slice(part, 0, equals);
	cs_str value = cs_str_slice(part, equals + 1, part.len);
	int64_t n;

	if (cs_str_equal(key, CS_STR("until")) && e->until.ms == 0)
		return cs_time_decode(value, &e->until);
	if (!cs_str_to_i64(value, &n) || n == 0)
		return CS_FAIL(INVALID);
	if (cs_str_equal(key, CS_STR("serial")) && e->serial == 0)
		e->serial = n;
	else if (cs_str_equal(key, CS_STR("counter")) && e->counter == 0)
		e->counter = (uint64_t)n;
	else if (cs_str_equal(key, CS_STR("count")) && e->count == 0)
		e->count = (uint64_t)n;
	else
		return CS_FAIL(INVALID);
	return CS_OK;
}

static cs_err
decode_event(struct cs_text *t, struct cs_book *b)
{
	struct cs_book_event e = { 0 };
	cs_str part;

	CS_TRY(cs_text_time(t, &e.at));
	CS_TRY(decode_name(t, &e.what));
	CS_TRY(cs_text_part(t, &part));
	if (part.len != 0)
		CS_TRY(cs_id_from_uuid(part, &e.entry));
	CS_TRY(cs_text_part(t, &e.whom));
	while (cs_text_has_part(t)) {
		CS_TRY(cs_text_part(t, &part));
		CS_TRY(decode_detail(part, &e));
	}
	return cs_book_note_event(b, &e);
}

static const struct line {
	const char *name;
	cs_err (*decode)(struct cs_text *t, struct cs_book *b);
	bool may_repeat;
} lines[] = {
	{ "id", decode_id, false },
	{ "serial", decode_serial, false },
	{ "step", decode_step, false },
	{ "parent", decode_parent, false },
	{ "changed", decode_changed, false },
	{ "said", decode_said, false },
	{ "sharing", decode_sharing, false },
	{ "recipient", decode_recipient, true },
	{ "contact", decode_contact, true },
	{ "event", decode_event, true },
};

static cs_err
decode_lines(struct cs_text *t, struct cs_book *b)
{
	size_t next = 0;

	while (t->has_line && t->name.len != 0) {
		while (next < CS_COUNT(lines) && !cs_str_equal(t->name, cs_str_c(lines[next].name)))
			next++;
		if (next == CS_COUNT(lines))
			return CS_FAIL(INVALID);
		CS_TRY(lines[next].decode(t, b));
		if (cs_text_has_part(t))
			return CS_FAIL(INVALID);
		if (!lines[next].may_repeat)
			next++;
		cs_text_next(t);
	}
	return CS_OK;
}

static bool
is_empty_line(const struct cs_text *t)
{
	return t->has_line && t->name.len == 0 && t->value.len == 0;
}

/* So that the array is made once; the entries of a book end with an empty line each. */
static size_t
count_entries(const struct cs_text *t)
{
	static const char start[] = "\n\nentry ";
	const char *at = t->rest;
	size_t count = 1;

	while (at < t->end) {
		at = memmem(at, (size_t)(t->end - at), start, sizeof(start) - 1);
		if (at == NULL)
			break;
		at += sizeof(start) - 1;
		count++;
	}
	return count;
}

static cs_err
make_room(struct cs_book *b, size_t more)
{
	size_t room = b->entry_count + more;
	void *p;

	if (room > CS_BOOK_ENTRIES_MAX + 1)
		return CS_FAIL(LIMIT);
	CS_TRY(cs_arena_try(b->arena, room * sizeof(*b->entries), &p));
	if (b->entry_count != 0)
		memcpy(p, b->entries, b->entry_count * sizeof(*b->entries));
	b->entries = p;
	b->entry_room = room;
	return CS_OK;
}

static cs_err
decode_entries(struct cs_text *t, struct cs_book *b)
{
	const char *why;

	if (!is_empty_line(t))
		return CS_FAIL(INVALID);
	CS_TRY(make_room(b, count_entries(t)));
	cs_text_next(t);
	while (t->has_line) {
		struct cs_entry *e = &b->entries[b->entry_count];

		if (b->entry_count == CS_BOOK_ENTRIES_MAX)
			return CS_FAIL(LIMIT);
		/* not counted: it is no entry */
		if (b->entry_count == b->entry_room)
			return CS_FAIL(INVALID);
		CS_TRY(cs_entry_decode(t, e));
		if (!cs_entry_is_whole(e, &why) || !is_empty_line(t))
			return CS_FAIL(INVALID);
		b->entry_count++;
		cs_text_next(t);
	}
	return CS_OK;
}

static int
order_ids(const void *a, const void *b)
{
	return cs_id_order(*(const cs_id *)a, *(const cs_id *)b);
}

/* As many heaps as ids, by their first bytes: a later heap's ids are higher. */
static size_t
heap_of(cs_id id, size_t heaps)
{
	return ((size_t)id.b[0] << 8 | id.b[1]) * heaps >> 16;
}

/*
 * Ids are at random, so that in its heap hardly any has company; to sort all at once takes longer
 * than to read them. Of ids that somebody chose, all are sorted.
 */
static void
sort_ids(const struct cs_book *b, uint32_t *ends, cs_id *out)
{
	size_t heaps = b->entry_count;
	uint32_t start = 0;

	for (size_t i = 0; i < b->entry_count; i++)
		ends[heap_of(b->entries[i].id, heaps)]++;
	for (size_t heap = 0; heap < heaps; heap++) {
		uint32_t count = ends[heap];
		ends[heap] = start;
		start += count;
	}
	for (size_t i = 0; i < b->entry_count; i++)
		out[ends[heap_of(b->entries[i].id, heaps)]++] = b->entries[i].id;
	start = 0;
	for (size_t heap = 0; heap < heaps; heap++) {
		if (ends[heap] - start > 1)
			qsort(out + start, ends[heap] - start, sizeof(*out), order_ids);
		start = ends[heap];
	}
}

/* A vault's entries have an id each, and each its own. */
static cs_err
check_ids(struct cs_book *b)
{
	void *ends, *p;

	if (b->entry_count == 0)
		return CS_OK;
	CS_TRY(cs_arena_try(b->arena, b->entry_count * sizeof(uint32_t), &ends));
	CS_TRY(cs_arena_try(b->arena, b->entry_count * sizeof(cs_id), &p));
	cs_id *ids = p;
	sort_ids(b, ends, ids);
	for (size_t i = 0; i < b->entry_count; i++) {
		if (cs_id_is_zero(ids[i]) || (i != 0 && cs_id_equal(ids[i], ids[i - 1])))
			return CS_FAIL(INVALID);
	}
	return CS_OK;
}

/* "countersign vault 1", "countersign entries 1"; a higher number is a newer version's. */
static cs_err
decode_version(struct cs_text *t, cs_str wanted)
{
	cs_str what;
	int64_t version;

	if (!cs_str_equal(t->name, CS_STR("countersign")))
		return CS_FAIL(INVALID);
	CS_TRY(cs_text_part(t, &what));
	CS_TRY(cs_text_number(t, &version));
	if (!cs_str_equal(what, wanted) || version == 0)
		return CS_FAIL(INVALID);
	if (version > CS_BOOK_VERSION)
		return CS_FAIL(CONFLICT);
	if (cs_text_has_part(t))
		return CS_FAIL(INVALID);
	cs_text_next(t);
	return CS_OK;
}

static cs_err
decode_book(struct cs_text *t, struct cs_book *b)
{
	CS_TRY(decode_version(t, CS_STR("vault")));
	CS_TRY(decode_lines(t, b));
	if (cs_id_is_zero(b->id) || b->serial == 0 || b->recipient_count == 0 ||
	    b->step > b->serial || b->parent >= b->serial)
		return CS_FAIL(INVALID);
	CS_TRY(decode_entries(t, b));
	return check_ids(b);
}

/* A small buffer is not locked: its text is copied to the arena, which is. */
static cs_err
begin(struct cs_book *b, struct cs_text *t)
{
	cs_err e;

	if (b->text.cap >= CS_BUF_PAGES_MIN)
		return cs_text_begin_in_place(b->arena, cs_buf_span(&b->text), t);
	e = cs_text_begin(b->arena, cs_buf_span(&b->text), t);
	cs_buf_clear(&b->text);
	return e;
}

cs_err
cs_book_take(struct cs_buf *text, struct cs_book **out)
{
	CS_AUTO(cs_book_free) struct cs_book *b = cs_book_new(NULL);
	struct cs_text t;
	cs_err e;

	*out = NULL;
	CS_ASSERT(text->is_sensitive);
	b->text = *text;
	cs_buf_init_sensitive(text, text->max);
	if (b->text.len > CS_BOOK_BYTES_MAX)
		return CS_FAIL(LIMIT);
	e = begin(b, &t);
	if (!cs_failed(e))
		e = decode_book(&t, b);
	if (cs_failed(e))
		/* a line too short is as wrong as a wrong one */
		return cs_is(e, CS_E_NOT_FOUND) ? CS_FAIL(INVALID) : e;
	*out = CS_TAKE(b);
	return CS_OK;
}

cs_err
cs_book_decode(cs_span text, struct cs_book **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf copy;

	*out = NULL;
	cs_buf_init_sensitive(&copy, CS_BOOK_BYTES_MAX);
	cs_buf_add(&copy, text);
	CS_TRY(cs_buf_finish(&copy, NULL));
	return cs_book_take(&copy, out);
}

static cs_err
decode_entries_alone(cs_span text, struct cs_book *b)
{
	struct cs_text t;

	CS_TRY(cs_text_begin(b->arena, text, &t));
	CS_TRY(decode_version(&t, CS_STR("entries")));
	return decode_entries(&t, b);
}

cs_err
cs_entries_decode(struct cs_book *b, cs_span text)
{
	size_t before = b->entry_count;
	cs_err e;

	if (text.len > CS_BOOK_BYTES_MAX)
		return CS_FAIL(LIMIT);
	e = decode_entries_alone(text, b);
	if (!cs_failed(e))
		return CS_OK;
	b->entry_count = before;
	return cs_is(e, CS_E_NOT_FOUND) ? CS_FAIL(INVALID) : e;
}
