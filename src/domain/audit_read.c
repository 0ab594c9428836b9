#include "domain/audit_read.h"

#include <stdlib.h>

#include "base/codec.h"

/* --- kinds --- */

#define TEXT(LITERAL) \
	{ \
		(LITERAL), sizeof(LITERAL) - 1 \
	}

static const struct cs_audit_kind_row kinds[] = {
#define A(NAME, KIND, SENTENCE) { TEXT(KIND), TEXT(SENTENCE) },
#include "domain/audit_events.def"
#undef A
};

const struct cs_audit_kind_row *
cs_audit_kinds(size_t *count)
{
	*count = CS_COUNT(kinds);
	return kinds;
}

cs_str
cs_audit_kind_text(cs_str kind)
{
	for (size_t i = 0; i < CS_COUNT(kinds); i++)
		if (cs_str_equal(kinds[i].kind, kind))
			return kinds[i].text;
	return CS_STR("");
}

/* --- places --- */

/* "1795340000000-0123…": the moment, and the event's id. */
cs_str
cs_audit_cursor(struct cs_arena *a, const struct cs_audit_found *last)
{
	return cs_arena_printf(a, "%lld-%.*s", (long long)last->event.at.ms,
	    CS_STR_ARG(cs_id_hex_text(a, last->event.id)));
}

cs_err
cs_audit_cursor_decode(cs_str text, struct cs_audit_filter *f)
{
	size_t cut = cs_str_find(text, '-', 0);
	int64_t ms = 0;

	f->before = (cs_time){ INT64_MAX };
	f->before_id = cs_id_zero;
	if (text.len == 0)
		return CS_OK;
	if (cut == 0 || cut > 15)
		return CS_FAIL(INVALID);
	for (size_t i = 0; i < cut; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return CS_FAIL(INVALID);
		ms = ms * 10 + (text.p[i] - '0');
	}
	f->before = (cs_time){ ms };
	return cs_id_from_hex(cs_str_slice(text, cut + 1, text.len), &f->before_id);
}

/* --- an account's trail --- */

struct reading {
	const struct cs_audit_filter *filter;
	cs_id member; /* of cs_audit_read_self */
	unsigned limit; /* one more than is wanted */
	struct cs_audit_found *list;
	size_t count;
};

/* Of the realm: what somebody of another account did and said is not for this one. */
static void
hide_strangers(struct cs_audit_found *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct cs_audit_event *ev = &list[i].event;

		if (list[i].is_actor_known)
			continue;
		ev->actor = cs_id_zero;
		ev->address = ev->user_agent = ev->details = CS_STR_NONE;
	}
}

static int
newest_first(const void *a, const void *b)
{
	const struct cs_audit_event *x = &((const struct cs_audit_found *)a)->event;
	const struct cs_audit_event *y = &((const struct cs_audit_found *)b)->event;

	if (x->at.ms != y->at.ms)
		return x->at.ms < y->at.ms ? 1 : -1;
	return cs_id_order(y->id, x->id);
}

static cs_err
read_both(struct cs_tx *tx, void *ctx)
{
	struct reading *r = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_audit_found *own;
	struct cs_audit_found *realm;
	size_t own_count;
	size_t realm_count;

	CS_TRY(cs_audit_search(tx, op->account, r->filter, r->limit, &own, &own_count));
	CS_TRY(cs_audit_search_realm(tx, op->account, r->filter, r->limit, &realm, &realm_count));
	hide_strangers(realm, realm_count);
	r->count = own_count + realm_count;
	r->list = CS_NEW_ARRAY(op->arena, struct cs_audit_found, r->count + 1);
	if (own_count > 0)
		memcpy(r->list, own, own_count * sizeof(*own));
	if (realm_count > 0)
		memcpy(r->list + own_count, realm, realm_count * sizeof(*realm));
	if (r->count > 1)
		qsort(r->list, r->count, sizeof(*r->list), newest_first);
	return CS_OK;
}

static cs_err
read_it(struct cs_domain *d, const struct cs_op *op, cs_tx_fn *step, struct reading *r,
    struct cs_audit_found **out, size_t *out_count, bool *out_more)
{
	*out = NULL;
	*out_count = 0;
	*out_more = false;
	CS_TRY(cs_store_read(d->store, op, step, r));
	*out = r->list;
	*out_more = r->count >= r->limit;
	*out_count = *out_more ? r->limit - 1 : r->count;
	return CS_OK;
}

cs_err
cs_audit_read(struct cs_domain *d, const struct cs_op *op, const struct cs_audit_filter *f,
    unsigned limit, struct cs_audit_found **out, size_t *out_count, bool *out_more)
{
	struct reading r = { .filter = f, .limit = limit + 1 };

	return read_it(d, op, read_both, &r, out, out_count, out_more);
}

static cs_err
read_self(struct cs_tx *tx, void *ctx)
{
	struct reading *r = ctx;

	return cs_audit_search_self(
	    tx, r->member, r->filter->before, r->filter->before_id, r->limit, &r->list, &r->count);
}

cs_err
cs_audit_read_self(struct cs_domain *d, const struct cs_op *op, cs_id member,
    const struct cs_audit_filter *f, unsigned limit, struct cs_audit_found **out, size_t *out_count,
    bool *out_more)
{
	struct reading r = { .filter = f, .member = member, .limit = limit + 1 };

	return read_it(d, op, read_self, &r, out, out_count, out_more);
}
