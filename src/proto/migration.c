/*
 * migration.c - just enough of protocol buffers (varints, fields by number, lengths) for one schema.
 */
#include "proto/migration.h"

#include "base/codec.h"
#include "base/reader.h"

#define SCHEME "otpauth-migration:"

/* --- protocol buffers --- */

enum wire { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

struct field {
	uint64_t number;
	enum wire wire;
	uint64_t value; /* of a varint */
	cs_span bytes; /* of WIRE_BYTES */
};

/* Seven bits a byte, the least significant first; within 64 bits. */
static cs_err
read_varint(struct cs_reader *r, uint64_t *out)
{
	uint8_t byte;

	*out = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		CS_TRY(cs_read_u8(r, &byte));
		if (shift == 63 && byte > 1)
			return CS_FAIL(INVALID);
		*out |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return CS_OK;
	}
	return CS_FAIL(INVALID);
}

static cs_err
read_bytes(struct cs_reader *r, cs_span *out)
{
	uint64_t len;

	CS_TRY(read_varint(r, &len));
	return len > r->rest.len ? CS_FAIL(INVALID) : cs_read_span(r, (size_t)len, out);
}

static cs_err
read_field(struct cs_reader *r, struct field *out)
{
	uint64_t tag;

	*out = (struct field){ 0 };
	CS_TRY(read_varint(r, &tag));
	out->number = tag >> 3;
	out->wire = (enum wire)(tag & 7);
	if (out->number == 0)
		return CS_FAIL(INVALID);
	switch (out->wire) {
	case WIRE_VARINT:
		return read_varint(r, &out->value);
	case WIRE_FIXED64:
		return cs_read_span(r, 8, &out->bytes);
	case WIRE_BYTES:
		return read_bytes(r, &out->bytes);
	case WIRE_FIXED32:
		return cs_read_span(r, 4, &out->bytes);
	}
	return CS_FAIL(INVALID); /* groups, which nobody writes any more */
}

static void
add_varint(struct cs_buf *out, uint64_t v)
{
	for (; v > 0x7f; v >>= 7)
		cs_buf_add_byte(out, (uint8_t)(v | 0x80));
	cs_buf_add_byte(out, (uint8_t)v);
}

static void
add_number(struct cs_buf *out, unsigned number, uint64_t value)
{
	add_varint(out, number << 3 | WIRE_VARINT);
	add_varint(out, value);
}

static void
add_bytes(struct cs_buf *out, unsigned number, cs_span bytes)
{
	add_varint(out, number << 3 | WIRE_BYTES);
	add_varint(out, bytes.len);
	cs_buf_add(out, bytes);
}

/* --- the schema --- */

enum item_field {
	ITEM_SECRET = 1,
	ITEM_NAME,
	ITEM_ISSUER,
	ITEM_ALGORITHM,
	ITEM_DIGITS,
	ITEM_TYPE,
	ITEM_COUNTER,
	ITEM_FIELDS
};
enum payload_field {
	PAYLOAD_ITEM = 1,
	PAYLOAD_VERSION,
	PAYLOAD_SIZE,
	PAYLOAD_INDEX,
	PAYLOAD_ID,
	PAYLOAD_FIELDS
};

enum { DIGITS_SIX = 1, DIGITS_EIGHT = 2, TYPE_HOTP = 1, TYPE_TOTP = 2 };

static bool
is_text_of_item(uint64_t number)
{
	return number == ITEM_SECRET || number == ITEM_NAME || number == ITEM_ISSUER;
}

/* The last of a field counts, as protocol buffers have it. */
static cs_err
item_fields(cs_span message, struct field out[static ITEM_FIELDS])
{
	struct cs_reader r = cs_reader_of(message);
	struct field f;

	memset(out, 0, ITEM_FIELDS * sizeof(*out));
	while (r.rest.len != 0) {
		CS_TRY(read_field(&r, &f));
		if (f.number >= ITEM_FIELDS)
			continue;
		if (f.wire != (is_text_of_item(f.number) ? WIRE_BYTES : WIRE_VARINT))
			return CS_FAIL(INVALID);
		out[f.number] = f;
	}
	return CS_OK;
}

static void
refuse(struct cs_migration_item *item, const char *why)
{
	if (item->refused == NULL)
		item->refused = why;
}

static cs_str
take_text(struct cs_migration_item *item, cs_span bytes)
{
	if (bytes.len <= CS_MIGRATION_TEXT_MAX && cs_utf8_is_valid(bytes))
		return (cs_str){ (const char *)bytes.p, bytes.len };
	refuse(item,
	    bytes.len > CS_MIGRATION_TEXT_MAX ? "its name is too long" : "its name is not UTF-8");
	return CS_STR_NONE;
}

/* "Example:alice" of issuer Example, or of none, is alice; of another it stays what it is. */
static void
take_names(struct cs_migration_item *item, cs_str name, cs_str issuer)
{
	size_t colon = cs_str_find(name, ':', 0);
	cs_str before = cs_str_trim(cs_str_slice(name, 0, colon));

	item->issuer = issuer;
	item->account = name;
	if (colon == name.len || (issuer.len != 0 && !cs_str_equal_nocase(before, issuer)))
		return;
	item->account = cs_str_trim(cs_str_slice(name, colon + 1, name.len));
	if (issuer.len == 0)
		item->issuer = before;
}

static void
take_code(struct cs_migration_item *item, const struct field f[static ITEM_FIELDS])
{
	static const enum cs_hash hashes[] = { CS_SHA1, CS_SHA1, CS_SHA256, CS_SHA512 };
	uint64_t algorithm = f[ITEM_ALGORITHM].value, digits = f[ITEM_DIGITS].value;

	if (algorithm < CS_COUNT(hashes))
		item->hotp.hash = hashes[algorithm];
	else
		refuse(item, algorithm == CS_COUNT(hashes) ? "its algorithm is MD5"
							   : "its algorithm is not known");
	item->hotp.digits = digits == DIGITS_EIGHT ? 8 : 6;
	if (digits > DIGITS_EIGHT)
		refuse(item, "its number of digits is not known");
	item->type = f[ITEM_TYPE].value == TYPE_HOTP ? CS_OTPAUTH_HOTP : CS_OTPAUTH_TOTP;
	if (f[ITEM_TYPE].value > TYPE_TOTP)
		refuse(item, "its type is not known");
	item->counter = item->type == CS_OTPAUTH_HOTP ? f[ITEM_COUNTER].value : 0;
	if (item->counter > INT64_MAX) {
		item->counter = 0;
		refuse(item, "its counter is negative");
	}
}

static cs_err
item_decode(cs_span message, struct cs_migration_item *out)
{
	struct field f[ITEM_FIELDS];

	*out = (struct cs_migration_item){ 0 };
	CS_TRY(item_fields(message, f));
	cs_str name = take_text(out, f[ITEM_NAME].bytes);
	take_names(out, name, take_text(out, f[ITEM_ISSUER].bytes));
	take_code(out, f);
	if (f[ITEM_SECRET].bytes.len == 0)
		refuse(out, "it has no secret");
	else if (f[ITEM_SECRET].bytes.len > CS_SECRET_MAX)
		refuse(out, "its secret is too long");
	else
		out->secret = f[ITEM_SECRET].bytes;
	return CS_OK;
}

/* How many accounts there are, and what stands behind them. */
static cs_err
payload_survey(cs_span payload, struct cs_migration *out)
{
	struct cs_reader r = cs_reader_of(payload);
	struct field f;
	int32_t numbers[PAYLOAD_FIELDS] = { 0 };
	bool is_whole = false;

	while (r.rest.len != 0) {
		CS_TRY(read_field(&r, &f));
		if (f.number >= PAYLOAD_FIELDS)
			continue;
		if (f.wire != (f.number == PAYLOAD_ITEM ? WIRE_BYTES : WIRE_VARINT))
			return CS_FAIL(INVALID);
		out->count += f.number == PAYLOAD_ITEM;
		is_whole |= f.number != PAYLOAD_ITEM;
		numbers[f.number] = (int32_t)(uint32_t)f.value;
	}
	if (!is_whole)
		return CS_FAIL(INVALID); /* cut between two accounts */
	out->batch = (struct cs_migration_batch){ .size = numbers[PAYLOAD_SIZE],
		.index = numbers[PAYLOAD_INDEX],
		.id = numbers[PAYLOAD_ID] };
	return out->count > CS_MIGRATION_ITEMS_MAX ? CS_FAIL(LIMIT) : CS_OK;
}

static cs_err
payload_decode(struct cs_arena *a, cs_span payload, struct cs_migration *out)
{
	struct cs_reader r = cs_reader_of(payload);
	size_t at = 0;
	struct field f;
	void *room;

	CS_TRY(payload_survey(payload, out));
	CS_TRY(cs_arena_try(a, (out->count + 1) * sizeof(*out->items), &room));
	out->items = room;
	while (r.rest.len != 0) {
		CS_TRY(read_field(&r, &f));
		if (f.number == PAYLOAD_ITEM)
			CS_TRY(item_decode(f.bytes, &out->items[at++]));
	}
	return CS_OK;
}

/* --- the URI around it --- */

bool
cs_migration_is_uri(cs_str text)
{
	cs_str scheme = CS_STR(SCHEME);

	return cs_str_equal_nocase(cs_str_slice(text, 0, scheme.len), scheme);
}

/* "+", which is a space in a form and 62 in base64, is not always escaped. */
static void
mend_plus(struct cs_buf *text)
{
	for (size_t i = 0; i < text->len; i++) {
		if (text->p[i] == ' ')
			text->p[i] = '+';
	}
}

static cs_err
data_decode(struct cs_arena *a, cs_str uri, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf base64;
	size_t mark = cs_str_find(uri, '?', 0);
	cs_str data;

	cs_buf_init_sensitive(&base64, CS_MIGRATION_URI_MAX);
	cs_err e = cs_form_get(a, cs_str_slice(uri, mark + 1, uri.len), CS_STR("data"), &data);
	if (cs_failed(e))
		return cs_is(e, CS_E_NOT_FOUND) ? CS_FAIL(INVALID) : e;
	cs_buf_add_str(&base64, data);
	mend_plus(&base64);
	return cs_base64_decode(cs_buf_str(&base64), out);
}

cs_err
cs_migration_decode(struct cs_arena *a, cs_str uri, struct cs_migration *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;
	struct cs_migration m = { 0 };
	void *room;

	*out = m;
	cs_buf_init_sensitive(&bytes, CS_MIGRATION_URI_MAX);
	if (uri.len > CS_MIGRATION_URI_MAX)
		return CS_FAIL(LIMIT);
	if (!cs_migration_is_uri(uri))
		return CS_FAIL(INVALID);
	CS_TRY(data_decode(a, uri, &bytes));
	CS_TRY(cs_arena_try(a, bytes.len + 1, &room));
	if (bytes.len != 0)
		memcpy(room, bytes.p, bytes.len);
	CS_TRY(payload_decode(a, CS_SPAN(room, bytes.len), &m));
	*out = m;
	return CS_OK;
}

/* --- writing --- */

bool
cs_migration_can_carry(const struct cs_migration_item *item, int64_t period_s, const char **out_why)
{
	*out_why = NULL;
	if (item->type == CS_OTPAUTH_STEAM)
		*out_why = "Google Authenticator does not know Steam's codes";
	else if (item->type == CS_OTPAUTH_TOTP && period_s != 30)
		*out_why = "Google Authenticator knows no period but 30 seconds";
	else if (item->hotp.digits != 6 && item->hotp.digits != 8)
		*out_why = "Google Authenticator knows no codes but of 6 or 8 digits";
	return *out_why == NULL;
}

/* What take_names would read as something else gets one more "ISSUER:" before it. */
static void
add_name(const struct cs_migration_item *item, struct cs_buf *out)
{
	struct cs_migration_item back = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf name;

	cs_buf_init(&name, item->issuer.len + item->account.len + 1);
	take_names(&back, item->account, item->issuer);
	if (!cs_str_equal(back.account, item->account) ||
	    !cs_str_equal(back.issuer, item->issuer)) {
		cs_buf_add_str(&name, item->issuer);
		cs_buf_add_c(&name, ":");
	}
	cs_buf_add_str(&name, item->account);
	add_bytes(out, ITEM_NAME, cs_buf_span(&name));
}

static void
add_item(const struct cs_migration_item *item, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf one;

	cs_buf_init_sensitive(
	    &one, item->secret.len + item->account.len + 2 * item->issuer.len + 128);
	add_bytes(&one, ITEM_SECRET, item->secret);
	add_name(item, &one);
	add_bytes(&one, ITEM_ISSUER, cs_str_span(item->issuer));
	add_number(&one, ITEM_ALGORITHM, (uint64_t)item->hotp.hash + 1);
	add_number(&one, ITEM_DIGITS, item->hotp.digits == 8 ? DIGITS_EIGHT : DIGITS_SIX);
	add_number(&one, ITEM_TYPE, item->type == CS_OTPAUTH_HOTP ? TYPE_HOTP : TYPE_TOTP);
	if (item->type == CS_OTPAUTH_HOTP)
		add_number(&one, ITEM_COUNTER, item->counter);
	add_bytes(out, PAYLOAD_ITEM, cs_buf_span(&one));
}

void
cs_migration_encode(const struct cs_migration_item *items, size_t count,
    const struct cs_migration_batch *batch, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf payload;
	CS_AUTO(cs_buf_clear) struct cs_buf base64;

	cs_buf_init_sensitive(&payload, out->max);
	cs_buf_init_sensitive(&base64, out->max);
	for (size_t i = 0; i < count; i++)
		add_item(&items[i], &payload);
	add_number(&payload, PAYLOAD_VERSION, 1);
	add_number(&payload, PAYLOAD_SIZE, (uint64_t)(int64_t)batch->size);
	add_number(&payload, PAYLOAD_INDEX, (uint64_t)(int64_t)batch->index);
	add_number(&payload, PAYLOAD_ID, (uint64_t)(int64_t)batch->id);
	cs_base64_encode(cs_buf_span(&payload), &base64);
	cs_buf_add_c(out, SCHEME "//offline?data=");
	cs_percent_encode(cs_buf_str(&base64), out);
	out->has_failed |= payload.has_failed || base64.has_failed;
}
