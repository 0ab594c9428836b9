/*
 * entries_fuzz.c - entries alone, as somebody else may send them; nothing is taken of a text that is
 * refused.
 */
#include "vault/book.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_book_free) struct cs_book *b = cs_book_new(NULL);
	CS_AUTO(cs_book_free) struct cs_book *again = cs_book_new(NULL);
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_entry **found;

	cs_buf_init_sensitive(&text, CS_BOOK_BYTES_MAX);
	if (cs_failed(cs_entries_decode(b, CS_SPAN(data, size)))) {
		CS_ASSERT(b->entry_count == 0);
		return 0;
	}
	CS_ASSERT(cs_book_search(b, CS_STR_NONE, &found) == b->entry_count);
	if (b->entry_count != 0 && b->entries[0].issuer.len != 0 &&
	    cs_str_trim(b->entries[0].issuer).len != 0)
		CS_ASSERT(cs_book_find(b, b->entries[0].issuer, &found) >= 1);
	CS_ASSERT(!cs_failed(cs_entries_encode(b->entries, b->entry_count, &text)));
	CS_ASSERT(!cs_failed(cs_entries_decode(again, cs_buf_span(&text))));
	CS_ASSERT(again->entry_count == b->entry_count);
	return 0;
}
