/*
 * otpauth.h - the otpauth:// URI that carries a one-time-password secret into an app.
 *
 * Source: Google Authenticator's key URI format, as the common apps write and read it:
 *     otpauth://totp|hotp/[ISSUER:]ACCOUNT?secret=BASE32&issuer=…&algorithm=…&digits=…&period=…
 * Scheme and type in either case; the colon may be encoded, spaces behind it are dropped; the
 * issuer parameter wins over the label; other parameters are passed over; a hotp URI without
 * counter begins at 0. Steam's own alphabet (encoder=steam) is refused.
 */
#ifndef CS_PROTO_OTPAUTH_H
#define CS_PROTO_OTPAUTH_H

#include "base/arena.h"
#include "base/buf.h"
#include "crypto/secret.h"
#include "proto/totp.h"

#define CS_OTPAUTH_MAX_BYTES 2048

enum cs_otpauth_type { CS_OTPAUTH_TOTP = 0, CS_OTPAUTH_HOTP };

struct cs_otpauth {
	enum cs_otpauth_type type;
	struct cs_secret *secret; /* owned: see cs_otpauth_clear */
	cs_str issuer; /* may be empty */
	cs_str account; /* may be empty */
	struct cs_hotp hotp; /* digits 6..10 */
	int64_t period_s; /* totp: 1..3600 */
	uint64_t counter; /* hotp: 0..2^63-1 */
};

/*
 * out: text lives in the arena, the secret is to be cleared.
 * Errors: INVALID, LIMIT (longer than CS_OTPAUTH_MAX_BYTES, or a secret above CS_SECRET_MAX).
 */
cs_err cs_otpauth_decode(struct cs_arena *a, cs_str uri, struct cs_otpauth *out);
void cs_otpauth_clear(struct cs_otpauth *o);

/*
 * Always with secret, algorithm, digits and period or counter. A colon in issuer or account, which
 * the label cannot carry, is written as a space.
 *   out	sensitive
 */
void cs_otpauth_encode(const struct cs_otpauth *o, struct cs_buf *out);

#endif
