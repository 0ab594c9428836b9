/* contact: the people to share with, by name, and one's own key to give to them. */
#include "cli/session/entry_order.h"
#include "cli/session/json_out.h"
#include "cli/program/program.h"
#include "cli/commands/key_list.h"
#include "cli/commands/qr_screen.h"
#include "cli/commands/sharing.h"
#include "cli/program/terminal.h"

#include <string.h>

#define KEY_TEXT_MAX 128

/* --- add --- */

struct adding {
	cs_str name;
	cs_str recipient;
};

static cs_err
add_contact(void *ctx, struct cs_book *book)
{
	const struct adding *a = ctx;
	cs_err e = cs_book_add_contact(book, a->name, a->recipient);

	if (cs_failed(e))
		cs_complain("there are too many contacts");
	return e;
}

/* The contact of that name, whose key would be another from now on. */
static int
confirm_replacing(struct cs_session *s, struct adding *a)
{
	for (size_t i = 0; i < s->book->contact_count; i++) {
		const struct cs_book_contact *c = &s->book->contacts[i];

		if (!cs_entry_text_equal(c->name, a->name))
			continue;
		a->name = c->name;
		if (cs_str_equal(c->recipient, a->recipient))
			return CS_CLI_OK;
		return cs_terminal_confirm(s->line,
		    "%.*s is there with another key, %.*s. Have you asked them whether it is new?",
		    CS_STR_ARG(c->name), CS_STR_ARG(c->recipient));
	}
	return CS_CLI_OK;
}

static int
add(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf canonical;
	cs_age_recipient key;

	cs_buf_init(&canonical, 256);
	if (line->word_count != 3)
		return cs_line_misused(line, "contact add takes a name and age1…");
	struct adding a = { .name = cs_str_trim(cs_str_c(line->words[1])) };
	if (!cs_key_name_is_good(a.name))
		return cs_line_misused(line, "'%s' cannot be a contact's name", line->words[1]);
	if (cs_failed(cs_age_recipient_decode(cs_str_c(line->words[2]), &key)))
		return cs_line_misused(line,
		    "'%s' is no age recipient: a letter of it is wrong, or some are missing",
		    line->words[2]);
	cs_age_recipient_encode(&key, &canonical);
	a.recipient = cs_buf_str(&canonical);
	cs_session_init(&s, line);
	int status = cs_session_open(&s);
	if (status == CS_CLI_OK)
		status = confirm_replacing(&s, &a);
	if (status != CS_CLI_OK)
		return status;
	a.name = cs_arena_str(s.arena, a.name); /* the book that it is in is read anew */
	status = cs_session_edit(&s,
	    cs_arena_printf(s.arena, "added the contact %.*s", CS_STR_ARG(a.name)), add_contact,
	    &a);
	if (status != CS_CLI_OK)
		return status;
	if (line->is_json)
		return cs_json_show(cs_key_json(a.name, a.recipient));
	cs_say(stdout, "%.*s: added. Compare the end of the key with them, aloud: %.*s",
	    CS_STR_ARG(a.name), 8, a.recipient.p + a.recipient.len - 8);
	return cs_output_end();
}

/* --- list --- */

static int
list(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct cs_key_list l;

	if (line->word_count > 1)
		return cs_line_misused(line, "contact list takes nothing more");
	cs_session_init(&s, line);
	int status = cs_session_open(&s);
	if (status != CS_CLI_OK)
		return status;
	cs_key_list_begin(&l, s.arena);
	for (size_t i = 0; i < s.book->contact_count; i++)
		cs_key_list_add(&l, s.book->contacts[i].name, s.book->contacts[i].recipient);
	if (s.book->contact_count == 0 && !line->is_json)
		cs_say(stderr, "Nobody yet: countersign contact add NAME age1…");
	return cs_key_list_show(&l, line);
}

/* --- rm --- */

static cs_err
remove_contact(void *ctx, struct cs_book *book)
{
	const cs_str *name = ctx;

	if (cs_book_remove_contact(book, *name))
		return CS_OK;
	cs_complain("they were removed just now");
	return CS_FAIL(NOT_FOUND);
}

static int
remove_named(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	cs_str name = CS_STR_NONE;

	if (line->word_count != 2)
		return cs_line_misused(line, "contact rm takes a name");
	cs_session_init(&s, line);
	int status = cs_session_open(&s);
	if (status != CS_CLI_OK)
		return status;
	for (size_t i = 0; i < s.book->contact_count; i++) {
		if (cs_entry_text_equal(s.book->contacts[i].name, cs_str_c(line->words[1])))
			name = cs_arena_str(s.arena, s.book->contacts[i].name);
	}
	if (name.len == 0) {
		cs_complain("there is no contact '%s'", line->words[1]);
		return CS_CLI_NOT_FOUND;
	}
	status = cs_session_edit(&s,
	    cs_arena_printf(s.arena, "removed the contact %.*s", CS_STR_ARG(name)), remove_contact,
	    &name);
	if (status != CS_CLI_OK)
		return status;
	if (line->is_json)
		return cs_json_show(json_pack("{s:o}", "removed", cs_json_str(name)));
	cs_say(stdout,
	    "%.*s: removed. What they were given they still have: countersign shared tells.",
	    CS_STR_ARG(name));
	return cs_output_end();
}

/* --- me --- */

static int
show_qr(cs_str recipient)
{
	struct cs_qr_screen screen = { .title = CS_STR("Your recipient: others encrypt to it"),
		.payload = recipient,
		.caption = recipient };
	CS_AUTO(cs_buf_clear) struct cs_buf answer;

	cs_buf_init(&answer, CS_TERMINAL_ANSWER_MAX);
	return cs_qr_screen_show(&screen, "Enter when it is done: ", &answer);
}

/* The recipient of the key that is for what others send, in out: sensitive on the way there. */
static cs_err
sharing_recipient(const struct cs_book *book, struct cs_buf *out)
{
	CS_AUTO(cs_secret_free) struct cs_secret *identity = NULL;

	CS_TRY(cs_age_identity_decode(book->sharing, &identity));
	cs_age_recipient own = cs_age_recipient_of(identity);
	cs_age_recipient_encode(&own, out);
	return cs_buf_finish(out, NULL);
}

/* Made when it is first asked for; another process may have made it just now. */
static cs_err
make_sharing(void *ctx, struct cs_book *book)
{
	CS_AUTO(cs_secret_free) struct cs_secret *identity = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init_sensitive(&text, KEY_TEXT_MAX);
	cs_buf_reset(ctx);
	if (book->sharing.len == 0) {
		CS_TRY(cs_age_identity_new(&cs_random_system, &identity));
		cs_age_identity_encode(identity, &text);
		CS_TRY(cs_book_set_sharing(book, cs_buf_str(&text)));
	}
	return sharing_recipient(book, ctx);
}

static int
find_own(struct cs_session *s, struct cs_buf *out)
{
	int status = cs_session_open(s);

	if (status != CS_CLI_OK)
		return status;
	if (s->book->sharing.len == 0)
		return cs_session_edit(s, CS_STR_NONE, make_sharing, out);
	if (!cs_failed(sharing_recipient(s->book, out)))
		return CS_CLI_OK;
	cs_complain("the vault's key for what others send is damaged");
	return CS_CLI_DAMAGED;
}

static int
me(struct cs_cli_line *line, bool is_qr)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf own = { .max = KEY_TEXT_MAX };

	if (line->word_count != 1)
		return cs_line_misused(line, "contact me takes nothing more");
	cs_session_init(&s, line);
	int status = find_own(&s, &own);
	if (status != CS_CLI_OK)
		return status;
	if (is_qr)
		return show_qr(cs_buf_str(&own));
	if (line->is_json)
		return cs_json_show(json_pack("{s:o}", "recipient", cs_json_str(cs_buf_str(&own))));
	cs_say(stdout, "%.*s", CS_STR_ARG(cs_buf_str(&own)));
	return cs_output_end();
}

int
cs_cmd_contact(struct cs_cli_line *line)
{
	bool is_qr = false;
	const struct cs_cli_option options[] = {
		{ "qr", 'q', NULL, "me: as a QR code on the terminal", .flag = &is_qr },
	};
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 0, 3, &status))
		return status;
	const char *word = line->word_count > 0 ? line->words[0] : "list";
	if (strcmp(word, "me") == 0)
		return me(line, is_qr);
	if (is_qr)
		return cs_line_misused(line, "--qr goes with contact me");
	if (strcmp(word, "add") == 0)
		return add(line);
	if (strcmp(word, "list") == 0)
		return list(line);
	if (strcmp(word, "rm") == 0)
		return remove_named(line);
	return cs_line_misused(line, "contact takes add, list, rm or me, not '%s'", word);
}
