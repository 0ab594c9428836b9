/*
 * oidc_claims.h - the claims of an ID token and of userinfo: decoding and judging. Pure; the
 * signature is crypto/jws.h's.
 *
 * Source: OpenID Connect Core 1.0 §2, §3.1.3.7, §5.3, RFC 7519 §4.1, RFC 8176.
 */
#ifndef CS_PROTO_OIDC_CLAIMS_H
#define CS_PROTO_OIDC_CLAIMS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/time.h"

#define CS_OIDC_CLAIMS_MAX_BYTES 16384
#define CS_OIDC_AMR_MAX 16
#define CS_OIDC_AUD_MAX 16
#define CS_OIDC_SKEW_MS (60 * CS_SECOND_MS)

/* What an ID token says about itself. Text lives in the arena; empty or 0: not sent. */
struct cs_oidc_claims {
	cs_str iss;
	cs_str sub; /* 1..255 visible ASCII characters (Core §2) */
	cs_str aud[CS_OIDC_AUD_MAX];
	size_t aud_count; /* at least one */
	cs_str azp;
	cs_str nonce;
	cs_str at_hash;
	cs_str acr;
	cs_time exp; /* always there */
	cs_time iat; /* always there */
	cs_time nbf;
	cs_time auth_time;
	cs_str amr[CS_OIDC_AMR_MAX];
	size_t amr_count;
};

/*
 * Duplicate members, wrong types, a missing iss, sub, aud, exp or iat: INVALID. More than
 * CS_OIDC_CLAIMS_MAX_BYTES, or of a list than its maximum: LIMIT. An amr that is one string, as
 * some providers send it, is a list of one.
 */
cs_err cs_oidc_claims_decode(struct cs_arena *a, cs_span json, struct cs_oidc_claims *out);

/* What must hold. */
struct cs_oidc_expected {
	cs_str issuer; /* exactly */
	cs_str client_id;
	cs_str nonce;
	cs_time now;
	bool has_max_age;
	int64_t max_age_s; /* as sent to the provider */
	cs_str access_token; /* that came beside the token; empty: none */
	cs_str token; /* the whole ID token, for its header's alg; empty with access_token */
};

/*
 * Whether the claims answer what was asked (Core §3.1.3.7), clocks apart by CS_OIDC_SKEW_MS. at_hash
 * is judged when it is there and the algorithm hashes with SHA-256.
 *   out_why	the first claim that does not hold, for the log: "aud"; NULL when all do
 */
bool cs_oidc_claims_check(struct cs_arena *a, const struct cs_oidc_expected *e,
    const struct cs_oidc_claims *c, const char **out_why);

/* Whom an ID token or a userinfo answer describes. Text lives in the arena; empty: not sent. */
struct cs_oidc_person {
	cs_str sub;
	cs_str email; /* the claim asked for; empty when it is no address: local@domain */
	bool email_is_verified; /* email_verified is true and speaks of this address */
	cs_str name; /* cut to 256 bytes, control characters replaced */
};

/*
 *   email_claim	"email", or what the provider is configured to use. email_verified (Core
 *			§5.1) speaks of "email" alone: another claim's value counts as verified only
 *			when it is that same address.
 * Errors: INVALID, LIMIT.
 */
cs_err cs_oidc_person_decode(
    struct cs_arena *a, cs_span json, cs_str email_claim, struct cs_oidc_person *out);

/*
 * The named claims, as sent, in one JSON object; the ID token's value wins over userinfo's.
 *   userinfo	may be empty
 *   out_is_complete	every name was found
 * Errors: INVALID, LIMIT (above CS_OIDC_CLAIMS_MAX_BYTES).
 */
cs_err cs_oidc_claims_pick(struct cs_arena *a, cs_span id_token, cs_span userinfo,
    const cs_str *names, size_t count, cs_str *out_json, bool *out_is_complete);

/* The token endpoint's answer (RFC 6749 §5.1, §5.2). Text lives in the arena. */
struct cs_oidc_tokens {
	cs_str id_token; /* empty: none */
	cs_str access_token; /* empty: none, or not of type Bearer */
	cs_str error; /* "invalid_grant", …; empty: none */
};

/* Errors: INVALID, LIMIT. */
cs_err cs_oidc_tokens_decode(struct cs_arena *a, cs_span json, struct cs_oidc_tokens *out);

#endif
