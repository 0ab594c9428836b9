/* restore: a backup becomes the vault; where there is one, as a step that undo takes back. */
#include "cli/commands/backup.h"
#include "cli/session/json_out.h"
#include "cli/program/terminal.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct restoring {
	struct cs_session *session;
	const char *path;
	struct cs_backup_key key;
	const char *new_passphrase_file;
	const char *work_factor;
	struct cs_book *backup;
	char beside[PATH_MAX]; /* its identity.age */
};

static cs_err
become(void *ctx, struct cs_book *book)
{
	const struct restoring *r = ctx;
	cs_err e = cs_book_become(book, r->backup, r->session->line->now);

	if (cs_failed(e))
		cs_complain("the vault cannot hold what is in %s", r->path);
	return e;
}

static int
confirm(struct restoring *r)
{
	struct cs_session *s = r->session;
	struct cs_backup_entry *entries;
	size_t counts[CS_BACKUP_VERDICTS] = { 0 };
	size_t count;

	if (cs_failed(cs_backup_compare(
		s->arena, s->place.rng, s->line->now, r->backup, s->book, &entries, &count))) {
		cs_complain("%s holds too much to be compared", r->path);
		return CS_CLI_DAMAGED;
	}
	for (size_t i = 0; i < count; i++)
		counts[entries[i].verdict]++;
	size_t old = counts[CS_BACKUP_DIFFERS], gone = counts[CS_BACKUP_MISSING];
	cs_say(stderr, "Accounts in %s: %zu.", r->path, r->backup->entry_count);
	if (old != 0)
		cs_say(stderr, "Changed since, and would be as before: %zu.", old);
	if (gone != 0)
		cs_say(stderr, "In the vault and not in the backup, and would go: %zu.", gone);
	return cs_terminal_confirm(s->line, "Make the vault what this backup is?");
}

static int
restore_here(struct restoring *r)
{
	CS_AUTO(cs_secret_free) struct cs_secret *key = NULL;
	struct cs_session *s = r->session;
	int status = cs_session_open(s);

	if (status == CS_CLI_OK && cs_backup_key_is_given(&r->key))
		status = cs_backup_key_take(s->line, &r->key, &key);
	if (status == CS_CLI_OK)
		status = cs_backup_read(s, r->path, key, &r->backup);
	if (status == CS_CLI_OK)
		status = confirm(r);
	if (status != CS_CLI_OK)
		return status;
	cs_str said = cs_arena_printf(s->arena, "restored %.200s", r->path);
	/* a name may hold anything */
	said.len = cs_utf8_prefix(cs_str_span(said));
	return cs_session_edit(s, said, become, r);
}

/* What is restored is what the backup has: no reminder, and nothing to undo. */
static cs_err
begin_again(struct restoring *r)
{
	struct cs_book_event e = {
		.at = r->session->line->now,
		.what = CS_STR("backup"),
		.whom = CS_STR("restored"),
		.serial = r->backup->serial + 1,
	};

	r->backup->parent = 0;
	r->backup->said = CS_STR("restored a backup");
	return cs_book_note_event(r->backup, &e);
}

/* Nobody said what opens it: the identity beside it, by its passphrase, if there is one. */
static void
look_beside(struct restoring *r)
{
	if (!cs_backup_key_is_given(&r->key) &&
	    !cs_failed(cs_backup_identity_path(r->path, r->beside, sizeof(r->beside))) &&
	    access(r->beside, R_OK) == 0)
		r->key.identity = r->beside;
}

static int
restore_anew(struct restoring *r)
{
	CS_AUTO(cs_secret_free) struct cs_secret *key = NULL;
	struct cs_session *s = r->session;

	look_beside(r);
	int status = cs_backup_key_take(s->line, &r->key, &key);

	if (status == CS_CLI_OK)
		status = cs_backup_read(s, r->path, key, &r->backup);
	if (status != CS_CLI_OK)
		return status;
	if (cs_failed(begin_again(r)))
		return CS_CLI_FAILED;
	/* of an identity.age that was named the line's passphrase is the old one */
	bool is_old = r->key.identity != NULL && r->key.identity != r->beside;
	const char *file = r->new_passphrase_file != NULL || is_old ? r->new_passphrase_file
								    : s->line->passphrase_file;
	return cs_make_vault_of_backup(s, r->work_factor, file, r->backup);
}

static size_t
count_counters(const struct cs_book *book)
{
	size_t count = 0;

	for (size_t i = 0; book != NULL && i < book->entry_count; i++)
		count += book->entries[i].kind == CS_ENTRY_HOTP;
	return count;
}

static bool
has_vault(const struct cs_session *s)
{
	CS_AUTO(cs_buf_clear) struct cs_buf path;

	cs_buf_init(&path, 8192);
	cs_buf_printf(&path, "%s/vault.age%c", s->place.folder, '\0');
	return access((const char *)path.p, F_OK) == 0;
}

int
cs_cmd_restore(struct cs_cli_line *line)
{
	CS_SESSION_AUTO struct cs_session s = { 0 };
	struct restoring r = { .session = &s };
	const struct cs_cli_option options[] = {
		CS_BACKUP_KEY_OPTIONS(&r.key),
		{ "new-passphrase-file", 0, "FILE",
		    "the passphrase of a vault that is made is this one's first line",
		    .value = &r.new_passphrase_file },
		CS_WORK_OPTION(&r.work_factor),
	};
	int status;

	if (!cs_line_take(line, options, CS_COUNT(options), 1, 1, &status))
		return status;
	r.path = line->words[0];
	cs_session_init(&s, line);
	bool is_here = has_vault(&s);
	status = is_here ? restore_here(&r) : restore_anew(&r);
	size_t count = r.backup == NULL ? 0 : r.backup->entry_count;
	size_t counters = count_counters(r.backup);
	cs_book_free(&r.backup);
	if (status != CS_CLI_OK)
		return status;
	if (line->is_json)
		return cs_json_show(json_pack("{s:I}", "entries", (json_int_t)count));
	cs_say(stderr, "%zu account%s back.", count, count == 1 ? " is" : "s are");
	/* where there was no vault, nobody knows how far they went since */
	if (counters != 0 && !is_here)
		cs_say(stderr,
		    "Going by a counter: %zu, from where it stood at the backup. If a service "
		    "refuses such a code, take the next.",
		    counters);
	return CS_CLI_OK;
}
