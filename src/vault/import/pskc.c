/* Key containers of token vendors (RFC 6030). The password "hex:…" is a key agreed upon. */
#include "proto/pskc.h"

#include "crypto/secret.h"
#include "vault/import/parts.h"

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '<') && cs_pskc_is_mine(file);
}

/*
 * What was typed may be either: the file says which it wants. A key can be typed as "hex:…", or as the
 * bare hex that a vendor's letter has.
 */
static struct cs_pskc_opener
opener_of(struct cs_import *in)
{
	cs_str typed = { (const char *)in->password.p, in->password.len };
	struct cs_pskc_opener with = { .password = in->password };
	bool is_marked = cs_str_equal_nocase(cs_str_slice(typed, 0, 4), CS_STR("hex:"));
	cs_span key;

	if (cs_import_hex(in, cs_str_slice(typed, is_marked ? 4 : 0, typed.len), &key) &&
	    key.len >= 16)
		with.key = key;
	else if (typed.len != 0)
		with.key = in->password;
	return with;
}

static const char *
learn_code(const struct cs_pskc_key *k, struct cs_entry *e)
{
	e->kind = k->kind == CS_PSKC_TOTP ? CS_ENTRY_TOTP : CS_ENTRY_HOTP;
	e->counter = k->counter;
	if (k->digits != 0 && k->digits <= CS_OTP_DIGITS_MAX)
		e->hotp.digits = (int)k->digits;
	if (k->interval_s != 0)
		e->period_s = k->interval_s;
	if (k->problem != NULL)
		return k->problem;
	if (k->kind == CS_PSKC_OTHER)
		return "it is no key for one-time passwords";
	if (k->secret.len == 0)
		return "there is no secret in it, only a reference to one";
	if (k->has_check_digit)
		return "its codes carry a check digit, which is not supported";
	if (k->encoding.len != 0 && !cs_str_equal(k->encoding, CS_STR("DECIMAL")))
		return "its codes are not decimal digits";
	if (k->has_pin)
		return "its codes are made with a PIN, which is not supported";
	if (k->time != 0)
		return "its steps are not counted from 1970, which is not supported";
	if (k->digits > CS_OTP_DIGITS_MAX)
		return "its number of digits makes no sense";
	if (k->kind == CS_PSKC_TOTP && !cs_import_hash(k->suite, &e->hotp.hash))
		return "its algorithm is none of SHA1, SHA256 and SHA512";
	e->secret = k->secret;
	return NULL;
}

/* A UUID as a key's Id tells nothing to anybody; anything else may be all that tells it apart. */
static cs_str
account_of(const struct cs_pskc_key *k)
{
	const cs_str names[] = { k->friendly_name, k->user_id, k->serial, k->id };
	cs_id id;

	for (size_t i = 0; i < CS_COUNT(names); i++)
		if (names[i].len != 0 && cs_failed(cs_id_from_uuid(names[i], &id)))
			return names[i];
	return CS_STR_NONE;
}

/* "Feitian c200, serial 1000133508267, valid until 2037-12-31" */
static cs_str
note_of(struct cs_import *in, const struct cs_pskc_key *k)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	char day[CS_RFC3339_LEN];

	cs_buf_init(&b, CS_ENTRY_NOTE_MAX);
	cs_buf_add_str(&b, k->manufacturer);
	if (k->model.len != 0) {
		cs_buf_add_c(&b, b.len != 0 ? " " : "");
		cs_buf_add_str(&b, k->model);
	}
	if (k->serial.len != 0) {
		cs_buf_add_c(&b, b.len != 0 ? ", serial " : "serial ");
		cs_buf_add_str(&b, k->serial);
	}
	if (k->expiry.ms != 0) {
		cs_time_rfc3339(k->expiry, day);
		cs_buf_add_c(&b, b.len != 0 ? ", valid until " : "valid until ");
		cs_buf_add(&b, CS_SPAN(day, 10));
	}
	if (b.has_failed || cs_arena_room(in->arena) < b.len + 64)
		return CS_STR_NONE;
	return cs_arena_str(in->arena, cs_buf_str(&b));
}

static cs_err
take_key(struct cs_import *in, const struct cs_pskc_key *k, size_t number)
{
	struct cs_entry e = cs_import_entry();
	const char *why = learn_code(k, &e);

	if (cs_arena_room(in->arena) < 4096)
		return CS_FAIL(LIMIT);
	e.issuer = k->issuer.len != 0 ? k->issuer : k->manufacturer;
	e.account = account_of(k);
	if (e.issuer.len == 0 && e.account.len == 0)
		e.account = cs_arena_printf(in->arena, "key %zu", number);
	e.note = note_of(in, k);
	return cs_import_take(in, &e, why,
	    why == NULL && k->kind == CS_PSKC_UNSAID
		? "a word on how its codes are made: they are taken to count from 0"
		: NULL);
}

static cs_err
read_file(struct cs_import *in)
{
	struct cs_pskc_opener with = opener_of(in);
	struct cs_entry rest = cs_import_entry();
	struct cs_pskc file;
	cs_err e = cs_pskc_decode(in->arena, in->file, &with, &file);

	if (cs_failed(e)) {
		in->problem = file.problem;
		return e;
	}
	for (size_t i = 0; i < file.count; i++)
		CS_TRY(take_key(in, &file.keys[i], i + 1));
	if (!file.is_cut)
		return CS_OK;
	return cs_import_take(in, &rest,
	    "the file breaks off here: further keys, if there were any, are missing", NULL);
}

const struct cs_import_format cs_import_pskc = {
	.name = "pskc",
	.title = "key container (PSKC, RFC 6030), plain or encrypted",
	.is_mine = is_mine,
	.read = read_file,
};
