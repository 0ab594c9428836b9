/*
 * agent_serve.h - the agent's own side of docs/protocol/vault.md §5: one thread, any number of
 * callers, none of whom another can keep waiting.
 */
#ifndef CS_VAULT_AGENT_SERVE_H
#define CS_VAULT_AGENT_SERVE_H

#include "base/err.h"
#include "crypto/guarded.h"

#define CS_AGENT_CALLERS_MAX 16 /* one more: the one that came first is hung up on */
#define CS_AGENT_CALL_MS 5000 /* how long one may stay */
#define CS_AGENT_LINE_MAX 256

/* Milliseconds of a clock that goes on while the machine sleeps (CLOCK_BOOTTIME). */
struct cs_agent_clock {
	int64_t (*now_ms)(void *ctx);
	void *ctx;
};

struct cs_agent_caller {
	int fd; /* -1: none */
	int64_t until_ms;
	size_t len;
	char line[CS_AGENT_LINE_MAX]; /* not yet whole */
};

struct cs_agent_serving {
	int listener; /* a listening stream socket, non-blocking; closed by "stop", then -1 */
	int timer; /* readable when ends_ms is there, wakes the machine's sleep too; or -1 */
	struct cs_agent_clock clock;
	int64_t ends_ms;
	struct cs_guarded *identity; /* NULL as soon as it is over */
	struct cs_agent_caller callers[CS_AGENT_CALLERS_MAX];
};

/* identity: CS_AGE_KEY_LEN bytes, taken over. */
void cs_agent_serving_init(struct cs_agent_serving *s, int listener, int timer,
    struct cs_agent_clock clock, int64_t ends_ms, struct cs_guarded *identity);
/*
 * Wait for something to do, at most wait_ms (-1: as long as it takes), and do it. False when it is
 * over, by time or by "stop": the identity is wiped, every caller hung up on.
 */
bool cs_agent_serve_step(struct cs_agent_serving *s, int wait_ms);
void cs_agent_serving_end(struct cs_agent_serving *s);

#endif
