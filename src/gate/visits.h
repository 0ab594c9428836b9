/*
 * visits.h - which visits of programmes are in the sign-in log already, so that it is not written to
 * for each request. Private to gate/.
 *
 * Of fixed size and a hint only: what is forgotten is written once more, and the log itself keeps one
 * entry of the same.
 */
#ifndef CS_GATE_VISITS_H
#define CS_GATE_VISITS_H

#include "base/id.h"
#include "base/time.h"

/* Who came where, from which address, and whether they were let in. Bytes alone, no padding. */
struct cs_visit {
	cs_id account;
	cs_id token;
	cs_id application;
	uint8_t ip[16];
	uint8_t is_allowed;
};

struct cs_visits;

void cs_visits_new(struct cs_visits **out);
void cs_visits_free(struct cs_visits **v);
bool cs_visits_has(struct cs_visits *v, const struct cs_visit *visit, cs_time now);
void cs_visits_add(struct cs_visits *v, const struct cs_visit *visit, cs_time until);

#endif
