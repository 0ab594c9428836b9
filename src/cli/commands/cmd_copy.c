/* copy: the code of an entry onto the clipboard. */
#include "cli/program/clipboard.h"
#include "cli/session/json_out.h"
#include "cli/program/program.h"
#include "cli/session/take_code.h"
#include "cli/program/terminal.h"

#define CLEAR_SECONDS 30

static int
show(struct cs_session *s, const struct cs_entry *e, const struct cs_clipboard *c,
    const struct cs_code_shown *code, int64_t clear_s)
{
	cs_time now = cs_clock_now(&cs_clock_wall);

	if (s->line->is_json) {
		json_t *j = json_object();
		json_object_set_new(j, "id", cs_json_id(e->id));
		json_object_set_new(j, "with", json_string(c->name));
		json_object_set_new(j, "cleared_after_seconds", json_integer(clear_s));
		return cs_json_show(j);
	}
	const char *good = "", *cleared = "";
	if (code->until.ms != 0)
		good = cs_arena_printf(
		    s->arena, ", good for %lld s", (long long)cs_code_seconds_left(code, now))
			   .p;
	if (clear_s > 0)
		cleared = cs_arena_printf(s->arena, " The clipboard is cleared in %lld s%s.",
		    (long long)clear_s, c->paste == NULL ? ", whatever it holds then" : "")
			      .p;
	cs_say(stdout, "Copied the code of %s by %s%s.%s", cs_session_name(s, e), c->name, good,
	    cleared);
	return cs_output_end();
}

static int
copy(struct cs_session *s, const struct cs_entry *e, const struct cs_clipboard *c, int64_t clear_s)
{
	struct cs_code_shown code = { 0 };
	int status = cs_code_take(s, e, cs_clock_now(&cs_clock_wall), &code);

	if (status != CS_CLI_OK)
		return status;
	cs_str text = { code.text, code.len };
	if (cs_failed(cs_clipboard_set(c, text))) {
		cs_complain("%s did not take the code", c->name);
		cs_wipe(&code, sizeof(code));
		return CS_CLI_FAILED;
	}
	if (clear_s > 0)
		cs_clipboard_clear_later(c, text, clear_s);
	status = show(s, e, c, &code, clear_s);
	cs_wipe(&code, sizeof(code));
	return status;
}

int
cs_cmd_copy(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	const char *with = NULL;
	const char *clear = NULL;
	int64_t clear_s = CLEAR_SECONDS;
	const struct cs_cli_option options[] = {
		{ "with", 'w', "PROGRAM", "wl-copy, xclip, xsel, pbcopy, tmux or osc52",
		    .value = &with },
		{ "clear-after", 0, "SECONDS", "30 unless told; 0: it stays", .value = &clear },
	};
	const char *why = NULL;
	struct cs_entry *e = NULL;
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 1, -1, &status))
		return status;
	if (clear != NULL && !cs_line_number(line, "--clear-after", clear, 0, 86400, &clear_s))
		return CS_CLI_USAGE;
	/* Before a counter is used up for nothing. */
	const struct cs_clipboard *c = cs_clipboard_find(with, &why);
	if (c == NULL) {
		cs_complain("%s", why);
		return CS_CLI_FAILED;
	}
	status = cs_session_open_entry(&s, line, &e);
	return status == CS_CLI_OK ? copy(&s, e, c, clear_s) : status;
}
