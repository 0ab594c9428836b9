#include "cli/watch/watch.h"

#include "cli/program/program.h"
#include "cli/program/terminal.h"
#include "vault/capsule.h"

#include <curses.h>

#define BAR_CELLS 10
#define WIDE 60 /* columns from which there is room for bars */
#define LATE_SECONDS 5
#define HEAD_LINES 2
#define FOOT_LINES 2

enum colour { COLOUR_GREEN = 1, COLOUR_RED };

static bool
has_colour(void)
{
	return cs_program_env("NO_COLOR") == NULL && has_colors();
}

static void
put_text(int y, int x, cs_str text, int width)
{
	cs_str part = width > 0 ? cs_terminal_fit(text, (size_t)width) : CS_STR("");

	mvaddnstr(y, x, part.p, (int)part.len);
}

/* "123 456": what a person reads off in two glances. */
static cs_str
grouped(struct cs_arena *a, const char *code)
{
	size_t len = strlen(code);

	if (len != 6 && len != 8)
		return cs_arena_str(a, cs_str_c(code));
	return cs_arena_printf(a, "%.*s %s", (int)len / 2, code, code + len / 2);
}

/* What stands where the code would. */
static cs_str
no_code(const struct cs_watch *w, const struct cs_entry *e)
{
	if (e->kind == CS_ENTRY_CAPSULE && e->capsule->until.ms <= w->now.ms)
		return CS_STR("over");
	if (cs_code_is_used_up(e))
		return CS_STR("Enter");
	return CS_STR("-");
}

static void
draw_bar(int y, int x, int64_t left, int64_t whole, bool is_wide)
{
	bool is_late = left <= LATE_SECONDS;
	int64_t cells = whole > 0 ? (left * BAR_CELLS + whole - 1) / whole : 0;
	char number[24];

	if (has_colour())
		attron(COLOR_PAIR(is_late ? COLOUR_RED : COLOUR_GREEN));
	else if (is_late)
		attron(A_BOLD);
	for (int i = 0; is_wide && i < BAR_CELLS; i++)
		mvaddstr(y, x + i, i < cells ? "█" : "░");
	snprintf(number, sizeof(number), "%3llds", (long long)left);
	mvaddstr(y, x + (is_wide ? BAR_CELLS : 0), number);
	attrset(A_NORMAL);
}

/* The code of a moment, or the one that was just taken of a counter. */
static bool
find_code(const struct cs_watch *w, const struct cs_entry *e, struct cs_code_shown *out)
{
	if (!cs_code_is_used_up(e))
		return !cs_failed(cs_code_at(e, w->now, out));
	*out = w->taken;
	return cs_id_equal(w->taken_of, e->id) && w->now.ms < w->taken_ends.ms;
}

static void
draw_entry(struct cs_watch *w, int y, const struct cs_entry *e, bool is_selected)
{
	bool is_wide = COLS >= WIDE;
	int bar_at = 13;
	int name_at = bar_at + (is_wide ? BAR_CELLS : 0) + 6;
	struct cs_code_shown code = { 0 };
	bool has_code = find_code(w, e, &code);
	cs_str text = has_code ? grouped(w->drawing, code.text) : no_code(w, e);
	cs_str name = cs_terminal_text(w->drawing, cs_entry_name(w->drawing, e));

	mvaddstr(y, 0, is_selected ? ">" : " ");
	if (has_code)
		attron(A_BOLD);
	else
		attron(A_DIM);
	put_text(y, 2 + (text.len < 10 ? 10 - (int)text.len : 0), text, COLS - 2);
	attrset(A_NORMAL);
	if (has_code && code.until.ms != 0)
		draw_bar(y, bar_at, cs_code_seconds_left(&code, w->now),
		    (code.until.ms - code.from.ms) / CS_SECOND_MS, is_wide);
	if (is_selected)
		attron(A_REVERSE);
	put_text(y, name_at, name, COLS - name_at);
	if (cs_terminal_width(name) > (size_t)(COLS > name_at ? COLS - name_at : 0) && COLS > 1)
		mvaddstr(y, COLS - 1, "…");
	attrset(A_NORMAL);
	cs_wipe(&code, sizeof(code));
}

static void
draw_help(void)
{
	static const char *const lines[] = {
		"Type to search; Backspace takes a letter back.",
		"Up, Down, Page Up, Page Down, Home, End choose.",
		"Enter copies the code. Where it says Enter, a",
		"counter makes the codes: it takes the next one.",
		"Esc ends the search, and then this screen.",
		"Ctrl-C ends it at once.",
		"",
		"Any key goes back.",
	};

	for (int i = 0; i < (int)CS_COUNT(lines) && HEAD_LINES + i < LINES; i++)
		put_text(HEAD_LINES + i, 2, cs_str_c(lines[i]), COLS - 2);
}

static void
draw_head(struct cs_watch *w)
{
	cs_str search = cs_terminal_text(w->drawing, cs_str_c(w->search));
	char count[64];

	attron(A_BOLD);
	put_text(0, 0, CS_STR("Search: "), COLS);
	attrset(A_NORMAL);
	put_text(0, 8, search, COLS - 8);
	snprintf(count, sizeof(count), "%zu of %zu", w->found_count, w->session->book->entry_count);
	int at = COLS - (int)strlen(count);
	if (at > 10 + (int)cs_terminal_width(search))
		put_text(0, at, cs_str_c(count), COLS);
	mvhline(1, 0, 0, COLS);
}

static void
draw_foot(const struct cs_watch *w)
{
	const char *keys = COLS >= WIDE ? "Enter copies   type to search   ? help   Esc quits"
					: "Enter copy  ? help  Esc quit";

	mvhline(LINES - FOOT_LINES, 0, 0, COLS);
	put_text(LINES - 1, 0, cs_str_c(w->message[0] != '\0' ? w->message : keys), COLS - 1);
}

/* The selected one is on the screen, and the screen is as full as can be. */
static void
scroll_to(struct cs_watch *w, size_t rows)
{
	if (w->selected >= w->found_count)
		w->selected = w->found_count > 0 ? w->found_count - 1 : 0;
	if (w->selected < w->top)
		w->top = w->selected;
	if (w->selected >= w->top + rows)
		w->top = w->selected - rows + 1;
	if (w->top + rows > w->found_count)
		w->top = w->found_count > rows ? w->found_count - rows : 0;
}

static void
draw_list(struct cs_watch *w, size_t rows)
{
	scroll_to(w, rows);
	if (w->found_count == 0)
		put_text(HEAD_LINES, 2,
		    cs_str_c(w->session->book->entry_count == 0
				 ? "The vault is empty: countersign add"
				 : "Nothing matches. Esc ends the search."),
		    COLS - 2);
	for (size_t i = 0; i < rows && w->top + i < w->found_count; i++)
		draw_entry(w, HEAD_LINES + (int)i, w->found[w->top + i], w->top + i == w->selected);
}

void
cs_watch_draw(struct cs_watch *w)
{
	int rows = LINES - HEAD_LINES - FOOT_LINES;

	if (has_colour()) {
		init_pair(COLOUR_GREEN, COLOR_GREEN, -1);
		init_pair(COLOUR_RED, COLOR_RED, -1);
	}
	cs_arena_reset(w->drawing);
	erase();
	if (rows < 1) {
		put_text(0, 0, CS_STR("Too few lines"), COLS);
	} else {
		draw_head(w);
		if (w->is_help)
			draw_help();
		else
			draw_list(w, (size_t)rows);
		draw_foot(w);
		move(0, 8 + (int)cs_terminal_width(cs_str_c(w->search)));
	}
	refresh();
}
