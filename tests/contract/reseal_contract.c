#include "contract.h"

#include "store/outbox_store.h"
#include "store/reseal_store.h"
#include "store/signing_key_store.h"

#include <stdlib.h>
#include <unistd.h>

struct bench {
	char folder[64];
	char path[96];
	struct cs_keyring *keyring;
};

static void
bench_open(struct contract *t, struct bench *b)
{
	snprintf(b->folder, sizeof(b->folder), "/tmp/cs-reseal.XXXXXX");
	CHECK(mkdtemp(b->folder) != NULL);
	snprintf(b->path, sizeof(b->path), "%s/keyring", b->folder);
	CHECK_OK(cs_keyring_create(b->path, t->rng, t->op.now));
	CHECK_OK(cs_keyring_open(b->path, &b->keyring));
}

static void
bench_close(struct bench *b)
{
	cs_keyring_close(&b->keyring);
	unlink(b->path);
	rmdir(b->folder);
}

static void
next_key(struct contract *t, struct bench *b)
{
	uint8_t id[CS_KEY_ID_LEN];

	CHECK_OK(cs_keyring_file_add(b->path, t->rng, t->op.now, id));
	CHECK_OK(cs_keyring_file_use(b->path, id));
	CHECK_OK(cs_keyring_reload(b->keyring));
}

static struct cs_binding
binding(cs_id account, cs_id id)
{
	return (struct cs_binding){ "outbox.payload", account, id, cs_id_zero };
}

static void
add_sealed(struct contract *t, struct bench *b, cs_id account, uint16_t number)
{
	cs_id id = { { (uint8_t)(number >> 8), (uint8_t)number } };
	struct cs_binding bind = binding(account, id);
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;

	cs_buf_init(&sealed, 4096);
	CHECK_OK(cs_seal(b->keyring, t->rng, CS_SPAN("the payload", 11), &bind, &sealed));
	struct cs_outbox_item m = {
		.account = account,
		.id = id,
		.channel = CS_CHANNEL_MAIL,
		.sealed = cs_buf_span(&sealed),
		.created = t->op.now,
		.valid_until = cs_time_add(t->op.now, 60000),
	};
	CHECK_OK(cs_outbox_add(t->tx, &m));
}

static void
check_all_open(struct contract *t, struct bench *b, int want)
{
	struct cs_outbox_item got;
	int seen = 0;

	contract_begin(t);
	for (;;) {
		cs_err e =
		    cs_outbox_lease(t->tx, t->op.id, t->op.now, cs_time_add(t->op.now, 9), &got);
		if (cs_is(e, CS_E_NOT_FOUND))
			break;
		CHECK_OK(e);
		struct cs_binding bind = binding(got.account, got.id);
		CS_AUTO(cs_buf_clear) struct cs_buf plain;
		cs_buf_init_sensitive(&plain, 4096);
		CHECK_OK(cs_unseal(b->keyring, got.sealed, &bind, &plain));
		CHECK_TEXT(cs_buf_span(&plain), "the payload");
		CHECK(cs_seal_is_current(b->keyring, got.sealed));
		seen++;
	}
	contract_rollback(t);
	CHECK_INT(seen, want);
}

CONTRACT(every_sealed_row_comes_under_the_key_in_use)
{
	struct cs_reseal_result r;
	struct bench b;

	bench_open(t, &b);
	contract_begin(t);
	/* more than one batch, and in two accounts */
	for (uint16_t i = 0; i < 150; i++)
		add_sealed(t, &b, i % 3 == 0 ? t->other : t->account, i);
	contract_commit(t);
	CHECK_OK(cs_reseal_all(t->store, &t->op, b.keyring, t->rng, &r));
	CHECK_INT(r.seen, 150);
	CHECK_INT(r.resealed, 0);
	next_key(t, &b);
	CHECK_OK(cs_reseal_all(t->store, &t->op, b.keyring, t->rng, &r));
	CHECK_INT(r.seen, 150);
	CHECK_INT(r.resealed, 150);
	CHECK_INT(r.failed, 0);
	check_all_open(t, &b, 150);
	CHECK_OK(cs_reseal_all(t->store, &t->op, b.keyring, t->rng, &r));
	CHECK_INT(r.resealed, 0);
	bench_close(&b);
}

CONTRACT(a_row_that_does_not_open_is_counted_and_left)
{
	struct cs_reseal_result r;
	struct bench b;

	bench_open(t, &b);
	contract_begin(t);
	add_sealed(t, &b, t->account, 1);
	add_sealed(t, &b, t->account, 2);
	contract_commit(t);
	/* the second row gets the first one's payload: it is bound to another row */
	contract_script(
	    t, "UPDATE outbox SET sealed = (SELECT sealed FROM outbox ORDER BY id LIMIT 1)");
	next_key(t, &b);
	CHECK_OK(cs_reseal_all(t->store, &t->op, b.keyring, t->rng, &r));
	CHECK_INT(r.seen, 2);
	CHECK_INT(r.resealed, 1);
	CHECK_INT(r.failed, 1);
	bench_close(&b);
}
