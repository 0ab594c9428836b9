/*
 * 2FAS: JSON with "services", versions 1 to 4; or "servicesEncrypted", which is ciphertext and tag,
 * salt and nonce in Base64 with colons between: AES-256-GCM, PBKDF2-SHA256.
 */
#include "crypto/foreign.h"
#include "crypto/secret.h"
#include "vault/import/parts.h"

#define ITERATIONS 10000
#define KEY_LEN 32

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '{') && cs_import_mentions(file, "\"services") &&
	       (cs_import_mentions(file, "\"schemaVersion\"") ||
		   cs_import_mentions(file, "\"otp\""));
}

static const char *
learn_code(struct cs_import *in, struct cs_entry *e, const json_t *service)
{
	const json_t *otp = json_object_get(service, "otp");
	cs_str type = cs_import_text(otp, "tokenType");

	if (cs_str_equal_nocase(type, CS_STR("hotp")))
		e->kind = CS_ENTRY_HOTP;
	else if (cs_str_equal_nocase(type, CS_STR("steam")))
		cs_import_make_steam(e);
	else if (type.len > 0 && !cs_str_equal_nocase(type, CS_STR("totp")))
		return "it is of a kind that is not known here";
	if (!cs_import_hash(cs_import_text(otp, "algorithm"), &e->hotp.hash))
		return "its algorithm is none of SHA1, SHA256 and SHA512";
	if (!cs_import_base32(in, cs_import_text(service, "secret"), &e->secret))
		return "its secret is not Base32";
	return cs_import_figures(e, otp, "digits", "period", "counter");
}

static cs_err
read_services(struct cs_import *in, const json_t *services, const json_t *groups)
{
	size_t i;
	json_t *service;

	if (!json_is_array(services))
		return cs_import_problem(in, "it is no 2FAS backup: there are no services in it");
	json_array_foreach(services, i, service)
	{
		const json_t *otp = json_object_get(service, "otp");
		struct cs_entry e = cs_import_entry();
		cs_str account = cs_import_text(otp, "account");

		e.issuer = cs_import_text(otp, "issuer");
		if (e.issuer.len == 0)
			e.issuer = cs_import_text(service, "name");
		cs_import_split_label(&e, account.len > 0 ? account : cs_import_text(otp, "label"));
		cs_import_add_tag(in, &e, cs_import_named_by_id(service, "groupId", groups));
		const char *why = learn_code(in, &e, service);

		CS_TRY(cs_import_take(in, &e, why, NULL));
	}
	return CS_OK;
}

static cs_err
read_encrypted(struct cs_import *in, cs_str text, const json_t *groups)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	CS_AUTO(cs_import_json_free) json_t *services = NULL;
	uint8_t key[KEY_LEN];
	cs_str part[3] = { CS_STR_NONE };
	cs_span sealed, salt, nonce;

	cs_buf_init_sensitive(&plain, CS_IMPORT_BYTES_MAX);
	for (size_t i = 0; i < CS_COUNT(part); i++)
		if (!cs_str_cut(&text, ':', &part[i]))
			return CS_FAIL(INVALID);
	if (!cs_import_base64(in, part[0], &sealed) || !cs_import_base64(in, part[1], &salt) ||
	    !cs_import_base64(in, part[2], &nonce))
		return CS_FAIL(INVALID);
	if (in->password.len == 0)
		return cs_import_needs_password(in, "it is under 2FAS's password");
	CS_TRY(cs_foreign_pbkdf2(CS_SHA256, in->password, salt, ITERATIONS, sizeof(key), key));
	cs_err e = cs_foreign_gcm_open_joined(
	    CS_SPAN(key, sizeof(key)), nonce, CS_SPAN_NONE, sealed, &plain);
	cs_wipe(key, sizeof(key));
	if (cs_is(e, CS_E_FORBIDDEN))
		return cs_import_wrong_password(in);
	CS_TRY(e);
	CS_TRY(cs_import_json(cs_buf_span(&plain), &services));
	return read_services(in, services, groups);
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *file = NULL;

	CS_TRY(cs_import_json(in->file, &file));
	const json_t *groups = json_object_get(file, "groups");
	cs_str sealed = cs_import_text(file, "servicesEncrypted");

	if (sealed.len > 0)
		return read_encrypted(in, sealed, groups);
	return read_services(in, json_object_get(file, "services"), groups);
}

const struct cs_import_format cs_import_twofas = {
	.name = "2fas",
	.title = "2FAS, plain or with its password",
	.is_mine = is_mine,
	.read = read_file,
};
