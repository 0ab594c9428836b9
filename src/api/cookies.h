/*
 * cookies.h - the house cookies of the auth host, and setting cookies at all (RFC 6265bis).
 *
 * __Host-cs_session  the signed-in browser
 * __Host-cs_device   the browser, for proofs and known devices; 400 days
 * __Host-cs_flow     a sign-in that is going on: PIN, provider
 * All: Secure, HttpOnly, SameSite=Lax, Path=/, no Domain. Values are opaque, 32 random bytes.
 */
#ifndef CS_API_COOKIES_H
#define CS_API_COOKIES_H

#include "api/router.h"

#define CS_COOKIE_SESSION "__Host-cs_session"
#define CS_COOKIE_DEVICE "__Host-cs_device"
#define CS_COOKIE_FLOW "__Host-cs_flow"
#define CS_COOKIE_APP "CF_Authorization"
#define CS_COOKIE_APP_NONCE "CF_AppSession"

#define CS_DEVICE_COOKIE_MS (400 * CS_DAY_MS)
#define CS_FLOW_COOKIE_MS CS_HOUR_MS

/* The cookie's value; empty when absent or there twice. */
cs_str cs_cookie_get(const struct cs_request *rq, const char *name);
/* The same as a digest of its 32 bytes; false when it is none of ours. */
bool cs_cookie_hash(
    const struct cs_request *rq, const char *name, uint8_t out[static CS_TOKEN_HASH_LEN]);

/* A house cookie. life_ms 0: until the browser closes. */
void cs_cookie_set(struct cs_call *c, const char *name, cs_str value, int64_t life_ms);
/* Removes it. */
void cs_cookie_clear(struct cs_call *c, const char *name);

/* A cookie on an application's host. path begins with '/'. An empty value removes it. */
struct cs_app_cookie {
	const char *name;
	cs_str value;
	cs_str path;
	int64_t life_ms;
	enum cs_same_site same_site;
	bool is_http_only;
};
void cs_cookie_set_app(struct cs_call *c, const struct cs_app_cookie *cookie);

#endif
