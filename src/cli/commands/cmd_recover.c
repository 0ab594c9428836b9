/* recover: the passphrase is forgotten, the recovery key is not. */
#include "cli/session/json_out.h"
#include "cli/commands/making.h"
#include "cli/program/terminal.h"

#include <stdio.h>
#include <unistd.h>

/* It holds a key that opens nothing any more. */
static void
stop_agent(struct cs_session *s)
{
	if (!cs_failed(
		cs_agent_locate(s->place.folder, cs_program_env("XDG_RUNTIME_DIR"), &s->agent_at)))
		/* that none runs is as good */
		(void)cs_failed(cs_agent_stop(&s->agent_at));
}

static int
recover(struct cs_session *s, struct cs_secret *recovery, const char *file, int work_factor)
{
	CS_AUTO(cs_buf_clear) struct cs_buf passphrase;
	CS_AUTO(cs_book_free) struct cs_book *book = NULL;
	struct cs_age_identities who = { &recovery, 1 };
	struct cs_age_opener opener = cs_age_identities_opener(&who);

	cs_buf_init_sensitive(&passphrase, CS_TERMINAL_ANSWER_MAX);
	/* whether the key is right is known before anybody thinks of a new passphrase */
	cs_err e = cs_place_read(&s->place, &opener, &book, &s->trouble);
	if (cs_is(e, CS_E_NOT_FOUND) && s->trouble.problem == CS_PLACE_DAMAGED) {
		cs_complain("that key does not open %s/vault.age", s->place.folder);
		return CS_CLI_WRONG_KEY;
	}
	if (cs_failed(e))
		return cs_session_trouble(&s->trouble, e);
	int status = cs_ask_new_passphrase(s->line, file, &passphrase);
	if (status != CS_CLI_OK)
		return status;
	e = cs_place_recover(
	    &s->place, recovery, cs_buf_str(&passphrase), work_factor, &s->trouble);
	if (cs_failed(e))
		return cs_session_trouble(&s->trouble, e);
	stop_agent(s);
	if (s->line->is_json)
		return cs_json_show(json_pack("{s:I}", "entries", (json_int_t)book->entry_count));
	cs_say(stderr,
	    "%zu account%s there, under the new passphrase. The recovery key is the "
	    "same as before.",
	    book->entry_count, book->entry_count == 1 ? " is" : "s are");
	return CS_CLI_OK;
}

int
cs_cmd_recover(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	CS_AUTO(cs_secret_free) struct cs_secret *recovery = NULL;
	const char *recovery_file = NULL;
	const char *file = NULL;
	const char *work_factor = NULL;
	bool has_shares = false;
	const struct cs_cli_option options[] = {
		{ "recovery-file", 0, "FILE", "the recovery key (or the shares) is in this file",
		    .value = &recovery_file },
		{ "shares", 0, NULL, "paper shares, a line each, instead of the key",
		    .flag = &has_shares },
		{ "new-passphrase-file", 0, "FILE", "the new passphrase is this one's first line",
		    .value = &file },
		CS_WORK_OPTION(&work_factor),
	};
	int status, factor;

	if (!cs_line_take(line, options, CS_COUNT(options), 0, 0, &status))
		return status;
	status = cs_work_factor(line, work_factor, &factor);
	cs_session_init(&s, line);
	if (status == CS_CLI_OK)
		status = cs_take_recovery_key(line, recovery_file, has_shares, &recovery);
	return status == CS_CLI_OK ? recover(&s, recovery, file, factor) : status;
}
