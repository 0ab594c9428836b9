/*
 * token.h - the application token: the JWT that says to an application who somebody is.
 *
 * Claims as in specs: Access §16.3. RS256, signed by keys.h, which also publishes the public half.
 */
#ifndef CS_DOMAIN_TOKEN_H
#define CS_DOMAIN_TOKEN_H

#include "domain/domain.h"
#include "model/session.h"

/*
 * The token of a session that is about to be opened; s->token_hash is set from it. *out lives in
 * the arena. Errors: LIMIT (the identity is too big for a cookie).
 */
cs_err cs_token_make(struct cs_domain *d, const struct cs_op *op,
    const struct cs_access_config *config, const struct cs_application *app,
    struct cs_app_session *s, cs_str *out);

/*
 * What an application is told of a service token (config's, by id): type "app", common_name, an
 * empty sub. It lasts as long as a session there, at most a day and not past the token's own end;
 * hand it on until *until, when a quarter is left. Errors: NOT_FOUND, CRYPTO, and the store's.
 */
cs_err cs_token_make_service(struct cs_domain *d, const struct cs_op *op,
    const struct cs_access_config *config, const struct cs_application *app, cs_id token,
    cs_str *out, cs_time *until);

#endif
