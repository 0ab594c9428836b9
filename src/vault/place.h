/*
 * place.h - the vault's folder: identity.age, vault.age, versions/, lock (docs/protocol/vault.md §1).
 *
 * Every write replaces vault.age whole: a temporary file beside it, fsync, rename, fsync of the
 * folder, under an exclusive lock; at any moment the old file is there or the new one. The folder is
 * 0700, files are 0600, and others' files are refused.
 */
#ifndef CS_VAULT_PLACE_H
#define CS_VAULT_PLACE_H

#include "crypto/age.h"
#include "vault/book.h"

#define CS_PLACE_VERSIONS_KEPT 20

struct cs_place {
	const char *folder; /* an absolute path; made when a vault is made */
	const struct cs_random *rng;
	cs_time now;
};

/* What is wrong, for the one line that a person reads and for the exit status. */
enum cs_place_problem {
	CS_PLACE_OK = 0,
	CS_PLACE_NONE, /* there is no vault here */
	CS_PLACE_LOCKED, /* nobody holds its key, and none was given */
	CS_PLACE_WRONG_KEY, /* wrong passphrase, or a key that does not open it */
	CS_PLACE_DAMAGED, /* not what was written: the sentence says which file and what may help */
	CS_PLACE_TOO_NEW, /* made by a newer version */
	CS_PLACE_BUSY, /* another program has been writing for too long */
	CS_PLACE_DISK, /* the disk is full, the folder is gone, not ours, not writable */
	CS_PLACE_TOO_DEAR, /* a work factor that would eat the machine */
	CS_PLACE_INVALID, /* what was asked for cannot be: the sentence says why */
};

/* The last problem of this process; text is one line without secrets or control characters. */
struct cs_place_trouble {
	enum cs_place_problem problem;
	char text[512];
};

/*
 * The lock is waited for: this long, then BUSY. A writer holds it for as long as a few writes to the
 * disk take.
 */
#define CS_PLACE_LOCK_MS 20000

/*
 * Make a vault: a new identity under the passphrase; vault.age is written last. An identity.age
 * without a vault beside it is put aside among the versions: it may open a backup.
 *   work_factor	of identity.age, 1..CS_AGE_WORK_FACTOR_MAX (18 as age has it)
 *   recovery	its recipient is written into the book; NULL: the book is a backup's, and has the
 *		recipient of its recovery key
 *   book	empty or filled; its recipients named "vault" and "recovery" are set here
 * Errors: CONFLICT (there is one), UNAVAILABLE (disk), LIMIT (work factor), each with trouble.
 */
cs_err cs_place_make(const struct cs_place *p, cs_str passphrase, int work_factor,
    const struct cs_secret *recovery, struct cs_book *book, struct cs_place_trouble *trouble);

/*
 * The key that opens vault.age, out of identity.age. Constant work for a wrong passphrase.
 * Errors: FORBIDDEN (wrong), INVALID (damaged), LIMIT (too dear), NOT_FOUND.
 */
cs_err cs_place_unlock(const struct cs_place *p, cs_str passphrase, struct cs_secret **out_identity,
    struct cs_place_trouble *trouble);

/* opener: the identity, or the agent's. Errors as the problems; trouble says which. */
cs_err cs_place_read(const struct cs_place *p, const struct cs_age_opener *opener,
    struct cs_book **out, struct cs_place_trouble *trouble);

/*
 * Read, change and write under the lock. change returns an error to leave everything as it was.
 *   said	what undo will call it, in the past tense: "renamed Example (alice)"; NULL for what is
 *		no step of its own (a counter, an event): nothing to undo, the parent stays
 */
typedef cs_err (*cs_place_change)(void *ctx, struct cs_book *book);
cs_err cs_place_edit(const struct cs_place *p, const struct cs_age_opener *opener, cs_str said,
    cs_place_change change, void *ctx, struct cs_place_trouble *trouble);

/*
 * Back to the version before the last step: entries, contacts and recipients as they were, but no
 * counter goes back, no event is forgotten, and what was lent stays reserved. Again: one step further.
 *   out_said	what was undone, in book's arena
 * Errors: NOT_FOUND (nothing to undo, or that version is no longer kept).
 */
cs_err cs_place_undo(const struct cs_place *p, const struct cs_age_opener *opener, cs_str *out_said,
    struct cs_book **out_book, struct cs_place_trouble *trouble);

/* One that can still be gone back to: newest first, the present one in front. */
struct cs_place_version {
	int64_t serial;
	cs_time changed;
	cs_str said; /* what was done to come to it; empty: the vault was made */
	size_t entry_count;
	bool is_readable; /* false: damaged, or made for another key; only serial is known */
};
/* out: in the arena. */
cs_err cs_place_history(const struct cs_place *p, const struct cs_age_opener *opener,
    struct cs_arena *a, struct cs_place_version **out, size_t *out_count,
    struct cs_place_trouble *trouble);

/*
 * Any age file that holds a book: a backup. Errors: INVALID (damaged, or no backup), CONFLICT (too
 * new), NOT_FOUND (not for this key), LIMIT, UNAVAILABLE (cannot be read), the opener's; each with
 * trouble, which names the file.
 */
cs_err cs_place_read_file(const char *path, const struct cs_age_opener *opener,
    struct cs_book **out, struct cs_place_trouble *trouble);
/* The book as an age file for its recipients. out: what a backup is. Errors: LIMIT, CRYPTO, INVALID. */
cs_err cs_place_seal(const struct cs_random *rng, const struct cs_book *book, struct cs_buf *out);

/*
 * Whether a person is to be reminded that no backup has the last change: at most once a day, noted
 * by the time of the file `reminded`. Says no when that cannot be noted.
 *   book	NULL: a step has just been made
 */
bool cs_place_is_reminder_due(const struct cs_place *p, const struct cs_book *book);

/* A new passphrase, or (with the recovery key) a new identity where the old passphrase is forgotten. */
cs_err cs_place_set_passphrase(const struct cs_place *p, struct cs_secret *identity,
    cs_str passphrase, int work_factor, struct cs_place_trouble *trouble);
/*
 * Errors of recover: FORBIDDEN (that key does not open vault.age), as cs_place_read else. Earlier
 * versions come along as far as the recovery key opens them.
 */
cs_err cs_place_recover(const struct cs_place *p, struct cs_secret *recovery, cs_str passphrase,
    int work_factor, struct cs_place_trouble *trouble);

#endif
