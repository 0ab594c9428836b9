/*
 * hotp.h - counter-based one-time passwords.
 *
 * Source: RFC 4226; the hash may also be one of RFC 6238 §1.2. Pure: replay is the caller's duty:
 * store the next counter returned here.
 */
#ifndef CS_PROTO_HOTP_H
#define CS_PROTO_HOTP_H

#include "base/err.h"
#include "base/span.h"
#include "crypto/mac.h"

#define CS_OTP_DIGITS_MIN 6
#define CS_OTP_DIGITS_MAX 10

/* How codes are made. */
struct cs_hotp {
	enum cs_hash hash;
	int digits; /* CS_OTP_DIGITS_MIN..CS_OTP_DIGITS_MAX */
};

/* Exactly h->digits ASCII digits: what may be compared at all. */
bool cs_otp_is_well_formed(const struct cs_hotp *h, cs_str code);

/*
 * The code at counter (RFC 4226 §5.3).
 *   mac	keyed with the shared secret and h->hash
 *   out	h->digits ASCII digits, no terminator
 * Errors: CRYPTO.
 */
cs_err cs_hotp_code(
    const struct cs_hotp *h, struct cs_mac *mac, uint64_t counter, char out[CS_OTP_DIGITS_MAX]);

/*
 * The 31-bit number at counter (RFC 4226 §5.3, "Snum"), for codes that are not decimal.
 *   mac	keyed with the shared secret and hash
 * Errors: CRYPTO.
 */
cs_err cs_hotp_number(enum cs_hash hash, struct cs_mac *mac, uint64_t counter, uint32_t *out);

/*
 * Look for code at next, next + 1, … (RFC 4226 §7.4: only forward).
 *   key	16..64 bytes by the standards; any length is taken
 *   look_ahead	how many values are tried, 1..1000
 *   out_found	false: nothing matched, or code is not well-formed
 *   out_next	the counter to store when found, else next
 * Errors: CRYPTO. Time does not depend on which value matches.
 */
cs_err cs_hotp_match(const struct cs_hotp *h, cs_span key, uint64_t next, unsigned look_ahead,
    cs_str code, bool *out_found, uint64_t *out_next);

/*
 * Find count codes in a row within the next window values, for a token that ran away (RFC 4226
 * §7.4: "ask the user to enter several consecutive HOTP values").
 *   codes	2..8 of them, in the order shown
 *   out	as for cs_hotp_match
 */
cs_err cs_hotp_resync(const struct cs_hotp *h, cs_span key, uint64_t next, unsigned window,
    const cs_str *codes, size_t count, bool *out_found, uint64_t *out_next);

#endif
