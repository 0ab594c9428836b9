/*
 * pin.h - e-mailed PINs: who one is, proved by reading one's mail.
 *
 * Six digits, ten minutes, one use, five tries, bound to the browser that asked (flow cookie) and to
 * account, provider and address; a new one voids that browser's old one. At most five PINs an hour
 * and twenty wrong entries a day for an address, thirty requests an hour from one source network.
 *
 * It always says that a PIN was sent. Addresses that no policy admits cost the same work and write
 * the same rows: their PIN is one that nothing matches, their mail one whose time is over
 * (docs/decisions/0201-refused-addresses.md).
 */
#ifndef CS_DOMAIN_PIN_H
#define CS_DOMAIN_PIN_H

#include "domain/signin.h"

#define CS_PIN_LIFE_MS (10 * CS_MINUTE_MS)
#define CS_PIN_TRIES 5
#define CS_PINS_PER_HOUR 5
#define CS_PIN_WRONG_PER_DAY 20
#define CS_PIN_REQUESTS_PER_SOURCE 30
#define CS_PIN_RESEND_MS (30 * CS_SECOND_MS) /* what the page counts down; not enforced */

/*
 * Send a PIN. The browser's flow (s->flow_hash) must be set. Refused with BODY (no mail address),
 * NOT_FOUND (no such provider here) or TOO_MANY.
 */
cs_err cs_pin_begin(
    const struct cs_signin *s, cs_id provider, cs_str email, struct cs_refusal *why);
/*
 * Judge one. Refused with MALFORMED_CODE, WRONG_PIN, PIN_OVER (used up, too old, voided, or of
 * another browser) or TOO_MANY. On success the browser is signed in, or *out says that the user is
 * disabled; *out_claims says who it is.
 */
cs_err cs_pin_finish(const struct cs_signin *s, cs_str typed, struct cs_signed_in *out,
    struct cs_claims *out_claims, struct cs_refusal *why);
/* The person wants another address: the browser's PIN is void. */
cs_err cs_pin_cancel(const struct cs_signin *s);

#endif
