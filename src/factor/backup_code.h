/*
 * backup_code.h - what there is to know of a set of backup codes beside judging one (factor.h).
 */
#ifndef CS_FACTOR_BACKUP_CODE_H
#define CS_FACTOR_BACKUP_CODE_H

#include "base/err.h"
#include "base/span.h"
#include "model/subject.h"

#define CS_BACKUP_CODES 10 /* of a set */
#define CS_BACKUP_CODE_CHARS 10 /* of 32: 50 bits */
#define CS_BACKUP_CODE_TEXT_LEN (CS_BACKUP_CODE_CHARS + 2) /* in groups: "7k3m-9qxv-2t" */

#define CS_FACTOR_BACKUP_CODE "backup_code"

/*
 * Crockford's base32, read as people write it: case, dashes of every kind and white space do not count,
 * o is 0, i and l are 1. out without NUL, lower case. Errors: INVALID.
 */
cs_err cs_backup_code_read(cs_span typed, char out[static CS_BACKUP_CODE_CHARS]);

/* How many of a's codes are good; 0 for a record that says nothing sensible. */
int cs_backup_code_left(const struct cs_authenticator *a);

#endif
