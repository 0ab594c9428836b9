/*
 * gateway.h - the outermost handler: decisions for the proxies that the settings name, everything
 * else for the front doors. The proxies can be replaced while requests run.
 */
#ifndef CS_APP_GATEWAY_H
#define CS_APP_GATEWAY_H

#include "api/router.h"
#include "app/following.h"
#include "app/settings.h"

struct cs_gateway;

/* Whether the proxy sections are right; problem says why not. Errors: INVALID. */
cs_err cs_gateway_check(const struct cs_settings *settings, struct cs_buf *problem);

/*
 * api and following are borrowed; api is given the gateway's judgement of a person's address. Errors: INVALID, as
 * above.
 */
cs_err cs_gateway_new(const struct cs_settings *settings, struct cs_api *api,
    struct cs_following *following, struct cs_gateway **out, struct cs_buf *problem);
void cs_gateway_free(struct cs_gateway **g);
/* Replace the proxies; on an error the old ones stay. Requests under way end under the old ones. */
cs_err cs_gateway_set(
    struct cs_gateway *g, const struct cs_settings *settings, struct cs_buf *problem);
/* For http/; ctx is g. */
struct cs_handler cs_gateway_handler(struct cs_gateway *g);
/* The proxies' networks, copied: they may hold many connections. */
size_t cs_gateway_networks(struct cs_gateway *g, struct cs_network *out, size_t max);

#endif
