/*
 * qr_svg.h - a QR code as an SVG drawing. Pure.
 */
#ifndef CS_PROTO_QR_SVG_H
#define CS_PROTO_QR_SVG_H

#include "base/buf.h"
#include "base/err.h"
#include "proto/qr.h"

/*
 * Black on white, four quiet modules around, one path, shape-rendering="crispEdges"; error
 * correction M. The drawing is module_px whole pixels per module (1..64) wide by itself, and
 * scales with its viewBox.
 *   text	1..CS_QR_TEXT_MAX bytes, UTF-8; case is kept
 *   out	must be sensitive when the text is
 * Errors: INVALID, LIMIT.
 */
cs_err cs_qr_svg_encode(cs_str text, int module_px, struct cs_buf *out);

#endif
