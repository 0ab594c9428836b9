/* phone: everything onto a new phone, code by code, and a note of what went where. */
#include "cli/session/json_out.h"
#include "cli/session/new_entry.h"
#include "cli/commands/phone_cards.h"
#include "cli/commands/qr_screen.h"
#include "cli/session/session.h"
#include "cli/commands/sheet.h"
#include "cli/program/terminal.h"

/* What the person wants, and how far it has come. */
struct moving {
	struct cs_session *session;
	cs_str phone; /* what it is called */
	struct cs_phone_cards cards;
	bool *is_done; /* one for each card: it is on the phone, and noted */
	size_t at; /* the card that is noted */
};

static int
name_phone(struct moving *m, const char *named)
{
	CS_AUTO(cs_buf_clear) struct cs_buf answer;

	cs_buf_init(&answer, CS_TERMINAL_ANSWER_MAX);
	if (named == NULL &&
	    !cs_failed(cs_terminal_ask("What is the phone called (Enter: phone)? ", &answer)) &&
	    cs_str_trim(cs_buf_str(&answer)).len != 0)
		named = cs_arena_c(m->session->arena, cs_str_trim(cs_buf_str(&answer)));
	m->phone = cs_str_c(named != NULL ? named : "phone");
	if (m->phone.len <= CS_ENTRY_TEXT_MAX)
		return CS_CLI_OK;
	cs_complain("a phone's name has at most %d bytes", CS_ENTRY_TEXT_MAX);
	return CS_CLI_USAGE;
}

/* What went is kept whatever is undone later, so it is no step of its own. */
static cs_err
note_card(void *ctx, struct cs_book *book)
{
	const struct moving *m = ctx;
	const struct cs_phone_card *card = &m->cards.cards[m->at];

	for (size_t k = 0; k < card->entry_count; k++) {
		struct cs_book_event event = { .at = m->session->place.now,
			.what = CS_STR("phone"),
			.entry = card->entries[k]->id,
			.whom = m->phone };
		if (cs_book_entry(book, event.entry) != NULL)
			CS_TRY(cs_book_note_event(book, &event));
	}
	return CS_OK;
}

/* At once, so that whoever stops half-way finds noted what is on the phone. */
static int
take_card(struct moving *m, size_t at)
{
	if (m->is_done[at])
		return CS_CLI_OK;
	m->is_done[at] = true;
	m->at = at;
	return cs_session_edit(m->session, CS_STR_NONE, note_card, m);
}

static size_t
entries_done(const struct moving *m, bool is_done)
{
	size_t count = 0;

	for (size_t i = 0; i < m->cards.count; i++)
		if (m->is_done[i] == is_done)
			count += m->cards.cards[i].entry_count;
	return count;
}

static void
tell_left(const struct moving *m)
{
	for (size_t i = 0; i < m->cards.count; i++) {
		const struct cs_phone_card *card = &m->cards.cards[i];
		for (size_t k = 0; !m->is_done[i] && k < card->entry_count; k++)
			cs_say(stdout, "  not moved: %s",
			    cs_session_name(m->session, card->entries[k]));
	}
	for (size_t i = 0; i < m->cards.left_count; i++)
		cs_say(stdout, "  not for a phone: %s (%s)",
		    cs_session_name(m->session, m->cards.left[i].entry), m->cards.left[i].why);
}

static json_t *
ids_of(const struct moving *m, bool is_done)
{
	json_t *ids = json_array();

	for (size_t i = 0; i < m->cards.count; i++)
		for (size_t k = 0; m->is_done[i] == is_done && k < m->cards.cards[i].entry_count;
		     k++)
			json_array_append_new(ids, cs_json_id(m->cards.cards[i].entries[k]->id));
	return ids;
}

static int
show_json(const struct moving *m)
{
	json_t *all = json_object();
	json_t *left = json_array();

	for (size_t i = 0; i < m->cards.left_count; i++)
		json_array_append_new(
		    left, json_pack("{s:o, s:s}", "id", cs_json_id(m->cards.left[i].entry->id),
			      "reason", m->cards.left[i].why));
	json_object_set_new(all, "phone", cs_json_str(m->phone));
	json_object_set_new(all, "moved", ids_of(m, true));
	json_object_set_new(all, "not_moved", ids_of(m, false));
	json_object_set_new(all, "not_for_a_phone", left);
	return cs_json_show(all);
}

static int
finish(struct moving *m)
{
	size_t done = entries_done(m, true);

	if (m->session->line->is_json)
		return show_json(m);
	cs_say(stdout, "%zu of %zu %s on %.*s now.", done,
	    done + entries_done(m, false) + m->cards.left_count, done == 1 ? "is" : "are",
	    CS_STR_ARG(m->phone));
	tell_left(m);
	if (done != 0)
		cs_say(stdout,
		    "Compare one code on the phone with `countersign code NAME` before the old "
		    "phone is put away.");
	return cs_output_end();
}

/* The card to go on with; the count of cards ends. */
static int
next_card(struct moving *m, size_t at, cs_str answer, size_t *out)
{
	answer = cs_str_trim(answer);
	*out = at + 1;
	if (cs_str_equal_nocase(answer, CS_STR("q")))
		*out = m->cards.count;
	else if (cs_str_equal_nocase(answer, CS_STR("b")))
		*out = at == 0 ? 0 : at - 1;
	else if (!cs_str_equal_nocase(answer, CS_STR("s")))
		return take_card(m, at);
	return CS_CLI_OK;
}

static int
show_cards(struct moving *m)
{
	for (size_t at = 0; at < m->cards.count;) {
		const struct cs_phone_card *card = &m->cards.cards[at];
		CS_AUTO(cs_buf_clear) struct cs_buf answer;
		struct cs_qr_screen screen = { .payload = card->payload,
			.title = cs_arena_printf(m->session->arena, "%zu of %zu   %.*s", at + 1,
			    m->cards.count, CS_STR_ARG(card->title)),
			.caption = card->caption };

		cs_buf_init(&answer, CS_TERMINAL_ANSWER_MAX);
		int status = cs_qr_screen_show(
		    &screen, "Enter: scanned   s: skip   b: back   q: stop   ", &answer);
		if (status == CS_CLI_OK)
			status = next_card(m, at, cs_buf_str(&answer), &at);
		if (status != CS_CLI_OK)
			return status;
	}
	return CS_CLI_OK;
}

static int
write_sheet(struct moving *m, const char *path, bool is_over)
{
	CS_AUTO(cs_sheet_clear) struct cs_sheet sheet;
	int status = cs_terminal_confirm(m->session->line,
	    "Write %zu secrets to %s, where nothing protects them?", entries_done(m, false), path);

	cs_sheet_init(&sheet);
	if (status != CS_CLI_OK)
		return status;
	for (size_t i = 0; i < m->cards.count; i++) {
		const struct cs_phone_card *card = &m->cards.cards[i];
		cs_sheet_begin(&sheet, card->title, card->payload);
		cs_sheet_line(&sheet, card->caption);
		for (size_t k = 0; card->entry_count > 1 && k < card->entry_count; k++)
			cs_sheet_line(&sheet, cs_entry_name(m->session->arena, card->entries[k]));
	}
	status = cs_sheet_write(&sheet, path, is_over);
	for (size_t i = 0; i < m->cards.count && status == CS_CLI_OK; i++)
		status = take_card(m, i);
	if (status != CS_CLI_OK)
		return status;
	if (!m->session->line->is_json)
		cs_say(stdout, "Burn or shred it when the phone has been set up.");
	return CS_CLI_OK;
}

static int
choose_entries(struct cs_session *s, struct cs_entry ***out, size_t *out_count)
{
	const struct cs_cli_line *line = s->line;

	*out_count = line->word_count != 0 ? (size_t)line->word_count : s->book->entry_count;
	*out = CS_NEW_ARRAY(s->arena, struct cs_entry *, *out_count + 1);
	for (size_t i = 0; i < *out_count; i++) {
		if (line->word_count == 0) {
			(*out)[i] = &s->book->entries[i];
			continue;
		}
		int status = cs_session_find(s, line->words + i, 1, &(*out)[i]);
		if (status != CS_CLI_OK)
			return status;
	}
	return CS_CLI_OK;
}

int
cs_cmd_phone(struct cs_cli_line *line)
{
	const char *phone = NULL, *path = NULL;
	bool is_google = false, is_over = false;
	const struct cs_cli_option options[] = {
		{ "to", 't', "PHONE", "what the phone is called, for the notes", .value = &phone },
		{ "google", 'g', NULL, "several in one code, for Google Authenticator",
		    .flag = &is_google },
		{ "output", 'o', "FILE", "a sheet instead: .pdf or .png", .value = &path },
		{ "force", 'f', NULL, "write over a file of that name", .flag = &is_over },
	};
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct moving m = { .session = &s };
	struct cs_entry **entries = NULL;
	size_t count = 0;
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 0, -1, &status))
		return status;
	cs_session_init(&s, line);
	status = cs_session_open(&s);
	if (status == CS_CLI_OK)
		status = choose_entries(&s, &entries, &count);
	if (status != CS_CLI_OK)
		return status;
	cs_phone_cards_make(s.arena, entries, count, is_google,
	    path == NULL ? cs_qr_screen_has_room : NULL, &m.cards);
	m.is_done = CS_NEW_ARRAY(s.arena, bool, m.cards.count + 1);
	if (m.cards.count == 0) {
		cs_complain("there is nothing here that a phone could take");
		tell_left(&m);
		return CS_CLI_NOT_FOUND;
	}
	status = name_phone(&m, path != NULL && phone == NULL ? path : phone);
	if (status == CS_CLI_OK)
		status = path != NULL ? write_sheet(&m, path, is_over) : show_cards(&m);
	return status == CS_CLI_OK ? finish(&m) : status;
}
