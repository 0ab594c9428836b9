/*
 * Ente Auth's encrypted export (its docs/auth/migration/export): otpauth:// lines, sealed as one
 * message of secretstream under a key by Argon2id. Its plain export is a list of addresses.
 */
#include "crypto/foreign.h"
#include "crypto/secret.h"
#include "vault/import/parts.h"

#define KEY_LEN 32

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '{') && cs_import_mentions(file, "\"kdfParams\"") &&
	       cs_import_mentions(file, "\"encryptedData\"");
}

static cs_err
read_lines(struct cs_import *in, cs_str text)
{
	cs_str line;

	while (cs_str_cut(&text, '\n', &line)) {
		if (line.len > 0 && line.p[line.len - 1] == '\r')
			line.len--;
		if (cs_str_trim(line).len > 0)
			CS_TRY(cs_import_uri(in, line, NULL, false));
	}
	return CS_OK;
}

static cs_err
open_data(struct cs_import *in, const json_t *file, struct cs_buf *out)
{
	const json_t *params = json_object_get(file, "kdfParams");
	uint8_t key[KEY_LEN];
	cs_span salt, header, sealed;
	int64_t memory, passes;

	if (!cs_import_number(params, "memLimit", 0, &memory) ||
	    !cs_import_number(params, "opsLimit", 0, &passes) ||
	    !cs_import_base64(in, cs_import_text(params, "salt"), &salt) ||
	    !cs_import_base64(in, cs_import_text(file, "encryptionNonce"), &header) ||
	    !cs_import_base64(in, cs_import_text(file, "encryptedData"), &sealed))
		return CS_FAIL(INVALID);
	if (in->password.len == 0)
		return cs_import_needs_password(in, "it is under the export's password");
	CS_TRY(cs_foreign_argon2id(in->password, salt, passes, memory / 1024, 1, sizeof(key), key));
	cs_err e = cs_foreign_secretstream_open(CS_SPAN(key, sizeof(key)), header, sealed, out);
	cs_wipe(key, sizeof(key));
	return cs_is(e, CS_E_FORBIDDEN) ? cs_import_wrong_password(in) : e;
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *file = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	int64_t version;

	cs_buf_init_sensitive(&plain, CS_IMPORT_BYTES_MAX);
	CS_TRY(cs_import_json(in->file, &file));
	if (!cs_import_number(file, "version", 1, &version) || version != 1)
		return cs_import_problem(in, "it is of a version of Ente that is not known here");
	CS_TRY(open_data(in, file, &plain));
	if (!cs_utf8_is_valid(cs_buf_span(&plain)))
		return CS_FAIL(INVALID);
	return read_lines(in, cs_buf_str(&plain));
}

const struct cs_import_format cs_import_ente = {
	.name = "ente",
	.title = "Ente Auth, with the export's password",
	.is_mine = is_mine,
	.read = read_file,
};
