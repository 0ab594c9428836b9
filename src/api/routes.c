/*
 * routes.c - the front doors and who guards them: one row each.
 */
#include "api/access/routes.h"
#include "api/cloudflare/routes.h"
#include "api/console/routes.h"
#include "api/portal/routes.h"
#include "api/router.h"

static const struct cs_api_table *const tables[] = {
	&cs_portal_routes, /* /api/v1 */
	&cs_console_routes, /* /api/v1 */
	&cs_access_routes, /* /cdn-cgi/access */
	&cs_cloudflare_routes, /* /client/v4 */
	NULL,
};

#define HANDLER_TIMEOUT_MS (15 * CS_SECOND_MS)

void
cs_api_init(struct cs_api *api, struct cs_domain *domain, const struct cs_clock *clock)
{
	*api = (struct cs_api){
		.domain = domain,
		.clock = clock,
		.tables = tables,
		.handler_timeout_ms = HANDLER_TIMEOUT_MS,
		.guards = {
			[CS_GUARD_GLOBAL_SESSION] = cs_portal_guard,
			[CS_GUARD_MEMBER] = cs_console_guard,
			[CS_GUARD_MEMBER_HALF] = cs_console_guard_half,
			[CS_GUARD_HOLDER] = cs_portal_guard_holder,
			[CS_GUARD_HOLDER_HALF] = cs_portal_guard_holder_half,
			[CS_GUARD_API_TOKEN] = cs_door_guard,
			[CS_GUARD_API_TOKEN_PROVED] = cs_door_guard_proved,
		},
	};
}
