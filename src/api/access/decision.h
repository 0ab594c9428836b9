/*
 * decision.h - /decision: a reverse proxy asks whether a request may pass.
 *
 * The fast part answers on the event thread from the gate's memory; what the gate cannot decide
 * (COLD) takes the slow lane, which makes the gate fresh and loads the session from the store. When
 * that cannot be done the answer is 503, never 200. It never sets a cookie.
 *
 *   200  passes. Carries every header of cs_identity_headers, empty where there is nothing
 *   401  sign in; 403 refused. Credentials of a service token that are none are 401, good ones that
 *        open nothing here 403, both as JSON whoever asks. Of the others, a navigation (GET or HEAD, Accept with text/html, Sec-Fetch-Mode
 *        "navigate" or absent, no X-Requested-With: XMLHttpRequest) is given the address to go to:
 *        in X-Countersign-Location for nginx, otherwise as a 302. Everything else gets JSON
 *   400  the peer is not listed or does not keep to its dialect (dialects.h)
 *   503  could not be judged; Retry-After
 */
#ifndef CS_API_ACCESS_DECISION_H
#define CS_API_ACCESS_DECISION_H

#include "api/access/dialects.h"
#include "api/request.h"
#include "base/op.h"
#include "gate/gate.h"

/* Ends in a NULL. The shipped proxy configurations hand on exactly these. */
extern const char *const cs_identity_headers[];

struct cs_decision {
	struct cs_gate *gate;
	const struct cs_clock *clock;
	struct cs_proxies proxies;
	/* Fetch changes from the store, so that the gate is fresh afterwards. */
	cs_err (*refresh)(void *ctx, const struct cs_op *op);
	/* The session of a token; NOT_FOUND when there is none. */
	cs_err (*load)(void *ctx, const struct cs_op *op,
	    const uint8_t token_hash[static CS_TOKEN_HASH_LEN], struct cs_app_session *out);
	/*
	 * What is said of a service token to an application, signed; handed on until *until. Texts
	 * in op's arena.
	 */
	cs_err (*sign)(void *ctx, const struct cs_op *op, const struct cs_access_config *config,
	    const struct cs_application *app, cs_id token, cs_str *out, cs_time *until);
	/*
	 * That a programme with a service token's id came, in the sign-in log; NULL: nothing is logged.
	 * A failure refuses nobody.
	 */
	cs_err (*log)(void *ctx, const struct cs_op *op, const struct cs_access_config *config,
	    const struct cs_application *app, const struct cs_service_token *token,
	    bool is_allowed);
	void *ctx;
	int64_t timeout_ms; /* for the four above */
	struct cs_handler rest; /* answers whatever is no decision */
};

/* What http/ calls: decisions by d, everything else by d->rest. d is borrowed. */
struct cs_handler cs_decision_handler(struct cs_decision *d);

/* The two lanes by themselves. Fast: false when this is no decision, or one for the slow lane. */
bool cs_decision_fast(void *d, const struct cs_request *rq, struct cs_response *rs);
void cs_decision_slow(void *d, const struct cs_request *rq, struct cs_response *rs);

#endif
