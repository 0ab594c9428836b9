/*
 * Stratum, once Authenticator Pro: JSON; the same behind "AUTHENTICATORPRO", salt 16 and nonce 12 by
 * Argon2id and AES-GCM; or, older, behind "AuthenticatorPro", salt 20 and nonce 16 by PBKDF2-SHA1
 * and AES-CBC.
 */
#include "base/reader.h"
#include "crypto/foreign.h"
#include "crypto/secret.h"
#include "vault/import/parts.h"

#define MARK "AUTHENTICATORPRO"
#define OLD_MARK "AuthenticatorPro"
#define MARK_LEN (sizeof(MARK) - 1)
#define KEY_LEN 32

/* Its numbers for kinds of codes. */
enum { STRATUM_HOTP = 1, STRATUM_TOTP, STRATUM_MOTP, STRATUM_STEAM, STRATUM_YANDEX };

static bool
is_marked(cs_span file, const char *mark)
{
	return cs_str_starts((cs_str){ (const char *)file.p, file.len }, cs_str_c(mark));
}

static bool
is_mine(cs_span file)
{
	return is_marked(file, MARK) || is_marked(file, OLD_MARK) ||
	       (cs_import_begins(file, '{') && cs_import_mentions(file, "\"Authenticators\""));
}

static const char *
learn_kind(struct cs_entry *e, const json_t *entry)
{
	int64_t kind;

	if (!cs_import_number(entry, "Type", STRATUM_TOTP, &kind))
		return "it is of a kind that is not known here";
	switch (kind) {
	case STRATUM_HOTP:
		e->kind = CS_ENTRY_HOTP;
		return NULL;
	case STRATUM_TOTP:
		return NULL;
	case STRATUM_MOTP:
		return "mOTP's codes are not made here";
	case STRATUM_STEAM:
		cs_import_make_steam(e);
		return NULL;
	case STRATUM_YANDEX:
		return "Yandex's codes are not made here";
	default:
		return "it is of a kind that is not known here";
	}
}

static const char *
learn_code(struct cs_import *in, struct cs_entry *e, const json_t *entry)
{
	static const enum cs_hash hashes[] = { CS_SHA1, CS_SHA256, CS_SHA512 };
	const char *why = learn_kind(e, entry);
	int64_t hash;

	if (why != NULL)
		return why;
	if (!cs_import_number(entry, "Algorithm", 0, &hash) || hash < 0 ||
	    hash >= (int64_t)CS_COUNT(hashes))
		return "its algorithm is none of SHA1, SHA256 and SHA512";
	e->hotp.hash = hashes[hash];
	if (!cs_import_base32(in, cs_import_text(entry, "Secret"), &e->secret))
		return "its secret is not Base32";
	return cs_import_figures(e, entry, "Digits", "Period", "Counter");
}

/* Which category an entry is in is told by its secret. */
static void
add_categories(struct cs_import *in, struct cs_entry *e, const json_t *entry, const json_t *file)
{
	const json_t *secret = json_object_get(entry, "Secret");
	size_t i, j;
	json_t *bond, *category;

	json_array_foreach(json_object_get(file, "AuthenticatorCategories"), i, bond)
	{
		const json_t *id = json_object_get(bond, "CategoryId");

		if (i > 4096 || !json_is_string(secret) ||
		    !json_equal(secret, json_object_get(bond, "AuthenticatorSecret")))
			continue;
		json_array_foreach(json_object_get(file, "Categories"), j, category)
		{
			if (json_is_string(id) && json_equal(id, json_object_get(category, "Id")))
				cs_import_add_tag(in, e, cs_import_text(category, "Name"));
		}
	}
}

static cs_err
read_text(struct cs_import *in, cs_span text)
{
	CS_AUTO(cs_import_json_free) json_t *file = NULL;
	size_t i;
	json_t *entry;

	CS_TRY(cs_import_json(text, &file));
	const json_t *entries = json_object_get(file, "Authenticators");
	if (!json_is_array(entries))
		return cs_import_problem(in, "it is no Stratum backup");
	json_array_foreach(entries, i, entry)
	{
		struct cs_entry e = cs_import_entry();
		cs_str icon = cs_import_text(entry, "Icon");
		const char *dropped = NULL;

		e.issuer = cs_import_text(entry, "Issuer");
		e.account = cs_import_text(entry, "Username");
		/* "@ID": a picture of its own, elsewhere in the file. */
		if (cs_str_starts(icon, CS_STR("@")))
			dropped = "its icon's picture";
		else
			e.icon = icon;
		add_categories(in, &e, entry, file);
		const char *why = learn_code(in, &e, entry);

		CS_TRY(cs_import_take(in, &e, why, dropped));
	}
	return CS_OK;
}

static cs_err
open_new(struct cs_import *in, struct cs_buf *out)
{
	struct cs_reader r = cs_reader_of(in->file);
	uint8_t key[KEY_LEN];
	cs_span mark, salt, nonce;

	CS_TRY(cs_read_span(&r, MARK_LEN, &mark));
	CS_TRY(cs_read_span(&r, 16, &salt));
	CS_TRY(cs_read_span(&r, 12, &nonce));
	CS_TRY(cs_foreign_argon2id(in->password, salt, 3, 65536, 4, sizeof(key), key));
	cs_err e =
	    cs_foreign_gcm_open_joined(CS_SPAN(key, sizeof(key)), nonce, CS_SPAN_NONE, r.rest, out);
	cs_wipe(key, sizeof(key));
	return e;
}

static cs_err
open_old(struct cs_import *in, struct cs_buf *out)
{
	struct cs_reader r = cs_reader_of(in->file);
	uint8_t key[KEY_LEN];
	cs_span mark, salt, nonce;

	CS_TRY(cs_read_span(&r, MARK_LEN, &mark));
	CS_TRY(cs_read_span(&r, 20, &salt));
	CS_TRY(cs_read_span(&r, 16, &nonce));
	CS_TRY(cs_foreign_pbkdf2(CS_SHA1, in->password, salt, 64000, sizeof(key), key));
	cs_err e = cs_foreign_cbc_open(CS_SPAN(key, sizeof(key)), nonce, r.rest, out);
	cs_wipe(key, sizeof(key));
	/* No MAC: by chance a wrong password leaves a right padding. */
	return cs_failed(e) || cs_import_begins(cs_buf_span(out), '{') ? e : CS_FAIL(FORBIDDEN);
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	bool is_new = is_marked(in->file, MARK);

	cs_buf_init_sensitive(&plain, CS_IMPORT_BYTES_MAX);
	if (!is_new && !is_marked(in->file, OLD_MARK))
		return read_text(in, in->file);
	if (in->password.len == 0)
		return cs_import_needs_password(in, "it is under Stratum's password");
	cs_err e = is_new ? open_new(in, &plain) : open_old(in, &plain);
	if (cs_is(e, CS_E_FORBIDDEN))
		return cs_import_wrong_password(in);
	CS_TRY(e);
	return read_text(in, cs_buf_span(&plain));
}

const struct cs_import_format cs_import_stratum = {
	.name = "stratum",
	.title = "Stratum (Authenticator Pro), plain or with its password",
	.is_mine = is_mine,
	.read = read_file,
};
