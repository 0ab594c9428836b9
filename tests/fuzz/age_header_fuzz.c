/*
 * age_header_fuzz.c - a header that is accepted is written again byte for byte; one that was written
 * by a stranger gives no byte away.
 */
#include "crypto/age_parts.h"

#include "base/codec.h"

#include "fuzz.h"

#define STANZA_WORDS_MAX 64

static void
write_again(const struct cs_age_header *h, struct cs_buf *out)
{
	cs_str words[STANZA_WORDS_MAX];

	cs_age_header_begin(out);
	for (size_t i = 0; i < h->count; i++) {
		const struct cs_age_stanza *s = &h->stanzas[i];

		words[0] = s->type;
		for (size_t j = 0; j < s->arg_count && j + 1 < STANZA_WORDS_MAX; j++)
			words[j + 1] = s->args[j];
		if (s->arg_count < STANZA_WORDS_MAX)
			cs_age_stanza_encode(words, s->arg_count + 1, s->body, out);
	}
	cs_buf_add_c(out, "--- ");
	cs_base64_raw_encode(CS_SPAN(h->mac, sizeof(h->mac)), out);
	cs_buf_add_byte(out, '\n');
}

static void
check_same(const struct cs_age_header *h, cs_span file)
{
	CS_AUTO(cs_buf_clear) struct cs_buf again = { .max = 1 << 21 };
	size_t len = file.len - h->payload.len;

	for (size_t i = 0; i < h->count; i++)
		if (h->stanzas[i].arg_count >= STANZA_WORDS_MAX)
			return;
	write_again(h, &again);
	CS_ASSERT(cs_str_equal(cs_buf_str(&again), (cs_str){ (const char *)file.p, len }));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(8 << 20);
	CS_AUTO(cs_secret_free) struct cs_secret *identity = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf out;
	static const uint8_t key[CS_AGE_KEY_LEN] = { 7 };
	struct cs_age_passphrase words = { CS_STR("passphrase"), 4 };
	struct cs_age_header h;
	bool is_passphrase;

	cs_buf_init_sensitive(&out, 1 << 21);
	CS_ASSERT(!cs_failed(cs_secret_from(CS_SPAN(key, sizeof(key)), &identity)));
	struct cs_age_identities who = { &identity, 1 };
	if (!cs_failed(cs_age_header_decode(a, CS_SPAN(data, size), &h)))
		check_same(&h, CS_SPAN(data, size));
	const struct cs_age_opener openers[] = { cs_age_identities_opener(&who),
		cs_age_passphrase_opener(&words) };
	for (size_t i = 0; i < CS_COUNT(openers); i++)
		if (cs_failed(cs_age_decrypt(CS_SPAN(data, size), &openers[i], &out)))
			CS_ASSERT(out.len == 0 && !out.has_failed);
	(void)cs_age_is_passphrase(CS_SPAN(data, size), &is_passphrase).code;
	return 0;
}
