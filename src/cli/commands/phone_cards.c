#include "cli/commands/phone_cards.h"

#include "cli/session/new_entry.h"
#include "proto/qr.h"
#include "vault/entry_otpauth.h"

/* What one making of cards knows. */
struct making {
	struct cs_arena *arena;
	bool (*has_room)(cs_str payload);
	struct cs_phone_cards *out;
};

static void
leave(struct making *m, struct cs_entry *e, const char *why)
{
	m->out->left[m->out->left_count++] = (struct cs_phone_left){ e, why };
}

static cs_str
caption_of(struct cs_arena *a, const struct cs_entry *e)
{
	if (e->kind == CS_ENTRY_HOTP)
		return CS_STR("Counts up: use it in one place only from now on, here or there.");
	if (e->kind == CS_ENTRY_STEAM)
		return CS_STR("Steam's letters: Aegis takes this, most apps do not.");
	if (e->hotp.hash == CS_SHA1 && e->hotp.digits == 6 && e->period_s == 30)
		return CS_STR("");
	return cs_arena_printf(a,
	    "%.*s, %d digits, every %lld s: some apps take only SHA1, 6 digits, 30 s.",
	    CS_STR_ARG(cs_otp_hash_name(e->hotp.hash)), e->hotp.digits, (long long)e->period_s);
}

static void
add_one(struct making *m, struct cs_entry *e)
{
	CS_AUTO(cs_buf_clear) struct cs_buf uri;

	cs_buf_init_sensitive(&uri, CS_QR_TEXT_MAX);
	if (!cs_entry_uri(e, &uri)) {
		leave(m, e,
		    e->kind == CS_ENTRY_CAPSULE ? "only its codes were lent"
						: "it is a key of its own");
		return;
	}
	struct cs_phone_card *card = &m->out->cards[m->out->count++];
	card->entries = CS_NEW(m->arena, struct cs_entry *);
	card->entries[0] = e;
	card->entry_count = 1;
	card->title = cs_entry_name(m->arena, e);
	card->caption = caption_of(m->arena, e);
	card->payload = cs_arena_str(m->arena, cs_buf_str(&uri));
}

static cs_str
batch_payload(struct making *m, const struct cs_migration_item *items, size_t count,
    const struct cs_migration_batch *batch)
{
	CS_AUTO(cs_buf_clear) struct cs_buf uri;

	cs_buf_init_sensitive(&uri, CS_MIGRATION_URI_MAX);
	cs_migration_encode(items, count, batch, &uri);
	return cs_arena_str(m->arena, cs_buf_str(&uri));
}

/* The most entries a code, of each code the same, with which every code has room. */
static size_t
batch_size_that_fits(struct making *m, const struct cs_migration_item *items, size_t count)
{
	struct cs_migration_batch batch = { .size = 1 };

	for (size_t size = CS_MIGRATION_PER_CODE; size > 1; size--) {
		bool fits = true;
		for (size_t from = 0; from < count && fits; from += size) {
			size_t here = count - from < size ? count - from : size;
			cs_str payload = batch_payload(m, items + from, here, &batch);
			fits = payload.len <= CS_QR_TEXT_MAX &&
			       (m->has_room == NULL || m->has_room(payload));
		}
		if (fits)
			return size;
	}
	return 1;
}

static void
add_batches(struct making *m, struct cs_entry **entries, const struct cs_migration_item *items,
    size_t count)
{
	size_t size = batch_size_that_fits(m, items, count);
	struct cs_migration_batch batch = { .size = (int32_t)((count + size - 1) / size), .id = 1 };

	for (size_t from = 0; from < count; from += size, batch.index++) {
		struct cs_phone_card *card = &m->out->cards[m->out->count++];
		card->entry_count = count - from < size ? count - from : size;
		card->entries = entries + from;
		card->title = cs_arena_printf(m->arena, "%zu account%s for Google Authenticator",
		    card->entry_count, card->entry_count == 1 ? "" : "s");
		card->caption =
		    CS_STR("In the app: Transfer accounts, Import accounts, Scan QR code.");
		card->payload = batch_payload(m, items + from, card->entry_count, &batch);
	}
}

void
cs_phone_cards_make(struct cs_arena *a, struct cs_entry **entries, size_t count, bool is_google,
    bool (*has_room)(cs_str payload), struct cs_phone_cards *out)
{
	struct making m = { a, has_room, out };
	struct cs_entry **carried = CS_NEW_ARRAY(a, struct cs_entry *, count + 1);
	struct cs_migration_item *items = CS_NEW_ARRAY(a, struct cs_migration_item, count + 1);
	size_t carried_count = 0;

	*out = (struct cs_phone_cards){ .cards = CS_NEW_ARRAY(a, struct cs_phone_card, count + 1),
		.left = CS_NEW_ARRAY(a, struct cs_phone_left, count + 1) };
	for (size_t i = 0; i < count && is_google; i++) {
		const char *why;
		if (cs_entry_to_migration(entries[i], &items[carried_count], &why))
			carried[carried_count++] = entries[i];
	}
	if (carried_count != 0)
		add_batches(&m, carried, items, carried_count);
	for (size_t i = 0, next = 0; i < count; i++) {
		if (next < carried_count && carried[next] == entries[i])
			next++;
		else
			add_one(&m, entries[i]);
	}
}
