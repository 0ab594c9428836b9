/*
 * email_pin.h - six-digit PINs for mail: maker and judge. Pure.
 *
 * Life time, tries and one use are the caller's (domain/): ten minutes, five, and once. Only a
 * peppered HMAC of (id, PIN) is kept, so that a copy of the database does not give the PIN away
 * by trying all of them.
 */
#ifndef CS_IDP_EMAIL_PIN_H
#define CS_IDP_EMAIL_PIN_H

#include "base/verdict.h"
#include "crypto/keyring.h"

#define CS_EMAIL_PIN_LEN 6

/*
 * A new PIN, uniform over 000000..999999.
 *   id		the row it belongs to: the same digits stored for another row do not match
 *   out_pin	digits without terminator, for the mail; to be wiped
 *   out_stored	what to keep
 * Errors: CRYPTO.
 */
cs_err cs_email_pin_make(const struct cs_keyring *k, const struct cs_random *rng, cs_id id,
    char out_pin[static CS_EMAIL_PIN_LEN], uint8_t out_stored[static CS_PEPPERED_LEN]);

/* Exactly six ASCII digits; anything else is not a try. */
bool cs_email_pin_is_well_formed(cs_str typed);

/*
 * Denied until proven; constant time in the content.
 *   stored	CS_PEPPERED_LEN bytes, or empty for the same work with a denial (nothing was sent)
 * Errors: CRYPTO (the pepper's key is unknown).
 */
cs_err cs_email_pin_verify(
    const struct cs_keyring *k, cs_id id, cs_span stored, cs_str typed, enum cs_verdict *out);

#endif
