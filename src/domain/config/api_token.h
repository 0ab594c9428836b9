/*
 * api_token.h - bearer tokens of the configuration API.
 *
 * "cst_" and 43 characters, shown once. A token may do what was granted to it and what its creator
 * may do today, whichever is less; it ends with the creator's membership.
 */
#ifndef CS_DOMAIN_CONFIG_API_TOKEN_H
#define CS_DOMAIN_CONFIG_API_TOKEN_H

#include "base/verdict.h"
#include "domain/config/permission.h"
#include "domain/domain.h"

#define CS_API_TOKEN_PREFIX "cst_"

/* Who calls the configuration API, and what they may. */
struct cs_grant {
	cs_id account;
	cs_id member;
	cs_id token; /* zero: the member came in person, by the console's session */
	uint32_t permissions;
	cs_time not_before; /* of the token; 0: none */
	cs_time expires;
};

struct cs_new_api_token {
	cs_id account;
	cs_str name;
	cs_id creator;
	uint32_t permissions;
	cs_time not_before;
	cs_time expires;
};

/* In a transaction of op->account. *text: the token, in the arena. CONFLICT: no such membership. */
cs_err cs_api_token_create(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_new_api_token *wanted, cs_id *id, cs_str *text);

enum cs_token_state {
	CS_TOKEN_UNKNOWN = 0,
	CS_TOKEN_ACTIVE,
	CS_TOKEN_INACTIVE, /* disabled, over, not yet begun, or its creator may not sign in */
};

/*
 * Judge a token; *grant is zeroed unless ACTIVE. Its use is remembered, at most once a minute; that
 * this fails is no reason to refuse.
 */
cs_err cs_api_token_verify(struct cs_domain *d, const struct cs_op *op, cs_str text,
    struct cs_grant *grant, enum cs_token_state *state);

#endif
