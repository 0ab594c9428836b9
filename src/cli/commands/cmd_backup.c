/* backup: a copy of the vault for the same keys, looked at once more before it is called one. */
#include "cli/commands/backup.h"
#include "cli/program/file_in.h"
#include "cli/program/file_out.h"
#include "cli/session/json_out.h"
#include "cli/program/terminal.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define IDENTITY_MAX 65536

struct noting {
	cs_time now;
	cs_str whom;
	int64_t serial;
};

static cs_err
note(void *ctx, struct cs_book *book)
{
	const struct noting *n = ctx;
	struct cs_book_event e = {
		.at = n->now,
		.what = CS_STR("backup"),
		.whom = n->whom,
		.serial = n->serial,
	};

	return cs_book_note_event(book, &e);
}

/* What was written, read from where it lies. */
static int
look_again(struct cs_session *s, const char *path)
{
	CS_AUTO(cs_book_free) struct cs_book *again = NULL;
	int status = cs_backup_read(s, path, NULL, &again);

	if (status == CS_CLI_OK && again->entry_count != s->book->entry_count) {
		cs_complain("%s does not hold what was written", path);
		return CS_CLI_DAMAGED;
	}
	return status;
}

/* The name alone: where it was put is nobody's business who is given the vault's history. */
static cs_str
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	cs_str name = cs_str_c(slash == NULL ? path : slash + 1);

	name = cs_str_slice(name, 0, CS_ENTRY_TEXT_MAX);
	return (cs_str){ name.p, cs_utf8_prefix(cs_str_span(name)) };
}

/*
 * identity.age as it lies, beside the backup: people remember a passphrase longer than where a paper
 * is. Whoever finds both may guess at it, as on the disk (docs/decisions/0921).
 */
static int
write_identity(struct cs_session *s, const char *path, bool is_over)
{
	CS_AUTO(cs_buf_clear) struct cs_buf identity;
	char from[PATH_MAX], to[PATH_MAX];

	cs_buf_init(&identity, IDENTITY_MAX);
	snprintf(from, sizeof(from), "%s/identity.age", s->place.folder);
	if (cs_failed(cs_backup_identity_path(path, to, sizeof(to)))) {
		cs_complain("%s: the name is too long", path);
		return CS_CLI_USAGE;
	}
	int status = cs_file_read(from, &identity);
	return status == CS_CLI_OK ? cs_file_write(to, cs_buf_span(&identity), is_over) : status;
}

static void
show_openers(const struct cs_session *s, const char *path, bool has_identity)
{
	if (has_identity)
		cs_say(stderr, "The passphrase opens it while %s.identity lies beside it.", path);
	for (size_t i = 0; i < s->book->recipient_count; i++) {
		cs_str name = s->book->recipients[i].name;
		if (cs_str_equal(name, CS_STR("recovery")))
			cs_say(stderr, "The recovery key opens it alone: countersign restore %s",
			    path);
		else if (!cs_str_equal(name, CS_STR("vault")))
			cs_say(stderr, "%.*s can open it too.", CS_STR_ARG(name));
	}
}

static int
write_backup(struct cs_session *s, const char *path, bool is_over, bool has_identity)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	bool is_out = strcmp(path, "-") == 0;
	struct noting n = { s->line->now, is_out ? CS_STR("-") : file_name(path), s->book->serial };

	cs_buf_init(&file, CS_BOOK_BYTES_MAX * 2);
	if (is_out && isatty(STDOUT_FILENO) == 1) {
		cs_complain("a backup is not for a terminal: name a file");
		return CS_CLI_USAGE;
	}
	if (cs_failed(cs_place_seal(s->place.rng, s->book, &file))) {
		cs_complain("the vault cannot be sealed");
		return CS_CLI_FAILED;
	}
	int status = cs_file_write(path, cs_buf_span(&file), is_over);
	if (status == CS_CLI_OK && !is_out)
		status = look_again(s, path);
	if (status == CS_CLI_OK && !is_out && has_identity)
		status = write_identity(s, path, is_over);
	if (status == CS_CLI_OK)
		status = cs_session_edit(s, CS_STR_NONE, note, &n);
	return status;
}

static int
back_up(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	bool is_over = false, is_alone = false;
	const struct cs_cli_option options[] = {
		{ "force", 'f', NULL, "write over a file of that name", .flag = &is_over },
		{ "without-identity", 0, NULL, "only the recovery key is to open it",
		    .flag = &is_alone },
	};
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 1, 1, &status))
		return status;
	cs_session_init(&s, line);
	status = cs_session_open(&s);
	if (status == CS_CLI_OK)
		status = write_backup(&s, line->words[0], is_over, !is_alone);
	if (status != CS_CLI_OK || strcmp(line->words[0], "-") == 0)
		return status;
	if (line->is_json)
		return cs_json_show(
		    json_pack("{s:o, s:I}", "file", cs_json_str(cs_str_c(line->words[0])),
			"entries", (json_int_t)s.book->entry_count));
	cs_say(stderr, "%zu account%s in %s, and open%s again.", s.book->entry_count,
	    s.book->entry_count == 1 ? " is" : "s are", line->words[0],
	    s.book->entry_count == 1 ? "s" : "");
	show_openers(&s, line->words[0], !is_alone);
	return CS_CLI_OK;
}

int
cs_cmd_backup(struct cs_cli_line *line)
{
	const char *word = line->word_count > 0 ? line->words[0] : "";
	bool is_verify = strcmp(word, "verify") == 0;

	if (!is_verify && strcmp(word, "split") != 0)
		return back_up(line);
	line->words++;
	line->word_count--;
	return is_verify ? cs_backup_verify(line) : cs_backup_split(line);
}
