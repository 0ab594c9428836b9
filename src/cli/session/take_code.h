/*
 * take_code.h - the code to show to a person. Where showing one uses it up (a counter), that is
 * kept on the disk first: two processes never show the same.
 */
#ifndef CS_CLI_TAKE_CODE_H
#define CS_CLI_TAKE_CODE_H

#include "cli/session/session.h"
#include "vault/code.h"

/* Whether showing a code of e uses it up: a hotp, or lent hotp codes. */
bool cs_code_is_used_up(const struct cs_entry *e);

/*
 * The code of e (an entry of s->book) at a moment.
 *   out	to be wiped
 * An exit status; what is not CS_CLI_OK has been said: EXPIRED (a capsule that is over), FAILED (a
 * YubiKey's entry has none), the place's.
 */
int cs_code_take(
    struct cs_session *s, const struct cs_entry *e, cs_time at, struct cs_code_shown *out);

/* Seconds until the next code, rounded up: 1..period. */
int64_t cs_code_seconds_left(const struct cs_code_shown *code, cs_time now);

#endif
