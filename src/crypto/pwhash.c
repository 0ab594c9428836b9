/*
 * pwhash.c - one queue, a few threads, jobs on the stacks of those who wait for them.
 */
#include "crypto/pwhash.h"
#include "base/metric.h"
#include "crypto/library.h"
#include "crypto/secret.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

_Static_assert(CS_PWHASH_MAX == crypto_pwhash_STRBYTES, "libsodium's text fits");
_Static_assert(CS_PWHASH_SALT_LEN == crypto_pwhash_SALTBYTES, "libsodium's salt fits");

#define NICE 15
#define THREADS_MAX 64

struct job {
	struct job *next;
	cs_span password;
	/* to verify against; else: where the text is to be made; else: what to derive, and where */
	const char *stored;
	char *made;
	const uint8_t *salt;
	struct cs_pwhash_cost cost;
	uint8_t *key;
	enum cs_verdict verdict;
	cs_err err;
	bool is_done;
	pthread_cond_t done;
};

struct cs_pwhasher {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct job *first, **last;
	unsigned waiting, waiting_max;
	bool is_stopping;
	struct cs_pwhash_cost cost;
	char decoy[CS_PWHASH_MAX];
	unsigned threads;
	pthread_t thread[THREADS_MAX];
};

/* An empty password is a text too; libsodium wants no NULL. */
static const char *
text_of(cs_span password)
{
	return password.len == 0 ? "" : (const char *)password.p;
}

static cs_err
make(const struct cs_pwhasher *h, cs_span password, char out[static CS_PWHASH_MAX])
{
	if (crypto_pwhash_str_alg(out, text_of(password), password.len, h->cost.passes,
		(size_t)h->cost.memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0) {
		out[0] = '\0';
		return CS_FAIL(CRYPTO);
	}
	return CS_OK;
}

/*
 * libsodium tells "wrong password" from "could not judge" by errno alone, and a text of a foreign kind
 * is a wrong password to it.
 */
static cs_err
verify(cs_span password, const char *stored, enum cs_verdict *out)
{
	*out = CS_DENIED;
	if (!cs_str_starts(cs_str_c(stored), CS_STR(crypto_pwhash_argon2id_STRPREFIX)))
		return CS_FAIL(CRYPTO);
	errno = 0;
	if (crypto_pwhash_str_verify(stored, text_of(password), password.len) == 0) {
		*out = CS_GRANTED;
		return CS_OK;
	}
	return errno == EINVAL ? CS_OK : CS_FAIL(CRYPTO);
}

static cs_err
derive(const struct job *j)
{
	if (crypto_pwhash(j->key, CS_PWHASH_KEY_LEN, text_of(j->password), j->password.len, j->salt,
		j->cost.passes, (size_t)j->cost.memory_kib * 1024,
		crypto_pwhash_ALG_ARGON2ID13) != 0) {
		cs_wipe(j->key, CS_PWHASH_KEY_LEN);
		return CS_FAIL(CRYPTO);
	}
	return CS_OK;
}

static cs_err
work(const struct cs_pwhasher *h, struct job *j)
{
	if (j->stored != NULL)
		return verify(j->password, j->stored, &j->verdict);
	return j->made != NULL ? make(h, j->password, j->made) : derive(j);
}

static struct job *
take(struct cs_pwhasher *h)
{
	while (h->first == NULL && !h->is_stopping)
		pthread_cond_wait(&h->work, &h->lock);
	struct job *j = h->first;
	if (j != NULL) {
		h->first = j->next;
		if (h->first == NULL)
			h->last = &h->first;
		h->waiting--;
		cs_metric_add(CS_M_PWHASH_WAITING, -1);
	}
	return j;
}

static void *
run(void *arg)
{
	struct cs_pwhasher *h = arg;
	struct job *j;

	/* On Linux this is the thread's own (setpriority(2)). */
	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
	pthread_mutex_lock(&h->lock);
	while ((j = take(h)) != NULL) {
		pthread_mutex_unlock(&h->lock);
		j->err = work(h, j);
		pthread_mutex_lock(&h->lock);
		j->is_done = true;
		pthread_cond_signal(&j->done);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

static cs_err
do_job(struct cs_pwhasher *h, struct job *j)
{
	pthread_mutex_lock(&h->lock);
	if (h->waiting >= h->waiting_max) {
		pthread_mutex_unlock(&h->lock);
		cs_metric_add(CS_M_PWHASH_REFUSED, 1);
		return CS_FAIL(LIMIT);
	}
	pthread_cond_init(&j->done, NULL);
	*h->last = j;
	h->last = &j->next;
	h->waiting++;
	cs_metric_add(CS_M_PWHASH_WAITING, 1);
	pthread_cond_signal(&h->work);
	while (!j->is_done)
		pthread_cond_wait(&j->done, &h->lock);
	pthread_mutex_unlock(&h->lock);
	pthread_cond_destroy(&j->done);
	return j->err;
}

static cs_err
start(struct cs_pwhasher *h, unsigned threads)
{
	uint8_t nobody[16];

	randombytes_buf(nobody, sizeof(nobody));
	CS_TRY(make(h, CS_SPAN(nobody, sizeof(nobody)), h->decoy));
	for (; h->threads < threads; h->threads++)
		if (pthread_create(&h->thread[h->threads], NULL, run, h) != 0)
			return CS_FAIL(UNAVAILABLE);
	return CS_OK;
}

static bool
is_within_bounds(struct cs_pwhash_cost cost)
{
	return cost.memory_kib >= 8 && cost.memory_kib <= 4194304 && cost.passes >= 1 &&
	       cost.passes <= 64;
}

cs_err
cs_pwhasher_new(
    unsigned threads, unsigned queue_len, struct cs_pwhash_cost cost, struct cs_pwhasher **out)
{
	*out = NULL;
	if (threads < 1 || threads > THREADS_MAX || queue_len < 1 || !is_within_bounds(cost))
		return CS_FAIL(INVALID);
	cs_library();
	CS_AUTO(cs_pwhasher_free) struct cs_pwhasher *h = calloc(1, sizeof(*h));
	CS_ASSERT(h != NULL);
	h->last = &h->first;
	h->waiting_max = queue_len;
	h->cost = cost;
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->work, NULL);
	CS_TRY(start(h, threads));
	*out = CS_TAKE(h);
	return CS_OK;
}

void
cs_pwhasher_free(struct cs_pwhasher **h)
{
	struct cs_pwhasher *p = CS_TAKE(*h);

	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->is_stopping = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->threads; i++)
		pthread_join(p->thread[i], NULL);
	pthread_cond_destroy(&p->work);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

struct cs_pwhash_cost
cs_pwhasher_cost(const struct cs_pwhasher *h)
{
	return h->cost;
}

cs_err
cs_pwhash_make(struct cs_pwhasher *h, cs_span password, char out[static CS_PWHASH_MAX])
{
	struct job j = { .password = password, .made = out };

	out[0] = '\0';
	return do_job(h, &j);
}

cs_err
cs_pwhash_verify(struct cs_pwhasher *h, cs_span password, const char *stored, enum cs_verdict *out)
{
	struct job j = { .password = password, .stored = stored != NULL ? stored : h->decoy };

	*out = CS_DENIED;
	CS_TRY(do_job(h, &j));
	/* Nobody knows the decoy's password; it grants nothing all the same. */
	*out = stored != NULL ? j.verdict : CS_DENIED;
	return CS_OK;
}

cs_err
cs_pwhash_derive(struct cs_pwhasher *h, cs_span password,
    const uint8_t salt[static CS_PWHASH_SALT_LEN], struct cs_pwhash_cost cost,
    uint8_t out[static CS_PWHASH_KEY_LEN])
{
	struct job j = { .password = password, .salt = salt, .cost = cost, .key = out };

	memset(out, 0, CS_PWHASH_KEY_LEN);
	if (!is_within_bounds(cost))
		return CS_FAIL(INVALID);
	return do_job(h, &j);
}
