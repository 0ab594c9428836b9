/*
 * member_whole.h - what member_session.c, member_complete.c and member_standing.c share: what is asked
 * of a member, and what it means that a sign-in is complete.
 */
#ifndef CS_DOMAIN_MEMBER_WHOLE_H
#define CS_DOMAIN_MEMBER_WHOLE_H

#include "domain/domain.h"
#include "domain/enforcement.h"
#include "model/member.h"

/*
 * In the transaction that makes session (stage DONE, as it is stored now) complete: last sign-in, the
 * browser is known, a mail when it is new, the invitation that it carries is accepted, an open recovery
 * case ends, audit.
 */
cs_err cs_member_whole_in(struct cs_tx *tx, struct cs_domain *d, const struct cs_member *member,
    const struct cs_member_session *session);

/* What is asked of a member in this session: also by an account that they are about to join. */
cs_err cs_member_demands_in(struct cs_tx *tx, cs_id member, const struct cs_member_session *session,
    struct cs_enforcement *out);

#endif
