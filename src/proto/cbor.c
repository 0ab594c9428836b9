/*
 * cbor.c - a bounded tree over libcbor's streaming decoder.
 *
 * One call of cbor_stream_decode reads one head (of a byte or text string: its contents as well)
 * and tells it to one of the callbacks; cbor_load, which would build libcbor's own tree, allocates
 * by the lengths that the input claims.
 */
#include "proto/cbor.h"
#include "crypto/equal.h"

#include <cbor.h>

/* A container takes its children's room when its head is read: 512 of these are 36 KiB. */
struct decoder {
	struct cs_arena *arena;
	cs_span rest;
	size_t items_left;
};

/* What the head said; kind is only valid with is_known. */
struct head {
	struct cs_cbor item;
	bool is_known;
};

static void
tell(void *ctx, enum cs_cbor_kind kind, uint64_t number)
{
	struct head *h = ctx;

	h->item.kind = kind;
	h->item.number = number;
	h->is_known = true;
}

static void
tell_bytes(void *ctx, cbor_data p, size_t len)
{
	tell(ctx, CS_CBOR_BYTES, 0);
	((struct head *)ctx)->item.bytes = CS_SPAN(p, len);
}

static void
tell_text(void *ctx, cbor_data p, size_t len)
{
	tell(ctx, CS_CBOR_TEXT, 0);
	((struct head *)ctx)->item.bytes = CS_SPAN(p, len);
	if (!cs_utf8_is_valid(CS_SPAN(p, len)))
		((struct head *)ctx)->is_known = false;
}

static void
tell_array(void *ctx, size_t count)
{
	tell(ctx, CS_CBOR_ARRAY, count);
}

static void
tell_map(void *ctx, size_t count)
{
	tell(ctx, CS_CBOR_MAP, count);
}

static void
tell_uint8(void *ctx, uint8_t v)
{
	tell(ctx, CS_CBOR_UINT, v);
}

static void
tell_uint16(void *ctx, uint16_t v)
{
	tell(ctx, CS_CBOR_UINT, v);
}

static void
tell_uint32(void *ctx, uint32_t v)
{
	tell(ctx, CS_CBOR_UINT, v);
}

static void
tell_uint64(void *ctx, uint64_t v)
{
	tell(ctx, CS_CBOR_UINT, v);
}

static void
tell_nint8(void *ctx, uint8_t v)
{
	tell(ctx, CS_CBOR_NINT, v);
}

static void
tell_nint16(void *ctx, uint16_t v)
{
	tell(ctx, CS_CBOR_NINT, v);
}

static void
tell_nint32(void *ctx, uint32_t v)
{
	tell(ctx, CS_CBOR_NINT, v);
}

static void
tell_nint64(void *ctx, uint64_t v)
{
	tell(ctx, CS_CBOR_NINT, v);
}

static void
tell_other(void *ctx)
{
	tell(ctx, CS_CBOR_OTHER, 0);
}

static void
tell_bool(void *ctx, bool v)
{
	tell(ctx, CS_CBOR_OTHER, 0);
}

static void
tell_float(void *ctx, float v)
{
	tell(ctx, CS_CBOR_OTHER, 0);
}

static void
tell_double(void *ctx, double v)
{
	tell(ctx, CS_CBOR_OTHER, 0);
}

/* Tags, indefinite lengths and stray breaks: the head stays unknown. */
static void
refuse(void *ctx)
{
}

static void
refuse_tag(void *ctx, uint64_t v)
{
}

static const struct cbor_callbacks callbacks = {
	.uint8 = tell_uint8,
	.uint16 = tell_uint16,
	.uint32 = tell_uint32,
	.uint64 = tell_uint64,
	.negint8 = tell_nint8,
	.negint16 = tell_nint16,
	.negint32 = tell_nint32,
	.negint64 = tell_nint64,
	.byte_string = tell_bytes,
	.byte_string_start = refuse,
	.string = tell_text,
	.string_start = refuse,
	.array_start = tell_array,
	.indef_array_start = refuse,
	.map_start = tell_map,
	.indef_map_start = refuse,
	.tag = refuse_tag,
	.float2 = tell_float,
	.float4 = tell_float,
	.float8 = tell_double,
	.undefined = tell_other,
	.null = tell_other,
	.boolean = tell_bool,
	.indef_break = refuse,
};

static cs_err
decode_head(struct decoder *d, struct cs_cbor *out)
{
	struct head h = { 0 };

	if (d->items_left == 0)
		return CS_FAIL(LIMIT);
	d->items_left--;
	struct cbor_decoder_result got = cbor_stream_decode(d->rest.p, d->rest.len, &callbacks, &h);
	if (got.status != CBOR_DECODER_FINISHED || !h.is_known || got.read > d->rest.len)
		return CS_FAIL(INVALID);
	*out = h.item;
	d->rest = CS_SPAN(d->rest.p + got.read, d->rest.len - got.read);
	return CS_OK;
}

static bool
is_same_key(const struct cs_cbor *a, const struct cs_cbor *b)
{
	return a->kind == b->kind && a->number == b->number && a->bytes.len == b->bytes.len &&
	       (a->bytes.len == 0 || cs_equal(a->bytes.p, b->bytes.p, a->bytes.len));
}

/* The key at items[at] is of a kind that can be compared, and none before it is the same. */
static bool
is_good_key(const struct cs_cbor *items, size_t at)
{
	if (items[at].kind > CS_CBOR_TEXT)
		return false;
	for (size_t i = 0; i < at; i += 2) {
		if (is_same_key(&items[i], &items[at]))
			return false;
	}
	return true;
}

static cs_err decode_item(struct decoder *d, int depth, struct cs_cbor *out);

static cs_err
decode_children(struct decoder *d, int depth, struct cs_cbor *container)
{
	bool is_map = container->kind == CS_CBOR_MAP;
	void *room;

	/* Each item is at least one byte: what claims more than is there can be refused at once. */
	if (container->number > d->rest.len)
		return CS_FAIL(INVALID);
	size_t count = (size_t)container->number * (is_map ? 2 : 1);
	if (count > d->items_left || depth == CS_CBOR_MAX_DEPTH)
		return CS_FAIL(LIMIT);
	CS_TRY(cs_arena_try(d->arena, count * sizeof(struct cs_cbor) + 1, &room));
	struct cs_cbor *items = room;
	for (size_t i = 0; i < count; i++) {
		CS_TRY(decode_item(d, depth + 1, &items[i]));
		if (is_map && i % 2 == 0 && !is_good_key(items, i))
			return CS_FAIL(INVALID);
	}
	container->items = items;
	container->count = (size_t)container->number;
	container->number = 0;
	return CS_OK;
}

static cs_err
decode_item(struct decoder *d, int depth, struct cs_cbor *out)
{
	const uint8_t *start = d->rest.p;

	CS_TRY(decode_head(d, out));
	if (out->kind == CS_CBOR_ARRAY || out->kind == CS_CBOR_MAP)
		CS_TRY(decode_children(d, depth, out));
	out->encoded = CS_SPAN(start, (size_t)(d->rest.p - start));
	return CS_OK;
}

cs_err
cs_cbor_decode_first(struct cs_arena *a, cs_span in, const struct cs_cbor **out, cs_span *rest)
{
	struct decoder d = { .arena = a, .rest = in, .items_left = CS_CBOR_MAX_ITEMS };
	void *root;

	*out = NULL;
	*rest = CS_SPAN_NONE;
	if (in.len > CS_CBOR_MAX_BYTES)
		return CS_FAIL(LIMIT);
	CS_TRY(cs_arena_try(a, sizeof(struct cs_cbor), &root));
	CS_TRY(decode_item(&d, 1, root));
	*out = root;
	*rest = d.rest;
	return CS_OK;
}

cs_err
cs_cbor_decode(struct cs_arena *a, cs_span in, const struct cs_cbor **out)
{
	const struct cs_cbor *root;
	cs_span rest;

	*out = NULL;
	CS_TRY(cs_cbor_decode_first(a, in, &root, &rest));
	if (rest.len != 0)
		return CS_FAIL(INVALID);
	*out = root;
	return CS_OK;
}

/* --- looking into a tree --- */

static const struct cs_cbor *
find(const struct cs_cbor *map, const struct cs_cbor *key)
{
	if (!cs_cbor_is_map(map))
		return NULL;
	for (size_t i = 0; i < map->count; i++) {
		if (is_same_key(&map->items[2 * i], key))
			return &map->items[2 * i + 1];
	}
	return NULL;
}

const struct cs_cbor *
cs_cbor_get(const struct cs_cbor *map, const char *text_key)
{
	struct cs_cbor key = { .kind = CS_CBOR_TEXT, .bytes = CS_SPAN(text_key, strlen(text_key)) };

	return find(map, &key);
}

const struct cs_cbor *
cs_cbor_get_int(const struct cs_cbor *map, int64_t key)
{
	struct cs_cbor k = {
		.kind = key < 0 ? CS_CBOR_NINT : CS_CBOR_UINT,
		.number = key < 0 ? (uint64_t)(-1 - key) : (uint64_t)key,
	};

	return find(map, &k);
}

bool
cs_cbor_is_int(const struct cs_cbor *item, int64_t *out)
{
	*out = 0;
	if (item == NULL || item->kind > CS_CBOR_NINT || item->number > INT64_MAX)
		return false;
	int64_t n = (int64_t)item->number;
	*out = item->kind == CS_CBOR_UINT ? n : -1 - n;
	return true;
}

bool
cs_cbor_is_bytes(const struct cs_cbor *item, cs_span *out)
{
	bool is = item != NULL && item->kind == CS_CBOR_BYTES;

	*out = is ? item->bytes : CS_SPAN_NONE;
	return is;
}

bool
cs_cbor_is_text(const struct cs_cbor *item, cs_str *out)
{
	bool is = item != NULL && item->kind == CS_CBOR_TEXT;

	*out = is ? (cs_str){ (const char *)item->bytes.p, item->bytes.len } : CS_STR_NONE;
	return is;
}

bool
cs_cbor_is_array(const struct cs_cbor *item)
{
	return item != NULL && item->kind == CS_CBOR_ARRAY;
}

bool
cs_cbor_is_map(const struct cs_cbor *item)
{
	return item != NULL && item->kind == CS_CBOR_MAP;
}
