/*
 * capsule.h - codes lent for a while: the codes of a window and nothing that makes others.
 *
 * A capsule is an entry of its own kind; it goes to a colleague as cs_entries_encode writes it,
 * inside an age file. What is over is over: there is no code behind its last.
 */
#ifndef CS_VAULT_CAPSULE_H
#define CS_VAULT_CAPSULE_H

#include "vault/entry.h"

#define CS_CAPSULE_CODES_MAX 20161 /* a week of 30 s, begun within one of them */
#define CS_CAPSULE_HOTP_MAX 100

struct cs_capsule {
	enum cs_entry_kind of; /* totp, steam, hotp */
	size_t code_len; /* letters of each code */
	const char *codes; /* count times code_len, no terminator */
	size_t count;
	int64_t start_s; /* totp, steam: when the first one begins, seconds since 1970 */
	int64_t period_s;
	uint64_t first; /* hotp: the counter of the first */
	uint64_t used; /* hotp: how many of them are used up */
	cs_time until; /* dead from this moment, whatever codes there are */
};

/*
 * The codes of e from the step that now lies in to the last one that begins before until; the
 * capsule is dead at until itself. Nothing but issuer, account and icon goes along.
 *   e	totp or steam
 *   out	an entry of kind capsule without an id, in the arena; codes, not yet used by anybody, are
 *		secret until they are over
 * Errors: INVALID (another kind; until is not after now; before 1970), LIMIT (more than
 * CS_CAPSULE_CODES_MAX, or than the arena holds), CRYPTO.
 */
cs_err cs_capsule_of_time(
    struct cs_arena *a, const struct cs_entry *e, cs_time now, cs_time until, struct cs_entry *out);
/*
 * The next count codes of a hotp entry, whose counter is advanced past them: the caller keeps it
 * before the capsule leaves.
 *   count	1..CS_CAPSULE_HOTP_MAX
 * Errors: as above; LIMIT also when the counter comes to its end. e is unchanged then.
 */
cs_err cs_capsule_of_counter(struct cs_arena *a, struct cs_entry *e, size_t count, cs_time now,
    cs_time until, struct cs_entry *out);

#endif
