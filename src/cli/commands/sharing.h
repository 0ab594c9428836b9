/*
 * sharing.h - who an entry, or codes of it, went to, and what can still be done about it.
 */
#ifndef CS_CLI_SHARING_H
#define CS_CLI_SHARING_H

#include "cli/session/session.h"

/* How something that was given away stands now. */
enum cs_sharing {
	CS_SHARING_OPEN = 0, /* they can make, or have, codes */
	CS_SHARING_REVOKED, /* the same, and the owner has said that it has to end */
	CS_SHARING_OVER, /* lent, and its time is over */
	CS_SHARING_GONE, /* the entry is no longer in the vault: it was replaced, or removed */
};

/* Whether an event tells of something that went to somebody: "shared" or "lent". */
bool cs_sharing_is_one(const struct cs_book_event *e);
enum cs_sharing cs_sharing_of(
    const struct cs_book *book, const struct cs_book_event *e, cs_time now);
/* "open", "revoked", "over", "gone". Static storage. */
const char *cs_sharing_name(enum cs_sharing s);

/*
 * Who is meant by a contact's name, or by age1… itself.
 *   out_name	the contact's name if they are one, else the recipient; in the session's arena
 * Returns an exit status; what is not CS_CLI_OK has been said: NOT_FOUND, USAGE (no recipient).
 */
int cs_sharing_recipient(
    struct cs_session *s, const char *whom, cs_age_recipient *out, cs_str *out_name);

/* A moment as people read it: "2026-11-22 18:00 UTC". In the arena. */
const char *cs_sharing_time(struct cs_arena *a, cs_time t);

#endif
