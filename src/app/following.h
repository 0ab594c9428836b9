/*
 * following.h - one node's reading of the change sequence, which the follower's thread and a
 * decision on a stale node share.
 */
#ifndef CS_APP_FOLLOWING_H
#define CS_APP_FOLLOWING_H

#include "domain/background.h"

#include <pthread.h>

struct cs_following {
	struct cs_domain *domain;
	pthread_mutex_t lock;
	pthread_cond_t ended; /* a reading, or the patience with it */
	bool is_reading;
	bool is_stuck; /* the reading has kept somebody waiting for all of their time */
	struct cs_follower follower; /* the reader's */
};

void cs_following_init(struct cs_following *f, struct cs_domain *domain);
void cs_following_clear(struct cs_following *f);
/*
 * cs_follow_step, one at a time; while others wait for it, theirs is done with it. Any thread.
 * Errors: UNAVAILABLE also when another's reading takes longer than op may: a database that does
 * not answer holds up the first who ask and not those after them.
 */
cs_err cs_following_step(struct cs_following *f, const struct cs_op *op, cs_time *out_next);

#endif
