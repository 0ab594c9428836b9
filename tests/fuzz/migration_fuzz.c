/*
 * migration_fuzz.c - Google Authenticator's export, as a URI or as the bytes within one; what is
 * accepted must mean the same when written and read again.
 */
#include "proto/migration.h"

#include "base/codec.h"

#include "fuzz.h"

static void
check_item(const struct cs_migration_item *item)
{
	CS_ASSERT(cs_utf8_is_valid(cs_str_span(item->issuer)));
	CS_ASSERT(cs_utf8_is_valid(cs_str_span(item->account)));
	CS_ASSERT(item->hotp.digits == 6 || item->hotp.digits == 8);
	CS_ASSERT(item->counter <= INT64_MAX && item->secret.len <= CS_SECRET_MAX);
	CS_ASSERT(item->refused != NULL || item->secret.len != 0);
}

static bool
is_same(const struct cs_migration_item *a, const struct cs_migration_item *b)
{
	return a->type == b->type && a->hotp.hash == b->hotp.hash &&
	       a->hotp.digits == b->hotp.digits && a->counter == b->counter &&
	       cs_str_equal(a->issuer, b->issuer) && cs_str_equal(a->account, b->account) &&
	       cs_str_equal((cs_str){ (const char *)a->secret.p, a->secret.len },
		   (cs_str){ (const char *)b->secret.p, b->secret.len });
}

static void
check_written(struct cs_arena *a, const struct cs_migration *m)
{
	CS_AUTO(cs_buf_clear) struct cs_buf uri;
	struct cs_migration back;

	cs_buf_init_sensitive(&uri, CS_MIGRATION_URI_MAX);
	cs_migration_encode(m->items, m->count, &m->batch, &uri);
	if (uri.has_failed)
		return;
	CS_ASSERT(!cs_failed(cs_migration_decode(a, cs_buf_str(&uri), &back)));
	CS_ASSERT(back.count == m->count && back.batch.size == m->batch.size);
	CS_ASSERT(back.batch.index == m->batch.index && back.batch.id == m->batch.id);
	for (size_t i = 0; i < m->count; i++) {
		if (m->items[i].refused == NULL)
			CS_ASSERT(is_same(&back.items[i], &m->items[i]));
	}
}

static void
try_uri(cs_str uri)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(64 << 20);
	struct cs_migration m;

	if (cs_failed(cs_migration_decode(a, uri, &m))) {
		CS_ASSERT(m.items == NULL && m.count == 0);
		return;
	}
	for (size_t i = 0; i < m.count; i++)
		check_item(&m.items[i]);
	check_written(a, &m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_buf_clear) struct cs_buf base64;
	CS_AUTO(cs_buf_clear) struct cs_buf uri;

	try_uri((cs_str){ (const char *)data, size });
	cs_buf_init(&base64, 2 * size + 8);
	cs_buf_init(&uri, 6 * size + 64);
	cs_base64_encode(CS_SPAN(data, size), &base64);
	cs_buf_add_c(&uri, "otpauth-migration://offline?data=");
	cs_percent_encode(cs_buf_str(&base64), &uri);
	try_uri(cs_buf_str(&uri));
	return 0;
}
