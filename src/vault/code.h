/*
 * code.h - the code that an entry shows at a moment.
 *
 * Pure: the counter of a hotp entry, or of a capsule of it, is advanced, and kept, by the caller
 * before the code is shown (cs_place_edit), so that two processes never show the same.
 */
#ifndef CS_VAULT_CODE_H
#define CS_VAULT_CODE_H

#include "vault/entry.h"

#define CS_CODE_MAX 16

struct cs_code_shown {
	char text[CS_CODE_MAX + 1]; /* terminated; to be wiped */
	size_t len;
	cs_time from; /* totp, steam, capsule: from when it counts … */
	cs_time until; /* … and when the next one comes; both zero for hotp, and a capsule of it */
	uint64_t counter; /* hotp, and a capsule of it: which one this is */
	cs_time ends; /* capsule: when it is dead */
};

/*
 * Errors: INVALID (a yubikey has no codes here; a time before 1970), NOT_FOUND (a capsule that is
 * over, used up or not yet begun), CRYPTO.
 */
cs_err cs_code_at(const struct cs_entry *e, cs_time now, struct cs_code_shown *out);

#endif
