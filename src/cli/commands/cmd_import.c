/* import: another program's entries into the vault, or a look at what would become of them. */
#include "cli/commands/import_report.h"
#include "cli/commands/making.h"
#include "cli/program/program.h"
#include "cli/program/terminal.h"

#include <stdio.h>
#include <sys/stat.h>

struct import {
	struct cs_session *session;
	struct cs_import_request request;
	struct cs_import_source source;
	struct cs_import_report report;
	struct cs_making making; /* of the vault, when there is none */
	bool is_preview;
};

static bool
has_vault(const struct cs_cli_line *line)
{
	char path[4096];
	struct stat st;
	int len = snprintf(path, sizeof(path), "%s/vault.age", line->folder);

	return len > 0 && (size_t)len < sizeof(path) && stat(path, &st) == 0;
}

static int
judge(struct import *im, const struct cs_book *book)
{
	struct cs_merge_item *items = NULL;

	if (cs_failed(cs_merge_judge(book, &im->source.items, &items))) {
		cs_complain("%s holds more than can be compared", im->request.path);
		return CS_CLI_FAILED;
	}
	im->report.items = items;
	im->report.count = im->source.items.item_count;
	return CS_CLI_OK;
}

static int
show(const struct import *im)
{
	if (im->session->line->is_json)
		return cs_import_report_json(&im->report);
	cs_import_report_show(&im->report);
	return CS_CLI_OK;
}

/* Compared with the vault only when that costs nobody a passphrase. */
static int
preview(struct import *im)
{
	struct cs_session *s = im->session;
	CS_AUTO(cs_book_free) struct cs_book *empty = NULL;
	const struct cs_book *book;
	int status;

	im->report.is_compared =
	    s->book != NULL || s->line->passphrase_file != NULL
		? has_vault(s->line) && cs_session_open(s) == CS_CLI_OK
		: has_vault(s->line) && cs_session_open_quietly(s) == CS_CLI_OK;
	if (!im->report.is_compared)
		empty = cs_book_new(s->place.rng);
	book = im->report.is_compared ? s->book : empty;
	status = judge(im, book);
	if (status != CS_CLI_OK)
		return status;
	status = show(im);
	if (status == CS_CLI_OK && !im->report.is_compared && has_vault(s->line))
		cs_say(
		    stderr, "The vault is locked, so they were compared with one another alone.");
	return status;
}

/* Under the vault's lock: what somebody else wrote meanwhile is compared with as well. */
static cs_err
apply(void *ctx, struct cs_book *book)
{
	struct import *im = ctx;

	if (judge(im, book) != CS_CLI_OK)
		return CS_FAIL(LIMIT);
	cs_err err =
	    cs_merge_apply(book, im->session->place.rng, im->report.items, im->report.count);
	if (cs_failed(err))
		cs_complain("the vault cannot hold that many entries: nothing was taken");
	return err;
}

static int
finish(const struct import *im, int status)
{
	if (status != CS_CLI_OK)
		return status;
	status = show(im);
	if (status != CS_CLI_OK)
		return status;
	return cs_import_report_count(&im->report, CS_MERGE_REFUSED) > 0 ? CS_CLI_REFUSED
									 : CS_CLI_OK;
}

/* There is no vault: one is made that holds them from its first moment on. */
static int
make_vault(struct import *im)
{
	struct cs_session *s = im->session;
	CS_AUTO(cs_book_free) struct cs_book *book = cs_book_new(s->place.rng);
	int status = judge(im, book);

	if (status != CS_CLI_OK || !cs_import_report_has_changes(&im->report))
		return finish(im, status);
	if (cs_failed(cs_merge_apply(book, s->place.rng, im->report.items, im->report.count))) {
		cs_complain("a vault cannot hold that many entries: none was made");
		return CS_CLI_FAILED;
	}
	return finish(im, cs_make_vault(s, &im->making, book));
}

static int
take(struct import *im)
{
	struct cs_session *s = im->session;
	int status = cs_session_open(s);

	if (status != CS_CLI_OK)
		return status;
	im->report.is_compared = true;
	status = judge(im, s->book);
	if (status != CS_CLI_OK || !cs_import_report_has_changes(&im->report))
		return finish(im, status);
	cs_str said = cs_arena_printf(s->arena, "imported %zu from %.*s",
	    im->source.items.item_count, CS_STR_ARG(im->source.format));
	return finish(im, cs_session_edit(s, said, apply, im));
}

static int
run(struct import *im)
{
	int status = cs_import_source_read(im->session, &im->request, &im->source);

	if (status != CS_CLI_OK)
		return status;
	im->report.arena = im->source.arena;
	im->report.format = im->source.format;
	im->report.is_preview = im->is_preview;
	if (im->is_preview)
		return preview(im);
	return has_vault(im->session->line) ? take(im) : make_vault(im);
}

int
cs_cmd_import(struct cs_cli_line *line)
{
	struct import im = { 0 };
	const struct cs_cli_option options[] = {
		{ "preview", 'n', NULL, "show what would become of every entry, and change nothing",
		    .flag = &im.is_preview },
		{ "format", 0, "NAME", "read it as this program's, whatever it looks like",
		    .value = &im.request.format },
		{ "password-file", 0, "FILE", "the file's password is this one's first line",
		    .value = &im.request.password_file },
		CS_MAKING_OPTIONS(&im.making),
	};
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 1, 1, &status))
		return status;
	im.request.path = line->words[0];
	CS_SESSION_AUTO struct cs_session session;
	cs_session_init(&session, line);
	im.session = &session;
	status = run(&im);
	cs_import_source_clear(&im.source);
	return status;
}
