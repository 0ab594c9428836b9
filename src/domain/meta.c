#include "domain/meta.h"

#include "base/codec.h"
#include "base/reader.h"
#include "crypto/mac.h"

#define META_VERSION 1
#define META_LIFE_MS CS_HOUR_MS
#define META_PLAIN_MAX 4096
#define AUTHORITY_MAX 262 /* 253 of a host name, a colon, five digits; some to spare */
#define SALT_LEN 16

static const char purpose[] = "sign_in.meta";

cs_str
cs_return_path(cs_str wanted)
{
	if (wanted.len == 0 || wanted.len > CS_RETURN_PATH_MAX || wanted.p[0] != '/')
		return CS_STR("/");
	if (wanted.len > 1 && wanted.p[1] == '/')
		return CS_STR("/");
	for (size_t i = 0; i < wanted.len; i++)
		if (wanted.p[i] <= ' ' || wanted.p[i] > '~' || wanted.p[i] == '\\')
			return CS_STR("/");
	return wanted;
}

bool
cs_meta_is_page(cs_str text)
{
	static const char *const pages[] = { "/AddMfaDevice", "/account/devices",
		"/account/backup-codes" };

	for (size_t i = 0; i < CS_COUNT(pages); i++)
		if (cs_str_equal(text, cs_str_c(pages[i])))
			return true;
	return false;
}

cs_str
cs_authority_host(cs_str authority)
{
	size_t from =
	    authority.len > 0 && authority.p[0] == '[' ? cs_str_find(authority, ']', 0) : 0;

	return cs_str_slice(authority, 0, cs_str_find(authority, ':', from));
}

static void
encode(
    const struct cs_domain *d, const struct cs_op *op, const struct cs_meta *m, struct cs_buf *out)
{
	/* Two visits to one address must not share a context. */
	uint8_t salt[SALT_LEN];

	cs_random_fill(d->rng, salt, sizeof(salt));
	cs_buf_add_byte(out, META_VERSION);
	cs_buf_add(out, CS_SPAN(salt, sizeof(salt)));
	cs_buf_add(out, cs_id_span(&m->application));
	cs_buf_add(out, CS_SPAN(m->nonce_hash, CS_NONCE_HASH_LEN));
	cs_buf_add_be64(out, (uint64_t)(op->now.ms + META_LIFE_MS));
	cs_buf_add_be16(out, (uint16_t)m->authority.len);
	cs_buf_add_str(out, m->authority);
	cs_buf_add_be16(out, (uint16_t)m->return_path.len);
	cs_buf_add_str(out, m->return_path);
}

cs_err
cs_meta_seal(
    const struct cs_domain *d, const struct cs_op *op, const struct cs_meta *m, cs_str *out)
{
	const struct cs_binding bind = { .purpose = purpose, .account = op->account };
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf sealed = { 0 };

	*out = CS_STR_NONE;
	cs_buf_init(&plain, META_PLAIN_MAX);
	cs_buf_init(&sealed, META_PLAIN_MAX + CS_SEAL_OVERHEAD);
	if (m->authority.len > AUTHORITY_MAX || m->return_path.len > CS_RETURN_PATH_MAX)
		return CS_FAIL(LIMIT);
	encode(d, op, m, &plain);
	CS_TRY(cs_buf_finish(&plain, NULL));
	CS_TRY(cs_seal(d->keyring, d->rng, cs_buf_span(&plain), &bind, &sealed));
	*out = cs_base64url_text(op->arena, cs_buf_span(&sealed));
	return CS_OK;
}

static cs_err
read_text(struct cs_reader *r, struct cs_arena *a, cs_str *out)
{
	uint16_t len;
	cs_span bytes;

	CS_TRY(cs_read_be16(r, &len));
	CS_TRY(cs_read_span(r, len, &bytes));
	*out = cs_arena_str(a, (cs_str){ (const char *)bytes.p, bytes.len });
	return CS_OK;
}

static cs_err
decode(struct cs_arena *a, cs_span plain, struct cs_meta *out)
{
	struct cs_reader r = cs_reader_of(plain);
	uint8_t version;
	cs_span salt;
	uint64_t expires;

	CS_TRY(cs_read_u8(&r, &version));
	if (version != META_VERSION)
		return CS_FAIL(INVALID);
	CS_TRY(cs_read_span(&r, SALT_LEN, &salt));
	CS_TRY(cs_read_bytes(&r, sizeof(out->application.b), out->application.b));
	CS_TRY(cs_read_bytes(&r, CS_NONCE_HASH_LEN, out->nonce_hash));
	CS_TRY(cs_read_be64(&r, &expires));
	out->expires.ms = (int64_t)expires;
	out->created = cs_time_add(out->expires, -META_LIFE_MS);
	CS_TRY(read_text(&r, a, &out->authority));
	CS_TRY(read_text(&r, a, &out->return_path));
	return cs_read_end(&r);
}

static cs_err
open_text(const struct cs_domain *d, const struct cs_op *op, cs_str text, struct cs_meta *out)
{
	const struct cs_binding bind = { .purpose = purpose, .account = op->account };
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf sealed = { 0 };

	cs_buf_init(&plain, META_PLAIN_MAX);
	cs_buf_init(&sealed, META_PLAIN_MAX + CS_SEAL_OVERHEAD);
	if (text.len > CS_META_TEXT_MAX)
		return CS_FAIL(INVALID);
	CS_TRY(cs_base64url_decode(text, &sealed));
	CS_TRY(cs_unseal_foreign(d->keyring, cs_buf_span(&sealed), &bind, &plain));
	return decode(op->arena, cs_buf_span(&plain), out);
}

cs_err
cs_meta_unseal(const struct cs_domain *d, const struct cs_op *op, cs_str text, struct cs_meta *out,
    struct cs_refusal *why)
{
	*out = (struct cs_meta){ .expires = { 0 } };
	if (cs_failed(open_text(d, op, text, out)) || out->expires.ms <= op->now.ms) {
		*out = (struct cs_meta){ .expires = { 0 } };
		why->kind = CS_REFUSAL_LINK_ENDED;
		return CS_OK;
	}
	out->text = cs_arena_str(op->arena, text);
	cs_sha256(cs_str_span(text), out->context);
	return CS_OK;
}
