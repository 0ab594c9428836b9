/*
 * editing.h - an entry that a command changes: what it was, what it is to be.
 *
 * Functions return an exit status; what is not CS_CLI_OK has been said.
 */
#ifndef CS_CLI_EDITING_H
#define CS_CLI_EDITING_H

#include "cli/session/new_entry.h"
#include "cli/session/session.h"

struct cs_editing {
	struct cs_session *session;
	const struct cs_entry *before; /* of the session's book */
	struct cs_entry after; /* to be changed; texts may be borrowed from anywhere that stays */
	bool sets_counter; /* else the one on the disk stays, which may have gone on meanwhile */
};

/* Open the vault and find the entry. */
int cs_editing_begin(
    struct cs_editing *editing, struct cs_session *s, char *const *words, int count);
/* Into the person's editor and back: all that is no secret, as text. */
int cs_editing_in_editor(struct cs_editing *editing);
/* Keep it, and say so. said: "renamed Example (alice) to Sample (alice)". */
int cs_editing_finish(struct cs_editing *editing, cs_str said);

#endif
