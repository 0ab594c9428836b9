/*
 * backup_verify.c - would it come back? The backup is opened and decoded in memory; every entry of
 * it, and of the vault, gets a verdict.
 */
#include "cli/commands/backup.h"
#include "cli/session/json_out.h"
#include "cli/program/terminal.h"

struct verifying {
	struct cs_session *session;
	struct cs_backup_entry *entries;
	size_t count;
	size_t counts[CS_BACKUP_VERDICTS];
	bool is_compared;
	cs_time at; /* when the vault was last changed before the backup */
};

static const char *
explain(const struct verifying *v, enum cs_backup_verdict verdict)
{
	switch (verdict) {
	case CS_BACKUP_SAME:
		return "comes back as it is";
	case CS_BACKUP_DIFFERS:
		return "comes back as it was: it was changed since";
	case CS_BACKUP_EXTRA:
		return v->is_compared ? "comes back, and is not in the vault now" : "comes back";
	case CS_BACKUP_MISSING:
		return "would be LOST: the backup does not have it";
	default:
		return "is in the backup and makes no code";
	}
}

static int
show_json(const struct verifying *v)
{
	json_t *all = json_array();
	json_t *counts = json_object();

	for (size_t i = 0; i < v->count; i++) {
		json_t *j = cs_json_entry(v->entries[i].entry);
		json_object_set_new(
		    j, "verdict", json_string(cs_backup_verdict_name(v->entries[i].verdict)));
		json_array_append_new(all, j);
	}
	for (int i = 0; i < CS_BACKUP_VERDICTS; i++)
		json_object_set_new(counts, cs_backup_verdict_name((enum cs_backup_verdict)i),
		    json_integer((json_int_t)v->counts[i]));
	return cs_json_show(json_pack("{s:b, s:o, s:o, s:o}", "compared", v->is_compared, "changed",
	    cs_json_time(v->at), "counts", counts, "entries", all));
}

static void
tell_counts(const struct verifying *v)
{
	size_t lost = v->counts[CS_BACKUP_MISSING] + v->counts[CS_BACKUP_BROKEN];
	size_t old = v->counts[CS_BACKUP_DIFFERS];

	if (lost == 0 && old == 0)
		cs_say(stderr, v->count == 1 ? "It would come back." : "All %zu would come back.",
		    v->count);
	else
		cs_say(stderr,
		    "%zu of %zu would come back, %zu as before a change; %zu would be lost.",
		    v->count - lost, v->count, old, lost);
	if (old + v->counts[CS_BACKUP_MISSING] != 0)
		cs_say(stderr, "A new backup has them as they are: countersign backup FILE");
}

static int
show(const struct verifying *v)
{
	static const struct cs_table_column columns[] = {
		{ "NAME", .may_be_cut = true },
		{ .title = "IF RESTORED, IT" },
	};
	struct cs_arena *a = v->session->arena;
	struct cs_table t;

	cs_table_init(&t, a, columns, CS_COUNT(columns));
	for (size_t i = 0; i < v->count; i++) {
		cs_table_add(&t, cs_entry_name(a, v->entries[i].entry));
		cs_table_add(&t, cs_str_c(explain(v, v->entries[i].verdict)));
	}
	cs_table_show(&t, stdout);
	tell_counts(v);
	if (!v->is_compared)
		cs_say(stderr,
		    "The vault is locked, or there is none: there was nothing to compare "
		    "with.");
	return cs_output_end();
}

/* With a key at hand nobody is asked for the passphrase too. */
static int
open_both(struct cs_session *s, const char *path, const struct cs_backup_key *how,
    struct cs_book **out, bool *out_is_compared)
{
	CS_AUTO(cs_secret_free) struct cs_secret *key = NULL;
	int status = CS_CLI_OK;

	if (!cs_backup_key_is_given(how)) {
		status = cs_session_open(s);
		*out_is_compared = status == CS_CLI_OK;
		return status == CS_CLI_OK ? cs_backup_read(s, path, NULL, out) : status;
	}
	status = cs_backup_key_take(s->line, how, &key);
	if (status == CS_CLI_OK)
		status = cs_backup_read(s, path, key, out);
	if (status != CS_CLI_OK)
		return status;
	*out_is_compared = how->identity == NULL && s->line->passphrase_file != NULL
			       ? cs_session_open(s) == CS_CLI_OK
			       : cs_session_open_quietly(s) == CS_CLI_OK;
	return CS_CLI_OK;
}

int
cs_backup_verify(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	CS_AUTO(cs_book_free) struct cs_book *backup = NULL;
	struct verifying v = { .session = &s };
	struct cs_backup_key key = { 0 };
	const struct cs_cli_option options[] = { CS_BACKUP_KEY_OPTIONS(&key) };
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 1, 1, &status))
		return status;
	cs_session_init(&s, line);
	status = open_both(&s, line->words[0], &key, &backup, &v.is_compared);
	if (status != CS_CLI_OK)
		return status;
	v.at = backup->changed;
	if (cs_failed(cs_backup_compare(s.arena, s.place.rng, line->now, backup,
		v.is_compared ? s.book : NULL, &v.entries, &v.count))) {
		cs_complain("%s holds too much to be compared", line->words[0]);
		return CS_CLI_DAMAGED;
	}
	for (size_t i = 0; i < v.count; i++)
		v.counts[v.entries[i].verdict]++;
	status = line->is_json ? show_json(&v) : show(&v);
	if (status != CS_CLI_OK)
		return status;
	return v.counts[CS_BACKUP_MISSING] + v.counts[CS_BACKUP_BROKEN] != 0 ? CS_CLI_REFUSED
									     : CS_CLI_OK;
}
