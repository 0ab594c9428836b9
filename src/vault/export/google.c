/*
 * Google Authenticator's migration codes, one a line, each of as many accounts as the app itself puts
 * into one QR code.
 */
#include "vault/entry_otpauth.h"
#include "vault/export/parts.h"

static size_t
choose(struct cs_export *x, struct cs_migration_item *items)
{
	static const struct cs_export_room room = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < x->count; i++) {
		const char *why = NULL;

		if (!cs_export_has_code(x, i, false))
			continue;
		if (!cs_entry_to_migration(&x->entries[i], &items[count], &why)) {
			cs_export_leave_out(x, i, why);
			continue;
		}
		cs_export_lose_rest(x, i, &room, NULL);
		count++;
	}
	return count;
}

cs_err
cs_export_google_write(struct cs_export *x)
{
	void *p = NULL;
	uint8_t id[4];

	CS_TRY(cs_arena_try(x->arena, (x->count + 1) * sizeof(struct cs_migration_item), &p));
	struct cs_migration_item *items = p;
	size_t count = choose(x, items);
	size_t codes = (count + CS_MIGRATION_PER_CODE - 1) / CS_MIGRATION_PER_CODE;

	cs_random_fill(x->rng, id, sizeof(id));
	struct cs_migration_batch batch = {
		.size = (int32_t)codes,
		.id = (id[0] & 0x7f) << 24 | id[1] << 16 | id[2] << 8 | id[3],
	};
	for (size_t from = 0; from < count; from += CS_MIGRATION_PER_CODE, batch.index++) {
		size_t n =
		    count - from < CS_MIGRATION_PER_CODE ? count - from : CS_MIGRATION_PER_CODE;

		cs_migration_encode(items + from, n, &batch, x->out);
		cs_buf_add_byte(x->out, '\n');
	}
	return CS_OK;
}
