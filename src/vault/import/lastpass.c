/* LastPass Authenticator's JSON. */
#include "vault/import/parts.h"

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '{') && cs_import_mentions(file, "\"accounts\"") &&
	       cs_import_mentions(file, "\"issuerName\"");
}

static cs_str
folder_of(const json_t *account, const json_t *folders)
{
	const json_t *id = json_object_get(json_object_get(account, "folderData"), "folderId");
	size_t i;
	json_t *folder;

	json_array_foreach(folders, i, folder)
	{
		if (id != NULL && json_equal(id, json_object_get(folder, "id")))
			return cs_import_text(folder, "name");
	}
	return CS_STR_NONE;
}

/* The first of two members that says something. */
static cs_str
either(const json_t *object, const char *name, const char *other)
{
	cs_str text = cs_import_text(object, name);

	return text.len > 0 ? text : cs_import_text(object, other);
}

static const char *
learn_code(struct cs_import *in, struct cs_entry *e, const json_t *account)
{
	if (!cs_import_hash(cs_import_text(account, "algorithm"), &e->hotp.hash))
		return "its algorithm is none of SHA1, SHA256 and SHA512";
	if (cs_import_text(account, "secret").len == 0 &&
	    cs_import_says_true(account, "pushNotification"))
		return "LastPass's own push sign-in has no secret to take";
	if (!cs_import_base32(in, cs_import_text(account, "secret"), &e->secret))
		return "its secret is not Base32";
	return cs_import_figures(e, account, "digits", "timeStep", NULL);
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *file = NULL;
	size_t i;
	json_t *account;

	CS_TRY(cs_import_json(in->file, &file));
	const json_t *accounts = json_object_get(file, "accounts");
	if (!json_is_array(accounts))
		return cs_import_problem(
		    in, "it is no LastPass export: there are no accounts in it");
	json_array_foreach(accounts, i, account)
	{
		struct cs_entry e = cs_import_entry();

		e.issuer = either(account, "issuerName", "originalIssuerName");
		e.account = either(account, "userName", "originalUserName");
		cs_import_add_tag(in, &e, folder_of(account, json_object_get(file, "folders")));
		if (cs_import_says_true(account, "isFavorite"))
			cs_import_add_tag(in, &e, CS_STR("favourite"));
		const char *why = learn_code(in, &e, account);

		CS_TRY(cs_import_take(in, &e, why, NULL));
	}
	return CS_OK;
}

const struct cs_import_format cs_import_lastpass = {
	.name = "lastpass",
	.title = "LastPass Authenticator",
	.is_mine = is_mine,
	.read = read_file,
};
