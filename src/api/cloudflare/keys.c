#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"
#include "domain/keys.h"
#include "store/signing_key_store.h"

struct listing {
	cs_id account;
	cs_time newest; /* 0: the account has not signed anything yet */
};

static cs_err
find_newest(struct cs_tx *tx, void *ctx)
{
	struct listing *l = ctx;
	const struct cs_stored_signing_key *keys;
	size_t count = 0;
	CS_TRY(cs_signing_key_list(tx, l->account, cs_tx_op(tx)->now, &keys, &count));
	l->newest = (cs_time){ 0 };
	for (size_t i = 0; i < count; i++) {
		if (keys[i].created.ms > l->newest.ms)
			l->newest = keys[i].created;
	}
	return CS_OK;
}

/* specs: Access §11 */
cs_err
cs_cf_keys_get(struct cs_call *c)
{
	struct listing l = { .account = cs_door_of(c)->grant.account };
	CS_TRY(cs_store_read(c->domain->store, c->op, find_newest, &l));
	int64_t left_ms = l.newest.ms == 0 ? 0 : l.newest.ms + CS_KEY_LIFE_MS - c->op->now.ms;
	json_t *j = json_object();
	CS_ASSERT(j != NULL);
	cs_json_put(j, "key_rotation_interval_days", json_integer(CS_KEY_LIFE_MS / CS_DAY_MS));
	cs_json_put(j, "last_key_rotation_at",
	    l.newest.ms == 0 ? json_null() : cs_show_time(c->op->arena, l.newest));
	cs_json_put(
	    j, "days_until_next_rotation", json_integer(left_ms > 0 ? left_ms / CS_DAY_MS : 0));
	return cs_door_answer(c, 200, j);
}

cs_err
cs_cf_keys_rotate(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_edit_begin_empty(c, &e);
	CS_TRY(cs_keys_rotate_now(c->domain, &e.op));
	return cs_cf_keys_get(c);
}
