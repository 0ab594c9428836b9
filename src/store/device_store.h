/*
 * device_store.h - browsers from which a subject has signed in completely.
 */
#ifndef CS_STORE_DEVICE_STORE_H
#define CS_STORE_DEVICE_STORE_H

#include "base/time.h"
#include "store/store.h"

cs_err cs_device_is_known(struct cs_tx *tx, cs_id account, cs_id subject, cs_id device, bool *out);
/* Adds it, or notes that it was seen again. */
cs_err cs_device_remember(
    struct cs_tx *tx, cs_id account, cs_id subject, cs_id device, cs_time now);

#endif
