#include "domain/keys.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "domain/audit.h"
#include "store/change_store.h"
#include "store/signing_key_store.h"

/* However little is heard of other nodes' rotations, nothing older than this signs. */
#define CACHE_LIFE_MS (5 * CS_MINUTE_MS)
#define CERT_SLACK_MS CS_DAY_MS
#define PEM_MAX 8192
#define TEXT_MAX 16384

static const char purpose[] = "signing_key.private";

struct signer {
	cs_time active_from;
	struct cs_signing_key *key;
};

/* One account's keys; shared by reference counts, never changed once it is in the list. */
struct key_set {
	struct key_set *next;
	unsigned references;
	cs_id account;
	cs_time read_at;
	struct signer *signers;
	size_t count;
};

struct cs_keys {
	pthread_mutex_t lock;
	struct key_set *sets;
};

static void *
zeroed(size_t count, size_t size)
{
	void *p = calloc(count, size);

	CS_ASSERT(p != NULL);
	return p;
}

struct cs_keys *
cs_keys_new(void)
{
	struct cs_keys *k = zeroed(1, sizeof(*k));

	CS_ASSERT(pthread_mutex_init(&k->lock, NULL) == 0);
	return k;
}

static void
set_free(struct key_set *s)
{
	for (size_t i = 0; i < s->count; i++)
		cs_signing_key_free(&s->signers[i].key);
	free(s->signers);
	free(s);
}

/* The caller holds the lock. */
static void
set_drop(struct key_set *s)
{
	if (--s->references == 0)
		set_free(s);
}

/* The caller holds the lock. */
static void
unlink_account(struct cs_keys *k, cs_id account)
{
	struct key_set **at = &k->sets;

	while (*at != NULL) {
		struct key_set *s = *at;

		if (!cs_id_is_zero(account) && !cs_id_equal(s->account, account)) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		set_drop(s);
	}
}

void
cs_keys_forget(struct cs_keys *k, cs_id account)
{
	pthread_mutex_lock(&k->lock);
	unlink_account(k, account);
	pthread_mutex_unlock(&k->lock);
}

void
cs_keys_free(struct cs_keys **k)
{
	if (*k == NULL)
		return;
	cs_keys_forget(*k, cs_id_zero);
	pthread_mutex_destroy(&(*k)->lock);
	free(*k);
	*k = NULL;
}

static struct key_set *
find_set(struct cs_keys *k, cs_id account, cs_time now)
{
	struct key_set *found = NULL;

	pthread_mutex_lock(&k->lock);
	for (struct key_set *s = k->sets; s != NULL; s = s->next)
		if (cs_id_equal(s->account, account) && s->read_at.ms + CACHE_LIFE_MS > now.ms) {
			s->references++;
			found = s;
			break;
		}
	pthread_mutex_unlock(&k->lock);
	return found;
}

static void
keep_set(struct cs_keys *k, struct key_set *s)
{
	pthread_mutex_lock(&k->lock);
	unlink_account(k, s->account);
	s->references++;
	s->next = k->sets;
	k->sets = s;
	pthread_mutex_unlock(&k->lock);
}

static void
release_set(struct cs_keys *k, struct key_set *s)
{
	pthread_mutex_lock(&k->lock);
	set_drop(s);
	pthread_mutex_unlock(&k->lock);
}

/* --- the store --- */

struct list_ctx {
	const struct cs_stored_signing_key *keys;
	size_t count;
};

static cs_err
list_keys(struct cs_tx *tx, void *ctx)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct list_ctx *l = ctx;

	return cs_signing_key_list(tx, op->account, op->now, &l->keys, &l->count);
}

static struct cs_binding
binding_of(cs_id account, cs_id row)
{
	return (struct cs_binding){ .purpose = purpose, .account = account, .row = row };
}

static cs_err
unseal_key(const struct cs_domain *d, const struct cs_stored_signing_key *stored,
    struct cs_signing_key **out)
{
	const struct cs_binding bind = binding_of(stored->account, stored->id);
	CS_AUTO(cs_buf_clear) struct cs_buf pem = { 0 };

	cs_buf_init_sensitive(&pem, PEM_MAX);
	CS_TRY(cs_unseal(d->keyring, stored->sealed, &bind, &pem));
	return cs_signing_key_decode(cs_buf_span(&pem), out);
}

static cs_err
unseal_all(const struct cs_domain *d, const struct list_ctx *l, struct key_set *s)
{
	s->signers = zeroed(l->count + 1, sizeof(*s->signers));
	for (size_t i = 0; i < l->count; i++) {
		CS_TRY(unseal_key(d, &l->keys[i], &s->signers[i].key));
		s->signers[i].active_from = l->keys[i].active_from;
		s->count++;
	}
	return CS_OK;
}

static cs_err
read_set(struct cs_domain *d, const struct cs_op *op, struct key_set **out)
{
	struct list_ctx l = { 0 };
	struct key_set *s;
	cs_err e;

	*out = NULL;
	CS_TRY(cs_store_read(d->store, op, list_keys, &l));
	if (l.count == 0) {
		cs_time next;

		CS_TRY(cs_keys_rotate(d, op, &next));
		CS_TRY(cs_store_read(d->store, op, list_keys, &l));
	}
	s = zeroed(1, sizeof(*s));
	s->account = op->account;
	s->read_at = op->now;
	s->references = 1;
	e = unseal_all(d, &l, s);
	if (cs_failed(e)) {
		set_free(s);
		return e;
	}
	keep_set(d->keys, s);
	*out = s;
	return CS_OK;
}

/* The newest one whose time has come; keys are listed by active_from. */
static const struct cs_signing_key *
key_of_now(const struct key_set *s, cs_time now)
{
	const struct cs_signing_key *key = NULL;

	for (size_t i = 0; i < s->count; i++)
		if (key == NULL || s->signers[i].active_from.ms <= now.ms)
			key = s->signers[i].key;
	return key;
}

cs_err
cs_keys_sign(struct cs_domain *d, const struct cs_op *op, cs_span claims, struct cs_buf *out)
{
	struct key_set *s = find_set(d->keys, op->account, op->now);
	const struct cs_signing_key *key;
	cs_err e = CS_FAIL(INTERNAL);

	if (s == NULL)
		CS_TRY(read_set(d, op, &s));
	key = key_of_now(s, op->now);
	if (key != NULL)
		e = cs_jws_sign(key, claims, out);
	release_set(d->keys, s);
	return e;
}

/* --- publishing --- */

static void
add_json_text(struct cs_buf *out, cs_str pem)
{
	for (size_t i = 0; i < pem.len; i++)
		if (pem.p[i] == '\n')
			cs_buf_add_c(out, "\\n");
		else
			cs_buf_add_byte(out, (uint8_t)pem.p[i]);
}

static void
add_cert(struct cs_buf *out, const struct cs_stored_signing_key *k)
{
	cs_buf_printf(out, "{\"kid\":\"%.*s\",\"cert\":\"", CS_STR_ARG(k->kid));
	add_json_text(out, k->certificate);
	cs_buf_add_c(out, "\"}");
}

static const struct cs_stored_signing_key *
stored_of_now(const struct list_ctx *l, cs_time now)
{
	const struct cs_stored_signing_key *present = &l->keys[0];

	for (size_t i = 0; i < l->count; i++)
		if (l->keys[i].active_from.ms <= now.ms)
			present = &l->keys[i];
	return present;
}

cs_err
cs_keys_publish(struct cs_domain *d, const struct cs_op *op, struct cs_buf *out)
{
	struct list_ctx l = { 0 };

	CS_TRY(cs_store_read(d->store, op, list_keys, &l));
	if (l.count == 0) {
		cs_time next;

		CS_TRY(cs_keys_rotate(d, op, &next));
		CS_TRY(cs_store_read(d->store, op, list_keys, &l));
	}
	if (l.count == 0)
		return CS_FAIL(INTERNAL);
	cs_buf_add_c(out, "{\"keys\":[");
	for (size_t i = 0; i < l.count; i++) {
		cs_buf_add_c(out, i > 0 ? "," : "");
		cs_buf_add_str(out, l.keys[i].public_jwk);
	}
	cs_buf_add_c(out, "],\"public_cert\":");
	add_cert(out, stored_of_now(&l, op->now));
	cs_buf_add_c(out, ",\"public_certs\":[");
	for (size_t i = 0; i < l.count; i++) {
		cs_buf_add_c(out, i > 0 ? "," : "");
		add_cert(out, &l.keys[i]);
	}
	cs_buf_add_c(out, "]}");
	return cs_buf_finish(out, NULL);
}

/* --- making --- */

struct add_ctx {
	struct cs_domain *d;
	struct cs_stored_signing_key key;
	bool is_forced;
	cs_time next; /* when the newest key is old enough */
};

static bool
newest_is_young(struct add_ctx *c, const struct cs_stored_signing_key *newest, cs_time now)
{
	c->next = cs_time_add(newest->active_from, CS_KEY_LIFE_MS - CS_KEY_AHEAD_MS);
	return !c->is_forced && c->next.ms > now.ms;
}

/* What signed so far is published until seven days after the new key took over. */
static cs_err
retire(struct cs_tx *tx, const struct list_ctx *l, cs_time until)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->keys[i].retire_at.ms == 0)
			CS_TRY(cs_signing_key_set_retire(
			    tx, l->keys[i].account, l->keys[i].id, l->keys[i].retire_at, until));
	return CS_OK;
}

static cs_err
add_key(struct cs_tx *tx, void *ctx)
{
	struct add_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	struct list_ctx l = { 0 };

	CS_TRY(list_keys(tx, &l));
	/* Another node may have been first. */
	if (l.count > 0 && newest_is_young(c, &l.keys[l.count - 1], op->now))
		return CS_OK;
	c->key.active_from = l.count > 0 ? cs_time_add(op->now, CS_KEY_AHEAD_MS) : op->now;
	c->next = cs_time_add(c->key.active_from, CS_KEY_LIFE_MS - CS_KEY_AHEAD_MS);
	CS_TRY(retire(tx, &l, cs_time_add(c->key.active_from, CS_KEY_OVERLAP_MS)));
	CS_TRY(cs_signing_key_add(tx, &c->key));
	CS_TRY(cs_change_add(tx, op->account, CS_CHANGE_SIGNING_KEY, cs_id_zero));
	return cs_audit(tx, c->d, CS_AUDIT_SIGNING_KEY_MADE, cs_id_zero, cs_id_zero,
	    cs_audit_fact(op->arena, "kid", c->key.kid));
}

static cs_str
common_name(struct cs_domain *d, const struct cs_op *op)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *s = NULL;

	if (cs_failed(cs_gate_acquire(d->gate, op->account, &s)))
		return CS_STR("countersign");
	return cs_arena_str(op->arena, cs_snapshot_config(s)->auth_host);
}

static cs_err
seal_key(struct cs_domain *d, const struct cs_signing_key *key, struct cs_stored_signing_key *out,
    struct cs_arena *arena)
{
	const struct cs_binding bind = binding_of(out->account, out->id);
	CS_AUTO(cs_buf_clear) struct cs_buf pem = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf sealed = { 0 };

	cs_buf_init_sensitive(&pem, PEM_MAX);
	cs_buf_init(&sealed, PEM_MAX + CS_SEAL_OVERHEAD);
	CS_TRY(cs_signing_key_encode(key, &pem));
	CS_TRY(cs_seal(d->keyring, d->rng, cs_buf_span(&pem), &bind, &sealed));
	out->sealed = cs_arena_span(arena, cs_buf_span(&sealed));
	return CS_OK;
}

static cs_err
describe_key(struct cs_domain *d, const struct cs_op *op, const struct cs_signing_key *key,
    struct cs_stored_signing_key *out)
{
	const cs_time until = cs_time_add(
	    op->now, CS_KEY_AHEAD_MS + CS_KEY_LIFE_MS + CS_KEY_OVERLAP_MS + CERT_SLACK_MS);
	CS_AUTO(cs_buf_clear) struct cs_buf text = { 0 };

	cs_buf_init(&text, TEXT_MAX);
	CS_TRY(cs_signing_key_jwk(key, &text));
	out->public_jwk = cs_arena_str(op->arena, cs_buf_str(&text));
	cs_buf_reset(&text);
	CS_TRY(cs_signing_key_cert(key, common_name(d, op), op->now, until, &text));
	out->certificate = cs_arena_str(op->arena, cs_buf_str(&text));
	out->kid = cs_arena_str(op->arena, cs_signing_key_kid(key));
	return CS_OK;
}

static cs_err
make_key(struct cs_domain *d, const struct cs_op *op, struct add_ctx *c)
{
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *key = NULL;

	c->key = (struct cs_stored_signing_key){
		.account = op->account,
		.id = cs_id_new(d->rng),
		.created = op->now,
	};
	CS_TRY(cs_signing_key_generate(&key));
	CS_TRY(seal_key(d, key, &c->key, op->arena));
	CS_TRY(describe_key(d, op, key, &c->key));
	CS_TRY(cs_store_write(d->store, op, add_key, c));
	cs_keys_forget(d->keys, op->account);
	return CS_OK;
}

cs_err
cs_keys_rotate(struct cs_domain *d, const struct cs_op *op, cs_time *out_next)
{
	struct add_ctx c = { .d = d };
	struct list_ctx l = { 0 };

	*out_next = op->now;
	CS_TRY(cs_store_read(d->store, op, list_keys, &l));
	/* Making a key is dear: look before. */
	if (l.count == 0 || !newest_is_young(&c, &l.keys[l.count - 1], op->now))
		CS_TRY(make_key(d, op, &c));
	*out_next = c.next;
	return CS_OK;
}

cs_err
cs_keys_rotate_now(struct cs_domain *d, const struct cs_op *op)
{
	struct add_ctx c = { .d = d, .is_forced = true };

	return make_key(d, op, &c);
}
