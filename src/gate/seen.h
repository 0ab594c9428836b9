/*
 * seen.h - which service tokens came lately, until somebody writes it down. Private to gate/.
 */
#ifndef CS_GATE_SEEN_H
#define CS_GATE_SEEN_H

#include "base/id.h"
#include "base/time.h"

struct cs_gate_seen {
	cs_id account;
	cs_id token;
	cs_time at; /* a whole minute */
};

struct cs_seen;

void cs_seen_new(struct cs_seen **out);
void cs_seen_free(struct cs_seen **s);
/* Remembered once a minute; beyond some thousands of tokens at a time, not at all. */
void cs_seen_note(struct cs_seen *s, cs_id account, cs_id token, cs_time now);
/* Takes up to max out of it; how many. */
size_t cs_seen_take(struct cs_seen *s, struct cs_gate_seen *out, size_t max);

#endif
