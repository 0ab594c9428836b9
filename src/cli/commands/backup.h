/*
 * backup.h - what the parts of backup and restore share. Returns are exit statuses, said already.
 */
#ifndef CS_CLI_BACKUP_H
#define CS_CLI_BACKUP_H

#include "cli/commands/making.h"

/* How a backup is opened besides by the vault's own key; NULL: not given. */
struct cs_backup_key {
	const char *recovery_file;
	const char *identity;
	bool has_shares;
};

/* clang-format off */
#define CS_BACKUP_KEY_OPTIONS(K) \
	{ "recovery-file", 0, "FILE", "the recovery key (or the shares) is in this file", \
	    .value = &(K)->recovery_file }, \
	{ "identity", 'i', "FILE", "open it with this identity: a key, or an identity.age", \
	    .value = &(K)->identity }, \
	{ "shares", 0, NULL, "paper shares, a line each, instead of the recovery key", \
	    .flag = &(K)->has_shares }
/* clang-format on */

bool cs_backup_key_is_given(const struct cs_backup_key *key);
int cs_backup_key_take(
    const struct cs_cli_line *line, const struct cs_backup_key *key, struct cs_secret **out);
/*
 * Where a backup's identity.age lies: FILE.identity beside it, so that the passphrase opens it as well.
 *   out	terminated; LIMIT when it does not fit
 */
cs_err cs_backup_identity_path(const char *path, char *out, size_t len);
/* The book of path, opened by key, or by the session (which is open then) when key is NULL. */
int cs_backup_read(
    struct cs_session *s, const char *path, struct cs_secret *key, struct cs_book **out);

/* What would become of one entry if the backup were restored. */
enum cs_backup_verdict {
	CS_BACKUP_SAME = 0, /* it would come back as it is */
	CS_BACKUP_DIFFERS, /* it would come back as it was */
	CS_BACKUP_EXTRA, /* the vault does not have it (any more): it would come back */
	CS_BACKUP_MISSING, /* the backup does not have it: it would be lost */
	CS_BACKUP_BROKEN, /* it is there and makes no code */
	CS_BACKUP_VERDICTS
};
struct cs_backup_entry {
	const struct cs_entry *entry;
	enum cs_backup_verdict verdict;
};
/*
 * Each entry of the backup, and of the vault, once. What is compared are keyed commitments: nothing
 * of a secret is shown, or branched on.
 *   vault	NULL: nothing to compare with; all are extra
 *   out	in the arena
 */
cs_err cs_backup_compare(struct cs_arena *a, const struct cs_random *rng, cs_time now,
    const struct cs_book *backup, const struct cs_book *vault, struct cs_backup_entry **out,
    size_t *out_count);
const char *cs_backup_verdict_name(enum cs_backup_verdict verdict);

/* backup verify FILE, backup split: words from behind the word. */
int cs_backup_verify(struct cs_cli_line *line);
int cs_backup_split(struct cs_cli_line *line);

#endif
