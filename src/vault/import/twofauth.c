/* 2FAuth's JSON: {"app":"2fauth_v…","schema":1,"data":[…]}. */
#include "vault/import/parts.h"

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '{') && cs_import_mentions(file, "\"otp_type\"") &&
	       cs_import_mentions(file, "\"data\"");
}

static const char *
learn_code(struct cs_import *in, struct cs_entry *e, const json_t *account)
{
	cs_str type = cs_import_text(account, "otp_type");

	if (cs_str_equal(type, CS_STR("hotp")))
		e->kind = CS_ENTRY_HOTP;
	else if (cs_str_equal(type, CS_STR("steamtotp")))
		cs_import_make_steam(e);
	else if (!cs_str_equal(type, CS_STR("totp")))
		return "it is of a kind that is not known here";
	if (!cs_import_hash(cs_import_text(account, "algorithm"), &e->hotp.hash))
		return "its algorithm is none of SHA1, SHA256 and SHA512";
	if (!cs_import_base32(in, cs_import_text(account, "secret"), &e->secret))
		return "its secret is not Base32";
	return cs_import_figures(e, account, "digits", "period", "counter");
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *file = NULL;
	size_t i;
	json_t *account;

	CS_TRY(cs_import_json(in->file, &file));
	const json_t *data = json_object_get(file, "data");
	if (!json_is_array(data))
		return cs_import_problem(in, "it is no 2FAuth export: there is no data in it");
	json_array_foreach(data, i, account)
	{
		struct cs_entry e = cs_import_entry();
		bool has_icon = json_is_string(json_object_get(account, "icon_file"));

		e.issuer = cs_import_text(account, "service");
		e.account = cs_import_text(account, "account");
		const char *why = learn_code(in, &e, account);

		CS_TRY(cs_import_take(in, &e, why, has_icon ? "its icon's picture" : NULL));
	}
	return CS_OK;
}

const struct cs_import_format cs_import_twofauth = {
	.name = "2fauth",
	.title = "2FAuth's JSON",
	.is_mine = is_mine,
	.read = read_file,
};
