/*
 * dialects.h - how a reverse proxy tells which request it asks about.
 *
 * Each `proxy` section of the configuration names its peers and exactly one dialect, a row of the
 * table in dialects.c. A peer's word counts because of where it comes from, so everything else is
 * refused: a peer that no section lists, a header of another dialect (the person may have written
 * it), a header that is missing or there twice.
 */
#ifndef CS_API_ACCESS_DIALECTS_H
#define CS_API_ACCESS_DIALECTS_H

#include "api/request.h"

/* What a proxy says about the request that it asks about. */
enum cs_said {
	CS_SAID_METHOD = 0,
	CS_SAID_SCHEME,
	CS_SAID_HOST,
	CS_SAID_URI,
	CS_SAID_ADDRESS,
	CS_SAID_COUNT
};

struct cs_dialect {
	const char *name;
	/*
	 * The header of each, in lower case. None: method, Host and path of the check request itself
	 * say it, the path behind "/decision".
	 */
	cs_str headers[CS_SAID_COUNT];
	/* Answers 302 itself; otherwise 401 or 403, and the address in X-Countersign-Location. */
	bool redirects;
};

/* "nginx", "forwarded", "envoy", "haproxy"; NULL when there is no such dialect. */
const struct cs_dialect *cs_dialect_find(cs_str name);

/* One `proxy` section. */
struct cs_proxy {
	cs_str name;
	const struct cs_dialect *dialect;
	const struct cs_network *networks; /* of its peers */
	size_t network_count;
	const cs_str *listeners; /* "unix:/run/…": whoever can reach this listener */
	size_t listener_count;
};

struct cs_proxies {
	const struct cs_proxy *list;
	size_t count;
};

#define CS_AUTHORITY_MAX 260

/* The request that is asked about. Texts borrow from the check request and from this struct. */
struct cs_original {
	const struct cs_dialect *dialect;
	cs_str method;
	cs_str scheme; /* "http" or "https" */
	cs_str authority; /* lower case, with its port if any */
	cs_str host; /* without */
	cs_str target; /* begins with '/' */
	struct cs_addr address;
	char text[CS_AUTHORITY_MAX];
};

/* Whether this is a question for a decision: "/decision", or a path beneath it. */
bool cs_is_decision(const struct cs_request *rq);
/*
 * Of several sections that list the peer, the one whose dialect the request speaks. Do not copy
 * *out. Errors: FORBIDDEN (no section lists the peer), INVALID (not well spoken).
 */
cs_err cs_original_decode(
    const struct cs_proxies *proxies, const struct cs_request *rq, struct cs_original *out);

/*
 * For what a proxy passes on (/cdn-cgi/access/ on an application's host): the person's address and
 * the scheme they used, by the same headers; the socket's peer and "http" when no section lists the
 * peer or the header is not there exactly once.
 */
struct cs_addr cs_proxies_client(const struct cs_proxies *proxies, const struct cs_request *rq);
cs_str cs_proxies_scheme(const struct cs_proxies *proxies, const struct cs_request *rq);

#endif
