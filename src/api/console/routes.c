#include "api/console/routes.h"

#include "api/console/console.h"

#define CALL_MAX 4096

/* A member's own call, from the console's page. */
#define ACT(PATH, GUARD, HANDLE) \
	{ \
		CS_POST, PATH, CS_REALM_AUTH, GUARD, CS_CSRF_SAME_ORIGIN, CALL_MAX, HANDLE, 0 \
	}

/* clang-format off */
static const struct cs_api_route routes[] = {
	ACT("/api/v1/member/sign-in",  CS_GUARD_PUBLIC, cs_console_post_sign_in),
	ACT("/api/v1/member/sign-out", CS_GUARD_MEMBER, cs_console_post_sign_out),
	{ CS_GET, "/api/v1/member", CS_REALM_AUTH, CS_GUARD_MEMBER, CS_CSRF_NONE, 0, cs_console_get_member, 0 },
};
/* clang-format on */

const struct cs_api_table cs_console_routes = {
	.prefix = "/api/v1",
	.routes = routes,
	.count = CS_COUNT(routes),
};
