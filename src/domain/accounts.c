#include "domain/accounts.h"

#include "store/account_store.h"

#define PIECE 64

struct piece {
	cs_id from;
	struct cs_account *accounts;
	size_t count;
};

static cs_err
list(struct cs_tx *tx, void *ctx)
{
	struct piece *p = ctx;

	return cs_account_list(tx, p->from, PIECE, &p->accounts, &p->count);
}

/* The next id in order; false behind the last one that there can be. */
static bool
step(cs_id *id)
{
	for (size_t i = sizeof(id->b); i-- > 0;)
		if (++id->b[i] != 0)
			return true;
	return false;
}

cs_err
cs_accounts_each(struct cs_domain *d, const struct cs_op *op,
    cs_err (*fn)(struct cs_domain *d, const struct cs_op *op, cs_id account))
{
	struct piece p = { .from = cs_id_zero };

	do {
		CS_TRY(cs_store_read(d->store, op, list, &p));
		for (size_t i = 0; i < p.count; i++)
			CS_TRY(fn(d, op, p.accounts[i].id));
		if (p.count > 0)
			p.from = p.accounts[p.count - 1].id;
	} while (p.count == PIECE && step(&p.from));
	return CS_OK;
}
