/*
 * age.c - age files whole: header, file key, payload.
 */
#include "crypto/age_parts.h"

#include "crypto/equal.h"

#define ARENA_MAX (8 << 20) /* a header of the longest kind, taken apart */
#define RECIPIENTS_MAX 64

/* The file without its armour, if it has one. */
static cs_err
take_off_armor(cs_span *file, struct cs_buf *room)
{
	cs_buf_init(room, file->len);
	if (!cs_age_is_armored(*file))
		return CS_OK;
	CS_TRY(cs_age_armor_decode(*file, room));
	return cs_buf_finish(room, file);
}

static cs_err
open_header(const struct cs_age_header *h, const struct cs_age_opener *opener,
    uint8_t out_file_key[static CS_AGE_FILE_KEY_LEN])
{
	uint8_t mac[CS_AGE_MAC_LEN];
	bool is_found = false;

	CS_TRY(opener->unwrap(opener->ctx, h->stanzas, h->count, out_file_key, &is_found));
	if (!is_found)
		return CS_FAIL(NOT_FOUND);
	cs_age_header_mac(out_file_key, h->signed_part, mac);
	return cs_equal(mac, h->mac, sizeof(mac)) ? CS_OK : CS_FAIL(INVALID);
}

cs_err
cs_age_decrypt(cs_span file, const struct cs_age_opener *opener, struct cs_buf *out)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	CS_AUTO(cs_buf_clear) struct cs_buf room = { .max = 0 };
	uint8_t file_key[CS_AGE_FILE_KEY_LEN] = { 0 };
	struct cs_age_header h;

	CS_ASSERT(out->is_sensitive);
	cs_age_start();
	CS_TRY(take_off_armor(&file, &room));
	CS_TRY(cs_age_header_decode(a, file, &h));
	cs_err err = open_header(&h, opener, file_key);
	if (!cs_failed(err))
		err = cs_age_payload_open(file_key, h.payload, out);
	cs_wipe(file_key, sizeof(file_key));
	return err;
}

cs_err
cs_age_is_passphrase(cs_span file, bool *out)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	CS_AUTO(cs_buf_clear) struct cs_buf room = { .max = 0 };
	struct cs_age_header h;

	*out = false;
	CS_TRY(take_off_armor(&file, &room));
	CS_TRY(cs_age_header_decode(a, file, &h));
	*out = cs_str_equal(h.stanzas[0].type, CS_STR("scrypt"));
	return CS_OK;
}

/* Behind a header that holds its stanzas. */
static cs_err
finish(const struct cs_random *rng, const uint8_t file_key[static CS_AGE_FILE_KEY_LEN],
    struct cs_buf *header, cs_span plain, struct cs_buf *out)
{
	cs_span bytes;

	cs_age_header_end(file_key, header);
	CS_TRY(cs_buf_finish(header, &bytes));
	cs_buf_add(out, bytes);
	cs_age_payload_seal(rng, file_key, plain, out);
	return cs_buf_finish(out, NULL);
}

static cs_err
encode_recipients(const struct cs_random *rng, const cs_age_recipient *recipients, size_t count,
    const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], struct cs_buf *header)
{
	for (size_t i = 0; i < count; i++)
		CS_TRY(cs_age_x25519_encode(rng, &recipients[i], file_key, header));
	return CS_OK;
}

cs_err
cs_age_encrypt(const struct cs_random *rng, const cs_age_recipient *recipients, size_t count,
    cs_span plain, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf header = { .max = CS_AGE_HEADER_MAX };
	uint8_t file_key[CS_AGE_FILE_KEY_LEN];

	if (count == 0 || count > RECIPIENTS_MAX)
		return CS_FAIL(LIMIT);
	cs_age_start();
	cs_random_fill(rng, file_key, sizeof(file_key));
	cs_age_header_begin(&header);
	cs_err err = encode_recipients(rng, recipients, count, file_key, &header);
	if (!cs_failed(err))
		err = finish(rng, file_key, &header, plain, out);
	cs_wipe(file_key, sizeof(file_key));
	return err;
}

cs_err
cs_age_encrypt_passphrase(const struct cs_random *rng, cs_str passphrase, int work_factor,
    cs_span plain, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf header = { .max = CS_AGE_HEADER_MAX };
	uint8_t file_key[CS_AGE_FILE_KEY_LEN];

	if (work_factor < 1 || work_factor > 22)
		return CS_FAIL(LIMIT);
	cs_age_start();
	cs_random_fill(rng, file_key, sizeof(file_key));
	cs_age_header_begin(&header);
	cs_err err = cs_age_scrypt_encode(rng, passphrase, work_factor, file_key, &header);
	if (!cs_failed(err))
		err = finish(rng, file_key, &header, plain, out);
	cs_wipe(file_key, sizeof(file_key));
	return err;
}
