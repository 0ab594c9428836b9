#include "base/log.h"

#include <unistd.h>

#include "test.h"

static char line[65536 * 2];

/* What the call in the middle wrote, in line[]. */
static int pipe_fd[2];

static void
begin_capture(enum cs_level level)
{
	CHECK_INT(pipe(pipe_fd), 0);
	cs_log_init(pipe_fd[1], level);
}

static const char *
end_capture(void)
{
	close(pipe_fd[1]);
	size_t len = 0;
	ssize_t n;

	while ((n = read(pipe_fd[0], line + len, sizeof(line) - 1 - len)) > 0)
		len += (size_t)n;
	line[len] = '\0';
	close(pipe_fd[0]);
	cs_log_init(STDERR_FILENO, CS_LEVEL_INFO);
	return line;
}

static const struct cs_op op = {
	.id = { { 1, 2, 3 } },
	.now = { 1795340467123 },
};

TEST(an_event_is_one_line_with_its_fields_in_order)
{
	begin_capture(CS_LEVEL_INFO);
	CS_LOG(&op, CONFIG_REFUSED, CS_F_C("file", "a.conf"), CS_F_INT("line", -3),
	    CS_F_ID("app", ((cs_id){ { 0xff } })), CS_F_ERR(CS_FAIL(NOT_FOUND)));
	assert_string_equal(end_capture(),
	    "{\"time\":\"2026-11-22T09:41:07.123Z\",\"level\":\"error\",\"event\":\"config_"
	    "refused\","
	    "\"text\":\"the new configuration file is wrong; the old configuration stays in "
	    "force\","
	    "\"request\":\"01020300-0000-0000-0000-000000000000\",\"file\":\"a.conf\",\"line\":-3,"
	    "\"app\":\"ff000000-0000-0000-0000-000000000000\",\"error\":\"not_found\"}\n");
}

TEST(without_an_operation_there_is_no_request_id)
{
	begin_capture(CS_LEVEL_INFO);
	CS_LOG0(NULL, SERVER_STARTED);
	const char *got = end_capture();

	CHECK(strstr(got, "\"event\":\"server_started\"") != NULL);
	CHECK(strstr(got, "\"level\":\"info\"") != NULL);
	CHECK(strstr(got, "\"request\"") == NULL);
}

TEST(events_below_the_level_are_not_written)
{
	begin_capture(CS_LEVEL_WARN);
	CS_LOG0(&op, SERVER_STARTED);
	assert_string_equal(end_capture(), "");
}

static void
check_string(cs_str in, const char *want)
{
	char expected[8192];

	begin_capture(CS_LEVEL_INFO);
	CS_LOG(&op, SERVER_STARTED, CS_F_STR("s", in));
	snprintf(expected, sizeof(expected), ",\"s\":\"%s\"}\n", want);
	const char *got = strstr(end_capture(), ",\"s\":");
	CHECK(got != NULL);
	if (got != NULL)
		assert_string_equal(got, expected);
}

TEST(a_value_cannot_leave_its_string)
{
	check_string(CS_STR("\",\"level\":\"x\\\n\r\t\x01\x7f"),
	    "\\\",\\\"level\\\":\\\"x\\\\\\u000a\\u000d\\u0009\\u0001\\u007f");
	check_string((cs_str){ "a\0b", 3 }, "a\xef\xbf\xbd"
					    "b");
	check_string(CS_STR("%s%n"), "%s%n");
}

TEST(invalid_utf8_is_replaced)
{
	check_string(CS_STR("a\xff"
			    "b\xc3"),
	    "a\xef\xbf\xbd"
	    "b\xef\xbf\xbd");
	check_string(CS_STR("\xc3\xa9\xe2\x82\xac"), "\xc3\xa9\xe2\x82\xac");
	check_string(CS_STR("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(long_strings_are_cut_at_a_character)
{
	char in[2000], want[2000];

	memset(in, 'x', sizeof(in));
	memset(want, 'x', sizeof(want));
	memcpy(want + 1024, "\xe2\x80\xa6", 4);
	check_string((cs_str){ in, sizeof(in) }, want);
	memset(want + 1024, 0, 4);
	check_string((cs_str){ in, 1024 }, want);
	memcpy(in + 1023, "\xc3\xa9", 2);
	memcpy(want + 1023, "\xe2\x80\xa6", 4);
	check_string((cs_str){ in, sizeof(in) }, want);
}

TEST(the_longest_line_is_whole)
{
	char in[1024];
	struct cs_field f[16];

	memset(in, 1, sizeof(in));
	for (size_t i = 0; i < CS_COUNT(f); i++)
		f[i] = CS_F_STR("name", ((cs_str){ in, sizeof(in) }));
	FILE *file = tmpfile();
	CHECK(file != NULL);
	cs_log_init(fileno(file), CS_LEVEL_INFO);
	cs_log_write(&op, CS_EV_SERVER_STARTED, f, CS_COUNT(f));
	cs_log_init(STDERR_FILENO, CS_LEVEL_INFO);
	rewind(file);
	size_t len = fread(line, 1, sizeof(line), file);
	fclose(file);
	CHECK(len > 16 * 6 * 1024);
	CHECK(line[len - 2] == '}' && line[len - 1] == '\n');
}

TEST_MAIN("base/log")
