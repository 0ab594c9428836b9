/*
 * session.h - signed-in browsers and signed-in applications: opening, finding, ending.
 *
 * Tokens are 32 random bytes (the application's is a JWT) and kept as SHA-256. Ending writes a
 * change row in the same transaction, so that other nodes hear of it, and after the commit drops
 * what this node's gate remembers: the next request here is refused.
 */
#ifndef CS_DOMAIN_SESSION_H
#define CS_DOMAIN_SESSION_H

#include "domain/domain.h"
#include "domain/refusal.h"
#include "model/session.h"
#include "model/subject.h"

#define CS_SESSION_TOKEN_LEN 43 /* base64url of 32 bytes: every house cookie */

/* A new token; *out_text lives in the arena, for Set-Cookie alone. */
void cs_session_token_make(const struct cs_domain *d, const struct cs_op *op, cs_str *out_text,
    uint8_t out_hash[static CS_TOKEN_HASH_LEN]);
/* Errors: INVALID (not the form of one). */
cs_err cs_session_token_hash(cs_str text, uint8_t out[static CS_TOKEN_HASH_LEN]);
/* The browser that a __Host-cs_device cookie names. */
cs_id cs_device_id(const uint8_t token_hash[static CS_TOKEN_HASH_LEN]);

/*
 * The browser's session by its cookie's text, in op->account. The user is active.
 * Refused with SIGNED_OUT.
 */
cs_err cs_session_find(struct cs_domain *d, const struct cs_op *op, cs_str token,
    struct cs_global_session *out, struct cs_refusal *why);

/*
 * For the gateway's slow lane: the session of an application token by its hash, of any account.
 * Errors: NOT_FOUND.
 */
cs_err cs_session_load_app(struct cs_domain *d, const struct cs_op *op,
    const uint8_t token_hash[static CS_TOKEN_HASH_LEN], struct cs_app_session *out);

/* --- ending, inside a transaction of op->account; the gate is the caller's, after the commit --- */

/* A browser's session with all application sessions that it opened. */
cs_err cs_session_end_in(struct cs_tx *tx, cs_id session);
/* Every session of a user. */
cs_err cs_session_end_user_in(struct cs_tx *tx, cs_id user);

/* --- ending, whole --- */

cs_err cs_session_end(
    struct cs_domain *d, const struct cs_op *op, const struct cs_global_session *session);
/* Everywhere, as the person asks, or (by_user false) as an administrator does. */
cs_err cs_session_end_user(struct cs_domain *d, const struct cs_op *op, cs_id user, bool by_user);
/* All users of op->account with this address, proved or not. *out_count: how many there were. */
cs_err cs_session_revoke_email(
    struct cs_domain *d, const struct cs_op *op, cs_str email, size_t *out_count);

#endif
