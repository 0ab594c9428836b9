/*
 * age_input.h - the files that `countersign age` is given: data, keys, recipients.
 *
 * Functions that return int return an exit status; anything but CS_CLI_OK has been said.
 */
#ifndef CS_CLI_AGE_INPUT_H
#define CS_CLI_AGE_INPUT_H

#include "cli/program/command.h"
#include "crypto/age.h"

#define CS_AGE_INPUT_MAX \
	(1 << 30) /* bytes: all of it is held, since nothing leaves before its end */
#define CS_AGE_KEYS_MAX 64

/*
 * The passphrase of name: out of --passphrase-file, or asked for (twice when it is a new one).
 * out: sensitive. Not empty.
 */
int cs_age_input_passphrase(
    const struct cs_cli_line *line, const char *name, bool is_new, struct cs_buf *out);

struct cs_age_keys {
	struct cs_secret *identities[CS_AGE_KEYS_MAX];
	size_t count;
};
void cs_age_keys_clear(struct cs_age_keys *k);
/* A file as age-keygen writes it; or that file under a passphrase, which is asked for. */
int cs_age_input_identities(
    const struct cs_cli_line *line, const char *path, struct cs_age_keys *out);

struct cs_age_recipients {
	cs_age_recipient list[CS_AGE_KEYS_MAX];
	size_t count;
};
int cs_age_input_recipient(cs_str text, const char *from, struct cs_age_recipients *out);
/* One a line; '#' begins a comment. */
int cs_age_input_recipients(const char *path, struct cs_age_recipients *out);

/* What went wrong with the file of that name, said, as an exit status. */
int cs_age_input_trouble(const char *name, cs_err err);

#endif
