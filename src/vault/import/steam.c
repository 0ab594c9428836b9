/*
 * Steam: a maFile of Steam Desktop Authenticator or SteamGuard, one account an object; or Steam's own
 * {"accounts":{ID:{…}}}. An encrypted maFile is Base64 that only the manifest beside it opens:
 * steam_folder.c.
 */
#include "vault/import/steam.h"

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '{') && cs_import_mentions(file, "\"shared_secret\"");
}

cs_err
cs_import_steam_account(struct cs_import *in, const json_t *account)
{
	struct cs_entry e = cs_import_entry();
	cs_str revocation = cs_import_text(account, "revocation_code");
	struct cs_entry_spare spare = { .code = revocation };
	const char *why = NULL;

	cs_import_make_steam(&e);
	e.issuer = CS_STR("Steam");
	e.account = cs_import_text(account, "account_name");
	/* Without it nobody takes the authenticator off again. */
	if (revocation.len > 0) {
		e.spares = &spare;
		e.spare_count = 1;
	}
	if (!cs_import_base64(in, cs_import_text(account, "shared_secret"), &e.secret))
		why = "its secret is not Base64";
	return cs_import_take(in, &e, why,
	    json_object_get(account, "identity_secret") != NULL ? "the key that confirms trades"
								: NULL);
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *file = NULL;
	const char *id;
	json_t *account;

	CS_TRY(cs_import_json(in->file, &file));
	json_t *accounts = json_object_get(file, "accounts");
	if (!json_is_object(accounts))
		return cs_import_steam_account(in, file);
	json_object_foreach(accounts, id, account) CS_TRY(cs_import_steam_account(in, account));
	return CS_OK;
}

const struct cs_import_format cs_import_steam = {
	.name = "steam",
	.title = "Steam, a maFile",
	.is_mine = is_mine,
	.read = read_file,
};
