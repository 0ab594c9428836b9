/*
 * enrol: switch a service's second factor on so that nothing can be lost: the secret is in the vault
 * before a code is shown, the code before the phone.
 */
#include "cli/session/new_entry.h"
#include "cli/commands/qr_screen.h"
#include "cli/session/session.h"
#include "cli/commands/spares.h"
#include "cli/program/terminal.h"
#include "vault/code.h"

#define UNCONFIRMED "unconfirmed" /* the tag until the site has taken a code */
#define PROMPT_MAX 256

struct enrolling {
	struct cs_session *session;
	struct cs_entry entry; /* as it is to be kept; its id once it is */
	cs_id replaced; /* zero: none */
	cs_str name;
};

static int
ask_line(struct enrolling *n, const char *prompt, cs_str *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf answer;

	cs_buf_init_sensitive(&answer, CS_TERMINAL_ANSWER_MAX);
	if (cs_failed(cs_terminal_ask(prompt, &answer))) {
		cs_complain("stopped");
		return CS_CLI_FAILED;
	}
	*out = cs_arena_str(n->session->arena, cs_str_trim(cs_buf_str(&answer)));
	return CS_CLI_OK;
}

static bool
is_yes(cs_str answer)
{
	return cs_str_equal_nocase(answer, CS_STR("y")) ||
	       cs_str_equal_nocase(answer, CS_STR("yes"));
}

/* The secret: out of a picture of the site's QR code, or typed. */
static int
take_secret(struct enrolling *n, const char *picture)
{
	CS_AUTO(cs_buf_clear) struct cs_buf typed;
	struct cs_entry *entries = NULL;
	size_t count = 0;

	cs_buf_init_sensitive(&typed, CS_TERMINAL_ANSWER_MAX);
	if (picture != NULL) {
		int status = cs_entries_from_picture(n->session->arena, picture, &entries, &count);
		if (status == CS_CLI_OK && count != 1) {
			cs_complain("%s: there are %zu codes in this picture; cut one out, or "
				    "import them all with countersign import",
			    picture, count);
			return CS_CLI_AMBIGUOUS;
		}
		if (status == CS_CLI_OK)
			n->entry = entries[0];
		return status;
	}
	if (cs_terminal_is_there())
		cs_say(
		    stderr, "The site shows a key behind \"can't scan?\", or \"set up by hand\".");
	cs_err err = cs_terminal_ask_secret("Paste the set-up key (it is not shown): ", &typed);
	if (cs_failed(err)) {
		cs_complain(
		    cs_is(err, CS_E_UNAVAILABLE)
			? "enrol is a conversation on a terminal; countersign add takes a key "
			  "from standard input"
			: "no key was given");
		return cs_is(err, CS_E_UNAVAILABLE) ? CS_CLI_USAGE : CS_CLI_FAILED;
	}
	return cs_entry_from_text(n->session->arena, cs_buf_str(&typed), &n->entry);
}

/* Issuer, account, note and tags are those of the entry that is replaced, unless told otherwise. */
static int
take_names_of(struct enrolling *n, const char *replaced)
{
	struct cs_entry *old = NULL;
	char *words[] = { (char *)(uintptr_t)replaced };
	int status = cs_session_find(n->session, words, 1, &old);

	if (status != CS_CLI_OK)
		return status;
	n->replaced = old->id;
	n->entry.issuer = old->issuer;
	n->entry.account = old->account;
	n->entry.note = old->note;
	n->entry.icon = old->icon;
	n->entry.tags = old->tags;
	n->entry.tag_count = old->tag_count;
	return CS_CLI_OK;
}

static int
take_names(struct enrolling *n, const char *replaced)
{
	const struct cs_cli_line *line = n->session->line;
	cs_str typed = cs_words_join(n->session->arena, line->words, line->word_count);
	int status = CS_CLI_OK;

	if (replaced != NULL)
		return take_names_of(n, replaced);
	if (typed.len == 0 && n->entry.issuer.len == 0 && n->entry.account.len == 0)
		status = ask_line(n, "What is it for, as in \"Example (alice)\"? ", &typed);
	if (status == CS_CLI_OK && typed.len != 0)
		cs_entry_name_parse(typed, &n->entry.issuer, &n->entry.account);
	return status;
}

static cs_err
keep(void *ctx, struct cs_book *book)
{
	struct enrolling *n = ctx;
	struct cs_entry *kept = NULL;

	CS_TRY(cs_book_add(book, n->session->place.rng, &n->entry, &kept));
	n->entry.id = kept->id;
	return CS_OK;
}

/* First of all, before anything can go wrong. */
static int
keep_first(struct enrolling *n)
{
	struct cs_session *s = n->session;
	const char *why = NULL;
	cs_str *tags = CS_NEW_ARRAY(s->arena, cs_str, n->entry.tag_count + 1);

	for (size_t i = 0; i < n->entry.tag_count; i++)
		tags[i] = n->entry.tags[i];
	if (n->entry.tag_count < CS_ENTRY_TAGS_MAX)
		tags[n->entry.tag_count++] = CS_STR(UNCONFIRMED);
	n->entry.tags = tags;
	n->entry.added = n->entry.changed = s->place.now;
	if (!cs_entry_is_whole(&n->entry, &why)) {
		cs_complain("%s", why);
		return CS_CLI_USAGE;
	}
	n->name = cs_entry_name(s->arena, &n->entry);
	int status = cs_session_edit(
	    s, cs_arena_printf(s->arena, "added %.*s", CS_STR_ARG(n->name)), keep, n);
	if (status == CS_CLI_OK)
		cs_say(stdout, "%.*s is in the vault.", CS_STR_ARG(n->name));
	return status;
}

static cs_err
confirm(void *ctx, struct cs_book *book)
{
	struct enrolling *n = ctx;
	struct cs_entry *e = cs_book_entry(book, n->entry.id);
	struct cs_entry *old = cs_book_entry(book, n->replaced);
	size_t kept = 0;

	if (e == NULL) {
		cs_complain("the entry has been removed meanwhile");
		return CS_FAIL(NOT_FOUND);
	}
	for (size_t i = 0; i < e->tag_count; i++)
		if (!cs_str_equal(e->tags[i], CS_STR(UNCONFIRMED)))
			e->tags[kept++] = e->tags[i];
	e->tag_count = kept;
	e->counter = n->entry.counter;
	if (old != NULL && !cs_id_is_zero(n->replaced))
		return cs_book_remove(book, old, n->session->line->now);
	return CS_OK;
}

static cs_err
advance(void *ctx, struct cs_book *book)
{
	struct enrolling *n = ctx;
	struct cs_entry *e = cs_book_entry(book, n->entry.id);

	if (e != NULL)
		e->counter = n->entry.counter;
	return CS_OK;
}

/* One code for the site. A counter's is used up, and kept so, before it is shown. */
static int
show_code(struct enrolling *n, cs_str *answer)
{
	struct cs_code_shown code = { 0 };
	char prompt[PROMPT_MAX];
	cs_time now = cs_clock_now(&cs_clock_wall);
	int status = CS_CLI_OK;

	if (cs_failed(cs_code_at(&n->entry, now, &code))) {
		cs_complain("no code could be made");
		return CS_CLI_FAILED;
	}
	if (n->entry.kind == CS_ENTRY_HOTP) {
		n->entry.counter++;
		status = cs_session_edit(n->session, CS_STR_NONE, advance, n);
	}
	if (code.until.ms != 0)
		snprintf(prompt, sizeof(prompt),
		    "Type this into the site:  %s   (%lld s)\nDid the site take it? [y, "
		    "Enter: the code of now, q: stop] ",
		    code.text,
		    (long long)(code.until.ms - now.ms + CS_SECOND_MS - 1) / CS_SECOND_MS);
	else
		snprintf(prompt, sizeof(prompt),
		    "Type this into the site:  %s\nDid the site take it? [y, Enter: the "
		    "next code, q: stop] ",
		    code.text);
	if (status == CS_CLI_OK)
		status = ask_line(n, prompt, answer);
	cs_wipe(prompt, sizeof(prompt));
	cs_wipe(&code, sizeof(code));
	return status;
}

static int
stop_unconfirmed(const struct enrolling *n)
{
	cs_say(stdout,
	    "%.*s stays in the vault, tagged '%s'. If the site has not taken it: countersign rm "
	    "%.8s",
	    CS_STR_ARG(n->name), UNCONFIRMED, cs_id_uuid_text(n->session->arena, n->entry.id).p);
	return CS_CLI_REFUSED;
}

static int
confirm_with_site(struct enrolling *n)
{
	cs_str answer = CS_STR_NONE;
	bool is_replacing = !cs_id_is_zero(n->replaced);

	while (!is_yes(answer)) {
		int status = show_code(n, &answer);
		if (status != CS_CLI_OK)
			return status;
		if (cs_str_equal_nocase(answer, CS_STR("q")))
			return stop_unconfirmed(n);
	}
	cs_str said = cs_arena_printf(n->session->arena, "%s %.*s",
	    is_replacing ? "replaced" : "confirmed", CS_STR_ARG(n->name));
	return cs_session_edit(n->session, said, confirm, n);
}

static int
offer_spares(struct enrolling *n)
{
	cs_str *codes = NULL;
	size_t count = 0;
	int status = cs_spares_ask(n->session->arena,
	    "\nBackup codes that the site gave you are kept with it:\n"
	    "one a line, an empty line ends.\n",
	    &codes, &count);

	if (status != CS_CLI_OK || count == 0)
		return status;
	return cs_spares_keep(n->session, n->entry.id, n->name, codes, count);
}

static int
offer_phone(struct enrolling *n)
{
	CS_AUTO(cs_buf_clear) struct cs_buf uri;
	CS_AUTO(cs_buf_clear) struct cs_buf done;
	struct cs_qr_screen screen = { .title = n->name };
	cs_str answer = CS_STR_NONE;
	int status = ask_line(n, "\nOnto the phone as well? [y/N] ", &answer);

	cs_buf_init_sensitive(&uri, CS_QR_TEXT_MAX);
	cs_buf_init(&done, CS_TERMINAL_ANSWER_MAX);
	if (status != CS_CLI_OK || !is_yes(answer) || !cs_entry_uri(&n->entry, &uri))
		return status;
	screen.payload = cs_buf_str(&uri);
	return cs_qr_screen_show(&screen, "Enter when the phone has it: ", &done);
}

int
cs_cmd_enrol(struct cs_cli_line *line)
{
	const char *picture = NULL, *replaced = NULL;
	struct cs_entry_words words = { 0 };
	const struct cs_cli_option options[] = {
		{ "qr", 'q', "PICTURE", "a picture of the site's QR code", .value = &picture },
		{ "replace", 'r', "NAME", "a new secret for an entry that is there",
		    .value = &replaced },
		CS_ENTRY_OPTIONS(&words),
	};
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct enrolling n = { .session = &s };
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 0, -1, &status))
		return status;
	cs_session_init(&s, line);
	status = cs_session_open(&s);
	if (status == CS_CLI_OK)
		status = take_secret(&n, picture);
	if (status == CS_CLI_OK)
		status = take_names(&n, replaced);
	if (status == CS_CLI_OK)
		status = cs_entry_words_apply(line, &words, s.arena, &n.entry);
	if (status == CS_CLI_OK)
		status = keep_first(&n);
	if (status == CS_CLI_OK)
		status = confirm_with_site(&n);
	if (status == CS_CLI_OK)
		status = offer_spares(&n);
	if (status == CS_CLI_OK)
		status = offer_phone(&n);
	if (status == CS_CLI_OK)
		cs_say(stdout, "%.*s is set up: countersign code \"%.*s\"", CS_STR_ARG(n.name),
		    CS_STR_ARG(n.name));
	return status;
}
