#include "cli/commands/age_input.h"

#include "cli/program/file_in.h"
#include "cli/session/session.h"
#include "cli/program/terminal.h"

#include <stdio.h>

#define KEYS_FILE_MAX (1 << 20)

/* --- passphrases --- */

static int
tell_unasked(const char *name, cs_err err)
{
	if (cs_is(err, CS_E_UNAVAILABLE)) {
		cs_complain(
		    "%s: a passphrase is needed, and there is no terminal to ask for it on: "
		    "--passphrase-file FILE",
		    name);
		return CS_CLI_LOCKED;
	}
	cs_complain("%s: no passphrase was given", name);
	return CS_CLI_WRONG_KEY;
}

static cs_err
ask(const char *question, const char *name, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf prompt = { .max = 4096 };

	cs_buf_add_c(&prompt, question);
	cs_terminal_visible(cs_str_c(name), &prompt);
	cs_buf_add_c(&prompt, ": ");
	cs_buf_add_byte(&prompt, 0);
	if (prompt.has_failed)
		return CS_FAIL(LIMIT);
	return cs_terminal_ask_secret((const char *)prompt.p, out);
}

static int
ask_again(const char *name, const struct cs_buf *first)
{
	CS_AUTO(cs_buf_clear) struct cs_buf second;

	cs_buf_init_sensitive(&second, CS_TERMINAL_ANSWER_MAX);
	cs_err err = ask("Once more, for ", name, &second);
	if (cs_failed(err))
		return tell_unasked(name, err);
	if (cs_str_equal(cs_buf_str(first), cs_buf_str(&second)))
		return CS_CLI_OK;
	cs_complain("the two passphrases differ");
	return CS_CLI_WRONG_KEY;
}

int
cs_age_input_passphrase(
    const struct cs_cli_line *line, const char *name, bool is_new, struct cs_buf *out)
{
	int status = CS_CLI_OK;

	if (line->passphrase_file != NULL) {
		status = cs_session_passphrase_file(line->passphrase_file, out);
	} else {
		cs_err err = ask(is_new ? "New passphrase for " : "Passphrase of ", name, out);
		if (cs_failed(err))
			return tell_unasked(name, err);
		if (is_new && out->len != 0)
			status = ask_again(name, out);
	}
	return status == CS_CLI_OK && out->len == 0 ? tell_unasked(name, CS_FAIL(NOT_FOUND))
						    : status;
}

/* --- keys --- */

void
cs_age_keys_clear(struct cs_age_keys *k)
{
	for (size_t i = 0; i < k->count; i++)
		cs_secret_free(&k->identities[i]);
	k->count = 0;
}

int
cs_age_input_trouble(const char *name, cs_err err)
{
	switch (err.code) {
	case CS_E_NOT_FOUND:
		cs_complain("%s: it was not made for this key", name);
		return CS_CLI_WRONG_KEY;
	case CS_E_FORBIDDEN:
		cs_complain("%s: that is not its passphrase", name);
		return CS_CLI_WRONG_KEY;
	case CS_E_CONFLICT:
		cs_complain("%s: it was made for a newer version of age", name);
		return CS_CLI_TOO_NEW;
	case CS_E_LIMIT:
		cs_complain(
		    "%s: its passphrase would take too much memory to try, or its header is "
		    "too long",
		    name);
		return CS_CLI_REFUSED;
	case CS_E_UNAVAILABLE:
		cs_complain("%s: the agent that holds the vault's key does not answer", name);
		return CS_CLI_LOCKED;
	default:
		cs_complain("%s: it is no age file, or it is damaged", name);
		return CS_CLI_DAMAGED;
	}
}

/* A line without what stands around it; empty for a comment. */
static cs_str
bare(cs_str line)
{
	if (line.len != 0 && line.p[line.len - 1] == '\r')
		line.len--;
	line = cs_str_trim(line);
	return cs_str_starts(line, CS_STR("#")) ? CS_STR_NONE : line;
}

static int
take_identities(cs_str text, const char *path, struct cs_age_keys *out)
{
	size_t before = out->count;
	cs_str line;

	for (size_t number = 1; cs_str_cut(&text, '\n', &line); number++) {
		line = bare(line);
		if (line.len == 0)
			continue;
		if (out->count == CS_AGE_KEYS_MAX) {
			cs_complain("%s: more than %d keys", cs_file_shown(path), CS_AGE_KEYS_MAX);
			return CS_CLI_REFUSED;
		}
		if (cs_failed(cs_age_identity_decode(line, &out->identities[out->count]))) {
			cs_complain(
			    "%s: line %zu is no AGE-SECRET-KEY-1…", cs_file_shown(path), number);
			return CS_CLI_DAMAGED;
		}
		out->count++;
	}
	if (out->count != before)
		return CS_CLI_OK;
	cs_complain("%s: there is no key in it", cs_file_shown(path));
	return CS_CLI_DAMAGED;
}

static int
open_identities(
    const struct cs_cli_line *line, const char *path, const struct cs_buf *file, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf passphrase;

	cs_buf_init_sensitive(&passphrase, CS_TERMINAL_ANSWER_MAX);
	int status = cs_age_input_passphrase(line, cs_file_shown(path), false, &passphrase);
	if (status != CS_CLI_OK)
		return status;
	struct cs_age_passphrase who = { cs_buf_str(&passphrase), CS_AGE_WORK_FACTOR_MAX };
	struct cs_age_opener opener = cs_age_passphrase_opener(&who);
	cs_err err = cs_age_decrypt(cs_buf_span(file), &opener, out);
	return cs_failed(err) ? cs_age_input_trouble(cs_file_shown(path), err) : CS_CLI_OK;
}

int
cs_age_input_identities(const struct cs_cli_line *line, const char *path, struct cs_age_keys *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file, plain;
	bool is_passphrase;

	cs_buf_init_sensitive(&file, KEYS_FILE_MAX);
	cs_buf_init_sensitive(&plain, KEYS_FILE_MAX);
	int status = cs_file_read(path, &file);
	if (status != CS_CLI_OK)
		return status;
	if (cs_failed(cs_age_is_passphrase(cs_buf_span(&file), &is_passphrase)) || !is_passphrase)
		return take_identities(cs_buf_str(&file), path, out);
	status = open_identities(line, path, &file, &plain);
	return status == CS_CLI_OK ? take_identities(cs_buf_str(&plain), path, out) : status;
}

int
cs_age_input_recipient(cs_str text, const char *from, struct cs_age_recipients *out)
{
	if (out->count == CS_AGE_KEYS_MAX) {
		cs_complain("%s: more than %d recipients", from, CS_AGE_KEYS_MAX);
		return CS_CLI_REFUSED;
	}
	if (!cs_failed(cs_age_recipient_decode(text, &out->list[out->count]))) {
		out->count++;
		return CS_CLI_OK;
	}
	cs_complain(
	    "%s: '%.*s' is no age1… recipient", from, (int)(text.len > 80 ? 80 : text.len), text.p);
	return CS_CLI_DAMAGED;
}

int
cs_age_input_recipients(const char *path, struct cs_age_recipients *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file = { .max = KEYS_FILE_MAX };
	int status = cs_file_read(path, &file);
	cs_str rest = cs_buf_str(&file), line;

	while (status == CS_CLI_OK && cs_str_cut(&rest, '\n', &line)) {
		line = bare(line);
		if (line.len != 0)
			status = cs_age_input_recipient(line, cs_file_shown(path), out);
	}
	return status;
}
