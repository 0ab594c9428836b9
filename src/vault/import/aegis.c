/*
 * Aegis, the JSON it writes: version 1, plain or under a password (its docs/vault.md).
 */
#include "crypto/foreign.h"
#include "crypto/secret.h"
#include "vault/import/parts.h"

#define MASTER_LEN 32
#define SLOT_PASSWORD 1

static bool
is_mine(cs_span file)
{
	if (!cs_import_begins(file, '{') || !cs_import_mentions(file, "\"db\""))
		return false;
	return (cs_import_mentions(file, "\"header\"") && cs_import_mentions(file, "\"slots\"")) ||
	       (cs_import_mentions(file, "\"entries\"") && cs_import_mentions(file, "\"info\""));
}

/* A version 2 and 3 entry names its groups by id; version 1 had one, by name. */
static void
add_groups(struct cs_import *in, struct cs_entry *e, const json_t *entry, const json_t *groups)
{
	size_t i, j;
	json_t *id, *group;

	cs_import_add_tag(in, e, cs_import_text(entry, "group"));
	json_array_foreach(json_object_get(entry, "groups"), i, id)
	{
		json_array_foreach(groups, j, group)
		{
			const json_t *uuid = json_object_get(group, "uuid");

			if (json_is_string(uuid) && json_equal(uuid, id))
				cs_import_add_tag(in, e, cs_import_text(group, "name"));
		}
		if (i >= CS_ENTRY_TAGS_MAX)
			break;
	}
	if (cs_import_says_true(entry, "favorite"))
		cs_import_add_tag(in, e, CS_STR("favourite"));
}

static const char *
learn_code(struct cs_import *in, struct cs_entry *e, const json_t *entry)
{
	const json_t *info = json_object_get(entry, "info");
	cs_str type = cs_import_text(entry, "type");

	if (cs_str_equal(type, CS_STR("hotp")))
		e->kind = CS_ENTRY_HOTP;
	else if (cs_str_equal(type, CS_STR("steam")))
		cs_import_make_steam(e);
	else if (cs_str_equal(type, CS_STR("motp")))
		return "mOTP's codes are not made here";
	else if (cs_str_equal(type, CS_STR("yandex")))
		return "Yandex's codes are not made here";
	else if (!cs_str_equal(type, CS_STR("totp")))
		return "it is of a kind that is not known here";
	if (!cs_import_hash(cs_import_text(info, "algo"), &e->hotp.hash))
		return "its algorithm is none of SHA1, SHA256 and SHA512";
	if (!cs_import_base32(in, cs_import_text(info, "secret"), &e->secret))
		return "its secret is not Base32";
	return cs_import_figures(e, info, "digits", "period", "counter");
}

static cs_err
read_db(struct cs_import *in, const json_t *db)
{
	const json_t *entries = json_object_get(db, "entries");
	size_t i;
	json_t *entry;

	if (!json_is_array(entries))
		return cs_import_problem(in, "it is no Aegis vault: there are no entries in it");
	json_array_foreach(entries, i, entry)
	{
		struct cs_entry e = cs_import_entry();

		e.issuer = cs_import_text(entry, "issuer");
		e.account = cs_import_text(entry, "name");
		e.note = cs_import_text(entry, "note");
		add_groups(in, &e, entry, json_object_get(db, "groups"));
		const char *why = learn_code(in, &e, entry);
		bool has_icon = json_is_string(json_object_get(entry, "icon"));

		CS_TRY(cs_import_take(in, &e, why, has_icon ? "its icon's picture" : NULL));
	}
	return CS_OK;
}

/* FORBIDDEN: another password's slot. */
static cs_err
open_slot(struct cs_import *in, const json_t *slot, struct cs_buf *master)
{
	const json_t *params = json_object_get(slot, "key_params");
	uint8_t wrapping[MASTER_LEN];
	cs_span salt, sealed, nonce, tag;
	int64_t n, r, p;

	if (!cs_import_number(slot, "n", 0, &n) || !cs_import_number(slot, "r", 0, &r) ||
	    !cs_import_number(slot, "p", 0, &p) ||
	    !cs_import_hex(in, cs_import_text(slot, "salt"), &salt) ||
	    !cs_import_hex(in, cs_import_text(slot, "key"), &sealed) ||
	    !cs_import_hex(in, cs_import_text(params, "nonce"), &nonce) ||
	    !cs_import_hex(in, cs_import_text(params, "tag"), &tag))
		return CS_FAIL(INVALID);
	CS_TRY(cs_foreign_scrypt(in->password, salt, n, r, p, sizeof(wrapping), wrapping));
	cs_err e = cs_foreign_gcm_open(
	    CS_SPAN(wrapping, sizeof(wrapping)), nonce, CS_SPAN_NONE, sealed, tag, master);
	cs_wipe(wrapping, sizeof(wrapping));
	return e;
}

static cs_err
find_master(struct cs_import *in, const json_t *slots, struct cs_buf *master)
{
	size_t i;
	size_t tried = 0;
	json_t *slot;

	json_array_foreach(slots, i, slot)
	{
		int64_t type;

		if (!cs_import_number(slot, "type", 0, &type) || type != SLOT_PASSWORD)
			continue;
		/* As many as a person has passwords: each of them costs an scrypt. */
		if (++tried > 8)
			return CS_FAIL(LIMIT);
		cs_err e = open_slot(in, slot, master);
		if (!cs_is(e, CS_E_FORBIDDEN))
			return e;
	}
	if (tried == 0)
		return cs_import_problem(in, "no password opens it: export it from Aegis with one");
	return cs_import_wrong_password(in);
}

static cs_err
read_encrypted(struct cs_import *in, const json_t *header, cs_str sealed_text)
{
	CS_AUTO(cs_buf_clear) struct cs_buf master;
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	CS_AUTO(cs_import_json_free) json_t *db = NULL;
	const json_t *params = json_object_get(header, "params");
	cs_span sealed, nonce, tag;

	cs_buf_init_sensitive(&master, 64);
	cs_buf_init_sensitive(&plain, CS_IMPORT_BYTES_MAX);
	if (!cs_import_base64(in, sealed_text, &sealed) ||
	    !cs_import_hex(in, cs_import_text(params, "nonce"), &nonce) ||
	    !cs_import_hex(in, cs_import_text(params, "tag"), &tag))
		return CS_FAIL(INVALID);
	if (in->password.len == 0)
		return cs_import_needs_password(in, "it is under Aegis's password");
	CS_TRY(find_master(in, json_object_get(header, "slots"), &master));
	if (cs_failed(cs_foreign_gcm_open(
		cs_buf_span(&master), nonce, CS_SPAN_NONE, sealed, tag, &plain)))
		return CS_FAIL(INVALID);
	CS_TRY(cs_import_json(cs_buf_span(&plain), &db));
	return read_db(in, db);
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *file = NULL;
	int64_t version;

	CS_TRY(cs_import_json(in->file, &file));
	if (!cs_import_number(file, "version", 1, &version) || version != 1)
		return cs_import_problem(in, "it is of a version of Aegis that is not known here");
	const json_t *db = json_object_get(file, "db");
	if (json_is_string(db))
		return read_encrypted(
		    in, json_object_get(file, "header"), cs_import_text(file, "db"));
	return read_db(in, db);
}

const struct cs_import_format cs_import_aegis = {
	.name = "aegis",
	.title = "Aegis, plain or with its password",
	.is_mine = is_mine,
	.read = read_file,
};
