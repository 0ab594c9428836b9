/*
 * member_link_store.h - links that were mailed to members, and other addresses of theirs. All of the
 * server realm.
 */
#ifndef CS_STORE_MEMBER_LINK_STORE_H
#define CS_STORE_MEMBER_LINK_STORE_H

#include "base/time.h"
#include "crypto/mac.h"
#include "model/member.h"
#include "store/store.h"

/* In place of the member's unused ones of this purpose and address. */
cs_err cs_member_link_add(struct cs_tx *tx, const struct cs_member_link *link);
/* Also one that is used or over. Errors: NOT_FOUND. */
cs_err cs_member_link_find(
    struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN], struct cs_member_link *out);
/* Errors: CONFLICT (used, or over at now). */
cs_err cs_member_link_use(struct cs_tx *tx, cs_id id, cs_time now);
/* Those of a purpose that are not used yet. None is fine. */
cs_err cs_member_link_void(struct cs_tx *tx, cs_id member, enum cs_member_link_purpose purpose);
/* What expired before. */
cs_err cs_member_link_sweep(struct cs_tx *tx, cs_time before);

/* --- contacts --- */

#define CS_CONTACTS_MAX 10
/* One that is there for this address is replaced. */
cs_err cs_member_contact_set(struct cs_tx *tx, const struct cs_member_contact *contact);
/* All of a member, oldest first, also unverified ones; in the arena. until is over at now: not. */
cs_err cs_member_contact_list(struct cs_tx *tx, cs_id member, cs_time now,
    const struct cs_member_contact **out, size_t *out_count);
/* That address of that member is proved. Errors: NOT_FOUND. */
cs_err cs_member_contact_verify(struct cs_tx *tx, cs_id member, cs_str email, cs_time now);
/* Only those of the member's own choice (until 0). Errors: NOT_FOUND. */
cs_err cs_member_contact_remove(struct cs_tx *tx, cs_id member, cs_id id);
cs_err cs_member_contact_sweep(struct cs_tx *tx, cs_time now);

#endif
