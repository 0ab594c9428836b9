/*
 * book_fuzz.c - a vault's text; what is accepted is whole, and is the same when written and read
 * again.
 */
#include "vault/book.h"

#include "fuzz.h"

static void
check_written(const struct cs_book *b)
{
	CS_AUTO(cs_buf_clear) struct cs_buf once;
	CS_AUTO(cs_buf_clear) struct cs_buf twice;
	CS_AUTO(cs_book_free) struct cs_book *again = NULL;

	cs_buf_init_sensitive(&once, CS_BOOK_BYTES_MAX);
	cs_buf_init_sensitive(&twice, CS_BOOK_BYTES_MAX);
	CS_ASSERT(!cs_failed(cs_book_encode(b, &once)));
	CS_ASSERT(!cs_failed(cs_book_decode(cs_buf_span(&once), &again)));
	CS_ASSERT(!cs_failed(cs_book_encode(again, &twice)));
	CS_ASSERT(cs_str_equal(cs_buf_str(&once), cs_buf_str(&twice)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_book_free) struct cs_book *b = NULL;
	const char *why;

	if (cs_failed(cs_book_decode(CS_SPAN(data, size), &b))) {
		CS_ASSERT(b == NULL);
		return 0;
	}
	for (size_t i = 0; i < b->entry_count; i++)
		CS_ASSERT(cs_entry_is_whole(&b->entries[i], &why));
	check_written(b);
	return 0;
}
