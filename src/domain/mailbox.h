/*
 * mailbox.h - messages into the outbox, in the transaction that causes them.
 */
#ifndef CS_DOMAIN_MAILBOX_H
#define CS_DOMAIN_MAILBOX_H

#include "domain/domain.h"
#include "model/message.h"
#include "store/outbox_store.h"

/*
 * Seal a message for the outbox; made before the transaction. *out lives in the arena. What no header
 * can hold of the subject, a line end above all, becomes a blank.
 */
cs_err cs_mailbox_seal(const struct cs_domain *d, const struct cs_op *op,
    const struct cs_message *m, struct cs_outbox_item *out);
/* The reverse, for delivery. Errors: CRYPTO, INVALID. */
cs_err cs_mailbox_unseal(const struct cs_domain *d, const struct cs_op *op,
    const struct cs_outbox_item *item, struct cs_message *out);

#define CS_MAILBOX_POST_MS (7 * CS_DAY_MS)
/*
 * A mail to one address, in a transaction of op->account, worth sending for a week. text: as struct
 * cs_message's.
 */
cs_err cs_mailbox_post(
    struct cs_tx *tx, const struct cs_domain *d, cs_str to, cs_str subject, cs_str text);

#endif
