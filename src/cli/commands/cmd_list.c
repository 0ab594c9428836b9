/* list and search: what is in the vault. */
#include "cli/session/entry_order.h"
#include "cli/session/json_out.h"
#include "cli/session/new_entry.h"
#include "cli/session/session.h"
#include "cli/program/terminal.h"
#include "vault/capsule.h"
#include "vault/code.h"

/* What list was told. */
struct listing {
	struct cs_session *session;
	struct cs_cli_list tags;
	const char *sort;
	bool has_codes;
	bool is_names;
	struct cs_entry **entries;
	size_t count;
	cs_time now;
};

static bool
has_tag(const struct cs_entry *e, cs_str tag)
{
	for (size_t i = 0; i < e->tag_count; i++) {
		if (cs_entry_text_equal(e->tags[i], tag))
			return true;
	}
	return false;
}

/* An entry stays that has all of the tags. */
static void
keep_tagged(struct listing *l)
{
	for (int t = 0; t < l->tags.count; t++) {
		cs_str tag = cs_str_c(l->tags.values[t]);
		size_t kept = 0;
		for (size_t i = 0; i < l->count; i++) {
			if (has_tag(l->entries[i], tag))
				l->entries[kept++] = l->entries[i];
		}
		l->count = kept;
	}
}

static cs_str
kind_text(struct cs_arena *a, const struct cs_entry *e, cs_time now)
{
	if (e->kind != CS_ENTRY_CAPSULE)
		return cs_entry_kind_name(e->kind);
	if (e->capsule->until.ms <= now.ms)
		return CS_STR("lent, over");
	return cs_arena_printf(a, "lent until %s", cs_terminal_time(a, e->capsule->until).p);
}

static cs_str
tags_text(struct cs_arena *a, const struct cs_entry *e)
{
	CS_AUTO(cs_buf_clear) struct cs_buf tags;

	cs_buf_init(&tags, (CS_ENTRY_TEXT_MAX + 2) * CS_ENTRY_TAGS_MAX);
	for (size_t i = 0; i < e->tag_count; i++) {
		if (i > 0)
			cs_buf_add_str(&tags, CS_STR(", "));
		cs_buf_add_str(&tags, e->tags[i]);
	}
	return cs_arena_str(a, cs_buf_str(&tags));
}

/* A counter's code is used up by being shown: a list does not. */
static cs_str
code_text(struct cs_arena *a, const struct cs_entry *e, cs_time now, int64_t *out_left)
{
	struct cs_code_shown code = { 0 };
	cs_str text = CS_STR("");

	*out_left = 0;
	if (e->kind == CS_ENTRY_HOTP || cs_failed(cs_code_at(e, now, &code)) || code.until.ms == 0)
		return text;
	*out_left = (code.until.ms - now.ms + CS_SECOND_MS - 1) / CS_SECOND_MS;
	text = cs_arena_str(a, (cs_str){ code.text, code.len });
	cs_wipe(&code, sizeof(code));
	return text;
}

static void
show_table(const struct listing *l)
{
	static const struct cs_table_column columns[] = {
		{ "SERVICE", .may_be_cut = true },
		{ "ACCOUNT", .may_be_cut = true },
		{ .title = "KIND" },
		{ "TAGS", .may_be_cut = true },
	};
	static const struct cs_table_column columns_with_codes[] = {
		{ "CODE", .is_right = true },
		{ "LEFT", .is_right = true },
		{ "SERVICE", .may_be_cut = true },
		{ "ACCOUNT", .may_be_cut = true },
		{ .title = "KIND" },
		{ "TAGS", .may_be_cut = true },
	};
	struct cs_arena *a = l->session->arena;
	struct cs_table t;

	cs_table_init(&t, a, l->has_codes ? columns_with_codes : columns,
	    l->has_codes ? CS_COUNT(columns_with_codes) : CS_COUNT(columns));
	for (size_t i = 0; i < l->count; i++) {
		const struct cs_entry *e = l->entries[i];
		int64_t left;
		if (l->has_codes) {
			cs_str code = code_text(a, e, l->now, &left);
			cs_table_add(&t, code.len > 0 ? code : CS_STR("-"));
			cs_table_add(&t, code.len > 0 ? cs_arena_printf(a, "%llds", (long long)left)
						      : CS_STR(""));
		}
		cs_table_add(&t, e->issuer);
		cs_table_add(&t, e->account);
		cs_table_add(&t, kind_text(a, e, l->now));
		cs_table_add(&t, tags_text(a, e));
	}
	cs_table_show(&t, stdout);
}

static int
show_json(const struct listing *l)
{
	json_t *all = json_array();

	for (size_t i = 0; i < l->count; i++) {
		json_t *j = cs_json_entry(l->entries[i]);
		int64_t left;
		if (l->has_codes) {
			cs_str code = code_text(l->session->arena, l->entries[i], l->now, &left);
			json_object_set_new(
			    j, "code", code.len > 0 ? cs_json_str(code) : json_null());
			json_object_set_new(
			    j, "seconds_left", code.len > 0 ? json_integer(left) : json_null());
		}
		json_array_append_new(all, j);
	}
	return cs_json_show(all);
}

/*
 * What a shell completes a name with: "issuer:account" finds exactly that entry, where no other is
 * called the same.
 */
static void
show_names(const struct listing *l)
{
	struct cs_arena *a = l->session->arena;

	for (size_t i = 0; i < l->count; i++) {
		const struct cs_entry *e = l->entries[i];
		bool has_both = e->issuer.len > 0 && e->account.len > 0;
		cs_str issuer = cs_terminal_text(a, e->issuer);
		cs_str account = cs_terminal_text(a, e->account);
		printf(
		    "%.*s%s%.*s\n", CS_STR_ARG(issuer), has_both ? ":" : "", CS_STR_ARG(account));
	}
}

static int
show(struct listing *l)
{
	if (l->session->line->is_json)
		return show_json(l);
	if (l->is_names)
		show_names(l);
	else
		show_table(l);
	return cs_output_end();
}

/* Nothing to show is an answer for list, and a miss for who searched. */
static int
tell_empty(const struct listing *l, cs_str words)
{
	if (words.len > 0 || l->tags.count > 0) {
		if (!l->session->line->is_json)
			cs_complain("nothing matches");
		else
			(void)show_json(l);
		return CS_CLI_NOT_FOUND;
	}
	if (l->session->line->is_json)
		return show_json(l);
	if (!l->is_names && cs_terminal_is_out())
		cs_say(stdout,
		    "The vault is empty. countersign add puts the first account into it, "
		    "countersign import FILE those of another program.");
	return cs_output_end();
}

static int
list(struct cs_cli_line *line, int words_min)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct listing l = { .session = &s };
	const struct cs_cli_option options[] = {
		{ "codes", 'c', NULL, "with the codes of now", .flag = &l.has_codes },
		{ "tag", 't', "TEXT", "only those with this tag; may stand several times",
		    .list = &l.tags },
		{ "sort", 's', "name|account|added|changed|none", "name unless told",
		    .value = &l.sort },
		{ "names", 0, NULL, "names alone, for completion; asks for nothing when locked",
		    .flag = &l.is_names },
	};
	enum cs_entry_order sort = CS_ORDER_NAME;
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), words_min, -1, &status))
		return status;
	if (l.sort != NULL && cs_failed(cs_entry_order_decode(cs_str_c(l.sort), &sort)))
		return cs_line_misused(
		    line, "--sort is name, account, added, changed or none, not '%s'", l.sort);
	cs_session_init(&s, line);
	status = l.is_names ? cs_session_open_quietly(&s) : cs_session_open(&s);
	if (status != CS_CLI_OK)
		return status;
	l.now = cs_clock_now(&cs_clock_wall);
	cs_str words = cs_words_join(s.arena, line->words, line->word_count);
	if (!cs_utf8_is_valid(cs_str_span(words)))
		return cs_line_misused(line, "'%s' is no text", words.p);
	l.count = cs_book_search(s.book, words, &l.entries);
	keep_tagged(&l);
	cs_entries_sort(s.arena, l.entries, l.count, sort);
	return l.count == 0 ? tell_empty(&l, words) : show(&l);
}

int
cs_cmd_list(struct cs_cli_line *line)
{
	return list(line, 0);
}

int
cs_cmd_search(struct cs_cli_line *line)
{
	return list(line, 1);
}
