/*
 * capsule_fuzz.c - entries as somebody else sends them. Whatever a capsule says of itself, it has no
 * code outside of its window, none at its end, and comes back as it was.
 */
#include "vault/capsule.h"

#include "fuzz.h"
#include "vault/book.h"
#include "vault/code.h"

static void
fill(void *ctx, uint8_t *out, size_t len)
{
	memset(out, 7, len);
}

static const struct cs_random sevens = { fill, NULL };

static void
check_moment(const struct cs_entry *e, cs_time at)
{
	const struct cs_capsule *c = e->capsule;
	struct cs_code_shown code;

	if (cs_failed(cs_code_at(e, at, &code))) {
		CS_ASSERT(code.len == 0);
		return;
	}
	CS_ASSERT(at.ms >= 0 && at.ms < c->until.ms && code.ends.ms == c->until.ms);
	CS_ASSERT(code.len == c->code_len && strlen(code.text) <= code.len);
	if (c->of == CS_ENTRY_HOTP) {
		CS_ASSERT(code.counter == c->first + c->used);
		return;
	}
	CS_ASSERT(at.ms >= code.from.ms && at.ms < code.until.ms && code.until.ms <= c->until.ms);
	CS_ASSERT(at.ms / CS_SECOND_MS >= c->start_s);
}

static void
check_capsule(const struct cs_entry *e)
{
	const struct cs_capsule *c = e->capsule;
	const int64_t moments[] = { INT64_MIN, -1, 0, 1, INT64_C(1763804467123), c->until.ms,
		INT64_MAX };

	for (size_t i = 0; i < CS_COUNT(moments); i++)
		check_moment(e, (cs_time){ moments[i] });
	for (int64_t i = 0; i < 5 && c->until.ms > 5; i++)
		check_moment(e, (cs_time){ c->until.ms - i });
	for (size_t i = 0; i <= c->count && c->start_s < INT64_MAX / 8192; i++)
		check_moment(e, cs_seconds(c->start_s + (int64_t)i * c->period_s));
}

static void
check_written(const struct cs_entry *e)
{
	CS_AUTO(cs_book_free) struct cs_book *back = cs_book_new(&sevens);
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init_sensitive(&text, CS_BOOK_BYTES_MAX);
	CS_ASSERT(!cs_failed(cs_entries_encode(e, 1, &text)));
	CS_ASSERT(!cs_failed(cs_entries_decode(back, cs_buf_span(&text))));
	CS_ASSERT(back->entry_count == 1);
	CS_ASSERT(cs_entry_makes_same_codes(e, &back->entries[0]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_book_free) struct cs_book *b = cs_book_new(&sevens);

	if (cs_failed(cs_entries_decode(b, CS_SPAN(data, size))))
		return 0;
	for (size_t i = 0; i < b->entry_count; i++) {
		if (b->entries[i].kind != CS_ENTRY_CAPSULE)
			continue;
		check_capsule(&b->entries[i]);
		check_written(&b->entries[i]);
	}
	return 0;
}
