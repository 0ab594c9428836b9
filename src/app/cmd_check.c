/*
 * cmd_check.c - what this programme would make of something that somebody has recorded.
 */
#include "app/command.h"

#include "base/buf.h"
#include "proto/webauthn_cases.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int
say(const char *path, const char *why)
{
	fprintf(stderr, "countersignd check: %s: %s\n", path, why);
	return CS_EXIT_FAILED;
}

/* "ID accept" or "ID reject NAME: words". */
static void
print_verdict(void *ctx, cs_str id, enum cs_webauthn_verdict v)
{
	if (v == CS_WA_ACCEPTED)
		printf("%.*s accept\n", CS_STR_ARG(id));
	else
		printf("%.*s reject %s: %s\n", CS_STR_ARG(id), cs_webauthn_name(v),
		    cs_webauthn_words(v));
}

static cs_err
read_file(FILE *f, struct cs_buf *out)
{
	uint8_t part[65536];
	size_t len;

	/* Not to the end of what has none. */
	while (!out->has_failed && (len = fread(part, 1, sizeof(part), f)) != 0)
		cs_buf_add(out, CS_SPAN(part, len));
	return ferror(f) ? CS_FAIL(UNAVAILABLE) : cs_buf_finish(out, NULL);
}

static int
check_webauthn(const char *path, const struct cs_clock *clock)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	const char *problem;
	FILE *f = fopen(path, "re");

	cs_buf_init(&file, CS_WEBAUTHN_CASES_MAX_BYTES);
	if (f == NULL)
		return say(path, strerror(errno));
	cs_err e = read_file(f, &file);
	fclose(f);
	if (cs_failed(e))
		return say(path, cs_is(e, CS_E_LIMIT) ? "it is too large" : "it cannot be read");
	e = cs_webauthn_cases_judge(
	    cs_buf_span(&file), cs_clock_now(clock), print_verdict, NULL, &problem);
	return cs_failed(e) ? say(path, problem) : CS_EXIT_OK;
}

int
cs_cmd_check(struct cs_command_line *line)
{
	if (line->word_count != 2 || strcmp(line->words[0], "webauthn") != 0) {
		fputs("usage: countersignd check webauthn FILE\n", stderr);
		return CS_EXIT_USAGE;
	}
	return check_webauthn(line->words[1], line->clock);
}
