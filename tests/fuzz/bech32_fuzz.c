/*
 * bech32_fuzz.c - a key that is accepted is written again letter for letter, but for its case.
 */
#include "crypto/age.h"

#include "fuzz.h"

static void
check_recipient(cs_str in)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text = { .max = 128 };
	cs_age_recipient r;

	if (cs_failed(cs_age_recipient_decode(in, &r)))
		return;
	cs_age_recipient_encode(&r, &text);
	CS_ASSERT(cs_str_equal_nocase(cs_buf_str(&text), in));
}

static void
check_identity(cs_str in)
{
	CS_AUTO(cs_secret_free) struct cs_secret *identity = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init_sensitive(&text, 128);
	if (cs_failed(cs_age_identity_decode(in, &identity))) {
		CS_ASSERT(identity == NULL);
		return;
	}
	cs_age_identity_encode(identity, &text);
	CS_ASSERT(cs_str_equal_nocase(cs_buf_str(&text), in));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cs_str in = { (const char *)data, size };

	check_recipient(in);
	check_identity(in);
	return 0;
}
