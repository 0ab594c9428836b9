/*
 * WinAuth's text export: otpauth:// addresses with parameters of its own (deviceid and data of Steam,
 * serial of Battle.net), names as issuer "WinAuth", secrets now and then in hex.
 */
#include "base/codec.h"
#include "proto/steam.h"
#include "proto/totp.h"
#include "vault/import/lines.h"

#define BATTLE_NET_DIGITS 8

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, 'o') && cs_import_mentions(file, "otpauth://") &&
	       (cs_import_mentions(file, "otpauth://totp/WinAuth:") ||
		   cs_import_mentions(file, "otpauth://hotp/WinAuth:") ||
		   cs_import_mentions(file, "otpauth://totp/BattleNet") ||
		   cs_import_mentions(file, "&deviceid=") || cs_import_mentions(file, "&serial="));
}

static cs_str
param(struct cs_import *in, cs_str query, const char *name)
{
	cs_str text;

	return cs_failed(cs_form_get(in->arena, query, cs_str_c(name), &text)) ? CS_STR_NONE : text;
}

/* "WinAuth:NAME": the name is the service's, as the person called it. It writes a space as '+'. */
static void
learn_names(struct cs_import *in, cs_str label, cs_str issuer, struct cs_entry *e)
{
	cs_str spaced = cs_arena_str(in->arena, label), plain;

	for (size_t i = 0; i < spaced.len; i++)
		if (label.p[i] == '+')
			((char *)(uintptr_t)spaced.p)[i] = ' ';
	if (cs_failed(cs_percent_decode(in->arena, spaced, &plain)))
		return;
	e->issuer = issuer;
	if (cs_import_starts_nocase(plain, "WinAuth:")) {
		e->issuer = cs_str_trim(cs_str_slice(plain, 8, plain.len));
		return;
	}
	cs_import_split_label(e, plain);
}

static bool
is_issuer(const struct cs_entry *e, const char *name)
{
	return cs_str_equal_nocase(e->issuer, cs_str_c(name));
}

static const char *
learn_number(struct cs_import *in, cs_str query, const char *name, int64_t *inout)
{
	cs_str text = param(in, query, name);

	if (text.len != 0 && !cs_str_to_i64(text, inout))
		return "one of its numbers makes no sense";
	return NULL;
}

static const char *
learn_figures(struct cs_import *in, cs_str query, struct cs_entry *e)
{
	int64_t digits = e->hotp.digits, counter = 0;
	const char *why = learn_number(in, query, "digits", &digits);

	if (why == NULL)
		why = learn_number(in, query, "period", &e->period_s);
	if (why == NULL)
		why = learn_number(in, query, "counter", &counter);
	if (why == NULL && !cs_import_hash(param(in, query, "algorithm"), &e->hotp.hash))
		why = "its algorithm is none of SHA1, SHA256 and SHA512";
	if (why == NULL && digits > CS_OTP_DIGITS_MAX)
		why = "its number of digits makes no sense";
	e->hotp.digits = (int)digits;
	e->counter = (uint64_t)counter;
	return why;
}

/* By time like any other, with eight digits. Blizzard asks for the serial when it is taken off. */
static void
learn_battle_net(struct cs_import *in, cs_str query, struct cs_entry *e)
{
	cs_str serial = param(in, query, "serial");

	e->hotp.digits = BATTLE_NET_DIGITS;
	if (serial.len != 0)
		e->note = cs_arena_printf(in->arena, "serial %.*s", CS_STR_ARG(serial));
}

static const char *
learn_code(struct cs_import *in, cs_str query, struct cs_entry *e, const char **dropped)
{
	cs_str secret = param(in, query, "secret");
	bool is_steam = param(in, query, "deviceid").len != 0 || is_issuer(e, "Steam");
	const char *why;

	if (is_issuer(e, "BattleNet") || is_issuer(e, "Battle.net"))
		learn_battle_net(in, query, e);
	why = learn_figures(in, query, e);
	if (param(in, query, "data").len != 0)
		*dropped = "what Steam's own app keeps beside the secret";
	if (is_steam && e->hotp.digits == CS_STEAM_LETTERS)
		cs_import_make_steam(e);
	/* Base32 has neither 0 nor 1, 8 nor 9: hex nearly always has one of them. */
	if (secret.len == 0)
		return "it has no secret";
	if (!cs_import_base32(in, secret, &e->secret) && !cs_import_hex(in, secret, &e->secret))
		return "its secret is neither Base32 nor hex";
	return why;
}

static cs_err
take_line(struct cs_import *in, cs_str line)
{
	struct cs_entry e = cs_import_entry();
	size_t mark = cs_str_find(line, '?', 0);
	cs_str query = cs_str_slice(line, mark + 1, line.len);
	bool is_hotp = cs_import_starts_nocase(line, "otpauth://hotp/");
	const char *dropped = NULL;

	if (!is_hotp && !cs_import_starts_nocase(line, "otpauth://totp/"))
		return cs_import_uri(in, line, NULL, false);
	if (cs_arena_room(in->arena) < 16 * line.len + 4096)
		return CS_FAIL(LIMIT);
	e.kind = is_hotp ? CS_ENTRY_HOTP : CS_ENTRY_TOTP;
	learn_names(in, cs_str_slice(line, sizeof("otpauth://totp/") - 1, mark),
	    param(in, query, "issuer"), &e);
	const char *why = learn_code(in, query, &e, &dropped);
	return cs_import_take(in, &e, why, dropped);
}

static cs_err
read_file(struct cs_import *in)
{
	return cs_import_each_line(in, take_line);
}

const struct cs_import_format cs_import_winauth = {
	.name = "winauth",
	.title = "WinAuth, as text",
	.is_mine = is_mine,
	.read = read_file,
};
