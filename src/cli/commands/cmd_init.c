/* init: a new vault. */
#include "cli/session/json_out.h"
#include "cli/commands/making.h"
#include "cli/program/terminal.h"

int
cs_cmd_init(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	CS_AUTO(cs_book_free) struct cs_book *book = NULL;
	struct cs_making how = { 0 };
	const struct cs_cli_option options[] = { CS_MAKING_OPTIONS(&how) };
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 0, 0, &status))
		return status;
	cs_session_init(&s, line);
	book = cs_book_new(s.place.rng);
	status = cs_make_vault(&s, &how, book);
	if (status != CS_CLI_OK)
		return status;
	if (line->is_json)
		return cs_json_show(json_pack("{s:o, s:o}", "vault",
		    cs_json_str(cs_str_c(s.place.folder)), "id", cs_json_id(s.book->id)));
	cs_say(stderr, "The vault is in %s.", s.place.folder);
	cs_say(stderr,
	    "Next: countersign add puts an account into it, countersign import FILE another "
	    "app's.");
	return CS_CLI_OK;
}
