/*
 * keys.h - the keys that sign application tokens: made, sealed, rotated, published.
 *
 * One key signs; the next one is published an hour before it takes over, and the old one for seven
 * days after (specs: Access §16.4). Each node keeps an account's keys in memory and reads them again
 * after a CS_CHANGE_SIGNING_KEY row. Any thread but an event thread.
 */
#ifndef CS_DOMAIN_KEYS_H
#define CS_DOMAIN_KEYS_H

#include "crypto/jws.h"
#include "domain/domain.h"

#define CS_KEY_LIFE_MS (42 * CS_DAY_MS)
#define CS_KEY_AHEAD_MS CS_HOUR_MS
#define CS_KEY_OVERLAP_MS (7 * CS_DAY_MS)

struct cs_keys *cs_keys_new(void);
void cs_keys_free(struct cs_keys **k);
/* Read them again at the next use. Zero: of all accounts. */
void cs_keys_forget(struct cs_keys *k, cs_id account);

/* Sign claims with op->account's key of now; the account's first key is made when it has none. */
cs_err cs_keys_sign(
    struct cs_domain *d, const struct cs_op *op, cs_span claims, struct cs_buf *out);
/* {"keys":[…],"public_cert":{…},"public_certs":[…]} for op->account. */
cs_err cs_keys_publish(struct cs_domain *d, const struct cs_op *op, struct cs_buf *out);
/*
 * Make op->account's next key when the present one is old enough, or when it has none.
 * *out_next: when to look again.
 */
cs_err cs_keys_rotate(struct cs_domain *d, const struct cs_op *op, cs_time *out_next);
/* Make the next key whatever the age of the present one, as an administrator asks. */
cs_err cs_keys_rotate_now(struct cs_domain *d, const struct cs_op *op);

#endif
