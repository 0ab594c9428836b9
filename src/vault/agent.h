/*
 * agent.h - a process that holds a vault's identity for a while, and how others ask it
 * (docs/protocol/vault.md §5).
 *
 * It opens the stanzas that it is shown and never gives the identity away. Whoever runs as the same
 * user can ask it while it runs; nobody can read its memory.
 */
#ifndef CS_VAULT_AGENT_H
#define CS_VAULT_AGENT_H

#include <limits.h>

#include "base/time.h"
#include "crypto/age.h"

#define CS_AGENT_SECONDS (15 * 60) /* how long it holds the key unless told */
#define CS_AGENT_SECONDS_MAX (7 * 24 * 3600)

/* Where a vault's agent listens, whether or not there is one. */
struct cs_agent_at {
	char folder[PATH_MAX]; /* 0700 and ours */
	char name[64];
};

/*
 * vault: the vault's folder, which must be there.
 * runtime: $XDG_RUNTIME_DIR, or NULL; not used when it is not ours alone.
 * Errors: NOT_FOUND (no such folder), LIMIT (a path too long), UNAVAILABLE.
 */
cs_err cs_agent_locate(const char *vault, const char *runtime, struct cs_agent_at *out);

/* An opener that asks the agent: NOT_FOUND when none runs, UNAVAILABLE when it hangs. Borrows at. */
struct cs_age_opener cs_agent_opener(struct cs_agent_at *at);
/* Until when it holds the key. Errors: NOT_FOUND (none runs: locked), UNAVAILABLE. */
cs_err cs_agent_until(const struct cs_agent_at *at, cs_time now, cs_time *out);
/* It is gone when this returns. Errors: NOT_FOUND (none ran), UNAVAILABLE. */
cs_err cs_agent_stop(const struct cs_agent_at *at);

/*
 * Start `program` (libexec/countersign/agent) and give it the identity, through a pipe; an agent that
 * runs is stopped. It listens when this returns.
 *   seconds	1..CS_AGENT_SECONDS_MAX
 * Errors: LIMIT (seconds), UNAVAILABLE (it could not be started, or another does not let go).
 */
cs_err cs_agent_start(const struct cs_agent_at *at, const char *program,
    const struct cs_secret *identity, int64_t seconds);

#endif
