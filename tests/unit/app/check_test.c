#include "app/command.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"

#include "base/err.h"

#define OUTPUT_MAX (64 * 1024)

static char output[OUTPUT_MAX];

/* countersignd check WORDS…; what it printed is in output. */
static int
check(int count, const char *a, const char *b, const char *c)
{
	char *words[] = { (char *)(uintptr_t)a, (char *)(uintptr_t)b, (char *)(uintptr_t)c };
	struct cs_command_line line = {
		.clock = &cs_clock_wall,
		.words = words,
		.word_count = count,
	};
	char path[] = "/tmp/countersign-check-XXXXXX";
	int file = mkstemp(path), before = dup(STDOUT_FILENO);

	CHECK(file >= 0 && before >= 0 && unlink(path) == 0);
	fflush(stdout);
	CHECK(dup2(file, STDOUT_FILENO) >= 0);
	int status = cs_cmd_check(&line);
	fflush(stdout);
	CHECK(dup2(before, STDOUT_FILENO) >= 0);
	close(before);
	ssize_t len = pread(file, output, sizeof(output) - 1, 0);
	CHECK(len >= 0);
	output[len] = '\0';
	close(file);
	return status;
}

static const char *
vectors(const char *name)
{
	static char path[1024];
	const char *folder = getenv("CS_TEST_VECTORS");

	snprintf(path, sizeof(path), "%s/%s", folder != NULL ? folder : "tests/vectors", name);
	return path;
}

static size_t
count_of(const char *needle)
{
	size_t count = 0;

	for (const char *at = output; (at = strstr(at, needle)) != NULL; at++)
		count++;
	return count;
}

TEST(every_case_has_one_line_with_a_reason_where_it_is_refused)
{
	CHECK_INT(check(2, "webauthn", vectors("webauthn_generated.json"), NULL), CS_EXIT_OK);
	CHECK_INT(count_of("\n"), 57);
	CHECK_INT(count_of(" accept\n"), 24);
	CHECK_INT(count_of(" reject "), 33);
	CHECK(strstr(output, "gs-r01 accept\n") == output);
	CHECK(strstr(output, "\ngs-r16 reject ORIGIN: the origin is not one of ours\n") != NULL);
	CHECK(strstr(output, "\ngs-a53 accept\n") != NULL);
}

TEST(vectors_have_a_line_for_each_half)
{
	CHECK_INT(check(2, "webauthn", vectors("webauthn_w3c_l3.json"), NULL), CS_EXIT_OK);
	CHECK_INT(count_of("/registration accept\n"), 10);
	CHECK_INT(count_of("/authentication accept\n"), 10);
	CHECK_INT(count_of("\n"), 20);
}

TEST(a_file_that_cannot_be_judged_is_a_failure)
{
	CHECK_INT(check(2, "webauthn", vectors("otp.json"), NULL), CS_EXIT_FAILED);
	CHECK_INT(check(2, "webauthn", vectors("SOURCES.md"), NULL), CS_EXIT_FAILED);
	CHECK_INT(check(2, "webauthn", vectors("not-there.json"), NULL), CS_EXIT_FAILED);
	CHECK_INT(check(2, "webauthn", "/dev/zero", NULL), CS_EXIT_FAILED);
	CHECK(output[0] == '\0');
}

TEST(other_words_are_not_understood)
{
	CHECK_INT(check(0, NULL, NULL, NULL), CS_EXIT_USAGE);
	CHECK_INT(check(1, "webauthn", NULL, NULL), CS_EXIT_USAGE);
	CHECK_INT(check(2, "totp", "a", NULL), CS_EXIT_USAGE);
	CHECK_INT(check(3, "webauthn", "a", "b"), CS_EXIT_USAGE);
}

TEST_MAIN("app/check")
