#include "proto/qr_svg.h"

#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include <qrencode.h>

#define SIDE_MAX 200

/* The drawing read back: which modules, quiet ones included, are dark. */
struct drawing {
	int side;
	uint8_t dark[SIDE_MAX][SIDE_MAX];
};

static void
read_path(const char *path, struct drawing *d)
{
	int x, y, run, back, used;

	while (sscanf(path, "M%d %dh%dv1h-%dz%n", &x, &y, &run, &back, &used) == 4) {
		CHECK(run == back && run > 0 && x >= 0 && y >= 0);
		CHECK(x + run <= d->side && y < d->side);
		for (int i = 0; i < run; i++) {
			CHECK(d->dark[y][x + i] == 0);
			d->dark[y][x + i] = 1;
		}
		path += used;
	}
	CHECK(path[0] == '"');
}

static void
draw(const char *text, int module_px, struct drawing *d)
{
	CS_AUTO(cs_buf_clear) struct cs_buf svg;
	int width, height, view_width, view_height, used = 0;

	memset(d, 0, sizeof(*d));
	cs_buf_init_sensitive(&svg, 256 * 1024);
	CHECK_OK(cs_qr_svg_encode(cs_str_c(text), module_px, &svg));
	cs_buf_add_byte(&svg, '\0');
	const char *p = (const char *)svg.p;
	CHECK(sscanf(p,
		  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		  "viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">%n",
		  &width, &height, &view_width, &view_height, &used) == 4);
	d->side = view_width;
	CHECK(view_height == view_width && d->side < SIDE_MAX);
	CHECK(width == d->side * module_px && height == width);
	const char *dark = strstr(p, "<path fill=\"#000\" d=\"");
	CHECK(dark != NULL && strstr(p, "<path fill=\"#fff\" d=\"M0 0h") == p + used);
	read_path(dark + strlen("<path fill=\"#000\" d=\""), d);
}

static const char uri[] = "otpauth://totp/Halden%20Maritime:ada%40example.test?secret="
			  "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Halden%20Maritime"
			  "&algorithm=SHA1&digits=6&period=30";

TEST(the_drawing_has_exactly_the_modules_of_the_symbol_inside_four_quiet_ones)
{
	static struct drawing d;
	QRcode *want = QRcode_encodeString(uri, 0, QR_ECLEVEL_M, QR_MODE_8, 1);

	CHECK(want != NULL);
	draw(uri, 4, &d);
	CHECK_INT(d.side, want->width + 8);
	for (int y = 0; y < d.side; y++) {
		for (int x = 0; x < d.side; x++) {
			int in_x = x - 4, in_y = y - 4;
			bool inside =
			    in_x >= 0 && in_y >= 0 && in_x < want->width && in_y < want->width;
			int dark = inside ? want->data[in_y * want->width + in_x] & 1 : 0;

			CHECK_INT(d.dark[y][x], dark);
		}
	}
	QRcode_free(want);
}

/* A picture of the drawing, eight pixels a module, as a camera could see it. */
static void
write_picture(const struct drawing *d, const char *path)
{
	FILE *f = fopen(path, "wb");

	CHECK(f != NULL);
	fprintf(f, "P5\n%d %d\n255\n", d->side * 8, d->side * 8);
	for (int y = 0; y < d->side * 8; y++) {
		for (int x = 0; x < d->side * 8; x++)
			fputc(d->dark[y / 8][x / 8] ? 0 : 255, f);
	}
	CHECK(fclose(f) == 0);
}

static void
check_reads_back(const char *text)
{
	static struct drawing d;
	char path[] = "/tmp/countersign-qr-XXXXXX";
	char command[128];
	char line[4096] = "";
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	close(fd);
	draw(text, 3, &d);
	write_picture(&d, path);
	snprintf(command, sizeof(command), "zbarimg --raw -q PGM:%s 2>/dev/null", path);
	FILE *p = popen(command, "r");
	CHECK(p != NULL);
	CHECK(fgets(line, sizeof(line), p) != NULL);
	CHECK(pclose(p) == 0);
	unlink(path);
	line[strcspn(line, "\n")] = '\0';
	assert_string_equal(line, text);
}

TEST(a_camera_reads_the_same_text_back)
{
	if (system("command -v zbarimg >/dev/null 2>&1") != 0)
		SKIP("zbarimg is not installed");
	check_reads_back(uri);
	check_reads_back("small Letters stay Small");
	check_reads_back("otpauth://totp/%C3%85se:%C3%A5?secret=AAAA");
}

TEST(nothing_and_too_much_are_refused)
{
	CS_AUTO(cs_buf_clear) struct cs_buf svg;
	char text[2100];

	memset(text, 'x', sizeof(text));
	cs_buf_init(&svg, 1 << 20);
	CHECK_ERR(cs_qr_svg_encode(CS_STR_NONE, 4, &svg), INVALID);
	CHECK_ERR(cs_qr_svg_encode(CS_STR("x"), 0, &svg), INVALID);
	CHECK_ERR(cs_qr_svg_encode(CS_STR("x"), 65, &svg), INVALID);
	CHECK_ERR(cs_qr_svg_encode((cs_str){ text, 2049 }, 4, &svg), LIMIT);
	CHECK_INT(svg.len, 0);
	CHECK_OK(cs_qr_svg_encode((cs_str){ text, 2048 }, 4, &svg));
}

TEST(a_buffer_that_is_too_small_says_so)
{
	CS_AUTO(cs_buf_clear) struct cs_buf svg;

	cs_buf_init(&svg, 500);
	CHECK_ERR(cs_qr_svg_encode(cs_str_c(uri), 4, &svg), LIMIT);
}

TEST_MAIN("proto/qr_svg")
