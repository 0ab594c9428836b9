/*
 * routes.h - the console's own front door, under /api/v1 (docs/protocol/console-api.md): signing
 * members in, and what the Cloudflare-compatible API has no word for.
 */
#ifndef CS_API_CONSOLE_ROUTES_H
#define CS_API_CONSOLE_ROUTES_H

#include "api/router.h"

extern const struct cs_api_table cs_console_routes;

/* For CS_GUARD_MEMBER: the member whose session cookie this is, on the server realm's host. */
cs_guard_fn cs_console_guard;

#endif
