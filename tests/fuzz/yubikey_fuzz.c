/*
 * yubikey_fuzz.c - what a YubiKey types, modhex by itself, and a file of cases.
 */
#include "proto/yubikey_cases.h"

#include "proto/modhex.h"

#include "fuzz.h"

static void
try_modhex(cs_str text)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;
	CS_AUTO(cs_buf_clear) struct cs_buf back;

	cs_buf_init(&bytes, text.len);
	cs_buf_init(&back, text.len);
	if (cs_failed(cs_modhex_decode(text, &bytes))) {
		CS_ASSERT(bytes.len == 0);
		return;
	}
	cs_modhex_encode(cs_buf_span(&bytes), &back);
	CS_ASSERT(cs_str_equal_nocase(cs_buf_str(&back), text));
}

static void
tell(void *ctx, cs_str id, enum cs_yubikey_verdict verdict)
{
	CS_ASSERT(id.len != 0 && cs_yubikey_verdict_name(verdict) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cs_str text = { (const char *)data, size };
	struct cs_yubikey_key key = { 0 };
	struct cs_yubikey_token token;
	enum cs_yubikey_verdict verdict;
	struct cs_yubikey_otp otp;
	const char *problem;

	try_modhex(text);
	if (!cs_failed(cs_yubikey_decode(text, &otp)))
		key.public_id = CS_SPAN(otp.public_id, otp.public_len);
	CS_ASSERT(!cs_failed(cs_yubikey_judge(&key, NULL, text, &verdict, &token)));
	/* nobody but the fuzzer's key of noughts could have made it */
	CS_ASSERT(verdict != CS_YUBIKEY_OTHER_KEY || key.public_id.len == 0);
	if (cs_failed(cs_yubikey_cases_judge(CS_SPAN(data, size), tell, NULL, &problem)))
		CS_ASSERT(problem != NULL);
	return 0;
}
