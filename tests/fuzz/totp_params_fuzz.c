/*
 * totp_params_fuzz.c - a TOTP record's parameters; what is accepted is written and read alike.
 */
#include "proto/totp.h"
#include "proto/totp_params.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_totp t, back;

	cs_buf_init(&text, 256);
	if (cs_failed(cs_totp_params_decode((cs_str){ (const char *)data, size }, &t)))
		return 0;
	CS_ASSERT(t.period_s >= 1 && t.period_s <= 3600);
	CS_ASSERT(t.hotp.digits >= CS_OTP_DIGITS_MIN && t.hotp.digits <= CS_OTP_DIGITS_MAX);
	cs_totp_params_encode(&t, &text);
	CS_ASSERT(!cs_failed(cs_totp_params_decode(cs_buf_str(&text), &back)));
	CS_ASSERT(back.hotp.hash == t.hotp.hash && back.hotp.digits == t.hotp.digits);
	CS_ASSERT(back.period_s == t.period_s);
	return 0;
}
