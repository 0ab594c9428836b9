/*
 * Authy for Android: its preferences, a JSON list of tokens in one text. Tokens of other sites have a
 * Base32 secret and go by 30 s; Authy's own have a hex one, seven digits and 10 s.
 */
#include "vault/import/xml_parts.h"

#define SITES "com.authy.storage.tokens.authenticator.key"
#define OWN "com.authy.storage.tokens.authy.key"
#define OWN_PERIOD_S 10
#define OWN_DIGITS 7

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '<') && cs_import_mentions(file, "com.authy.storage.tokens");
}

/* "Issuer:account" as it came, else "Issuer - account", else what the person called it. */
static void
learn_names(struct cs_entry *e, const json_t *token)
{
	cs_str original = cs_import_text(token, "originalName");
	cs_str name = cs_import_text(token, "name");

	e->issuer = cs_import_text(token, "originalIssuer");
	if (e->issuer.len == 0)
		e->issuer = cs_str_slice(original, 0, cs_str_find(original, ':', 0));
	if (e->issuer.len == original.len)
		e->issuer = cs_import_text(token, "originalIssuer");
	cs_import_split_label(e, name.len != 0 ? name : original);
	for (size_t i = 1; e->issuer.len == 0 && i + 2 < name.len; i++)
		if (cs_str_equal(cs_str_slice(name, i, i + 3), CS_STR(" - "))) {
			e->issuer = cs_str_slice(name, 0, i);
			e->account = cs_str_slice(name, i + 3, name.len);
		}
}

static const char *
learn_code(struct cs_import *in, struct cs_entry *e, const json_t *token, bool is_own)
{
	cs_str secret = cs_import_text(token, is_own ? "secretSeed" : "decryptedSecret");

	if (secret.len == 0 && cs_import_text(token, "encryptedSecret").len != 0)
		return "it is still encrypted: unlock backups in Authy first";
	if (is_own) {
		e->period_s = OWN_PERIOD_S;
		e->hotp.digits = OWN_DIGITS;
	}
	if (is_own ? !cs_import_hex(in, secret, &e->secret)
		   : !cs_import_base32(in, secret, &e->secret))
		return is_own ? "its secret is not hex" : "its secret is not Base32";
	return cs_import_figures(e, token, "digits", NULL, NULL);
}

static cs_err
take_tokens(struct cs_import *in, cs_str text, bool is_own)
{
	CS_AUTO(cs_import_json_free) json_t *tokens = NULL;
	size_t i;
	json_t *token;

	if (text.len == 0)
		return CS_OK;
	if (cs_failed(cs_import_json(cs_str_span(text), &tokens)) || !json_is_array(tokens))
		return cs_import_problem(in, "the list of tokens in it is not whole");
	json_array_foreach(tokens, i, token)
	{
		struct cs_entry e = cs_import_entry();

		learn_names(&e, token);
		const char *why = learn_code(in, &e, token, is_own);
		CS_TRY(cs_import_take(in, &e, why, NULL));
	}
	return CS_OK;
}

static cs_err
read_file(struct cs_import *in)
{
	const struct cs_xml_node *map;

	CS_TRY(cs_import_xml(in, "map", &map));
	cs_str sites = cs_import_android_string(map, SITES);
	cs_str own = cs_import_android_string(map, OWN);
	if (sites.len == 0 && own.len == 0)
		return cs_import_problem(in, "there are no tokens of Authy in it");
	CS_TRY(take_tokens(in, sites, false));
	return take_tokens(in, own, true);
}

const struct cs_import_format cs_import_authy = {
	.name = "authy",
	.title = "Authy for Android, its preferences",
	.is_mine = is_mine,
	.read = read_file,
};
