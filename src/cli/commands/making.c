#include "cli/commands/making.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/program/file_out.h"
#include "cli/program/terminal.h"
#include "crypto/equal.h"

#define SHORT_PASSPHRASE 10
#define KEY_TEXT_MAX 128
#define KEY_END_LEN 6

int
cs_work_factor(const struct cs_cli_line *line, const char *text, int *out)
{
	int64_t n = CS_AGE_WORK_FACTOR;

	*out = CS_AGE_WORK_FACTOR;
	if (text != NULL &&
	    !cs_line_number(line, "work-factor", text, 1, CS_AGE_WORK_FACTOR_MAX, &n))
		return CS_CLI_USAGE;
	*out = (int)n;
	return CS_CLI_OK;
}

static int
tell_unasked(cs_err err)
{
	if (cs_is(err, CS_E_UNAVAILABLE)) {
		cs_complain("there is no terminal to ask for the passphrase on: "
			    "--passphrase-file FILE");
		return CS_CLI_LOCKED;
	}
	cs_complain(
	    cs_is(err, CS_E_NOT_FOUND) ? "no passphrase was given" : "that cannot be a passphrase");
	return CS_CLI_FAILED;
}

static int
judge_passphrase(const struct cs_cli_line *line, cs_str passphrase)
{
	if (passphrase.len == 0)
		return cs_terminal_confirm(line,
		    "Without a passphrase, whoever can read your files has all your codes. "
		    "Really none?");
	if (passphrase.len < SHORT_PASSPHRASE)
		cs_say(stderr, "That passphrase is short. Whoever gets hold of your files can try "
			       "millions; four or five random words hold out.");
	return CS_CLI_OK;
}

static int
ask_twice(struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf again;
	cs_err e;

	cs_buf_init_sensitive(&again, CS_TERMINAL_ANSWER_MAX);
	if (cs_terminal_is_there())
		cs_say(stderr,
		    "Choose a passphrase: four or five random words. Nothing shows as you type.");
	for (;;) {
		cs_buf_reset(out);
		cs_buf_reset(&again);
		e = cs_terminal_ask_secret("New passphrase: ", out);
		if (!cs_failed(e))
			e = cs_terminal_ask_secret("The same again: ", &again);
		if (cs_failed(e))
			return tell_unasked(e);
		if (out->len == again.len && (out->len == 0 || cs_equal(out->p, again.p, out->len)))
			return CS_CLI_OK;
		cs_say(stderr, "They are not the same; once more.");
	}
}

int
cs_ask_new_passphrase(const struct cs_cli_line *line, const char *file, struct cs_buf *out)
{
	int status = file != NULL ? cs_session_passphrase_file(file, out) : ask_twice(out);

	return status == CS_CLI_OK ? judge_passphrase(line, cs_buf_str(out)) : status;
}

/* Nothing is made before the person has the recovery key: they may still turn back. */
static int
show_recovery_key(const struct cs_cli_line *line, cs_str key)
{
	CS_AUTO(cs_buf_clear) struct cs_buf answer;
	cs_str end = cs_str_slice(key, key.len - KEY_END_LEN, key.len);

	cs_say(stderr, "This is the recovery key. It opens the vault, and every backup of it, when "
		       "the passphrase is forgotten.");
	cs_say(stderr, "It is shown this once. Write it down, and keep it where the vault is not:");
	cs_say(stderr, "%s", "");
	cs_say(stderr, "    %.*s", CS_STR_ARG(key));
	cs_say(stderr, "%s", "");
	cs_buf_init_sensitive(&answer, CS_TERMINAL_ANSWER_MAX);
	for (;;) {
		cs_buf_reset(&answer);
		if (cs_failed(
			cs_terminal_ask("Type its last six characters to go on: ", &answer))) {
			cs_complain("no vault was made");
			return CS_CLI_FAILED;
		}
		if (cs_str_equal_nocase(cs_str_trim(cs_buf_str(&answer)), end))
			return CS_CLI_OK;
		cs_say(stderr, "Those are not its last six.");
	}
}

static int
write_recovery_key(const char *path, cs_str key)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init_sensitive(&text, 1024);
	cs_buf_add_c(&text, "# The recovery key of a countersign vault. It opens vault.age and its "
			    "backups:\n#     age -d -i THIS-FILE BACKUP\n"
			    "#     countersign recover --recovery-file THIS-FILE\n");
	cs_buf_add_str(&text, key);
	cs_buf_add_byte(&text, '\n');
	return cs_file_write(path, cs_buf_span(&text), false);
}

static int
hand_over_recovery_key(
    const struct cs_cli_line *line, const char *file, const struct cs_secret *recovery)
{
	CS_AUTO(cs_buf_clear) struct cs_buf key;

	cs_buf_init_sensitive(&key, KEY_TEXT_MAX);
	cs_age_identity_encode(recovery, &key);
	if (file != NULL)
		return write_recovery_key(file, cs_buf_str(&key));
	if (cs_terminal_is_there())
		return show_recovery_key(line, cs_buf_str(&key));
	cs_complain("there is no terminal to show the recovery key on: --recovery-file FILE");
	return CS_CLI_LOCKED;
}

static int
check_no_vault(struct cs_session *s)
{
	CS_AUTO(cs_buf_clear) struct cs_buf path;

	cs_buf_init(&path, 8192);
	cs_buf_printf(&path, "%s/vault.age%c", s->place.folder, '\0');
	if (access((const char *)path.p, F_OK) != 0)
		return CS_CLI_OK;
	cs_complain("there is a vault in %s already", s->place.folder);
	return CS_CLI_REFUSED;
}

/* What was made is open, as if it had been unlocked. */
static int
open_made(struct cs_session *s, cs_str passphrase)
{
	cs_err e = cs_place_unlock(&s->place, passphrase, &s->identity, &s->trouble);

	if (!cs_failed(e)) {
		s->has_agent = false;
		s->identities = (struct cs_age_identities){ &s->identity, 1 };
		s->opener = cs_age_identities_opener(&s->identities);
		cs_book_free(&s->book);
		e = cs_place_read(&s->place, &s->opener, &s->book, &s->trouble);
	}
	return cs_failed(e) ? cs_session_trouble(&s->trouble, e) : CS_CLI_OK;
}

static int
make(struct cs_session *s, cs_str passphrase, int work_factor, const struct cs_secret *recovery,
    struct cs_book *book)
{
	cs_err e = cs_place_make(&s->place, passphrase, work_factor, recovery, book, &s->trouble);

	if (cs_is(e, CS_E_CONFLICT)) {
		cs_complain("%s", s->trouble.text);
		return CS_CLI_REFUSED;
	}
	return cs_failed(e) ? cs_session_trouble(&s->trouble, e) : open_made(s, passphrase);
}

int
cs_make_vault(struct cs_session *s, const struct cs_making *how, struct cs_book *book)
{
	CS_AUTO(cs_buf_clear) struct cs_buf passphrase;
	CS_AUTO(cs_secret_free) struct cs_secret *recovery = NULL;
	int work_factor;
	int status = cs_work_factor(s->line, how->work_factor, &work_factor);

	cs_buf_init_sensitive(&passphrase, CS_TERMINAL_ANSWER_MAX);
	if (status == CS_CLI_OK)
		status = check_no_vault(s);
	if (status == CS_CLI_OK)
		status = cs_ask_new_passphrase(s->line, s->line->passphrase_file, &passphrase);
	if (status != CS_CLI_OK)
		return status;
	if (cs_failed(cs_age_identity_new(s->place.rng, &recovery)))
		return CS_CLI_FAILED;
	status = hand_over_recovery_key(s->line, how->recovery_file, recovery);
	if (status != CS_CLI_OK)
		return status;
	status = make(s, cs_buf_str(&passphrase), work_factor, recovery, book);
	if (status != CS_CLI_OK && how->recovery_file != NULL &&
	    strcmp(how->recovery_file, "-") != 0)
		unlink(how->recovery_file);
	return status;
}

int
cs_make_vault_of_backup(struct cs_session *s, const char *work_factor, const char *passphrase_file,
    struct cs_book *book)
{
	CS_AUTO(cs_buf_clear) struct cs_buf passphrase;
	int factor;
	int status = cs_work_factor(s->line, work_factor, &factor);

	cs_buf_init_sensitive(&passphrase, CS_TERMINAL_ANSWER_MAX);
	if (status == CS_CLI_OK)
		status = check_no_vault(s);
	if (status == CS_CLI_OK)
		status = cs_ask_new_passphrase(s->line, passphrase_file, &passphrase);
	if (status != CS_CLI_OK)
		return status;
	return make(s, cs_buf_str(&passphrase), factor, NULL, book);
}
