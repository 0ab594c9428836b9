/*
 * migration.h - Google Authenticator's export: otpauth-migration://offline?data=BASE64, a protocol
 * buffer of several accounts, spread over several QR codes when there are many.
 *
 * Source: no standard; the app's own schema as it has been published by those who read it:
 *     payload  1 otp_parameters (repeated)  2 version  3 batch_size  4 batch_index  5 batch_id
 *     one      1 secret  2 name  3 issuer  4 algorithm (1 SHA-1, 2 SHA-256, 3 SHA-512, 4 MD5)
 *              5 digits (1 six, 2 eight)  6 type (1 HOTP, 2 TOTP)  7 counter
 * An enumeration that is absent or 0 means SHA-1, six, TOTP. Unknown fields are passed over. A
 * payload with accounts and nothing behind them has been cut, and is refused.
 */
#ifndef CS_PROTO_MIGRATION_H
#define CS_PROTO_MIGRATION_H

#include "base/arena.h"
#include "base/buf.h"
#include "proto/otpauth.h"

#define CS_MIGRATION_URI_MAX (1 << 20) /* bytes; a QR code holds 2953 */
#define CS_MIGRATION_ITEMS_MAX 20000
#define CS_MIGRATION_TEXT_MAX 1024 /* bytes of a name or an issuer */
#define CS_MIGRATION_PER_CODE 10 /* as the app itself puts into one code */

/* One account. */
struct cs_migration_item {
	enum cs_otpauth_type type; /* totp (always 30 s) or hotp */
	cs_span secret; /* 1..CS_SECRET_MAX bytes */
	cs_str issuer; /* may be empty */
	cs_str account; /* the name, without "ISSUER:" before it */
	struct cs_hotp hotp; /* 6 or 8 digits */
	uint64_t counter; /* hotp: 0..2^63-1 */
	const char *refused; /* why it cannot be taken, one sentence; NULL: it can. Static */
};

/* Which of how many codes this is. */
struct cs_migration_batch {
	int32_t size; /* how many codes; 0 or 1: this is all */
	int32_t index; /* 0.. */
	int32_t id; /* the same in all of them */
};

struct cs_migration {
	struct cs_migration_batch batch;
	struct cs_migration_item *items; /* every one that there is, refused ones too */
	size_t count;
};

bool cs_migration_is_uri(cs_str text);
/*
 * out: lives in the arena, secrets too.
 * Errors: INVALID, LIMIT (longer or more than named above, or more than the arena holds).
 */
cs_err cs_migration_decode(struct cs_arena *a, cs_str uri, struct cs_migration *out);

/*
 * Whether the format has room for it: TOTP of 30 s or HOTP, six or eight digits.
 *   period_s	of totp
 *   out_why	one sentence when not; static storage
 */
bool cs_migration_can_carry(
    const struct cs_migration_item *item, int64_t period_s, const char **out_why);
/* Each of them can be carried. out: sensitive. */
void cs_migration_encode(const struct cs_migration_item *items, size_t count,
    const struct cs_migration_batch *batch, struct cs_buf *out);

#endif
