#include "cli/commands/import_source.h"

#include "cli/program/file_in.h"
#include "cli/program/helper.h"
#include "cli/session/new_entry.h"
#include "cli/commands/pass_store.h"
#include "cli/commands/steam_folder.h"
#include "cli/session/scan.h"
#include "cli/program/terminal.h"

#include <stdio.h>
#include <unistd.h>

#define TRIES 3
#define AGE_WORK_FACTOR_MAX 22 /* of a file that the person gave, and said the passphrase of */

/* One reading of one file. */
struct reading {
	struct cs_session *session;
	const struct cs_import_request *request;
	struct cs_import_source *out;
	const char *what; /* how the file is called */
	struct cs_buf password; /* the last that was given */
};

static bool
starts(cs_span file, const char *with)
{
	return cs_str_starts((cs_str){ (const char *)file.p, file.len }, cs_str_c(with));
}

/*
 * A password by --password-file, once, or from the person, three times.
 *   why	what is said before it is asked for
 *   tried	how many were wrong
 */
static int
get_password(struct reading *r, cs_str why, int tried)
{
	cs_err err;

	cs_buf_clear(&r->password);
	if (tried > 0 && (r->request->password_file != NULL || tried == TRIES)) {
		cs_complain("%s: %.*s", r->what, CS_STR_ARG(why));
		return CS_CLI_WRONG_KEY;
	}
	if (r->request->password_file != NULL)
		return cs_session_passphrase_file(r->request->password_file, &r->password);
	if (!cs_terminal_is_there()) {
		cs_complain("%s: %.*s, and there is no terminal to ask for it on: "
			    "--password-file FILE",
		    r->what, CS_STR_ARG(why));
		return CS_CLI_LOCKED;
	}
	cs_say(stderr, "%s: %.*s.", r->what, CS_STR_ARG(why));
	err = cs_terminal_ask_secret("Password: ", &r->password);
	if (!cs_failed(err) && r->password.len > 0)
		return CS_CLI_OK;
	cs_complain("%s: no password was given", r->what);
	return CS_CLI_WRONG_KEY;
}

/* A key derivation may take seconds: that something happens is shown to who watches. */
static void
show_work(bool is_on)
{
	if (isatty(STDERR_FILENO) != 1)
		return;
	fputs(is_on ? "Opening it ..." : "\r\033[K", stderr);
	fflush(stderr);
}

static int
run_convert(struct reading *r, cs_span file, struct cs_import_answer *out)
{
	const char *args[] = { "import", r->request->format == NULL ? NULL : "--format",
		r->request->format, NULL };
	struct cs_helper helper = {
		.program = "convert",
		.args = args,
		.input = file,
		.has_key = true,
		.key = cs_buf_span(&r->password),
	};
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	int status = 0;

	cs_buf_init_sensitive(&text, CS_IMPORT_WIRE_MAX);
	if (r->password.len > 0)
		show_work(true);
	cs_err err = cs_helper_run(&helper, &text, &status);
	if (r->password.len > 0)
		show_work(false);
	if (cs_is(err, CS_E_UNAVAILABLE))
		return CS_CLI_FAILED;
	if (!cs_failed(err) &&
	    !cs_failed(cs_import_wire_decode(r->out->arena, cs_buf_span(&text), out)))
		return CS_CLI_OK;
	/* It was ended by its own sandbox, its memory or its time. */
	cs_complain("%s: it cannot be read: the importer stopped (status %d)", r->what, status);
	return CS_CLI_DAMAGED;
}

static int
tell_problem(const struct reading *r, const struct cs_import_answer *answer)
{
	if (answer->format.len > 0)
		cs_complain("%s: %.*s (read as %.*s)", r->what, CS_STR_ARG(answer->problem),
		    CS_STR_ARG(answer->format));
	else
		cs_complain("%s: %.*s", r->what, CS_STR_ARG(answer->problem));
	return answer->outcome == CS_IMPORT_LIMIT ? CS_CLI_FAILED : CS_CLI_DAMAGED;
}

static int
convert(struct reading *r, cs_span file)
{
	struct cs_import_answer answer;

	for (int tried = 0;; tried++) {
		int status = run_convert(r, file, &answer);

		if (status != CS_CLI_OK)
			return status;
		r->out->format = answer.format;
		r->out->items = answer.items;
		if (answer.outcome == CS_IMPORT_READ)
			return CS_CLI_OK;
		if (answer.outcome != CS_IMPORT_PASSWORD &&
		    answer.outcome != CS_IMPORT_WRONG_PASSWORD)
			return tell_problem(r, &answer);
		/* The first answer is that one is needed; the file has not been tried with any. */
		status = get_password(r, answer.problem, tried);
		if (status != CS_CLI_OK)
			return status;
	}
}

static int
refuse_damaged(const struct reading *r, const char *why)
{
	cs_complain("%s: %s", r->what, why);
	return CS_CLI_DAMAGED;
}

/* A book or a list of entries, as backup and share write them inside an age file. */
static int
take_own(struct reading *r, cs_span file)
{
	struct cs_import_source *out = r->out;
	cs_err err;
	void *items = NULL;

	if (starts(file, "countersign vault ")) {
		err = cs_book_decode(file, &out->own);
	} else {
		out->own = cs_book_new(r->session->place.rng);
		err = cs_entries_decode(out->own, file);
	}
	if (cs_is(err, CS_E_CONFLICT))
		return refuse_damaged(r, "it was made by a newer version of countersign");
	if (cs_failed(err))
		return refuse_damaged(r, "it is damaged");
	size_t count = out->own->entry_count;
	if (cs_failed(cs_arena_try(out->arena, (count + 1) * sizeof(*out->items.items), &items)))
		return refuse_damaged(r, "it holds more than can be read");
	out->items.items = items;
	out->items.item_count = count;
	for (size_t i = 0; i < count; i++)
		out->items.items[i] = (struct cs_import_item){ .entry = out->own->entries[i] };
	out->format = CS_STR("countersign");
	return CS_CLI_OK;
}

static int
tell_age(const struct reading *r, cs_err err)
{
	switch (err.code) {
	case CS_E_NOT_FOUND:
		cs_complain("%s: it is encrypted for somebody else", r->what);
		return CS_CLI_WRONG_KEY;
	case CS_E_LIMIT:
		cs_complain(
		    "%s: opening it would take more memory than this machine may give", r->what);
		return CS_CLI_FAILED;
	case CS_E_CONFLICT:
		cs_complain("%s: it is of a version of age that is not known here", r->what);
		return CS_CLI_TOO_NEW;
	default:
		cs_complain("%s: the age file is damaged", r->what);
		return CS_CLI_DAMAGED;
	}
}

static int
open_by_passphrase(struct reading *r, cs_span file, struct cs_buf *plain)
{
	cs_str why = CS_STR("it is under a passphrase");

	for (int tried = 0;; tried++) {
		struct cs_age_passphrase who = { .work_factor_max = AGE_WORK_FACTOR_MAX };
		struct cs_age_opener opener = cs_age_passphrase_opener(&who);
		int status = get_password(r, why, tried);

		if (status != CS_CLI_OK)
			return status;
		who.passphrase = cs_buf_str(&r->password);
		show_work(true);
		cs_err err = cs_age_decrypt(file, &opener, plain);
		show_work(false);
		if (!cs_failed(err))
			return CS_CLI_OK;
		if (!cs_is(err, CS_E_FORBIDDEN))
			return tell_age(r, err);
		why = CS_STR("the passphrase is wrong");
	}
}

static int
open_age(struct reading *r, cs_span file, struct cs_buf *plain)
{
	bool is_passphrase = false;
	int status;

	if (cs_failed(cs_age_is_passphrase(file, &is_passphrase)))
		return tell_age(r, CS_FAIL(INVALID));
	if (is_passphrase) {
		status = open_by_passphrase(r, file, plain);
		cs_buf_clear(&r->password);
		return status;
	}
	status = cs_session_unlock(r->session);
	if (status != CS_CLI_OK)
		return status;
	cs_err err = cs_session_decrypt(r->session, file, plain);
	return cs_failed(err) ? tell_age(r, err) : CS_CLI_OK;
}

/* What is in a picture is a list of addresses like any other. */
static int
scan_picture(struct reading *r, cs_span file, struct cs_buf *lines)
{
	cs_str *payloads = NULL;
	size_t count = 0;
	int status = cs_scan_picture(r->out->arena, file, r->what, &payloads, &count);

	for (size_t i = 0; i < count; i++) {
		cs_buf_add_str(lines, payloads[i]);
		cs_buf_add_c(lines, "\n");
	}
	return status;
}

static int
read_bytes(struct reading *r, cs_span file, bool may_be_age)
{
	CS_AUTO(cs_buf_clear) struct cs_buf inner;
	bool is_age = starts(file, "age-encryption.org/v") ||
		      starts(file, "-----BEGIN AGE ENCRYPTED FILE-----");
	int status;

	cs_buf_init_sensitive(&inner, CS_IMPORT_BYTES_MAX);
	if (is_age && may_be_age) {
		status = open_age(r, file, &inner);
		/* One seal is enough: what is within is not opened again. */
		return status == CS_CLI_OK ? read_bytes(r, cs_buf_span(&inner), false) : status;
	}
	if (cs_scan_is_picture(file)) {
		status = scan_picture(r, file, &inner);
		return status == CS_CLI_OK ? convert(r, cs_buf_span(&inner)) : status;
	}
	if (starts(file, "countersign vault ") || starts(file, "countersign entries "))
		return take_own(r, file);
	return convert(r, file);
}

/* The password is gpg's, which else asks for it in its own way. */
static int
read_store(struct reading *r, const char *folder)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	int status = CS_CLI_OK;

	cs_buf_init_sensitive(&text, CS_IMPORT_BYTES_MAX);
	if (r->request->password_file != NULL)
		status = cs_session_passphrase_file(r->request->password_file, &r->password);
	if (status == CS_CLI_OK)
		status = cs_pass_store_read(r->session, folder, cs_buf_span(&r->password), &text);
	cs_buf_clear(&r->password);
	return status == CS_CLI_OK ? convert(r, cs_buf_span(&text)) : status;
}

static int
read_mafiles(struct reading *r, const char *folder)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init_sensitive(&text, CS_IMPORT_BYTES_MAX);
	int status = cs_steam_folder_read(r->session, folder, &text);
	return status == CS_CLI_OK ? convert(r, cs_buf_span(&text)) : status;
}

static int
read_path(struct reading *r, const char *path)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	int status;

	cs_buf_init_sensitive(&file, CS_IMPORT_BYTES_MAX);
	if (cs_pass_store_is_folder(path))
		return cs_steam_folder_is(path) ? read_mafiles(r, path) : read_store(r, path);
	status = cs_file_read(path, &file);
	return status == CS_CLI_OK ? read_bytes(r, cs_buf_span(&file), true) : status;
}

int
cs_import_source_read(
    struct cs_session *s, const struct cs_import_request *request, struct cs_import_source *out)
{
	struct reading r = {
		.session = s,
		.request = request,
		.out = out,
		.what = strcmp(request->path, "-") == 0 ? "standard input" : request->path,
	};

	cs_buf_init_sensitive(&r.password, CS_TERMINAL_ANSWER_MAX);
	*out = (struct cs_import_source){ .arena = cs_arena_new_locked(CS_IMPORT_ARENA_MAX) };
	int status = read_path(&r, request->path);
	cs_buf_clear(&r.password);
	out->items.arena = out->arena;
	return status;
}

void
cs_import_source_clear(struct cs_import_source *source)
{
	cs_book_free(&source->own);
	cs_arena_free(&source->arena);
}
