/*
 * steam_folder.c - the folder of Steam Desktop Authenticator or steamguard-cli, as the command
 * gathers it: manifest.json and the maFiles that it names.
 *     countersign steam 1
 *     file NAME            then, of that file:
 *     data TEXT
 *     refused WHY          instead, when it could not be read
 * A sealed maFile is Base64 of AES-256-CBC; the manifest has its nonce and salt, and the key is by
 * PBKDF2-SHA1, 50000 times, or by Argon2id: 3 passes, 12 MiB, 12 lanes.
 */
#include "crypto/foreign.h"
#include "crypto/secret.h"
#include "vault/import/steam.h"
#include "vault/text.h"

#define HEAD "countersign steam 1\n"
#define MANIFEST "manifest.json"
#define FILES_MAX 4096 /* each may cost a key derivation */
#define KEY_LEN 32
#define ITERATIONS 50000

struct file {
	cs_str name;
	cs_str data;
	cs_str refused;
};

struct folder {
	struct cs_import *in;
	struct file *files;
	size_t count;
	const json_t *entries; /* of the manifest; NULL without one */
	size_t sealed_count;
	size_t opened_count;
};

static bool
is_mine(cs_span file)
{
	return cs_str_starts((cs_str){ (const char *)file.p, file.len }, CS_STR(HEAD));
}

static cs_err
gather_line(struct folder *f, struct cs_text *t)
{
	cs_str value;

	CS_TRY(cs_text_value(t, &value));
	if (cs_str_equal(t->name, CS_STR("file"))) {
		if (f->count == FILES_MAX)
			return CS_FAIL(LIMIT);
		f->files[f->count++] = (struct file){ .name = value };
		return CS_OK;
	}
	if (f->count == 0)
		return CS_FAIL(INVALID);
	struct file *last = &f->files[f->count - 1];
	if (cs_str_equal(t->name, CS_STR("data")))
		last->data = value;
	else if (cs_str_equal(t->name, CS_STR("refused")))
		last->refused = value;
	else
		return CS_FAIL(INVALID);
	return CS_OK;
}

static cs_err
gather(struct folder *f)
{
	struct cs_text t;
	void *files = NULL;

	CS_TRY(cs_arena_try(f->in->arena, FILES_MAX * sizeof(*f->files), &files));
	f->files = files;
	CS_TRY(cs_text_begin(f->in->arena, f->in->file, &t));
	for (cs_text_next(&t); t.has_line; cs_text_next(&t))
		CS_TRY(gather_line(f, &t));
	return CS_OK;
}

static const struct file *
file_of(const struct folder *f, cs_str name)
{
	for (size_t i = 0; i < f->count; i++)
		if (cs_str_equal(f->files[i].name, name))
			return &f->files[i];
	return NULL;
}

static const json_t *
entry_of(const struct folder *f, cs_str name)
{
	size_t i;
	json_t *entry;

	json_array_foreach(f->entries, i, entry)
	{
		if (cs_str_equal(cs_import_text(entry, "filename"), name))
			return entry;
	}
	return NULL;
}

static cs_err
refuse(struct folder *f, cs_str name, const char *why)
{
	struct cs_entry e = cs_import_entry();

	e.issuer = CS_STR("Steam");
	e.account = name;
	return cs_import_take(f->in, &e, why, NULL);
}

/* The nonce and the salt as either program writes them. */
static bool
learn_seal(struct cs_import *in, const json_t *entry, cs_span *nonce, cs_span *salt)
{
	const json_t *inner = json_object_get(entry, "encryption");
	bool is_inner = json_is_object(inner);
	const json_t *of = is_inner ? inner : entry;
	cs_str nonce_text = cs_import_text(of, is_inner ? "iv" : "encryption_iv");
	cs_str salt_text = cs_import_text(of, is_inner ? "salt" : "encryption_salt");

	return nonce_text.len != 0 && salt_text.len != 0 &&
	       cs_import_base64(in, nonce_text, nonce) && cs_import_base64(in, salt_text, salt);
}

static cs_err
derive(struct cs_import *in, const json_t *entry, cs_span salt, uint8_t key[static KEY_LEN])
{
	cs_str scheme = cs_import_text(json_object_get(entry, "encryption"), "scheme");

	if (cs_str_equal(scheme, CS_STR("Argon2idAes256")))
		return cs_foreign_argon2id(in->password, salt, 3, 12 * 1024, 12, KEY_LEN, key);
	return cs_foreign_pbkdf2(CS_SHA1, in->password, salt, ITERATIONS, KEY_LEN, key);
}

/* There is no MAC: what is no JSON was not opened. FORBIDDEN: another password. */
static cs_err
open_file(struct folder *f, const json_t *entry, cs_str data, json_t **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	uint8_t key[KEY_LEN];
	cs_span nonce, salt, sealed;

	*out = NULL;
	cs_buf_init_sensitive(&plain, CS_IMPORT_BYTES_MAX);
	if (!learn_seal(f->in, entry, &nonce, &salt) || !cs_import_base64(f->in, data, &sealed))
		return CS_FAIL(INVALID);
	CS_TRY(derive(f->in, entry, salt, key));
	cs_err e = cs_foreign_cbc_open(CS_SPAN(key, sizeof(key)), nonce, sealed, &plain);
	cs_wipe(key, sizeof(key));
	CS_TRY(e);
	return cs_failed(cs_import_json(cs_buf_span(&plain), out)) ? CS_FAIL(FORBIDDEN) : CS_OK;
}

static cs_err
take_sealed(struct folder *f, const struct file *file)
{
	CS_AUTO(cs_import_json_free) json_t *account = NULL;
	const json_t *entry = entry_of(f, file->name);

	if (entry == NULL)
		return refuse(f, file->name,
		    f->entries == NULL
			? "it is encrypted, and there is no manifest.json that opens it"
			: "it is encrypted, and the manifest does not name it");
	if (f->in->password.len == 0)
		return cs_import_needs_password(
		    f->in, "its files are under the passkey of the program that wrote them");
	cs_err e = open_file(f, entry, file->data, &account);
	if (cs_is(e, CS_E_INVALID))
		return refuse(f, file->name, "it is damaged, or the manifest is of another file");
	if (cs_failed(e) && !cs_is(e, CS_E_FORBIDDEN))
		return e;
	f->sealed_count++;
	if (cs_failed(e))
		return refuse(f, file->name, "it is under another passkey");
	f->opened_count++;
	return cs_import_steam_account(f->in, account);
}

static cs_err
take_file(struct folder *f, const struct file *file)
{
	CS_AUTO(cs_import_json_free) json_t *account = NULL;

	if (cs_arena_room(f->in->arena) < 4 * file->data.len + 16384)
		return CS_FAIL(LIMIT);
	if (file->refused.len != 0)
		return refuse(f, file->name, cs_arena_c(f->in->arena, file->refused));
	if (!cs_import_begins(cs_str_span(file->data), '{'))
		return take_sealed(f, file);
	if (cs_failed(cs_import_json(cs_str_span(file->data), &account)))
		return refuse(f, file->name, "it is damaged, or cut short");
	return cs_import_steam_account(f->in, account);
}

static cs_err
name_missing(struct folder *f)
{
	size_t i;
	json_t *entry;

	json_array_foreach(f->entries, i, entry)
	{
		cs_str name = cs_import_text(entry, "filename");

		if (name.len != 0 && file_of(f, name) == NULL)
			CS_TRY(refuse(f, name, "the manifest names it, and it is not there"));
	}
	return CS_OK;
}

static cs_err
take_files(struct folder *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (!cs_str_equal(f->files[i].name, CS_STR(MANIFEST)))
			CS_TRY(take_file(f, &f->files[i]));
	CS_TRY(name_missing(f));
	return f->sealed_count > 0 && f->opened_count == 0 ? cs_import_wrong_password(f->in)
							   : CS_OK;
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *manifest = NULL;
	struct folder f = { .in = in };

	CS_TRY(gather(&f));
	const struct file *file = file_of(&f, CS_STR(MANIFEST));
	if (file != NULL && cs_failed(cs_import_json(cs_str_span(file->data), &manifest)))
		return cs_import_problem(in, "its manifest.json is damaged, or cut short");
	f.entries = json_object_get(manifest, "entries");
	return take_files(&f);
}

const struct cs_import_format cs_import_steam_folder = {
	.name = "steam-folder",
	.title = "Steam, a folder of maFiles and their manifest.json",
	.is_mine = is_mine,
	.read = read_file,
};
