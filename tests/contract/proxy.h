/*
 * proxy.h - a link between a node and its PostgreSQL that a test can harm.
 */
#ifndef CS_TESTS_PROXY_H
#define CS_TESTS_PROXY_H

#include <stddef.h>

struct proxy;

enum proxy_mode {
	PROXY_PASS = 0,
	PROXY_REFUSE, /* cut what is open, take nothing new */
	PROXY_SILENT, /* swallow everything in both directions */
	PROXY_CUT_AT_COMMIT, /* once: cut instead of passing the next COMMIT on */
	PROXY_CUT_AFTER_COMMIT, /* once: pass the next COMMIT on, cut instead of its answer */
};

/* server_url: with ?host=FOLDER of a Unix socket. url: the same database through the proxy. */
struct proxy *proxy_start(const char *server_url, char *url, size_t len);
void proxy_stop(struct proxy **p);
void proxy_set(struct proxy *p, enum proxy_mode mode);
/* How often a …COMMIT mode has struck. */
int proxy_struck(struct proxy *p);

#endif
