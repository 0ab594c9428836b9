/* export: entries of the vault as another program's file. */
#include "cli/program/file_out.h"
#include "cli/program/helper.h"
#include "cli/session/json_out.h"
#include "cli/program/program.h"
#include "cli/session/session.h"
#include "cli/program/terminal.h"
#include "vault/export_wire.h"

#include <stdio.h>
#include <string.h>

struct export
{
	struct cs_session *session;
	const char *format;
	const char *path; /* NULL: standard output, which must not be a terminal */
	const char *password_file;
	bool has_password; /* --encrypt */
	bool is_over;
	struct cs_entry *entries; /* copies of those that were named, or all */
	size_t count;
	struct cs_buf password;
	struct cs_buf text; /* what convert answered */
	struct cs_export_answer answer;
};

static const struct {
	const char *name;
	const char *title;
	bool can_encrypt;
} formats[] = {
#define E(NAME, TEXT, TITLE, CAN_ENCRYPT) { (TEXT), (TITLE), (CAN_ENCRYPT) },
#include "vault/export/formats.def"
#undef E
};

static int
tell_formats(const struct cs_cli_line *line)
{
	int status = cs_line_misused(line, "--format is one of these");

	for (size_t i = 0; i < CS_COUNT(formats); i++)
		fprintf(stderr, "  %-10s %s\n", formats[i].name, formats[i].title);
	return status;
}

static int
check_words(struct export *x, const struct cs_cli_line *line)
{
	size_t i = 0;

	while (
	    i < CS_COUNT(formats) && (x->format == NULL || strcmp(formats[i].name, x->format) != 0))
		i++;
	if (i == CS_COUNT(formats))
		return tell_formats(line);
	if (x->password_file != NULL)
		x->has_password = true;
	if (x->has_password && !formats[i].can_encrypt)
		return cs_line_misused(line,
		    "%s has no encryption: choose aegis or pskc, or encrypt the file with "
		    "countersign age",
		    x->format);
	if (line->is_json && (x->path == NULL || strcmp(x->path, "-") == 0))
		return cs_line_misused(line, "with --json the file needs a name: -o FILE");
	if (x->path == NULL && cs_terminal_is_out()) {
		cs_complain("secrets are not shown on a terminal: -o FILE, or -o - if you mean it");
		return CS_CLI_USAGE;
	}
	return CS_CLI_OK;
}

/* Each word names one; without words all of them go. */
static int
choose(struct export *x, const struct cs_cli_line *line)
{
	struct cs_session *s = x->session;
	size_t room = line->word_count == 0 ? s->book->entry_count : (size_t)line->word_count;
	void *entries = NULL;

	if (cs_failed(cs_arena_try(s->arena, (room + 1) * sizeof(*x->entries), &entries))) {
		cs_complain("the vault holds more than can be written");
		return CS_CLI_FAILED;
	}
	x->entries = entries;
	for (int i = 0; i < line->word_count; i++) {
		struct cs_entry *e = NULL;
		int status = cs_session_find(s, &line->words[i], 1, &e);

		if (status != CS_CLI_OK)
			return status;
		x->entries[x->count++] = *e;
	}
	for (size_t i = 0; line->word_count == 0 && i < s->book->entry_count; i++)
		x->entries[x->count++] = s->book->entries[i];
	if (x->count != 0)
		return CS_CLI_OK;
	cs_complain("there is nothing in the vault to be written");
	return CS_CLI_NOT_FOUND;
}

static int
ask_password(struct export *x)
{
	CS_AUTO(cs_buf_clear) struct cs_buf again;

	cs_buf_init_sensitive(&again, CS_TERMINAL_ANSWER_MAX);
	if (!cs_terminal_is_there()) {
		cs_complain("a password is needed, and there is no terminal to ask for it on: "
			    "--password-file FILE");
		return CS_CLI_LOCKED;
	}
	if (cs_failed(cs_terminal_ask_secret("Password for the file: ", &x->password)) ||
	    x->password.len == 0) {
		cs_complain("no password was given: nothing was written");
		return CS_CLI_FAILED;
	}
	if (cs_failed(cs_terminal_ask_secret("The same again: ", &again)) ||
	    !cs_str_equal(cs_buf_str(&again), cs_buf_str(&x->password))) {
		cs_complain("the two are not the same: nothing was written");
		return CS_CLI_FAILED;
	}
	return CS_CLI_OK;
}

static int
get_password(struct export *x)
{
	int status;

	if (!x->has_password)
		return CS_CLI_OK;
	if (x->password_file == NULL)
		return ask_password(x);
	status = cs_session_passphrase_file(x->password_file, &x->password);
	if (status == CS_CLI_OK && x->password.len == 0) {
		cs_complain("%s: its first line is empty", x->password_file);
		return CS_CLI_FAILED;
	}
	return status;
}

static const char *
where(const struct export *x)
{
	return x->path == NULL || strcmp(x->path, "-") == 0 ? "standard output" : x->path;
}

/* It is the vault laid open: whoever can read the file has the accounts' second factor. */
static int
warn(const struct export *x)
{
	const struct cs_cli_line *line = x->session->line;

	if (x->has_password)
		return CS_CLI_OK;
	if (line->is_yes)
		cs_say(stderr, "Not encrypted: whoever reads %s can make these codes for ever.",
		    where(x));
	return cs_terminal_confirm(line,
	    "Write the keys of %zu %s to %s without encryption? Whoever reads it can make their "
	    "codes for ever.",
	    x->count, x->count == 1 ? "account" : "accounts", where(x));
}

static int
run_convert(struct export *x, cs_span entries)
{
	const char *args[] = { "export", "--format", x->format, NULL };
	struct cs_helper helper = {
		.program = "convert",
		.args = args,
		.input = entries,
		.has_key = true,
		.key = cs_buf_span(&x->password),
	};
	int status = 0;
	cs_err err = cs_helper_run(&helper, &x->text, &status);

	if (cs_is(err, CS_E_UNAVAILABLE))
		return CS_CLI_FAILED;
	if (cs_failed(err) || cs_failed(cs_export_wire_decode(
				  x->session->arena, cs_buf_span(&x->text), &x->answer))) {
		cs_complain("it cannot be written: the exporter stopped (status %d)", status);
		return CS_CLI_FAILED;
	}
	if (x->answer.problem.len == 0)
		return CS_CLI_OK;
	cs_complain("it cannot be written: %.*s", CS_STR_ARG(x->answer.problem));
	return CS_CLI_FAILED;
}

static int
convert(struct export *x)
{
	CS_AUTO(cs_buf_clear) struct cs_buf entries;

	cs_buf_init_sensitive(&entries, CS_BOOK_BYTES_MAX);
	if (!cs_failed(cs_entries_encode(x->entries, x->count, &entries)))
		return run_convert(x, cs_buf_span(&entries));
	cs_complain("the vault holds more than can be written");
	return CS_CLI_FAILED;
}

static bool
is_left_out(const struct export *x, size_t entry)
{
	for (size_t i = 0; i < x->answer.remark_count; i++)
		if (x->answer.remarks[i].entry == entry && x->answer.remarks[i].is_left_out)
			return true;
	return false;
}

/* Kept whatever is undone later, so it is no step of its own. */
static cs_err
note_exported(void *ctx, struct cs_book *book)
{
	const struct export *x = ctx;
	bool is_all = x->session->line->word_count == 0;
	struct cs_book_event event = { .at = x->session->place.now,
		.what = CS_STR("exported"),
		.whom = cs_str_c(where(x)),
		.count = x->answer.written };

	if (is_all)
		return cs_book_note_event(book, &event);
	event.count = 0;
	for (size_t i = 0; i < x->count; i++) {
		event.entry = x->entries[i].id;
		if (cs_book_entry(book, event.entry) != NULL && !is_left_out(x, i))
			CS_TRY(cs_book_note_event(book, &event));
	}
	return CS_OK;
}

static cs_str
remark_of(const struct export *x, size_t entry, bool is_for_left_out)
{
	for (size_t i = 0; i < x->answer.remark_count; i++)
		if (x->answer.remarks[i].entry == entry &&
		    x->answer.remarks[i].is_left_out == is_for_left_out)
			return x->answer.remarks[i].text;
	return CS_STR_NONE;
}

static json_t *
text_or_null(cs_str s)
{
	return s.len == 0 ? json_null() : cs_json_str(s);
}

static int
show_json(const struct export *x)
{
	json_t *entries = json_array();

	for (size_t i = 0; i < x->count; i++)
		json_array_append_new(entries,
		    json_pack("{s:o, s:o, s:o, s:b, s:o, s:o}", "id", cs_json_id(x->entries[i].id),
			"issuer", cs_json_str(x->entries[i].issuer), "account",
			cs_json_str(x->entries[i].account), "written", (int)!is_left_out(x, i),
			"reason", text_or_null(remark_of(x, i, true)), "lost",
			text_or_null(remark_of(x, i, false))));
	return cs_json_show(json_pack("{s:s, s:s, s:b, s:{s:I, s:I, s:I}, s:o}", "format",
	    x->format, "file", x->path, "encrypted", (int)x->has_password, "counts", "given",
	    (json_int_t)x->answer.given, "written", (json_int_t)x->answer.written, "left_out",
	    (json_int_t)(x->answer.given - x->answer.written), "entries", entries));
}

/* On standard error: standard output may be the file. */
static void
show_remarks(const struct export *x)
{
	for (size_t i = 0; i < x->answer.remark_count; i++) {
		const struct cs_export_remark *r = &x->answer.remarks[i];
		cs_str name = cs_entry_name(x->session->arena, &x->entries[r->entry]);

		cs_say(stderr, "%s %.*s: %.*s", r->is_left_out ? "left out" : "    lost",
		    CS_STR_ARG(name), CS_STR_ARG(r->text));
	}
}

static void
show_counts(const struct export *x)
{
	size_t left_out = x->answer.given - x->answer.written;

	show_remarks(x);
	if (left_out == 0)
		cs_say(stderr, "%zu in: %zu written to %s", x->answer.given, x->answer.written,
		    where(x));
	else
		cs_say(stderr, "%zu in: %zu written to %s, %zu left out", x->answer.given,
		    x->answer.written, where(x), left_out);
}

static int
write_file(struct export *x)
{
	int status;

	if (x->answer.written == 0) {
		show_remarks(x);
		cs_complain("%s can carry none of it: nothing was written", x->format);
		return CS_CLI_REFUSED;
	}
	/* What may have left is noted before it leaves. */
	status = cs_session_edit(x->session, CS_STR_NONE, note_exported, x);
	if (status == CS_CLI_OK)
		status = cs_file_write(x->path != NULL ? x->path : "-", x->answer.file, x->is_over);
	return status;
}

static int
run(struct export *x, const struct cs_cli_line *line)
{
	int status = cs_session_open(x->session);

	if (status == CS_CLI_OK)
		status = choose(x, line);
	if (status == CS_CLI_OK)
		status = warn(x);
	if (status == CS_CLI_OK)
		status = get_password(x);
	if (status == CS_CLI_OK)
		status = convert(x);
	if (status != CS_CLI_OK)
		return status;
	status = write_file(x);
	bool is_done = status == CS_CLI_OK;
	if (is_done && line->is_json)
		status = show_json(x);
	else if (is_done)
		show_counts(x);
	return is_done && status == CS_CLI_OK && x->answer.written < x->answer.given
		   ? CS_CLI_REFUSED
		   : status;
}

int
cs_cmd_export(struct cs_cli_line *line)
{
	struct export x = { 0 };
	const struct cs_cli_option options[] = {
		{ "format", 0, "NAME", "aegis, otpauth, google, pskc, csv or entries",
		    .value = &x.format },
		{ "output", 'o', "FILE", "write it there, readable by you alone",
		    .value = &x.path },
		{ "force", 'f', NULL, "write over a file of that name", .flag = &x.is_over },
		{ "encrypt", 'e', NULL, "under a password, which is asked for (aegis, pskc)",
		    .flag = &x.has_password },
		{ "password-file", 0, "FILE", "the same; the password is this one's first line",
		    .value = &x.password_file },
	};
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 0, -1, &status))
		return status;
	status = check_words(&x, line);
	if (status != CS_CLI_OK)
		return status;
	CS_SESSION_AUTO struct cs_session session;
	cs_session_init(&session, line);
	x.session = &session;
	cs_buf_init_sensitive(&x.password, CS_TERMINAL_ANSWER_MAX);
	cs_buf_init_sensitive(&x.text, CS_EXPORT_WIRE_MAX);
	status = run(&x, line);
	cs_buf_clear(&x.password);
	cs_buf_clear(&x.text);
	return status;
}
