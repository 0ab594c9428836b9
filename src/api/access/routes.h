/*
 * routes.h - /cdn-cgi/access: where browsers pass on the way to an application (specs: Access §16).
 */
#ifndef CS_API_ACCESS_ROUTES_H
#define CS_API_ACCESS_ROUTES_H

#include "api/router.h"

extern const struct cs_api_table cs_access_routes;

#endif
