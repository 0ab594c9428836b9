/*
 * entry.h - one account in the vault: who, what kind of code, and the secret that makes it.
 *
 * An entry owns nothing: its texts and bytes live in the arena of the book (or of the import) that
 * it belongs to, which is locked in memory and wiped (base/arena.h: cs_arena_new_locked).
 */
#ifndef CS_VAULT_ENTRY_H
#define CS_VAULT_ENTRY_H

#include "base/arena.h"
#include "base/id.h"
#include "base/time.h"
#include "proto/hotp.h"
#include "vault/text.h"

#define CS_ENTRY_TEXT_MAX 256 /* issuer, account, a tag, an icon's name: bytes each */
#define CS_ENTRY_NOTE_MAX 4096 /* bytes; may hold line feeds */
#define CS_ENTRY_SECRET_MAX 128 /* bytes */
#define CS_ENTRY_TAGS_MAX 16
#define CS_ENTRY_SPARES_MAX 64

enum cs_entry_kind {
	CS_ENTRY_TOTP = 0, /* RFC 6238 */
	CS_ENTRY_HOTP, /* RFC 4226: counter is the next to be used */
	CS_ENTRY_STEAM, /* TOTP with Steam's 26 letters, five of them */
	CS_ENTRY_YUBIKEY, /* what a YubiKey was programmed with; the key itself makes the codes */
	CS_ENTRY_CAPSULE, /* codes lent for a while, no secret: see capsule.h */
	CS_ENTRY_KINDS
};

/* A backup code of the service, kept beside the entry. */
struct cs_entry_spare {
	cs_str code; /* as the service wrote it, 1..CS_ENTRY_TEXT_MAX bytes */
	cs_time used; /* zero: not yet */
};

struct cs_entry {
	cs_id id; /* zero: not yet in a vault */
	enum cs_entry_kind kind;
	cs_str issuer; /* may be empty, when account is not */
	cs_str account; /* may be empty, when issuer is not */
	/* totp, hotp, steam: the shared secret, 1..CS_ENTRY_SECRET_MAX; yubikey: the AES key, 16. */
	cs_span secret;
	struct cs_hotp hotp; /* totp, hotp, steam (SHA-1, 5 digits) */
	int64_t period_s; /* totp, steam: 1..3600 */
	uint64_t counter; /* hotp: the next one, 0..2^63-1; yubikey: use counter, 0..0x7fff */
	cs_span public_id; /* yubikey: 0..16 bytes */
	cs_span private_id; /* yubikey: 6 bytes */
	const struct cs_capsule *capsule; /* capsule alone */
	cs_str note;
	cs_str icon; /* a name, of no meaning here */
	cs_str *tags;
	size_t tag_count;
	struct cs_entry_spare *spares;
	size_t spare_count;
	cs_time added;
	cs_time changed; /* of anything but the counter */
};

/* "totp", "hotp", "steam", "yubikey", "capsule". Static storage. */
cs_str cs_entry_kind_name(enum cs_entry_kind kind);
cs_err cs_entry_kind_decode(cs_str name, enum cs_entry_kind *out);

/*
 * Whether an entry may be kept: every bound named above, texts UTF-8 without control characters
 * (the note: line feed and tab alone), issuer or account not empty, what its kind needs is there.
 *   out_reason	one sentence without the entry's contents when it is not; static storage
 */
bool cs_entry_is_whole(const struct cs_entry *e, const char **out_reason);

/* The same code would come of both: kind, secret, hash, digits, period; not names, not counter. */
bool cs_entry_makes_same_codes(const struct cs_entry *a, const struct cs_entry *b);

/*
 * Written as names are compared: letters of one case (Latin, Greek, Cyrillic), without spaces and
 * tabs around. out: at least s.len bytes. Returns the length.
 */
size_t cs_entry_fold(cs_str s, char *out);

/* "Example (alice)", "Example", "alice": how an entry is spoken of. */
cs_str cs_entry_name(struct cs_arena *a, const struct cs_entry *e);

/*
 * A copy with everything in the arena. The entry has to be whole: that bounds it.
 * Errors: LIMIT (the arena's).
 */
cs_err cs_entry_copy(struct cs_arena *a, const struct cs_entry *e, struct cs_entry *out);

/*
 * The entry's lines (docs/protocol/vault.md §2), from `entry` on, without the empty line behind.
 * One that is not whole is written as far as it goes.
 *   out	sensitive
 */
void cs_entry_encode(const struct cs_entry *e, struct cs_buf *out);
/*
 * t stands at an `entry` line, and then at the first line that is none of an entry's. Whether the
 * entry is whole is not asked here. Errors: INVALID, LIMIT.
 */
cs_err cs_entry_decode(struct cs_text *t, struct cs_entry *out);

/*
 * What a YubiKey was programmed with, as the book writes it and people paste it: "yubikey
 * PUBLIC-MODHEX|- PRIVATE-HEX KEY-HEX [COUNTER]". Decoded: names are empty, the rest in the arena.
 * Errors: INVALID, LIMIT.
 */
void cs_entry_yubikey_encode(const struct cs_entry *e, struct cs_buf *out); /* sensitive */
cs_err cs_entry_yubikey_decode(struct cs_arena *a, cs_str text, struct cs_entry *out);

#endif
