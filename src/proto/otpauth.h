/*
 * otpauth.h - the otpauth:// URI that carries a one-time-password secret into an app.
 *
 * Source: Google Authenticator's key URI format, as the common apps write and read it:
 *     otpauth://totp|hotp/[ISSUER:]ACCOUNT?secret=BASE32&issuer=…&algorithm=…&digits=…&period=…
 * Scheme and type in either case; the colon may be encoded, spaces behind it are dropped; the
 * issuer parameter wins over the label; other parameters are passed over; a hotp URI without
 * counter begins at 0. Steam's codes are otpauth://steam/… (Aegis) or totp with encoder=steam
 * (KeePassXC): SHA-1 and five letters, whatever is not said. Other encoders are refused.
 */
#ifndef CS_PROTO_OTPAUTH_H
#define CS_PROTO_OTPAUTH_H

#include "base/arena.h"
#include "base/buf.h"
#include "crypto/secret.h"
#include "proto/totp.h"

#define CS_OTPAUTH_MAX_BYTES 4096

enum cs_otpauth_type { CS_OTPAUTH_TOTP = 0, CS_OTPAUTH_HOTP, CS_OTPAUTH_STEAM };

struct cs_otpauth {
	enum cs_otpauth_type type;
	struct cs_secret *secret; /* owned: see cs_otpauth_clear */
	cs_str issuer; /* may be empty */
	cs_str account; /* may be empty */
	struct cs_hotp
	    hotp; /* digits 6..10; steam: SHA-1 and CS_STEAM_LETTERS, for proto/steam.h alone */
	int64_t period_s; /* totp, steam: 1..3600 */
	uint64_t counter; /* hotp: 0..2^63-1 */
};

/*
 * out: text lives in the arena, the secret is to be cleared.
 * Errors: INVALID, LIMIT (longer than CS_OTPAUTH_MAX_BYTES, or a secret above CS_SECRET_MAX).
 */
cs_err cs_otpauth_decode(struct cs_arena *a, cs_str uri, struct cs_otpauth *out);
void cs_otpauth_clear(struct cs_otpauth *o);

/*
 * Always with secret, algorithm, digits and period or counter. What is decoded again is the same,
 * but for spaces around issuer and account. A colon in the issuer, which the label cannot carry, is
 * a space there.
 *   out	sensitive
 */
void cs_otpauth_encode(const struct cs_otpauth *o, struct cs_buf *out);
/* The same without what every program takes for granted (SHA1, 6 digits, 30 s): a smaller QR code. */
void cs_otpauth_encode_short(const struct cs_otpauth *o, struct cs_buf *out);

/*
 * A set-up key as sites show it and people type it: base32 in either case, in groups parted by
 * spaces or dashes, padded or not; bits left over at its end are dropped, as oathtool and the apps
 * do. A letter too few or too many for whole bytes is refused.
 *   out	sensitive; at least one byte is added
 * Errors: INVALID, LIMIT.
 */
cs_err cs_otpauth_key_decode(cs_str text, struct cs_buf *out);

#endif
