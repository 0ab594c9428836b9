#include "cli/session/session.h"

#include "cli/session/new_entry.h"
#include "cli/program/program.h"
#include "cli/program/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define ARENA_MAX (64 << 20)
#define TRIES 3
#define CANDIDATES_SHOWN 20

void
cs_session_init(struct cs_session *s, const struct cs_cli_line *line)
{
	*s = (struct cs_session){
		.line = line,
		.place = { .folder = line->folder, .rng = &cs_random_system, .now = line->now },
		.arena = cs_arena_new_locked(ARENA_MAX),
	};
}

/* On a terminal, behind what was asked for, once a day: the last step is in no backup. */
static void
remind_of_backup(const struct cs_session *s)
{
	/* Without a step, what was written may have been that there is a backup. */
	bool is_known = s->has_stepped || (s->book != NULL && !s->has_edited);

	if (is_known && !s->line->is_json && cs_terminal_is_out() && isatty(STDERR_FILENO) == 1 &&
	    cs_place_is_reminder_due(&s->place, s->has_stepped ? NULL : s->book)) {
		fflush(stdout);
		cs_say(stderr, "(No backup has this yet: countersign backup FILE)");
	}
}

void
cs_session_end(struct cs_session *s)
{
	remind_of_backup(s);
	cs_book_free(&s->book);
	cs_secret_free(&s->identity);
	cs_arena_free(&s->arena);
}

int
cs_session_trouble(const struct cs_place_trouble *trouble, cs_err err)
{
	static const int exits[] = {
		[CS_PLACE_OK] = CS_CLI_FAILED,
		[CS_PLACE_NONE] = CS_CLI_NO_VAULT,
		[CS_PLACE_LOCKED] = CS_CLI_LOCKED,
		[CS_PLACE_WRONG_KEY] = CS_CLI_WRONG_KEY,
		[CS_PLACE_DAMAGED] = CS_CLI_DAMAGED,
		[CS_PLACE_TOO_NEW] = CS_CLI_TOO_NEW,
		[CS_PLACE_BUSY] = CS_CLI_BUSY,
		[CS_PLACE_DISK] = CS_CLI_DISK,
		[CS_PLACE_TOO_DEAR] = CS_CLI_DAMAGED,
		[CS_PLACE_INVALID] = CS_CLI_FAILED,
	};

	if (trouble->text[0] != '\0')
		cs_complain("%s", trouble->text);
	else
		cs_complain("that could not be done (%s)", cs_code_name(err.code));
	if (trouble->problem == CS_PLACE_NONE)
		cs_say(stderr,
		    "countersign init makes one; countersign import FILE makes one of another "
		    "app's export; countersign restore FILE brings one back.");
	return exits[trouble->problem];
}

/* Byte by byte: what stands behind the line is for somebody else. */
static cs_err
read_line(int fd, struct cs_buf *out)
{
	for (;;) {
		uint8_t byte = 0;
		ssize_t n = read(fd, &byte, 1);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return CS_FAIL(UNAVAILABLE);
		if (n == 0 || byte == '\n')
			return cs_buf_finish(out, NULL);
		cs_buf_add_byte(out, byte);
	}
}

int
cs_session_passphrase_file(const char *path, struct cs_buf *out)
{
	bool is_standard = strcmp(path, "-") == 0;
	int fd = is_standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1) {
		cs_complain("%s: %s", path, strerror(errno));
		return CS_CLI_DISK;
	}
	cs_err err = read_line(fd, out);
	if (!is_standard)
		close(fd);
	if (cs_is(err, CS_E_LIMIT)) {
		cs_complain("%s: its first line is too long for a passphrase", path);
		return CS_CLI_WRONG_KEY;
	}
	if (cs_failed(err) || !cs_utf8_is_valid(cs_buf_span(out))) {
		cs_complain("%s: no passphrase can be read from it", path);
		return CS_CLI_WRONG_KEY;
	}
	/* As an editor of another system ends its lines. */
	if (out->len > 0 && out->p[out->len - 1] == '\r')
		out->len--;
	return CS_CLI_OK;
}

static void
hold_identity(struct cs_session *s)
{
	s->has_agent = false;
	s->identities = (struct cs_age_identities){ .identities = &s->identity, .count = 1 };
	s->opener = cs_age_identities_opener(&s->identities);
}

static int
unlock_by_file(struct cs_session *s)
{
	CS_AUTO(cs_buf_clear) struct cs_buf passphrase;

	cs_buf_init_sensitive(&passphrase, CS_TERMINAL_ANSWER_MAX);
	int status = cs_session_passphrase_file(s->line->passphrase_file, &passphrase);
	if (status != CS_CLI_OK)
		return status;
	cs_err err = cs_place_unlock(&s->place, cs_buf_str(&passphrase), &s->identity, &s->trouble);
	if (cs_failed(err))
		return cs_session_trouble(&s->trouble, err);
	hold_identity(s);
	return CS_CLI_OK;
}

/* err of a question that nobody answered, as an exit status. */
static int
tell_unasked(cs_err err)
{
	if (cs_is(err, CS_E_UNAVAILABLE))
		cs_complain(
		    "the vault is locked, and there is no terminal to ask for the passphrase "
		    "on: countersign unlock, or --passphrase-file FILE");
	else if (cs_is(err, CS_E_NOT_FOUND))
		cs_complain("no passphrase was given");
	else
		cs_complain("that is no passphrase");
	return cs_is(err, CS_E_UNAVAILABLE) ? CS_CLI_LOCKED : CS_CLI_WRONG_KEY;
}

struct guessing {
	struct cs_session *session;
	int tried;
};

static cs_err
try_passphrase(void *ctx, cs_str passphrase)
{
	struct guessing *g = ctx;
	struct cs_session *s = g->session;
	cs_err err = cs_place_unlock(&s->place, passphrase, &s->identity, &s->trouble);

	if (cs_failed(err) && s->trouble.problem == CS_PLACE_WRONG_KEY) {
		if (++g->tried < TRIES)
			cs_say(stderr, "That is not it; once more.");
		return CS_FAIL(FORBIDDEN);
	}
	return err;
}

static int
unlock_by_asking(struct cs_session *s)
{
	struct guessing g = { .session = s };

	s->trouble = (struct cs_place_trouble){ 0 };
	cs_err err = cs_terminal_ask_until("Passphrase: ", TRIES, try_passphrase, &g);
	if (!cs_failed(err)) {
		hold_identity(s);
		return CS_CLI_OK;
	}
	if (s->trouble.problem == CS_PLACE_OK)
		return tell_unasked(err);
	int status = cs_session_trouble(&s->trouble, err);
	if (s->trouble.problem == CS_PLACE_WRONG_KEY)
		cs_say(stderr, "Forgotten? countersign recover takes the recovery key instead.");
	return status;
}

/* Whether there is a vault at all, before anybody is asked for its passphrase. */
static int
look_for_vault(struct cs_session *s)
{
	CS_AUTO(cs_buf_clear) struct cs_buf path;

	cs_buf_init(&path, 2 * sizeof(s->line->folder_room));
	cs_buf_printf(&path, "%s/vault.age%c", s->place.folder, '\0');
	if (access((const char *)path.p, F_OK) == 0 || errno != ENOENT)
		return CS_CLI_OK;
	s->trouble.problem = CS_PLACE_NONE;
	snprintf(
	    s->trouble.text, sizeof(s->trouble.text), "there is no vault in %s", s->place.folder);
	return cs_session_trouble(&s->trouble, CS_FAIL(NOT_FOUND));
}

int
cs_session_unlock_by_passphrase(struct cs_session *s)
{
	int status = look_for_vault(s);

	if (status != CS_CLI_OK)
		return status;
	return s->line->passphrase_file != NULL ? unlock_by_file(s) : unlock_by_asking(s);
}

static bool
find_agent(struct cs_session *s)
{
	cs_time until;

	if (cs_failed(cs_agent_locate(
		s->place.folder, cs_program_env("XDG_RUNTIME_DIR"), &s->agent_at)) ||
	    cs_failed(cs_agent_until(&s->agent_at, s->line->now, &until)))
		return false;
	s->has_agent = true;
	s->opener = cs_agent_opener(&s->agent_at);
	return true;
}

int
cs_session_unlock(struct cs_session *s)
{
	if (s->opener.unwrap != NULL || find_agent(s))
		return CS_CLI_OK;
	int status = cs_session_unlock_by_passphrase(s);
	if (status == CS_CLI_OK && s->line->passphrase_file == NULL)
		cs_say(stderr, "(countersign unlock asks once for the next 15 minutes)");
	return status;
}

static cs_err
read_book(struct cs_session *s)
{
	cs_book_free(&s->book);
	return cs_place_read(&s->place, &s->opener, &s->book, &s->trouble);
}

/* One that was started before the vault's key was changed, or that ended just now. */
static bool
is_agents_fault(const struct cs_session *s)
{
	return s->has_agent &&
	       (s->trouble.problem == CS_PLACE_WRONG_KEY || s->trouble.problem == CS_PLACE_LOCKED);
}

int
cs_session_open(struct cs_session *s)
{
	int status = cs_session_unlock(s);

	if (status != CS_CLI_OK)
		return status;
	cs_err err = read_book(s);
	if (cs_failed(err) && is_agents_fault(s)) {
		status = cs_session_unlock_by_passphrase(s);
		if (status != CS_CLI_OK)
			return status;
		err = read_book(s);
	}
	return cs_failed(err) ? cs_session_trouble(&s->trouble, err) : CS_CLI_OK;
}

int
cs_session_open_quietly(struct cs_session *s)
{
	if (!find_agent(s))
		return CS_CLI_LOCKED;
	return cs_failed(read_book(s)) ? CS_CLI_LOCKED : CS_CLI_OK;
}

cs_err
cs_session_decrypt(struct cs_session *s, cs_span file, struct cs_buf *out)
{
	CS_AUTO(cs_secret_free) struct cs_secret *sharing = NULL;
	struct cs_age_identities who = { &sharing, 1 };
	cs_err err = cs_age_decrypt(file, &s->opener, out);

	if (!cs_is(err, CS_E_NOT_FOUND) || (s->book == NULL && cs_failed(read_book(s))) ||
	    s->book->sharing.len == 0)
		return err;
	CS_TRY(cs_age_identity_decode(s->book->sharing, &sharing));
	struct cs_age_opener opener = cs_age_identities_opener(&who);
	return cs_age_decrypt(file, &opener, out);
}

int
cs_session_edit(struct cs_session *s, cs_str said, cs_place_change change, void *ctx)
{
	s->trouble = (struct cs_place_trouble){ 0 };
	cs_err err = cs_place_edit(&s->place, &s->opener, said, change, ctx, &s->trouble);

	if (!cs_failed(err)) {
		s->has_edited = true;
		s->has_stepped |= said.p != NULL;
		return CS_CLI_OK;
	}
	if (s->trouble.problem == CS_PLACE_OK)
		return CS_CLI_FAILED;
	return cs_session_trouble(&s->trouble, err);
}

const char *
cs_session_name(struct cs_session *s, const struct cs_entry *e)
{
	return cs_terminal_text(s->arena, cs_entry_name(s->arena, e)).p;
}

/* Several were meant: each with the beginning of its id, which tells them apart. */
static void
show_candidates(struct cs_session *s, struct cs_entry **found, size_t count)
{
	for (size_t i = 0; i < count && i < CANDIDATES_SHOWN; i++) {
		char id[CS_ID_UUID_LEN];
		cs_id_uuid(found[i]->id, id);
		cs_say(stderr, "%4zu  %.8s  %s", i + 1, id, cs_session_name(s, found[i]));
	}
	if (count > CANDIDATES_SHOWN)
		cs_say(stderr, "      and %zu more", count - CANDIDATES_SHOWN);
}

static int
choose(struct cs_session *s, cs_str words, struct cs_entry **found, size_t count,
    struct cs_entry **out)
{
	bool may_ask = isatty(STDERR_FILENO) == 1 && cs_terminal_is_out() && !s->line->is_json &&
		       count <= CANDIDATES_SHOWN;
	size_t which = 0;

	if (may_ask) {
		cs_say(stderr, "'%.*s' may be one of these:", CS_STR_ARG(words));
		show_candidates(s, found, count);
		if (!cs_failed(cs_terminal_choose(count, &which))) {
			*out = found[which];
			return CS_CLI_OK;
		}
		cs_complain("none was chosen; more of its name, or its id, says which");
		return CS_CLI_AMBIGUOUS;
	}
	cs_complain("'%.*s' may be one of %zu; say which by its id:", CS_STR_ARG(words), count);
	show_candidates(s, found, count);
	return CS_CLI_AMBIGUOUS;
}

/* "Example (alice)", as we say it ourselves. */
static size_t
find_spoken(struct cs_session *s, cs_str words, struct cs_entry ***out)
{
	cs_str issuer, account;

	if (!cs_str_ends(words, CS_STR(")")))
		return 0;
	cs_entry_name_parse(words, &issuer, &account);
	return cs_book_find(s->book,
	    cs_arena_printf(s->arena, "%.*s:%.*s", CS_STR_ARG(issuer), CS_STR_ARG(account)), out);
}

int
cs_session_find(struct cs_session *s, char *const *words, int count, struct cs_entry **out)
{
	struct cs_entry **found = NULL;
	cs_str joined = cs_words_join(s->arena, words, count);

	*out = NULL;
	if (!cs_utf8_is_valid(cs_str_span(joined)) || joined.len == 0) {
		cs_complain("'%.*s' is no name", CS_STR_ARG(joined));
		return CS_CLI_USAGE;
	}
	size_t found_count = find_spoken(s, joined, &found);
	if (found_count == 0)
		found_count = cs_book_find(s->book, joined, &found);
	if (found_count == 0) {
		cs_complain("there is no entry '%.*s'%s", CS_STR_ARG(joined),
		    s->book->entry_count == 0 ? "; the vault is empty: countersign add"
					      : "; countersign list shows what there is");
		return CS_CLI_NOT_FOUND;
	}
	if (found_count > 1)
		return choose(s, joined, found, found_count, out);
	*out = found[0];
	return CS_CLI_OK;
}

int
cs_session_open_entry(struct cs_session *s, const struct cs_cli_line *line, struct cs_entry **out)
{
	*out = NULL;
	cs_session_init(s, line);
	int status = cs_session_open(s);
	return status == CS_CLI_OK ? cs_session_find(s, line->words, line->word_count, out)
				   : status;
}
