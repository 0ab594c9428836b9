#include "vault/import/java_map.h"

#include "base/reader.h"

#include <stdlib.h>

#define MAGIC 0xaced
#define VERSION 5
#define TC_NULL 0x70
#define TC_REFERENCE 0x71
#define TC_CLASSDESC 0x72
#define TC_OBJECT 0x73
#define TC_STRING 0x74
#define TC_BLOCKDATA 0x77
#define TC_ENDBLOCKDATA 0x78
#define TC_LONGSTRING 0x7c
#define HANDLE_FIRST 0x7e0000
/* Of the class and of the map itself: a reference to a text counts from behind them. */
#define HANDLES_BEFORE 2

struct parser {
	struct cs_arena *arena;
	struct cs_reader r;
	cs_str *texts; /* those that a reference may mean, in order */
	size_t text_count;
	size_t text_room;
};

static cs_err
expect(struct parser *p, uint8_t wanted)
{
	uint8_t byte;

	CS_TRY(cs_read_u8(&p->r, &byte));
	return byte == wanted ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
expect_name(struct parser *p, const char *wanted)
{
	uint16_t len;
	cs_span name;

	CS_TRY(cs_read_be16(&p->r, &len));
	CS_TRY(cs_read_span(&p->r, len, &name));
	return cs_str_equal((cs_str){ (const char *)name.p, name.len }, cs_str_c(wanted))
		   ? CS_OK
		   : CS_FAIL(INVALID);
}

/* The class: its fields are a float and an int, which mean nothing once the map is read. */
static cs_err
skip_class(struct parser *p)
{
	uint64_t serial;
	uint16_t fields;
	uint8_t flags;

	CS_TRY(expect(p, TC_OBJECT));
	CS_TRY(expect(p, TC_CLASSDESC));
	CS_TRY(expect_name(p, "java.util.HashMap"));
	CS_TRY(cs_read_be64(&p->r, &serial));
	CS_TRY(cs_read_u8(&p->r, &flags));
	CS_TRY(cs_read_be16(&p->r, &fields));
	if (fields != 2)
		return CS_FAIL(INVALID);
	CS_TRY(expect(p, 'F'));
	CS_TRY(expect_name(p, "loadFactor"));
	CS_TRY(expect(p, 'I'));
	CS_TRY(expect_name(p, "threshold"));
	CS_TRY(expect(p, TC_ENDBLOCKDATA));
	return expect(p, TC_NULL);
}

static cs_err
read_head(struct parser *p, uint32_t *out_count)
{
	uint16_t magic, version;
	uint32_t ignored;

	CS_TRY(cs_read_be16(&p->r, &magic));
	CS_TRY(cs_read_be16(&p->r, &version));
	if (magic != MAGIC || version != VERSION)
		return CS_FAIL(INVALID);
	CS_TRY(skip_class(p));
	CS_TRY(cs_read_be32(&p->r, &ignored)); /* loadFactor */
	CS_TRY(cs_read_be32(&p->r, &ignored)); /* threshold */
	CS_TRY(expect(p, TC_BLOCKDATA));
	CS_TRY(expect(p, 8));
	CS_TRY(cs_read_be32(&p->r, &ignored)); /* buckets */
	return cs_read_be32(&p->r, out_count);
}

static bool
is_surrogate(cs_span b, size_t at, uint8_t from)
{
	return b.len - at >= 3 && b.p[at] == 0xed && (b.p[at + 1] & 0xf0) == from &&
	       (b.p[at + 2] & 0xc0) == 0x80;
}

/* Java writes what is beyond U+FFFF as two surrogates of three bytes each: an emoji in a name. */
static cs_err
join_surrogates(struct parser *p, cs_span b, cs_str *out)
{
	void *copy;
	size_t len = 0;

	CS_TRY(cs_arena_try(p->arena, b.len + 1, &copy));
	uint8_t *to = copy;
	for (size_t at = 0; at < b.len;) {
		if (!is_surrogate(b, at, 0xa0) || !is_surrogate(b, at + 3, 0xb0)) {
			to[len++] = b.p[at++];
			continue;
		}
		uint32_t high = (b.p[at + 1] & 0x0fu) << 6 | (b.p[at + 2] & 0x3fu);
		uint32_t low = (b.p[at + 4] & 0x0fu) << 6 | (b.p[at + 5] & 0x3fu);
		uint32_t c = 0x10000 + (high << 10 | low);

		to[len++] = (uint8_t)(0xf0 | c >> 18);
		to[len++] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
		to[len++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		to[len++] = (uint8_t)(0x80 | (c & 0x3f));
		at += 6;
	}
	*out = (cs_str){ copy, len };
	return cs_utf8_is_valid(CS_SPAN(to, len)) ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
read_new_text(struct parser *p, uint64_t len, cs_str *out)
{
	cs_span bytes;

	if (len > p->r.rest.len)
		return CS_FAIL(INVALID);
	CS_TRY(cs_read_span(&p->r, (size_t)len, &bytes));
	if (p->text_count == p->text_room)
		return CS_FAIL(INVALID);
	*out = (cs_str){ (const char *)bytes.p, bytes.len };
	if (!cs_utf8_is_valid(bytes))
		CS_TRY(join_surrogates(p, bytes, out));
	p->texts[p->text_count++] = *out;
	return CS_OK;
}

static cs_err
read_text(struct parser *p, cs_str *out)
{
	uint8_t type;
	uint16_t len;
	uint32_t handle;
	uint64_t long_len;

	*out = CS_STR_NONE;
	CS_TRY(cs_read_u8(&p->r, &type));
	switch (type) {
	case TC_NULL:
		return CS_OK;
	case TC_STRING:
		CS_TRY(cs_read_be16(&p->r, &len));
		return read_new_text(p, len, out);
	case TC_LONGSTRING:
		CS_TRY(cs_read_be64(&p->r, &long_len));
		return read_new_text(p, long_len, out);
	case TC_REFERENCE:
		CS_TRY(cs_read_be32(&p->r, &handle));
		if (handle < HANDLE_FIRST + HANDLES_BEFORE ||
		    handle - HANDLE_FIRST - HANDLES_BEFORE >= p->text_count)
			return CS_FAIL(INVALID);
		*out = p->texts[handle - HANDLE_FIRST - HANDLES_BEFORE];
		return CS_OK;
	default:
		return CS_FAIL(INVALID);
	}
}

bool
cs_java_map_is(cs_span file)
{
	static const cs_str head = CS_STR("\xac\xed\x00\x05sr\x00\x11java.util.HashMap");

	return cs_str_starts((cs_str){ (const char *)file.p, file.len }, head);
}

static int
order(const void *left, const void *right)
{
	return cs_str_order(
	    ((const struct cs_java_pair *)left)->key, ((const struct cs_java_pair *)right)->key);
}

cs_err
cs_java_map_decode(struct cs_arena *a, cs_span file, struct cs_java_pair **out, size_t *out_count)
{
	struct parser p = { .arena = a, .r = cs_reader_of(file) };
	void *pairs = NULL;
	void *texts = NULL;
	uint32_t count;

	*out = NULL;
	*out_count = 0;
	CS_TRY(read_head(&p, &count));
	if (count > CS_JAVA_MAP_MAX)
		return CS_FAIL(LIMIT);
	/* A pair takes two bytes at the least: what is claimed is there before it is given room. */
	if (count > p.r.rest.len / 2)
		return CS_FAIL(INVALID);
	if (count == 0)
		return CS_OK;
	p.text_room = 2 * (size_t)count;
	CS_TRY(cs_arena_try(a, count * sizeof(**out), &pairs));
	CS_TRY(cs_arena_try(a, p.text_room * sizeof(*p.texts), &texts));
	p.texts = texts;
	*out = pairs;
	for (size_t i = 0; i < count; i++) {
		CS_TRY(read_text(&p, &(*out)[i].key));
		CS_TRY(read_text(&p, &(*out)[i].value));
	}
	CS_TRY(expect(&p, TC_ENDBLOCKDATA));
	qsort(*out, count, sizeof(**out), order);
	*out_count = count;
	return CS_OK;
}

const struct cs_java_pair *
cs_java_map_get(const struct cs_java_pair *pairs, size_t count, cs_str key)
{
	struct cs_java_pair wanted = { .key = key };

	return count == 0 ? NULL : bsearch(&wanted, pairs, count, sizeof(*pairs), order);
}
