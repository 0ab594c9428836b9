/* unlock, lock: the agent, which keeps the vault's key for a while; status: whether it does. */
#include "cli/session/json_out.h"
#include "cli/program/program.h"
#include "cli/session/session.h"
#include "cli/program/terminal.h"

#include <stdio.h>

/* "8 h", "2 h 5 min", "14 min", "40 s". */
static const char *
duration_text(struct cs_arena *a, int64_t ms)
{
	int64_t s = ms / CS_SECOND_MS, minutes = (s + 30) / 60;

	if (s < 100)
		return cs_arena_printf(a, "%lld s", (long long)s).p;
	if (minutes < 60)
		return cs_arena_printf(a, "%lld min", (long long)minutes).p;
	if (minutes % 60 == 0)
		return cs_arena_printf(a, "%lld h", (long long)minutes / 60).p;
	return cs_arena_printf(
	    a, "%lld h %lld min", (long long)minutes / 60, (long long)minutes % 60)
	    .p;
}

static int
locate(struct cs_session *s)
{
	cs_err err =
	    cs_agent_locate(s->place.folder, cs_program_env("XDG_RUNTIME_DIR"), &s->agent_at);

	if (!cs_failed(err))
		return CS_CLI_OK;
	if (cs_is(err, CS_E_NOT_FOUND)) {
		cs_complain("there is no vault in %s", s->place.folder);
		return CS_CLI_NO_VAULT;
	}
	cs_complain("%s cannot be looked into", s->place.folder);
	return CS_CLI_DISK;
}

/* How long: --for, or the default. */
static bool
take_seconds(const struct cs_cli_line *line, const char *text, int64_t *out, int *out_status)
{
	int64_t ms;

	*out = CS_AGENT_SECONDS;
	*out_status = CS_CLI_OK;
	if (text == NULL)
		return true;
	if (!cs_failed(cs_duration_decode(cs_str_c(text), &ms)) && ms >= CS_SECOND_MS &&
	    ms <= CS_AGENT_SECONDS_MAX * CS_SECOND_MS) {
		*out = ms / CS_SECOND_MS;
		return true;
	}
	*out_status = cs_line_misused(
	    line, "--for takes a time from 1s to 168h, as 30m or 8h, not '%s'", text);
	return false;
}

static int
start_agent(struct cs_session *s, int64_t seconds)
{
	char program[PATH_MAX + 8] = "";

	if (!cs_program_folder(program, PATH_MAX)) {
		cs_complain("it is not known where this program lies");
		return CS_CLI_FAILED;
	}
	size_t len = strlen(program);
	snprintf(program + len, sizeof(program) - len, "/agent");
	cs_err err = cs_agent_start(&s->agent_at, program, s->identity, seconds);
	if (!cs_failed(err))
		return CS_CLI_OK;
	cs_complain("the key cannot be kept: %s did not start, or has no memory that stays out of "
		    "swap (ulimit -l), or another agent does not let go",
	    program);
	return CS_CLI_FAILED;
}

int
cs_cmd_unlock(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	const char *how_long = NULL;
	const struct cs_cli_option options[] = {
		{ "for", 'f', "TIME", "how long, as 30m or 8h; 15m unless told",
		    .value = &how_long },
	};
	int64_t seconds;
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 0, 0, &status) ||
	    !take_seconds(line, how_long, &seconds, &status))
		return status;
	cs_session_init(&s, line);
	status = cs_session_unlock_by_passphrase(&s);
	if (status == CS_CLI_OK)
		status = locate(&s);
	if (status == CS_CLI_OK)
		status = start_agent(&s, seconds);
	if (status != CS_CLI_OK)
		return status;
	if (line->is_json)
		return cs_json_show(json_pack("{s:b, s:o}", "unlocked", 1, "until",
		    cs_json_time(cs_time_add(line->now, seconds * CS_SECOND_MS))));
	cs_say(stdout, "Unlocked for %s. countersign lock ends it.",
	    duration_text(s.arena, seconds * CS_SECOND_MS));
	return cs_output_end();
}

int
cs_cmd_lock(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	int status;

	if (!cs_line_take(line, NULL, 0, 0, 0, &status))
		return status;
	cs_session_init(&s, line);
	status = locate(&s);
	if (status != CS_CLI_OK)
		return status;
	cs_err err = cs_agent_stop(&s.agent_at);
	if (cs_failed(err) && !cs_is(err, CS_E_NOT_FOUND)) {
		cs_complain("the agent does not answer: the key may still be in memory");
		return CS_CLI_FAILED;
	}
	if (line->is_json)
		return cs_json_show(json_pack("{s:b}", "unlocked", 0));
	cs_say(stdout, cs_failed(err) ? "It was locked." : "Locked.");
	return cs_output_end();
}

/* --- status --- */

struct standing {
	bool is_unlocked;
	cs_time until;
	bool is_read; /* the book could be read */
};

static int
show_json(const struct cs_session *s, const struct standing *now)
{
	json_t *out = json_pack("{s:o, s:b, s:o}", "folder", cs_json_str(cs_str_c(s->place.folder)),
	    "unlocked", (int)now->is_unlocked, "until", cs_json_time(now->until));

	if (now->is_read) {
		json_object_set_new(out, "entries", json_integer((json_int_t)s->book->entry_count));
		json_object_set_new(out, "backed_up", json_boolean(cs_book_is_backed_up(s->book)));
	}
	return cs_json_show(out);
}

static int
show(const struct cs_session *s, const struct standing *now)
{
	cs_say(stdout, "Vault    %s", s->place.folder);
	if (!now->is_unlocked)
		cs_say(stdout, "Key      locked; countersign unlock keeps it for a while");
	else
		cs_say(stdout, "Key      unlocked for another %s",
		    duration_text(s->arena, now->until.ms - s->line->now.ms));
	if (now->is_read) {
		cs_say(stdout, "Entries  %zu", s->book->entry_count);
		cs_say(stdout, "Backup   %s",
		    s->book->entry_count == 0 ? "there is nothing in it to back up yet"
		    : cs_book_is_backed_up(s->book)
			? "has the last change"
			: "none has the last change: countersign backup FILE");
	}
	return cs_output_end();
}

int
cs_cmd_status(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct standing now = { .is_unlocked = false };
	int status;

	if (!cs_line_take(line, NULL, 0, 0, 0, &status))
		return status;
	cs_session_init(&s, line);
	status = locate(&s);
	if (status != CS_CLI_OK)
		return status;
	now.is_unlocked = !cs_failed(cs_agent_until(&s.agent_at, line->now, &now.until));
	/* Nobody is asked for anything: what is shown without a passphrase is all there is. */
	now.is_read = now.is_unlocked && cs_session_open_quietly(&s) == CS_CLI_OK;
	return line->is_json ? show_json(&s, &now) : show(&s, &now);
}
