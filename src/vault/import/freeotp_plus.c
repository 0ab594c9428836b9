/* FreeOTP+: {"tokens":[…],"tokenOrder":[…]}, plain. */
#include "vault/import/freeotp.h"

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '{') && cs_import_mentions(file, "\"tokens\"") &&
	       (cs_import_mentions(file, "\"issuerExt\"") ||
		   cs_import_mentions(file, "\"tokenOrder\""));
}

/* What the person wrote over the issuer and the label counts, where there is any. */
static void
learn_names(struct cs_entry *e, const json_t *token)
{
	static const char *const issuers[] = { "issuerAlt", "issuerExt", "issuerInt" };
	static const char *const labels[] = { "labelAlt", "label" };

	for (size_t i = 0; i < CS_COUNT(issuers) && e->issuer.len == 0; i++)
		e->issuer = cs_import_text(token, issuers[i]);
	for (size_t i = 0; i < CS_COUNT(labels) && e->account.len == 0; i++)
		e->account = cs_import_text(token, labels[i]);
}

static const char *
learn_code(struct cs_import *in, struct cs_entry *e, const json_t *token, cs_span secret,
    enum cs_freeotp_counter counter)
{
	cs_str type = cs_import_text(token, "type");
	const char *why;

	if (cs_str_equal_nocase(type, CS_STR("hotp")))
		e->kind = CS_ENTRY_HOTP;
	else if (type.len > 0 && !cs_str_equal_nocase(type, CS_STR("totp")))
		return "it is of a kind that is not known here";
	if (!cs_import_hash(cs_import_text(token, "algo"), &e->hotp.hash))
		return "its algorithm is none of SHA1, SHA256 and SHA512";
	e->secret = secret;
	if (secret.len == 0 &&
	    !cs_import_secret_numbers(in, json_object_get(token, "secret"), &e->secret))
		return "its secret is no list of bytes";
	/* FreeOTP shows Steam's letters for this issuer, whatever the digits say. */
	if (e->kind == CS_ENTRY_TOTP && cs_str_equal(e->issuer, CS_STR("Steam"))) {
		cs_import_make_steam(e);
		return cs_import_figures(e, token, NULL, "period", NULL);
	}
	why = cs_import_figures(e, token, "digits", "period", "counter");
	if (e->kind == CS_ENTRY_HOTP && counter == CS_FREEOTP_BEFORE)
		e->counter++;
	return why;
}

cs_err
cs_import_freeotp_token(
    struct cs_import *in, const json_t *token, cs_span secret, enum cs_freeotp_counter counter)
{
	struct cs_entry e = cs_import_entry();

	learn_names(&e, token);
	const char *why = learn_code(in, &e, token, secret, counter);
	return cs_import_take(in, &e, why, NULL);
}

cs_err
cs_import_freeotp_refuse(struct cs_import *in, const json_t *token, const char *why)
{
	struct cs_entry e = cs_import_entry();

	learn_names(&e, token);
	return cs_import_take(in, &e, why, NULL);
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *file = NULL;
	size_t i;
	json_t *token;

	CS_TRY(cs_import_json(in->file, &file));
	const json_t *tokens = json_object_get(file, "tokens");
	if (!json_is_array(tokens))
		return cs_import_problem(in, "it is no FreeOTP+ backup: there are no tokens in it");
	json_array_foreach(tokens, i, token)
	    CS_TRY(cs_import_freeotp_token(in, token, CS_SPAN_NONE, CS_FREEOTP_BEFORE));
	return CS_OK;
}

const struct cs_import_format cs_import_freeotp_plus = {
	.name = "freeotp+",
	.title = "FreeOTP+",
	.is_mine = is_mine,
	.read = read_file,
};
