/*
 * client.h - the outgoing HTTP client: how countersignd asks identity providers.
 *
 * One per process, made by app/, safe from several threads. It follows no redirect, honours no
 * proxy setting of the environment, caps every answer, verifies certificates, and judges the
 * *resolved* address at connect: special addresses (base/net.h) are refused unless outbound.allow
 * names their network, so that no configured URL reaches into the operator's own network. Plain
 * http is spoken only to addresses that outbound.allow names. An origin that did not answer is left
 * alone for two seconds, then tried by one caller at a time, so that waiting for it does not take
 * every worker (idp/outage.h). It also keeps what providers
 * publish about themselves (idp/discovery.h).
 */
#ifndef CS_IDP_CLIENT_H
#define CS_IDP_CLIENT_H

#include "base/net.h"
#include "base/op.h"

struct cs_idp_client;

struct cs_idp_client_config {
	const struct cs_network *allowed; /* outbound.allow; copied */
	size_t allowed_count;
	int64_t timeout_ms; /* one exchange, connect included; also never past op->deadline */
	const struct cs_clock *clock; /* where op->now comes from; NULL: cs_clock_wall */
	cs_str ca_file; /* PEM; empty: the system's certificates */
};

cs_err cs_idp_client_new(const struct cs_idp_client_config *cfg, struct cs_idp_client **out);
void cs_idp_client_free(struct cs_idp_client **c);
/* Replace the settings, as after SIGHUP; exchanges under way end under the old ones. */
void cs_idp_client_configure(struct cs_idp_client *c, const struct cs_idp_client_config *cfg);

#define CS_IDP_ANSWER_MAX_BYTES (256 * 1024)

/* One exchange. GET, or POST of a form when form.p is not NULL. */
struct cs_idp_call {
	cs_str url; /* absolute, http or https, at most 2,048 bytes, no user info */
	cs_str form; /* application/x-www-form-urlencoded */
	cs_str basic; /* "user:password" as it goes into the header, before base64 */
	cs_str bearer; /* access token */
};

struct cs_idp_answer {
	int status;
	cs_span body; /* in op->arena */
};

/*
 * Any status is an answer. Errors: INVALID (the URL), FORBIDDEN (the address may not be reached),
 * LIMIT (the answer is larger than CS_IDP_ANSWER_MAX_BYTES), UNAVAILABLE (anything else: name,
 * connection, certificate, time). Logs what it detects; never logs a URL's query, form or token.
 */
cs_err cs_idp_exchange(struct cs_idp_client *c, const struct cs_op *op,
    const struct cs_idp_call *call, struct cs_idp_answer *out);

#endif
