#include "cli/helpers/draw.h"

#include "base/codec.h"
#include "proto/qr.h"

#include <math.h>

#include <cairo-pdf.h>
#include <cairo.h>

/* Points on paper, pixels on a picture (which is drawn at twice the size). */
#define PAGE_WIDTH 595.0
#define PAGE_HEIGHT 842.0
#define MARGIN 42.0
#define QR_SIDE 168.0
#define TEXT_LEFT (MARGIN + QR_SIDE + 20.0)
#define TEXT_WIDTH (PAGE_WIDTH - MARGIN - TEXT_LEFT)
#define TITLE_SIZE 13.0
#define LINE_SIZE 9.5
#define LINE_STEP 13.5
#define GAP 18.0
#define PICTURE_SCALE 2.0
#define PICTURE_SIDE_MAX 32000.0

struct pen {
	cairo_t *to;
	double y; /* where the next block begins */
};

static void
surface_free(cairo_surface_t **s)
{
	if (*s != NULL)
		cairo_surface_destroy(*s);
	*s = NULL;
}

static void
cairo_free(cairo_t **c)
{
	if (*c != NULL)
		cairo_destroy(*c);
	*c = NULL;
}

static cs_err
part_decode(struct cs_arena *a, cs_str line, struct cs_draw_block *block)
{
	size_t space = cs_str_find(line, ' ', 0);
	cs_str name = cs_str_slice(line, 0, space);
	cs_str value;

	CS_TRY(cs_percent_decode(a, cs_str_slice(line, space + 1, line.len), &value));
	if (cs_str_equal(name, CS_STR("title"))) {
		block->title = value;
	} else if (cs_str_equal(name, CS_STR("qr"))) {
		block->payload = value;
	} else if (cs_str_equal(name, CS_STR("line"))) {
		if (block->line_count == CS_DRAW_LINES_MAX)
			return CS_FAIL(LIMIT);
		block->lines[block->line_count++] = value;
	} else {
		return CS_FAIL(INVALID);
	}
	return CS_OK;
}

cs_err
cs_draw_decode(struct cs_arena *a, cs_str text, struct cs_draw_sheet *out)
{
	bool is_open = false;
	cs_str line;

	*out = (struct cs_draw_sheet){ 0 };
	if (text.len > CS_DRAW_BYTES_MAX)
		return CS_FAIL(LIMIT);
	struct cs_draw_block *blocks = CS_NEW_ARRAY(a, struct cs_draw_block, CS_DRAW_BLOCKS_MAX);
	size_t count = 0;
	while (cs_str_cut(&text, '\n', &line)) {
		if (line.len == 0) {
			is_open = false;
			continue;
		}
		if (!is_open && count == CS_DRAW_BLOCKS_MAX)
			return CS_FAIL(LIMIT);
		count += is_open ? 0 : 1;
		is_open = true;
		CS_TRY(part_decode(a, line, &blocks[count - 1]));
	}
	if (count == 0)
		return CS_FAIL(INVALID);
	*out = (struct cs_draw_sheet){ blocks, count };
	return CS_OK;
}

/* How much of the text fits in one line: whole words if there is a space, else what fits. */
static size_t
fitting(cairo_t *to, cs_str text)
{
	char some[256];
	size_t good = 0;

	for (size_t end = 0; end < text.len && end < sizeof(some) - 8;) {
		cairo_text_extents_t extents;
		size_t next = end + 1;
		while (next < text.len && ((uint8_t)text.p[next] & 0xc0) == 0x80)
			next++;
		memcpy(some, text.p, next);
		some[next] = '\0';
		cairo_text_extents(to, some, &extents);
		if (extents.x_advance > TEXT_WIDTH)
			break;
		end = next;
		if (end == text.len || text.p[end] == ' ')
			good = end;
		else if (good == 0 || cs_str_find(cs_str_slice(text, 0, end), ' ', 0) == end)
			good = end;
	}
	return good != 0 ? good : text.len;
}

/* Measuring and drawing are one walk, so that they cannot differ. */
static double
add_text(cairo_t *to, cs_str text, double y, bool is_drawn)
{
	char some[512];

	do {
		size_t len = fitting(to, text);
		if (len > sizeof(some) - 1)
			len = sizeof(some) - 1;
		memcpy(some, text.p, len);
		some[len] = '\0';
		y += LINE_STEP;
		if (is_drawn) {
			cairo_move_to(to, TEXT_LEFT, y);
			cairo_show_text(to, some);
		}
		text = cs_str_slice(text, len, text.len);
		while (text.len != 0 && text.p[0] == ' ')
			text = cs_str_slice(text, 1, text.len);
	} while (text.len != 0);
	return y;
}

static double
add_words(cairo_t *to, const struct cs_draw_block *block, double y, bool is_drawn)
{
	cairo_set_source_rgb(to, 0, 0, 0);
	if (block->title.len != 0) {
		cairo_select_font_face(
		    to, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
		cairo_set_font_size(to, TITLE_SIZE);
		y = add_text(to, block->title, y, is_drawn) + 3.0;
	}
	cairo_select_font_face(to, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(to, LINE_SIZE);
	for (size_t i = 0; i < block->line_count; i++)
		y = add_text(to, block->lines[i], y, is_drawn);
	return y;
}

/* Black squares on white, four quiet modules around, sharp. */
static void
add_code(cairo_t *to, const struct cs_qr *qr, double y)
{
	int side = cs_qr_side(qr) + 2 * CS_QR_QUIET_MODULES;
	/* whole pixels, or a reader would see bars of two widths */
	double module = floor(QR_SIDE * PICTURE_SCALE / side) / PICTURE_SCALE;

	cairo_set_antialias(to, CAIRO_ANTIALIAS_NONE);
	cairo_set_source_rgb(to, 0, 0, 0);
	for (int row = 0; row < cs_qr_side(qr); row++)
		for (int column = 0; column < cs_qr_side(qr); column++)
			if (cs_qr_is_dark(qr, column, row))
				cairo_rectangle(to,
				    MARGIN + (column + CS_QR_QUIET_MODULES) * module,
				    y + (row + CS_QR_QUIET_MODULES) * module, module, module);
	cairo_fill(to);
	cairo_set_antialias(to, CAIRO_ANTIALIAS_DEFAULT);
}

static double
height_of(cairo_t *to, const struct cs_draw_block *block)
{
	double words = add_words(to, block, 0, false) + GAP;
	double code = block->payload.len != 0 ? QR_SIDE + GAP : 0;

	return words > code ? words : code;
}

static cs_err
add_block(struct pen *pen, const struct cs_draw_block *block)
{
	CS_AUTO(cs_qr_free) struct cs_qr *qr = NULL;

	if (block->payload.len != 0) {
		CS_TRY(cs_qr_new(block->payload, CS_QR_MEDIUM, &qr));
		add_code(pen->to, qr, pen->y);
	}
	add_words(pen->to, block, pen->y + (qr != NULL ? 8.0 : 0), true);
	pen->y += height_of(pen->to, block);
	return CS_OK;
}

static cairo_status_t
write_out(void *ctx, const unsigned char *bytes, unsigned len)
{
	struct cs_buf *out = ctx;

	cs_buf_add(out, CS_SPAN(bytes, len));
	return out->has_failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static cs_err
pdf_encode(const struct cs_draw_sheet *sheet, struct cs_buf *out)
{
	CS_AUTO(surface_free)
	cairo_surface_t *paper =
	    cairo_pdf_surface_create_for_stream(write_out, out, PAGE_WIDTH, PAGE_HEIGHT);
	CS_AUTO(cairo_free) cairo_t *to = cairo_create(paper);
	struct pen pen = { .to = to, .y = MARGIN };

	for (size_t i = 0; i < sheet->count; i++) {
		if (pen.y > MARGIN &&
		    pen.y + height_of(to, &sheet->blocks[i]) > PAGE_HEIGHT - MARGIN) {
			cairo_show_page(to);
			pen.y = MARGIN;
		}
		CS_TRY(add_block(&pen, &sheet->blocks[i]));
	}
	cairo_show_page(to);
	cairo_surface_finish(paper);
	return cairo_status(to) == CAIRO_STATUS_SUCCESS &&
		       cairo_surface_status(paper) == CAIRO_STATUS_SUCCESS
		   ? cs_buf_finish(out, NULL)
		   : CS_FAIL(INTERNAL);
}

static double
height_of_all(const struct cs_draw_sheet *sheet)
{
	CS_AUTO(surface_free)
	cairo_surface_t *scrap = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
	CS_AUTO(cairo_free) cairo_t *to = cairo_create(scrap);
	double height = 2 * MARGIN - GAP;

	for (size_t i = 0; i < sheet->count; i++)
		height += height_of(to, &sheet->blocks[i]);
	return height;
}

static cs_err
png_encode(const struct cs_draw_sheet *sheet, struct cs_buf *out)
{
	double height = height_of_all(sheet) * PICTURE_SCALE;

	if (height > PICTURE_SIDE_MAX)
		return CS_FAIL(LIMIT);
	CS_AUTO(surface_free)
	cairo_surface_t *picture = cairo_image_surface_create(
	    CAIRO_FORMAT_RGB24, (int)(PAGE_WIDTH * PICTURE_SCALE), (int)height);
	CS_AUTO(cairo_free) cairo_t *to = cairo_create(picture);
	struct pen pen = { .to = to, .y = MARGIN };

	cairo_set_source_rgb(to, 1, 1, 1);
	cairo_paint(to);
	cairo_scale(to, PICTURE_SCALE, PICTURE_SCALE);
	for (size_t i = 0; i < sheet->count; i++)
		CS_TRY(add_block(&pen, &sheet->blocks[i]));
	if (cairo_surface_write_to_png_stream(picture, write_out, out) != CAIRO_STATUS_SUCCESS)
		return CS_FAIL(INTERNAL);
	return cs_buf_finish(out, NULL);
}

cs_err
cs_draw_encode(const struct cs_draw_sheet *sheet, enum cs_draw_format format, struct cs_buf *out)
{
	return format == CS_DRAW_PDF ? pdf_encode(sheet, out) : png_encode(sheet, out);
}
