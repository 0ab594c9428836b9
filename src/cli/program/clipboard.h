/*
 * clipboard.h - a code onto the person's clipboard, and off it again.
 *
 * The ways: wl-copy (Wayland), xclip or xsel (X11), pbcopy (macOS), tmux's own buffer, and OSC 52,
 * with which the terminal itself is asked. A code goes to a program through a pipe, never by its
 * arguments.
 */
#ifndef CS_CLI_CLIPBOARD_H
#define CS_CLI_CLIPBOARD_H

#include "base/err.h"
#include "base/span.h"

#define CS_CLIPBOARD_TEXT_MAX 256

/* How a clipboard is written and read. */
struct cs_clipboard {
	const char *name; /* as --with takes it and the person is told */
	const char *env; /* the variable that says it is of use here; NULL: any terminal */
	const char *const *copy; /* a program and its words; NULL: OSC 52 */
	const char *const *paste; /* prints what is there; NULL: cannot be known */
	const char *const *clear; /* empties it */
};

/*
 * The way to use here.
 *   name	of the way, or NULL to find one out of the environment
 * NULL when there is none: out_why, one sentence, static.
 */
const struct cs_clipboard *cs_clipboard_find(const char *name, const char **out_why);

/* Errors: UNAVAILABLE. */
cs_err cs_clipboard_set(const struct cs_clipboard *c, cs_str text);

/*
 * Leave a process behind (libexec/countersign/forget) that clears the clipboard after so many
 * seconds, if it then still holds text; where that cannot be known (OSC 52) it clears in any case.
 *   text	at most CS_CLIPBOARD_TEXT_MAX bytes
 */
void cs_clipboard_clear_later(const struct cs_clipboard *c, cs_str text, int64_t seconds);
/* What that process does. Comes back when it is done. */
void cs_clipboard_forget(const struct cs_clipboard *c, cs_str text, int64_t seconds);

#endif
