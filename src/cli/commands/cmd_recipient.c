/* recipient: who can open the vault's files besides the vault's own key. */
#include "cli/session/json_out.h"
#include "cli/commands/key_list.h"
#include "cli/commands/making.h"
#include "cli/program/terminal.h"

#include <string.h>

/* One room is kept for a new key of the vault's own, beside the old, while recover is at work. */
#define RECIPIENTS_MAX (CS_BOOK_RECIPIENTS_MAX - 1)

struct changing {
	cs_str name;
	cs_str recipient;
};

static bool
is_own(cs_str name)
{
	return cs_str_equal(name, CS_STR("vault")) || cs_str_equal(name, CS_STR("recovery")) ||
	       cs_str_equal(name, CS_STR("vault before"));
}

static cs_err
add_recipient(void *ctx, struct cs_book *book)
{
	const struct changing *c = ctx;

	if (book->recipient_count < RECIPIENTS_MAX)
		return cs_book_add_recipient(book, c->recipient, c->name);
	cs_complain("a vault has %d recipients at most", RECIPIENTS_MAX);
	return CS_FAIL(LIMIT);
}

static cs_err
remove_recipient(void *ctx, struct cs_book *book)
{
	const struct changing *c = ctx;

	if (cs_book_remove_recipient(book, c->name))
		return CS_OK;
	cs_complain("there is no recipient %.*s", CS_STR_ARG(c->name));
	return CS_FAIL(NOT_FOUND);
}

static int
add(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf canonical;
	cs_age_recipient key;

	cs_buf_init(&canonical, 256);
	if (line->word_count != 3)
		return cs_line_misused(line, "recipient add takes a name and age1…");
	struct changing c = { .name = cs_str_c(line->words[1]) };
	if (!cs_key_name_is_good(c.name) || is_own(c.name))
		return cs_line_misused(line, "'%s' cannot be a recipient's name", line->words[1]);
	if (cs_failed(cs_age_recipient_decode(cs_str_c(line->words[2]), &key)))
		return cs_line_misused(line, "'%s' is no age recipient", line->words[2]);
	cs_age_recipient_encode(&key, &canonical);
	c.recipient = cs_buf_str(&canonical);
	cs_session_init(&s, line);
	int status = cs_session_open(&s);
	if (status == CS_CLI_OK)
		status = cs_terminal_confirm(line,
		    "Whoever has the key of %s will be able to open the whole vault. Add it?",
		    line->words[1]);
	if (status == CS_CLI_OK)
		status = cs_session_edit(&s,
		    cs_arena_printf(s.arena, "added the recipient %s", line->words[1]),
		    add_recipient, &c);
	if (status == CS_CLI_OK && line->is_json)
		return cs_json_show(json_pack("{s:o}", "added", cs_json_str(c.name)));
	return status;
}

static int
remove_named(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };

	if (line->word_count != 2)
		return cs_line_misused(line, "recipient rm takes a name");
	struct changing c = { .name = cs_str_c(line->words[1]) };
	if (is_own(c.name))
		return cs_line_misused(line, "'%s' cannot be taken away", line->words[1]);
	cs_session_init(&s, line);
	int status = cs_session_open(&s);
	bool is_there = false;
	for (size_t i = 0; status == CS_CLI_OK && i < s.book->recipient_count; i++)
		is_there = is_there || cs_str_equal(s.book->recipients[i].name, c.name);
	if (status != CS_CLI_OK)
		return status;
	if (!is_there) {
		cs_complain("there is no recipient %s", line->words[1]);
		return CS_CLI_NOT_FOUND;
	}
	status = cs_session_edit(&s,
	    cs_arena_printf(s.arena, "took the recipient %s away", line->words[1]),
	    remove_recipient, &c);
	if (status == CS_CLI_OK && line->is_json)
		return cs_json_show(json_pack("{s:o}", "removed", cs_json_str(c.name)));
	if (status == CS_CLI_OK)
		cs_say(stderr,
		    "What is written from now on does not open for %s. Earlier versions "
		    "and backups still do, and what they saw they know.",
		    line->words[1]);
	return status;
}

static int
list(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct cs_key_list l;

	if (line->word_count > 1)
		return cs_line_misused(line, "recipient list takes nothing more");
	cs_session_init(&s, line);
	int status = cs_session_open(&s);
	if (status != CS_CLI_OK)
		return status;
	cs_key_list_begin(&l, s.arena);
	for (size_t i = 0; i < s.book->recipient_count; i++)
		cs_key_list_add(&l, s.book->recipients[i].name, s.book->recipients[i].recipient);
	return cs_key_list_show(&l, line);
}

int
cs_cmd_recipient(struct cs_cli_line *line)
{
	int status;

	if (!cs_line_take(line, NULL, 0, 0, 3, &status))
		return status;
	const char *word = line->word_count > 0 ? line->words[0] : "list";
	if (strcmp(word, "add") == 0)
		return add(line);
	if (strcmp(word, "rm") == 0)
		return remove_named(line);
	if (strcmp(word, "list") == 0)
		return list(line);
	return cs_line_misused(line, "recipient has no '%s': list, add and rm", word);
}
