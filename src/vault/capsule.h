/*
 * capsule.h - codes lent for a while: the codes of a window and nothing that makes others.
 *
 * A capsule is an entry of its own kind; it goes to a colleague as cs_entries_encode writes it,
 * inside an age file. What is over is over: there is no code behind its last.
 */
#ifndef CS_VAULT_CAPSULE_H
#define CS_VAULT_CAPSULE_H

#include "vault/entry.h"

#define CS_CAPSULE_CODES_MAX 20160 /* a week of 30 s */
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
	cs_time until; /* hotp: not after; totp: the end of the last code */
};

/*
 * The codes of e from now (the step that now lies in) until until, without its secret.
 *   e	totp or steam; until at most CS_CAPSULE_CODES_MAX steps away
 *   out	an entry of kind capsule, in the arena
 * Errors: INVALID, LIMIT, CRYPTO.
 */
cs_err cs_capsule_of_time(
    struct cs_arena *a, const struct cs_entry *e, cs_time now, cs_time until, struct cs_entry *out);
/*
 * The next count codes of a hotp entry, whose counter is advanced past them: the caller keeps it
 * before the capsule leaves.
 */
cs_err cs_capsule_of_counter(
    struct cs_arena *a, struct cs_entry *e, size_t count, cs_time until, struct cs_entry *out);

#endif
