/*
 * merge.c - what is the same is found by sorting digests, so that a hostile file of many alike
 * entries costs no more than any other.
 */
#include "vault/merge.h"

#include <stdlib.h>

#include "crypto/mac.h"
#include "vault/capsule.h"

#define KEY_TEXT_MAX (64 << 10)

enum key { NAME = 0, CODES, BOTH, KEYS };

struct key_digest {
	uint8_t b[CS_SHA256_LEN];
};

/* One entry of the book or one item, in the order they are judged. */
struct known {
	const struct cs_entry *entry; /* NULL: refused, and not compared with */
	struct key_digest keys[KEYS];
	const struct cs_entry *first[KEYS]; /* the first before it with that key, or NULL */
};

struct by_key {
	const struct key_digest *digest;
	size_t order;
};

static void
add_name(const struct cs_entry *e, struct cs_buf *out)
{
	char folded[CS_ENTRY_TEXT_MAX];
	size_t len = cs_entry_fold(e->issuer, folded);

	cs_buf_add(out, CS_SPAN(folded, len));
	cs_buf_add_byte(out, 0);
	len = cs_entry_fold(e->account, folded);
	cs_buf_add(out, CS_SPAN(folded, len));
}

static void
add_length_and_bytes(struct cs_buf *out, cs_span bytes)
{
	cs_buf_add_be64(out, bytes.len);
	cs_buf_add(out, bytes);
}

/* The same bytes for those that cs_entry_makes_same_codes holds for the same. */
static void
add_codes(const struct cs_entry *e, struct cs_buf *out)
{
	cs_buf_add_byte(out, (uint8_t)e->kind);
	if (e->kind == CS_ENTRY_CAPSULE) {
		const struct cs_capsule *c = e->capsule;
		cs_buf_printf(out, "%d %zu %zu %lld %lld %llu ", (int)c->of, c->code_len, c->count,
		    (long long)c->start_s, (long long)c->period_s, (unsigned long long)c->first);
		cs_buf_add(out, CS_SPAN(c->codes, c->code_len * c->count));
		return;
	}
	add_length_and_bytes(out, e->secret);
	if (e->kind == CS_ENTRY_YUBIKEY) {
		add_length_and_bytes(out, e->public_id);
		add_length_and_bytes(out, e->private_id);
		return;
	}
	cs_buf_printf(out, "%d %d %lld", (int)e->hotp.hash, e->hotp.digits,
	    e->kind == CS_ENTRY_HOTP ? 0LL : (long long)e->period_s);
}

static void
digest(struct cs_buf *text, struct key_digest *out)
{
	cs_sha256(cs_buf_span(text), out->b);
	cs_buf_reset(text);
}

static void
make_keys(struct known *k, struct cs_buf *text)
{
	add_name(k->entry, text);
	digest(text, &k->keys[NAME]);
	add_codes(k->entry, text);
	digest(text, &k->keys[CODES]);
	cs_buf_add(text, CS_SPAN(k->keys[NAME].b, CS_SHA256_LEN));
	cs_buf_add(text, CS_SPAN(k->keys[CODES].b, CS_SHA256_LEN));
	digest(text, &k->keys[BOTH]);
}

static int
order(const void *a, const void *b)
{
	const struct by_key *x = a, *y = b;
	int by = cs_str_order((cs_str){ (const char *)x->digest->b, CS_SHA256_LEN },
	    (cs_str){ (const char *)y->digest->b, CS_SHA256_LEN });

	if (by != 0)
		return by;
	return x->order < y->order ? -1 : x->order > y->order;
}

static bool
is_alike(const struct by_key *a, const struct by_key *b)
{
	return cs_str_equal((cs_str){ (const char *)a->digest->b, CS_SHA256_LEN },
	    (cs_str){ (const char *)b->digest->b, CS_SHA256_LEN });
}

/* sorted: room for count. */
static void
find_first(struct known *all, size_t count, enum key key, struct by_key *sorted)
{
	size_t n = 0;
	size_t start = 0;

	for (size_t i = 0; i < count; i++) {
		if (all[i].entry != NULL)
			sorted[n++] = (struct by_key){ &all[i].keys[key], i };
	}
	qsort(sorted, n, sizeof(*sorted), order);
	for (size_t i = 1; i < n; i++) {
		if (!is_alike(&sorted[i], &sorted[start]))
			start = i;
		else
			all[sorted[i].order].first[key] = all[sorted[start].order].entry;
	}
}

/* The same account, but something of it that is kept as it is here. */
static const char *
stays(const struct cs_entry *e, const struct cs_entry *there)
{
	if (e->note.len != 0 && !cs_str_equal(e->note, there->note))
		return "its note stays as it is here";
	if (e->spare_count > there->spare_count)
		return "its backup codes stay as they are here";
	return e->tag_count > there->tag_count ? "its tags stay as they are here" : NULL;
}

static struct cs_merge_item
judge(struct cs_arena *a, const struct cs_import_item *item, const struct known *k)
{
	struct cs_merge_item out = { .entry = &item->entry };

	if (item->dropped.len != 0)
		out.reason = cs_arena_printf(a, "without %.*s", CS_STR_ARG(item->dropped));
	if (k->entry == NULL) {
		out.verdict = CS_MERGE_REFUSED;
		return out;
	}
	out.verdict = CS_MERGE_NEW;
	if (k->first[BOTH] != NULL) {
		const char *why = stays(k->entry, k->first[BOTH]);
		out.verdict = CS_MERGE_SAME;
		out.there = k->first[BOTH];
		out.reason = cs_str_c(why == NULL ? "" : why);
	} else if (k->first[CODES] != NULL) {
		cs_str name = cs_entry_name(a, k->first[CODES]);
		out.verdict = CS_MERGE_DIFFERS;
		out.there = k->first[CODES];
		out.reason = cs_arena_printf(a, "makes the same codes as %.*s", CS_STR_ARG(name));
	} else if (k->first[NAME] != NULL) {
		out.verdict = CS_MERGE_DIFFERS;
		out.there = k->first[NAME];
		out.reason = CS_STR("another of this name makes other codes");
	}
	return out;
}

/* Why an item is not taken: what its importer said, or what a vault says. */
static cs_str
refusal(const struct cs_import_item *item)
{
	const char *why;

	if (item->refused.len != 0)
		return item->refused;
	return cs_entry_is_whole(&item->entry, &why) ? CS_STR_NONE : cs_str_c(why);
}

cs_err
cs_merge_judge(const struct cs_book *book, const struct cs_import *in, struct cs_merge_item **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	size_t there = book == NULL ? 0 : book->entry_count;
	size_t count = there + in->item_count;
	void *known, *sorted, *items;

	*out = NULL;
	cs_buf_init_sensitive(&text, CS_CAPSULE_CODES_MAX * CS_OTP_DIGITS_MAX + KEY_TEXT_MAX);
	CS_TRY(cs_arena_try(in->arena, (count + 1) * sizeof(struct known), &known));
	CS_TRY(cs_arena_try(in->arena, (count + 1) * sizeof(struct by_key), &sorted));
	CS_TRY(cs_arena_try(in->arena, (in->item_count + 1) * sizeof(**out), &items));
	struct known *all = known;
	for (size_t i = 0; i < count; i++) {
		if (i < there)
			all[i].entry = &book->entries[i];
		else if (refusal(&in->items[i - there]).len == 0)
			all[i].entry = &in->items[i - there].entry;
		if (all[i].entry != NULL)
			make_keys(&all[i], &text);
	}
	for (size_t key = 0; key < KEYS; key++)
		find_first(all, count, (enum key)key, sorted);
	*out = items;
	for (size_t i = 0; i < in->item_count; i++) {
		(*out)[i] = judge(in->arena, &in->items[i], &all[there + i]);
		if ((*out)[i].verdict == CS_MERGE_REFUSED)
			(*out)[i].reason = refusal(&in->items[i]);
	}
	return CS_OK;
}

/* Items lie behind one another in the import, so that one is found by its address. */
static size_t
item_at(const struct cs_merge_item *items, size_t count, const struct cs_entry *e)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;

		if (items[middle].entry == e)
			return middle;
		if ((uintptr_t)items[middle].entry < (uintptr_t)e)
			low = middle + 1;
		else
			count = middle;
	}
	return SIZE_MAX;
}

/* Where each item's entry is in the book; the book's own are found by their id. */
struct placed {
	struct cs_book *book;
	const struct cs_merge_item *items;
	size_t count;
	size_t *at; /* of each item; SIZE_MAX: nowhere */
};

static struct cs_entry *
placed_entry(const struct placed *p, const struct cs_entry *there)
{
	size_t item = item_at(p->items, p->count, there);

	if (item == SIZE_MAX)
		return cs_book_entry(p->book, there->id);
	return p->at[item] == SIZE_MAX ? NULL : &p->book->entries[p->at[item]];
}

static void
raise_counter(const struct placed *p, const struct cs_merge_item *item)
{
	if (item->entry->kind != CS_ENTRY_HOTP)
		return;
	struct cs_entry *there = placed_entry(p, item->there);
	if (there != NULL && there->counter < item->entry->counter)
		there->counter = item->entry->counter;
}

/* Under another name too: a code that was used here is not made again there. */
static void
begin_behind(const struct placed *p, const struct cs_merge_item *item, struct cs_entry *added)
{
	const struct cs_entry *there = item->there == NULL ? NULL : placed_entry(p, item->there);

	if (there == NULL || !cs_entry_makes_same_codes(added, there))
		return;
	if (added->kind == CS_ENTRY_HOTP && added->counter < there->counter)
		added->counter = there->counter;
	/* cs_book_add made it, in the book's arena */
	if (added->kind == CS_ENTRY_CAPSULE && added->capsule->used < there->capsule->used)
		((struct cs_capsule *)(uintptr_t)added->capsule)->used = there->capsule->used;
}

static cs_err
take(struct placed *p, const struct cs_random *rng, size_t i)
{
	struct cs_entry e = *p->items[i].entry;
	struct cs_entry *added;

	/* ids are the vault's own: two may come from one backup */
	e.id = cs_id_zero;
	CS_TRY(cs_book_add(p->book, rng, &e, &added));
	begin_behind(p, &p->items[i], added);
	p->at[i] = (size_t)(added - p->book->entries);
	return CS_OK;
}

cs_err
cs_merge_apply(struct cs_book *book, const struct cs_random *rng, const struct cs_merge_item *items,
    size_t count)
{
	struct placed p = { book, items, count, NULL };
	void *at;

	CS_TRY(cs_arena_try(book->arena, (count + 1) * sizeof(*p.at), &at));
	p.at = at;
	for (size_t i = 0; i < count; i++) {
		p.at[i] = SIZE_MAX;
		if (items[i].verdict == CS_MERGE_SAME)
			raise_counter(&p, &items[i]);
		else if (items[i].verdict != CS_MERGE_REFUSED)
			CS_TRY(take(&p, rng, i));
	}
	return CS_OK;
}
