#include "base/log.h"
#include "domain/background.h"
#include "domain/mailbox.h"
#include "notify/notify.h"

#define IDLE_MS 250
#define LEASE_MS (2 * CS_MINUTE_MS)
#define RETRY_FIRST_MS (5 * CS_SECOND_MS)
#define RETRY_LAST_MS (5 * CS_MINUTE_MS)

struct deliver_ctx {
	const struct cs_domain *d;
	struct cs_outbox_item item;
	bool is_due;
	enum cs_outcome outcome;
};

static cs_err
lease(struct cs_tx *tx, void *ctx)
{
	struct deliver_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	cs_err e =
	    cs_outbox_lease(tx, c->d->node, op->now, cs_time_add(op->now, LEASE_MS), &c->item);

	c->is_due = !cs_failed(e);
	return cs_is(e, CS_E_NOT_FOUND) || cs_is(e, CS_E_CONFLICT) ? CS_OK : e;
}

/* 5 s, 10 s, 20 s … 5 min; the message's own time ends it. */
static int64_t
backoff_ms(int64_t attempts)
{
	int64_t ms = RETRY_FIRST_MS;

	for (int64_t i = 1; i < attempts && ms < RETRY_LAST_MS; i++)
		ms *= 2;
	return ms < RETRY_LAST_MS ? ms : RETRY_LAST_MS;
}

static cs_err
record(struct cs_tx *tx, void *ctx)
{
	struct deliver_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_outbox_item *i = &c->item;

	switch (c->outcome) {
	case CS_DELIVERED:
		return cs_outbox_done(tx, i->account, i->id, c->d->node, op->now);
	case CS_DELIVERY_REFUSED:
	case CS_DELIVERY_EXPIRED:
		return cs_outbox_give_up(tx, i->account, i->id, c->d->node, op->now);
	case CS_DELIVERY_RETRY:
		break;
	}
	return cs_outbox_retry(
	    tx, i->account, i->id, c->d->node, cs_time_add(op->now, backoff_ms(i->attempts)));
}

static enum cs_outcome
deliver(const struct cs_domain *d, const struct cs_op *op, const struct cs_outbox_item *item)
{
	struct cs_delivery delivery = { .outcome = CS_DELIVERY_RETRY };
	struct cs_message m;

	if (cs_failed(cs_mailbox_unseal(d, op, item, &m))) {
		CS_LOG(op, OUTBOX_BROKEN, CS_F_ID("message", item->id));
		return CS_DELIVERY_REFUSED;
	}
	if (d->notify != NULL)
		cs_notify_deliver(d->notify, op, &m, &delivery);
	return delivery.outcome;
}

cs_err
cs_deliver_step(struct cs_domain *d, const struct cs_op *op, cs_time *out_next)
{
	struct deliver_ctx c = { .d = d };

	*out_next = cs_time_add(op->now, IDLE_MS);
	CS_TRY(cs_store_write(d->store, op, lease, &c));
	if (!c.is_due)
		return CS_OK;
	*out_next = op->now;
	c.outcome = deliver(d, op, &c.item);
	cs_err e = cs_store_write(d->store, op, record, &c);
	/* The lease ran out meanwhile and another node has it. */
	return cs_is(e, CS_E_CONFLICT) ? CS_OK : e;
}
