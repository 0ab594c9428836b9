/*
 * access.h - the handlers of /cdn-cgi/access, one file each.
 */
#ifndef CS_API_ACCESS_ACCESS_H
#define CS_API_ACCESS_ACCESS_H

#include "api/router.h"

cs_handle_fn cs_access_get_login;
cs_handle_fn cs_access_get_callback;
cs_handle_fn cs_access_get_authorized;
cs_handle_fn cs_access_get_logout;
cs_handle_fn cs_access_get_certs;
cs_handle_fn cs_access_get_identity;

/* 302 for GET navigations; status 303 after something was changed. */
cs_err cs_access_redirect(struct cs_call *c, int status, cs_str url);
/*
 * A person's browser is told no: on the page that explains it, /refused of the auth host, with the
 * code and the request's id. The table's refuse.
 */
void cs_access_refuse(struct cs_call *c, const struct cs_refusal *why, cs_err error);
/* Always OK, to be returned. */
cs_err cs_access_refused(struct cs_call *c, const struct cs_refusal *why);

/* Whether the request came to the account's auth host (else: to an application's). */
bool cs_access_is_auth_host(const struct cs_call *c);

#endif
