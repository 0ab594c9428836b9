/*
 * Aegis's vault, version 1 around a database of version 3 (its docs/vault.md). With a password: a
 * random master key seals the database, and scrypt's key seals the master key.
 */
#include <jansson.h>

#include "base/codec.h"
#include "crypto/foreign.h"
#include "crypto/secret.h"
#include "proto/totp.h"
#include "vault/export/parts.h"

#define KEY_LEN 32
#define SALT_LEN 32
#define NONCE_LEN 12
#define TAG_LEN 16
#define SCRYPT_N 32768
#define SCRYPT_R 8
#define SCRYPT_P 1
#define SLOT_PASSWORD 1

/* A group for each tag: its name, and the id that entries name it by. */
struct groups {
	struct cs_export *x;
	json_t *list;
	json_t *ids; /* by name */
};

static void
release(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

static json_t *
text(cs_str s)
{
	return json_stringn(s.p != NULL ? s.p : "", s.len);
}

static json_t *
hex(cs_span bytes)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init_sensitive(&b, 1024);
	cs_hex_encode(bytes, &b);
	return text(cs_buf_str(&b));
}

static json_t *
base32(cs_span bytes)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init_sensitive(&b, 1024);
	cs_base32_encode(bytes, &b);
	return text(cs_buf_str(&b));
}

static json_t *
new_id(struct cs_export *x)
{
	char uuid[CS_ID_UUID_LEN];

	cs_id_uuid(cs_id_new(x->rng), uuid);
	return json_stringn(uuid, sizeof(uuid));
}

static json_t *
group_id(struct groups *g, cs_str name)
{
	char *key = cs_arena_c(g->x->arena, name);
	json_t *id = json_object_get(g->ids, key);

	if (id != NULL)
		return json_incref(id);
	id = new_id(g->x);
	json_object_set(g->ids, key, id);
	json_array_append_new(g->list, json_pack("{s:O, s:o}", "uuid", id, "name", text(name)));
	return id;
}

/* The importer makes a tag of that name out of it, and Aegis a star. */
static bool
is_favourite(cs_str tag)
{
	return cs_str_equal(tag, CS_STR("favourite"));
}

static json_t *
info_of(const struct cs_entry *e)
{
	json_t *info = json_pack("{s:o, s:o, s:i}", "secret", base32(e->secret), "algo",
	    text(cs_otp_hash_name(e->hotp.hash)), "digits", e->hotp.digits);

	if (e->kind == CS_ENTRY_HOTP)
		json_object_set_new(info, "counter", json_integer((json_int_t)e->counter));
	else
		json_object_set_new(info, "period", json_integer((json_int_t)e->period_s));
	return info;
}

static json_t *
entry_of(struct groups *g, const struct cs_entry *e)
{
	json_t *ids = json_array();
	bool favourite = false;

	for (size_t i = 0; i < e->tag_count; i++) {
		if (is_favourite(e->tags[i]))
			favourite = true;
		else
			json_array_append_new(ids, group_id(g, e->tags[i]));
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:n, s:o, s:o}", "type",
	    text(cs_entry_kind_name(e->kind)), "uuid",
	    cs_id_is_zero(e->id) ? new_id(g->x) : text(cs_id_uuid_text(g->x->arena, e->id)), "name",
	    text(e->account), "issuer", text(e->issuer), "note", text(e->note), "favorite",
	    (int)favourite, "icon", "info", info_of(e), "groups", ids);
}

static json_t *
database_of(struct cs_export *x)
{
	static const struct cs_export_room room = { .note = true, .tags = true };
	CS_AUTO(release) json_t *ids = json_object();
	struct groups g = { .x = x, .list = json_array(), .ids = ids };
	json_t *entries = json_array();

	for (size_t i = 0; i < x->count; i++) {
		if (!cs_export_has_code(x, i, true))
			continue;
		json_array_append_new(entries, entry_of(&g, &x->entries[i]));
		cs_export_lose_rest(x, i, &room, NULL);
	}
	return json_pack("{s:i, s:o, s:o}", "version", 3, "entries", entries, "groups", g.list);
}

static int
add_piece(const char *piece, size_t len, void *ctx)
{
	cs_buf_add(ctx, CS_SPAN(piece, len));
	return 0;
}

static cs_err
dump(const json_t *j, size_t flags, struct cs_buf *out)
{
	if (j == NULL || json_dump_callback(j, add_piece, out, flags) != 0)
		return CS_FAIL(LIMIT);
	return cs_buf_finish(out, NULL);
}

/* nonce and tag of what was sealed with key. */
static cs_err
seal(struct cs_export *x, cs_span key, cs_span plain, struct cs_buf *out, json_t **out_params)
{
	uint8_t nonce[NONCE_LEN], tag[TAG_LEN];

	*out_params = NULL;
	cs_random_fill(x->rng, nonce, sizeof(nonce));
	CS_TRY(cs_foreign_gcm_seal(key, CS_SPAN(nonce, NONCE_LEN), plain, out, tag));
	*out_params = json_pack("{s:o, s:o}", "nonce", hex(CS_SPAN(nonce, NONCE_LEN)), "tag",
	    hex(CS_SPAN(tag, TAG_LEN)));
	return CS_OK;
}

static cs_err
slot_of(struct cs_export *x, cs_span master, json_t **out)
{
	uint8_t salt[SALT_LEN], key[KEY_LEN];
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;
	json_t *params = NULL;

	cs_buf_init(&sealed, 2 * KEY_LEN);
	cs_random_fill(x->rng, salt, sizeof(salt));
	CS_TRY(cs_foreign_scrypt(
	    x->password, CS_SPAN(salt, SALT_LEN), SCRYPT_N, SCRYPT_R, SCRYPT_P, KEY_LEN, key));
	cs_err e = seal(x, CS_SPAN(key, KEY_LEN), master, &sealed, &params);
	cs_wipe(key, sizeof(key));
	CS_TRY(e);
	*out = json_pack("{s:i, s:o, s:o, s:o, s:i, s:i, s:i, s:o, s:b, s:b}", "type",
	    SLOT_PASSWORD, "uuid", new_id(x), "key", hex(cs_buf_span(&sealed)), "key_params",
	    params, "n", SCRYPT_N, "r", SCRYPT_R, "p", SCRYPT_P, "salt",
	    hex(CS_SPAN(salt, SALT_LEN)), "repaired", 1, "is_backup", 0);
	return CS_OK;
}

static cs_err
seal_database(
    struct cs_export *x, const json_t *db, cs_span master, json_t **out_params, json_t **out_text)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;
	CS_AUTO(cs_buf_clear) struct cs_buf base64;

	cs_buf_init_sensitive(&plain, CS_EXPORT_BYTES_MAX);
	cs_buf_init(&sealed, CS_EXPORT_BYTES_MAX);
	cs_buf_init(&base64, CS_EXPORT_BYTES_MAX);
	CS_TRY(dump(db, JSON_COMPACT, &plain));
	CS_TRY(seal(x, master, cs_buf_span(&plain), &sealed, out_params));
	cs_base64_encode(cs_buf_span(&sealed), &base64);
	*out_text = text(cs_buf_str(&base64));
	return cs_buf_finish(&base64, NULL);
}

static cs_err
write_encrypted(struct cs_export *x, const json_t *db)
{
	uint8_t master[KEY_LEN];
	CS_AUTO(release) json_t *slot = NULL;
	CS_AUTO(release) json_t *params = NULL;
	CS_AUTO(release) json_t *sealed = NULL;
	CS_AUTO(release) json_t *file = NULL;

	cs_random_fill(x->rng, master, sizeof(master));
	cs_err e = slot_of(x, CS_SPAN(master, KEY_LEN), &slot);
	if (!cs_failed(e))
		e = seal_database(x, db, CS_SPAN(master, KEY_LEN), &params, &sealed);
	cs_wipe(master, sizeof(master));
	CS_TRY(e);
	file = json_pack("{s:i, s:{s:[O], s:O}, s:O}", "version", 1, "header", "slots", slot,
	    "params", params, "db", sealed);
	return dump(file, JSON_INDENT(4), x->out);
}

cs_err
cs_export_aegis_write(struct cs_export *x)
{
	CS_AUTO(release) json_t *db = database_of(x);
	CS_AUTO(release) json_t *file = NULL;

	if (x->password.len != 0)
		return write_encrypted(x, db);
	file = json_pack(
	    "{s:i, s:{s:n, s:n}, s:O}", "version", 1, "header", "slots", "params", "db", db);
	return dump(file, JSON_INDENT(4), x->out);
}
