/*
 * routes.h - the console's own front door, under /api/v1 (docs/protocol/console-api.md): signing
 * members in, and what the Cloudflare-compatible API has no word for.
 */
#ifndef CS_API_CONSOLE_ROUTES_H
#define CS_API_CONSOLE_ROUTES_H

#include "api/router.h"

extern const struct cs_api_table cs_console_routes;

/*
 * For CS_GUARD_MEMBER: the member whose session cookie this is, from the browser that opened it, on the
 * server realm's host, with a sign-in that is complete.
 */
cs_guard_fn cs_console_guard;
/* For CS_GUARD_MEMBER_HALF: the same at whatever stage; the handler looks at it. */
cs_guard_fn cs_console_guard_half;

#endif
