/* undo and history: the steps that were taken, and the way back. */
#include "cli/session/json_out.h"
#include "cli/program/program.h"
#include "cli/session/session.h"
#include "cli/program/terminal.h"

int
cs_cmd_undo(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	cs_str said = CS_STR_NONE;
	int status;

	if (!cs_line_take(line, NULL, 0, 0, 0, &status))
		return status;
	cs_session_init(&s, line);
	status = cs_session_unlock(&s);
	if (status != CS_CLI_OK)
		return status;
	cs_err err = cs_place_undo(&s.place, &s.opener, &said, &s.book, &s.trouble);
	if (cs_is(err, CS_E_NOT_FOUND) &&
	    (s.trouble.problem == CS_PLACE_OK || s.trouble.problem == CS_PLACE_INVALID)) {
		cs_complain(
		    "%s", s.trouble.text[0] != '\0' ? s.trouble.text : "there is nothing to undo");
		return CS_CLI_NOT_FOUND;
	}
	if (cs_failed(err))
		return cs_session_trouble(&s.trouble, err);
	if (line->is_json)
		return cs_json_show(json_pack("{s:o}", "undone", cs_json_str(said)));
	cs_say(stdout, "Undone: %.*s.", CS_STR_ARG(said));
	return cs_output_end();
}

static int
show_json(const struct cs_place_version *versions, size_t count)
{
	json_t *all = json_array();

	for (size_t i = 0; i < count; i++) {
		const struct cs_place_version *v = &versions[i];
		json_t *j = json_object();
		json_object_set_new(j, "serial", json_integer(v->serial));
		json_object_set_new(j, "readable", json_boolean(v->is_readable));
		if (v->is_readable) {
			json_object_set_new(j, "at", cs_json_time(v->changed));
			json_object_set_new(j, "said", cs_json_str(v->said));
			json_object_set_new(j, "entries", json_integer((json_int_t)v->entry_count));
		}
		json_array_append_new(all, j);
	}
	return cs_json_show(all);
}

static int
show_versions(struct cs_arena *a, const struct cs_place_version *versions, size_t count)
{
	static const struct cs_table_column columns[] = {
		{ .title = "WHEN" },
		{ "ENTRIES", .is_right = true },
		{ "WHAT", .may_be_cut = true },
	};
	struct cs_table t;

	cs_table_init(&t, a, columns, CS_COUNT(columns));
	for (size_t i = 0; i < count; i++) {
		const struct cs_place_version *v = &versions[i];
		if (!v->is_readable) {
			cs_table_add(&t, CS_STR("?"));
			cs_table_add(&t, CS_STR("?"));
			cs_table_add(&t, cs_arena_printf(a, "version %lld cannot be read",
					     (long long)v->serial));
			continue;
		}
		cs_table_add(&t, cs_terminal_time(a, v->changed));
		cs_table_add(&t, cs_arena_printf(a, "%zu", v->entry_count));
		cs_table_add(&t, v->said.len > 0 ? v->said : CS_STR("made the vault"));
	}
	cs_table_show(&t, stdout);
	return cs_output_end();
}

int
cs_cmd_history(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct cs_place_version *versions = NULL;
	size_t count = 0;
	int status;

	if (!cs_line_take(line, NULL, 0, 0, 0, &status))
		return status;
	cs_session_init(&s, line);
	status = cs_session_unlock(&s);
	if (status != CS_CLI_OK)
		return status;
	cs_err err = cs_place_history(&s.place, &s.opener, s.arena, &versions, &count, &s.trouble);
	if (cs_failed(err))
		return cs_session_trouble(&s.trouble, err);
	return line->is_json ? show_json(versions, count) : show_versions(s.arena, versions, count);
}
