#include "cli/helpers/picture.h"

#include "test.h"

#include <stdlib.h>

#include <png.h>
#include <turbojpeg.h>

#include "proto/qr.h"

static const char uri[] =
    "otpauth://totp/"
    "Halden:ada%40example.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Halden";

/* A code of module pixels a module, on paper of the other shade. */
static struct cs_picture
drawn(const char *text, unsigned module, uint8_t dark, uint8_t light)
{
	CS_AUTO(cs_qr_free) struct cs_qr *qr = NULL;

	CHECK_OK(cs_qr_new(cs_str_c(text), CS_QR_MEDIUM, &qr));
	unsigned side = ((unsigned)cs_qr_side(qr) + 2 * CS_QR_QUIET_MODULES) * module;
	struct cs_picture p = { malloc((size_t)side * side), side, side };
	for (unsigned y = 0; y < side; y++)
		for (unsigned x = 0; x < side; x++)
			p.grey[(size_t)y * side + x] =
			    cs_qr_is_dark(qr, (int)(x / module) - CS_QR_QUIET_MODULES,
				(int)(y / module) - CS_QR_QUIET_MODULES)
				? dark
				: light;
	return p;
}

static void
as_png(const struct cs_picture *p, struct cs_buf *out)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
		.width = p->width,
		.height = p->height,
		.format = PNG_FORMAT_GRAY };
	png_alloc_size_t len = 0;

	CHECK(png_image_write_to_memory(&image, NULL, &len, 0, p->grey, 0, NULL));
	CHECK(
	    png_image_write_to_memory(&image, cs_buf_reserve(out, len), &len, 0, p->grey, 0, NULL));
}

static void
as_jpeg(const struct cs_picture *p, int quality, struct cs_buf *out)
{
	tjhandle handle = tjInitCompress();
	unsigned char *bytes = NULL;
	unsigned long len = 0;

	CHECK(tjCompress2(handle, p->grey, (int)p->width, (int)p->width, (int)p->height, TJPF_GRAY,
		  &bytes, &len, TJSAMP_GRAY, quality, 0) == 0);
	cs_buf_add(out, CS_SPAN(bytes, len));
	tjFree(bytes);
	tjDestroy(handle);
}

struct seen {
	size_t count;
	char last[4096];
};

static void
see(void *ctx, cs_span payload)
{
	struct seen *s = ctx;

	s->count++;
	CHECK(payload.len < sizeof(s->last));
	memcpy(s->last, payload.p, payload.len);
	s->last[payload.len] = '\0';
}

static size_t
codes_in(cs_span file, struct seen *s)
{
	CS_AUTO(cs_picture_clear) struct cs_picture p = { 0 };

	*s = (struct seen){ 0 };
	CHECK_OK(cs_picture_decode(file, &p));
	CHECK_OK(cs_picture_find_codes(&p, see, s));
	return s->count;
}

static void
check_found(cs_span file)
{
	struct seen s;

	CHECK_INT(codes_in(file, &s), 1);
	CHECK_TEXT(cs_str_c(s.last), uri);
}

static void
check_drawn_png(unsigned module, uint8_t dark, uint8_t light)
{
	CS_AUTO(cs_picture_clear) struct cs_picture p = drawn(uri, module, dark, light);
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	cs_buf_init(&file, 8 << 20);
	as_png(&p, &file);
	check_found(cs_buf_span(&file));
}

TEST(a_code_in_a_png_is_read)
{
	check_drawn_png(4, 0, 255);
}

TEST(a_code_of_one_pixel_a_module_is_read)
{
	check_drawn_png(1, 0, 255);
}

TEST(light_on_dark_is_read_as_a_dark_screen_shows_it)
{
	check_drawn_png(5, 235, 20);
}

TEST(little_contrast_is_read)
{
	check_drawn_png(6, 90, 170);
}

TEST(a_code_in_a_poor_jpeg_is_read)
{
	CS_AUTO(cs_picture_clear) struct cs_picture p = drawn(uri, 5, 0, 255);
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	cs_buf_init(&file, 8 << 20);
	as_jpeg(&p, 40, &file);
	check_found(cs_buf_span(&file));
}

TEST(two_codes_in_one_picture_are_both_read)
{
	CS_AUTO(cs_picture_clear) struct cs_picture one = drawn("first of two", 4, 0, 255);
	CS_AUTO(cs_picture_clear) struct cs_picture two = drawn("other of two", 4, 0, 255);
	CS_AUTO(cs_picture_clear) struct cs_picture both = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	struct seen s;

	both = (struct cs_picture){ malloc((size_t)one.width * one.height * 2), one.width,
		one.height * 2 };
	memcpy(both.grey, one.grey, (size_t)one.width * one.height);
	memcpy(
	    both.grey + (size_t)one.width * one.height, two.grey, (size_t)one.width * one.height);
	cs_buf_init(&file, 8 << 20);
	as_png(&both, &file);
	CHECK_INT(codes_in(cs_buf_span(&file), &s), 2);
}

TEST(a_picture_without_a_code_has_none)
{
	CS_AUTO(cs_picture_clear) struct cs_picture p = { calloc(1, 300 * 200), 300, 200 };
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	struct seen s;

	cs_buf_init(&file, 8 << 20);
	as_png(&p, &file);
	CHECK_INT(codes_in(cs_buf_span(&file), &s), 0);
}

TEST(bytes_that_are_no_picture_are_refused)
{
	struct cs_picture p;

	CHECK_ERR(cs_picture_decode(CS_SPAN_NONE, &p), INVALID);
	CHECK_ERR(cs_picture_decode(CS_SPAN("GIF89a............", 18), &p), INVALID);
	CHECK_ERR(cs_picture_decode(CS_SPAN("\x89PNG\r\n\x1a\n", 8), &p), INVALID);
	CHECK_ERR(cs_picture_decode(CS_SPAN("\xff\xd8\xff\xe0 and no more", 16), &p), INVALID);
}

TEST(a_picture_cut_at_any_byte_never_invents_a_code)
{
	CS_AUTO(cs_picture_clear) struct cs_picture p = drawn(uri, 2, 0, 255);
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	cs_buf_init(&file, 8 << 20);
	as_png(&p, &file);
	for (size_t len = 0; len < file.len; len += 7) {
		struct cs_picture cut = { 0 };
		if (!cs_failed(cs_picture_decode(CS_SPAN(file.p, len), &cut))) {
			struct seen s = { 0 };
			CHECK_OK(cs_picture_find_codes(&cut, see, &s));
			CHECK(s.count == 0 || strcmp(s.last, uri) == 0);
		}
		cs_picture_clear(&cut);
	}
}

/* The size stands in the header: nothing is taken for it before it has been looked at. */
TEST(a_picture_that_says_it_is_huge_is_refused_before_memory_is_taken)
{
	static const uint8_t side[] = { 0x00, 0x00, 0xff, 0xff };
	CS_AUTO(cs_picture_clear) struct cs_picture small = drawn("x", 1, 0, 255);
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	struct cs_picture p;

	cs_buf_init(&file, 8 << 20);
	as_png(&small, &file);
	memcpy(file.p + 16, side, sizeof(side));
	memcpy(file.p + 20, side, sizeof(side));
	png_uint_32 crc = 0xffffffff;
	for (size_t i = 12; i < 29; i++) {
		crc ^= file.p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	crc = ~crc;
	for (int i = 0; i < 4; i++)
		file.p[29 + i] = (uint8_t)(crc >> (24 - 8 * i));
	CHECK_ERR(cs_picture_decode(cs_buf_span(&file), &p), LIMIT);
	CHECK(p.grey == NULL);
}

TEST(a_file_that_is_too_long_is_refused_unread)
{
	struct cs_picture p;

	CHECK_ERR(cs_picture_decode(CS_SPAN("\x89PNG", CS_PICTURE_BYTES_MAX + 1), &p), LIMIT);
}

TEST_MAIN("cli/picture")
