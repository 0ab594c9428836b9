/*
 * status.h - refusals and errors as HTTP: the one place that knows status numbers for them.
 */
#ifndef CS_API_STATUS_H
#define CS_API_STATUS_H

#include "api/router.h"

/* The status of a refusal, and of an error for which there is none. */
int cs_status_of(enum cs_refusal_kind kind);
/* What an error is to the person: the refusal that stands for it. */
enum cs_refusal_kind cs_status_refusal_of(cs_err error);

/*
 * {"error":{"code":…,"retry_after_s":…,"tries_left":…,"used_at":…},"request_id":…} with its status,
 * and Retry-After where waiting helps. Replaces whatever the response held.
 */
void cs_status_refuse(struct cs_call *c, const struct cs_refusal *why, cs_err error);

#endif
