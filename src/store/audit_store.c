#include "store/audit_store.h"

#include "base/buf.h"
#include "crypto/equal.h"
#include "store/lease_store.h"
#include "store/store_parts.h"

#define SALT_LEN 16
#define LIST_MAX 1000
/* Every part of an event is bounded before it comes here. */
#define PART_MAX_BYTES (256 * 1024)

/* --- digests: docs/protocol/audit.md --- */

static void
add_part(struct cs_buf *b, cs_span part)
{
	cs_buf_add_be32(b, (uint32_t)part.len);
	cs_buf_add(b, part);
}

static void
begin_digest(struct cs_buf *b, const char *label)
{
	cs_buf_init(b, PART_MAX_BYTES);
	add_part(b, cs_str_span(cs_str_c(label)));
}

static cs_err
finish_digest(struct cs_buf *b, uint8_t out[static CS_SHA256_LEN])
{
	cs_span bytes;

	memset(out, 0, CS_SHA256_LEN);
	cs_err e = cs_buf_finish(b, &bytes);
	if (!cs_failed(e))
		cs_sha256(bytes, out);
	cs_buf_clear(b);
	return e;
}

static cs_err
digest_personal(const struct cs_audit_event *ev, const uint8_t salt[static SALT_LEN],
    uint8_t out[static CS_SHA256_LEN])
{
	struct cs_buf b;

	begin_digest(&b, "countersign audit personal v1");
	add_part(&b, CS_SPAN(salt, SALT_LEN));
	add_part(&b, cs_id_span(&ev->actor));
	add_part(&b, cs_id_span(&ev->subject));
	add_part(&b, cs_str_span(ev->address));
	add_part(&b, cs_str_span(ev->user_agent));
	add_part(&b, cs_str_span(ev->details));
	return finish_digest(&b, out);
}

/* What the chain is made of: the number, the link before, and what is never forgotten. */
static cs_err
digest_link(const struct cs_audit_event *ev, int64_t seq,
    const uint8_t before[static CS_SHA256_LEN], const uint8_t personal[static CS_SHA256_LEN],
    uint8_t out[static CS_SHA256_LEN])
{
	struct cs_buf b;

	begin_digest(&b, "countersign audit link v1");
	add_part(&b, cs_id_span(&ev->account));
	cs_buf_add_be64(&b, (uint64_t)seq);
	add_part(&b, CS_SPAN(before, CS_SHA256_LEN));
	add_part(&b, cs_id_span(&ev->id));
	cs_buf_add_be64(&b, (uint64_t)ev->at.ms);
	add_part(&b, cs_str_span(ev->kind));
	add_part(&b, CS_SPAN(personal, CS_SHA256_LEN));
	return finish_digest(&b, out);
}

/* --- appending --- */

cs_err
cs_audit_append(struct cs_tx *tx, const struct cs_random *rng, const struct cs_audit_event *event)
{
	uint8_t salt[SALT_LEN], personal[CS_SHA256_LEN];

	cs_random_fill(rng, salt, sizeof(salt));
	CS_TRY(digest_personal(event, salt, personal));
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_ADD);
	cs_bind_id(q, event->account);
	cs_bind_id(q, cs_id_new(rng));
	cs_bind_time(q, event->at);
	cs_bind_i64(q, tx->audit_count++);
	cs_bind_str(q, event->kind);
	cs_bind_id(q, event->actor);
	cs_bind_id(q, event->subject);
	cs_bind_str(q, event->address);
	cs_bind_str(q, event->user_agent);
	cs_bind_str(q, event->details);
	cs_bind_span(q, CS_SPAN(salt, sizeof(salt)));
	cs_bind_span(q, CS_SPAN(personal, sizeof(personal)));
	return cs_sql_swap(q);
}

/* --- reading --- */

struct row {
	struct cs_audit_event event;
	uint8_t salt[SALT_LEN];
	uint8_t personal[CS_SHA256_LEN];
	uint8_t link[CS_SHA256_LEN];
};

static void
read_row(struct cs_stmt *q, cs_id account, struct row *out)
{
	struct cs_audit_event *ev = &out->event;

	*out = (struct row){ .event.account = account };
	ev->id = cs_col_id(q, 0);
	ev->at = cs_col_time(q, 1);
	ev->kind = cs_col_str(q, 2);
	ev->is_forgotten = cs_col_is_null(q, 8);
	if (!ev->is_forgotten) {
		ev->actor = cs_col_id(q, 3);
		ev->subject = cs_col_id(q, 4);
		ev->address = cs_col_str(q, 5);
		ev->user_agent = cs_col_str(q, 6);
		ev->details = cs_col_str(q, 7);
		cs_col_bytes(q, 8, out->salt, sizeof(out->salt));
	}
	cs_col_bytes(q, 9, out->personal, sizeof(out->personal));
	ev->seq = cs_col_i64(q, 10);
	if (ev->seq != 0)
		cs_col_bytes(q, 11, out->link, sizeof(out->link));
}

cs_err
cs_audit_list(struct cs_tx *tx, cs_id account, cs_time before, cs_id before_id, unsigned limit,
    const struct cs_audit_event **out, size_t *out_count)
{
	CS_ASSERT(limit >= 1 && limit <= LIST_MAX);
	struct cs_audit_event *list = CS_NEW_ARRAY(tx->op->arena, struct cs_audit_event, limit);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_LIST);
	struct row row;

	*out = list;
	*out_count = 0;
	cs_bind_id(q, account);
	cs_bind_time(q, before);
	cs_bind_id(q, before_id);
	cs_bind_i64(q, limit);
	while (cs_sql_next(q)) {
		read_row(q, account, &row);
		list[(*out_count)++] = row.event;
	}
	return cs_sql_end(q);
}

/* --- heads --- */

cs_err
cs_audit_head_find(struct cs_tx *tx, cs_id account, struct cs_audit_head *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_HEAD_FIND);

	*out = (struct cs_audit_head){ .account = account };
	cs_bind_id(q, account);
	cs_err e = cs_sql_one(q);
	/* No event yet: number 0, a link of zeros. */
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	out->seq = cs_col_i64(q, 0);
	cs_col_bytes(q, 1, out->link, sizeof(out->link));
	return cs_sql_end(q);
}

static cs_err
advance_head(struct cs_tx *tx, const struct cs_audit_head *to, int64_t from_seq)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_HEAD_ADVANCE);

	cs_bind_id(q, to->account);
	cs_bind_i64(q, to->seq);
	cs_bind_span(q, CS_SPAN(to->link, sizeof(to->link)));
	cs_bind_i64(q, from_seq);
	return cs_sql_swap(q);
}

cs_err
cs_audit_head_list(struct cs_tx *tx, cs_id after, unsigned limit, const struct cs_audit_head **out,
    size_t *out_count)
{
	CS_ASSERT(limit >= 1 && limit <= LIST_MAX);
	struct cs_audit_head *list = CS_NEW_ARRAY(tx->op->arena, struct cs_audit_head, limit);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_HEAD_LIST);

	*out = list;
	*out_count = 0;
	cs_bind_id(q, after);
	cs_bind_i64(q, limit);
	while (cs_sql_next(q)) {
		struct cs_audit_head *h = &list[(*out_count)++];
		h->account = cs_col_id(q, 0);
		h->seq = cs_col_i64(q, 1);
		cs_col_bytes(q, 2, h->link, sizeof(h->link));
	}
	return cs_sql_end(q);
}

cs_err
cs_audit_link_find(struct cs_tx *tx, cs_id account, int64_t seq, uint8_t out[static CS_SHA256_LEN])
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_LINK_FIND);

	memset(out, 0, CS_SHA256_LEN);
	cs_bind_id(q, account);
	cs_bind_i64(q, seq);
	CS_TRY(cs_sql_one(q));
	cs_col_bytes(q, 0, out, CS_SHA256_LEN);
	return cs_sql_end(q);
}

/* --- sealing --- */

struct unsealed {
	struct cs_audit_event event; /* account, id, at, kind */
	uint8_t personal[CS_SHA256_LEN];
};

static cs_err
list_unsealed(struct cs_tx *tx, struct unsealed *list, size_t *count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_UNSEALED);

	*count = 0;
	cs_bind_i64(q, CS_AUDIT_SEAL_MAX);
	while (cs_sql_next(q)) {
		struct unsealed *u = &list[(*count)++];
		u->event.account = cs_col_id(q, 0);
		u->event.id = cs_col_id(q, 1);
		u->event.at = cs_col_time(q, 2);
		u->event.kind = cs_col_str(q, 3);
		cs_col_bytes(q, 4, u->personal, sizeof(u->personal));
	}
	return cs_sql_end(q);
}

static cs_err
seal_one(struct cs_tx *tx, const struct unsealed *u, struct cs_audit_head *head)
{
	uint8_t link[CS_SHA256_LEN];

	CS_TRY(digest_link(&u->event, head->seq + 1, head->link, u->personal, link));
	head->seq++;
	memcpy(head->link, link, sizeof(link));
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_SEAL);
	cs_bind_i64(q, head->seq);
	cs_bind_span(q, CS_SPAN(link, sizeof(link)));
	cs_bind_id(q, u->event.account);
	cs_bind_id(q, u->event.id);
	return cs_sql_swap(q);
}

/* The events of one account, which stand together; *n: how many they are. */
static cs_err
seal_account(struct cs_tx *tx, const struct unsealed *list, size_t count,
    struct cs_audit_head *head, size_t *n)
{
	*n = 0;
	CS_TRY(cs_audit_head_find(tx, list[0].event.account, head));
	int64_t from_seq = head->seq;
	while (*n < count && cs_id_equal(list[*n].event.account, head->account))
		CS_TRY(seal_one(tx, &list[(*n)++], head));
	return advance_head(tx, head, from_seq);
}

cs_err
cs_audit_seal(struct cs_tx *tx, cs_id holder, cs_time now, cs_time until, size_t *out_sealed,
    const struct cs_audit_head **heads, size_t *head_count)
{
	struct cs_arena *arena = tx->op->arena;
	size_t count, n;

	*out_sealed = 0;
	*heads = NULL;
	*head_count = 0;
	CS_TRY(cs_lease_take(tx, CS_STR("audit.sealer"), holder, now, until));
	struct unsealed *list = CS_NEW_ARRAY(arena, struct unsealed, CS_AUDIT_SEAL_MAX);
	CS_TRY(list_unsealed(tx, list, &count));
	if (count == 0)
		return CS_OK;
	struct cs_audit_head *out = CS_NEW_ARRAY(arena, struct cs_audit_head, count);
	for (size_t at = 0; at < count; at += n)
		CS_TRY(seal_account(tx, list + at, count - at, &out[(*head_count)++], &n));
	*heads = out;
	*out_sealed = count;
	return CS_OK;
}

/* --- verifying --- */

static cs_err
fits(const struct row *row, const struct cs_audit_walk *walk, bool *out)
{
	uint8_t personal[CS_SHA256_LEN], link[CS_SHA256_LEN];

	*out = false;
	CS_TRY(digest_link(&row->event, walk->seq + 1, walk->link, row->personal, link));
	bool is_chained =
	    row->event.seq == walk->seq + 1 && cs_equal(link, row->link, sizeof(link));
	if (!is_chained || row->event.is_forgotten) {
		*out = is_chained;
		return CS_OK;
	}
	CS_TRY(digest_personal(&row->event, row->salt, personal));
	*out = cs_equal(personal, row->personal, sizeof(personal));
	return CS_OK;
}

/* The head is the promise that nothing was cut off behind the last event. */
static cs_err
check_head(struct cs_tx *tx, struct cs_audit_walk *walk)
{
	struct cs_audit_head head;

	CS_TRY(cs_audit_head_find(tx, walk->account, &head));
	walk->is_over = true;
	walk->is_broken =
	    head.seq != walk->seq || !cs_equal(head.link, walk->link, sizeof(head.link));
	return CS_OK;
}

cs_err
cs_audit_walk(struct cs_tx *tx, struct cs_audit_walk *walk, unsigned limit)
{
	CS_ASSERT(limit >= 1 && limit <= LIST_MAX && !walk->is_over);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_CHAIN);
	struct row row;
	bool is_fit;
	unsigned seen = 0;

	cs_bind_id(q, walk->account);
	cs_bind_i64(q, walk->seq);
	cs_bind_i64(q, limit);
	while (cs_sql_next(q)) {
		seen++;
		read_row(q, walk->account, &row);
		CS_TRY(fits(&row, walk, &is_fit));
		if (!is_fit) {
			walk->is_over = walk->is_broken = true;
			return cs_sql_end(q);
		}
		walk->seq = row.event.seq;
		memcpy(walk->link, row.link, sizeof(walk->link));
	}
	CS_TRY(cs_sql_end(q));
	return seen < limit ? check_head(tx, walk) : CS_OK;
}

/* The link at seq; false when there is none. */
static cs_err
find_link(struct cs_tx *tx, cs_id account, int64_t seq, uint8_t out[static CS_SHA256_LEN],
    bool *out_is_there)
{
	cs_err e = cs_audit_link_find(tx, account, seq, out);

	*out_is_there = !cs_failed(e);
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

cs_err
cs_audit_moved_find(struct cs_tx *tx, const struct cs_audit_walk *walk, unsigned limit,
    int64_t *from, int64_t *out_seq)
{
	CS_ASSERT(limit >= 1 && limit <= LIST_MAX);
	uint8_t place[CS_SHA256_LEN], link[CS_SHA256_LEN];
	bool is_taken;
	unsigned seen = 0;
	struct row row;

	*out_seq = 0;
	CS_TRY(find_link(tx, walk->account, walk->seq + 1, place, &is_taken));
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_CHAIN);
	cs_bind_id(q, walk->account);
	cs_bind_i64(q, *from);
	cs_bind_i64(q, limit);
	while (cs_sql_next(q)) {
		seen++;
		read_row(q, walk->account, &row);
		*from = row.event.seq;
		CS_TRY(digest_link(&row.event, walk->seq + 1, walk->link, row.personal, link));
		/* Its link came along with it, or stayed behind. */
		bool is_it = cs_equal(link, row.link, sizeof(link)) ||
			     (is_taken && cs_equal(link, place, sizeof(link)));
		if (is_it && row.event.seq != walk->seq + 1) {
			*out_seq = row.event.seq;
			return cs_sql_end(q);
		}
	}
	CS_TRY(cs_sql_end(q));
	if (seen < limit)
		*from = -1;
	return CS_OK;
}

cs_err
cs_audit_count(struct cs_tx *tx, cs_id account, int64_t *out_sealed, int64_t *out_unsealed)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_COUNT);

	*out_sealed = *out_unsealed = 0;
	cs_bind_id(q, account);
	CS_TRY(cs_sql_one(q));
	*out_sealed = cs_col_i64(q, 0);
	*out_unsealed = cs_col_i64(q, 1);
	return cs_sql_end(q);
}

/* --- forgetting --- */

cs_err
cs_audit_forget(struct cs_tx *tx, cs_id account, cs_time before, unsigned limit, int64_t *out_rows)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_FORGET);

	cs_bind_id(q, account);
	cs_bind_time(q, before);
	cs_bind_i64(q, limit);
	return cs_sql_exec(q, out_rows);
}
