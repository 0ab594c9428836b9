#include "cli/commands/backup.h"

#include "cli/program/terminal.h"

#include <stdio.h>
#include "crypto/equal.h"
#include "crypto/mac.h"
#include "vault/capsule.h"
#include "vault/code.h"

#define ENTRY_TEXT_MAX (1 << 20)
#define KEY_LEN 32

bool
cs_backup_key_is_given(const struct cs_backup_key *key)
{
	return key->recovery_file != NULL || key->identity != NULL || key->has_shares;
}

int
cs_backup_key_take(
    const struct cs_cli_line *line, const struct cs_backup_key *key, struct cs_secret **out)
{
	if (key->identity != NULL)
		return cs_read_identity(line, key->identity, out);
	return cs_take_recovery_key(line, key->recovery_file, key->has_shares, out);
}

cs_err
cs_backup_identity_path(const char *path, char *out, size_t len)
{
	int n = snprintf(out, len, "%s.identity", path);

	return n > 0 && (size_t)n < len ? CS_OK : CS_FAIL(LIMIT);
}

int
cs_backup_read(struct cs_session *s, const char *path, struct cs_secret *key, struct cs_book **out)
{
	struct cs_age_identities who = { &key, 1 };
	struct cs_age_opener opener = key != NULL ? cs_age_identities_opener(&who) : s->opener;
	cs_err e = cs_place_read_file(path, &opener, out, &s->trouble);

	if (cs_is(e, CS_E_NOT_FOUND)) {
		cs_complain(key != NULL
				? "%s is not for that key: another vault's backup, or damaged"
				: "%s is not for this vault's key: another vault's backup, "
				  "or damaged; with its recovery key: --recovery-file FILE",
		    path);
		return CS_CLI_WRONG_KEY;
	}
	return cs_failed(e) ? cs_session_trouble(&s->trouble, e) : CS_CLI_OK;
}

const char *
cs_backup_verdict_name(enum cs_backup_verdict verdict)
{
	static const char *const names[CS_BACKUP_VERDICTS] = { "same", "differs", "extra",
		"missing", "broken" };

	return names[verdict];
}

/* Counters do not go back, and are left out: an entry that only counted on is the same. */
static cs_err
commit_to(
    cs_span key, const struct cs_entry *e, struct cs_buf *text, uint8_t out[static CS_SHA256_LEN])
{
	struct cs_entry still = *e;
	struct cs_capsule capsule;

	still.counter = 0;
	still.changed = (cs_time){ 0 };
	if (e->capsule != NULL) {
		capsule = *e->capsule;
		capsule.used = 0;
		still.capsule = &capsule;
	}
	cs_buf_reset(text);
	cs_entry_encode(&still, text);
	CS_TRY(cs_buf_finish(text, NULL));
	return cs_hmac_sha256(key, cs_buf_span(text), out);
}

static bool
makes_codes(const struct cs_entry *e, cs_time now)
{
	struct cs_code_shown shown;
	/* a capsule that is over is whole all the same; a YubiKey makes its own */
	bool is_made = e->kind == CS_ENTRY_CAPSULE || e->kind == CS_ENTRY_YUBIKEY ||
		       !cs_failed(cs_code_at(e, now, &shown));

	cs_wipe(&shown, sizeof(shown));
	return is_made;
}

/* Both are in nearly the same order, so that what is looked for is nearly always the next. */
static const struct cs_entry *
find_after(const struct cs_book *book, cs_id id, size_t *hint)
{
	for (size_t n = 0; book != NULL && n < book->entry_count; n++) {
		size_t at = (*hint + n) % book->entry_count;

		if (cs_id_equal(book->entries[at].id, id)) {
			*hint = at + 1;
			return &book->entries[at];
		}
	}
	return NULL;
}

static cs_err
judge(cs_span key, const struct cs_entry *e, const struct cs_entry *there, cs_time now,
    struct cs_buf *text, enum cs_backup_verdict *out)
{
	uint8_t mine[CS_SHA256_LEN], theirs[CS_SHA256_LEN];

	*out = CS_BACKUP_EXTRA;
	if (!makes_codes(e, now)) {
		*out = CS_BACKUP_BROKEN;
		return CS_OK;
	}
	if (there == NULL)
		return CS_OK;
	CS_TRY(commit_to(key, e, text, mine));
	CS_TRY(commit_to(key, there, text, theirs));
	*out = cs_equal(mine, theirs, sizeof(mine)) ? CS_BACKUP_SAME : CS_BACKUP_DIFFERS;
	return CS_OK;
}

cs_err
cs_backup_compare(struct cs_arena *a, const struct cs_random *rng, cs_time now,
    const struct cs_book *backup, const struct cs_book *vault, struct cs_backup_entry **out,
    size_t *out_count)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	size_t most = backup->entry_count + (vault == NULL ? 0 : vault->entry_count);
	uint8_t key[KEY_LEN];
	size_t hint = 0;
	void *p;

	*out_count = 0;
	cs_buf_init_sensitive(&text, ENTRY_TEXT_MAX);
	CS_TRY(cs_arena_try(a, (most + 1) * sizeof(**out), &p));
	*out = p;
	cs_random_fill(rng, key, sizeof(key));
	for (size_t i = 0; i < backup->entry_count; i++) {
		const struct cs_entry *e = &backup->entries[i];
		struct cs_backup_entry *made = &(*out)[(*out_count)++];

		made->entry = e;
		CS_TRY(judge(CS_SPAN(key, sizeof(key)), e, find_after(vault, e->id, &hint), now,
		    &text, &made->verdict));
	}
	hint = 0;
	for (size_t i = 0; vault != NULL && i < vault->entry_count; i++) {
		if (find_after(backup, vault->entries[i].id, &hint) == NULL)
			(*out)[(*out_count)++] =
			    (struct cs_backup_entry){ &vault->entries[i], CS_BACKUP_MISSING };
	}
	return CS_OK;
}
