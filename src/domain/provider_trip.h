/*
 * provider_trip.h - to an OpenID Connect provider and back, for users (provider.c) and for members
 * (member_sso.c), whose provider belongs to an account and whose sign-in does not.
 *
 * s: op of the account that keeps the flow, config whose auth host the person comes back to, the
 * browser's flow cookie, and meta.text, which is there again on the way back. at: op of the account
 * whose provider it is.
 */
#ifndef CS_DOMAIN_PROVIDER_TRIP_H
#define CS_DOMAIN_PROVIDER_TRIP_H

#include "domain/signin.h"
#include "idp/oidc.h"
#include "store/oidc_flow_store.h"

/* Where to send the browser. Refused with PROVIDER_DOWN or TOO_MANY. */
cs_err cs_provider_leave(const struct cs_signin *s, const struct cs_op *at,
    const struct cs_identity_provider *p, cs_str *out_url, struct cs_refusal *why);

/* Lives in the arena. */
struct cs_provider_back {
	const struct cs_oidc_flow *flow;
	struct cs_oidc_callback callback;
};
/* The flow is used up with this. Refused with LINK_ENDED (not this browser's, used, too old). */
cs_err cs_provider_return(const struct cs_signin *s, cs_id provider, cs_str query,
    struct cs_provider_back *out, struct cs_refusal *why);
/* Who the provider says it is. Errors: as cs_oidc_finish. */
cs_err cs_provider_ask(const struct cs_signin *s, const struct cs_op *at,
    const struct cs_identity_provider *p, const struct cs_provider_back *back,
    struct cs_oidc_identity *out);
/*
 * What of e the person is told: a provider that cannot be read, or is configured wrong, is down or
 * refuses to them. Other errors come out again.
 */
cs_err cs_provider_refuse(cs_err e, struct cs_refusal *why);

#endif
