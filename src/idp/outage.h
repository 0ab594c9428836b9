/*
 * outage.h - providers that do not answer, so that waiting for them does not take every worker.
 *
 * After a failure an origin is not asked for a pause; then one caller may try while the others are
 * told that it is still down. Safe from several threads.
 */
#ifndef CS_IDP_OUTAGE_H
#define CS_IDP_OUTAGE_H

#include "base/span.h"
#include "base/time.h"

#define CS_IDP_OUTAGE_PAUSE_MS (2 * CS_SECOND_MS)

/* The most origins remembered; one more takes the place of the one that may be tried first. */
#define CS_IDP_OUTAGE_MAX 64

struct cs_idp_outages;

struct cs_idp_outages *cs_idp_outages_new(void);
void cs_idp_outages_free(struct cs_idp_outages **o);

/*
 * Whether origin ("https://idp.example.test") may be asked at now. A true after a pause holds the
 * others off for trial_ms, by when the caller will have said what came of it.
 */
bool cs_idp_outages_may_try(struct cs_idp_outages *o, cs_str origin, cs_time now, int64_t trial_ms);
void cs_idp_outages_set_down(struct cs_idp_outages *o, cs_str origin, cs_time now);
void cs_idp_outages_set_up(struct cs_idp_outages *o, cs_str origin);

#endif
