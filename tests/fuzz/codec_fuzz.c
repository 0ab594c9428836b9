/*
 * codec_fuzz.c - what a strict decoder accepts, its encoder gives back.
 */
#include "base/codec.h"
#include "base/id.h"

#include "fuzz.h"

typedef void encode_fn(cs_span in, struct cs_buf *out);
typedef cs_err decode_fn(cs_str in, struct cs_buf *out);

static void
check_round_trip(cs_str in, decode_fn *decode, encode_fn *encode, bool has_case, bool has_padding)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes = { .max = 1 << 20 };
	CS_AUTO(cs_buf_clear) struct cs_buf text = { .max = 1 << 21 };
	size_t len = in.len;

	if (cs_failed(decode(in, &bytes))) {
		CS_ASSERT(bytes.len == 0);
		return;
	}
	encode(cs_buf_span(&bytes), &text);
	while (!has_padding && len > 0 && in.p[len - 1] == '=')
		len--;
	in = cs_str_slice(in, 0, len);
	CS_ASSERT(has_case ? cs_str_equal(cs_buf_str(&text), in)
			   : cs_str_equal_nocase(cs_buf_str(&text), in));
}

static void
check_percent(struct cs_arena *a, cs_str in)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text = { .max = 1 << 22 };
	cs_str once, twice;

	if (cs_failed(cs_percent_decode(a, in, &once)))
		return;
	CS_ASSERT(cs_utf8_is_valid(cs_str_span(once)));
	cs_percent_encode(once, &text);
	CS_ASSERT(!cs_failed(cs_percent_decode(a, cs_buf_str(&text), &twice)));
	CS_ASSERT(cs_str_equal(once, twice));
}

/* The first line is the name, the rest the form. */
static void
check_form(struct cs_arena *a, cs_str in)
{
	cs_str name, value;

	if (cs_str_cut(&in, '\n', &name) && !cs_failed(cs_form_get(a, in, name, &value)))
		CS_ASSERT(cs_utf8_is_valid(cs_str_span(value)));
}

static void
check_ids(cs_str in)
{
	char text[CS_ID_UUID_LEN];
	cs_id id;

	if (!cs_failed(cs_id_from_uuid(in, &id))) {
		cs_id_uuid(id, text);
		CS_ASSERT(cs_str_equal_nocase(in, (cs_str){ text, CS_ID_UUID_LEN }));
	}
	if (!cs_failed(cs_id_from_hex(in, &id))) {
		cs_id_hex(id, text);
		CS_ASSERT(cs_str_equal_nocase(in, (cs_str){ text, CS_ID_HEX_LEN }));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 22);
	cs_str in = { (const char *)data, size };

	check_round_trip(in, cs_hex_decode, cs_hex_encode, false, true);
	check_round_trip(in, cs_base32_decode, cs_base32_encode, false, false);
	check_round_trip(in, cs_base64_decode, cs_base64_encode, true, true);
	check_round_trip(in, cs_base64url_decode, cs_base64url_encode, true, true);
	check_percent(a, in);
	check_form(a, in);
	check_ids(in);
	return 0;
}
