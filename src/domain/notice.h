/*
 * notice.h - mails that tell people what happened to their authenticators, with a way to object.
 *
 * Sealed into the outbox in the transaction of what they tell. The link is
 * ORIGIN/not-me#cn_TOKEN: the token is in the fragment, which no server sees; the page's button
 * POSTs it (freeze.h). Good once, for seven days, without signing in.
 */
#ifndef CS_DOMAIN_NOTICE_H
#define CS_DOMAIN_NOTICE_H

#include "domain/domain.h"
#include "model/manage.h"
#include "model/subject.h"

#define CS_NOTICE_LIFE_MS (7 * CS_DAY_MS)
#define CS_NOTICE_TOKEN_PREFIX "cn_"

enum cs_notice_kind {
	CS_NOTICE_ADDED = 0,
	CS_NOTICE_REMOVED, /* by its owner */
	CS_NOTICE_REVOKED, /* by an administrator */
};

/*
 * To the address of a's subject; in a transaction of op->account. What, when (op->now), from which
 * browser (op->user_agent) and address (op->peer); for REVOKED the last two are not told, they are
 * the administrator's. Somebody without a mail address is not written to.
 */
cs_err cs_notice_send(struct cs_tx *tx, const struct cs_domain *d, enum cs_notice_kind kind,
    const struct cs_authenticator *a);
/* Their devices can no longer be changed, because of cause: to the person. */
cs_err cs_notice_send_frozen(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_user *user, const struct cs_notice *cause);
/* The same to the active owners and administrators of the account. *out_count: how many. */
cs_err cs_notice_send_administrators(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_user *user, const struct cs_notice *cause, size_t *out_count);

#endif
