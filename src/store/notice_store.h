/*
 * notice_store.h - mails that ask "was this you?", by the hash of the token in their link.
 */
#ifndef CS_STORE_NOTICE_STORE_H
#define CS_STORE_NOTICE_STORE_H

#include "model/manage.h"
#include "model/member.h"
#include "store/store.h"

#define CS_ADMINISTRATORS_MAX 50 /* who are written to at once */

/* used is ignored. The subject is the caller's to know. */
cs_err cs_notice_add(struct cs_tx *tx, const struct cs_notice *notice);
/* Used ones and those that are over as well. Errors: NOT_FOUND. */
cs_err cs_notice_find(struct cs_tx *tx, cs_id account,
    const uint8_t token_hash[static CS_TOKEN_HASH_LEN], struct cs_notice *out);
/* Errors: CONFLICT (used, or over at now). */
cs_err cs_notice_set_used(struct cs_tx *tx, cs_id account, cs_id id, cs_time now);
/* Removing none is fine. */
cs_err cs_notice_remove_of_subject(struct cs_tx *tx, cs_id account, cs_id subject);
/* What expired before. */
cs_err cs_notice_sweep(struct cs_tx *tx, cs_time before);

/* Active owners and administrators of an account, those who joined first before the others. */
cs_err cs_notice_administrators(
    struct cs_tx *tx, cs_id account, const struct cs_member **out, size_t *out_count);

/* Addresses of the active owners of whatever accounts a member belongs to, without the member. */
cs_err cs_notice_fellow_owners(
    struct cs_tx *tx, cs_id member, const cs_str **out, size_t *out_count);

#endif
