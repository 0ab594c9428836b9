/* backup-codes: those that a service gave out, kept beside its entry and ticked off. */
#include "cli/program/file_in.h"
#include "cli/session/json_out.h"
#include "cli/session/new_entry.h"
#include "cli/commands/spares.h"
#include "cli/program/terminal.h"

#include <unistd.h>

#define INPUT_MAX (64 << 10)

static int
add_codes(struct cs_session *s, const struct cs_entry *e, const char *path)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	cs_str *codes = NULL;
	size_t count = 0;
	int status;

	cs_buf_init_sensitive(&text, INPUT_MAX);
	if (path != NULL) {
		status = cs_file_read(path, &text);
		if (status != CS_CLI_OK)
			return status;
		if (!cs_utf8_is_valid(cs_buf_span(&text)) ||
		    !cs_spares_split(s->arena, cs_buf_str(&text), &codes, &count))
			return CS_CLI_USAGE;
	} else {
		status = cs_spares_ask(
		    s->arena, "Backup codes, one a line; an empty line ends.\n", &codes, &count);
		if (status != CS_CLI_OK)
			return status;
	}
	if (count == 0) {
		cs_complain("there is no code");
		return CS_CLI_USAGE;
	}
	return cs_spares_keep(s, e->id, cs_entry_name(s->arena, e), codes, count);
}

/* Which code is to be ticked off; empty: the first that is left. */
struct ticking {
	cs_id entry;
	cs_str code;
	cs_time now;
	char ticked[CS_ENTRY_TEXT_MAX + 1];
	size_t left;
};

static cs_err
tick(void *ctx, struct cs_book *book)
{
	struct ticking *t = ctx;
	struct cs_entry *e = cs_book_entry(book, t->entry);
	struct cs_entry_spare *found = NULL;

	t->left = 0;
	for (size_t i = 0; e != NULL && i < e->spare_count; i++) {
		struct cs_entry_spare *spare = &e->spares[i];
		bool is_free = spare->used.ms == 0;
		bool is_meant = t->code.len == 0 ? is_free : cs_str_equal(spare->code, t->code);
		if (found == NULL && is_meant)
			found = spare;
		else if (is_free)
			t->left++;
	}
	if (found == NULL) {
		cs_complain(t->code.len == 0 ? "no backup code is left"
					     : "that is none of its backup codes");
		return CS_FAIL(NOT_FOUND);
	}
	if (found->used.ms != 0) {
		cs_complain("that backup code has been ticked off already");
		return CS_FAIL(CONFLICT);
	}
	found->used = t->now;
	snprintf(t->ticked, sizeof(t->ticked), "%.*s", CS_STR_ARG(found->code));
	return CS_OK;
}

/* Ticked off before it is shown: nobody is handed the same one twice. */
static int
use_code(struct cs_session *s, const struct cs_entry *e, const char *code)
{
	struct ticking t = { .entry = e->id, .code = cs_str_c(code), .now = s->place.now };
	const char *name = cs_session_name(s, e);
	int status = cs_session_edit(
	    s, cs_arena_printf(s->arena, "ticked off a backup code of %s", name), tick, &t);

	if (status == CS_CLI_OK && s->line->is_json)
		status = cs_json_show(json_pack("{s:o, s:I}", "code",
		    cs_json_str(cs_str_c(t.ticked)), "left", (json_int_t)t.left));
	else if (status == CS_CLI_OK) {
		if (code[0] == '\0')
			cs_say(stdout, "%s", t.ticked);
		cs_say(stderr, "%zu left.", t.left);
	}
	cs_wipe(t.ticked, sizeof(t.ticked));
	return status;
}

static json_t *
spares_json(const struct cs_entry *e)
{
	json_t *all = json_array();

	for (size_t i = 0; i < e->spare_count; i++)
		json_array_append_new(
		    all, json_pack("{s:o, s:o}", "code", cs_json_str(e->spares[i].code), "used",
			     cs_json_time(e->spares[i].used)));
	return all;
}

static int
list_codes(struct cs_session *s, const struct cs_entry *e)
{
	if (s->line->is_json)
		return cs_json_show(spares_json(e));
	if (e->spare_count == 0) {
		cs_complain(
		    "no backup codes are kept beside %s; --add takes them", cs_session_name(s, e));
		return CS_CLI_NOT_FOUND;
	}
	for (size_t i = 0; i < e->spare_count; i++) {
		const struct cs_entry_spare *spare = &e->spares[i];
		cs_str day = cs_str_slice(cs_time_text(s->arena, spare->used), 0, 10);
		if (spare->used.ms != 0)
			cs_say(stdout, "✓ %.*s  used on %.*s", CS_STR_ARG(spare->code),
			    CS_STR_ARG(day));
		else
			cs_say(stdout, "  %.*s", CS_STR_ARG(spare->code));
	}
	return cs_output_end();
}

int
cs_cmd_backup_codes(struct cs_cli_line *line)
{
	const char *path = NULL, *used = NULL;
	bool is_adding = false, is_next = false;
	const struct cs_cli_option options[] = {
		{ "add", 'a', NULL, "keep codes, typed or piped in one a line",
		    .flag = &is_adding },
		{ "from", 'f', "FILE", "keep codes, out of a file or - for standard input",
		    .value = &path },
		{ "next", 'n', NULL, "print the next one and tick it off", .flag = &is_next },
		{ "use", 'u', "CODE", "tick this one off", .value = &used },
	};
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct cs_entry *e = NULL;
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 1, -1, &status))
		return status;
	if ((is_adding || path != NULL) + is_next + (used != NULL) > 1)
		return cs_line_misused(line, "one thing at a time: --add, --next or --use");
	if (is_adding && path == NULL && isatty(STDIN_FILENO) != 1)
		path = "-";
	status = cs_session_open_entry(&s, line, &e);
	if (status != CS_CLI_OK)
		return status;
	if (is_adding || path != NULL)
		return add_codes(&s, e, path);
	if (is_next || used != NULL)
		return use_code(&s, e, is_next ? "" : used);
	return list_codes(&s, e);
}
