/*
 * session.h - a command's open vault: where it lies, who opens it, and which entry a person meant.
 *
 * Functions that return int return an exit status, CS_CLI_OK being nought; anything else has been
 * said to the person, in one line, and is to be returned by the command.
 */
#ifndef CS_CLI_SESSION_H
#define CS_CLI_SESSION_H

#include "cli/program/command.h"
#include "vault/agent.h"
#include "vault/place.h"

struct cs_session {
	const struct cs_cli_line *line;
	struct cs_place place;
	struct cs_arena *arena; /* locked, of this command */
	struct cs_book *book; /* as last read; NULL before */
	struct cs_age_opener opener; /* the agent, or the identity that a passphrase opened */
	struct cs_place_trouble trouble; /* the last */
	struct cs_secret *identity; /* NULL when the agent holds it */
	struct cs_age_identities identities;
	struct cs_agent_at agent_at;
	bool has_agent; /* opener is the agent's */
	bool has_edited; /* it has written; book is of before */
	bool has_stepped; /* it has made a step that undo would take back */
};

/* Knows the place and nothing else yet; fails never. To be ended. */
void cs_session_init(struct cs_session *s, const struct cs_cli_line *line);
#define CS_SESSION_AUTO CS_AUTO(cs_session_end)
void cs_session_end(struct cs_session *s);

/*
 * Find who opens the vault: the agent; else --passphrase-file; else the passphrase, asked for three
 * times. Without any of them LOCKED.
 */
int cs_session_unlock(struct cs_session *s);
/* The same, but the passphrase only: for what wants to know that the owner is there. */
int cs_session_unlock_by_passphrase(struct cs_session *s);
/* Unlock unless it has been, and read. */
int cs_session_open(struct cs_session *s);
/* The same, only where nobody has to be asked: for completions. Says nothing. */
int cs_session_open_quietly(struct cs_session *s);

/*
 * What others sent, once unlocked: opened by the key of "contact me", or by the vault's own. For
 * out and errors see cs_age_decrypt. s->book may have been read afterwards.
 */
cs_err cs_session_decrypt(struct cs_session *s, cs_span file, struct cs_buf *out);

/*
 * cs_place_edit by this session's opener. A change that fails has to have said why, and its error is
 * FAILED; the place's own trouble is said here.
 */
int cs_session_edit(struct cs_session *s, cs_str said, cs_place_change change, void *ctx);

/*
 * The entry of s->book that the person meant. Several: on a terminal they choose; else the candidates
 * are shown with their ids on standard error: AMBIGUOUS.
 *   words	of the command line, joined by spaces
 */
int cs_session_find(struct cs_session *s, char *const *words, int count, struct cs_entry **out);
/* What a command on one entry begins with: init, open, and find by all words of the line. */
int cs_session_open_entry(
    struct cs_session *s, const struct cs_cli_line *line, struct cs_entry **out);

/* Say what is wrong with a place, and give it its exit status. err: what came with it. */
int cs_session_trouble(const struct cs_place_trouble *trouble, cs_err err);

/* The passphrase of --passphrase-file: its first line. sensitive. */
int cs_session_passphrase_file(const char *path, struct cs_buf *out);

/* "Example (alice)" made visible, in the session's arena; terminated. */
const char *cs_session_name(struct cs_session *s, const struct cs_entry *e);

#endif
