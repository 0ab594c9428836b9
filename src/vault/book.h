/*
 * book.h - a whole vault in memory, and its text (docs/protocol/vault.md §2).
 *
 * Whoever reads the text was able to open the age file around it; it is still decoded strictly and
 * within bounds, since a file may be damaged, or be somebody else's.
 */
#ifndef CS_VAULT_BOOK_H
#define CS_VAULT_BOOK_H

#include "base/buf.h"
#include "crypto/random.h"
#include "vault/entry.h"

#define CS_BOOK_BYTES_MAX (64 << 20)
#define CS_BOOK_ENTRIES_MAX 100000
#define CS_BOOK_RECIPIENTS_MAX 16
#define CS_BOOK_CONTACTS_MAX 4096
#define CS_BOOK_VERSION 1

/* Who can open the file: an age recipient and what it is called ("vault", "recovery", "laptop"). */
struct cs_book_recipient {
	cs_str recipient; /* age1… */
	cs_str name;
};

/* Somebody to share with. */
struct cs_book_contact {
	cs_str name;
	cs_str recipient; /* age1… */
};

/* What left the vault, or was done with it: kept whatever is undone. */
struct cs_book_event {
	cs_time at;
	cs_str
	    what; /* "shared", "lent", "phone", "exported", "backup", "revoked", "verified", "split", "removed" */
	cs_id entry; /* zero: the whole vault */
	cs_str
	    whom; /* a contact's name, a recipient, a phone's name, a file's name; may be empty */
	cs_time until; /* lent: when its last code is over; else zero */
	int64_t serial; /* backup: of the vault when it was made; else zero */
	/* lent hotp: the first counter given away …; removed: the counter, or what was used of a capsule */
	uint64_t counter;
	uint64_t count; /* lent: … and how many */
};

struct cs_book {
	struct cs_arena *arena; /* locked; everything beneath lives here … */
	struct cs_buf text; /* … or in the text that it was read from */
	cs_id id; /* of the vault, for ever */
	int64_t serial; /* one more at every write */
	int64_t step; /* the serial that the last step (or undo) wrote; 0: none yet */
	int64_t parent; /* the serial that undo goes back to; 0: none */
	cs_str said; /* what the last change did, as undo will name it: "renamed Example" */
	cs_time changed; /* when that step was */
	/*
	 * AGE-SECRET-KEY-1…: what others send is encrypted to this key, and not to the vault's own, with
	 * which they could write a book; empty before the first "contact me".
	 */
	cs_str sharing;
	struct cs_book_recipient *recipients;
	size_t recipient_count;
	size_t recipient_room;
	struct cs_book_contact *contacts;
	size_t contact_count;
	size_t contact_room;
	struct cs_book_event *events;
	size_t event_count;
	size_t event_room;
	struct cs_entry *entries; /* in the order they were added */
	size_t entry_count;
	size_t entry_room;
};

/* rng: for its id; NULL leaves it zero. */
struct cs_book *cs_book_new(const struct cs_random *rng);
void cs_book_free(struct cs_book **b);

/* out: sensitive. Errors: LIMIT. */
cs_err cs_book_encode(const struct cs_book *b, struct cs_buf *out);
/* Errors: INVALID (damaged), CONFLICT (made by a newer version), LIMIT. */
cs_err cs_book_decode(cs_span text, struct cs_book **out);
/* The same without a copy: text, sensitive, is empty afterwards; its memory is the book's. */
cs_err cs_book_take(struct cs_buf *text, struct cs_book **out);

/*
 * Entries alone, as they go between programs and to other people ("countersign entries 1"): the
 * same lines without the vault's own. count <= CS_BOOK_ENTRIES_MAX. Decoded into b, behind what it
 * holds, ids as they came (zero when absent).
 */
cs_err cs_entries_encode(const struct cs_entry *entries, size_t count, struct cs_buf *out);
cs_err cs_entries_decode(struct cs_book *b, cs_span text);

/*
 * Copies e in, with an id if it has none. Pointers to entries are good until the next one is added.
 * Errors: LIMIT, INVALID (cs_entry_is_whole), CONFLICT (that id is there).
 */
cs_err cs_book_add(struct cs_book *b, const struct cs_random *rng, const struct cs_entry *e,
    struct cs_entry **out);
/* What was used of one that counts its codes is noted, for when it comes back. Errors: LIMIT. */
cs_err cs_book_remove(struct cs_book *b, const struct cs_entry *e, cs_time now);
struct cs_entry *cs_book_entry(const struct cs_book *b, cs_id id);
/* Copies e in. Errors: LIMIT. */
cs_err cs_book_note_event(struct cs_book *b, const struct cs_book_event *e);
/* Both copy their texts in. A name that is there is replaced. Errors: LIMIT. */
cs_err cs_book_add_recipient(struct cs_book *b, cs_str recipient, cs_str name);
cs_err cs_book_add_contact(struct cs_book *b, cs_str name, cs_str recipient);
/* Errors: LIMIT, INVALID (not an identity's text). */
cs_err cs_book_set_sharing(struct cs_book *b, cs_str identity);
/* False: there is none of that name. */
bool cs_book_remove_recipient(struct cs_book *b, cs_str name);
bool cs_book_remove_contact(struct cs_book *b, cs_str name);

/* Whether some backup has what the last step did: an event says so. True of one without a step. */
bool cs_book_is_backed_up(const struct cs_book *b);

/*
 * Those whose name a person may have meant, in the first of these manners that finds any: the id's
 * first four or more hex digits; the exact name, issuer, account or "issuer:account", case folded;
 * every word as a part of issuer, account or tag.
 *   out	an array in the book's arena, in the book's order
 */
size_t cs_book_find(const struct cs_book *b, cs_str words, struct cs_entry ***out);
/* All that hold every word, in the last manner; no words: all. */
size_t cs_book_search(const struct cs_book *b, cs_str words, struct cs_entry ***out);

/*
 * Make b what from is, for undo and restore: entries, contacts and recipients become from's. But the
 * recipients named "vault" and "recovery" stay b's, so that whoever opens b opens it still; where
 * both have an entry with the same secret, its counter is the higher of both, and no lower than it was
 * when b's was removed; a capsule's used codes stay used; no event is forgotten, and from's are taken
 * in.
 * Errors: LIMIT.
 */
cs_err cs_book_become(struct cs_book *b, const struct cs_book *from, cs_time now);

#endif
