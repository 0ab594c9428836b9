/*
 * picture.h - a PNG or JPEG picture as grey bytes, and the QR codes in it. For libexec/countersign/scan
 * alone: whoever calls this has nothing to lose (sandbox.h).
 */
#ifndef CS_CLI_PICTURE_H
#define CS_CLI_PICTURE_H

#include "base/buf.h"
#include "base/err.h"

#define CS_PICTURE_BYTES_MAX (32 << 20) /* of the file */
#define CS_PICTURE_SIDE_MAX 16384
#define CS_PICTURE_PIXELS_MAX (48 << 20) /* a byte each in memory: checked before any is taken */
#define CS_PICTURE_CODES_MAX 64

struct cs_picture {
	uint8_t *grey; /* width * height bytes, row by row, 0 black */
	unsigned width;
	unsigned height;
};

bool cs_picture_is_png(cs_span file);
bool cs_picture_is_jpeg(cs_span file);
/* What is transparent is white. Errors: INVALID (neither, damaged), LIMIT (too many pixels). */
cs_err cs_picture_decode(cs_span file, struct cs_picture *out);
void cs_picture_clear(struct cs_picture *p);

/*
 * Every QR code in the picture, dark on light or light on dark, small ones too: found is called with
 * each payload, once, up to CS_PICTURE_CODES_MAX. Errors: LIMIT (more of them), INTERNAL.
 */
cs_err cs_picture_find_codes(
    const struct cs_picture *p, void (*found)(void *ctx, cs_span payload), void *ctx);

#endif
