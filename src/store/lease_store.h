/*
 * lease_store.h - one of many nodes does a job: it holds the job's lease and renews it in time.
 *
 * A holder proves that it still holds by taking the lease again in the transaction of its work.
 */
#ifndef CS_STORE_LEASE_STORE_H
#define CS_STORE_LEASE_STORE_H

#include "base/time.h"
#include "store/store.h"

/* Take or renew until `until`. Errors: CONFLICT (another holder's lease has not run out). */
cs_err cs_lease_take(struct cs_tx *tx, cs_str name, cs_id holder, cs_time now, cs_time until);
/* Give it back early; nothing when it is not ours. */
cs_err cs_lease_drop(struct cs_tx *tx, cs_str name, cs_id holder);

#endif
