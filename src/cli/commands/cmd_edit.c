/* edit, rename and tag: what an entry is called and what is said of it; its secret stays. */
#include "cli/commands/editing.h"

#include "cli/session/json_out.h"
#include "cli/program/program.h"
#include "cli/program/terminal.h"

static cs_err
apply_edit(void *ctx, struct cs_book *book)
{
	struct cs_editing *editing = ctx;
	struct cs_entry *e = cs_book_entry(book, editing->after.id);
	struct cs_entry after;

	if (e == NULL) {
		cs_complain("it was removed just now");
		return CS_FAIL(NOT_FOUND);
	}
	CS_TRY(cs_entry_copy(book->arena, &editing->after, &after));
	/* A code may have been taken while the person was thinking. */
	if (!editing->sets_counter)
		after.counter = e->counter;
	after.capsule = e->capsule;
	after.spares = e->spares;
	after.spare_count = e->spare_count;
	after.changed = editing->session->line->now;
	*e = after;
	return CS_OK;
}

int
cs_editing_finish(struct cs_editing *editing, cs_str said)
{
	struct cs_session *s = editing->session;
	const char *reason = NULL;

	if (!cs_entry_is_whole(&editing->after, &reason)) {
		cs_complain("%s", reason);
		return CS_CLI_FAILED;
	}
	int status = cs_session_edit(s, said, apply_edit, editing);
	if (status != CS_CLI_OK)
		return status;
	if (s->line->is_json)
		return cs_json_show(cs_json_entry(&editing->after));
	/* As it is said in the history, in the past tense. */
	cs_str shown = cs_terminal_text(s->arena, said);
	printf("%c%.*s.\n", said.p[0] - 'a' + 'A', CS_STR_ARG(cs_str_slice(shown, 1, shown.len)));
	return cs_output_end();
}

int
cs_editing_begin(struct cs_editing *editing, struct cs_session *s, char *const *words, int count)
{
	struct cs_entry *e = NULL;
	int status = cs_session_open(s);

	if (status == CS_CLI_OK)
		status = cs_session_find(s, words, count, &e);
	if (status != CS_CLI_OK)
		return status;
	*editing = (struct cs_editing){ .session = s, .before = e, .after = *e };
	return CS_CLI_OK;
}

/* Said of an entry by the name that it had. */
static cs_str
said_of(struct cs_editing *editing, const char *what)
{
	struct cs_arena *a = editing->session->arena;

	return cs_arena_printf(a, "%s %.*s", what, CS_STR_ARG(cs_entry_name(a, editing->before)));
}

static bool
is_given(const struct cs_entry_words *w)
{
	return w->issuer != NULL || w->account != NULL || w->type != NULL || w->algorithm != NULL ||
	       w->digits != NULL || w->period != NULL || w->counter != NULL || w->note != NULL ||
	       w->icon != NULL || w->tags.count > 0;
}

/* False: an entry has no such tag. */
static bool
drop_tag(struct cs_arena *a, struct cs_entry *e, cs_str tag)
{
	cs_str *kept = CS_NEW_ARRAY(a, cs_str, CS_ENTRY_TAGS_MAX);
	size_t count = 0;

	for (size_t i = 0; i < e->tag_count; i++) {
		if (!cs_str_equal(e->tags[i], tag))
			kept[count++] = e->tags[i];
	}
	bool was_there = count < e->tag_count;
	e->tags = kept;
	e->tag_count = count;
	return was_there;
}

static int
drop_tags(struct cs_editing *editing, const struct cs_cli_list *tags)
{
	struct cs_session *s = editing->session;

	for (int i = 0; i < tags->count; i++) {
		if (drop_tag(s->arena, &editing->after, cs_str_trim(cs_str_c(tags->values[i]))))
			continue;
		cs_complain(
		    "%s has no tag '%s'", cs_session_name(s, editing->before), tags->values[i]);
		return CS_CLI_NOT_FOUND;
	}
	return CS_CLI_OK;
}

int
cs_cmd_edit(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct cs_editing editing;
	struct cs_entry_words w = { 0 };
	struct cs_cli_list dropped = { 0 };
	const struct cs_cli_option options[] = {
		CS_ENTRY_OPTIONS(&w),
		{ "no-tag", 'T', "TEXT", "take this tag off; may stand several times",
		    .list = &dropped },
	};
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 1, -1, &status))
		return status;
	bool has_words = is_given(&w) || dropped.count > 0;
	if (!has_words && !cs_terminal_is_there())
		return cs_line_misused(line, "what is to be changed? Without a terminal for an "
					     "editor, say it by options");
	cs_session_init(&s, line);
	status = cs_editing_begin(&editing, &s, line->words, line->word_count);
	if (status != CS_CLI_OK)
		return status;
	editing.sets_counter = w.counter != NULL;
	status = has_words ? cs_entry_words_apply(line, &w, s.arena, &editing.after)
			   : cs_editing_in_editor(&editing);
	if (status == CS_CLI_OK)
		status = drop_tags(&editing, &dropped);
	if (status != CS_CLI_OK)
		return status;
	return cs_editing_finish(&editing, said_of(&editing, "changed"));
}

int
cs_cmd_rename(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct cs_editing editing;
	cs_str issuer, account;
	int status;

	if (!cs_line_take(line, NULL, 0, 2, 2, &status))
		return status;
	cs_session_init(&s, line);
	status = cs_editing_begin(&editing, &s, line->words, 1);
	if (status != CS_CLI_OK)
		return status;
	cs_entry_name_parse(cs_str_c(line->words[1]), &issuer, &account);
	if (issuer.len == 0 && account.len == 0)
		return cs_line_misused(line, "the new name is empty");
	/* One word where there were two names is the service's; the account stays. */
	editing.after.issuer = issuer;
	if (account.len > 0)
		editing.after.account = account;
	cs_str said =
	    cs_arena_printf(s.arena, "%.*s to %.*s", CS_STR_ARG(said_of(&editing, "renamed")),
		CS_STR_ARG(cs_entry_name(s.arena, &editing.after)));
	return cs_editing_finish(&editing, said);
}

/* How many entries have each tag. */
static int
list_tags(struct cs_session *s)
{
	static const struct cs_table_column columns[] = {
		{ "ENTRIES", .is_right = true },
		{ "TAG", .may_be_cut = true },
	};
	struct cs_table t;
	json_t *all = json_object();
	const char *tag;
	json_t *count;

	for (size_t i = 0; i < s->book->entry_count; i++) {
		const struct cs_entry *e = &s->book->entries[i];
		for (size_t j = 0; j < e->tag_count; j++) {
			char *key = cs_arena_c(s->arena, e->tags[j]);
			json_int_t n = json_integer_value(json_object_get(all, key));
			json_object_set_new(all, key, json_integer(n + 1));
		}
	}
	if (s->line->is_json)
		return cs_json_show(all);
	cs_table_init(&t, s->arena, columns, CS_COUNT(columns));
	json_object_foreach(all, tag, count)
	{
		cs_table_add(
		    &t, cs_arena_printf(s->arena, "%lld", (long long)json_integer_value(count)));
		cs_table_add(&t, cs_str_c(tag));
	}
	cs_table_show(&t, stdout);
	json_decref(all);
	return cs_output_end();
}

static int
change_tags(
    struct cs_session *s, const struct cs_entry_words *added, const struct cs_cli_list *dropped)
{
	struct cs_editing editing;
	int status = cs_editing_begin(&editing, s, s->line->words, 1);

	if (status == CS_CLI_OK)
		status = cs_entry_words_apply(s->line, added, s->arena, &editing.after);
	if (status == CS_CLI_OK)
		status = drop_tags(&editing, dropped);
	if (status != CS_CLI_OK)
		return status;
	return cs_editing_finish(&editing, said_of(&editing, "tagged"));
}

int
cs_cmd_tag(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct cs_entry_words added = { 0 };
	struct cs_cli_list dropped = { 0 };
	const struct cs_cli_option options[] = {
		{ "remove", 'r', "TAG", "take this tag off; may stand several times",
		    .list = &dropped },
	};
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 0, 1 + CS_CLI_LIST_MAX, &status))
		return status;
	for (int i = 1; i < line->word_count; i++)
		added.tags.values[added.tags.count++] = line->words[i];
	if (line->word_count > 0 && added.tags.count + dropped.count == 0)
		return cs_line_misused(line, "which tag?");
	cs_session_init(&s, line);
	if (line->word_count > 0)
		return change_tags(&s, &added, &dropped);
	status = cs_session_open(&s);
	return status == CS_CLI_OK ? list_tags(&s) : status;
}
