/*
 * service_token.h - programmes' credentials (specs: Access §12).
 *
 * A client id of 32 hex digits, shown with ".access" behind, and a secret "cfast_", 40 letters and
 * digits out of the random generator and 8 hex digits over them by which scanners know it. The
 * secret is shown once, by the call that makes it; what is kept is its SHA-256 (it has 238 bits, so
 * nothing slower is needed). All of it is in force at the next decision.
 *
 * Errors of all: INVALID (change->fault says why), NOT_FOUND, and the store's.
 */
#ifndef CS_DOMAIN_CONFIG_SERVICE_TOKEN_H
#define CS_DOMAIN_CONFIG_SERVICE_TOKEN_H

#include "domain/config/change.h"
#include "store/service_token_store.h"

#define CS_SERVICE_SECRET_LEN 54

/* *secret, where a call has it, lives in the operation's arena; empty: none was made. */
cs_err cs_config_add_service_token(
    const struct cs_config_change *c, const json_t *body, cs_id *id, cs_str *secret);
/*
 * Any of name, duration (counted from now), enabled and client_secret_version; a higher version
 * makes a new secret, as rotating does.
 */
cs_err cs_config_set_service_token(
    const struct cs_config_change *c, cs_id id, const json_t *body, cs_str *secret);
/*
 * A new secret. The old one lasts until previous_client_secret_expires_at, at most 30 days, and
 * without it ends at once.
 */
cs_err cs_config_rotate_service_token(
    const struct cs_config_change *c, cs_id id, const json_t *body, cs_str *secret);
/* Valid for a year more. */
cs_err cs_config_refresh_service_token(const struct cs_config_change *c, cs_id id);
/* *gone: as it was. Rules that name it hold for nobody from then on. */
cs_err cs_config_remove_service_token(
    const struct cs_config_change *c, cs_id id, struct cs_service_token_row *gone);

/* Errors: NOT_FOUND. */
cs_err cs_service_token_read(struct cs_domain *d, const struct cs_op *op, cs_id account, cs_id id,
    struct cs_service_token_row *out);
cs_err cs_service_token_read_all(struct cs_domain *d, const struct cs_op *op, cs_id account,
    struct cs_service_token_row **rows, size_t *count);

/* Writes down which tokens were seen since last time: one write for all of them. */
cs_err cs_service_token_note_seen(struct cs_domain *d, const struct cs_op *op);

#endif
