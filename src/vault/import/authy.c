/*
 * Authy: its preferences on Android, a JSON list of tokens in one text; or what its servers give to a
 * new phone, as JSON. Tokens of other sites have a Base32 secret and go by 30 s; Authy's own have a
 * hex one, seven digits and 10 s. A secret that was not unlocked is AES-256-CBC under the backup
 * password, by PBKDF2-SHA1 with the salt as it is written.
 */
#include "crypto/foreign.h"
#include "crypto/secret.h"
#include "vault/import/xml_parts.h"

#define SITES "com.authy.storage.tokens.authenticator.key"
#define OWN "com.authy.storage.tokens.authy.key"
#define OWN_PERIOD_S 10
#define OWN_DIGITS 7
#define SEALED_MAX 1024 /* tokens: each costs a key derivation or two */
#define WRONG_MAX 8 /* tokens in a row, none opened before: then the password is wrong */
#define BLOCK 16
#define KEY_LEN 32

/* What the two call the same. */
struct names {
	const char *plain;
	const char *sealed;
	const char *issuer;
	const char *original;
	const char *account_type;
};

static const struct names of_app = { "decryptedSecret", "encryptedSecret", "originalIssuer",
	"originalName", "accountType" };
static const struct names of_service = { "decrypted_seed", "encrypted_seed", "issuer",
	"original_name", "account_type" };

struct reading {
	struct cs_import *in;
	const struct names *names;
	bool is_own;
	size_t sealed_count;
	size_t opened_count;
};

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '<') && cs_import_mentions(file, "com.authy.storage.tokens");
}

static bool
is_mine_json(cs_span file)
{
	return cs_import_begins(file, '{') && cs_import_mentions(file, "\"authenticator_tokens\"");
}

/* "github" for a token that says nothing else of whose it is. */
static void
learn_account_type(
    struct cs_import *in, const struct names *names, const json_t *token, struct cs_entry *e)
{
	cs_str type = cs_import_text(token, names->account_type);

	if (type.len == 0 || type.len > CS_ENTRY_TEXT_MAX ||
	    cs_str_equal(type, CS_STR("authenticator")))
		return;
	char *to = cs_arena_c(in->arena, type);
	if (to[0] >= 'a' && to[0] <= 'z')
		to[0] = (char)(to[0] - 'a' + 'A');
	e->issuer = (cs_str){ to, type.len };
}

/* "Issuer:account" as it came, else "Issuer - account", else what the person called it. */
static void
learn_names(const struct reading *r, struct cs_entry *e, const json_t *token)
{
	cs_str original = cs_import_text(token, r->names->original);
	cs_str name = cs_import_text(token, "name");
	size_t colon = cs_str_find(original, ':', 0);

	e->issuer = cs_import_text(token, r->names->issuer);
	if (r->is_own) {
		if (e->issuer.len == 0)
			e->issuer = name;
		return;
	}
	if (e->issuer.len == 0 && colon < original.len)
		e->issuer = cs_str_slice(original, 0, colon);
	cs_import_split_label(e, name.len != 0 ? name : original);
	for (size_t i = 1; e->issuer.len == 0 && i + 2 < name.len; i++)
		if (cs_str_equal(cs_str_slice(name, i, i + 3), CS_STR(" - "))) {
			e->issuer = cs_str_slice(name, 0, i);
			e->account = cs_str_slice(name, i + 3, name.len);
		}
	if (e->issuer.len == 0)
		learn_account_type(r->in, r->names, token, e);
}

/* Authy's own, and since 2024: tokens on a phone do not say. */
static const int64_t usual_iterations[] = { 1000, 100000 };

/* FORBIDDEN: another password, or number. INVALID: it is not whole. */
static cs_err
open_secret(struct reading *r, const json_t *token, int64_t iterations, cs_span *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	static const uint8_t zero[BLOCK];
	struct cs_import *in = r->in;
	cs_str iv_text = cs_import_text(token, "unique_iv");
	cs_span salt = cs_str_span(cs_import_text(token, "salt"));
	cs_span iv = CS_SPAN(zero, BLOCK), sealed;
	uint8_t key[KEY_LEN];

	cs_buf_init_sensitive(&plain, CS_IMPORT_BYTES_MAX);
	if (!cs_import_base64(in, cs_import_text(token, r->names->sealed), &sealed) ||
	    (iv_text.len != 0 && !cs_import_hex(in, iv_text, &iv)))
		return CS_FAIL(INVALID);
	CS_TRY(cs_foreign_pbkdf2(CS_SHA1, in->password, salt, iterations, sizeof(key), key));
	cs_err e = cs_foreign_cbc_open(CS_SPAN(key, sizeof(key)), iv, sealed, &plain);
	cs_wipe(key, sizeof(key));
	CS_TRY(e);
	/* There is no MAC: what is no Base32 was not opened. */
	return cs_import_base32(in, cs_buf_str(&plain), out) ? CS_OK : CS_FAIL(FORBIDDEN);
}

static cs_err
open_token(struct reading *r, const json_t *token, cs_span *out)
{
	cs_err e = CS_FAIL(FORBIDDEN);
	int64_t said;

	if (!cs_import_number(token, "key_derivation_iterations", 0, &said))
		return CS_FAIL(INVALID);
	if (said != 0)
		return open_secret(r, token, said, out);
	for (size_t i = 0; i < CS_COUNT(usual_iterations) && cs_is(e, CS_E_FORBIDDEN); i++)
		e = open_secret(r, token, usual_iterations[i], out);
	return e;
}

static cs_err
learn_sealed(struct reading *r, struct cs_entry *e, const json_t *token, const char **why)
{
	if (r->in->password.len == 0)
		return cs_import_needs_password(r->in, "it is under Authy's backup password");
	if (r->opened_count == 0 && r->sealed_count == WRONG_MAX)
		return cs_import_wrong_password(r->in);
	cs_err err = open_token(r, token, &e->secret);
	if (cs_is(err, CS_E_LIMIT))
		return err;
	if (cs_is(err, CS_E_INVALID)) {
		*why = "its encrypted secret is not whole";
		return CS_OK;
	}
	if (++r->sealed_count > SEALED_MAX)
		return CS_FAIL(LIMIT);
	if (cs_failed(err))
		*why = "its secret is under another backup password";
	else
		r->opened_count++;
	return CS_OK;
}

static cs_err
learn_code(struct reading *r, struct cs_entry *e, const json_t *token, const char **why)
{
	cs_str secret = cs_import_text(token, r->is_own ? "secretSeed" : r->names->plain);

	*why = NULL;
	if (r->is_own) {
		e->period_s = OWN_PERIOD_S;
		e->hotp.digits = OWN_DIGITS;
	}
	if (secret.len == 0 && cs_import_text(token, r->names->sealed).len != 0)
		CS_TRY(learn_sealed(r, e, token, why));
	else if (r->is_own && !cs_import_hex(r->in, secret, &e->secret))
		*why = "its secret is not hex";
	else if (!r->is_own && !cs_import_base32(r->in, secret, &e->secret))
		*why = "its secret is not Base32";
	if (*why == NULL)
		*why = cs_import_figures(e, token, "digits", NULL, NULL);
	return CS_OK;
}

static cs_err
take_list(struct reading *r, const json_t *tokens)
{
	size_t i;
	json_t *token;

	json_array_foreach(tokens, i, token)
	{
		struct cs_entry e = cs_import_entry();
		const char *why;

		if (cs_arena_room(r->in->arena) < 4096)
			return CS_FAIL(LIMIT);
		learn_names(r, &e, token);
		CS_TRY(learn_code(r, &e, token, &why));
		CS_TRY(cs_import_take(r->in, &e, why, NULL));
	}
	return CS_OK;
}

/* What one password opened was not wrong; what it did not open is said token by token. */
static cs_err
check_password(const struct reading *r)
{
	return r->sealed_count > 0 && r->opened_count == 0 ? cs_import_wrong_password(r->in)
							   : CS_OK;
}

static cs_err
take_text(struct reading *r, cs_str text)
{
	CS_AUTO(cs_import_json_free) json_t *tokens = NULL;

	if (text.len == 0)
		return CS_OK;
	if (cs_failed(cs_import_json(cs_str_span(text), &tokens)) || !json_is_array(tokens))
		return cs_import_problem(r->in, "the list of tokens in it is not whole");
	return take_list(r, tokens);
}

static cs_err
read_file(struct cs_import *in)
{
	struct reading of_sites = { .in = in, .names = &of_app };
	struct reading of_own = { .in = in, .names = &of_app, .is_own = true };
	const struct cs_xml_node *map;

	CS_TRY(cs_import_xml(in, "map", &map));
	cs_str sites = cs_import_android_string(map, SITES);
	cs_str own = cs_import_android_string(map, OWN);
	if (sites.len == 0 && own.len == 0)
		return cs_import_problem(in, "there are no tokens of Authy in it");
	CS_TRY(take_text(&of_sites, sites));
	CS_TRY(take_text(&of_own, own));
	return check_password(&of_sites);
}

static cs_err
read_json(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *file = NULL;
	struct reading r = { .in = in, .names = &of_service };

	CS_TRY(cs_import_json(in->file, &file));
	const json_t *tokens = json_object_get(file, "authenticator_tokens");
	if (!json_is_array(tokens))
		return cs_import_problem(in, "there are no tokens of Authy in it");
	CS_TRY(take_list(&r, tokens));
	return check_password(&r);
}

const struct cs_import_format cs_import_authy = {
	.name = "authy",
	.title = "Authy for Android, its preferences, with its backup password where it is locked",
	.is_mine = is_mine,
	.read = read_file,
};

const struct cs_import_format cs_import_authy_json = {
	.name = "authy-json",
	.title = "Authy's tokens as its servers give them, with its backup password",
	.is_mine = is_mine_json,
	.read = read_json,
};
