/*
 * serve.h - a node that takes requests: listeners, front doors and background threads over the
 * parts.
 */
#ifndef CS_APP_SERVE_H
#define CS_APP_SERVE_H

#include "app/parts.h"

struct cs_node;

/*
 * Publishes every account, then listens and starts the threads. parts is borrowed for the node's
 * life. problem: a sentence for the operator. Errors: INVALID (listen, proxy), CONFLICT (an address
 * is in use), UNAVAILABLE.
 */
cs_err cs_node_start(struct cs_parts *parts, struct cs_node **out, struct cs_buf *problem);
/*
 * The new settings of parts into force: proxies, and what every account's snapshot says. Errors as
 * above; then the old proxies stay.
 */
cs_err cs_node_reload(
    struct cs_node *n, const struct cs_settings *settings, struct cs_buf *problem);
/* Finishes what was accepted. */
void cs_node_stop(struct cs_node **n);

#endif
