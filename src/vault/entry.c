#include "vault/entry.h"

#include "crypto/equal.h"
#include "proto/steam.h"
#include "vault/capsule.h"

#define YUBIKEY_KEY_LEN 16
#define YUBIKEY_PRIVATE_LEN 6
#define YUBIKEY_PUBLIC_MAX 16
#define YUBIKEY_COUNTER_MAX 0x7fff
#define PERIOD_MAX_S 3600

static const char *const kind_names[CS_ENTRY_KINDS] = {
	[CS_ENTRY_TOTP] = "totp",
	[CS_ENTRY_HOTP] = "hotp",
	[CS_ENTRY_STEAM] = "steam",
	[CS_ENTRY_YUBIKEY] = "yubikey",
	[CS_ENTRY_CAPSULE] = "capsule",
};

cs_str
cs_entry_kind_name(enum cs_entry_kind kind)
{
	return cs_str_c(kind_names[kind]);
}

cs_err
cs_entry_kind_decode(cs_str name, enum cs_entry_kind *out)
{
	*out = CS_ENTRY_TOTP;
	for (size_t i = 0; i < CS_ENTRY_KINDS; i++) {
		if (cs_str_equal(name, cs_str_c(kind_names[i]))) {
			*out = (enum cs_entry_kind)i;
			return CS_OK;
		}
	}
	return CS_FAIL(INVALID);
}

/* C0, DEL and C1, which are two bytes in UTF-8: 0xc2 0x80..0x9f. */
static bool
has_control(cs_str s, bool is_note)
{
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = (uint8_t)s.p[i];

		if (c >= 0x20 && c < 0x7f)
			continue;
		if (c == 0x7f || (c < 0x20 && !(is_note && (c == '\n' || c == '\t'))))
			return true;
		if (c == 0xc2 && i + 1 < s.len && (uint8_t)s.p[i + 1] < 0xa0)
			return true;
	}
	return false;
}

static bool
is_text(cs_str s, bool is_note)
{
	return !has_control(s, is_note) && cs_utf8_is_valid(cs_str_span(s));
}

static const char *
texts_trouble(const struct cs_entry *e)
{
	if (cs_str_trim(e->issuer).len == 0 && cs_str_trim(e->account).len == 0)
		return "it has neither an issuer nor an account";
	if (e->issuer.len > CS_ENTRY_TEXT_MAX || e->account.len > CS_ENTRY_TEXT_MAX)
		return "its name is too long";
	if (!is_text(e->issuer, false) || !is_text(e->account, false))
		return "its name holds control characters";
	if (e->icon.len > CS_ENTRY_TEXT_MAX || !is_text(e->icon, false))
		return "its icon's name is too long or holds control characters";
	if (e->note.len > CS_ENTRY_NOTE_MAX)
		return "its note is too long";
	return is_text(e->note, true) ? NULL : "its note holds control characters";
}

static const char *
lists_trouble(const struct cs_entry *e)
{
	if (e->tag_count > CS_ENTRY_TAGS_MAX)
		return "it has too many tags";
	for (size_t i = 0; i < e->tag_count; i++) {
		cs_str tag = e->tags[i];
		if (tag.len == 0 || tag.len > CS_ENTRY_TEXT_MAX || !is_text(tag, false))
			return "a tag is empty, too long or holds control characters";
	}
	if (e->spare_count > CS_ENTRY_SPARES_MAX)
		return "it has too many backup codes";
	for (size_t i = 0; i < e->spare_count; i++) {
		cs_str code = e->spares[i].code;
		if (code.len == 0 || code.len > CS_ENTRY_TEXT_MAX || !is_text(code, false))
			return "a backup code is empty, too long or holds control characters";
	}
	return NULL;
}

static const char *
otp_trouble(const struct cs_entry *e)
{
	bool is_steam = e->kind == CS_ENTRY_STEAM;
	int low = is_steam ? CS_STEAM_LETTERS : CS_OTP_DIGITS_MIN;
	int high = is_steam ? CS_STEAM_LETTERS : CS_OTP_DIGITS_MAX;

	if (e->secret.len == 0)
		return "it has no secret";
	if (e->secret.len > CS_ENTRY_SECRET_MAX)
		return "its secret is too long";
	if (e->hotp.digits < low || e->hotp.digits > high)
		return "its codes have too few or too many digits";
	if (is_steam && e->hotp.hash != CS_SHA1)
		return "Steam's codes are made with SHA-1";
	if (e->kind == CS_ENTRY_HOTP)
		return e->counter <= INT64_MAX ? NULL : "its counter is too large";
	return e->period_s >= 1 && e->period_s <= PERIOD_MAX_S ? NULL
							       : "its period is not 1 to 3600 s";
}

static const char *
yubikey_trouble(const struct cs_entry *e)
{
	if (e->secret.len != YUBIKEY_KEY_LEN)
		return "a YubiKey's AES key has 16 bytes";
	if (e->private_id.len != YUBIKEY_PRIVATE_LEN || e->public_id.len > YUBIKEY_PUBLIC_MAX)
		return "a YubiKey's private id has 6 bytes and its public id 16 at most";
	return e->counter <= YUBIKEY_COUNTER_MAX ? NULL : "its counter is too large";
}

/* A stranger wrote them, and they are shown as they are. */
static bool
are_codes(cs_str codes)
{
	for (size_t i = 0; i < codes.len; i++) {
		if (!(codes.p[i] >= '0' && codes.p[i] <= '9') &&
		    !(codes.p[i] >= 'A' && codes.p[i] <= 'Z'))
			return false;
	}
	return true;
}

static const char *
capsule_trouble(const struct cs_entry *e)
{
	const struct cs_capsule *c = e->capsule;

	if (c == NULL || c->count == 0 || c->codes == NULL)
		return "it has no codes";
	size_t most = c->of == CS_ENTRY_HOTP ? CS_CAPSULE_HOTP_MAX : CS_CAPSULE_CODES_MAX;
	if (c->count > most)
		return "it has too many codes";
	if (c->code_len == 0 || c->code_len > CS_OTP_DIGITS_MAX)
		return "its codes are too long";
	if (!are_codes((cs_str){ c->codes, c->count * c->code_len }))
		return "its codes are not digits or capitals";
	if (c->of == CS_ENTRY_HOTP)
		return c->used <= c->count && c->first <= INT64_MAX - c->count
			   ? NULL
			   : "its counter is too large";
	if (c->of != CS_ENTRY_TOTP && c->of != CS_ENTRY_STEAM)
		return "codes of that kind cannot be lent";
	return c->period_s >= 1 && c->period_s <= PERIOD_MAX_S && c->start_s >= 0
		   ? NULL
		   : "its period is not 1 to 3600 s";
}

bool
cs_entry_is_whole(const struct cs_entry *e, const char **out_reason)
{
	const char *why = texts_trouble(e);

	if (why == NULL)
		why = lists_trouble(e);
	if (why == NULL && e->kind == CS_ENTRY_YUBIKEY)
		why = yubikey_trouble(e);
	else if (why == NULL && e->kind == CS_ENTRY_CAPSULE)
		why = capsule_trouble(e);
	else if (why == NULL)
		why = otp_trouble(e);
	*out_reason = why == NULL ? "" : why;
	return why == NULL;
}

static bool
spans_equal(cs_span a, cs_span b)
{
	return a.len == b.len && (a.len == 0 || cs_equal(a.p, b.p, a.len));
}

static bool
capsules_equal(const struct cs_capsule *a, const struct cs_capsule *b)
{
	return a->of == b->of && a->code_len == b->code_len && a->count == b->count &&
	       a->start_s == b->start_s && a->period_s == b->period_s && a->first == b->first &&
	       cs_equal(a->codes, b->codes, a->count * a->code_len);
}

bool
cs_entry_makes_same_codes(const struct cs_entry *a, const struct cs_entry *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == CS_ENTRY_CAPSULE)
		return capsules_equal(a->capsule, b->capsule);
	if (!spans_equal(a->secret, b->secret))
		return false;
	if (a->kind == CS_ENTRY_YUBIKEY)
		return spans_equal(a->private_id, b->private_id) &&
		       spans_equal(a->public_id, b->public_id);
	return a->hotp.hash == b->hotp.hash && a->hotp.digits == b->hotp.digits &&
	       (a->kind == CS_ENTRY_HOTP || a->period_s == b->period_s);
}

/*
 * Capitals whose small letter is as many bytes in UTF-8 further on: what names are written in here,
 * and not more (no table of Unicode's in a program that has to start in a millisecond).
 */
static const struct {
	uint16_t from, to, plus, every;
} capitals[] = {
	{ 0x00c0, 0x00d6, 32, 1 },
	{ 0x00d8, 0x00de, 32, 1 },
	{ 0x0100, 0x012e, 1, 2 },
	{ 0x0132, 0x0136, 1, 2 },
	{ 0x0139, 0x0147, 1, 2 },
	{ 0x014a, 0x0176, 1, 2 },
	{ 0x0179, 0x017d, 1, 2 },
	{ 0x0391, 0x03a9, 32, 1 },
	{ 0x0400, 0x040f, 80, 1 },
	{ 0x0410, 0x042f, 32, 1 },
};

static uint16_t
small_letter(uint16_t c)
{
	for (size_t i = 0; i < CS_COUNT(capitals); i++) {
		if (c >= capitals[i].from && c <= capitals[i].to)
			return (c - capitals[i].from) % capitals[i].every == 0
				   ? (uint16_t)(c + capitals[i].plus)
				   : c;
	}
	return c;
}

size_t
cs_entry_fold(cs_str s, char *out)
{
	s = cs_str_trim(s);
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = (uint8_t)s.p[i];

		out[i] = s.p[i];
		if (c >= 'A' && c <= 'Z') {
			out[i] = (char)(c + 32);
		} else if (c >= 0xc3 && c <= 0xd0 && i + 1 < s.len) {
			uint16_t two = (uint16_t)((c & 0x1f) << 6 | ((uint8_t)s.p[i + 1] & 0x3f));

			two = small_letter(two);
			out[i] = (char)(0xc0 | two >> 6);
			out[++i] = (char)(0x80 | (two & 0x3f));
		}
	}
	return s.len;
}

cs_str
cs_entry_name(struct cs_arena *a, const struct cs_entry *e)
{
	if (e->issuer.len == 0)
		return cs_arena_str(a, e->account);
	if (e->account.len == 0)
		return cs_arena_str(a, e->issuer);
	return cs_arena_printf(a, "%.*s (%.*s)", CS_STR_ARG(e->issuer), CS_STR_ARG(e->account));
}

static cs_err
copy_bytes(struct cs_arena *a, const void *from, size_t len, void **out)
{
	*out = NULL;
	if (len == 0)
		return CS_OK;
	CS_TRY(cs_arena_try(a, len, out));
	memcpy(*out, from, len);
	return CS_OK;
}

static cs_err
copy_str(struct cs_arena *a, cs_str *inout)
{
	void *p;

	CS_TRY(copy_bytes(a, inout->p, inout->len, &p));
	inout->p = p;
	return CS_OK;
}

static cs_err
copy_span(struct cs_arena *a, cs_span *inout)
{
	void *p;

	CS_TRY(copy_bytes(a, inout->p, inout->len, &p));
	inout->p = p;
	return CS_OK;
}

static cs_err
copy_lists(struct cs_arena *a, struct cs_entry *inout)
{
	void *p;

	CS_TRY(copy_bytes(a, inout->tags, inout->tag_count * sizeof(*inout->tags), &p));
	inout->tags = p;
	for (size_t i = 0; i < inout->tag_count; i++)
		CS_TRY(copy_str(a, &inout->tags[i]));
	CS_TRY(copy_bytes(a, inout->spares, inout->spare_count * sizeof(*inout->spares), &p));
	inout->spares = p;
	for (size_t i = 0; i < inout->spare_count; i++)
		CS_TRY(copy_str(a, &inout->spares[i].code));
	return CS_OK;
}

static cs_err
copy_capsule(struct cs_arena *a, const struct cs_capsule **inout)
{
	struct cs_capsule *c;
	void *p;

	if (*inout == NULL)
		return CS_OK;
	CS_TRY(copy_bytes(a, *inout, sizeof(**inout), &p));
	c = p;
	CS_TRY(copy_bytes(a, c->codes, c->count * c->code_len, &p));
	c->codes = p;
	*inout = c;
	return CS_OK;
}

cs_err
cs_entry_copy(struct cs_arena *a, const struct cs_entry *e, struct cs_entry *out)
{
	*out = *e;
	CS_TRY(copy_str(a, &out->issuer));
	CS_TRY(copy_str(a, &out->account));
	CS_TRY(copy_str(a, &out->note));
	CS_TRY(copy_str(a, &out->icon));
	CS_TRY(copy_span(a, &out->secret));
	CS_TRY(copy_span(a, &out->public_id));
	CS_TRY(copy_span(a, &out->private_id));
	CS_TRY(copy_lists(a, out));
	return copy_capsule(a, &out->capsule);
}
