/* check: what this program would make of something that somebody has recorded. */
#include "base/buf.h"
#include "cli/program/file_in.h"
#include "cli/program/program.h"
#include "cli/program/terminal.h"
#include "proto/yubikey_cases.h"

#include <jansson.h>

#include <string.h>

static int
say(const char *path, const char *why)
{
	cs_complain("%s: %s", path, why);
	return CS_CLI_DAMAGED;
}

/* "ID accept" or "ID reject NAME: words". */
static void
print_verdict(void *ctx, cs_str id, enum cs_yubikey_verdict v)
{
	if (v == CS_YUBIKEY_ACCEPTED)
		cs_say(stdout, "%.*s accept", CS_STR_ARG(id));
	else
		cs_say(stdout, "%.*s reject %s: %s", CS_STR_ARG(id), cs_yubikey_verdict_name(v),
		    cs_yubikey_verdict_words(v));
}

/* One object a line. */
static void
print_json(void *ctx, cs_str id, enum cs_yubikey_verdict v)
{
	bool is_accepted = v == CS_YUBIKEY_ACCEPTED;
	json_t *j = json_pack("{s:s%, s:s, s:s, s:s}", "id", id.p, id.len, "verdict",
	    is_accepted ? "accept" : "reject", "reason", cs_yubikey_verdict_name(v), "words",
	    cs_yubikey_verdict_words(v));

	json_dumpf(j, stdout, JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(j);
}

static int
check_yubikey(const char *path, bool is_json)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	const char *problem;

	cs_buf_init_sensitive(&file, CS_YUBIKEY_CASES_MAX_BYTES);
	int status = cs_file_read(path, &file);
	if (status != CS_CLI_OK)
		return status;
	cs_err e = cs_yubikey_cases_judge(
	    cs_buf_span(&file), is_json ? print_json : print_verdict, NULL, &problem);
	return cs_failed(e) ? say(path, problem) : cs_output_end();
}

int
cs_cmd_check(struct cs_cli_line *line)
{
	int status;

	if (!cs_line_take(line, NULL, 0, 2, 2, &status))
		return status;
	if (strcmp(line->words[0], "yubikey") != 0)
		return cs_line_misused(line, "there is no check of '%s'", line->words[0]);
	return check_yubikey(line->words[1], line->is_json);
}
