/*
 * TOTP Authenticator (BinaryBoot): Base64 of AES-256-CBC under the password's SHA-256, nonce zero;
 * within, an object whose first name is the list, as JSON in a text. A backup without a password is
 * sealed with a password that every copy of the app knows.
 */
#include "crypto/foreign.h"
#include "crypto/secret.h"
#include "vault/import/parts.h"

#define APP_PASSWORD "TotpAuthenticator"
#define BLOCK 16

static bool
is_base64(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '+' || c == '/' || c == '=';
}

/* Nothing but Base64 of whole blocks: below those that are known by more. */
static bool
is_mine(cs_span file)
{
	size_t count = 0;
	size_t pad = 0;

	for (size_t i = 0; i < file.len; i++) {
		if (file.p[i] == '\r' || file.p[i] == '\n')
			continue;
		if (!is_base64(file.p[i]))
			return false;
		count++;
		pad += file.p[i] == '=';
	}
	return count >= 64 && count % 4 == 0 && pad <= 2 && (count / 4 * 3 - pad) % BLOCK == 0;
}

static const char *
learn_code(struct cs_import *in, struct cs_entry *e, const json_t *entry)
{
	cs_str key = cs_import_text(entry, "key");
	int64_t base;

	if (!cs_import_number(entry, "base", 32, &base))
		return "its secret is written in a way that is not known here";
	if (base == 16   ? cs_import_hex(in, key, &e->secret)
	    : base == 32 ? cs_import_base32(in, key, &e->secret)
	    : base == 64 ? cs_import_base64(in, key, &e->secret)
			 : false)
		return cs_import_figures(e, entry, "digits", "period", NULL);
	return "its secret is written in a way that is not known here";
}

static cs_err
read_list(struct cs_import *in, cs_str text)
{
	CS_AUTO(cs_import_json_free) json_t *list = NULL;
	size_t i;
	json_t *entry;

	CS_TRY(cs_import_json(cs_str_span(text), &list));
	if (!json_is_array(list))
		return CS_FAIL(INVALID);
	json_array_foreach(list, i, entry)
	{
		struct cs_entry e = cs_import_entry();

		e.issuer = cs_import_text(entry, "issuer");
		cs_import_split_label(&e, cs_import_text(entry, "name"));
		const char *why = learn_code(in, &e, entry);

		CS_TRY(cs_import_take(in, &e, why, NULL));
	}
	return CS_OK;
}

/* FORBIDDEN: another password. There is no MAC: what is no JSON was not opened. */
static cs_err
open_sealed(cs_span password, cs_span sealed, json_t **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	static const uint8_t zero[BLOCK];
	uint8_t key[CS_SHA256_LEN];

	cs_buf_init_sensitive(&plain, CS_IMPORT_BYTES_MAX);
	cs_sha256(password, key);
	cs_err e = cs_foreign_cbc_open(
	    CS_SPAN(key, sizeof(key)), CS_SPAN(zero, sizeof(zero)), sealed, &plain);
	cs_wipe(key, sizeof(key));
	CS_TRY(e);
	if (cs_failed(cs_import_json(cs_buf_span(&plain), out)))
		return CS_FAIL(FORBIDDEN);
	return CS_OK;
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *opened = NULL;
	cs_span sealed;
	cs_err e;

	if (!cs_import_base64(in, (cs_str){ (const char *)in->file.p, in->file.len }, &sealed))
		return CS_FAIL(INVALID);
	e = open_sealed(cs_str_span(CS_STR(APP_PASSWORD)), sealed, &opened);
	if (cs_is(e, CS_E_FORBIDDEN) && in->password.len == 0)
		return cs_import_needs_password(in,
		    "it is TOTP Authenticator's with a password, or an encrypted "
		    "maFile: of that, give the folder with its manifest.json");
	if (cs_is(e, CS_E_FORBIDDEN))
		e = open_sealed(in->password, sealed, &opened);
	if (cs_is(e, CS_E_FORBIDDEN))
		return cs_import_needs_password(in,
		    "the password is wrong, or it is no TOTP Authenticator backup (of maFiles, "
		    "give the folder)");
	CS_TRY(e);
	const char *list = json_object_iter_key(json_object_iter(opened));
	if (list == NULL)
		return json_is_object(opened) ? CS_OK : CS_FAIL(INVALID);
	return read_list(in, cs_str_c(list));
}

const struct cs_import_format cs_import_totp_authenticator = {
	.name = "totp-authenticator",
	.title = "TOTP Authenticator (BinaryBoot), with or without a password",
	.is_mine = is_mine,
	.read = read_file,
};
