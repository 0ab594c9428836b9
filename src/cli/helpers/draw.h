/*
 * draw.h - sheets with QR codes as PNG or PDF, by cairo. For libexec/countersign/draw alone.
 *
 * A sheet is blocks, one below the other: a QR code on the left, a title and lines on the right.
 */
#ifndef CS_CLI_DRAW_H
#define CS_CLI_DRAW_H

#include "base/arena.h"
#include "base/buf.h"

#define CS_DRAW_BLOCKS_MAX 512
#define CS_DRAW_LINES_MAX 32 /* of one block */
#define CS_DRAW_BYTES_MAX (4 << 20)

struct cs_draw_block {
	cs_str title; /* may be empty */
	cs_str payload; /* of the QR code; empty: none */
	cs_str lines[CS_DRAW_LINES_MAX]; /* wrapped where they are too long */
	size_t line_count;
};

struct cs_draw_sheet {
	struct cs_draw_block *blocks;
	size_t count;
};

enum cs_draw_format { CS_DRAW_PNG, CS_DRAW_PDF };

/*
 * The text of docs/protocol/vault.md §4: lines "title TEXT", "line TEXT" and "qr TEXT", values
 * percent-encoded, blocks parted by an empty line. Errors: INVALID, LIMIT.
 */
cs_err cs_draw_decode(struct cs_arena *a, cs_str text, struct cs_draw_sheet *out);
/*
 * PNG: one picture as long as it must be; PDF: A4, blocks are never cut by a page's end.
 *   out	sensitive
 * Errors: LIMIT (a payload that no code holds, a picture above 32,000 pixels), INTERNAL.
 */
cs_err cs_draw_encode(
    const struct cs_draw_sheet *sheet, enum cs_draw_format format, struct cs_buf *out);

#endif
