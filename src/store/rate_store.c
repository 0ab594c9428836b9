/*
 * rate_store.c - the log of a key is text: each debit's moment as 16 hex digits, oldest first, so
 * that one portable statement can compare, cut and append.
 */
#include "store/rate_store.h"

#include "store/sql.h"

#define ENTRY 16

static void
encode_moment(int64_t ms, char out[static ENTRY])
{
	static const char digits[] = "0123456789abcdef";
	uint64_t v = ms < 0 ? 0 : (uint64_t)ms;

	for (int i = ENTRY - 1; i >= 0; i--, v >>= 4)
		out[i] = digits[v & 0xf];
}

/* Only what encode_moment wrote is ever read; anything else counts as long ago. */
static int64_t
decode_moment(const char *p)
{
	uint64_t v = 0;

	for (int i = 0; i < ENTRY; i++) {
		unsigned c = (unsigned char)p[i];
		v = v << 4 | (c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return (int64_t)v;
}

/* How many debits lie in the window, and when the one that a further debit waits for leaves it. */
static void
judge(cs_str log, int64_t window_ms, int64_t limit, cs_time now, struct cs_rate *out)
{
	int64_t count = (int64_t)(log.len / ENTRY);
	int64_t blocking = count - limit; /* the limit-th newest */

	out->used = 0;
	for (int64_t i = 0; i < count; i++)
		out->used += decode_moment(log.p + i * ENTRY) > now.ms - window_ms ? 1 : 0;
	out->retry_after_ms = 0;
	if (limit <= 0)
		out->retry_after_ms = window_ms;
	else if (blocking >= 0)
		out->retry_after_ms = decode_moment(log.p + blocking * ENTRY) + window_ms - now.ms;
	if (out->retry_after_ms < 0)
		out->retry_after_ms = 0;
}

cs_err
cs_rate_find(struct cs_tx *tx, const uint8_t key[static CS_RATE_KEY_LEN], int64_t window_ms,
    int64_t limit, cs_time now, struct cs_rate *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RATE_FIND);
	cs_str log = CS_STR_NONE;

	*out = (struct cs_rate){ .is_allowed = false };
	cs_bind_span(q, CS_SPAN(key, CS_RATE_KEY_LEN));
	cs_err e = cs_sql_one(q);
	if (cs_failed(e) && !cs_is(e, CS_E_NOT_FOUND))
		return e;
	if (!cs_failed(e)) {
		log = cs_col_str(q, 0);
		CS_TRY(cs_sql_end(q));
	}
	judge(log, window_ms, limit, now, out);
	out->is_allowed = out->retry_after_ms == 0 && limit > 0;
	return CS_OK;
}

cs_err
cs_rate_debit(struct cs_tx *tx, const uint8_t key[static CS_RATE_KEY_LEN], int64_t window_ms,
    int64_t limit, cs_time now, struct cs_rate *out)
{
	char entry[ENTRY], edge[ENTRY];

	*out = (struct cs_rate){ .is_allowed = false };
	CS_ASSERT(limit <= CS_RATE_LIMIT_MAX && window_ms > 0);
	if (limit <= 0)
		return cs_rate_find(tx, key, window_ms, limit, now, out);
	encode_moment(now.ms, entry);
	encode_moment(now.ms - window_ms, edge);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RATE_DEBIT);
	cs_bind_span(q, CS_SPAN(key, CS_RATE_KEY_LEN));
	cs_bind_str(q, (cs_str){ entry, ENTRY });
	cs_bind_time(q, cs_time_add(now, window_ms));
	cs_bind_i64(q, limit * ENTRY);
	cs_bind_str(q, (cs_str){ edge, ENTRY });
	cs_err e = cs_sql_one(q);
	if (cs_is(e, CS_E_NOT_FOUND)) {
		e = cs_rate_find(tx, key, window_ms, limit, now, out);
		out->is_allowed = false;
		return e;
	}
	CS_TRY(e);
	cs_str log = cs_col_str(q, 0);
	CS_TRY(cs_sql_end(q));
	judge(log, window_ms, limit, now, out);
	out->is_allowed = true;
	return CS_OK;
}

static cs_err
run_on_key(struct cs_tx *tx, enum cs_query name, const uint8_t key[static CS_RATE_KEY_LEN])
{
	struct cs_stmt *q = cs_sql_begin(tx, name);

	cs_bind_span(q, CS_SPAN(key, CS_RATE_KEY_LEN));
	return cs_sql_run(q);
}

cs_err
cs_rate_refund(struct cs_tx *tx, const uint8_t key[static CS_RATE_KEY_LEN])
{
	return run_on_key(tx, CS_Q_RATE_REFUND, key);
}

cs_err
cs_rate_clear(struct cs_tx *tx, const uint8_t key[static CS_RATE_KEY_LEN])
{
	return run_on_key(tx, CS_Q_RATE_CLEAR, key);
}

cs_err
cs_rate_sweep(struct cs_tx *tx, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RATE_SWEEP);

	cs_bind_time(q, now);
	return cs_sql_run(q);
}
