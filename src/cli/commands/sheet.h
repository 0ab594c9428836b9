/*
 * sheet.h - QR codes and words on paper or in a picture, drawn by libexec/countersign/draw.
 */
#ifndef CS_CLI_SHEET_H
#define CS_CLI_SHEET_H

#include "base/buf.h"

/* The sheet as it is put together; sensitive. */
struct cs_sheet {
	struct cs_buf text;
};

void cs_sheet_init(struct cs_sheet *s);
void cs_sheet_clear(struct cs_sheet *s);
/* The next block; payload may be empty. */
void cs_sheet_begin(struct cs_sheet *s, cs_str title, cs_str payload);
/* A line in it, up to 32. */
void cs_sheet_line(struct cs_sheet *s, cs_str text);
/*
 * Draw it into a new file of 0600, whole or not at all; "-": standard output.
 *   path	its ending says what: .png, .pdf; "-": PNG
 * Returns an exit status: anything but CS_CLI_OK has been said (a file of that name: REFUSED unless
 * is_over).
 */
int cs_sheet_write(const struct cs_sheet *s, const char *path, bool is_over);

#endif
