/*
 * provider.h - signing in at an OpenID Connect provider: there and back again.
 *
 * What must survive until the callback is a row bound to the browser's flow cookie, used once,
 * within ten minutes; state is kept as SHA-256, the PKCE verifier sealed.
 */
#ifndef CS_DOMAIN_PROVIDER_H
#define CS_DOMAIN_PROVIDER_H

#include "domain/signin.h"
#include "store/rate_store.h"

#define CS_OIDC_FLOW_LIFE_MS (10 * CS_MINUTE_MS)
/* An hour, from one source network: an office behind one address signs in at nine. */
#define CS_OIDC_FLOWS_PER_SOURCE CS_RATE_LIMIT_MAX

/*
 * Where to send the browser. Its flow must be set. Refused with NOT_FOUND (no such provider here),
 * PROVIDER_DOWN or TOO_MANY.
 */
cs_err cs_provider_begin(
    const struct cs_signin *s, cs_id provider, cs_str *out_url, struct cs_refusal *why);

/*
 * The callback's raw query. s needs no meta: *out_meta is the one that the sign-in began with, also
 * when it is refused later on (empty: the portal, or not known). On success the browser is signed
 * in, or *out says that the user is disabled. Refused with LINK_ENDED (not this browser's, used, too
 * old), PROVIDER_DOWN or PROVIDER_REFUSED.
 */
cs_err cs_provider_finish(const struct cs_signin *s, cs_id provider, cs_str query, cs_str *out_meta,
    struct cs_signed_in *out, struct cs_claims *out_claims, struct cs_refusal *why);

#endif
