/*
 * picture_codes.c - QR codes in a grey picture, by libzbar, with every other symbology switched off.
 */
#include "cli/helpers/picture.h"

#include "crypto/secret.h"

#include <stdlib.h>

#include <zbar.h>

#define SMALL_SIDE 1000 /* below this a picture is also looked at twice as large */

static const unsigned long grey_format = 'Y' | '8' << 8 | '0' << 16 | (unsigned long)'0' << 24;

static void
scanner_free(zbar_image_scanner_t **s)
{
	if (*s != NULL)
		zbar_image_scanner_destroy(*s);
	*s = NULL;
}

static zbar_image_scanner_t *
scanner_new(void)
{
	zbar_image_scanner_t *s = zbar_image_scanner_create();

	if (s == NULL)
		return NULL;
	zbar_image_scanner_set_config(s, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(s, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	/* As they are: a guess at the character set would load files. */
	zbar_image_scanner_set_config(s, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
	return s;
}

/* How many there are; found, unless NULL, is told of each. */
static int
scan(zbar_image_scanner_t *s, const struct cs_picture *p, void (*found)(void *, cs_span), void *ctx)
{
	zbar_image_t *image = zbar_image_create();

	if (image == NULL)
		return -1;
	zbar_image_set_format(image, grey_format);
	zbar_image_set_size(image, p->width, p->height);
	zbar_image_set_data(image, p->grey, (size_t)p->width * p->height, NULL);
	int count = zbar_scan_image(s, image);
	const zbar_symbol_t *symbol = zbar_image_first_symbol(image);
	for (; symbol != NULL && count <= CS_PICTURE_CODES_MAX; symbol = zbar_symbol_next(symbol))
		found(ctx,
		    CS_SPAN(zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol)));
	zbar_image_destroy(image);
	return count;
}

static void
invert(const struct cs_picture *p)
{
	for (size_t i = 0; i < (size_t)p->width * p->height; i++)
		p->grey[i] = (uint8_t)~p->grey[i];
}

/* Twice as large: modules of one or two pixels are too small for libzbar's eye. */
static bool
enlarge(const struct cs_picture *p, struct cs_picture *out)
{
	*out = (struct cs_picture){ .width = p->width * 2, .height = p->height * 2 };
	out->grey = malloc((size_t)out->width * out->height);
	if (out->grey == NULL)
		return false;
	for (unsigned y = 0; y < out->height; y++)
		for (unsigned x = 0; x < out->width; x++)
			out->grey[(size_t)y * out->width + x] =
			    p->grey[(size_t)(y / 2) * p->width + x / 2];
	return true;
}

static int
scan_both_ways(
    zbar_image_scanner_t *s, const struct cs_picture *p, void (*found)(void *, cs_span), void *ctx)
{
	int count = scan(s, p, found, ctx);

	if (count != 0)
		return count;
	invert(p); /* a dark screen's picture */
	count = scan(s, p, found, ctx);
	invert(p);
	return count;
}

cs_err
cs_picture_find_codes(const struct cs_picture *p, void (*found)(void *, cs_span), void *ctx)
{
	CS_AUTO(scanner_free) zbar_image_scanner_t *s = scanner_new();
	CS_AUTO(cs_picture_clear) struct cs_picture large = { 0 };

	if (s == NULL)
		return CS_FAIL(INTERNAL);
	int count = scan_both_ways(s, p, found, ctx);
	if (count == 0 && p->width < SMALL_SIDE && p->height < SMALL_SIDE && enlarge(p, &large))
		count = scan_both_ways(s, &large, found, ctx);
	if (count > CS_PICTURE_CODES_MAX)
		return CS_FAIL(LIMIT);
	return count < 0 ? CS_FAIL(INTERNAL) : CS_OK;
}
