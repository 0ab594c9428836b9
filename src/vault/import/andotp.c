/*
 * andOTP: a JSON list, or the same under a password. New: iterations (u32), salt 12, nonce 12, then
 * AES-GCM with a key by PBKDF2-SHA1. Old: nonce 12, then AES-GCM with the password's SHA-256. Neither
 * has a mark to be known by.
 */
#include "base/reader.h"
#include "crypto/foreign.h"
#include "crypto/secret.h"
#include "vault/import/parts.h"

#define SALT_LEN 12
#define NONCE_LEN 12
#define TAG_LEN 16
#define KEY_LEN 32
#define ITERATIONS_MAX 1000000 /* it draws them from 140000 to 160000, and once from far below */

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '[') && cs_import_mentions(file, "\"secret\"") &&
	       cs_import_mentions(file, "\"label\"");
}

static const char *
learn_code(struct cs_import *in, struct cs_entry *e, const json_t *entry)
{
	cs_str type = cs_import_text(entry, "type");

	if (cs_str_equal_nocase(type, CS_STR("hotp")))
		e->kind = CS_ENTRY_HOTP;
	else if (cs_str_equal_nocase(type, CS_STR("steam")))
		cs_import_make_steam(e);
	else if (cs_str_equal_nocase(type, CS_STR("motp")))
		return "mOTP's codes are not made here";
	else if (type.len > 0 && !cs_str_equal_nocase(type, CS_STR("totp")))
		return "it is of a kind that is not known here";
	if (!cs_import_hash(cs_import_text(entry, "algorithm"), &e->hotp.hash))
		return "its algorithm is none of SHA1, SHA256 and SHA512";
	if (!cs_import_base32(in, cs_import_text(entry, "secret"), &e->secret))
		return "its secret is not Base32";
	return cs_import_figures(e, entry, "digits", "period", "counter");
}

/* Old versions had no issuer: the label is "Issuer - Issuer:account". */
static void
learn_names(struct cs_entry *e, const json_t *entry)
{
	cs_str label = cs_import_text(entry, "label");
	const char *dash = label.len > 0 ? memmem(label.p, label.len, " - ", 3) : NULL;

	e->issuer = cs_import_text(entry, "issuer");
	if (e->issuer.len == 0 && dash != NULL && dash > label.p) {
		size_t at = (size_t)(dash - label.p);

		e->issuer = cs_str_slice(label, 0, at);
		label = cs_str_slice(label, at + 3, label.len);
	}
	cs_import_split_label(e, label);
}

static cs_err
read_list(struct cs_import *in, const json_t *list)
{
	size_t i, j;
	json_t *entry, *tag;

	if (!json_is_array(list))
		return cs_import_problem(in, "it is no andOTP backup");
	json_array_foreach(list, i, entry)
	{
		struct cs_entry e = cs_import_entry();

		learn_names(&e, entry);
		json_array_foreach(json_object_get(entry, "tags"), j, tag)
		{
			if (json_is_string(tag))
				cs_import_add_tag(in, &e,
				    (cs_str){ json_string_value(tag), json_string_length(tag) });
		}
		const char *why = learn_code(in, &e, entry);

		CS_TRY(cs_import_take(in, &e, why, NULL));
	}
	return CS_OK;
}

static cs_err
read_text(struct cs_import *in, cs_span text)
{
	CS_AUTO(cs_import_json_free) json_t *list = NULL;

	CS_TRY(cs_import_json(text, &list));
	return read_list(in, list);
}

static cs_err
read_file(struct cs_import *in)
{
	return read_text(in, in->file);
}

const struct cs_import_format cs_import_andotp = {
	.name = "andotp",
	.title = "andOTP, plain",
	.is_mine = is_mine,
	.read = read_file,
};

/* Bytes that are no text and that no other program is known by. */
static bool
is_mine_sealed(cs_span file)
{
	static const char *const marks[] = { "\x89PNG", "\xff\xd8\xff", "PK\x03\x04", "\x1f\x8b",
		"%PDF", "GIF8", "SQLite format", "\x28\xb5\x2f\xfd", "7z\xbc\xaf", "BZh",
		"\xfd"
		"7zXZ",
		"\x7f"
		"ELF",
		"\x03\xd9\xa2\x9a", "\xac\xed", "RIFF" };

	if (file.len < NONCE_LEN + TAG_LEN + 2 || cs_utf8_is_valid(file))
		return false;
	for (size_t i = 0; i < CS_COUNT(marks); i++)
		if (cs_str_starts((cs_str){ (const char *)file.p, file.len }, cs_str_c(marks[i])))
			return false;
	return true;
}

static cs_err
open_new(struct cs_import *in, struct cs_buf *out)
{
	struct cs_reader r = cs_reader_of(in->file);
	uint8_t key[KEY_LEN];
	uint32_t iterations;
	cs_span salt, nonce;

	CS_TRY(cs_read_be32(&r, &iterations));
	CS_TRY(cs_read_span(&r, SALT_LEN, &salt));
	CS_TRY(cs_read_span(&r, NONCE_LEN, &nonce));
	if (iterations == 0 || iterations > ITERATIONS_MAX)
		return CS_FAIL(FORBIDDEN);
	CS_TRY(cs_foreign_pbkdf2(CS_SHA1, in->password, salt, iterations, sizeof(key), key));
	cs_err e =
	    cs_foreign_gcm_open_joined(CS_SPAN(key, sizeof(key)), nonce, CS_SPAN_NONE, r.rest, out);
	cs_wipe(key, sizeof(key));
	return e;
}

static cs_err
open_old(struct cs_import *in, struct cs_buf *out)
{
	uint8_t key[CS_SHA256_LEN];
	cs_span file = in->file;

	cs_sha256(in->password, key);
	cs_err e = cs_foreign_gcm_open_joined(CS_SPAN(key, sizeof(key)), CS_SPAN(file.p, NONCE_LEN),
	    CS_SPAN_NONE, CS_SPAN(file.p + NONCE_LEN, file.len - NONCE_LEN), out);
	cs_wipe(key, sizeof(key));
	return e;
}

static cs_err
read_sealed(struct cs_import *in)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	cs_err e;

	cs_buf_init_sensitive(&plain, CS_IMPORT_BYTES_MAX);
	if (in->file.len < NONCE_LEN + TAG_LEN)
		return CS_FAIL(INVALID);
	if (in->password.len == 0)
		return cs_import_needs_password(in, "nothing but an encrypted andOTP backup looks "
						    "like this: its password is needed");
	e = open_new(in, &plain);
	if (cs_is(e, CS_E_FORBIDDEN) || cs_is(e, CS_E_INVALID))
		e = open_old(in, &plain);
	if (cs_is(e, CS_E_FORBIDDEN))
		return cs_import_needs_password(
		    in, "the password is wrong, or it is no andOTP backup");
	CS_TRY(e);
	return read_text(in, cs_buf_span(&plain));
}

const struct cs_import_format cs_import_andotp_encrypted = {
	.name = "andotp-encrypted",
	.title = "andOTP, with its password",
	.is_mine = is_mine_sealed,
	.read = read_sealed,
};
