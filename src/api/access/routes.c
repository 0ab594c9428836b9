#include "api/access/routes.h"

#include "api/access/access.h"

#define ROUTE(PATH, REALM, HANDLE) \
	{ \
		CS_GET, PATH, REALM, CS_GUARD_PUBLIC, CS_CSRF_NONE, 0, HANDLE, 0 \
	}

/* clang-format off */
static const struct cs_api_route routes[] = {
	ROUTE("/cdn-cgi/access/login",               CS_REALM_APP,  cs_access_get_login),
	ROUTE("/cdn-cgi/access/callback/{provider}", CS_REALM_AUTH, cs_access_get_callback),
	ROUTE("/cdn-cgi/access/authorized",          CS_REALM_APP,  cs_access_get_authorized),
	ROUTE("/cdn-cgi/access/logout",              CS_REALM_ANY,  cs_access_get_logout),
	ROUTE("/cdn-cgi/access/certs",               CS_REALM_ANY,  cs_access_get_certs),
	ROUTE("/cdn-cgi/access/get-identity",        CS_REALM_ANY,  cs_access_get_identity),
};
/* clang-format on */

const struct cs_api_table cs_access_routes = {
	.prefix = "/cdn-cgi/access",
	.routes = routes,
	.count = CS_COUNT(routes),
	.is_for_people = true,
	.refuse = cs_access_refuse,
};
