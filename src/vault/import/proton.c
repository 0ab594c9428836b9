/*
 * Proton Authenticator: JSON; or the same sealed by AES-256-GCM (nonce 12 in front) under a key by
 * Argon2id: 2 passes, 19 MiB, one lane.
 */
#include "crypto/foreign.h"
#include "crypto/secret.h"
#include "vault/import/parts.h"

#define KEY_LEN 32
#define NONCE_LEN 12
#define SALT_LEN 16
#define AAD "proton.authenticator.export.v1"

static bool
is_mine(cs_span file)
{
	if (!cs_import_begins(file, '{') || !cs_import_mentions(file, "\"version\""))
		return false;
	return (cs_import_mentions(file, "\"entries\"") &&
		   cs_import_mentions(file, "\"entry_type\"")) ||
	       (cs_import_mentions(file, "\"salt\"") && cs_import_mentions(file, "\"content\"") &&
		   !cs_import_mentions(file, "\"entries\""));
}

static cs_err
read_entries(struct cs_import *in, const json_t *file)
{
	const json_t *entries = json_object_get(file, "entries");
	size_t i;
	json_t *entry;

	if (!json_is_array(entries))
		return cs_import_problem(in, "it is no Proton export: there are no entries in it");
	json_array_foreach(entries, i, entry)
	{
		const json_t *content = json_object_get(entry, "content");
		struct cs_entry e = cs_import_entry();

		e.account = cs_import_text(content, "name");
		e.note = cs_import_text(entry, "note");
		CS_TRY(cs_import_uri(in, cs_import_text(content, "uri"), &e, false));
	}
	return CS_OK;
}

static cs_err
open_content(struct cs_import *in, const json_t *file, struct cs_buf *out)
{
	uint8_t key[KEY_LEN];
	cs_span salt, sealed;

	if (!cs_import_base64(in, cs_import_text(file, "salt"), &salt) || salt.len != SALT_LEN ||
	    !cs_import_base64(in, cs_import_text(file, "content"), &sealed) ||
	    sealed.len < NONCE_LEN)
		return CS_FAIL(INVALID);
	if (in->password.len == 0)
		return cs_import_needs_password(in, "it is under the export's password");
	CS_TRY(cs_foreign_argon2id(in->password, salt, 2, 19456, 1, sizeof(key), key));
	cs_err e = cs_foreign_gcm_open_joined(CS_SPAN(key, sizeof(key)),
	    CS_SPAN(sealed.p, NONCE_LEN), cs_str_span(CS_STR(AAD)),
	    CS_SPAN(sealed.p + NONCE_LEN, sealed.len - NONCE_LEN), out);
	cs_wipe(key, sizeof(key));
	return cs_is(e, CS_E_FORBIDDEN) ? cs_import_wrong_password(in) : e;
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *file = NULL;
	CS_AUTO(cs_import_json_free) json_t *opened = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	int64_t version;

	cs_buf_init_sensitive(&plain, CS_IMPORT_BYTES_MAX);
	CS_TRY(cs_import_json(in->file, &file));
	if (!cs_import_number(file, "version", 1, &version) || version != 1)
		return cs_import_problem(
		    in, "it is of a version of Proton's that is not known here");
	if (!json_is_string(json_object_get(file, "content")))
		return read_entries(in, file);
	CS_TRY(open_content(in, file, &plain));
	CS_TRY(cs_import_json(cs_buf_span(&plain), &opened));
	return read_entries(in, opened);
}

const struct cs_import_format cs_import_proton = {
	.name = "proton",
	.title = "Proton Authenticator, plain or with the export's password",
	.is_mine = is_mine,
	.read = read_file,
};
