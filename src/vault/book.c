#include "vault/book.h"

#include <stdlib.h>

#include "vault/capsule.h"

/*
 * The text itself lies in it, then what is made of it: at worst 64 rooms for backup codes of an
 * entry that has one. Only what is used is taken from the system.
 */
#define ARENA_MAX ((size_t)CS_BOOK_BYTES_MAX * 16)

#define SHARING_MAX 128
#define VAULT_NAME CS_STR("vault")
#define RECOVERY_NAME CS_STR("recovery")
#define REMOVED CS_STR("removed")

struct cs_book *
cs_book_new(const struct cs_random *rng)
{
	struct cs_book *b = calloc(1, sizeof(*b));

	CS_ASSERT(b != NULL);
	b->arena = cs_arena_new_locked(ARENA_MAX);
	if (rng != NULL)
		b->id = cs_id_new(rng);
	return b;
}

void
cs_book_free(struct cs_book **b)
{
	if (*b == NULL)
		return;
	cs_arena_free(&(*b)->arena);
	cs_buf_clear(&(*b)->text);
	free(*b);
	*b = NULL;
}

/* A longer copy of an array; the old one is forgotten, and wiped with the arena. */
static cs_err
grow(struct cs_arena *a, void **array, size_t size, size_t count, size_t *room)
{
	size_t more = *room < 8 ? 8 : *room * 2;
	void *p;

	if (count < *room)
		return CS_OK;
	CS_TRY(cs_arena_try(a, more * size, &p));
	if (count != 0)
		memcpy(p, *array, count * size);
	*array = p;
	*room = more;
	return CS_OK;
}

cs_err
cs_book_add(
    struct cs_book *b, const struct cs_random *rng, const struct cs_entry *e, struct cs_entry **out)
{
	const char *why;
	struct cs_entry copy;
	void *entries = b->entries;

	if (out != NULL)
		*out = NULL;
	if (b->entry_count == CS_BOOK_ENTRIES_MAX)
		return CS_FAIL(LIMIT);
	if (!cs_entry_is_whole(e, &why))
		return CS_FAIL(INVALID);
	if (!cs_id_is_zero(e->id) && cs_book_entry(b, e->id) != NULL)
		return CS_FAIL(CONFLICT);
	CS_TRY(cs_entry_copy(b->arena, e, &copy));
	CS_TRY(grow(b->arena, &entries, sizeof(*e), b->entry_count, &b->entry_room));
	b->entries = entries;
	if (cs_id_is_zero(copy.id))
		copy.id = cs_id_new(rng);
	b->entries[b->entry_count] = copy;
	if (out != NULL)
		*out = &b->entries[b->entry_count];
	b->entry_count++;
	return CS_OK;
}

/* How many codes of it were taken, when it counts them. */
static uint64_t
used_of(const struct cs_entry *e)
{
	if (e->kind == CS_ENTRY_HOTP)
		return e->counter;
	return e->kind == CS_ENTRY_CAPSULE && e->capsule->of == CS_ENTRY_HOTP ? e->capsule->used
									      : 0;
}

/* So that they stay used when it comes back from a backup that is older. */
static cs_err
note_used(struct cs_book *b, const struct cs_entry *e, cs_time now)
{
	struct cs_book_event event = {
		.at = now, .what = REMOVED, .entry = e->id, .counter = used_of(e)
	};

	return event.counter == 0 ? CS_OK : cs_book_note_event(b, &event);
}

cs_err
cs_book_remove(struct cs_book *b, const struct cs_entry *e, cs_time now)
{
	size_t at = (size_t)(e - b->entries);

	CS_ASSERT(at < b->entry_count);
	CS_TRY(note_used(b, e, now));
	b->entry_count--;
	memmove(&b->entries[at], &b->entries[at + 1], (b->entry_count - at) * sizeof(*e));
	return CS_OK;
}

struct cs_entry *
cs_book_entry(const struct cs_book *b, cs_id id)
{
	for (size_t i = 0; i < b->entry_count; i++) {
		if (cs_id_equal(b->entries[i].id, id))
			return &b->entries[i];
	}
	return NULL;
}

static cs_err
keep(struct cs_book *b, cs_str *inout)
{
	void *p;

	CS_TRY(cs_arena_try(b->arena, inout->len + 1, &p));
	if (inout->len != 0)
		memcpy(p, inout->p, inout->len);
	inout->p = p;
	return CS_OK;
}

cs_err
cs_book_note_event(struct cs_book *b, const struct cs_book_event *e)
{
	void *events = b->events;
	struct cs_book_event copy = *e;

	CS_TRY(keep(b, &copy.what));
	CS_TRY(keep(b, &copy.whom));
	CS_TRY(grow(b->arena, &events, sizeof(*e), b->event_count, &b->event_room));
	b->events = events;
	b->events[b->event_count++] = copy;
	return CS_OK;
}

cs_err
cs_book_add_recipient(struct cs_book *b, cs_str recipient, cs_str name)
{
	struct cs_book_recipient r = { recipient, name };
	void *all = b->recipients;

	CS_TRY(keep(b, &r.recipient));
	CS_TRY(keep(b, &r.name));
	for (size_t i = 0; i < b->recipient_count; i++) {
		if (cs_str_equal(b->recipients[i].name, name)) {
			b->recipients[i] = r;
			return CS_OK;
		}
	}
	if (b->recipient_count == CS_BOOK_RECIPIENTS_MAX)
		return CS_FAIL(LIMIT);
	CS_TRY(grow(b->arena, &all, sizeof(r), b->recipient_count, &b->recipient_room));
	b->recipients = all;
	b->recipients[b->recipient_count++] = r;
	return CS_OK;
}

cs_err
cs_book_add_contact(struct cs_book *b, cs_str name, cs_str recipient)
{
	struct cs_book_contact c = { name, recipient };
	void *contacts = b->contacts;

	CS_TRY(keep(b, &c.name));
	CS_TRY(keep(b, &c.recipient));
	for (size_t i = 0; i < b->contact_count; i++) {
		if (cs_str_equal(b->contacts[i].name, name)) {
			b->contacts[i] = c;
			return CS_OK;
		}
	}
	if (b->contact_count == CS_BOOK_CONTACTS_MAX)
		return CS_FAIL(LIMIT);
	CS_TRY(grow(b->arena, &contacts, sizeof(c), b->contact_count, &b->contact_room));
	b->contacts = contacts;
	b->contacts[b->contact_count++] = c;
	return CS_OK;
}

cs_err
cs_book_set_sharing(struct cs_book *b, cs_str identity)
{
	if (!cs_str_starts(identity, CS_STR("AGE-SECRET-KEY-1")) || identity.len > SHARING_MAX)
		return CS_FAIL(INVALID);
	CS_TRY(keep(b, &identity));
	b->sharing = identity;
	return CS_OK;
}

bool
cs_book_remove_recipient(struct cs_book *b, cs_str name)
{
	for (size_t i = 0; i < b->recipient_count; i++) {
		if (!cs_str_equal(b->recipients[i].name, name))
			continue;
		b->recipient_count--;
		memmove(&b->recipients[i], &b->recipients[i + 1],
		    (b->recipient_count - i) * sizeof(b->recipients[0]));
		return true;
	}
	return false;
}

bool
cs_book_remove_contact(struct cs_book *b, cs_str name)
{
	for (size_t i = 0; i < b->contact_count; i++) {
		if (!cs_str_equal(b->contacts[i].name, name))
			continue;
		b->contact_count--;
		memmove(&b->contacts[i], &b->contacts[i + 1],
		    (b->contact_count - i) * sizeof(b->contacts[0]));
		return true;
	}
	return false;
}

bool
cs_book_is_backed_up(const struct cs_book *b)
{
	/* made empty; one that was made of an import has something to lose */
	if (b->step == 0 && b->entry_count == 0)
		return true;
	for (size_t i = 0; i < b->event_count; i++) {
		if (b->events[i].serial >= b->step &&
		    cs_str_equal(b->events[i].what, CS_STR("backup")))
			return true;
	}
	return false;
}

/* Who opens b's file now, whatever from's recipients were. */
static cs_err
recipients_become(struct cs_book *b, const struct cs_book *from)
{
	struct cs_book_recipient mine[CS_BOOK_RECIPIENTS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < b->recipient_count; i++) {
		const struct cs_book_recipient *r = &b->recipients[i];
		if (cs_str_equal(r->name, VAULT_NAME) || cs_str_equal(r->name, RECOVERY_NAME))
			mine[count++] = *r;
	}
	b->recipient_count = 0;
	for (size_t i = 0; i < count; i++)
		CS_TRY(cs_book_add_recipient(b, mine[i].recipient, mine[i].name));
	for (size_t i = 0; i < from->recipient_count; i++) {
		const struct cs_book_recipient *r = &from->recipients[i];
		if (!cs_str_equal(r->name, VAULT_NAME) && !cs_str_equal(r->name, RECOVERY_NAME))
			CS_TRY(cs_book_add_recipient(b, r->recipient, r->name));
	}
	return CS_OK;
}

static bool
counts(const struct cs_entry *e)
{
	return e->kind == CS_ENTRY_HOTP ||
	       (e->kind == CS_ENTRY_CAPSULE && e->capsule->of == CS_ENTRY_HOTP);
}

/* What has been used or given away stays so. e lies in the book's arena, and its capsule with it. */
static void
raise_counter(struct cs_entry *e, uint64_t used)
{
	if (e->kind == CS_ENTRY_HOTP && used > e->counter)
		e->counter = used;
	if (e->kind == CS_ENTRY_CAPSULE && used > e->capsule->used && used <= e->capsule->count)
		((struct cs_capsule *)(uintptr_t)e->capsule)->used = used;
}

/* What the book knows of an entry that it has no more. */
static void
raise_to_events(const struct cs_book *b, struct cs_entry *e)
{
	for (size_t i = 0; i < b->event_count; i++) {
		const struct cs_book_event *event = &b->events[i];

		if (cs_id_equal(event->entry, e->id) && cs_str_equal(event->what, REMOVED))
			raise_counter(e, event->counter);
	}
}

/* False: none of entries is the one that old was. */
static bool
raise_to(struct cs_entry *entries, size_t count, const struct cs_entry *old)
{
	bool is_there = false;

	for (size_t i = 0; i < count; i++) {
		if (counts(&entries[i]) && cs_entry_makes_same_codes(&entries[i], old)) {
			raise_counter(&entries[i], used_of(old));
			is_there = true;
		}
		is_there = is_there || cs_id_equal(entries[i].id, old->id);
	}
	return is_there;
}

/* Few entries count, so that looking at each for one of them is cheap. */
static cs_err
raise_counters(struct cs_book *b, struct cs_entry *entries, size_t count, cs_time now)
{
	for (size_t i = 0; i < count; i++) {
		if (counts(&entries[i]))
			raise_to_events(b, &entries[i]);
	}
	for (size_t i = 0; i < b->entry_count; i++) {
		if (counts(&b->entries[i]) && !raise_to(entries, count, &b->entries[i]))
			CS_TRY(note_used(b, &b->entries[i], now));
	}
	return CS_OK;
}

static cs_err
entries_become(struct cs_book *b, const struct cs_book *from, cs_time now)
{
	struct cs_entry *entries;
	void *p;

	CS_TRY(cs_arena_try(b->arena, (from->entry_count + 1) * sizeof(*entries), &p));
	entries = p;
	for (size_t i = 0; i < from->entry_count; i++)
		CS_TRY(cs_entry_copy(b->arena, &from->entries[i], &entries[i]));
	CS_TRY(raise_counters(b, entries, from->entry_count, now));
	b->entries = entries;
	b->entry_count = b->entry_room = from->entry_count;
	return CS_OK;
}

static bool
events_equal(const struct cs_book_event *a, const struct cs_book_event *b)
{
	return a->at.ms == b->at.ms && cs_str_equal(a->what, b->what) &&
	       cs_id_equal(a->entry, b->entry) && cs_str_equal(a->whom, b->whom) &&
	       a->until.ms == b->until.ms && a->serial == b->serial && a->counter == b->counter &&
	       a->count == b->count;
}

/* Both began as the same list, so most are behind one another in either. */
static cs_err
events_become(struct cs_book *b, const struct cs_book *from)
{
	size_t same = 0;
	size_t mine = b->event_count;

	while (same < mine && same < from->event_count &&
	       events_equal(&b->events[same], &from->events[same]))
		same++;
	for (size_t i = same; i < from->event_count; i++) {
		size_t j = same;

		while (j < mine && !events_equal(&b->events[j], &from->events[i]))
			j++;
		if (j == mine)
			CS_TRY(cs_book_note_event(b, &from->events[i]));
	}
	return CS_OK;
}

cs_err
cs_book_become(struct cs_book *b, const struct cs_book *from, cs_time now)
{
	CS_TRY(recipients_become(b, from));
	/* others have the key that was there: it is not lost with a step that made it */
	if (from->sharing.len != 0)
		CS_TRY(cs_book_set_sharing(b, from->sharing));
	b->contact_count = 0;
	for (size_t i = 0; i < from->contact_count; i++)
		CS_TRY(cs_book_add_contact(b, from->contacts[i].name, from->contacts[i].recipient));
	CS_TRY(events_become(b, from));
	return entries_become(b, from, now);
}
