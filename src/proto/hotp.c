#include "proto/hotp.h"

#include "crypto/equal.h"
#include "crypto/secret.h"

bool
cs_otp_is_well_formed(const struct cs_hotp *h, cs_str code)
{
	if (code.len != (size_t)h->digits)
		return false;
	for (size_t i = 0; i < code.len; i++) {
		if (code.p[i] < '0' || code.p[i] > '9')
			return false;
	}
	return true;
}

/* RFC 4226 §5.3: "the low-order 4 bits of the last byte" choose where; the sign bit is masked. */
static uint32_t
truncate_mac(const uint8_t *mac, size_t len)
{
	size_t at = mac[len - 1] & 0x0f;

	return (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
	       (uint32_t)mac[at + 2] << 8 | mac[at + 3];
}

cs_err
cs_hotp_number(enum cs_hash hash, struct cs_mac *mac, uint64_t counter, uint32_t *out)
{
	uint8_t message[8];
	uint8_t sum[CS_HASH_MAX];

	*out = 0;
	for (int i = 7; i >= 0; i--, counter >>= 8)
		message[i] = (uint8_t)counter;
	CS_TRY(cs_mac_compute(mac, CS_SPAN(message, sizeof(message)), sum));
	*out = truncate_mac(sum, cs_hash_len(hash));
	cs_wipe(sum, sizeof(sum));
	return CS_OK;
}

cs_err
cs_hotp_code(
    const struct cs_hotp *h, struct cs_mac *mac, uint64_t counter, char out[CS_OTP_DIGITS_MAX])
{
	uint32_t value;

	CS_ASSERT(h->digits >= CS_OTP_DIGITS_MIN && h->digits <= CS_OTP_DIGITS_MAX);
	CS_TRY(cs_hotp_number(h->hash, mac, counter, &value));
	for (int i = h->digits - 1; i >= 0; i--, value /= 10)
		out[i] = (char)('0' + value % 10);
	return CS_OK;
}

cs_err
cs_hotp_match(const struct cs_hotp *h, cs_span key, uint64_t next, unsigned look_ahead, cs_str code,
    bool *out_found, uint64_t *out_next)
{
	return cs_hotp_resync(h, key, next, look_ahead, &code, 1, out_found, out_next);
}

/* Whether the codes stand at counter, counter + 1, …; all are computed in any case. */
static cs_err
row_matches(const struct cs_hotp *h, struct cs_mac *mac, uint64_t counter, const cs_str *codes,
    size_t count, bool *out)
{
	char want[CS_OTP_DIGITS_MAX];
	bool all = true;

	for (size_t i = 0; i < count; i++) {
		CS_TRY(cs_hotp_code(h, mac, counter + i, want));
		all &= cs_equal(want, codes[i].p, codes[i].len);
	}
	cs_wipe(want, sizeof(want));
	*out = all;
	return CS_OK;
}

cs_err
cs_hotp_resync(const struct cs_hotp *h, cs_span key, uint64_t next, unsigned window,
    const cs_str *codes, size_t count, bool *out_found, uint64_t *out_next)
{
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;
	bool found = false;
	uint64_t then = next;

	*out_found = false;
	*out_next = next;
	for (size_t i = 0; i < count; i++) {
		if (!cs_otp_is_well_formed(h, codes[i]))
			return CS_OK;
	}
	CS_TRY(cs_mac_new(h->hash, key, &mac));
	for (unsigned i = 0; i < window; i++) {
		uint64_t at = next + i;
		bool is_match;

		if (UINT64_MAX - at < count)
			break; /* the counter does not wrap: old codes would come again */
		CS_TRY(row_matches(h, mac, at, codes, count, &is_match));
		if (is_match) {
			found = true; /* no break: same work for every value */
			then = at + count;
		}
	}
	*out_found = found;
	*out_next = then;
	return CS_OK;
}
