/*
 * The importers, as convert runs them. The first byte says which format reads the rest: one of the
 * table, or (0xff) whichever knows it. Without a password: what is behind one was sealed by somebody
 * who could write it plain as well.
 */
#include "fuzz.h"

#include "vault/import_wire.h"

#define ARENA_MAX ((size_t)64 << 20)

static const char *
format_of(uint8_t selector)
{
	size_t count = 0;

	while (cs_import_formats[count] != NULL)
		count++;
	return selector == 0xff ? NULL : cs_import_formats[selector % count]->name;
}

/* What was read goes through the same pipe as in earnest. */
static void
check_wire(struct cs_arena *a, const struct cs_import_answer *answer)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_import_answer again;

	cs_buf_init_sensitive(&text, CS_IMPORT_WIRE_MAX);
	if (cs_failed(cs_import_wire_encode(answer, &text)))
		return;
	cs_err e = cs_import_wire_decode(a, cs_buf_span(&text), &again);
	CS_ASSERT(!cs_failed(e) || cs_is(e, CS_E_LIMIT));
	CS_ASSERT(again.outcome == answer->outcome || cs_failed(e));
	CS_ASSERT(cs_failed(e) || answer->outcome != CS_IMPORT_READ ||
		  again.items.item_count == answer->items.item_count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct cs_import_format *found;

	if (size == 0)
		return 0;
	struct cs_arena *a = cs_arena_new(ARENA_MAX);
	struct cs_import in = { .arena = a, .file = CS_SPAN(data + 1, size - 1) };
	cs_err e = cs_import_read(&in, format_of(data[0]), &found);
	struct cs_import_answer answer = cs_import_answer_of(&in, found, e);

	CS_ASSERT(!cs_failed(e) || (in.problem != NULL && in.item_count == 0));
	check_wire(a, &answer);
	cs_arena_free(&a);
	return 0;
}
