/*
 * api_token.h - bearer tokens of the configuration API.
 *
 * "cst_" and 43 characters, shown once. A token may do what was granted to it and what its creator
 * may do today, whichever is less; it ends with the creator's membership.
 */
#ifndef CS_DOMAIN_CONFIG_API_TOKEN_H
#define CS_DOMAIN_CONFIG_API_TOKEN_H

#include "base/verdict.h"
#include "domain/config/fault.h"
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
	bool is_limited; /* the token may come from some addresses only */
	bool is_proved; /* in person: as cs_member_check_proved, without a factor */
};

struct cs_new_api_token {
	cs_id account;
	cs_str name;
	cs_id creator;
	uint32_t permissions;
	cs_time not_before;
	cs_time expires;
	cs_str condition; /* token_condition.h; empty: from anywhere */
};

/* In a transaction of op->account. *text: the token, in the arena. CONFLICT: no such membership. */
cs_err cs_api_token_create(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_new_api_token *wanted, cs_id *id, cs_str *text);

enum cs_token_state {
	CS_TOKEN_UNKNOWN = 0,
	CS_TOKEN_ACTIVE,
	CS_TOKEN_INACTIVE, /* disabled, over, not yet begun, or its creator may not sign in */
	CS_TOKEN_ELSEWHERE, /* good, but not from the address that op->peer is */
};

/*
 * Judge a token; *grant is zeroed unless ACTIVE. Its use is remembered, at most once a minute; that
 * this fails is no reason to refuse.
 */
cs_err cs_api_token_verify(struct cs_domain *d, const struct cs_op *op, cs_str text,
    struct cs_grant *grant, enum cs_token_state *state);

/* --- one's own --- */

#define CS_API_TOKENS_MAX 100 /* of one member, in all accounts */

/* What somebody asks for; permissions and account are checked against who they are now. */
struct cs_token_wish {
	cs_id account; /* zero: the only one that they belong to */
	cs_str name;
	uint32_t permissions;
	cs_time not_before;
	cs_time expires;
	cs_str condition;
	bool is_disabled; /* cs_own_token_change */
};

/*
 * Who: the caller's grant. In person they see and change what they made in every account; what gives
 * a value away, or lets one do more, wants the password window (fault PROVE_FIRST): a token outlives the
 * session, and a cookie that was copied must not become one. Removing wants nothing. By a token
 * (with CS_MAY_…_API_TOKENS) what it could have made itself: of its own account, with no permission
 * that it lacks, ending no later than it does, and none at all where it is limited to addresses.
 * Everything lives in op's arena. Errors of all: INVALID (fault says why), NOT_FOUND (also somebody
 * else's), and the store's.
 */
cs_err cs_own_token_list(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    struct cs_api_token **out, size_t *out_count);
cs_err cs_own_token_get(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    cs_id id, struct cs_api_token *out);
/* *text: shown once. */
cs_err cs_own_token_make(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    const struct cs_token_wish *wish, struct cs_api_token *out, cs_str *text,
    struct cs_fault *fault);
/* The account cannot be changed. */
cs_err cs_own_token_change(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    cs_id id, const struct cs_token_wish *wish, struct cs_api_token *out, struct cs_fault *fault);
cs_err cs_own_token_roll(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    cs_id id, cs_str *text, struct cs_fault *fault);
cs_err cs_own_token_remove(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    cs_id id, struct cs_fault *fault);

#endif
