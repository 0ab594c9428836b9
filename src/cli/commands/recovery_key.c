/*
 * recovery_key.c - the keys that a person brings: out of a file, typed, or from paper shares.
 */
#include "cli/commands/making.h"

#include <stdio.h>

#include "cli/program/file_in.h"
#include "cli/program/terminal.h"
#include "vault/shares.h"

#define FILE_MAX 65536
#define TRIES 3
#define IDENTITY_START CS_STR("AGE-SECRET-KEY-")

/* age-keygen, and init, write comments before it. */
static cs_str
key_line(cs_str text)
{
	cs_str line;

	while (cs_str_cut(&text, '\n', &line)) {
		line = cs_str_trim(line);
		while (line.len != 0 && line.p[line.len - 1] == '\r')
			line.len--;
		if (line.len != 0 && line.p[0] != '#')
			return line;
	}
	return CS_STR_NONE;
}

/* from: the file, or "" when it was typed */
static int
decode_key(const char *from, cs_str text, struct cs_secret **out)
{
	if (!cs_failed(cs_age_identity_decode(key_line(text), out)))
		return CS_CLI_OK;
	cs_complain("%s%sthat is no key: AGE-SECRET-KEY-1 and 58 letters and digits are; one of "
		    "them may be wrong",
	    from, *from == '\0' ? "" : ": ");
	return CS_CLI_WRONG_KEY;
}

/* An identity.age: its passphrase is asked for, or the line's file has it. */
static int
open_identity(
    const struct cs_cli_line *line, const char *path, cs_span file, struct cs_secret **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf passphrase;
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_age_passphrase who = { .work_factor_max = CS_AGE_WORK_FACTOR_MAX };
	struct cs_age_opener opener = cs_age_passphrase_opener(&who);
	int status = CS_CLI_OK;

	cs_buf_init_sensitive(&passphrase, CS_TERMINAL_ANSWER_MAX);
	cs_buf_init_sensitive(&text, FILE_MAX);
	if (line->passphrase_file != NULL)
		status = cs_session_passphrase_file(line->passphrase_file, &passphrase);
	else if (cs_failed(cs_terminal_ask_secret("Passphrase of that identity: ", &passphrase)))
		status = CS_CLI_LOCKED;
	if (status == CS_CLI_LOCKED)
		cs_complain("%s is under a passphrase: --passphrase-file FILE", path);
	if (status != CS_CLI_OK)
		return status;
	who.passphrase = cs_buf_str(&passphrase);
	cs_err e = cs_age_decrypt(file, &opener, &text);
	if (!cs_failed(e))
		return decode_key(path, cs_buf_str(&text), out);
	cs_complain(cs_is(e, CS_E_FORBIDDEN) ? "%s: wrong passphrase" : "%s is damaged", path);
	return cs_is(e, CS_E_FORBIDDEN) ? CS_CLI_WRONG_KEY : CS_CLI_DAMAGED;
}

int
cs_read_identity(const struct cs_cli_line *line, const char *path, struct cs_secret **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	bool is_age = false;

	*out = NULL;
	cs_buf_init_sensitive(&text, FILE_MAX);
	int status = cs_file_read(path, &text);
	if (status != CS_CLI_OK)
		return status;
	if (!cs_failed(cs_age_is_passphrase(cs_buf_span(&text), &is_age)) && is_age)
		return open_identity(line, path, cs_buf_span(&text), out);
	return decode_key(path, cs_buf_str(&text), out);
}

/* Shares as they come, until they are enough. */
struct gathering {
	struct cs_share shares[CS_SHARES_MAX];
	size_t count;
};

static void
forget(struct gathering *g)
{
	cs_wipe(g, sizeof(*g));
}

/* False: it was no share, and why has been said. */
static bool
take_share(struct gathering *g, cs_str text)
{
	struct cs_share_trouble trouble = { 0 };

	if (g->count == CS_SHARES_MAX) {
		cs_complain("there are never more than %d shares", CS_SHARES_MAX);
		return false;
	}
	if (cs_failed(cs_share_decode(text, &g->shares[g->count], &trouble))) {
		cs_complain("%s", trouble.text);
		return false;
	}
	for (size_t i = 0; i < g->count; i++) {
		if (g->shares[i].number == g->shares[g->count].number &&
		    g->shares[i].set == g->shares[g->count].set) {
			cs_complain("share %d has been given already", g->shares[i].number);
			return false;
		}
	}
	g->count++;
	return true;
}

static int
join(const struct gathering *g, struct cs_secret **out)
{
	struct cs_share_trouble trouble = { 0 };

	if (!cs_failed(cs_shares_join(g->shares, g->count, out, &trouble)))
		return CS_CLI_OK;
	cs_complain("%s", trouble.text);
	return CS_CLI_WRONG_KEY;
}

static int
shares_from_file(const char *path, struct cs_secret **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	CS_AUTO(forget) struct gathering g = { 0 };
	cs_str line;

	cs_buf_init_sensitive(&text, FILE_MAX);
	int status = cs_file_read(path, &text);
	if (status != CS_CLI_OK)
		return status;
	cs_str rest = cs_buf_str(&text);
	while (cs_str_cut(&rest, '\n', &line)) {
		line = cs_str_trim(line);
		if (line.len != 0 && line.p[0] != '#' && !take_share(&g, line))
			return CS_CLI_WRONG_KEY;
	}
	return join(&g, out);
}

static int
ask(const char *prompt, struct cs_buf *answer)
{
	cs_err e;

	cs_buf_reset(answer);
	e = cs_terminal_ask_secret(prompt, answer);
	if (!cs_failed(e))
		return CS_CLI_OK;
	cs_complain(
	    cs_is(e, CS_E_UNAVAILABLE)
		? "there is no terminal to ask for the recovery key on: --recovery-file FILE"
		: "no key was given");
	return cs_is(e, CS_E_UNAVAILABLE) ? CS_CLI_LOCKED : CS_CLI_WRONG_KEY;
}

static int
ask_shares(struct gathering *g, struct cs_buf *answer, struct cs_secret **out)
{
	char prompt[64];

	while (g->count == 0 || g->count < (size_t)g->shares[0].need) {
		snprintf(prompt, sizeof(prompt), "Words of share %zu: ", g->count + 1);
		int status = ask(prompt, answer);
		if (status != CS_CLI_OK)
			return status;
		take_share(g, cs_buf_str(answer));
	}
	return join(g, out);
}

/*
 * The key, or the first of the shares. 74 characters, or two dozen words, typed unseen go wrong: it is
 * asked for again, lest the next try be typed into the shell, which keeps it.
 */
static int
ask_key(struct gathering *g, struct cs_buf *answer, struct cs_secret **out)
{
	for (int tries = TRIES;; tries--) {
		int status = ask("Recovery key, or the words of a paper share: ", answer);
		if (status != CS_CLI_OK)
			return status;
		cs_str text = cs_str_trim(cs_buf_str(answer));
		if (cs_str_equal_nocase(cs_str_slice(text, 0, IDENTITY_START.len), IDENTITY_START))
			status = decode_key("", text, out);
		else if (take_share(g, text))
			return ask_shares(g, answer, out);
		else
			status = CS_CLI_WRONG_KEY;
		if (status == CS_CLI_OK || tries == 1)
			return status;
	}
}

int
cs_take_recovery_key(
    const struct cs_cli_line *line, const char *file, bool has_shares, struct cs_secret **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf answer;
	CS_AUTO(forget) struct gathering g = { 0 };

	*out = NULL;
	cs_buf_init_sensitive(&answer, CS_TERMINAL_ANSWER_MAX);
	if (file != NULL)
		return has_shares ? shares_from_file(file, out) : cs_read_identity(line, file, out);
	if (has_shares)
		return ask_shares(&g, &answer, out);
	return ask_key(&g, &answer, out);
}
