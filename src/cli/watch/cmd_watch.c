/* watch: all codes on the full screen. */
#include "cli/watch/watch.h"

#include "cli/program/clipboard.h"
#include "cli/session/entry_order.h"
#include "cli/session/new_entry.h"
#include "cli/program/program.h"
#include "cli/program/terminal.h"

#include <curses.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#define TICK_MS 250
#define LOOK_MS 2000 /* how often the agent and the file are looked at */
#define MESSAGE_MS 6000
#define TAKEN_MS 60000 /* how long a counter's code stays on the screen */
#define CLEAR_SECONDS 30
#define ARENA_MAX (64 << 20)
#define KEY_CTRL(C) ((C)&0x1f)
#define KEY_ESCAPE 27

/* What goes on around the screen. */
struct watching {
	struct cs_watch w;
	struct stat file; /* of vault.age, as it was read */
	cs_time looked;
	const char *why_locked; /* not NULL: it is over */
};

__attribute__((format(printf, 2, 3))) static void
tell(struct cs_watch *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->message, sizeof(w->message), fmt, ap);
	va_end(ap);
	w->message_ends = cs_time_add(w->now, MESSAGE_MS);
}

/* The chosen one stays chosen as long as it is found. */
static void
search(struct cs_watch *w, cs_id chosen)
{
	/* What it finds lies in an arena that is emptied with each letter. */
	struct cs_book view = *w->session->book;

	cs_arena_reset(w->arena);
	view.arena = w->arena;
	w->found_count = cs_book_search(&view, cs_str_c(w->search), &w->found);
	cs_entries_sort(w->arena, w->found, w->found_count, CS_ORDER_NAME);
	w->selected = 0;
	for (size_t i = 0; i < w->found_count; i++) {
		if (cs_id_equal(w->found[i]->id, chosen))
			w->selected = i;
	}
}

static cs_id
chosen_id(const struct cs_watch *w)
{
	return w->selected < w->found_count ? w->found[w->selected]->id : cs_id_zero;
}

static void
stat_vault(const struct watching *g, struct stat *out)
{
	char path[sizeof(g->w.session->line->folder_room) + 16];

	snprintf(path, sizeof(path), "%s/vault.age", g->w.session->place.folder);
	if (stat(path, out) != 0)
		*out = (struct stat){ 0 };
}

/* Read it again. False: it cannot be opened any more. */
static bool
reload(struct watching *g)
{
	struct cs_session *s = g->w.session;
	struct cs_book *book = NULL;
	cs_id chosen = chosen_id(&g->w);

	stat_vault(g, &g->file);
	if (cs_failed(cs_place_read(&s->place, &s->opener, &book, &s->trouble)))
		return false;
	cs_book_free(&s->book);
	s->book = book;
	search(&g->w, chosen);
	return true;
}

/* The agent's time is ours, and so is its end. */
static void
look_around(struct watching *g)
{
	struct cs_watch *w = &g->w;
	struct stat file;

	if (w->now.ms >= w->locks_at.ms)
		g->why_locked = "the time is over";
	if (w->now.ms < g->looked.ms + LOOK_MS && w->now.ms >= g->looked.ms)
		return;
	g->looked = w->now;
	if (w->session->has_agent &&
	    cs_failed(cs_agent_until(&w->session->agent_at, w->now, &w->locks_at)))
		g->why_locked = "the vault was locked";
	stat_vault(g, &file);
	bool is_same = file.st_mtim.tv_sec == g->file.st_mtim.tv_sec &&
		       file.st_mtim.tv_nsec == g->file.st_mtim.tv_nsec &&
		       file.st_ino == g->file.st_ino;
	if (g->why_locked == NULL && !is_same && !reload(g))
		g->why_locked = "the vault cannot be read any more";
}

/* What would be complained of on standard error stands in the message line. */
static int
take_quietly(struct cs_watch *w, const struct cs_entry *e, struct cs_code_shown *out)
{
	char text[CS_WATCH_MESSAGE_MAX] = "";
	int kept = dup(STDERR_FILENO);
	int memory = memfd_create("complaint", MFD_CLOEXEC);

	dup2(memory, STDERR_FILENO);
	int status = cs_code_take(w->session, e, w->now, out);
	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	ssize_t len = pread(memory, text, sizeof(text) - 1, 0);
	close(memory);
	if (status != CS_CLI_OK && len > 0) {
		text[strcspn(text, "\n")] = '\0';
		tell(w, "%s", text);
	}
	return status;
}

static void
copy_selected(struct watching *g)
{
	struct cs_watch *w = &g->w;
	const struct cs_entry *e = w->found_count > 0 ? w->found[w->selected] : NULL;
	struct cs_code_shown code = { 0 };
	const char *why = NULL;

	if (e == NULL || take_quietly(w, e, &code) != CS_CLI_OK)
		return;
	if (cs_code_is_used_up(e)) {
		w->taken_of = e->id;
		w->taken = code;
		w->taken_ends = cs_time_add(w->now, TAKEN_MS);
	}
	const char *name = cs_session_name(w->session, e);
	const struct cs_clipboard *c = cs_clipboard_find(NULL, &why);
	cs_str text = { code.text, code.len };
	if (c == NULL) {
		tell(w, "%s", why);
	} else if (cs_failed(cs_clipboard_set(c, text))) {
		tell(w, "%s did not take the code", c->name);
	} else {
		cs_clipboard_clear_later(c, text, CLEAR_SECONDS);
		tell(w, "Copied %s by %s, for %d s", name, c->name, CLEAR_SECONDS);
	}
	cs_wipe(&code, sizeof(code));
	/* A program that was run may have written to the terminal. */
	clearok(curscr, TRUE);
}

static void
add_letter(struct cs_watch *w, wint_t letter)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state = { 0 };
	size_t len = strlen(w->search);
	size_t n = wcrtomb(bytes, (wchar_t)letter, &state);

	if (n == (size_t)-1 || len + n > CS_WATCH_SEARCH_MAX || (n == 1 && (uint8_t)bytes[0] < ' '))
		return;
	memcpy(w->search + len, bytes, n);
	w->search[len + n] = '\0';
	search(w, cs_id_zero);
}

static void
drop_letter(struct cs_watch *w)
{
	size_t len = strlen(w->search);

	while (len > 0 && ((uint8_t)w->search[--len] & 0xc0) == 0x80)
		continue;
	w->search[len] = '\0';
	search(w, chosen_id(w));
}

static void
move_by(struct cs_watch *w, long by)
{
	long last = (long)w->found_count - 1;
	long to = (long)w->selected + by;

	w->selected = (size_t)(to < 0 || last < 0 ? 0 : to > last ? last : to);
}

/* Keys that are no letters. False: not one of them. */
static bool
take_function_key(struct cs_watch *w, wint_t key)
{
	long page = LINES > 5 ? LINES - 5 : 1;

	switch (key) {
	case KEY_UP:
		move_by(w, -1);
		return true;
	case KEY_DOWN:
		move_by(w, 1);
		return true;
	case KEY_PPAGE:
		move_by(w, -page);
		return true;
	case KEY_NPAGE:
		move_by(w, page);
		return true;
	case KEY_HOME:
		w->selected = 0;
		return true;
	case KEY_END:
		move_by(w, (long)w->found_count);
		return true;
	case KEY_BACKSPACE:
	case KEY_DC:
		drop_letter(w);
		return true;
	default:
		return key == KEY_RESIZE;
	}
}

/* False: the person wants to go. */
static bool
take_key(struct watching *g, int kind, wint_t key)
{
	struct cs_watch *w = &g->w;

	if (kind == OK && (key == KEY_CTRL('c') || key == KEY_CTRL('d') || key == KEY_CTRL('q')))
		return false;
	if (w->is_help) {
		w->is_help = kind == KEY_CODE_YES && key == KEY_RESIZE;
		return true;
	}
	if (kind == KEY_CODE_YES && key == KEY_ENTER)
		copy_selected(g);
	else if (kind == KEY_CODE_YES)
		take_function_key(w, key);
	else if (key == '\r' || key == '\n')
		copy_selected(g);
	else if (key == KEY_ESCAPE && w->search[0] == '\0')
		return false;
	else if (key == KEY_ESCAPE || key == KEY_CTRL('u')) {
		w->search[0] = '\0';
		search(w, chosen_id(w));
	} else if (key == '?')
		w->is_help = true;
	else if (key == 127 || key == KEY_CTRL('h'))
		drop_letter(w);
	else if (key == KEY_CTRL('n') || key == KEY_CTRL('p'))
		move_by(w, key == KEY_CTRL('n') ? 1 : -1);
	else if (key == KEY_CTRL('l'))
		clearok(curscr, TRUE);
	else
		add_letter(w, key);
	return true;
}

static void
begin_screen(void)
{
	initscr();
	raw();
	noecho();
	keypad(stdscr, TRUE);
	set_escdelay(25);
	timeout(TICK_MS);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
}

/* A terminal without a second screen would keep the codes. */
static void
end_screen(void)
{
	erase();
	refresh();
	endwin();
}

/* The signals that end us are waited for between two keys, so that the screen is cleared first. */
static sigset_t
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return set;
}

/* Returns the signal that ended it, or 0. */
static int
run(struct watching *g)
{
	const struct timespec at_once = { 0 };
	sigset_t signals = block_signals();
	struct cs_watch *w = &g->w;
	int ended_by = -1;

	begin_screen();
	for (bool is_wanted = true; is_wanted && g->why_locked == NULL && ended_by <= 0;) {
		wint_t key = 0;
		w->now = cs_clock_now(&cs_clock_wall);
		if (w->now.ms >= w->message_ends.ms)
			w->message[0] = '\0';
		cs_watch_draw(w);
		int kind = get_wch(&key);
		w->now = cs_clock_now(&cs_clock_wall);
		look_around(g);
		if (kind != ERR && g->why_locked == NULL)
			is_wanted = take_key(g, kind, key);
		ended_by = sigtimedwait(&signals, NULL, &at_once);
	}
	end_screen();
	sigprocmask(SIG_UNBLOCK, &signals, NULL);
	return ended_by > 0 ? ended_by : 0;
}

static int
watch(struct cs_session *s, cs_str words)
{
	struct watching g = { .w = { .session = s,
				  .arena = cs_arena_new_locked(ARENA_MAX),
				  .drawing = cs_arena_new_locked(ARENA_MAX) } };

	if (words.len > 0 && words.len <= CS_WATCH_SEARCH_MAX)
		memcpy(g.w.search, words.p, words.len);
	/* Asked for the passphrase, it is as an unlocking would be. */
	g.w.now = cs_clock_now(&cs_clock_wall);
	g.w.locks_at = cs_time_add(g.w.now, CS_AGENT_SECONDS * CS_SECOND_MS);
	stat_vault(&g, &g.file);
	search(&g.w, cs_id_zero);
	look_around(&g);
	int ended_by = g.why_locked == NULL ? run(&g) : 0;
	cs_wipe(&g.w.taken, sizeof(g.w.taken));
	cs_arena_free(&g.w.arena);
	cs_arena_free(&g.w.drawing);
	if (ended_by != 0) {
		/* ncurses has put something of its own there. */
		signal(ended_by, SIG_DFL);
		raise(ended_by);
	}
	if (g.why_locked == NULL)
		return CS_CLI_OK;
	cs_complain("locked: %s", g.why_locked);
	return CS_CLI_LOCKED;
}

int
cs_cmd_watch(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	int status;

	if (!cs_line_take(line, NULL, 0, 0, -1, &status))
		return status;
	if (line->is_json || !cs_terminal_is_out() || isatty(STDIN_FILENO) != 1)
		return cs_line_misused(
		    line, "watch is for a terminal; countersign list --codes --json is not");
	cs_session_init(&s, line);
	status = cs_session_open(&s);
	if (status != CS_CLI_OK)
		return status;
	cs_str words = cs_words_join(s.arena, line->words, line->word_count);
	if (!cs_utf8_is_valid(cs_str_span(words)))
		return cs_line_misused(line, "what is searched for is no text");
	return watch(&s, words);
}
