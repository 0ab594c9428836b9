/*
 * credentials.h - a service token's credentials in a request (specs: Access §12.3).
 *
 * Either the headers CF-Access-Client-Id and CF-Access-Client-Secret, or one header that the
 * application names, whose value is a JSON object of these two. Both manners at once, one of the two
 * alone or any of them twice is malformed: nobody knows then who it is to be.
 */
#ifndef CS_API_ACCESS_CREDENTIALS_H
#define CS_API_ACCESS_CREDENTIALS_H

#include "api/request.h"
#include "gate/services.h"

/* For cs_gate_request.credentials; ctx: the struct cs_request, from which texts are borrowed. */
enum cs_credentials cs_credentials_find(
    const void *ctx, const struct cs_application *app, struct cs_client *out);

/*
 * {"cf-access-client-id": "…", "cf-access-client-secret": "…"}, in either order, nothing else and
 * nothing escaped: ids and secrets need none. Errors: INVALID.
 */
cs_err cs_credentials_decode(cs_str text, struct cs_client *out);

#endif
