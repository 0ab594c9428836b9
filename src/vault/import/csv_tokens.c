/*
 * csv_tokens.c - tables of hardware tokens, without a header row:
 *     OATH CSV (LinOTP, privacyIDEA)	serial, key in hex, hotp|totp, digits, period, algorithm
 *     Yubico's personalisation log, "traditional"	kind, date, slot, public id, private id, key, …
 *     the same, "Yubico format"	serial, public id, private id, key, access code, date,
 * Lines that begin with # are comments.
 */
#include "proto/csv.h"

#include "proto/modhex.h"
#include "vault/import/lines.h"

#define HOTP_KEY_HEX 40
#define AES_KEY_HEX 32

static bool
is_hex(cs_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr("0123456789abcdefABCDEF", s.p[i]) == NULL || s.p[i] == '\0')
			return false;
	return s.len >= 2 && s.len % 2 == 0;
}

static bool
is_number(cs_str s)
{
	int64_t n;

	return cs_str_to_i64(s, &n);
}

static cs_str
cell(const struct cs_csv_row *row, size_t at)
{
	return at < row->count ? cs_str_trim(row->fields[at]) : CS_STR_NONE;
}

static bool
is_traditional(const struct cs_csv_row *row)
{
	return row->count >= 6 &&
	       (cs_str_equal(cell(row, 0), CS_STR("Yubico OTP")) ||
		   cs_str_equal(cell(row, 0), CS_STR("OATH-HOTP")) ||
		   cs_str_equal(cell(row, 0), CS_STR("Static Password")) ||
		   cs_str_equal(cell(row, 0), CS_STR("Challenge-Response: HMAC-SHA1")) ||
		   cs_str_equal(cell(row, 0), CS_STR("Challenge-Response: Yubico OTP")));
}

static bool
is_yubico_format(const struct cs_csv_row *row)
{
	return row->count >= 6 && is_number(cell(row, 0)) && is_hex(cell(row, 3)) &&
	       (cell(row, 3).len == HOTP_KEY_HEX || cell(row, 3).len == AES_KEY_HEX);
}

static bool
is_oath(const struct cs_csv_row *row)
{
	cs_str type = cell(row, 2);

	return row->count >= 2 && row->count <= 6 && cell(row, 0).len != 0 &&
	       is_hex(cell(row, 1)) &&
	       (type.len == 0 || cs_str_equal_nocase(type, CS_STR("hotp")) ||
		   cs_str_equal_nocase(type, CS_STR("totp")) ||
		   cs_str_equal_nocase(type, CS_STR("ocra")));
}

/* One row as the first that says something. */
static cs_err
next_row(cs_str *rest, struct cs_arena *a, struct cs_csv_row *row)
{
	struct cs_csv csv;
	cs_str line;

	if (!cs_import_next_line(rest, &line))
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_csv_begin(cs_str_span(line), &csv));
	if (cs_str_find(line, ',', 0) < line.len)
		csv.separator = ',';
	return cs_csv_next(&csv, a, row);
}

static bool
is_mine(cs_span file)
{
	struct cs_arena *a = cs_arena_new(1 << 18);
	struct cs_csv_row row;
	cs_str rest;
	bool is_right = cs_import_is_text(file, &rest) && !cs_failed(next_row(&rest, a, &row)) &&
			(is_traditional(&row) || is_yubico_format(&row) || is_oath(&row));

	cs_arena_free(&a);
	return is_right;
}

static cs_err
take_oath(struct cs_import *in, const struct cs_csv_row *row)
{
	struct cs_entry e = cs_import_entry();
	cs_str type = cell(row, 2);
	int64_t digits = e.hotp.digits;
	const char *why = NULL;

	e.account = cell(row, 0);
	e.kind = cs_str_equal_nocase(type, CS_STR("totp")) ? CS_ENTRY_TOTP : CS_ENTRY_HOTP;
	if (cs_str_equal_nocase(type, CS_STR("ocra")))
		why = "it is a challenge-response token (OCRA), not a one-time password";
	else if (cell(row, 3).len != 0 &&
		 (!cs_str_to_i64(cell(row, 3), &digits) || digits > CS_OTP_DIGITS_MAX))
		why = "its number of digits makes no sense";
	else if (cell(row, 4).len != 0 && !cs_str_to_i64(cell(row, 4), &e.period_s))
		why = "its period makes no sense";
	else if (!cs_import_hash(cell(row, 5), &e.hotp.hash))
		why = "its algorithm is none of SHA1, SHA256 and SHA512";
	else if (!cs_import_hex(in, cell(row, 1), &e.secret))
		why = "its key is not hex";
	e.hotp.digits = (int)digits;
	return cs_import_take(in, &e, why, NULL);
}

static const char *
learn_hotp(struct cs_import *in, cs_str key, cs_str digits_text, struct cs_entry *e)
{
	int64_t digits = e->hotp.digits;

	e->kind = CS_ENTRY_HOTP;
	if (digits_text.len != 0 &&
	    (!cs_str_to_i64(digits_text, &digits) || digits > CS_OTP_DIGITS_MAX))
		return "its number of digits makes no sense";
	e->hotp.digits = (int)digits;
	return cs_import_hex(in, key, &e->secret) ? NULL : "its key is not hex";
}

static const char *
learn_yubikey(struct cs_import *in, const struct cs_csv_row *row, size_t at, struct cs_entry *e)
{
	CS_AUTO(cs_buf_clear) struct cs_buf id;

	cs_buf_init(&id, CS_CSV_FIELD_MAX);
	e->kind = CS_ENTRY_YUBIKEY;
	if (cs_failed(cs_modhex_decode(cell(row, at), &id)))
		return "its public identity is not modhex";
	e->public_id = cs_arena_span(in->arena, cs_buf_span(&id));
	if (!cs_import_hex(in, cell(row, at + 1), &e->private_id) ||
	    !cs_import_hex(in, cell(row, at + 2), &e->secret))
		return "its private identity or its key is not hex";
	return NULL;
}

/* Its log says no serial number; the public id, else the moment, tells one from the other. */
static cs_err
take_traditional(struct cs_import *in, const struct cs_csv_row *row)
{
	struct cs_entry e = cs_import_entry();
	cs_str kind = cell(row, 0);
	const char *why;

	e.issuer = CS_STR("YubiKey");
	e.account = cell(row, cell(row, 3).len != 0 ? 3 : 1);
	if (cs_str_equal(kind, CS_STR("Yubico OTP")))
		why = learn_yubikey(in, row, 3, &e);
	else if (cs_str_equal(kind, CS_STR("OATH-HOTP")))
		why = learn_hotp(in, cell(row, 5), cell(row, 11), &e);
	else if (cs_str_equal(kind, CS_STR("Static Password")))
		why = "it is a static password, not a one-time password";
	else
		why = "it answers challenges, which is not a one-time password";
	return cs_import_take(in, &e, why, cell(row, 6).len != 0 ? "its access code" : NULL);
}

static cs_err
take_yubico_format(struct cs_import *in, const struct cs_csv_row *row)
{
	struct cs_entry e = cs_import_entry();
	const char *why;

	e.issuer = CS_STR("YubiKey");
	e.account = cell(row, 0);
	if (cell(row, 3).len == HOTP_KEY_HEX)
		why = learn_hotp(in, cell(row, 3), CS_STR_NONE, &e);
	else if (cell(row, 1).len != 0)
		why = learn_yubikey(in, row, 1, &e);
	else
		why = "it is a static password, not a one-time password";
	return cs_import_take(in, &e, why, cell(row, 4).len != 0 ? "its access code" : NULL);
}

static cs_err
take_row(struct cs_import *in, const struct cs_csv_row *row)
{
	struct cs_entry unknown = cs_import_entry();

	if (is_traditional(row))
		return take_traditional(in, row);
	if (is_yubico_format(row))
		return take_yubico_format(in, row);
	if (is_oath(row))
		return take_oath(in, row);
	unknown.account = cell(row, 0);
	return cs_import_take(in, &unknown, "its line is none that is known here", NULL);
}

static cs_err
read_file(struct cs_import *in)
{
	struct cs_csv_row row;
	cs_str rest;
	cs_err e;

	if (!cs_import_is_text(in->file, &rest))
		return cs_import_problem(in, "it is no text: not UTF-8");
	while (!cs_failed(e = next_row(&rest, in->arena, &row))) {
		if (cs_arena_room(in->arena) < 2 * CS_CSV_FIELD_MAX)
			return CS_FAIL(LIMIT);
		CS_TRY(take_row(in, &row));
	}
	if (cs_is(e, CS_E_INVALID))
		return cs_import_problem(in, "a quotation mark in it is missing");
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

const struct cs_import_format cs_import_csv_tokens = {
	.name = "token-csv",
	.title = "hardware tokens: LinOTP's, privacyIDEA's and Yubico's CSV",
	.is_mine = is_mine,
	.read = read_file,
};
