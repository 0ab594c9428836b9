/*
 * gate.c - one decision out of what was published.
 */
#include "gate/gate.h"

#include "base/metric.h"
#include "crypto/equal.h"
#include "crypto/mac.h"
#include "gate/amr.h"
#include "gate/directory.h"
#include "gate/sessions.h"
#include "gate/sources.h"
#include "gate/visits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define MAX_SESSIONS 1000000
#define UNKNOWN_PER_MINUTE 120

struct cs_gate {
	struct cs_directory *directory;
	struct cs_sessions *sessions;
	struct cs_sources *sources;
	struct cs_assertions *assertions;
	struct cs_seen *seen;
	struct cs_visits *visits;
	_Atomic int64_t fresh_until;
	pthread_mutex_t geo_lock; /* held to take a reference, never to look up */
	struct cs_geo *geo;
};

void
cs_gate_new(const struct cs_gate_config *cfg, struct cs_gate **out)
{
	struct cs_gate *g = calloc(1, sizeof(*g));
	CS_ASSERT(g != NULL);
	cs_directory_new(&g->directory);
	cs_sessions_new(cfg->max_sessions > 0 ? cfg->max_sessions : MAX_SESSIONS, &g->sessions);
	cs_assertions_new(&g->assertions);
	cs_seen_new(&g->seen);
	cs_visits_new(&g->visits);
	pthread_mutex_init(&g->geo_lock, NULL);
	cs_sources_new(cfg->unknown_per_minute > 0 ? cfg->unknown_per_minute : UNKNOWN_PER_MINUTE,
	    &g->sources);
	*out = g;
}

void
cs_gate_free(struct cs_gate **g)
{
	struct cs_gate *gone = CS_TAKE(*g);
	if (gone == NULL)
		return;
	cs_directory_free(&gone->directory);
	cs_sessions_free(&gone->sessions);
	cs_sources_free(&gone->sources);
	cs_assertions_free(&gone->assertions);
	cs_seen_free(&gone->seen);
	cs_visits_free(&gone->visits);
	cs_geo_release(&gone->geo);
	pthread_mutex_destroy(&gone->geo_lock);
	free(gone);
}

/* --- configuration --- */

void
cs_gate_publish(struct cs_gate *g, struct cs_snapshot **snapshot)
{
	cs_directory_publish(g->directory, snapshot);
}

void
cs_gate_account_forget(struct cs_gate *g, cs_id account)
{
	cs_directory_forget(g->directory, account);
	cs_sessions_forget_account(g->sessions, account);
}

static cs_err
found(const struct cs_snapshot *s, const struct cs_snapshot **out)
{
	*out = s;
	return s != NULL ? CS_OK : CS_FAIL(NOT_FOUND);
}

cs_err
cs_gate_acquire(struct cs_gate *g, cs_id account, const struct cs_snapshot **out)
{
	return found(cs_directory_by_account(g->directory, account), out);
}

cs_err
cs_gate_acquire_by_auth_host(struct cs_gate *g, cs_str host, const struct cs_snapshot **out)
{
	return found(cs_directory_by_auth_host(g->directory, host), out);
}

cs_err
cs_gate_acquire_by_app_host(struct cs_gate *g, cs_str host, const struct cs_snapshot **out)
{
	return found(cs_directory_by_app_host(g->directory, host), out);
}

cs_err
cs_gate_account_by_auth_host(struct cs_gate *g, cs_str host, cs_id *out)
{
	*out = cs_id_zero;
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *s = NULL;
	CS_TRY(cs_gate_acquire_by_auth_host(g, host, &s));
	*out = cs_snapshot_config(s)->account;
	return CS_OK;
}

cs_err
cs_gate_account_by_app_host(struct cs_gate *g, cs_str host, cs_id *out)
{
	*out = cs_id_zero;
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *s = NULL;
	CS_TRY(cs_gate_acquire_by_app_host(g, host, &s));
	*out = cs_snapshot_config(s)->account;
	return CS_OK;
}

void
cs_gate_set_geo(struct cs_gate *g, struct cs_geo **geo)
{
	pthread_mutex_lock(&g->geo_lock);
	struct cs_geo *was = g->geo;
	g->geo = CS_TAKE(*geo);
	pthread_mutex_unlock(&g->geo_lock);
	cs_geo_release(&was);
}

static void
find_country(struct cs_gate *g, struct cs_asker *asker)
{
	pthread_mutex_lock(&g->geo_lock);
	CS_AUTO(cs_geo_release) struct cs_geo *geo = g->geo == NULL ? NULL : cs_geo_hold(g->geo);
	pthread_mutex_unlock(&g->geo_lock);
	if (geo != NULL)
		(void)cs_geo_country(geo, &asker->ip, asker->country);
}

struct cs_asker
cs_gate_asker(struct cs_gate *g, const struct cs_access_config *config,
    const struct cs_identity *identity, const struct cs_addr *ip)
{
	struct cs_asker asker = { .identity = identity, .ip = *ip };
	if (config->judges_countries)
		find_country(g, &asker);
	return asker;
}

void
cs_gate_set_fresh(struct cs_gate *g, cs_time until)
{
	atomic_store(&g->fresh_until, until.ms);
}

bool
cs_gate_is_fresh(const struct cs_gate *g, cs_time now)
{
	return now.ms < atomic_load(&g->fresh_until);
}

/* --- sessions --- */

uint64_t
cs_gate_epoch(const struct cs_gate *g)
{
	return cs_sessions_epoch(g->sessions);
}

cs_err
cs_gate_session_put(struct cs_gate *g, const struct cs_app_session *s, uint64_t epoch)
{
	return cs_sessions_put(g->sessions, s, epoch);
}

cs_err
cs_gate_session_find(struct cs_gate *g, struct cs_arena *a,
    const uint8_t token_hash[static CS_TOKEN_HASH_LEN], struct cs_app_session *out)
{
	*out = (struct cs_app_session){ .account = cs_id_zero };
	struct cs_session_copy *copy = CS_NEW(a, struct cs_session_copy);
	if (cs_sessions_find(g->sessions, (cs_time){ 0 }, token_hash, copy) != CS_LOOKUP_FOUND)
		return CS_FAIL(NOT_FOUND);
	*out = copy->session;
	return CS_OK;
}

void
cs_gate_session_unknown(struct cs_gate *g, cs_time now,
    const uint8_t token_hash[static CS_TOKEN_HASH_LEN], const struct cs_addr *ip)
{
	cs_sessions_set_unknown(g->sessions, now, token_hash);
	cs_sources_count(g->sources, now, ip);
	cs_metric_add(CS_M_TOKENS_UNKNOWN, 1);
}

void
cs_gate_apply(struct cs_gate *g, const struct cs_change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (changes[i].kind == CS_CHANGE_SIGNING_KEY)
			cs_assertions_clear(g->assertions);
	}
	for (size_t i = 0; i < count; i++) {
		if (changes[i].kind == CS_CHANGE_CONFIG || changes[i].kind == CS_CHANGE_SIGNING_KEY)
			continue;
		cs_sessions_apply(g->sessions, changes + i, count - i);
		return;
	}
}

static void
drop(struct cs_gate *g, cs_id account, enum cs_change_kind kind, cs_id key)
{
	struct cs_change change = { .account = account, .kind = kind, .key = key };
	cs_sessions_apply(g->sessions, &change, 1);
}

void
cs_gate_drop_session(struct cs_gate *g, cs_id account, cs_id session)
{
	drop(g, account, CS_CHANGE_APP_SESSION, session);
}

void
cs_gate_drop_global_session(struct cs_gate *g, cs_id account, cs_id global_session)
{
	drop(g, account, CS_CHANGE_GLOBAL_SESSION, global_session);
}

void
cs_gate_drop_user(struct cs_gate *g, cs_id account, cs_id user)
{
	drop(g, account, CS_CHANGE_USER, user);
}

void
cs_gate_drop_authenticator(struct cs_gate *g, cs_id account, cs_id authenticator)
{
	drop(g, account, CS_CHANGE_AUTHENTICATOR, authenticator);
}

void
cs_gate_drop_application(struct cs_gate *g, cs_id account, cs_id application)
{
	drop(g, account, CS_CHANGE_APPLICATION, application);
}

size_t
cs_gate_session_count(const struct cs_gate *g)
{
	return cs_sessions_count(g->sessions);
}

/* --- the decision --- */

/* The alphabet of base64url (RFC 4648 §5), and the dot between a token's parts. */
/* clang-format off */
#define BOTH(L) [(L) - 0x20] = 1, [L] = 1
static const uint8_t token_alphabet[256] = {
	BOTH('a'), BOTH('b'), BOTH('c'), BOTH('d'), BOTH('e'), BOTH('f'), BOTH('g'), BOTH('h'),
	BOTH('i'), BOTH('j'), BOTH('k'), BOTH('l'), BOTH('m'), BOTH('n'), BOTH('o'), BOTH('p'),
	BOTH('q'), BOTH('r'), BOTH('s'), BOTH('t'), BOTH('u'), BOTH('v'), BOTH('w'), BOTH('x'),
	BOTH('y'), BOTH('z'), ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1,
	['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, ['-'] = 1, ['_'] = 1, ['.'] = 1,
};
/* clang-format on */

/* Looks at every byte, without a branch for each: a token is a kilobyte, and nearly always good. */
static bool
has_token_alphabet(cs_str token)
{
	const uint8_t *p = (const uint8_t *)token.p;
	uint8_t all = 1;
	for (const uint8_t *end = p + token.len; p < end; p++)
		all &= token_alphabet[*p];
	return all == 1;
}

/* Three parts of base64url: anything else was never issued and is not worth a look at the store. */
static bool
has_token_form(cs_str token)
{
	size_t first = cs_str_find(token, '.', 0);
	size_t second = cs_str_find(token, '.', first + 1);
	return second < token.len && cs_str_find(token, '.', second + 1) == token.len &&
	       has_token_alphabet(token);
}

/* One request on its way through the questions below. */
struct asking {
	struct cs_gate *g;
	cs_time now;
	const struct cs_gate_request *rq;
	const struct cs_gate_loaded *loaded;
	size_t loaded_count;
	struct cs_gate_decision *out;
};

static void
need(struct asking *q, enum cs_gate_need what)
{
	q->out->verdict = CS_GATE_COLD;
	q->out->need = what;
}

static enum cs_lookup
find_session(struct asking *q, cs_str token, struct cs_session_copy *out)
{
	uint8_t *hash = q->out->token_hash;
	cs_sha256(cs_str_span(token), hash);
	for (size_t i = 0; i < q->loaded_count; i++) {
		if (!cs_equal(q->loaded[i].token_hash, hash, CS_TOKEN_HASH_LEN))
			continue;
		const struct cs_app_session *s = q->loaded[i].session;
		/* the caller's session must be this token's, whatever it was looked up by */
		if (s == NULL || !cs_equal(s->token_hash, hash, CS_TOKEN_HASH_LEN))
			return CS_LOOKUP_UNKNOWN;
		out->session = *s;
		return CS_LOOKUP_FOUND;
	}
	enum cs_lookup found = cs_sessions_find(q->g->sessions, q->now, hash, out);
	/* only now: what is in memory was issued, and to look at a kilobyte is a tenth of a decision */
	if (found == CS_LOOKUP_ABSENT &&
	    (!has_token_form(token) || cs_sources_is_over(q->g->sources, q->now, &q->rq->ip)))
		return CS_LOOKUP_UNKNOWN;
	return found;
}

static bool
session_is_good_here(
    const struct cs_app_session *s, cs_time now, cs_str host, const struct cs_gate_decision *d)
{
	return cs_id_equal(s->account, cs_snapshot_config(d->snapshot)->account) &&
	       cs_id_equal(s->application, d->application->id) && cs_str_equal(s->host, host) &&
	       now.ms < s->expires.ms && s->identity.email.len <= CS_GATE_EMAIL_MAX;
}

static void
note_person(const struct cs_app_session *s, struct cs_gate_decision *out)
{
	out->user = s->identity.user;
	out->session = s->id;
	out->email_len = s->identity.email.len;
	if (out->email_len > 0)
		memcpy(out->email, s->identity.email.p, out->email_len);
}

static enum cs_gate_verdict
judge_person(struct asking *q, const struct cs_application *app, const struct cs_app_session *s,
    struct cs_access_answer *answer)
{
	const struct cs_access_config *config = cs_snapshot_config(q->out->snapshot);
	const struct cs_asker asker = cs_gate_asker(q->g, config, &s->identity, &q->rq->ip);
	cs_access_evaluate(config, app, &asker, answer);
	if (answer->verdict == CS_ACCESS_SIGN_IN)
		return CS_GATE_UNAUTHENTICATED;
	if (answer->verdict != CS_ACCESS_ALLOW)
		return CS_GATE_DENIED;
	bool is_proved = cs_mfa_session_is_satisfied(config, app, &answer->mfa, s, q->now);
	return is_proved ? CS_GATE_ALLOW : CS_GATE_STEP_UP;
}

static void
decide_with_session(struct asking *q, const struct cs_app_session *s)
{
	struct cs_gate_decision *out = q->out;
	out->verdict = CS_GATE_UNAUTHENTICATED;
	if (!session_is_good_here(s, q->now, q->rq->host, out))
		return;
	struct cs_access_answer answer;
	out->verdict = judge_person(q, out->application, s, &answer);
	if (out->verdict == CS_GATE_UNAUTHENTICATED)
		return;
	note_person(s, out);
	out->policy = answer.policy;
	out->mfa = answer.mfa;
}

static void
decide_by_session(struct asking *q, cs_str token)
{
	q->out->verdict = CS_GATE_UNAUTHENTICATED;
	if (token.len == 0 || token.len > CS_GATE_TOKEN_MAX)
		return;
	struct cs_session_copy copy;
	switch (find_session(q, token, &copy)) {
	case CS_LOOKUP_FOUND:
		if (copy.session.expires.ms <= q->now.ms)
			cs_sessions_expire(q->g->sessions, q->out->token_hash);
		q->out->token = token;
		decide_with_session(q, &copy.session);
		return;
	case CS_LOOKUP_ABSENT:
		need(q, CS_NEED_SESSION);
		return;
	case CS_LOOKUP_UNKNOWN:
		return;
	}
}

/* --- programmes --- */

enum service { SERVICE_NONE, SERVICE_GOOD, SERVICE_UNKNOWN };

static enum service
meet_service(struct asking *q, struct cs_asker *asker)
{
	const struct cs_gate_request *rq = q->rq;
	struct cs_client client;
	if (rq->credentials == NULL)
		return SERVICE_NONE;
	enum cs_credentials found = rq->credentials(rq->ctx, q->out->application, &client);
	if (found == CS_CREDENTIALS_NONE)
		return SERVICE_NONE;
	q->out->client = cs_service_find(cs_snapshot_config(q->out->snapshot), &client);
	const struct cs_service_token *t =
	    found == CS_CREDENTIALS_ONE
		? cs_service_authenticate(cs_snapshot_config(q->out->snapshot), &client, q->now)
		: NULL;
	if (t == NULL)
		return SERVICE_UNKNOWN;
	q->out->service_token = asker->service_token = t->id;
	return SERVICE_GOOD;
}

/* Another application's token: good when that one would let this session in, here and now. */
static bool
is_good_at_home(struct asking *q, const struct cs_app_session *s)
{
	const struct cs_application *home =
	    cs_snapshot_application(q->out->snapshot, s->application);
	struct cs_access_answer answer;
	return home != NULL && q->now.ms < s->expires.ms &&
	       s->identity.email.len <= CS_GATE_EMAIL_MAX &&
	       judge_person(q, home, s, &answer) == CS_GATE_ALLOW;
}

/* What Cf-Access-Token is. */
struct presented {
	bool is_own; /* this application's: as a cookie would be */
	struct cs_session_copy linked; /* while asker->linked_application is set */
};

/* False: it must be looked up first. */
static bool
meet_presented(struct asking *q, struct cs_asker *asker, struct presented *p)
{
	cs_str token = q->rq->access_token;
	p->is_own = false;
	if (token.len == 0 || token.len > CS_GATE_TOKEN_MAX)
		return true;
	enum cs_lookup found = find_session(q, token, &p->linked);
	if (found == CS_LOOKUP_ABSENT)
		need(q, CS_NEED_SESSION);
	if (found != CS_LOOKUP_FOUND)
		return found == CS_LOOKUP_UNKNOWN;
	const struct cs_app_session *s = &p->linked.session;
	if (!cs_id_equal(s->account, cs_snapshot_config(q->out->snapshot)->account))
		return true;
	p->is_own = cs_id_equal(s->application, q->out->application->id);
	if (!p->is_own && is_good_at_home(q, s))
		asker->linked_application = s->application;
	return true;
}

static void
pass_service(struct asking *q)
{
	struct cs_gate_decision *out = q->out;
	const struct cs_assertion *signed_now = &q->rq->assertion;
	const struct cs_assertion_key key = {
		.account = cs_snapshot_config(out->snapshot)->account,
		.token = out->service_token,
		.application = out->application->id,
	};
	out->verdict = CS_GATE_SERVICE;
	if (cs_id_equal(signed_now->token, key.token) &&
	    cs_id_equal(signed_now->application, key.application) &&
	    signed_now->text.len <= CS_ASSERTION_MAX) {
		memcpy(out->assertion, signed_now->text.p, signed_now->text.len);
		out->assertion_len = signed_now->text.len;
	} else {
		out->assertion_len =
		    cs_assertions_find(q->g->assertions, &key, q->now, out->assertion);
	}
	if (out->assertion_len == 0)
		need(q, CS_NEED_ASSERTION);
	else
		cs_seen_note(q->g->seen, key.account, key.token, q->now);
}

/* A Bypass or Service Auth policy matched. */
static void
pass_without_sign_in(struct asking *q, const struct cs_asker *asker,
    const struct cs_access_answer *answer, const struct presented *p)
{
	struct cs_gate_decision *out = q->out;
	out->verdict = CS_GATE_BYPASS;
	if (answer->verdict == CS_ACCESS_BYPASS)
		return;
	if (!cs_id_is_zero(asker->service_token)) {
		pass_service(q);
	} else if (!cs_id_is_zero(asker->linked_application)) {
		out->verdict = CS_GATE_ALLOW;
		note_person(&p->linked.session, out);
	}
}

/* --- what the sign-in log is told of them --- */

static struct cs_visit
visit_of(const struct cs_gate_decision *d, const struct cs_addr *ip, bool is_allowed)
{
	struct cs_visit visit = {
		.account = cs_snapshot_config(d->snapshot)->account,
		.token = d->client->id,
		.application = d->application->id,
		.is_allowed = is_allowed,
	};
	memcpy(visit.ip, ip->ip, sizeof(visit.ip));
	return visit;
}

/* What is open to all is not logged (specs: Access §8.5), nor what is not decided yet. */
static bool
is_logged_verdict(enum cs_gate_verdict verdict)
{
	return verdict == CS_GATE_SERVICE || verdict == CS_GATE_DENIED ||
	       verdict == CS_GATE_SERVICE_UNKNOWN;
}

static void
want_log(struct asking *q)
{
	struct cs_gate_decision *out = q->out;
	bool passes = out->verdict == CS_GATE_SERVICE;
	if (!q->rq->wants_log || out->client == NULL || !is_logged_verdict(out->verdict))
		return;
	/* a client id is no secret: who knows one writes no more than so much */
	if (!passes && cs_sources_is_over(q->g->sources, q->now, &q->rq->ip))
		return;
	const struct cs_visit visit = visit_of(out, &q->rq->ip, passes);
	if (cs_visits_has(q->g->visits, &visit, q->now))
		return;
	out->client_passes = passes;
	need(q, CS_NEED_LOG);
}

void
cs_gate_set_logged(struct cs_gate *g, const struct cs_gate_decision *d, const struct cs_addr *ip,
    cs_time now, cs_time until)
{
	const struct cs_visit visit = visit_of(d, ip, d->client_passes);
	cs_visits_add(g->visits, &visit, until);
	if (!d->client_passes)
		cs_sources_count(g->sources, now, ip);
}

/* --- everybody --- */

static void
decide(struct asking *q)
{
	struct cs_gate_decision *out = q->out;
	const struct cs_gate_request *rq = q->rq;
	out->snapshot = cs_directory_by_app_host(q->g->directory, rq->host);
	if (out->snapshot == NULL) {
		out->verdict = CS_GATE_UNKNOWN_HOST;
		return;
	}
	if (cs_snapshot_route(out->snapshot, rq->host, rq->target, &out->application) !=
	    CS_ROUTE_APPLICATION)
		return;
	const struct cs_access_config *config = cs_snapshot_config(out->snapshot);
	struct cs_asker asker = cs_gate_asker(q->g, config, NULL, &rq->ip);
	struct presented presented;
	enum service service = meet_service(q, &asker);
	if (!meet_presented(q, &asker, &presented))
		return;
	struct cs_access_answer answer;
	cs_access_evaluate(config, out->application, &asker, &answer);
	out->policy = answer.policy;
	out->has_unmet_service_policy = answer.has_unmet_service_policy;
	/* what is open to all is so for those with wrong credentials too; nothing else is */
	if (service == SERVICE_UNKNOWN && answer.verdict != CS_ACCESS_BYPASS)
		out->verdict = CS_GATE_SERVICE_UNKNOWN;
	else if (answer.verdict == CS_ACCESS_BYPASS || answer.verdict == CS_ACCESS_SERVICE)
		pass_without_sign_in(q, &asker, &answer, &presented);
	else if (answer.verdict == CS_ACCESS_SIGN_IN && service == SERVICE_NONE)
		decide_by_session(
		    q, rq->token.len == 0 && presented.is_own ? rq->access_token : rq->token);
}

static void
count_verdict(const struct cs_gate_decision *d)
{
	switch (d->verdict) {
	case CS_GATE_ALLOW:
	case CS_GATE_BYPASS:
	case CS_GATE_SERVICE:
		cs_metric_add(CS_M_DECISIONS_ALLOW, 1);
		return;
	case CS_GATE_COLD:
		cs_metric_add(CS_M_DECISIONS_COLD, 1);
		return;
	case CS_GATE_DENIED:
	case CS_GATE_UNAUTHENTICATED:
	case CS_GATE_STEP_UP:
	case CS_GATE_SERVICE_UNKNOWN:
	case CS_GATE_UNKNOWN_HOST:
		cs_metric_add(CS_M_DECISIONS_REFUSE, 1);
		return;
	}
}

/* Field by field: the texts alone need no zeroing, and this runs for every request. */
static void
begin(struct cs_gate_decision *out)
{
	memset(out, 0, offsetof(struct cs_gate_decision, email));
}

void
cs_gate_decide(
    struct cs_gate *g, cs_time now, const struct cs_gate_request *rq, struct cs_gate_decision *out)
{
	struct asking q = { .g = g, .now = now, .rq = rq, .out = out };
	begin(out);
	if (!cs_gate_is_fresh(g, now))
		need(&q, CS_NEED_FRESHNESS);
	else
		decide(&q);
	want_log(&q);
	count_verdict(out);
}

void
cs_gate_decide_with(struct cs_gate *g, cs_time now, const struct cs_gate_request *rq,
    const struct cs_gate_loaded *loaded, size_t count, struct cs_gate_decision *out)
{
	struct asking q = { g, now, rq, loaded, count, out };
	begin(out);
	decide(&q);
	want_log(&q);
	count_verdict(out);
}

void
cs_gate_decision_clear(struct cs_gate_decision *d)
{
	cs_snapshot_release(&d->snapshot);
	d->application = NULL;
	d->policy = NULL;
	d->client = NULL;
}

/* --- service tokens --- */

uint64_t
cs_gate_assertion_epoch(const struct cs_gate *g)
{
	return cs_assertions_epoch(g->assertions);
}

void
cs_gate_assertion_put(struct cs_gate *g, cs_id account, const struct cs_assertion *assertion,
    cs_time until, uint64_t epoch)
{
	const struct cs_assertion_key key = { account, assertion->token, assertion->application };
	cs_assertions_put(g->assertions, &key, assertion->text, until, epoch);
}

size_t
cs_gate_take_seen(struct cs_gate *g, struct cs_gate_seen *out, size_t max)
{
	return cs_seen_take(g->seen, out, max);
}
