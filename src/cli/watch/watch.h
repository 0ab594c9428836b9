/*
 * watch.h - what the full screen shows, and the screen that it is drawn on.
 */
#ifndef CS_CLI_WATCH_H
#define CS_CLI_WATCH_H

#include "cli/session/take_code.h"

#define CS_WATCH_SEARCH_MAX 64 /* bytes */
#define CS_WATCH_MESSAGE_MAX 256

struct cs_watch {
	struct cs_session *session;
	struct cs_entry **found; /* those that the search leaves, sorted; in arena */
	size_t found_count;
	struct cs_arena *arena; /* of the search alone: made anew with each letter */
	struct cs_arena *drawing; /* made anew with each time it is drawn */
	char search[CS_WATCH_SEARCH_MAX + 1];
	size_t selected; /* of found */
	size_t top; /* the first on the screen */
	bool is_help;
	char message[CS_WATCH_MESSAGE_MAX]; /* visible text, or empty */
	cs_time message_ends;
	/* The last code that a counter was used up for. */
	cs_id taken_of;
	struct cs_code_shown taken;
	cs_time taken_ends;
	cs_time locks_at; /* when it locks itself */
	cs_time now;
};

/* Draw all of it: at most as many lines and columns as the terminal has. */
void cs_watch_draw(struct cs_watch *w);

#endif
