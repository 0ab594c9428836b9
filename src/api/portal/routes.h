/*
 * routes.h - /api/v1: the portal's own calls (docs/protocol/portal-api.md).
 */
#ifndef CS_API_PORTAL_ROUTES_H
#define CS_API_PORTAL_ROUTES_H

#include "api/router.h"

extern const struct cs_api_table cs_portal_routes;

/* CS_GUARD_GLOBAL_SESSION: __Host-cs_session names a session of an active user. */
cs_guard_fn cs_portal_guard;

/* CS_GUARD_HOLDER, CS_GUARD_HOLDER_HALF: the same, or on the server realm's host a member's. */
cs_guard_fn cs_portal_guard_holder;
cs_guard_fn cs_portal_guard_holder_half;

#endif
