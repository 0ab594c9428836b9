/*
 * sources.h - how many unknown tokens a source presented lately. Private to gate/.
 *
 * A small table of fixed size: a source that hashes to another's place takes it, so this slows one
 * noisy network and is no ledger.
 */
#ifndef CS_GATE_SOURCES_H
#define CS_GATE_SOURCES_H

#include "base/net.h"
#include "base/time.h"

struct cs_sources;

void cs_sources_new(unsigned per_minute, struct cs_sources **out);
void cs_sources_free(struct cs_sources **s);
void cs_sources_count(struct cs_sources *s, cs_time now, const struct cs_addr *ip);
bool cs_sources_is_over(struct cs_sources *s, cs_time now, const struct cs_addr *ip);

#endif
