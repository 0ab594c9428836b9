/*
 * qr_screen.h - a QR code on the terminal, gone when it has been scanned.
 *
 * It is shown on the terminal's other screen, so that nothing of it stays in what can be scrolled
 * back to; whatever signal ends the program, that screen is left first.
 */
#ifndef CS_CLI_QR_SCREEN_H
#define CS_CLI_QR_SCREEN_H

#include "base/buf.h"
#include "proto/qr.h"

/* Two modules a character, black on white whatever the terminal's colours are. */
void cs_qr_draw(const struct cs_qr *qr, int quiet, struct cs_buf *out);

/* What stands around the code; texts are made visible. */
struct cs_qr_screen {
	cs_str title;
	cs_str payload;
	cs_str caption; /* one line beneath; may be empty */
};

/* Whether the terminal's window has room for a code of payload. */
bool cs_qr_screen_has_room(cs_str payload);
/*
 * Show it and wait for a line.
 *   answer	what was typed, without the line feed
 * Returns an exit status: anything but CS_CLI_OK has been said (no terminal; the window is too small).
 */
int cs_qr_screen_show(const struct cs_qr_screen *screen, const char *prompt, struct cs_buf *answer);

#endif
