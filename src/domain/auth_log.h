/*
 * auth_log.h - the sign-in log: who came to which application, and who was sent away.
 *
 * For administrators, without proof of completeness (that is the audit trail's), swept after
 * cs_domain.auth_log_keep_ms. Bypass writes nothing (specs: Access §8.5). ray: the first 16 hex
 * digits of the request's id, as X-Request-Id shows it.
 */
#ifndef CS_DOMAIN_AUTH_LOG_H
#define CS_DOMAIN_AUTH_LOG_H

#include "domain/domain.h"
#include "store/auth_log_store.h"

enum cs_auth_reason {
	CS_AUTH_ALLOWED = 0,
#define R(NAME, CODE) CS_AUTH_##NAME,
#include "domain/auth_reasons.def"
#undef R
	CS_AUTH_REASON_COUNT
};

struct cs_auth_event {
	bool is_logout;
	enum cs_auth_reason reason;
	cs_id user; /* zero: nobody known */
	cs_str email;
	cs_id provider;
	const struct cs_application *app; /* NULL: the portal itself */
	unsigned method; /* of the second factor, when one was asked for */
	/* Not zero: the same event seen again is one entry. */
	cs_id once;
};

/* In a transaction of op->account, whose configuration is given. */
cs_err cs_auth_log(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_access_config *config, const struct cs_auth_event *event);
/* The same in a transaction of its own. */
cs_err cs_auth_log_write(struct cs_domain *d, const struct cs_op *op,
    const struct cs_access_config *config, const struct cs_auth_event *event);

/*
 * A programme that came with a service token. At most one entry an hour for the same token,
 * application, address and outcome: the gate remembers when it wants one (gate/visits.h).
 */
cs_err cs_auth_log_service(struct cs_domain *d, const struct cs_op *op,
    const struct cs_access_config *config, const struct cs_application *app,
    const struct cs_service_token *token, bool is_allowed);

/* Of op->account. */
cs_err cs_auth_log_read(struct cs_domain *d, const struct cs_op *op,
    const struct cs_auth_query *query, const struct cs_auth_entry **out, size_t *out_count);

#endif
