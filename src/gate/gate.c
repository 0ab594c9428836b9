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

#include <stdatomic.h>
#include <stdlib.h>

#define MAX_SESSIONS 1000000
#define UNKNOWN_PER_MINUTE 120

struct cs_gate {
	struct cs_directory *directory;
	struct cs_sessions *sessions;
	struct cs_sources *sources;
	_Atomic int64_t fresh_until;
};

void
cs_gate_new(const struct cs_gate_config *cfg, struct cs_gate **out)
{
	struct cs_gate *g = calloc(1, sizeof(*g));
	CS_ASSERT(g != NULL);
	cs_directory_new(&g->directory);
	cs_sessions_new(cfg->max_sessions > 0 ? cfg->max_sessions : MAX_SESSIONS, &g->sessions);
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

struct cs_asker
cs_gate_asker(const struct cs_gate *g, const struct cs_access_config *config,
    const struct cs_identity *identity, const struct cs_addr *ip)
{
	return (struct cs_asker){ .identity = identity, .ip = *ip };
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

/* Finds the application and what it says to anybody; true when that settles the matter. */
static bool
decide_without_session(
    struct cs_gate *g, const struct cs_gate_request *rq, struct cs_gate_decision *out)
{
	out->snapshot = cs_directory_by_app_host(g->directory, rq->host);
	if (out->snapshot == NULL) {
		out->verdict = CS_GATE_UNKNOWN_HOST;
		return true;
	}
	if (cs_snapshot_route(out->snapshot, rq->host, rq->target, &out->application) !=
	    CS_ROUTE_APPLICATION)
		return true;
	const struct cs_access_config *config = cs_snapshot_config(out->snapshot);
	const struct cs_asker asker = cs_gate_asker(g, config, NULL, &rq->ip);
	struct cs_access_answer answer;
	cs_access_evaluate(config, out->application, &asker, &answer);
	out->policy = answer.policy;
	out->has_unmet_service_policy = answer.has_unmet_service_policy;
	if (answer.verdict != CS_ACCESS_SIGN_IN) {
		bool passes =
		    answer.verdict == CS_ACCESS_BYPASS || answer.verdict == CS_ACCESS_SERVICE;
		out->verdict = passes ? CS_GATE_BYPASS : CS_GATE_DENIED;
		return true;
	}
	if (rq->token.len == 0 || rq->token.len > CS_GATE_TOKEN_MAX) {
		out->verdict = CS_GATE_UNAUTHENTICATED;
		return true;
	}
	cs_sha256(cs_str_span(rq->token), out->token_hash);
	out->has_token_hash = true;
	return false;
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

static void
decide_with_session(const struct cs_gate *g, cs_time now, const struct cs_gate_request *rq,
    const struct cs_app_session *s, struct cs_gate_decision *out)
{
	out->verdict = CS_GATE_UNAUTHENTICATED;
	if (!session_is_good_here(s, now, rq->host, out))
		return;
	const struct cs_access_config *config = cs_snapshot_config(out->snapshot);
	const struct cs_asker asker = cs_gate_asker(g, config, &s->identity, &rq->ip);
	struct cs_access_answer answer;
	cs_access_evaluate(config, out->application, &asker, &answer);
	if (answer.verdict == CS_ACCESS_SIGN_IN)
		return;
	note_person(s, out);
	out->policy = answer.policy;
	out->mfa = answer.mfa;
	out->verdict = CS_GATE_DENIED;
	if (answer.verdict != CS_ACCESS_ALLOW)
		return;
	bool is_proved = cs_mfa_session_is_satisfied(config, out->application, &answer.mfa, s, now);
	out->verdict = is_proved ? CS_GATE_ALLOW : CS_GATE_STEP_UP;
}

static void
decide_from_memory(
    struct cs_gate *g, cs_time now, const struct cs_gate_request *rq, struct cs_gate_decision *out)
{
	struct cs_session_copy copy;
	switch (cs_sessions_find(g->sessions, now, out->token_hash, &copy)) {
	case CS_LOOKUP_FOUND:
		if (copy.session.expires.ms <= now.ms)
			cs_sessions_expire(g->sessions, out->token_hash);
		decide_with_session(g, now, rq, &copy.session, out);
		return;
	case CS_LOOKUP_UNKNOWN:
		out->verdict = CS_GATE_UNAUTHENTICATED;
		return;
	case CS_LOOKUP_ABSENT:
		break;
	}
	/* only now: what is in memory was issued, and to look at a kilobyte is a tenth of a decision */
	out->has_token_hash = has_token_form(rq->token);
	bool may_ask = out->has_token_hash && !cs_sources_is_over(g->sources, now, &rq->ip);
	out->verdict = may_ask ? CS_GATE_COLD : CS_GATE_UNAUTHENTICATED;
}

static void
count_verdict(const struct cs_gate_decision *d)
{
	switch (d->verdict) {
	case CS_GATE_ALLOW:
	case CS_GATE_BYPASS:
		cs_metric_add(CS_M_DECISIONS_ALLOW, 1);
		return;
	case CS_GATE_COLD:
		cs_metric_add(CS_M_DECISIONS_COLD, 1);
		return;
	case CS_GATE_DENIED:
	case CS_GATE_UNAUTHENTICATED:
	case CS_GATE_STEP_UP:
	case CS_GATE_UNKNOWN_HOST:
		cs_metric_add(CS_M_DECISIONS_REFUSE, 1);
		return;
	}
}

/* Field by field: the address alone needs no zeroing, and this runs for every request. */
static void
begin(struct cs_gate_decision *out)
{
	memset(out, 0, offsetof(struct cs_gate_decision, email));
}

void
cs_gate_decide(
    struct cs_gate *g, cs_time now, const struct cs_gate_request *rq, struct cs_gate_decision *out)
{
	begin(out);
	if (!cs_gate_is_fresh(g, now))
		out->verdict = CS_GATE_COLD;
	else if (!decide_without_session(g, rq, out))
		decide_from_memory(g, now, rq, out);
	count_verdict(out);
}

void
cs_gate_decide_with(struct cs_gate *g, cs_time now, const struct cs_gate_request *rq,
    const struct cs_app_session *session, struct cs_gate_decision *out)
{
	begin(out);
	if (!decide_without_session(g, rq, out)) {
		/* the caller's session must be this token's, whatever it was looked up by */
		if (session != NULL &&
		    cs_equal(session->token_hash, out->token_hash, CS_TOKEN_HASH_LEN))
			decide_with_session(g, now, rq, session, out);
		else
			out->verdict = CS_GATE_UNAUTHENTICATED;
	}
	count_verdict(out);
}

void
cs_gate_decision_clear(struct cs_gate_decision *d)
{
	cs_snapshot_release(&d->snapshot);
	d->application = NULL;
	d->policy = NULL;
}
