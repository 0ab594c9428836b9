/* passphrase: another one for the same vault. */
#include "cli/session/json_out.h"
#include "cli/commands/making.h"
#include "cli/program/terminal.h"

int
cs_cmd_passphrase(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf passphrase;
	const char *file = NULL;
	const char *work_factor = NULL;
	const struct cs_cli_option options[] = {
		{ "new-passphrase-file", 0, "FILE", "the new passphrase is this one's first line",
		    .value = &file },
		CS_WORK_OPTION(&work_factor),
	};
	int status, factor;

	cs_buf_init_sensitive(&passphrase, CS_TERMINAL_ANSWER_MAX);
	if (!cs_line_take(line, options, CS_COUNT(options), 0, 0, &status))
		return status;
	status = cs_work_factor(line, work_factor, &factor);
	cs_session_init(&s, line);
	if (status == CS_CLI_OK)
		status = cs_session_unlock_by_passphrase(&s);
	if (status == CS_CLI_OK)
		status = cs_ask_new_passphrase(line, file, &passphrase);
	if (status != CS_CLI_OK)
		return status;
	cs_err e = cs_place_set_passphrase(
	    &s.place, s.identity, cs_buf_str(&passphrase), factor, &s.trouble);
	if (cs_failed(e))
		return cs_session_trouble(&s.trouble, e);
	if (line->is_json)
		return cs_json_show(json_pack("{s:b}", "changed", 1));
	cs_say(stderr,
	    "The passphrase is changed. A copy of the old identity.age still opens with "
	    "the old one: if somebody may have both, take a new key: countersign recover");
	return CS_CLI_OK;
}
