/*
 * meta.h - where a person was going when they were sent to sign in, sealed into one text.
 *
 * Made on the application's host, carried through the auth host in a query string and in the page's
 * calls, for one hour. Nobody can make or alter one without the keyring. It names the browser of
 * the application's host by the hash of its CF_AppSession cookie.
 */
#ifndef CS_DOMAIN_META_H
#define CS_DOMAIN_META_H

#include "domain/domain.h"
#include "domain/refusal.h"
#include "model/challenge.h"

#define CS_META_TEXT_MAX 6144
#define CS_RETURN_PATH_MAX 2048
#define CS_NONCE_HASH_LEN 32

struct cs_meta {
	cs_id application;
	cs_str
	    authority; /* of the application's host, with its port if any, as the browser uses it */
	cs_str return_path;
	uint8_t nonce_hash[CS_NONCE_HASH_LEN];
	cs_time created; /* when the browser was sent to sign in; set by decode */
	cs_time expires;
	uint8_t context[CS_CONTEXT_LEN]; /* digest of the text; set by decode */
	cs_str text; /* as given to decode */
};

/*
 * The address to return to, made harmless: begins with exactly one '/', no backslash, only visible
 * ASCII, at most CS_RETURN_PATH_MAX. Anything else, foreign or absolute, is "/".
 */
cs_str cs_return_path(cs_str wanted);
/*
 * Whether text is one of the portal's own pages to which a sign-in may lead back: it stands where a
 * meta stands, as it is (no sealed one begins with '/').
 */
bool cs_meta_is_page(cs_str text);
/* authority without its port. */
cs_str cs_authority_host(cs_str authority);

/* created, expires, context and text of m are ignored; *out lives in the arena. */
cs_err cs_meta_seal(
    const struct cs_domain *d, const struct cs_op *op, const struct cs_meta *m, cs_str *out);
/*
 * Forged, altered, another account's and expired ones are refused alike: LINK_ENDED.
 */
cs_err cs_meta_unseal(const struct cs_domain *d, const struct cs_op *op, cs_str text,
    struct cs_meta *out, struct cs_refusal *why);

#endif
