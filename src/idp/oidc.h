/*
 * oidc.h - who a user is, by an OpenID Connect provider: authorization code flow with PKCE.
 *
 * Source: OpenID Connect Core 1.0 §3.1, RFC 7636 (S256 always), RFC 9207, RFC 9700. A ceremony in
 * two requests: the caller keeps struct cs_oidc_pending between them, bound to the browser, uses
 * it once, and forgets it after ten minutes. ID tokens: RS256, PS256, ES256, ES384; clock skew
 * 60 s. Nothing is stored here.
 */
#ifndef CS_IDP_OIDC_H
#define CS_IDP_OIDC_H

#include "crypto/keyring.h"
#include "crypto/random.h"
#include "idp/client.h"
#include "model/access.h"
#include "model/session.h"

/*
 * The client secret is sealed with this purpose, account = op->account, row = provider's id, owner
 * zero.
 */
#define CS_IDP_SECRET_PURPOSE "idp.client_secret"

#define CS_OIDC_TOKEN_LEN 43 /* 32 random bytes in base64url */

/* What must survive until the callback; text as given by begin, or read back by the caller. */
struct cs_oidc_pending {
	cs_str state; /* CS_OIDC_TOKEN_LEN, also the key to find it by (hashed) */
	cs_str nonce; /* CS_OIDC_TOKEN_LEN */
	cs_str verifier; /* PKCE, CS_OIDC_TOKEN_LEN; secret until used */
	cs_str redirect_uri; /* exactly as sent */
};

/*
 * Begin: where to send the browser. pending and url live in op->arena.
 *   redirect_uri	absolute, as registered with the provider
 * Errors: UNAVAILABLE (the provider cannot be read), INVALID (it is configured or publishes wrong).
 */
cs_err cs_oidc_begin(struct cs_idp_client *c, const struct cs_op *op,
    const struct cs_identity_provider *p, const struct cs_random *rng, cs_str redirect_uri,
    struct cs_oidc_pending *out_pending, cs_str *out_url);

/* The callback's query. */
struct cs_oidc_callback {
	cs_str state;
	cs_str code; /* empty when error is there */
	cs_str iss; /* RFC 9207; empty when absent */
	cs_str error; /* "access_denied", …; empty when absent */
};

/*
 * Pure. Errors: INVALID (a parameter twice, badly encoded, too long; no state; neither code nor
 * error, or both).
 */
cs_err cs_oidc_callback_decode(struct cs_arena *a, cs_str query, struct cs_oidc_callback *out);

/* Who the provider says this is. Text lives in op->arena. */
struct cs_oidc_identity {
	cs_str sub; /* 1..255 ASCII characters; unique and stable within the provider */
	cs_str email; /* as sent, at most 254 bytes; empty when there is none */
	bool email_is_verified; /* the provider said email_verified: true, about this address */
	cs_str name; /* may be empty; at most 256 bytes */
	cs_str amr[CS_AMR_MAX];
	size_t amr_count;
	cs_str acr; /* may be empty */
	cs_time auth_time; /* 0: not sent */
	cs_str fields; /* JSON object: the claims that provider.claims names, as sent */
};

/*
 * Finish: state and iss of the callback, exchange of the code, signature, claims; userinfo when
 * the ID token lacks the address or a configured claim. out is empty unless OK.
 * Errors: FORBIDDEN (the provider refused: the person said no, or it does not take our request),
 * UNAVAILABLE (the provider is down or in error: 5xx; the person can begin again), INVALID
 * (anything forged, replayed, expired or not as the standard says), CRYPTO (our secret cannot be
 * unsealed).
 */
cs_err cs_oidc_finish(struct cs_idp_client *c, const struct cs_op *op,
    const struct cs_keyring *keyring, const struct cs_identity_provider *p,
    const struct cs_oidc_pending *pending, const struct cs_oidc_callback *callback,
    struct cs_oidc_identity *out);

#endif
