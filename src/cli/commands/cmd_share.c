/*
 * share: an entry, or codes of it for a while, to somebody else, as an age file that only they open.
 * What leaves is in the vault's book before it leaves: a share that nobody knows of is worse than
 * one that was never sent.
 */
#include "cli/program/file_out.h"
#include "cli/session/json_out.h"
#include "cli/program/program.h"
#include "cli/commands/sharing.h"
#include "cli/program/terminal.h"
#include "vault/capsule.h"

#include <string.h>
#include <sys/stat.h>

#define HOTP_HOURS 24 /* how long counter codes are lent unless told */
#define SENT_MAX (4 << 20)

/* What was asked for. */
struct sharing {
	struct cs_session *session;
	cs_id id;
	const char *name; /* the entry's, visible */
	cs_age_recipient keys[CS_CLI_LIST_MAX];
	cs_str whom[CS_CLI_LIST_MAX];
	size_t count;
	bool is_lent;
	int64_t codes; /* hotp: how many; else 0 */
	cs_time now;
	cs_time until; /* lent */
	/* what came of it */
	uint64_t first; /* hotp */
	size_t made; /* codes in the capsule */
	struct cs_buf entries; /* as they are sent */
};

/* "8h", "90m", "1h30m"; and days, which Go's durations do not have: "2d". */
static bool
decode_span(const char *text, int64_t *out_ms)
{
	cs_str s = cs_str_c(text);
	int64_t days;

	if (!cs_failed(cs_duration_decode(s, out_ms)))
		return *out_ms > 0;
	if (!cs_str_ends(s, CS_STR("d")) || !cs_str_to_i64(cs_str_slice(s, 0, s.len - 1), &days) ||
	    days < 1 || days > 366)
		return false;
	*out_ms = days * CS_DAY_MS;
	return true;
}

/* Names, parameters and secret; the owner's note, tags and backup codes stay at home. */
static cs_err
take_entry(struct sharing *sh, const struct cs_entry *e)
{
	struct cs_entry given = *e;

	given.id = cs_id_zero;
	given.note = CS_STR_NONE;
	given.tag_count = 0;
	given.spare_count = 0;
	given.added = sh->now;
	given.changed = (cs_time){ 0 };
	return cs_entries_encode(&given, 1, &sh->entries);
}

static cs_err
take_capsule(struct sharing *sh, struct cs_arena *a, struct cs_entry *e)
{
	struct cs_entry given;

	sh->first = e->counter;
	CS_TRY(sh->codes != 0
		   ? cs_capsule_of_counter(a, e, (size_t)sh->codes, sh->now, sh->until, &given)
		   : cs_capsule_of_time(a, e, sh->now, sh->until, &given));
	given.added = sh->now;
	sh->made = given.capsule->count;
	return cs_entries_encode(&given, 1, &sh->entries);
}

static cs_err
note_all(const struct sharing *sh, struct cs_book *book)
{
	for (size_t i = 0; i < sh->count; i++) {
		struct cs_book_event event = { .at = sh->now,
			.what = sh->is_lent ? CS_STR("lent") : CS_STR("shared"),
			.entry = sh->id,
			.whom = sh->whom[i],
			.until = sh->until };

		if (sh->codes != 0) {
			event.counter = sh->first;
			event.count = (uint64_t)sh->codes;
		}
		CS_TRY(cs_book_note_event(book, &event));
	}
	return CS_OK;
}

/* The change of the book; the capsule comes from the entry as it is on the disk now. */
static cs_err
share(void *ctx, struct cs_book *book)
{
	struct sharing *sh = ctx;
	struct cs_entry *e = cs_book_entry(book, sh->id);

	cs_buf_reset(&sh->entries);
	if (e == NULL) {
		cs_complain("%s was removed just now", sh->name);
		return CS_FAIL(NOT_FOUND);
	}
	cs_err err = sh->is_lent ? take_capsule(sh, book->arena, e) : take_entry(sh, e);
	if (!cs_failed(err))
		err = note_all(sh, book);
	if (cs_is(err, CS_E_LIMIT))
		cs_complain("that is too long a time: a capsule holds %d codes at most",
		    sh->codes != 0 ? CS_CAPSULE_HOTP_MAX : CS_CAPSULE_CODES_MAX);
	else if (cs_failed(err))
		cs_complain("%s: no capsule could be made", sh->name);
	return err;
}

/* --- what was asked for --- */

static int
take_recipients(struct sharing *sh, const struct cs_cli_list *to)
{
	for (int i = 0; i < to->count; i++) {
		int status = cs_sharing_recipient(
		    sh->session, to->values[i], &sh->keys[sh->count], &sh->whom[sh->count]);

		if (status != CS_CLI_OK)
			return status;
		sh->count++;
	}
	return CS_CLI_OK;
}

static int
refuse_kind(const struct sharing *sh, const struct cs_entry *e)
{
	if (e->kind == CS_ENTRY_CAPSULE)
		cs_complain("%s: codes that were lent to you are not yours to give away; ask their "
			    "owner",
		    sh->name);
	else
		cs_complain("%s: the YubiKey itself makes its codes; none can be lent", sh->name);
	return CS_CLI_FAILED;
}

/* A time, a number, or both: which go with which kind of entry. */
static int
take_window(struct sharing *sh, const struct cs_entry *e, const char *window, const char *number)
{
	const struct cs_cli_line *line = sh->session->line;
	int64_t span_ms = HOTP_HOURS * CS_HOUR_MS;
	bool is_hotp = e->kind == CS_ENTRY_HOTP;

	sh->is_lent = window != NULL || number != NULL;
	if (e->kind == CS_ENTRY_CAPSULE || (sh->is_lent && e->kind == CS_ENTRY_YUBIKEY))
		return refuse_kind(sh, e);
	if (!sh->is_lent)
		return CS_CLI_OK;
	if (window != NULL && !decode_span(window, &span_ms))
		return cs_line_misused(
		    line, "--codes takes a time like 8h, 30m or 2d, not '%s'", window);
	if (is_hotp && number == NULL)
		return cs_line_misused(
		    line, "%s counts its codes: say how many to lend, --count 5", sh->name);
	if (!is_hotp && number != NULL)
		return cs_line_misused(
		    line, "%s goes by time: say how long, --codes 8h, not how many", sh->name);
	if (is_hotp && sh->count != 1)
		return cs_line_misused(line, "codes of a counter are lent to one person at a time: "
					     "each of them is good once");
	if (number != NULL &&
	    !cs_line_number(line, "--count", number, 1, CS_CAPSULE_HOTP_MAX, &sh->codes))
		return CS_CLI_USAGE;
	sh->until = cs_time_add(sh->now, span_ms);
	return CS_CLI_OK;
}

/* "Ben, Carol", visible. */
static const char *
everybody(const struct sharing *sh)
{
	cs_str all = sh->whom[0];

	for (size_t i = 1; i < sh->count; i++)
		all = cs_arena_printf(
		    sh->session->arena, "%.*s, %.*s", CS_STR_ARG(all), CS_STR_ARG(sh->whom[i]));
	return cs_terminal_text(sh->session->arena, all).p;
}

/*
 * A secret once given is given. Without a terminal nobody can be asked, and whoever wrote the command
 * down meant it: then it is said all the same.
 */
static int
ask(const struct sharing *sh, const struct cs_entry *e)
{
	const struct cs_cli_line *line = sh->session->line;

	if (sh->is_lent)
		return CS_CLI_OK;
	cs_say(stderr,
	    "This gives away the secret of %s: whoever has it makes its codes for ever, and it "
	    "cannot be taken back. For a while only: --codes 8h lends codes and keeps the secret.",
	    sh->name);
	if (e->kind == CS_ENTRY_HOTP)
		cs_say(stderr, "It goes by a counter: two who use it get out of step. --count 5 "
			       "lends five codes that you will not use yourself.");
	if (!cs_terminal_is_there())
		return CS_CLI_OK;
	return cs_terminal_confirm(line, "Give it to %s?", everybody(sh));
}

/* --- what comes of it --- */

static void
tell(const struct sharing *sh)
{
	struct cs_arena *a = sh->session->arena;

	if (!sh->is_lent) {
		cs_say(stderr,
		    "Shared %s with %s. They read it with: countersign import FILE. How it can be "
		    "ended: countersign revoke",
		    sh->name, everybody(sh));
		return;
	}
	if (sh->codes != 0)
		cs_say(stderr, "Lent %lld codes of %s to %s, counters %llu to %llu, until %s.",
		    (long long)sh->codes, sh->name, everybody(sh), (unsigned long long)sh->first,
		    (unsigned long long)sh->first + (unsigned long long)sh->codes - 1,
		    cs_sharing_time(a, sh->until));
	else
		cs_say(stderr, "Lent the codes of %s to %s until %s.", sh->name, everybody(sh),
		    cs_sharing_time(a, sh->until));
	cs_say(stderr, "They read them with: countersign import FILE. The secret stays here.");
}

static json_t *
json_of(const struct sharing *sh, const struct cs_entry *e)
{
	json_t *to = json_array();
	json_t *j = json_object();

	for (size_t i = 0; i < sh->count; i++)
		json_array_append_new(to, cs_json_str(sh->whom[i]));
	json_object_set_new(j, "id", cs_json_id(sh->id));
	json_object_set_new(j, "issuer", cs_json_str(e->issuer));
	json_object_set_new(j, "account", cs_json_str(e->account));
	json_object_set_new(j, "what", json_string(sh->is_lent ? "lent" : "shared"));
	json_object_set_new(j, "to", to);
	json_object_set_new(j, "until", cs_json_time(sh->until));
	if (sh->is_lent)
		json_object_set_new(j, "codes", json_integer((json_int_t)sh->made));
	if (sh->codes != 0)
		json_object_set_new(j, "counter", json_integer((json_int_t)sh->first));
	return j;
}

static int
write_out(const struct sharing *sh, const struct cs_entry *e, const char *path, bool is_over)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	CS_AUTO(cs_buf_clear) struct cs_buf armor;
	bool is_json = sh->session->line->is_json;

	cs_buf_init(&file, SENT_MAX);
	cs_buf_init(&armor, 2 * SENT_MAX);
	if (cs_failed(cs_age_encrypt(
		sh->session->place.rng, sh->keys, sh->count, cs_buf_span(&sh->entries), &file))) {
		cs_complain("it could not be encrypted");
		return CS_CLI_FAILED;
	}
	cs_age_armor(cs_buf_span(&file), &armor);
	if (path != NULL || !is_json) {
		int status = cs_file_write(path != NULL ? path : "-", cs_buf_span(&armor), is_over);
		if (status != CS_CLI_OK)
			return status;
	}
	if (!is_json) {
		tell(sh);
		return CS_CLI_OK;
	}
	json_t *j = json_of(sh, e);
	json_object_set_new(j, path != NULL ? "file" : "age",
	    path != NULL ? cs_json_str(cs_str_c(path)) : cs_json_str(cs_buf_str(&armor)));
	return cs_json_show(j);
}

/* Before anything is reserved: a file that is there is not written over. */
static int
look_at_path(const char *path, bool is_over)
{
	struct stat there;

	if (path == NULL || is_over || stat(path, &there) != 0 || !S_ISREG(there.st_mode))
		return CS_CLI_OK;
	cs_complain("%s is there already; --force writes over it", path);
	return CS_CLI_REFUSED;
}

int
cs_cmd_share(struct cs_cli_line *line)
{
	struct cs_cli_list to = { 0 };
	const char *path = NULL, *window = NULL, *number = NULL;
	bool is_over = false;
	const struct cs_cli_option options[] = {
		{ "to", 't', "age1…|CONTACT", "for whom; may stand several times", .list = &to },
		{ "codes", 'c', "TIME",
		    "lend its codes for that long (8h, 30m, 2d), not the secret",
		    .value = &window },
		{ "count", 'n', "N", "lend the next N codes of one that goes by a counter",
		    .value = &number },
		{ "output", 'o', "FILE", "write it there, not to standard output", .value = &path },
		{ "force", 'f', NULL, "write over a file of that name", .flag = &is_over },
	};
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct sharing sh = { .session = &s };
	struct cs_entry *e = NULL;
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 1, -1, &status))
		return status;
	if (to.count == 0)
		return cs_line_misused(line, "say for whom: --to age1… or --to CONTACT");
	if (path != NULL && strcmp(path, "-") == 0)
		path = NULL;
	status = look_at_path(path, is_over);
	if (status != CS_CLI_OK)
		return status;
	status = cs_session_open_entry(&s, line, &e);
	if (status == CS_CLI_OK)
		status = take_recipients(&sh, &to);
	if (status != CS_CLI_OK)
		return status;
	sh.id = e->id;
	sh.name = cs_session_name(&s, e);
	/* A passphrase takes its time to be typed. */
	sh.now = cs_clock_now(&cs_clock_wall);
	status = take_window(&sh, e, window, number);
	if (status == CS_CLI_OK)
		status = ask(&sh, e);
	if (status != CS_CLI_OK)
		return status;
	const struct cs_entry names = { .issuer = cs_arena_str(s.arena, e->issuer),
		.account = cs_arena_str(s.arena, e->account) };
	cs_buf_init_sensitive(&sh.entries, SENT_MAX);
	status = cs_session_edit(&s, CS_STR_NONE, share, &sh);
	if (status == CS_CLI_OK)
		status = write_out(&sh, &names, path, is_over);
	cs_buf_clear(&sh.entries);
	return status;
}
