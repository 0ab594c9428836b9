/*
 * Bitwarden's JSON export: plain, or protected by a password of its own. The key is by PBKDF2-SHA256
 * or Argon2id, stretched with HKDF to one for AES-256-CBC and one for HMAC-SHA-256; a sealed text is
 * "2.NONCE|CIPHERTEXT|MAC", in Base64.
 */
#include "crypto/equal.h"
#include "crypto/foreign.h"
#include "crypto/secret.h"
#include "vault/import/parts.h"

#define KEY_LEN 32
#define KDF_PBKDF2 0
#define KDF_ARGON2ID 1

struct keys {
	uint8_t cipher[KEY_LEN];
	uint8_t mac[KEY_LEN];
};

static bool
is_mine(cs_span file)
{
	if (!cs_import_begins(file, '{'))
		return false;
	/* Old ones do not say whether they are encrypted. */
	return cs_import_mentions(file, "\"encKeyValidation_DO_NOT_EDIT\"") ||
	       (cs_import_mentions(file, "\"items\"") &&
		   (cs_import_mentions(file, "\"encrypted\"") ||
		       cs_import_mentions(file, "\"login\"")));
}

/* Logins without a one-time password have nothing that could be lost here: they are not counted. */
static cs_err
read_items(struct cs_import *in, const json_t *file)
{
	const json_t *items = json_object_get(file, "items");
	size_t i;
	json_t *item;

	if (!json_is_array(items))
		return cs_import_problem(in, "it is no Bitwarden export: there are no items in it");
	json_array_foreach(items, i, item)
	{
		const json_t *login = json_object_get(item, "login");
		cs_str uri = cs_import_text(login, "totp");
		struct cs_entry e = cs_import_entry();

		if (uri.len == 0)
			continue;
		e.issuer = cs_import_text(item, "name");
		e.account = cs_import_text(login, "username");
		e.note = cs_import_text(item, "notes");
		cs_import_add_tag(in, &e,
		    cs_import_named_by_id(item, "folderId", json_object_get(file, "folders")));
		CS_TRY(cs_import_uri(in, uri, &e, true));
	}
	return CS_OK;
}

static cs_err
derive(struct cs_import *in, const json_t *file, struct keys *out)
{
	cs_span salt = cs_str_span(cs_import_text(file, "salt"));
	uint8_t salt_hash[CS_SHA256_LEN];
	uint8_t master[KEY_LEN];
	int64_t kind, iterations, memory_mib, lanes;
	cs_err e;

	if (!cs_import_number(file, "kdfType", KDF_PBKDF2, &kind) ||
	    !cs_import_number(file, "kdfIterations", 0, &iterations) ||
	    !cs_import_number(file, "kdfMemory", 0, &memory_mib) ||
	    !cs_import_number(file, "kdfParallelism", 1, &lanes) || memory_mib < 0)
		return CS_FAIL(INVALID);
	if (memory_mib > CS_FOREIGN_MEMORY_MAX >> 20)
		return CS_FAIL(LIMIT);
	cs_sha256(salt, salt_hash);
	if (kind == KDF_PBKDF2)
		e = cs_foreign_pbkdf2(
		    CS_SHA256, in->password, salt, iterations, sizeof(master), master);
	else if (kind == KDF_ARGON2ID)
		e = cs_foreign_argon2id(in->password, CS_SPAN(salt_hash, sizeof(salt_hash)),
		    iterations, memory_mib * 1024, lanes, sizeof(master), master);
	else
		return cs_import_problem(in, "its key derivation is not known here");
	CS_TRY(e);
	cs_span key = CS_SPAN(master, sizeof(master));
	CS_TRY(cs_foreign_hkdf_expand(key, CS_STR("enc"), KEY_LEN, out->cipher));
	CS_TRY(cs_foreign_hkdf_expand(key, CS_STR("mac"), KEY_LEN, out->mac));
	cs_wipe(master, sizeof(master));
	return CS_OK;
}

/* FORBIDDEN: the MAC is of another key. */
static cs_err
open_text(struct cs_import *in, const struct keys *keys, cs_str text, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf message;
	uint8_t mac[CS_SHA256_LEN];
	cs_str part[3] = { CS_STR_NONE };
	cs_span nonce, sealed, tag;

	cs_buf_init(&message, CS_IMPORT_BYTES_MAX);
	if (!cs_str_starts(text, CS_STR("2.")))
		return cs_import_problem(in, "it is sealed in a way that is not known here");
	text = cs_str_slice(text, 2, text.len);
	for (size_t i = 0; i < CS_COUNT(part); i++)
		if (!cs_str_cut(&text, '|', &part[i]))
			return CS_FAIL(INVALID);
	if (!cs_import_base64(in, part[0], &nonce) || !cs_import_base64(in, part[1], &sealed) ||
	    !cs_import_base64(in, part[2], &tag) || tag.len != sizeof(mac))
		return CS_FAIL(INVALID);
	cs_buf_add(&message, nonce);
	cs_buf_add(&message, sealed);
	CS_TRY(cs_buf_finish(&message, NULL));
	CS_TRY(cs_hmac_sha256(CS_SPAN(keys->mac, KEY_LEN), cs_buf_span(&message), mac));
	if (!cs_equal(mac, tag.p, sizeof(mac)))
		return CS_FAIL(FORBIDDEN);
	return cs_foreign_cbc_open(CS_SPAN(keys->cipher, KEY_LEN), nonce, sealed, out);
}

static cs_err
open_data(struct cs_import *in, const json_t *file, const struct keys *keys, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf check;
	cs_err e;

	cs_buf_init_sensitive(&check, 4096);
	e = open_text(in, keys, cs_import_text(file, "encKeyValidation_DO_NOT_EDIT"), &check);
	if (cs_is(e, CS_E_FORBIDDEN))
		return cs_import_wrong_password(in);
	CS_TRY(e);
	e = open_text(in, keys, cs_import_text(file, "data"), out);
	return cs_is(e, CS_E_FORBIDDEN) ? CS_FAIL(INVALID) : e;
}

static cs_err
read_encrypted(struct cs_import *in, const json_t *file)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	CS_AUTO(cs_import_json_free) json_t *opened = NULL;
	struct keys keys;
	cs_err e;

	cs_buf_init_sensitive(&plain, CS_IMPORT_BYTES_MAX);
	if (!cs_import_says_true(file, "passwordProtected"))
		return cs_import_problem(in,
		    "only the Bitwarden account that wrote it can open it: "
		    "export it again as \"password protected\"");
	if (in->password.len == 0)
		return cs_import_needs_password(in, "it is under the export's password");
	e = derive(in, file, &keys);
	if (!cs_failed(e))
		e = open_data(in, file, &keys, &plain);
	cs_wipe(&keys, sizeof(keys));
	CS_TRY(e);
	CS_TRY(cs_import_json(cs_buf_span(&plain), &opened));
	return read_items(in, opened);
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *file = NULL;

	CS_TRY(cs_import_json(in->file, &file));
	if (cs_import_says_true(file, "encrypted"))
		return read_encrypted(in, file);
	return read_items(in, file);
}

const struct cs_import_format cs_import_bitwarden = {
	.name = "bitwarden",
	.title = "Bitwarden's JSON, plain or with the export's password",
	.is_mine = is_mine,
	.read = read_file,
};
