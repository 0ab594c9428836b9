/* code: the code of an entry, now or at another time. */
#include "cli/session/json_out.h"
#include "cli/program/program.h"
#include "cli/session/take_code.h"
#include "cli/program/terminal.h"
#include "vault/capsule.h"

#include <unistd.h>

#define BAR_CELLS 10
#define NEXT_SECONDS 5 /* who has less than that to type reads the next one */

static bool
decode_time(const struct cs_cli_line *line, const char *text, cs_time *out)
{
	int64_t seconds;

	*out = line->now;
	if (text == NULL)
		return true;
	if (cs_str_to_i64(cs_str_c(text[0] == '@' ? text + 1 : text), &seconds) &&
	    seconds <= INT64_C(253402300799)) {
		*out = cs_seconds(seconds);
		return true;
	}
	if (!cs_failed(cs_time_decode(cs_str_c(text), out)))
		return true;
	cs_line_misused(
	    line, "--at takes 2026-11-22T09:41:00Z, or seconds since 1970, not '%s'", text);
	return false;
}

/* The code behind this one, where there is one that no counter pays for. */
static bool
find_next(const struct cs_entry *e, const struct cs_code_shown *code, struct cs_code_shown *out)
{
	return code->until.ms != 0 && !cs_failed(cs_code_at(e, code->until, out));
}

static void
show_on_terminal(const struct cs_entry *e, const struct cs_code_shown *code, cs_time now)
{
	struct cs_code_shown next = { 0 };

	printf(
	    "%s%s%s", cs_style(stdout, CS_STYLE_BOLD), code->text, cs_style(stdout, CS_STYLE_NONE));
	if (code->until.ms != 0) {
		int64_t left = cs_code_seconds_left(code, now);
		int64_t whole = (code->until.ms - code->from.ms) / CS_SECOND_MS;
		int64_t cells = (left * BAR_CELLS + whole - 1) / whole;
		bool is_late = left < NEXT_SECONDS;
		printf("  %s", cs_style(stdout, is_late ? CS_STYLE_RED : CS_STYLE_GREEN));
		for (int64_t i = 0; i < BAR_CELLS; i++)
			fputs(i < cells ? "█" : "░", stdout);
		printf("%s %lld s", cs_style(stdout, CS_STYLE_NONE), (long long)left);
		if (is_late && find_next(e, code, &next))
			printf("  then %s%s%s", cs_style(stdout, CS_STYLE_BOLD), next.text,
			    cs_style(stdout, CS_STYLE_NONE));
	} else if (e->kind == CS_ENTRY_HOTP) {
		printf("  %scounter %llu%s", cs_style(stdout, CS_STYLE_DIM),
		    (unsigned long long)code->counter, cs_style(stdout, CS_STYLE_NONE));
	}
	if (e->kind == CS_ENTRY_CAPSULE && e->capsule->of == CS_ENTRY_HOTP)
		printf("  %llu more", (unsigned long long)(e->capsule->first + e->capsule->count -
							   code->counter - 1));
	putchar('\n');
	cs_wipe(&next, sizeof(next));
}

static int
show_json(const struct cs_entry *e, const struct cs_code_shown *code, cs_time now)
{
	struct cs_code_shown next = { 0 };
	json_t *j = json_object();

	json_object_set_new(j, "id", cs_json_id(e->id));
	json_object_set_new(j, "issuer", cs_json_str(e->issuer));
	json_object_set_new(j, "account", cs_json_str(e->account));
	json_object_set_new(j, "type", cs_json_str(cs_entry_kind_name(e->kind)));
	json_object_set_new(j, "code", cs_json_str((cs_str){ code->text, code->len }));
	if (code->until.ms != 0) {
		json_object_set_new(j, "from", cs_json_time(code->from));
		json_object_set_new(j, "until", cs_json_time(code->until));
		json_object_set_new(
		    j, "seconds_left", json_integer(cs_code_seconds_left(code, now)));
		if (find_next(e, code, &next))
			json_object_set_new(
			    j, "next", cs_json_str((cs_str){ next.text, next.len }));
	} else {
		json_object_set_new(j, "counter", json_integer((json_int_t)code->counter));
	}
	if (e->kind == CS_ENTRY_CAPSULE)
		json_object_set_new(j, "ends", cs_json_time(e->capsule->until));
	cs_wipe(&next, sizeof(next));
	return cs_json_show(j);
}

int
cs_cmd_code(struct cs_cli_line *line)
{
	const char *at_text = NULL;
	const struct cs_cli_option options[] = {
		{ "at", 0, "TIME",
		    "the code of another time: 2026-11-22T09:41:00Z, or seconds since 1970",
		    .value = &at_text },
	};
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct cs_code_shown code = { 0 };
	struct cs_entry *e = NULL;
	cs_time at;
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 1, -1, &status))
		return status;
	if (!decode_time(line, at_text, &at))
		return CS_CLI_USAGE;
	status = cs_session_open_entry(&s, line, &e);
	if (status != CS_CLI_OK)
		return status;
	if (at_text != NULL && cs_code_is_used_up(e))
		return cs_line_misused(line, "%s has a counter, no time", cs_session_name(&s, e));
	/* A passphrase takes its time to be typed. */
	if (at_text == NULL)
		at = cs_clock_now(&cs_clock_wall);
	status = cs_code_take(&s, e, at, &code);
	if (status != CS_CLI_OK)
		return status;
	if (line->is_json)
		status = show_json(e, &code, at);
	else if (cs_terminal_is_out())
		show_on_terminal(e, &code, at);
	else
		puts(code.text);
	cs_wipe(&code, sizeof(code));
	return status == CS_CLI_OK ? cs_output_end() : status;
}
