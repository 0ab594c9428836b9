/* What convert says, from a convert that was taken over. */
#include "fuzz.h"

#include "vault/import_wire.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cs_arena *a = cs_arena_new((size_t)64 << 20);
	struct cs_import_answer answer;
	const char *reason;

	if (!cs_failed(cs_import_wire_decode(a, CS_SPAN(data, size), &answer))) {
		for (size_t i = 0; i < answer.items.item_count; i++) {
			const struct cs_import_item *item = &answer.items.items[i];

			CS_ASSERT(
			    item->refused.len > 0 || cs_entry_is_whole(&item->entry, &reason));
		}
	}
	cs_arena_free(&a);
	return 0;
}
