#include "proto/qr_svg.h"

/* Each run of dark modules in a row as one closed rectangle: "M4 4h7v1h-7z". */
static void
add_row(const struct cs_qr *q, int y, struct cs_buf *out)
{
	for (int x = 0; x < cs_qr_side(q); x++) {
		int run = 0;

		while (cs_qr_is_dark(q, x + run, y))
			run++;
		if (run != 0)
			cs_buf_printf(out, "M%d %dh%dv1h-%dz", x + CS_QR_QUIET_MODULES,
			    y + CS_QR_QUIET_MODULES, run, run);
		x += run;
	}
}

static void
add_drawing(const struct cs_qr *q, int module_px, struct cs_buf *out)
{
	int side = cs_qr_side(q) + 2 * CS_QR_QUIET_MODULES;

	cs_buf_printf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
	    "viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
	    "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"",
	    side * module_px, side * module_px, side, side, side, side);
	for (int y = 0; y < cs_qr_side(q); y++)
		add_row(q, y, out);
	cs_buf_add_c(out, "\"/></svg>\n");
}

cs_err
cs_qr_svg_encode(cs_str text, int module_px, struct cs_buf *out)
{
	CS_AUTO(cs_qr_free) struct cs_qr *q = NULL;

	if (module_px < 1 || module_px > 64)
		return CS_FAIL(INVALID);
	CS_TRY(cs_qr_new(text, CS_QR_MEDIUM, &q));
	add_drawing(q, module_px, out);
	return cs_buf_finish(out, NULL);
}
