#include "proto/aaguid.h"

#include "base/codec.h"

#define BYTE(HALF, N) (uint8_t)(UINT64_C(0x##HALF) >> (8 * (7 - (N))))
#define BYTES(HALF) \
	BYTE(HALF, 0), BYTE(HALF, 1), BYTE(HALF, 2), BYTE(HALF, 3), BYTE(HALF, 4), BYTE(HALF, 5), \
	    BYTE(HALF, 6), BYTE(HALF, 7)

static const struct cs_known_authenticator table[] = {
#define M(HIGH, LOW, KIND, NAME) \
	{ { BYTES(HIGH), BYTES(LOW) }, CS_AAGUID_##KIND, { NAME, sizeof(NAME) - 1 } },
#include "proto/aaguids.def"
#undef M
};

static int
compare(const uint8_t *a, const uint8_t *b)
{
	for (size_t i = 0; i < CS_AAGUID_BYTES; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return 0;
}

const struct cs_known_authenticator *
cs_aaguid_find(const uint8_t aaguid[static CS_AAGUID_BYTES])
{
	size_t low = 0, high = CS_COUNT(table);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(aaguid, table[middle].aaguid);
		if (order == 0)
			return &table[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct cs_known_authenticator *
cs_aaguid_table(size_t *count)
{
	*count = CS_COUNT(table);
	return table;
}

bool
cs_aaguid_is_zero(const uint8_t aaguid[static CS_AAGUID_BYTES])
{
	static const uint8_t zero[CS_AAGUID_BYTES];

	return compare(aaguid, zero) == 0;
}

#define UUID_LEN 36

static bool
is_dash_place(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

cs_err
cs_aaguid_decode(cs_str text, uint8_t out[static CS_AAGUID_BYTES])
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;
	char digits[CS_AAGUID_HEX_LEN];
	size_t count = 0;

	cs_buf_init(&bytes, CS_AAGUID_BYTES);
	memset(out, 0, CS_AAGUID_BYTES);
	if (text.len != CS_AAGUID_HEX_LEN && text.len != UUID_LEN)
		return CS_FAIL(INVALID);
	for (size_t i = 0; i < text.len; i++) {
		if (text.len == UUID_LEN && is_dash_place(i)) {
			if (text.p[i] != '-')
				return CS_FAIL(INVALID);
		} else {
			digits[count++] = text.p[i];
		}
	}
	CS_TRY(cs_hex_decode((cs_str){ digits, count }, &bytes));
	memcpy(out, bytes.p, CS_AAGUID_BYTES);
	return CS_OK;
}

void
cs_aaguid_hex(const uint8_t aaguid[static CS_AAGUID_BYTES], char out[static CS_AAGUID_HEX_LEN])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < CS_AAGUID_BYTES; i++) {
		out[2 * i] = digits[aaguid[i] >> 4];
		out[2 * i + 1] = digits[aaguid[i] & 15];
	}
}
