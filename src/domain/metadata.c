/*
 * metadata.c - the FIDO metadata: taken whole or not at all, for all accounts.
 */
#include "base/codec.h"
#include "domain/audit.h"
#include "domain/models.h"
#include "store/mds_store.h"

#include <stdlib.h>

/* A BLOB, its JSON without icons, and the rows of it: several times today's 6 MiB. */
#define ARENA_BYTES ((size_t)256 << 20)
#define ENTRY_BODY_MAX (CS_MDS_ROOTS_MAX * CS_CERTIFICATE_MAX * 2)
#define KNOWN_MAX CS_MDS_ENTRIES_MAX

/* --- what there is --- */

struct finding {
	struct cs_mds_head head;
	int64_t models;
	bool is_there;
};

static cs_err
find(struct cs_tx *tx, void *ctx)
{
	struct finding *f = ctx;
	cs_err e = cs_mds_head_find(tx, &f->head);

	f->is_there = !cs_failed(e);
	if (!f->is_there)
		return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
	return cs_mds_entry_count(tx, &f->models);
}

cs_err
cs_metadata_find(struct cs_domain *d, const struct cs_op *op, struct cs_metadata *out)
{
	struct finding f = { 0 };

	*out = (struct cs_metadata){ 0 };
	CS_TRY(cs_store_read(d->store, op, find, &f));
	*out = (struct cs_metadata){
		.is_there = f.is_there,
		.no = f.head.no,
		.next_update = f.head.next_update,
		.imported = f.head.imported,
		.models = f.models,
	};
	return CS_OK;
}

/* --- taking a new one --- */

static cs_str
status_text(struct cs_arena *a, const struct cs_mds_entry *entry)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 4096);
	for (unsigned left = entry->statuses; left != 0; left &= left - 1) {
		if (b.len != 0)
			cs_buf_add_byte(&b, ' ');
		cs_buf_add_str(&b, cs_mds_status_name(left & -left));
	}
	return cs_arena_str(a, cs_buf_str(&b));
}

static cs_err
body_text(struct cs_arena *a, const struct cs_mds_entry *entry, cs_str *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	void *room;

	*out = CS_STR_NONE;
	cs_buf_init(&b, ENTRY_BODY_MAX);
	for (size_t i = 0; i < entry->root_count; i++) {
		if (i != 0)
			cs_buf_add_byte(&b, ' ');
		cs_base64_encode(entry->roots[i], &b);
	}
	CS_TRY(cs_buf_finish(&b, NULL));
	CS_TRY(cs_arena_try(a, b.len + 1, &room));
	if (b.len != 0)
		memcpy(room, b.p, b.len);
	*out = (cs_str){ room, b.len };
	return CS_OK;
}

static cs_err
add_entry(struct cs_tx *tx, const struct cs_mds_entry *entry)
{
	struct cs_arena *a = cs_tx_op(tx)->arena;
	char hex[CS_AAGUID_HEX_LEN];
	struct cs_mds_row row = {
		.description = entry->description,
		.status = status_text(a, entry),
	};

	CS_TRY(body_text(a, entry, &row.body));
	if (entry->has_aaguid && !cs_aaguid_is_zero(entry->aaguid)) {
		cs_aaguid_hex(entry->aaguid, hex);
		row.key = (cs_str){ hex, sizeof(hex) };
		CS_TRY(cs_mds_entry_add(tx, &row));
	}
	for (size_t i = 0; i < entry->key_id_count; i++) {
		row.key = entry->key_ids[i];
		CS_TRY(cs_mds_entry_add(tx, &row));
	}
	return CS_OK;
}

struct taking {
	struct cs_domain *d;
	const struct cs_mds_blob *blob;
	bool is_older;
};

static cs_err
take(struct cs_tx *tx, void *ctx)
{
	struct taking *t = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_mds_head before, head = {
		.no = t->blob->no,
		.next_update = { t->blob->next_update, CS_MDS_DATE_LEN },
		.imported = op->now,
	};

	cs_err e = cs_mds_head_find(tx, &before);
	if (cs_failed(e) && !cs_is(e, CS_E_NOT_FOUND))
		return e;
	t->is_older = !cs_failed(e) && t->blob->no < before.no;
	if (t->is_older)
		return CS_OK;
	CS_TRY(cs_mds_head_set(tx, &head));
	CS_TRY(cs_mds_entry_remove_all(tx));
	for (size_t i = 0; i < t->blob->count; i++)
		CS_TRY(add_entry(tx, &t->blob->entries[i]));
	return cs_audit(tx, t->d, CS_AUDIT_METADATA_IMPORTED, cs_id_zero, cs_id_zero,
	    cs_audit_fact(op->arena, "no", cs_arena_printf(op->arena, "%lld", (long long)head.no)));
}

static bool
is_overdue(const struct cs_mds_blob *blob, cs_time now)
{
	char today[CS_RFC3339_LEN];

	cs_time_rfc3339(now, today);
	for (size_t i = 0; i < CS_MDS_DATE_LEN; i++) {
		if (today[i] != blob->next_update[i])
			return today[i] > blob->next_update[i];
	}
	return false;
}

cs_err
cs_metadata_import(struct cs_domain *d, const struct cs_op *op,
    const struct cs_mds_expected *expected, cs_span blob, struct cs_metadata_outcome *out)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(ARENA_BYTES);
	struct cs_mds_expected wanted = *expected;
	struct cs_op wide = *op;
	struct cs_mds_blob read;
	struct taking t = { .d = d, .blob = &read };

	*out = (struct cs_metadata_outcome){ 0 };
	wide.arena = arena;
	wide.account = cs_id_zero;
	if (wanted.at == NULL)
		wanted.at = &wide.now;
	CS_TRY(cs_mds_decode(arena, &wanted, blob, &read, &out->refusal));
	if (out->refusal != CS_MDS_REFUSAL_NONE)
		return CS_OK;
	out->no = read.no;
	out->next_update = cs_arena_str(op->arena, (cs_str){ read.next_update, CS_MDS_DATE_LEN });
	out->is_overdue = is_overdue(&read, op->now);
	out->models = read.count;
	out->ignored = read.ignored;
	CS_TRY(cs_store_write(d->store, &wide, take, &t));
	out->is_older = t.is_older;
	return out->is_older ? CS_OK : cs_models_rejudge(d, op, cs_id_zero, &out->rejudged);
}

/* --- models by name --- */

struct knowing {
	struct cs_known_model *list;
	size_t count;
};

static size_t
find_known(const struct knowing *k, const uint8_t aaguid[static CS_AAGUID_LEN])
{
	for (size_t i = 0; i < k->count; i++) {
		if (cs_str_equal((cs_str){ (const char *)k->list[i].aaguid, CS_AAGUID_LEN },
			(cs_str){ (const char *)aaguid, CS_AAGUID_LEN }))
			return i;
	}
	return k->count;
}

/* Entries of U2F keys have no AAGUID, and so nothing that a list could hold. */
static void
know_row(struct knowing *k, size_t room, const struct cs_mds_row *row)
{
	uint8_t aaguid[CS_AAGUID_LEN];

	if (row->key.len != CS_AAGUID_HEX_LEN || cs_failed(cs_aaguid_decode(row->key, aaguid)))
		return;
	size_t at = find_known(k, aaguid);
	if (at == room)
		return;
	struct cs_known_model *model = &k->list[at];
	if (at == k->count) {
		memcpy(model->aaguid, aaguid, CS_AAGUID_LEN);
		k->count++;
	}
	if (row->description.len != 0)
		model->name = row->description;
	model->is_in_metadata = true;
	model->statuses = cs_models_statuses(row->status);
}

static size_t
know_table(struct knowing *k)
{
	size_t count;
	const struct cs_known_authenticator *table = cs_aaguid_table(&count);

	for (size_t i = 0; i < count; i++) {
		k->list[i] =
		    (struct cs_known_model){ .name = table[i].name, .kind = table[i].kind };
		memcpy(k->list[i].aaguid, table[i].aaguid, CS_AAGUID_LEN);
	}
	return count;
}

static cs_err
know(struct cs_tx *tx, void *ctx)
{
	struct knowing *k = ctx;
	int64_t rows;
	size_t own, count = CS_MDS_PAGE;
	struct cs_mds_row *page;
	cs_str after = CS_STR("");

	CS_TRY(cs_mds_entry_count(tx, &rows));
	if (rows > KNOWN_MAX)
		return CS_FAIL(LIMIT);
	(void)cs_aaguid_table(&own);
	size_t room = own + (size_t)rows;
	k->list = CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_known_model, room + 1);
	k->count = know_table(k);
	while (count == CS_MDS_PAGE) {
		CS_TRY(cs_mds_entry_list(tx, after, &page, &count));
		for (size_t i = 0; i < count; i++)
			know_row(k, room, &page[i]);
		if (count != 0)
			after = page[count - 1].key;
	}
	return CS_OK;
}

static int
by_name(const void *a, const void *b)
{
	const struct cs_known_model *x = a, *y = b;
	size_t len = x->name.len < y->name.len ? x->name.len : y->name.len;

	for (size_t i = 0; i < len; i++) {
		uint8_t p = (uint8_t)x->name.p[i] | 0x20, q = (uint8_t)y->name.p[i] | 0x20;
		if (p != q)
			return p < q ? -1 : 1;
	}
	return (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

cs_err
cs_models_known(
    struct cs_domain *d, const struct cs_op *op, struct cs_known_model **out, size_t *count)
{
	struct knowing k = { 0 };

	*out = NULL;
	*count = 0;
	CS_TRY(cs_store_read(d->store, op, know, &k));
	qsort(k.list, k.count, sizeof(*k.list), by_name);
	*out = k.list;
	*count = k.count;
	return CS_OK;
}
