/*
 * recovery.h - how a recovery case is written (docs/protocol/member-api.md, "Recovery").
 */
#ifndef CS_API_CONSOLE_RECOVERY_H
#define CS_API_CONSOLE_RECOVERY_H

#include <jansson.h>

#include "domain/recovery.h"

/* The object `case`; JSON null for NULL. Owned by the caller. */
json_t *cs_recovery_case_json(struct cs_arena *a, const struct cs_recovery_shown *shown);
/* "support": {"email"}, or JSON null when the operator named nobody. */
json_t *cs_recovery_support_json(const struct cs_domain *d);

/* {"seconds","thin_seconds"}: what a member waits who begins a recovery now. */
json_t *cs_recovery_wait_json(const struct cs_domain *d);

#endif
