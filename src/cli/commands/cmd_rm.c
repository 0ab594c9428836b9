/* rm: take an entry out of the vault; undo brings it back. */
#include "cli/session/json_out.h"
#include "cli/program/program.h"
#include "cli/session/session.h"
#include "cli/program/terminal.h"

struct removing {
	cs_id id;
	cs_time now;
};

static cs_err
remove_entry(void *ctx, struct cs_book *book)
{
	const struct removing *r = ctx;
	const struct cs_entry *e = cs_book_entry(book, r->id);

	if (e == NULL) {
		cs_complain("it was removed just now");
		return CS_FAIL(NOT_FOUND);
	}
	return cs_book_remove(book, e, r->now);
}

int
cs_cmd_rm(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct cs_entry *e = NULL;
	int status;

	if (!cs_line_take(line, NULL, 0, 1, -1, &status))
		return status;
	status = cs_session_open_entry(&s, line, &e);
	if (status != CS_CLI_OK)
		return status;
	const char *name = cs_session_name(&s, e);
	status = cs_terminal_confirm(
	    line, "Remove %s? Without its codes you may not get in there any more.", name);
	if (status != CS_CLI_OK)
		return status;
	cs_str said =
	    cs_arena_printf(s.arena, "removed %.*s", CS_STR_ARG(cs_entry_name(s.arena, e)));
	json_t *removed = line->is_json ? cs_json_entry(e) : NULL;
	struct removing removing = { e->id, line->now };
	status = cs_session_edit(&s, said, remove_entry, &removing);
	if (status == CS_CLI_OK && removed != NULL)
		return cs_json_show(removed);
	json_decref(removed);
	if (status != CS_CLI_OK)
		return status;
	cs_say(stdout, "Removed %s. countersign undo brings it back.", name);
	return cs_output_end();
}
