/* add: a new entry, from a prompt, standard input, a file, a picture or an otpauth:// address. */
#include "cli/program/file_in.h"
#include "cli/session/json_out.h"
#include "cli/session/new_entry.h"
#include "cli/session/take_code.h"
#include "cli/program/terminal.h"

#include <stdlib.h>
#include <unistd.h>

#define TEXT_MAX 65536 /* of a file or a pipe with a key in it */
#define TRIES 3

/* What add was told, and what comes of it. */
struct adding {
	struct cs_session *session;
	struct cs_entry_words words;
	cs_str name; /* of the command line's words */
	const char *file;
	const char *picture;
	const char *secret; /* --secret-on-command-line */
	struct cs_entry *entries;
	size_t count;
	cs_id *ids; /* as they were added */
};

/* Something that nobody would call a service, but that somebody pasted. */
static bool
looks_secret(const char *word)
{
	size_t len = strlen(word);
	size_t letters = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=");

	return strncasecmp(word, "otpauth", 7) == 0 || (len >= 16 && letters == len);
}

/* What stood in our argument list is on show for everybody; it was, for as short as can be. */
static void
overwrite(const char *word)
{
	cs_wipe((char *)word, strlen(word));
}

static const char *
take_from_line(struct cs_arena *a, const char *word)
{
	const char *copy = cs_arena_c(a, cs_str_c(word));

	overwrite(word);
	return copy;
}

static int
refuse_secret_words(struct cs_cli_line *line)
{
	for (int i = 0; i < line->word_count; i++) {
		if (!looks_secret(line->words[i]))
			continue;
		overwrite(line->words[i]);
		cs_complain(
		    "a secret on the command line is seen by every program on this machine, "
		    "and stays in the shell's history. Leave it out: it is asked for, or read "
		    "from standard input. (--secret-on-command-line takes it all the same.)");
		return CS_CLI_USAGE;
	}
	return CS_CLI_OK;
}

static int
read_prompt(struct cs_buf *text)
{
	cs_err err = cs_terminal_ask_secret("Key or otpauth:// address (it is not shown): ", text);

	if (!cs_failed(err))
		return CS_CLI_OK;
	if (cs_is(err, CS_E_UNAVAILABLE))
		cs_complain(
		    "where is the key? Standard input, --file, --qr, or a terminal to ask on");
	else
		cs_complain("no key was given");
	return cs_is(err, CS_E_UNAVAILABLE) ? CS_CLI_USAGE : CS_CLI_FAILED;
}

/* --secret-on-command-line, --file, a pipe, and else the person. */
static int
read_text(struct adding *add, struct cs_buf *text)
{
	if (add->secret != NULL) {
		cs_buf_add_c(text, add->secret);
		return CS_CLI_OK;
	}
	if (add->file != NULL)
		return cs_file_read(add->file, text);
	if (isatty(STDIN_FILENO) == 1)
		return read_prompt(text);
	int status = cs_file_read("-", text);
	if (status == CS_CLI_OK && text->len == 0)
		return read_prompt(text);
	return status;
}

static int
take_text_once(struct adding *add, bool *out_is_given)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init_sensitive(&text, TEXT_MAX);
	int status = read_text(add, &text);
	*out_is_given = status == CS_CLI_OK;
	if (status != CS_CLI_OK)
		return status;
	if (!cs_utf8_is_valid(cs_buf_span(&text))) {
		cs_complain("that is no text. --qr takes a picture, countersign import takes files "
			    "of other programs");
		return CS_CLI_FAILED;
	}
	cs_str all = cs_buf_str(&text);
	while (all.len > 0 && strchr(" \t\r\n", all.p[all.len - 1]) != NULL)
		all.len--;
	if (cs_str_find(all, '\n', 0) < all.len) {
		cs_complain("that is more than one line. countersign import takes lists");
		return CS_CLI_FAILED;
	}
	add->entries = CS_NEW(add->session->arena, struct cs_entry);
	add->count = 1;
	return cs_entry_from_text(add->session->arena, all, add->entries);
}

/* Whoever slipped while typing types again, and the passphrase only once. */
static int
take_text(struct adding *add)
{
	bool is_asked = add->secret == NULL && add->file == NULL && isatty(STDIN_FILENO) == 1;

	for (int tries = 1;; tries++) {
		bool is_given;
		int status = take_text_once(add, &is_given);
		if (status == CS_CLI_OK || !is_given || !is_asked || tries == TRIES)
			return status;
		cs_say(stderr, "Once more:");
	}
}

/* The words name it; else what came with it; else the person is asked. */
static int
name_entry(struct adding *add, struct cs_entry *e)
{
	struct cs_buf typed;
	cs_str issuer, account;

	if (add->name.len > 0) {
		cs_entry_name_parse(add->name, &issuer, &account);
		e->issuer = issuer;
		if (account.len > 0)
			e->account = account;
	}
	if (e->issuer.len > 0 || e->account.len > 0 || add->words.issuer != NULL ||
	    add->words.account != NULL)
		return CS_CLI_OK;
	cs_buf_init(&typed, CS_TERMINAL_ANSWER_MAX);
	cs_err err = cs_terminal_ask("Which service is it for? ", &typed);
	if (!cs_failed(err))
		err = typed.len == 0 ? CS_FAIL(NOT_FOUND) : CS_OK;
	if (!cs_failed(err))
		cs_entry_name_parse(
		    cs_arena_str(add->session->arena, cs_buf_str(&typed)), &e->issuer, &e->account);
	cs_buf_clear(&typed);
	if (!cs_failed(err))
		return CS_CLI_OK;
	cs_complain("an entry needs a name: countersign add SERVICE, or --issuer, --account");
	return CS_CLI_USAGE;
}

static int
finish_entry(struct adding *add, struct cs_entry *e)
{
	struct cs_session *s = add->session;
	const char *reason = NULL;
	int status = name_entry(add, e);

	if (status == CS_CLI_OK)
		status = cs_entry_words_apply(s->line, &add->words, s->arena, e);
	if (status != CS_CLI_OK)
		return status;
	e->added = e->changed = s->line->now;
	if (cs_entry_is_whole(e, &reason))
		return CS_CLI_OK;
	cs_complain("%s", reason);
	return CS_CLI_FAILED;
}

/* The same key twice is nearly always a slip; another account of the same name never is. */
static int
ask_about_twin(struct adding *add, const struct cs_entry *e)
{
	struct cs_session *s = add->session;

	for (size_t i = 0; i < s->book->entry_count; i++) {
		const struct cs_entry *there = &s->book->entries[i];
		if (!cs_entry_makes_same_codes(there, e))
			continue;
		if (!s->line->is_yes && !cs_terminal_is_there()) {
			cs_complain("that key is in the vault already, as %s; --yes adds it again",
			    cs_session_name(s, there));
			return CS_CLI_REFUSED;
		}
		return cs_terminal_confirm(s->line,
		    "That key is in the vault already, as %s. Add it again?",
		    cs_session_name(s, there));
	}
	return CS_CLI_OK;
}

static cs_err
add_to_book(void *ctx, struct cs_book *book)
{
	struct adding *add = ctx;

	for (size_t i = 0; i < add->count; i++) {
		struct cs_entry *added = NULL;
		cs_err err = cs_book_add(book, &cs_random_system, &add->entries[i], &added);
		if (cs_failed(err)) {
			cs_complain("the vault is full: it holds %d entries", CS_BOOK_ENTRIES_MAX);
			return err;
		}
		add->ids[i] = added->id;
	}
	return CS_OK;
}

static int
show_json(struct adding *add)
{
	json_t *all = json_array();

	for (size_t i = 0; i < add->count; i++) {
		struct cs_code_shown code = { 0 };
		add->entries[i].id = add->ids[i];
		json_t *j = cs_json_entry(&add->entries[i]);
		if (!cs_code_is_used_up(&add->entries[i]) &&
		    !cs_failed(cs_code_at(&add->entries[i], cs_clock_now(&cs_clock_wall), &code)))
			json_object_set_new(
			    j, "code", cs_json_str((cs_str){ code.text, code.len }));
		cs_wipe(&code, sizeof(code));
		json_array_append_new(all, j);
	}
	return cs_json_show(all);
}

static void
show_added(struct adding *add, const struct cs_entry *e)
{
	struct cs_code_shown code = { 0 };
	cs_time now = cs_clock_now(&cs_clock_wall);
	const char *name = cs_session_name(add->session, e);

	if (cs_code_is_used_up(e)) {
		cs_say(stdout, "Added %s. countersign code shows its first code when it is needed.",
		    name);
		return;
	}
	if (cs_failed(cs_code_at(e, now, &code))) {
		cs_say(stdout, "Added %s.", name);
		return;
	}
	cs_say(stdout, "Added %s. Its code is %s, for %lld s: is it what the service takes?", name,
	    code.text, (long long)cs_code_seconds_left(&code, now));
	cs_wipe(&code, sizeof(code));
}

static int
show(struct adding *add)
{
	if (add->session->line->is_json)
		return show_json(add);
	for (size_t i = 0; i < add->count; i++)
		show_added(add, &add->entries[i]);
	return cs_output_end();
}

static int
collect(struct adding *add)
{
	struct cs_arena *a = add->session->arena;
	int status = add->picture != NULL
			 ? cs_entries_from_picture(a, add->picture, &add->entries, &add->count)
			 : take_text(add);

	if (status != CS_CLI_OK)
		return status;
	if (add->count > 1 && add->name.len > 0) {
		cs_complain("there are %zu codes in that picture: one name does not fit them all",
		    add->count);
		return CS_CLI_USAGE;
	}
	add->ids = CS_NEW_ARRAY(a, cs_id, add->count);
	for (size_t i = 0; status == CS_CLI_OK && i < add->count; i++) {
		status = finish_entry(add, &add->entries[i]);
		if (status == CS_CLI_OK)
			status = ask_about_twin(add, &add->entries[i]);
	}
	return status;
}

static cs_str
said(struct adding *add)
{
	struct cs_arena *a = add->session->arena;

	if (add->count > 1)
		return cs_arena_printf(a, "added %zu entries", add->count);
	return cs_arena_printf(a, "added %.*s", CS_STR_ARG(cs_entry_name(a, &add->entries[0])));
}

int
cs_cmd_add(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct adding add = { .session = &s };
	const struct cs_cli_option options[] = {
		CS_ENTRY_OPTIONS(&add.words),
		{ "file", 'f', "FILE", "the key or address is in this file", .value = &add.file },
		{ "qr", 'q', "PICTURE", "a PNG or JPEG with its QR code; - for standard input",
		    .value = &add.picture },
		{ "secret-on-command-line", 0, "KEY", "the key itself, for everybody to see",
		    .value = &add.secret },
	};
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 0, -1, &status)) {
		/* Whatever is wrong with the words, a secret among them stays no longer. */
		if (add.secret != NULL)
			overwrite(add.secret);
		return status;
	}
	cs_session_init(&s, line);
	if (add.secret != NULL)
		add.secret = take_from_line(s.arena, add.secret);
	if ((add.file != NULL) + (add.picture != NULL) + (add.secret != NULL) > 1)
		return cs_line_misused(line, "--file, --qr and --secret-on-command-line: only one");
	status = refuse_secret_words(line);
	if (status != CS_CLI_OK)
		return status;
	add.name = cs_words_join(s.arena, line->words, line->word_count);
	status = cs_session_open(&s);
	if (status == CS_CLI_OK)
		status = collect(&add);
	if (status == CS_CLI_OK)
		status = cs_session_edit(&s, said(&add), add_to_book, &add);
	return status == CS_CLI_OK ? show(&add) : status;
}
