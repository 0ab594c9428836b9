#include "app/following.h"

void
cs_following_init(struct cs_following *f, struct cs_domain *domain)
{
	*f = (struct cs_following){ .domain = domain };
	pthread_mutex_init(&f->lock, NULL);
}

void
cs_following_clear(struct cs_following *f)
{
	pthread_mutex_destroy(&f->lock);
}

cs_err
cs_following_step(struct cs_following *f, const struct cs_op *op, cs_time *out_next)
{
	pthread_mutex_lock(&f->lock);
	/* Somebody has just done it: what waited here needs no second reading. */
	bool is_done =
	    f->follower.has_begun &&
	    cs_gate_is_fresh(f->domain->gate, cs_time_add(op->now, f->domain->change_stale_ms));
	*out_next = op->now;
	cs_err e = is_done ? CS_OK : cs_follow_step(f->domain, op, &f->follower, out_next);
	pthread_mutex_unlock(&f->lock);
	return e;
}
