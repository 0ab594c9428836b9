/*
 * op.h - what is true for one operation: one request, one command, one background step.
 */
#ifndef CS_BASE_OP_H
#define CS_BASE_OP_H

#include "base/arena.h"
#include "base/id.h"
#include "base/net.h"
#include "base/time.h"

struct cs_op {
	cs_id id; /* shown to the client as the request id, and in every log line */
	cs_time now; /* read once, when the operation began */
	cs_time deadline; /* work that would end later gives up: UNAVAILABLE */
	struct cs_arena *arena; /* everything decoded or answered in this operation */
	cs_id account; /* zero until known */
	struct cs_addr peer; /* the person's address as judged by the listener or dialect */
	cs_str user_agent; /* at most 256 bytes, or empty */
};

#endif
