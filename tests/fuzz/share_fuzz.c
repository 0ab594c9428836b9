/*
 * share_fuzz.c - a share that is accepted is written as words and as a QR code's text that say the
 * same; one that is not leaves nothing, and a line that may be shown.
 */
#include "vault/shares.h"

#include "crypto/equal.h"

#include "fuzz.h"

static void
check_back(const struct cs_share *s, void write(const struct cs_share *, struct cs_buf *))
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_share_trouble trouble;
	struct cs_share back;

	cs_buf_init_sensitive(&text, 1024);
	write(s, &text);
	CS_ASSERT(!cs_failed(cs_share_decode(cs_buf_str(&text), &back, &trouble)));
	CS_ASSERT(back.set == s->set && back.need == s->need && back.of == s->of &&
		  back.number == s->number && cs_equal(back.part, s->part, sizeof(back.part)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cs_share_trouble trouble;
	struct cs_share s;

	if (cs_failed(cs_share_decode((cs_str){ (const char *)data, size }, &s, &trouble))) {
		CS_ASSERT(s.need == 0 && trouble.text[0] != '\0');
		for (const char *c = trouble.text; *c != '\0'; c++)
			CS_ASSERT(*c >= 0x20 && *c < 0x7f);
		return 0;
	}
	CS_ASSERT(s.need >= 2 && s.need <= s.of && s.number >= 1 && s.number <= s.of);
	check_back(&s, cs_share_words);
	check_back(&s, cs_share_qr);
	return 0;
}
