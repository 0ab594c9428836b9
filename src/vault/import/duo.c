/*
 * Duo Mobile for Android, the list of accounts out of its folder. Duo's own push accounts have no
 * secret in it that makes codes.
 */
#include "vault/import/parts.h"

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '[') && cs_import_mentions(file, "\"otpGenerator\"");
}

static const char *
learn_code(struct cs_import *in, struct cs_entry *e, const json_t *account)
{
	const json_t *generator = json_object_get(account, "otpGenerator");
	cs_str type = cs_import_text(account, "accountType");

	if (!json_is_object(generator) ||
	    (type.len > 0 && !cs_str_equal(type, CS_STR("OtpAccount"))))
		return "a Duo push account has no secret to take";
	if (json_object_get(generator, "counter") != NULL)
		e->kind = CS_ENTRY_HOTP;
	if (!cs_import_base32(in, cs_import_text(generator, "otpSecret"), &e->secret))
		return "its secret is not Base32";
	return cs_import_figures(e, generator, NULL, NULL, "counter");
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *list = NULL;
	size_t i;
	json_t *account;

	CS_TRY(cs_import_json(in->file, &list));
	if (!json_is_array(list))
		return cs_import_problem(in, "it is no list of Duo's accounts");
	json_array_foreach(list, i, account)
	{
		struct cs_entry e = cs_import_entry();

		cs_import_split_label(&e, cs_import_text(account, "name"));
		const char *why = learn_code(in, &e, account);

		CS_TRY(cs_import_take(in, &e, why, NULL));
	}
	return CS_OK;
}

const struct cs_import_format cs_import_duo = {
	.name = "duo",
	.title = "Duo Mobile for Android",
	.is_mine = is_mine,
	.read = read_file,
};
