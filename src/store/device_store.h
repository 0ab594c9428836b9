/*
 * device_store.h - browsers from which a subject has signed in completely.
 */
#ifndef CS_STORE_DEVICE_STORE_H
#define CS_STORE_DEVICE_STORE_H

#include "base/time.h"
#include "store/store.h"

struct cs_known_device {
	cs_id account;
	cs_id subject;
	cs_id device;
	cs_time first_seen;
	cs_time last_seen;
	/* of the last complete sign-in; members only, empty for users and for those of long ago */
	cs_str network; /* domain/network.h */
	cs_str user_agent;
};

cs_err cs_device_is_known(struct cs_tx *tx, cs_id account, cs_id subject, cs_id device, bool *out);
/* Adds it, or notes that it was seen again. */
cs_err cs_device_remember(
    struct cs_tx *tx, cs_id account, cs_id subject, cs_id device, cs_time now);
/* The same with where it was and what it said it is; first_seen of one that is there stays. */
cs_err cs_device_note(struct cs_tx *tx, const struct cs_known_device *d);
/* Errors: NOT_FOUND. */
cs_err cs_device_find(
    struct cs_tx *tx, cs_id account, cs_id subject, cs_id device, struct cs_known_device *out);

#endif
