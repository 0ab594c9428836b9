/*
 * merge.h - what came from elsewhere against what is there. Nothing is lost silently: every item
 * has exactly one verdict, and they add up.
 */
#ifndef CS_VAULT_MERGE_H
#define CS_VAULT_MERGE_H

#include "vault/book.h"
#include "vault/import.h"

enum cs_merge_verdict {
	CS_MERGE_REFUSED = 0, /* cannot be taken: reason says why */
	CS_MERGE_NEW, /* no entry of that name, none with that secret */
	CS_MERGE_SAME, /* makes the same codes under the same name; a hotp counter is the higher of both */
	/* same name, other codes; or same codes, other name: kept beside it, its counter not lower */
	CS_MERGE_DIFFERS,
};

struct cs_merge_item {
	enum cs_merge_verdict verdict;
	cs_str reason; /* of refused and differs, and what of it was dropped; may be empty */
	const struct cs_entry *entry; /* as it came */
	const struct cs_entry
	    *there; /* same, differs: the one that it was compared with, or NULL */
};

/*
 * Judge every item, in order; an item is compared with the book and with those before it.
 *   out	item_count of them, in the import's arena
 */
cs_err cs_merge_judge(
    const struct cs_book *book, const struct cs_import *in, struct cs_merge_item **out);
/* Take new and differing ones in, and higher counters. Errors: LIMIT. */
cs_err cs_merge_apply(struct cs_book *book, const struct cs_random *rng,
    const struct cs_merge_item *items, size_t count);

#endif
