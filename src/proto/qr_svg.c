#include "proto/qr_svg.h"

#include <qrencode.h>

#define TEXT_MAX 2048 /* the largest symbol with this correction holds 2,331 */

static void
code_free(QRcode **code)
{
	QRcode_free(*code);
	*code = NULL;
}

static bool
is_dark(const QRcode *code, int x, int y)
{
	/* bit 0 of a module says black; the others say what it is for */
	return (code->data[y * code->width + x] & 1) != 0;
}

/* Each run of dark modules in a row as one closed rectangle: "M4 4h7v1h-7z". */
static void
add_row(const QRcode *code, int y, struct cs_buf *out)
{
	for (int x = 0; x < code->width; x++) {
		int run = 0;

		while (x + run < code->width && is_dark(code, x + run, y))
			run++;
		if (run != 0)
			cs_buf_printf(out, "M%d %dh%dv1h-%dz", x + CS_QR_QUIET_MODULES,
			    y + CS_QR_QUIET_MODULES, run, run);
		x += run;
	}
}

static void
add_drawing(const QRcode *code, int module_px, struct cs_buf *out)
{
	int side = code->width + 2 * CS_QR_QUIET_MODULES;

	cs_buf_printf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
	    "viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
	    "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"",
	    side * module_px, side * module_px, side, side, side, side);
	for (int y = 0; y < code->width; y++)
		add_row(code, y, out);
	cs_buf_add_c(out, "\"/></svg>\n");
}

cs_err
cs_qr_svg_encode(cs_str text, int module_px, struct cs_buf *out)
{
	CS_AUTO(code_free) QRcode *code = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf terminated;

	cs_buf_init_sensitive(&terminated, TEXT_MAX + 1);
	if (text.len == 0 || module_px < 1 || module_px > 64)
		return CS_FAIL(INVALID);
	if (text.len > TEXT_MAX)
		return CS_FAIL(LIMIT);
	cs_buf_add_str(&terminated, text);
	cs_buf_add_byte(&terminated, '\0');
	/* the last argument keeps the case: otherwise letters are made capital */
	code = QRcode_encodeString((const char *)terminated.p, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	if (code == NULL)
		return CS_FAIL(LIMIT);
	add_drawing(code, module_px, out);
	return cs_buf_finish(out, NULL);
}
