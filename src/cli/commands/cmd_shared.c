/* shared: who got what, when, and until when. */
#include "cli/session/json_out.h"
#include "cli/program/program.h"
#include "cli/commands/sharing.h"
#include "cli/program/terminal.h"

/* The time of day is in --json: names need the room. */
#define DATE_LEN (sizeof("2026-11-22") - 1)

static cs_str
name_of(struct cs_session *s, const struct cs_book_event *ev)
{
	const struct cs_entry *e = cs_book_entry(s->book, ev->entry);

	if (e != NULL)
		return cs_entry_name(s->arena, e);
	return cs_arena_printf(s->arena, "(%.8s)", cs_id_uuid_text(s->arena, ev->entry).p);
}

static cs_str
what_of(struct cs_arena *a, const struct cs_book_event *ev)
{
	if (cs_str_equal(ev->what, CS_STR("shared")))
		return CS_STR("secret");
	if (ev->count == 0)
		return CS_STR("codes");
	return cs_arena_printf(a, "codes %llu to %llu", (unsigned long long)ev->counter,
	    (unsigned long long)(ev->counter + ev->count - 1));
}

static cs_str
standing_of(struct cs_arena *a, const struct cs_book_event *ev, enum cs_sharing sharing)
{
	switch (sharing) {
	case CS_SHARING_OVER:
		return CS_STR("over");
	case CS_SHARING_GONE:
		return CS_STR("no longer in the vault");
	case CS_SHARING_REVOKED:
		return CS_STR("a new secret is due");
	case CS_SHARING_OPEN:
		break;
	}
	if (ev->until.ms == 0)
		return CS_STR("has it");
	return cs_arena_printf(a, "until %.*s", CS_STR_ARG(cs_terminal_time(a, ev->until)));
}

static json_t *
json_of(struct cs_session *s, const struct cs_book_event *ev, enum cs_sharing sharing)
{
	const struct cs_entry *e = cs_book_entry(s->book, ev->entry);
	json_t *j = json_object();

	json_object_set_new(j, "at", cs_json_time(ev->at));
	json_object_set_new(j, "what", cs_json_str(ev->what));
	json_object_set_new(j, "id", cs_json_id(ev->entry));
	json_object_set_new(j, "issuer", e != NULL ? cs_json_str(e->issuer) : json_null());
	json_object_set_new(j, "account", e != NULL ? cs_json_str(e->account) : json_null());
	json_object_set_new(j, "to", cs_json_str(ev->whom));
	json_object_set_new(j, "until", cs_json_time(ev->until));
	if (ev->count != 0) {
		json_object_set_new(j, "counter", json_integer((json_int_t)ev->counter));
		json_object_set_new(j, "count", json_integer((json_int_t)ev->count));
	}
	json_object_set_new(j, "state", json_string(cs_sharing_name(sharing)));
	return j;
}

int
cs_cmd_shared(struct cs_cli_line *line)
{
	static const struct cs_table_column columns[] = {
		{ .title = "WHEN" },
		{ "ENTRY", .may_be_cut = true },
		{ .title = "WHAT" },
		{ "TO", .may_be_cut = true },
		{ .title = "NOW" },
	};
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct cs_entry *only = NULL;
	struct cs_table t;
	int status;

	if (!cs_line_take(line, NULL, 0, 0, -1, &status))
		return status;
	cs_session_init(&s, line);
	status = cs_session_open(&s);
	if (status == CS_CLI_OK && line->word_count != 0)
		status = cs_session_find(&s, line->words, line->word_count, &only);
	if (status != CS_CLI_OK)
		return status;
	json_t *all = json_array();
	cs_table_init(&t, s.arena, columns, CS_COUNT(columns));
	for (size_t i = 0; i < s.book->event_count; i++) {
		const struct cs_book_event *ev = &s.book->events[i];
		enum cs_sharing sharing = cs_sharing_of(s.book, ev, line->now);

		if (!cs_sharing_is_one(ev) || (only != NULL && !cs_id_equal(only->id, ev->entry)))
			continue;
		cs_table_add(&t, cs_str_slice(cs_terminal_time(s.arena, ev->at), 0, DATE_LEN));
		cs_table_add(&t, name_of(&s, ev));
		cs_table_add(&t, what_of(s.arena, ev));
		cs_table_add(&t, ev->whom);
		cs_table_add(&t, standing_of(s.arena, ev, sharing));
		json_array_append_new(all, json_of(&s, ev, sharing));
	}
	size_t count = json_array_size(all);
	if (line->is_json)
		return cs_json_show(all);
	json_decref(all);
	if (count == 0)
		cs_say(stderr, "Nothing has been shared.");
	cs_table_show(&t, stdout);
	return cs_output_end();
}
