#include "cli/session/entry_order.h"

#include <stdlib.h>

static const char *const names[CS_ORDER_COUNT] = { "name", "account", "added", "changed", "none" };

/* What an entry is sorted by, made once: names are folded for it. */
struct sorted {
	int64_t newest; /* the later, the further in front */
	cs_str key;
	struct cs_entry *entry;
};

cs_err
cs_entry_order_decode(cs_str name, enum cs_entry_order *out)
{
	for (*out = CS_ORDER_NAME; *out < CS_ORDER_COUNT; ++*out) {
		if (cs_str_equal(cs_str_c(names[*out]), name))
			return CS_OK;
	}
	*out = CS_ORDER_NAME;
	return CS_FAIL(INVALID);
}

/* Both names, the first one first; a byte that no name has lies between them. */
static cs_str
folded_key(struct cs_arena *a, const struct cs_entry *e, bool is_account_first)
{
	cs_str first = is_account_first || e->issuer.len == 0 ? e->account : e->issuer;
	cs_str second = first.p == e->account.p ? e->issuer : e->account;
	char *key = cs_arena_alloc(a, first.len + 1 + second.len);
	size_t len = cs_entry_fold(first, key);

	key[len++] = '\0';
	len += cs_entry_fold(second, key + len);
	return (cs_str){ key, len };
}

static int
compare(const void *a, const void *b)
{
	const struct sorted *x = a;
	const struct sorted *y = b;

	if (x->newest != y->newest)
		return x->newest > y->newest ? -1 : 1;
	int by_key = cs_str_order(x->key, y->key);
	return by_key != 0 ? by_key : cs_id_order(x->entry->id, y->entry->id);
}

void
cs_entries_sort(
    struct cs_arena *a, struct cs_entry **entries, size_t count, enum cs_entry_order order)
{
	if (order == CS_ORDER_NONE || count < 2)
		return;
	struct sorted *rows = CS_NEW_ARRAY(a, struct sorted, count);
	for (size_t i = 0; i < count; i++) {
		struct cs_entry *e = entries[i];
		rows[i] = (struct sorted){
			.key = folded_key(a, e, order == CS_ORDER_ACCOUNT),
			.entry = e,
		};
		if (order == CS_ORDER_ADDED)
			rows[i].newest = e->added.ms;
		if (order == CS_ORDER_CHANGED)
			rows[i].newest = e->changed.ms;
	}
	qsort(rows, count, sizeof(*rows), compare);
	for (size_t i = 0; i < count; i++)
		entries[i] = rows[i].entry;
}

bool
cs_entry_text_equal(cs_str a, cs_str b)
{
	char left[CS_ENTRY_TEXT_MAX];
	char right[CS_ENTRY_TEXT_MAX];

	if (a.len > sizeof(left) || b.len > sizeof(right))
		return false;
	return cs_str_equal(
	    (cs_str){ left, cs_entry_fold(a, left) }, (cs_str){ right, cs_entry_fold(b, right) });
}
