#include "cli/session/scan.h"

#include "base/codec.h"
#include "cli/program/helper.h"
#include "cli/program/command.h"
#include "cli/program/terminal.h"

#define OUT_MAX (1 << 20)
#define CODES_MAX 64

bool
cs_scan_is_picture(cs_span file)
{
	cs_str s = { (const char *)file.p, file.len };

	return cs_str_starts(s, CS_STR("\x89PNG\r\n\x1a\n")) ||
	       cs_str_starts(s, CS_STR("\xff\xd8\xff"));
}

static int
refuse(const char *what, cs_str problem)
{
	if (cs_str_equal(problem, CS_STR("problem limit\n")))
		cs_complain("%s: the picture is too large to be looked at", what);
	else
		cs_complain("%s: not a PNG or JPEG picture, or a damaged one", what);
	return CS_CLI_DAMAGED;
}

static int
take_payloads(
    struct cs_arena *a, cs_str lines, const char *what, cs_str *payloads, size_t *out_count)
{
	cs_str line;

	while (*out_count < CODES_MAX && cs_str_cut(&lines, '\n', &line)) {
		/* Not text: nothing of ours, whatever it is. */
		if (!cs_failed(cs_percent_decode(a, line, &payloads[*out_count])))
			(*out_count)++;
	}
	if (*out_count != 0)
		return CS_CLI_OK;
	cs_complain("%s: there is no QR code in this picture; cut it out larger and sharper", what);
	return CS_CLI_NOT_FOUND;
}

int
cs_scan_picture(
    struct cs_arena *a, cs_span file, const char *what, cs_str **out_payloads, size_t *out_count)
{
	static const char *const args[] = { NULL };
	struct cs_helper helper = { .program = "scan", .args = args, .input = file };
	CS_AUTO(cs_buf_clear) struct cs_buf out;
	int status;

	cs_buf_init_sensitive(&out, OUT_MAX);
	*out_payloads = CS_NEW_ARRAY(a, cs_str, CODES_MAX);
	*out_count = 0;
	if (cs_failed(cs_helper_run(&helper, &out, &status)))
		return CS_CLI_FAILED;
	if (status != 0)
		return refuse(what, cs_buf_str(&out));
	return take_payloads(a, cs_buf_str(&out), what, *out_payloads, out_count);
}
