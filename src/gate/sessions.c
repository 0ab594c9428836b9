/*
 * sessions.c - the table of sessions in memory.
 */
#include "gate/sessions.h"

#include "base/metric.h"
#include "crypto/equal.h"
#include "crypto/mac.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define SHARDS 64
#define CHUNK 64 /* entries allocated at once */
#define UNKNOWN_SLOTS 64
#define UNKNOWN_MS CS_MINUTE_MS
#define NONE UINT32_MAX

/* What many sessions have in common; key holds its parts in one row of bytes. */
struct scope {
	struct scope *next;
	uint8_t digest[CS_SHA256_LEN];
	uint32_t references;
	uint16_t host_len;
	uint16_t fields_len;
	uint8_t amr_count;
	uint8_t amr_len[CS_AMR_MAX];
	struct cs_proved_model model;
	cs_id account;
	cs_id application;
	cs_id provider;
	char text[]; /* host, then each amr, then fields */
};

struct entry {
	uint8_t hash[CS_TOKEN_HASH_LEN];
	cs_id id;
	cs_id global_session;
	cs_id user;
	cs_id authenticator;
	struct scope *scope;
	char *email;
	int64_t expires;
	int64_t proof_at;
	uint32_t next; /* in its bucket, or in the list of free entries */
	uint8_t email_len;
	uint8_t proof_method;
	uint8_t proof_source;
	bool proof_is_own : 1;
	bool is_live : 1;
	bool is_used : 1; /* since the hand of eviction came by */
};

struct unknown {
	uint8_t hash[CS_TOKEN_HASH_LEN];
	int64_t until;
};

#define SCOPE_BUCKETS 16

struct shard {
	pthread_mutex_t lock;
	struct entry **chunks;
	size_t chunk_count;
	uint32_t used; /* entries ever handed out */
	uint32_t free; /* first of those given back */
	uint32_t live;
	uint32_t hand;
	uint32_t *buckets;
	uint32_t bucket_count; /* a power of two */
	struct scope *scopes[SCOPE_BUCKETS];
	struct unknown unknown[UNKNOWN_SLOTS];
} __attribute__((aligned(64)));

struct cs_sessions {
	size_t max;
	atomic_size_t count;
	_Atomic uint64_t epoch;
	struct shard shards[SHARDS];
};

/* --- small own memory: aborts when there is none --- */

static void *
grown(void *p, size_t count, size_t size)
{
	void *bigger = reallocarray(p, count, size);
	CS_ASSERT(bigger != NULL);
	return bigger;
}

/* --- scopes --- */

static void
scope_digest(const struct cs_app_session *s, uint8_t out[static CS_SHA256_LEN])
{
	struct cs_buf key;
	cs_buf_init(&key, 2048 + CS_SESSION_FIELDS_MAX);
	cs_buf_add_byte(&key, s->model.is_there);
	cs_buf_add_byte(&key, (uint8_t)s->model.evidence);
	cs_buf_add(&key, CS_SPAN(s->model.aaguid, sizeof(s->model.aaguid)));
	cs_buf_add(&key, cs_id_span(&s->account));
	cs_buf_add(&key, cs_id_span(&s->application));
	cs_buf_add(&key, cs_id_span(&s->identity.provider));
	cs_buf_add_be16(&key, (uint16_t)s->host.len);
	cs_buf_add_str(&key, s->host);
	for (size_t i = 0; i < s->identity.amr_count; i++) {
		cs_buf_add_be16(&key, (uint16_t)s->identity.amr[i].len);
		cs_buf_add_str(&key, s->identity.amr[i]);
	}
	cs_buf_add_str(&key, s->identity.fields);
	cs_sha256(cs_buf_span(&key), out);
	cs_buf_clear(&key);
}

static size_t
amr_total(const struct cs_identity *identity)
{
	size_t total = 0;
	for (size_t i = 0; i < identity->amr_count; i++)
		total += identity->amr[i].len;
	return total;
}

static char *
append(char *to, cs_str s)
{
	if (s.len > 0)
		memcpy(to, s.p, s.len);
	return to + s.len;
}

static struct scope *
scope_new(const struct cs_app_session *s, const uint8_t digest[static CS_SHA256_LEN])
{
	size_t text_len = s->host.len + amr_total(&s->identity) + s->identity.fields.len;
	struct scope *scope = grown(NULL, 1, sizeof(*scope) + text_len);
	*scope = (struct scope){
		.host_len = (uint16_t)s->host.len,
		.fields_len = (uint16_t)s->identity.fields.len,
		.amr_count = (uint8_t)s->identity.amr_count,
		.model = s->model,
		.account = s->account,
		.application = s->application,
		.provider = s->identity.provider,
	};
	memcpy(scope->digest, digest, CS_SHA256_LEN);
	char *end = append(scope->text, s->host);
	for (size_t i = 0; i < s->identity.amr_count; i++) {
		scope->amr_len[i] = (uint8_t)s->identity.amr[i].len;
		end = append(end, s->identity.amr[i]);
	}
	append(end, s->identity.fields);
	return scope;
}

static struct scope *
scope_hold(
    struct shard *shard, const struct cs_app_session *s, const uint8_t digest[static CS_SHA256_LEN])
{
	struct scope **bucket = &shard->scopes[digest[0] % SCOPE_BUCKETS];
	struct scope *scope = *bucket;
	while (scope != NULL && !cs_equal(scope->digest, digest, CS_SHA256_LEN))
		scope = scope->next;
	if (scope == NULL) {
		scope = scope_new(s, digest);
		scope->next = *bucket;
		*bucket = scope;
	}
	scope->references++;
	return scope;
}

static void
scope_release(struct shard *shard, struct scope *scope)
{
	if (--scope->references > 0)
		return;
	struct scope **at = &shard->scopes[scope->digest[0] % SCOPE_BUCKETS];
	while (*at != scope)
		at = &(*at)->next;
	*at = scope->next;
	free(scope);
}

/* --- one shard; its lock is held --- */

/* Two places of the hash that have nothing to do with each other. */
static struct shard *
shard_of(struct cs_sessions *s, const uint8_t hash[static CS_TOKEN_HASH_LEN])
{
	return &s->shards[hash[0] % SHARDS];
}

static uint32_t
place_of(const uint8_t hash[static CS_TOKEN_HASH_LEN])
{
	uint32_t place;
	memcpy(&place, hash + 1, sizeof(place));
	return place;
}

static struct entry *
entry_at(const struct shard *shard, uint32_t i)
{
	return &shard->chunks[i / CHUNK][i % CHUNK];
}

static uint32_t *
bucket_of(const struct shard *shard, const uint8_t hash[static CS_TOKEN_HASH_LEN])
{
	return &shard->buckets[place_of(hash) & (shard->bucket_count - 1)];
}

/* Where the index of hash's entry is written, or would be: *result is NONE then. */
static uint32_t *
find_link(const struct shard *shard, const uint8_t hash[static CS_TOKEN_HASH_LEN])
{
	uint32_t *link = bucket_of(shard, hash);
	while (*link != NONE) {
		struct entry *e = entry_at(shard, *link);
		if (cs_equal(e->hash, hash, CS_TOKEN_HASH_LEN))
			break;
		link = &e->next;
	}
	return link;
}

static void
set_buckets(struct shard *shard, uint32_t count)
{
	shard->buckets = grown(shard->buckets, count, sizeof(*shard->buckets));
	shard->bucket_count = count;
	memset(shard->buckets, 0xff, count * sizeof(*shard->buckets));
	for (uint32_t i = 0; i < shard->used; i++) {
		struct entry *e = entry_at(shard, i);
		if (!e->is_live)
			continue;
		uint32_t *bucket = bucket_of(shard, e->hash);
		e->next = *bucket;
		*bucket = i;
	}
}

static uint32_t
take_free(struct shard *shard)
{
	uint32_t i = shard->free;
	if (i != NONE) {
		shard->free = entry_at(shard, i)->next;
		return i;
	}
	if (shard->used == shard->chunk_count * CHUNK) {
		shard->chunks =
		    grown(shard->chunks, shard->chunk_count + 1, sizeof(*shard->chunks));
		shard->chunks[shard->chunk_count++] = grown(NULL, CHUNK, sizeof(struct entry));
	}
	return shard->used++;
}

static void
remove_at(struct cs_sessions *s, struct shard *shard, uint32_t *link)
{
	uint32_t i = *link;
	struct entry *e = entry_at(shard, i);
	*link = e->next;
	scope_release(shard, e->scope);
	free(e->email);
	*e = (struct entry){ .next = shard->free };
	shard->free = i;
	shard->live--;
	atomic_fetch_sub_explicit(&s->count, 1, memory_order_relaxed);
	cs_metric_add(CS_M_SESSIONS_CACHED, -1);
}

/*
 * The hand goes round and takes the first that nobody asked for since it last came by. What is new
 * has one round to be asked for, so that many sessions seen once do not drive out those in use.
 */
static void
evict_one(struct cs_sessions *s, struct shard *shard)
{
	for (;;) {
		shard->hand = (shard->hand + 1) % shard->used;
		struct entry *e = entry_at(shard, shard->hand);
		if (!e->is_live)
			continue;
		if (!e->is_used) {
			remove_at(s, shard, find_link(shard, e->hash));
			cs_metric_add(CS_M_SESSIONS_EVICTED, 1);
			return;
		}
		e->is_used = false;
	}
}

static void
fill(struct entry *e, const struct cs_app_session *s, struct scope *scope)
{
	*e = (struct entry){
		.id = s->id,
		.global_session = s->global_session,
		.user = s->identity.user,
		.authenticator = s->authenticator,
		.scope = scope,
		.email = grown(NULL, s->identity.email.len + 1, 1),
		.expires = s->expires.ms,
		.proof_at = s->proof_at.ms,
		.next = e->next,
		.email_len = (uint8_t)s->identity.email.len,
		.proof_method = (uint8_t)s->proof_method,
		.proof_source = (uint8_t)s->proof_source,
		.proof_is_own = s->proof_is_own,
		.is_live = true,
	};
	memcpy(e->hash, s->token_hash, CS_TOKEN_HASH_LEN);
	append(e->email, s->identity.email);
}

static void
insert(struct cs_sessions *s, struct shard *shard, const struct cs_app_session *session,
    const uint8_t digest[static CS_SHA256_LEN])
{
	uint32_t *link = find_link(shard, session->token_hash);
	if (*link != NONE)
		remove_at(s, shard, link);
	else if (shard->live > 0 && atomic_load_explicit(&s->count, memory_order_relaxed) >= s->max)
		evict_one(s, shard);
	if (shard->live == shard->bucket_count)
		set_buckets(shard, shard->bucket_count * 2);
	uint32_t i = take_free(shard);
	struct entry *e = entry_at(shard, i);
	fill(e, session, scope_hold(shard, session, digest));
	uint32_t *bucket = bucket_of(shard, e->hash);
	e->next = *bucket;
	*bucket = i;
	shard->live++;
	atomic_fetch_add_explicit(&s->count, 1, memory_order_relaxed);
	cs_metric_add(CS_M_SESSIONS_CACHED, 1);
}

static struct unknown *
unknown_slot(struct shard *shard, const uint8_t hash[static CS_TOKEN_HASH_LEN])
{
	return &shard->unknown[hash[5] % UNKNOWN_SLOTS];
}

static bool
is_same(const struct unknown *u, const uint8_t hash[static CS_TOKEN_HASH_LEN])
{
	return u->until != 0 && cs_equal(u->hash, hash, CS_TOKEN_HASH_LEN);
}

static cs_str
copy_text(char **to, const char *from, size_t len)
{
	cs_str copy = { *to, len };
	if (len > 0)
		memcpy(*to, from, len);
	*to += len;
	return copy;
}

static void
copy_out(const struct entry *e, struct cs_session_copy *out)
{
	const struct scope *scope = e->scope;
	char *text = out->text;
	struct cs_app_session *s = &out->session;
	*s = (struct cs_app_session){
		.account = scope->account,
		.id = e->id,
		.application = scope->application,
		.host = copy_text(&text, scope->text, scope->host_len),
		.global_session = e->global_session,
		.identity.user = e->user,
		.identity.provider = scope->provider,
		.identity.amr_count = scope->amr_count,
		.expires.ms = e->expires,
		.proof_source = (enum cs_proof_source)e->proof_source,
		.proof_method = e->proof_method,
		.proof_at.ms = e->proof_at,
		.proof_is_own = e->proof_is_own,
		.authenticator = e->authenticator,
		.model = scope->model,
	};
	memcpy(s->token_hash, e->hash, CS_TOKEN_HASH_LEN);
	s->identity.email = copy_text(&text, e->email, e->email_len);
	const char *amr = scope->text + scope->host_len;
	for (size_t i = 0; i < scope->amr_count; i++) {
		s->identity.amr[i] = copy_text(&text, amr, scope->amr_len[i]);
		amr += scope->amr_len[i];
	}
	s->identity.fields = copy_text(&text, amr, scope->fields_len);
}

/* --- the table --- */

void
cs_sessions_new(size_t max, struct cs_sessions **out)
{
	struct cs_sessions *s = aligned_alloc(64, sizeof(*s));
	CS_ASSERT(s != NULL && max > 0 && max < NONE);
	memset(s, 0, sizeof(*s));
	s->max = max;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &s->shards[i];
		pthread_mutex_init(&shard->lock, NULL);
		shard->free = NONE;
		set_buckets(shard, 16);
	}
	*out = s;
}

void
cs_sessions_free(struct cs_sessions **s)
{
	struct cs_sessions *gone = CS_TAKE(*s);
	if (gone == NULL)
		return;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &gone->shards[i];
		for (uint32_t k = 0; k < shard->used; k++) {
			struct entry *e = entry_at(shard, k);
			if (e->is_live)
				remove_at(gone, shard, find_link(shard, e->hash));
		}
		for (size_t k = 0; k < shard->chunk_count; k++)
			free(shard->chunks[k]);
		free(shard->chunks);
		free(shard->buckets);
		pthread_mutex_destroy(&shard->lock);
	}
	free(gone);
}

uint64_t
cs_sessions_epoch(const struct cs_sessions *s)
{
	return atomic_load(&s->epoch);
}

size_t
cs_sessions_count(const struct cs_sessions *s)
{
	return atomic_load_explicit(&s->count, memory_order_relaxed);
}

static bool
fits(const struct cs_app_session *s)
{
	if (s->host.len > CS_SESSION_HOST_MAX || s->identity.email.len > CS_SESSION_EMAIL_MAX ||
	    s->identity.fields.len > CS_SESSION_FIELDS_MAX || s->identity.amr_count > CS_AMR_MAX ||
	    s->proof_method > UINT8_MAX)
		return false;
	for (size_t i = 0; i < s->identity.amr_count; i++)
		if (s->identity.amr[i].len > UINT8_MAX)
			return false;
	return amr_total(&s->identity) <= CS_SESSION_AMR_MAX;
}

/*
 * A revocation raises the epoch first and walks the shards then. So either its walk comes after us
 * and finds the entry, or it came before and we see its epoch here.
 */
cs_err
cs_sessions_put(struct cs_sessions *s, const struct cs_app_session *session, uint64_t epoch)
{
	if (!fits(session))
		return CS_FAIL(LIMIT);
	uint8_t digest[CS_SHA256_LEN];
	scope_digest(session, digest);
	struct shard *shard = shard_of(s, session->token_hash);
	pthread_mutex_lock(&shard->lock);
	bool is_current = atomic_load(&s->epoch) == epoch;
	if (is_current) {
		insert(s, shard, session, digest);
		struct unknown *u = unknown_slot(shard, session->token_hash);
		if (is_same(u, session->token_hash))
			u->until = 0;
	}
	pthread_mutex_unlock(&shard->lock);
	return is_current ? CS_OK : CS_FAIL(CONFLICT);
}

enum cs_lookup
cs_sessions_find(struct cs_sessions *s, cs_time now, const uint8_t hash[static CS_TOKEN_HASH_LEN],
    struct cs_session_copy *out)
{
	enum cs_lookup found = CS_LOOKUP_ABSENT;
	struct shard *shard = shard_of(s, hash);
	pthread_mutex_lock(&shard->lock);
	uint32_t i = *find_link(shard, hash);
	const struct unknown *u = unknown_slot(shard, hash);
	if (i != NONE) {
		struct entry *e = entry_at(shard, i);
		e->is_used = true;
		copy_out(e, out);
		found = CS_LOOKUP_FOUND;
	} else if (is_same(u, hash) && now.ms < u->until) {
		found = CS_LOOKUP_UNKNOWN;
	}
	pthread_mutex_unlock(&shard->lock);
	return found;
}

void
cs_sessions_set_unknown(
    struct cs_sessions *s, cs_time now, const uint8_t hash[static CS_TOKEN_HASH_LEN])
{
	struct shard *shard = shard_of(s, hash);
	pthread_mutex_lock(&shard->lock);
	struct unknown *u = unknown_slot(shard, hash);
	memcpy(u->hash, hash, CS_TOKEN_HASH_LEN);
	u->until = now.ms + UNKNOWN_MS;
	pthread_mutex_unlock(&shard->lock);
}

void
cs_sessions_expire(struct cs_sessions *s, const uint8_t hash[static CS_TOKEN_HASH_LEN])
{
	struct shard *shard = shard_of(s, hash);
	pthread_mutex_lock(&shard->lock);
	uint32_t *link = find_link(shard, hash);
	if (*link != NONE)
		remove_at(s, shard, link);
	pthread_mutex_unlock(&shard->lock);
}

static bool
is_named(const struct entry *e, const struct cs_change *c)
{
	/* zero is "none" in an entry: no key */
	if (cs_id_is_zero(c->key))
		return false;
	switch (c->kind) {
	case CS_CHANGE_APP_SESSION:
		return cs_id_equal(e->id, c->key);
	case CS_CHANGE_GLOBAL_SESSION:
		return cs_id_equal(e->global_session, c->key);
	case CS_CHANGE_USER:
		return cs_id_equal(e->user, c->key);
	case CS_CHANGE_AUTHENTICATOR:
		return cs_id_equal(e->authenticator, c->key);
	case CS_CHANGE_APPLICATION:
		return cs_id_equal(e->scope->application, c->key);
	case CS_CHANGE_CONFIG:
	case CS_CHANGE_SIGNING_KEY:
		return false;
	}
	return false;
}

/* Which entries a walk takes out. */
struct doom {
	const struct cs_change *changes;
	size_t count;
	const cs_id *account; /* not NULL: all of this account's */
};

static bool
is_doomed(const struct entry *e, const struct doom *doom)
{
	if (doom->account != NULL)
		return cs_id_equal(e->scope->account, *doom->account);
	for (size_t i = 0; i < doom->count; i++) {
		const struct cs_change *c = &doom->changes[i];
		if (is_named(e, c) && cs_id_equal(e->scope->account, c->account))
			return true;
	}
	return false;
}

static void
remove_doomed(struct cs_sessions *s, const struct doom *doom)
{
	atomic_fetch_add(&s->epoch, 1);
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &s->shards[i];
		pthread_mutex_lock(&shard->lock);
		for (uint32_t k = 0; k < shard->used; k++) {
			struct entry *e = entry_at(shard, k);
			if (e->is_live && is_doomed(e, doom))
				remove_at(s, shard, find_link(shard, e->hash));
		}
		pthread_mutex_unlock(&shard->lock);
	}
}

void
cs_sessions_apply(struct cs_sessions *s, const struct cs_change *changes, size_t count)
{
	remove_doomed(s, &(struct doom){ .changes = changes, .count = count });
}

void
cs_sessions_forget_account(struct cs_sessions *s, cs_id account)
{
	remove_doomed(s, &(struct doom){ .account = &account });
}
