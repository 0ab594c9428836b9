/*
 * revoke: what can be taken back of what was shared, said as it is, and the way to what cannot: a new
 * secret.
 */
#include "cli/session/json_out.h"
#include "cli/program/program.h"
#include "cli/commands/sharing.h"
#include "cli/program/terminal.h"

#include <unistd.h>

/* What is out of an entry that still counts. */
struct out {
	struct cs_session *session;
	const struct cs_entry *entry;
	const char *name;
	size_t secrets; /* how many were given the secret */
	size_t lent; /* how many have codes whose time is not over */
	size_t counters; /* how many were lent codes of a counter, over or not */
	json_t *rows;
};

static const char *
line_of(const struct out *o, const struct cs_book_event *ev)
{
	struct cs_arena *a = o->session->arena;
	const char *since = cs_sharing_time(a, ev->at);

	if (ev->until.ms == 0)
		return cs_arena_printf(a,
		    "%.*s has had the secret since %s. That cannot be taken back: only a new "
		    "secret "
		    "ends it.",
		    CS_STR_ARG(ev->whom), since)
		    .p;
	if (ev->count == 0)
		return cs_arena_printf(a,
		    "%.*s has codes until %s; they never had the secret. Their codes end by "
		    "themselves then; before, only a new secret ends them.",
		    CS_STR_ARG(ev->whom), cs_sharing_time(a, ev->until))
		    .p;
	return cs_arena_printf(a,
	    "%.*s was lent the codes %llu to %llu on %s; they never had the secret. countersign "
	    "shows them no more after %s, but the service takes one that was written down until "
	    "you have signed in with a later one.",
	    CS_STR_ARG(ev->whom), (unsigned long long)ev->counter,
	    (unsigned long long)(ev->counter + ev->count - 1), since, cs_sharing_time(a, ev->until))
	    .p;
}

static void
add_row(struct out *o, const struct cs_book_event *ev)
{
	const char *text = line_of(o, ev);
	json_t *j = json_object();

	json_object_set_new(j, "to", cs_json_str(ev->whom));
	json_object_set_new(j, "what", cs_json_str(ev->what));
	json_object_set_new(j, "at", cs_json_time(ev->at));
	json_object_set_new(j, "until", cs_json_time(ev->until));
	json_object_set_new(j, "words", cs_json_str(cs_str_c(text)));
	json_array_append_new(o->rows, j);
	if (!o->session->line->is_json)
		cs_say(stdout, "%s", text);
}

static void
survey(struct out *o)
{
	const struct cs_book *book = o->session->book;

	for (size_t i = 0; i < book->event_count; i++) {
		const struct cs_book_event *ev = &book->events[i];
		bool is_over = cs_sharing_of(book, ev, o->session->line->now) == CS_SHARING_OVER;

		if (!cs_sharing_is_one(ev) || !cs_id_equal(ev->entry, o->entry->id) ||
		    (is_over && ev->count == 0))
			continue;
		o->secrets += ev->until.ms == 0;
		o->lent += ev->until.ms != 0 && !is_over;
		o->counters += ev->count != 0;
		add_row(o, ev);
	}
}

static cs_err
note(void *ctx, struct cs_book *book)
{
	const struct out *o = ctx;
	struct cs_book_event event = {
		.at = o->session->place.now, .what = CS_STR("revoked"), .entry = o->entry->id
	};
	cs_err err = cs_book_note_event(book, &event);

	if (cs_failed(err))
		cs_complain("the vault has no room for one more event");
	return err;
}

/* The way on, for somebody who reads it now and for a script. */
static void
say_what_to_do(const struct out *o)
{
	if (o->counters != 0 && o->secrets == 0)
		cs_say(stdout, "Sign in once with your own next code: what was lent before it is "
			       "dead at the service then.");
	if (o->secrets + o->lent == 0)
		return;
	cs_say(stdout,
	    "A new secret: at the service, switch two-factor authentication off and on again, and "
	    "give its new key to");
	cs_say(stdout, "  countersign enrol --replace %.8s",
	    cs_id_uuid_text(o->session->arena, o->entry->id).p);
}

/* The conversation that ends it, as its own run of this program. Returns when it could not be. */
static int
run_enrolment(const struct cs_cli_line *line, const char *id)
{
	const char *words[] = { "countersign", "enrol", "--replace", id, "--vault", line->folder,
		line->passphrase_file != NULL ? "--passphrase-file" : NULL, line->passphrase_file,
		NULL };

	fflush(stdout);
	execv("/proc/self/exe", (char *const *)(uintptr_t)words);
	cs_complain("countersign enrol could not be run");
	return CS_CLI_FAILED;
}

static int
offer_enrolment(struct out *o)
{
	const struct cs_cli_line *line = o->session->line;
	CS_AUTO(cs_buf_clear) struct cs_buf answer;

	cs_buf_init(&answer, CS_TERMINAL_ANSWER_MAX);
	if (o->secrets + o->lent == 0 || line->is_yes || !cs_terminal_is_there() ||
	    cs_failed(cs_terminal_ask("Do it now? [y/N] ", &answer)))
		return cs_output_end();
	cs_str said = cs_str_trim(cs_buf_str(&answer));
	if (!cs_str_equal_nocase(said, CS_STR("y")) && !cs_str_equal_nocase(said, CS_STR("yes")))
		return cs_output_end();
	char id[9];
	snprintf(id, sizeof(id), "%.8s", cs_id_uuid_text(o->session->arena, o->entry->id).p);
	return run_enrolment(line, id);
}

static int
show_json(struct out *o)
{
	json_t *j = cs_json_entry(o->entry);

	json_object_set_new(j, "shares", o->rows);
	json_object_set_new(j, "needs_new_secret", json_boolean(o->secrets + o->lent != 0));
	return cs_json_show(j);
}

int
cs_cmd_revoke(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct out o = { .session = &s };
	struct cs_entry *e = NULL, copy;
	int status;

	if (!cs_line_take(line, NULL, 0, 1, -1, &status))
		return status;
	status = cs_session_open_entry(&s, line, &e);
	if (status != CS_CLI_OK)
		return status;
	copy = *e;
	o.entry = &copy;
	o.name = cs_session_name(&s, e);
	o.rows = json_array();
	survey(&o);
	if (o.secrets + o.lent + o.counters == 0) {
		json_decref(o.rows);
		cs_complain("%s: nobody has anything of it that still counts", o.name);
		return CS_CLI_NOT_FOUND;
	}
	status = cs_session_edit(&s, CS_STR_NONE, note, &o);
	if (status != CS_CLI_OK || line->is_json) {
		if (status == CS_CLI_OK)
			return show_json(&o);
		json_decref(o.rows);
		return status;
	}
	json_decref(o.rows);
	say_what_to_do(&o);
	return offer_enrolment(&o);
}
