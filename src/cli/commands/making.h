/*
 * making.h - making a vault together with a person, and the keys they are asked for.
 *
 * Functions that return int return an exit status; what is not CS_CLI_OK has been said, in one line.
 */
#ifndef CS_CLI_MAKING_H
#define CS_CLI_MAKING_H

#include "cli/program/program.h"
#include "cli/session/session.h"

/* What init, and whatever makes a vault by the way, takes by options; NULL: not given. */
struct cs_making {
	const char *recovery_file; /* where the recovery key is written; "-": standard output */
	const char *work_factor;
};

/* The options that fill it, for a command's table. */
/* clang-format off */
#define CS_MAKING_OPTIONS(M) \
	{ "recovery-file", 0, "FILE", "write a new vault's recovery key here, and do not show it", \
	    .value = &(M)->recovery_file }, \
	CS_WORK_OPTION(&(M)->work_factor)
#define CS_WORK_OPTION(VALUE) \
	{ "work-factor", 0, "N", \
	    "how dear trying a passphrase is: 1 to 20, each twice as dear; 18 unless told", \
	    .value = (VALUE) }
/* clang-format on */

/* 18 unless text says otherwise. */
int cs_work_factor(const struct cs_cli_line *line, const char *text, int *out);

/*
 * Ask for a passphrase twice, or take it from the first line of file; an empty one has to be
 * confirmed, a short one is remarked upon.
 *   out	sensitive
 */
int cs_ask_new_passphrase(const struct cs_cli_line *line, const char *file, struct cs_buf *out);

/*
 * Make a vault of book, which is empty or filled: a new passphrase (the line's --passphrase-file, or
 * asked for), and a recovery key that is shown once, or written to a file. The session is then
 * unlocked and has read it. There must not be a vault.
 */
int cs_make_vault(struct cs_session *s, const struct cs_making *how, struct cs_book *book);

/*
 * A vault where a backup is restored: the book has its recovery key's recipient, and gets a new
 * passphrase alone.
 */
int cs_make_vault_of_backup(struct cs_session *s, const char *work_factor,
    const char *passphrase_file, struct cs_book *book);

/*
 * An identity out of a file: the first line that is no comment; or, of an age file under a
 * passphrase, what is inside of it. "-": standard input.
 */
int cs_read_identity(const struct cs_cli_line *line, const char *path, struct cs_secret **out);
/*
 * The recovery key: from a file, else typed, as the key itself or as words of paper shares until
 * there are enough. Who mistypes it may try twice more.
 *   file	NULL: ask
 *   has_shares	file (or what is typed) holds shares, a line each
 */
int cs_take_recovery_key(
    const struct cs_cli_line *line, const char *file, bool has_shares, struct cs_secret **out);

#endif
