#include "store/reseal_store.h"

#include "base/log.h"
#include "store/sql.h"

#define BATCH 64
/* A batch of the largest values that keyring.h seals, with their new forms. */
#define ARENA_BYTES (16 * 1024 * 1024)

struct column {
	const char *purpose;
	enum cs_query list;
	enum cs_query swap;
};

static const struct column columns[] = {
#define S(PURPOSE, LIST, SWAP) { PURPOSE, CS_Q_##LIST, CS_Q_##SWAP },
#include "store/reseal.def"
#undef S
};

struct item {
	cs_id account, row, owner;
	cs_span sealed;
};

struct batch {
	const struct column *column;
	const struct cs_keyring *keyring;
	const struct cs_random *rng;
	cs_id after_account, after_row;
	struct item items[BATCH];
	size_t count;
	struct cs_reseal_result result;
};

static cs_err
list_items(struct cs_tx *tx, void *ctx)
{
	struct batch *b = ctx;
	struct cs_stmt *q = cs_sql_begin(tx, b->column->list);

	b->count = 0;
	cs_bind_id(q, b->after_account);
	cs_bind_id(q, b->after_row);
	cs_bind_i64(q, BATCH);
	while (cs_sql_next(q)) {
		b->items[b->count++] = (struct item){
			.account = cs_col_id(q, 0),
			.row = cs_col_id(q, 1),
			.owner = cs_col_id(q, 2),
			.sealed = cs_col_span(q, 3),
		};
	}
	return cs_sql_end(q);
}

static cs_err
seal_anew(const struct batch *b, const struct item *it, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	struct cs_binding bind = {
		.purpose = b->column->purpose,
		.account = it->account,
		.row = it->row,
		.owner = it->owner,
	};

	cs_buf_init_sensitive(&plain, it->sealed.len);
	CS_TRY(cs_unseal(b->keyring, it->sealed, &bind, &plain));
	return cs_seal(b->keyring, b->rng, cs_buf_span(&plain), &bind, out);
}

/* A row that changed since it was listed is sealed with the current key already. */
static cs_err
swap_item(
    struct cs_tx *tx, const struct batch *b, const struct item *it, cs_span fresh, int64_t *rows)
{
	struct cs_stmt *q = cs_sql_begin(tx, b->column->swap);

	cs_bind_span(q, fresh);
	cs_bind_id(q, it->account);
	cs_bind_id(q, it->row);
	cs_bind_span(q, it->sealed);
	return cs_sql_exec(q, rows);
}

static cs_err
reseal_item(struct cs_tx *tx, struct batch *b, const struct item *it)
{
	CS_AUTO(cs_buf_clear) struct cs_buf fresh;
	int64_t rows;

	b->result.seen++;
	cs_buf_init(&fresh, it->sealed.len + CS_SEAL_OVERHEAD);
	if (cs_seal_is_current(b->keyring, it->sealed))
		return CS_OK;
	if (cs_failed(seal_anew(b, it, &fresh))) {
		b->result.failed++;
		CS_LOG(cs_tx_op(tx), RESEAL_FAILED, CS_F_C("purpose", b->column->purpose),
		    CS_F_ID("row", it->row));
		return CS_OK;
	}
	CS_TRY(swap_item(tx, b, it, cs_buf_span(&fresh), &rows));
	b->result.resealed += rows;
	return CS_OK;
}

static cs_err
reseal_items(struct cs_tx *tx, void *ctx)
{
	struct batch *b = ctx;

	b->result = (struct cs_reseal_result){ 0 };
	for (size_t i = 0; i < b->count; i++)
		CS_TRY(reseal_item(tx, b, &b->items[i]));
	return CS_OK;
}

static cs_err
reseal_column(
    struct cs_store *s, const struct cs_op *op, struct batch *b, struct cs_reseal_result *sum)
{
	do {
		cs_arena_reset(op->arena);
		CS_TRY(cs_store_read(s, op, list_items, b));
		if (b->count == 0)
			return CS_OK;
		CS_TRY(cs_store_write(s, op, reseal_items, b));
		b->after_account = b->items[b->count - 1].account;
		b->after_row = b->items[b->count - 1].row;
		sum->seen += b->result.seen;
		sum->resealed += b->result.resealed;
		sum->failed += b->result.failed;
	} while (b->count == BATCH);
	return CS_OK;
}

cs_err
cs_reseal_all(struct cs_store *s, const struct cs_op *op, const struct cs_keyring *keyring,
    const struct cs_random *rng, struct cs_reseal_result *out)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(ARENA_BYTES);
	struct cs_op own = *op;

	*out = (struct cs_reseal_result){ 0 };
	own.arena = arena;
	for (size_t i = 0; i < CS_COUNT(columns); i++) {
		struct batch b = { .column = &columns[i], .keyring = keyring, .rng = rng };
		CS_TRY(reseal_column(s, &own, &b, out));
	}
	return CS_OK;
}
