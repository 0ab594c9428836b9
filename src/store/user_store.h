/*
 * user_store.h - end users of an account's applications.
 *
 * email_key is the whole address in lower case (ASCII). Of the users of an account with one key at
 * most one has it proved.
 */
#ifndef CS_STORE_USER_STORE_H
#define CS_STORE_USER_STORE_H

#include "model/subject.h"
#include "store/store.h"

#define CS_USERS_BY_EMAIL_MAX 100

/* Errors: CONFLICT (email_is_proved, and another user has proved it). Ends the transaction. */
cs_err cs_user_add(
    struct cs_tx *tx, const struct cs_user *user, cs_str email_key, bool email_is_proved);
/* Errors: NOT_FOUND. */
cs_err cs_user_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_user *out);
cs_err cs_user_find_proved(struct cs_tx *tx, cs_id account, cs_str email_key, struct cs_user *out);
/* At most CS_USERS_BY_EMAIL_MAX, proved or not; also by the address that a session of theirs has. */
cs_err cs_user_list_by_email(struct cs_tx *tx, cs_id account, cs_str email_key,
    const struct cs_user **out, size_t *out_count);
/* A sign-in. An empty name keeps the old one. Errors: CONFLICT (gone, or not active). */
cs_err cs_user_set_seen(struct cs_tx *tx, cs_id account, cs_id id, cs_time now, cs_str name);
/* Errors: CONFLICT (as cs_user_add, or gone). */
cs_err cs_user_set_email(struct cs_tx *tx, cs_id account, cs_id id, cs_str email, cs_str email_key,
    bool email_is_proved);
/* Errors: CONFLICT (the status is not `from` now). */
cs_err cs_user_set_status(
    struct cs_tx *tx, cs_id account, cs_id id, enum cs_user_status from, enum cs_user_status to);
/* Their devices may not be changed by themselves, since now; who is frozen already stays as it is. */
cs_err cs_user_freeze(struct cs_tx *tx, cs_id account, cs_id id, cs_time now);
/* Errors: CONFLICT (there is no such user). */
cs_err cs_user_unfreeze(struct cs_tx *tx, cs_id account, cs_id id);

#endif
