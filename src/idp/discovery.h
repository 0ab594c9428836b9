/*
 * discovery.h - what a provider publishes about itself: metadata and signing keys, cached.
 *
 * Source: OpenID Connect Discovery 1.0 §4, RFC 7517. Safe from several threads. A document counts
 * for an hour; when it cannot be fetched anew the old one serves for a day. An unknown key id
 * fetches the keys again, at most once a minute per provider, so that keys can rotate and forged
 * tokens cannot make us a load on the provider.
 */
#ifndef CS_IDP_DISCOVERY_H
#define CS_IDP_DISCOVERY_H

#include "idp/client.h"
#include "model/access.h"
#include "proto/oidc_metadata.h"

/*
 * Where to send people and requests. A provider with auth_url, token_url and certs_url needs no
 * discovery; otherwise ISSUER/.well-known/openid-configuration is read, whose issuer must equal
 * the configured one exactly, and single URLs that are configured win over the published ones.
 *   out	text borrows from op->arena
 * Errors: INVALID (provider not configured enough, document wrong, other issuer), UNAVAILABLE.
 */
cs_err cs_idp_metadata(struct cs_idp_client *c, const struct cs_op *op,
    const struct cs_identity_provider *p, struct cs_oidc_metadata *out);

enum cs_idp_keys_use {
	CS_IDP_KEYS_CACHED = 0, /* fetched only when there are none that still count */
	CS_IDP_KEYS_REFRESHED, /* fetched anew unless that was done within the minute */
};

/*
 * The provider's JWK Set as JSON, in op->arena. is_new: fetched in this call.
 * Errors: UNAVAILABLE, INVALID (the provider answered something else).
 */
cs_err cs_idp_keys(struct cs_idp_client *c, const struct cs_op *op, cs_str jwks_uri,
    enum cs_idp_keys_use use, cs_span *out_json, bool *out_is_new);

#endif
