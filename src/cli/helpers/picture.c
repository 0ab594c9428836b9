#include "cli/helpers/picture.h"

#include "crypto/secret.h"

#include <stdlib.h>

#include <png.h>
#include <turbojpeg.h>

bool
cs_picture_is_png(cs_span file)
{
	return cs_str_starts(
	    (cs_str){ (const char *)file.p, file.len }, CS_STR("\x89PNG\r\n\x1a\n"));
}

bool
cs_picture_is_jpeg(cs_span file)
{
	return cs_str_starts((cs_str){ (const char *)file.p, file.len }, CS_STR("\xff\xd8\xff"));
}

static cs_err
take_room(struct cs_picture *p, unsigned width, unsigned height)
{
	if (width == 0 || height == 0)
		return CS_FAIL(INVALID);
	if (width > CS_PICTURE_SIDE_MAX || height > CS_PICTURE_SIDE_MAX ||
	    (size_t)width * height > CS_PICTURE_PIXELS_MAX)
		return CS_FAIL(LIMIT);
	p->grey = malloc((size_t)width * height);
	if (p->grey == NULL)
		return CS_FAIL(LIMIT);
	p->width = width;
	p->height = height;
	return CS_OK;
}

static cs_err
png_decode(cs_span file, struct cs_picture *out)
{
	CS_AUTO(png_image_free) png_image image = { .version = PNG_IMAGE_VERSION };
	png_color white = { 255, 255, 255 };

	if (!png_image_begin_read_from_memory(&image, file.p, file.len))
		return CS_FAIL(INVALID);
	image.format = PNG_FORMAT_GRAY;
	CS_TRY(take_room(out, image.width, image.height));
	return png_image_finish_read(&image, &white, out->grey, 0, NULL) ? CS_OK : CS_FAIL(INVALID);
}

static void
jpeg_free(tjhandle *handle)
{
	if (*handle != NULL)
		tjDestroy(*handle);
	*handle = NULL;
}

static cs_err
jpeg_decode(cs_span file, struct cs_picture *out)
{
	CS_AUTO(jpeg_free) tjhandle handle = tjInitDecompress();
	int width, height, subsampling, colours;

	if (handle == NULL)
		return CS_FAIL(INTERNAL);
	if (tjDecompressHeader3(handle, file.p, (unsigned long)file.len, &width, &height,
		&subsampling, &colours) != 0 ||
	    width < 0 || height < 0)
		return CS_FAIL(INVALID);
	CS_TRY(take_room(out, (unsigned)width, (unsigned)height));
	/* What is cut short has a code all the same, now and then: only a fatal error ends it. */
	if (tjDecompress2(handle, file.p, (unsigned long)file.len, out->grey, width, width, height,
		TJPF_GRAY, TJFLAG_LIMITSCANS) != 0 &&
	    tjGetErrorCode(handle) == TJERR_FATAL)
		return CS_FAIL(INVALID);
	return CS_OK;
}

cs_err
cs_picture_decode(cs_span file, struct cs_picture *out)
{
	CS_AUTO(cs_picture_clear) struct cs_picture p = { 0 };

	*out = p;
	if (file.len > CS_PICTURE_BYTES_MAX)
		return CS_FAIL(LIMIT);
	if (cs_picture_is_png(file))
		CS_TRY(png_decode(file, &p));
	else if (cs_picture_is_jpeg(file))
		CS_TRY(jpeg_decode(file, &p));
	else
		return CS_FAIL(INVALID);
	*out = p;
	p.grey = NULL;
	return CS_OK;
}

void
cs_picture_clear(struct cs_picture *p)
{
	if (p->grey != NULL)
		cs_wipe(p->grey, (size_t)p->width * p->height);
	free(p->grey);
	*p = (struct cs_picture){ 0 };
}
