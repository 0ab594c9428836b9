/*
 * new_entry.h - an entry out of what a person types, pastes, pipes in or shows as a picture.
 *
 * Functions that return int return an exit status; what is not CS_CLI_OK has been said, in one line
 * that never repeats a secret.
 */
#ifndef CS_CLI_NEW_ENTRY_H
#define CS_CLI_NEW_ENTRY_H

#include "cli/program/program.h"
#include "vault/entry.h"

/* What add and edit take of an entry by options; NULL: not given. */
struct cs_entry_words {
	const char *issuer;
	const char *account;
	const char *type;
	const char *algorithm;
	const char *digits;
	const char *period;
	const char *counter;
	const char *note;
	const char *icon;
	struct cs_cli_list tags;
};

/* The options that fill it, for a command's table. */
/* clang-format off */
#define CS_ENTRY_OPTIONS(W) \
	{ "issuer", 'i', "TEXT", "the service", .value = &(W)->issuer }, \
	{ "account", 'a', "TEXT", "your name there", .value = &(W)->account }, \
	{ "tag", 't', "TEXT", "a word to find it by; may stand several times", \
	    .list = &(W)->tags }, \
	{ "note", 'n', "TEXT", "what else is to be known", .value = &(W)->note }, \
	{ "icon", 0, "NAME", "the name of an icon", .value = &(W)->icon }, \
	{ "type", 0, "totp|hotp|steam", "how its codes are made; totp unless told", \
	    .value = &(W)->type }, \
	{ "algorithm", 0, "SHA1|SHA256|SHA512", "SHA1 unless told", .value = &(W)->algorithm }, \
	{ "digits", 'd', "N", "6 to 10; 6 unless told", .value = &(W)->digits }, \
	{ "period", 'p', "SECONDS", "of a totp or steam code; 30 unless told", \
	    .value = &(W)->period }, \
	{ "counter", 'c', "N", "of a hotp: the next one", .value = &(W)->counter }
/* clang-format on */

/* Put what was given into e; tags are added to those it has. Texts are borrowed, arrays from a. */
int cs_entry_words_apply(const struct cs_cli_line *line, const struct cs_entry_words *w,
    struct cs_arena *a, struct cs_entry *e);

/*
 * "Example (alice)", "Example:alice" or "Example" into its parts, which borrow from typed.
 * An account that is not named is left empty.
 */
void cs_entry_name_parse(cs_str typed, cs_str *out_issuer, cs_str *out_account);

/* The words of a command line, joined by spaces. */
cs_str cs_words_join(struct cs_arena *a, char *const *words, int count);

/*
 * A set-up key (base32, as people paste it), an otpauth:// address, or what a YubiKey was programmed
 * with (cs_entry_yubikey_decode).
 *   a	locked: the secret lives there
 *   out	issuer and account are empty for a key
 */
int cs_entry_from_text(struct cs_arena *a, cs_str text, struct cs_entry *out);

/*
 * The otpauth:// addresses in a picture ("-": standard input).
 *   out	an array in the arena; at least one
 */
int cs_entries_from_picture(
    struct cs_arena *a, const char *path, struct cs_entry **out, size_t *out_count);

/* A key as sites show it: groups of four letters. out: sensitive. */
void cs_key_show(cs_span secret, struct cs_buf *out);

/* The entry's otpauth:// address, in short. False: its kind has none. out: sensitive. */
bool cs_entry_uri(const struct cs_entry *e, struct cs_buf *out);

#endif
