/*
 * csv_table.c - tables with a header row: our own export, Bitwarden's, and those of other password
 * managers, whose columns are known by their names. In a table of passwords, rows without a one-time
 * password are none of ours; in a table of secrets every row is one.
 */
#include "proto/csv.h"

#include "vault/import/lines.h"

enum column {
	URI, /* an address, or a bare secret */
	SECRET,
	ISSUER,
	ACCOUNT,
	EMAIL, /* the account where there is no user name: Proton Pass */
	TYPE,
	ALGORITHM,
	DIGITS,
	PERIOD,
	COUNTER,
	NOTE,
	TAGS,
	ICON,
	SPARES,
	PUBLIC_ID,
	PRIVATE_ID,
	COLUMNS
};

/* The first that is there counts, so the surer name stands first. */
static const struct {
	enum column column;
	const char *name;
} names[] = {
	{ URI, "login_totp" },
	{ URI, "otpauth" },
	{ URI, "otp_uri" },
	{ URI, "otpauth_uri" },
	{ URI, "otpauth_url" },
	{ URI, "totp_uri" },
	{ URI, "uri" },
	{ URI, "totp" },
	{ URI, "otp" },
	{ URI, "otpurl" },
	{ URI, "otpsecret" },
	{ SECRET, "secret" },
	{ SECRET, "seed" },
	{ SECRET, "key" },
	{ SECRET, "totp_secret" },
	{ SECRET, "otp_secret" },
	{ SECRET, "secret_key" },
	{ ISSUER, "issuer" },
	{ ISSUER, "service" },
	{ ISSUER, "title" },
	{ ISSUER, "name" },
	{ ISSUER, "website" },
	{ ISSUER, "url" },
	{ ACCOUNT, "account" },
	{ ACCOUNT, "account_name" },
	{ ACCOUNT, "login_username" },
	{ ACCOUNT, "username" },
	{ ACCOUNT, "user" },
	{ ACCOUNT, "login" },
	{ ACCOUNT, "email" },
	{ EMAIL, "email" },
	{ ACCOUNT, "label" },
	{ ACCOUNT, "serial" },
	{ TYPE, "type" },
	{ ALGORITHM, "algorithm" },
	{ ALGORITHM, "algo" },
	{ ALGORITHM, "hash" },
	{ DIGITS, "digits" },
	{ DIGITS, "length" },
	{ PERIOD, "period" },
	{ PERIOD, "interval" },
	{ PERIOD, "timestep" },
	{ PERIOD, "time_step" },
	{ COUNTER, "counter" },
	{ NOTE, "note" },
	{ NOTE, "notes" },
	{ NOTE, "extra" },
	{ TAGS, "tags" },
	{ TAGS, "folder" },
	{ TAGS, "group" },
	{ TAGS, "grouping" },
	{ TAGS, "collections" },
	{ ICON, "icon" },
	{ SPARES, "spare_codes" },
	{ PUBLIC_ID, "public_id" },
	{ PRIVATE_ID, "private_id" },
};

struct table {
	struct cs_csv csv;
	struct cs_csv_row row;
	int at[COLUMNS]; /* -1: not there */
};

static void
learn_columns(struct table *t)
{
	for (size_t i = 0; i < COLUMNS; i++)
		t->at[i] = -1;
	for (size_t i = 0; i < CS_COUNT(names); i++)
		if (t->at[names[i].column] < 0)
			t->at[names[i].column] = cs_csv_column(&t->row, names[i].name);
	/* "issuer,name,secret": a name beside the issuer is the account's. */
	int name = cs_csv_column(&t->row, "name");
	if (t->at[ACCOUNT] < 0 && name != t->at[ISSUER])
		t->at[ACCOUNT] = name;
}

static cs_str
cell(const struct table *t, enum column c)
{
	int at = t->at[c];

	return at < 0 || (size_t)at >= t->row.count ? CS_STR_NONE : cs_str_trim(t->row.fields[at]);
}

/* Of our own export: without the apostrophe that keeps a spreadsheet from working it out. */
static cs_str
text_cell(const struct table *t, enum column c)
{
	cs_str text = cell(t, c);
	size_t at = 0;

	while (at < text.len && text.p[at] == '\'')
		at++;
	bool is_kept = t->at[SPARES] >= 0 && t->at[PRIVATE_ID] >= 0 && at > 0 && at < text.len &&
		       strchr("=+-@\t\r", text.p[at]) != NULL;
	return is_kept ? cs_str_slice(text, 1, text.len) : text;
}

/* The header alone: a row of its length, never all of the file. */
static bool
read_header(cs_span file, struct cs_arena *a, struct table *t)
{
	if (cs_failed(cs_csv_begin(file, &t->csv)) || cs_failed(cs_csv_next(&t->csv, a, &t->row)))
		return false;
	learn_columns(t);
	return t->at[URI] >= 0 || (t->row.count >= 2 && t->at[SECRET] >= 0);
}

static bool
has_header(cs_span file, bool is_bitwarden)
{
	struct cs_arena *a = cs_arena_new(1 << 17);
	const uint8_t *end = file.len == 0 ? NULL : memchr(file.p, '\n', file.len);
	cs_span first = { file.p, end == NULL ? file.len : (size_t)(end - file.p) };
	struct table t;
	bool is_mine = read_header(first, a, &t);

	if (is_mine && is_bitwarden)
		is_mine = cs_csv_column(&t.row, "login_totp") >= 0;
	cs_arena_free(&a);
	return is_mine;
}

static bool
is_bitwarden(cs_span file)
{
	return has_header(file, true);
}

static bool
is_table(cs_span file)
{
	return has_header(file, false);
}

/* Names with line feeds between them; a password manager has a single folder. */
static void
learn_tags(struct cs_import *in, const struct table *t, struct cs_entry *e)
{
	cs_str rest = text_cell(t, TAGS), tag;

	while (cs_str_cut(&rest, '\n', &tag))
		cs_import_add_tag(in, e, cs_str_trim(tag));
}

/* "CODE", or "CODE TAB TIME" when it has been used; one a line. */
static cs_err
learn_spares(struct cs_import *in, const struct table *t, struct cs_entry *e)
{
	cs_str rest = text_cell(t, SPARES), line;
	void *p = NULL;

	if (rest.len == 0)
		return CS_OK;
	CS_TRY(cs_arena_try(in->arena, CS_ENTRY_SPARES_MAX * sizeof(*e->spares), &p));
	e->spares = p;
	while (e->spare_count < CS_ENTRY_SPARES_MAX && cs_str_cut(&rest, '\n', &line)) {
		size_t tab = cs_str_find(line, '\t', 0);
		struct cs_entry_spare *s = &e->spares[e->spare_count];

		s->code = cs_str_slice(line, 0, tab);
		if (tab < line.len &&
		    cs_failed(cs_time_decode(cs_str_slice(line, tab + 1, line.len), &s->used)))
			s->used = (cs_time){ 0 };
		e->spare_count += s->code.len != 0;
	}
	return CS_OK;
}

static const char *
learn_number(const struct table *t, enum column c, int64_t high, int64_t *inout)
{
	cs_str text = cell(t, c);

	if (text.len != 0 && (!cs_str_to_i64(text, inout) || *inout > high))
		return c == DIGITS   ? "its number of digits makes no sense"
		       : c == PERIOD ? "its period makes no sense"
				     : "its counter makes no sense";
	return NULL;
}

static const char *
learn_yubikey(struct cs_import *in, const struct table *t, struct cs_entry *e)
{
	if (!cs_import_hex(in, cell(t, PUBLIC_ID), &e->public_id) ||
	    !cs_import_hex(in, cell(t, PRIVATE_ID), &e->private_id))
		return "its identities are not hex";
	return NULL;
}

static const char *
learn_kind(struct cs_import *in, const struct table *t, struct cs_entry *e)
{
	cs_str type = cell(t, TYPE);

	if (cs_str_equal_nocase(type, CS_STR("hotp")))
		e->kind = CS_ENTRY_HOTP;
	else if (cs_str_equal_nocase(type, CS_STR("steam")))
		cs_import_make_steam(e);
	else if (cs_str_equal_nocase(type, CS_STR("yubikey")))
		e->kind = CS_ENTRY_YUBIKEY;
	else if (type.len != 0 && !cs_str_equal_nocase(type, CS_STR("totp")))
		return "it is of a kind that is not known here";
	return e->kind == CS_ENTRY_YUBIKEY ? learn_yubikey(in, t, e) : NULL;
}

static const char *
learn_code(struct cs_import *in, const struct table *t, struct cs_entry *e)
{
	int64_t counter = 0, digits;
	const char *why = learn_kind(in, t, e);

	digits = e->hotp.digits;
	if (why == NULL && !cs_import_hash(cell(t, ALGORITHM), &e->hotp.hash))
		why = "its algorithm is none of SHA1, SHA256 and SHA512";
	if (why == NULL)
		why = learn_number(t, DIGITS, CS_OTP_DIGITS_MAX, &digits);
	if (why == NULL)
		why = learn_number(t, PERIOD, INT64_MAX, &e->period_s);
	if (why == NULL)
		why = learn_number(t, COUNTER, INT64_MAX, &counter);
	e->hotp.digits = (int)digits;
	e->counter = (uint64_t)counter;
	if (cell(t, SECRET).len == 0)
		return "it has no secret";
	/* Vendors of tokens write hex, which nearly always has a 0, 1, 8 or 9: Base32 has none. */
	if (!cs_import_base32(in, cell(t, SECRET), &e->secret) &&
	    !cs_import_hex(in, cell(t, SECRET), &e->secret))
		return "its secret is neither Base32 nor hex";
	return why;
}

static cs_err
take_row(struct cs_import *in, const struct table *t)
{
	struct cs_entry e = cs_import_entry();
	cs_str uri = cell(t, URI);

	e.issuer = text_cell(t, ISSUER);
	e.account = text_cell(t, ACCOUNT);
	if (e.account.len == 0)
		e.account = text_cell(t, EMAIL);
	e.note = text_cell(t, NOTE);
	e.icon = text_cell(t, ICON);
	learn_tags(in, t, &e);
	CS_TRY(learn_spares(in, t, &e));
	if (uri.len != 0)
		return cs_import_uri(in, uri, &e, true);
	if (t->at[SECRET] < 0)
		return CS_OK;
	const char *why = learn_code(in, t, &e);
	return cs_import_take(in, &e, why, NULL);
}

static cs_err
read_file(struct cs_import *in)
{
	struct table t;
	cs_err e;

	if (!read_header(in->file, in->arena, &t))
		return cs_import_problem(in, "its first line names no column with a secret");
	while (!cs_failed(e = cs_csv_next(&t.csv, in->arena, &t.row))) {
		if (cs_arena_room(in->arena) < 2 * CS_CSV_FIELD_MAX)
			return CS_FAIL(LIMIT);
		CS_TRY(take_row(in, &t));
	}
	if (cs_is(e, CS_E_INVALID))
		return cs_import_problem(
		    in, "a quotation mark in it is missing, or it is cut short");
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

const struct cs_import_format cs_import_bitwarden_csv = {
	.name = "bitwarden-csv",
	.title = "Bitwarden, CSV",
	.is_mine = is_bitwarden,
	.read = read_file,
};

const struct cs_import_format cs_import_csv_table = {
	.name = "csv",
	.title = "CSV with a header row, as countersign and password managers write it",
	.is_mine = is_table,
	.read = read_file,
};
