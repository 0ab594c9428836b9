/*
 * decision.c - one decision as HTTP.
 */
#include "api/access/decision.h"

#include "api/access/credentials.h"
#include "base/codec.h"
#include "base/metric.h"
#include "base/time.h"

#define SLOW_ARENA_BYTES (64 * 1024)
#define LOCATION_MAX 8192
/* Longer ones do not survive three times encoded in a header: the person lands on "/" then. */
#define RETURN_MAX 2048
#define LOGIN "/cdn-cgi/access/login?redirect_url="

const char *const cs_identity_headers[] = {
	"Cf-Access-Jwt-Assertion",
	"Cf-Access-Authenticated-User-Email",
	"X-Countersign-User",
	NULL,
};

/* --- the answers --- */

static void
answer_json(const struct cs_request *rq, struct cs_response *rs, int status, const char *code)
{
	char id[CS_ID_UUID_LEN];
	cs_id_uuid(rq->id, id);
	rs->status = status;
	cs_response_header(rs, CS_STR("Content-Type"), CS_STR("application/json"));
	cs_response_header(rs, CS_STR("Cache-Control"), CS_STR("no-store"));
	cs_buf_printf(&rs->body, "{\"error\":{\"code\":\"%s\"},\"request_id\":\"%.*s\"}", code,
	    CS_ID_UUID_LEN, id);
}

static void
answer_unavailable(const struct cs_request *rq, struct cs_response *rs)
{
	cs_response_reset(rs);
	answer_json(rq, rs, 503, "unavailable");
	cs_response_header(rs, CS_STR("Retry-After"), CS_STR("1"));
}

/* In the order of cs_identity_headers. */
static void
answer_pass(struct cs_response *rs, cs_str token, cs_str email, cs_str user)
{
	const cs_str values[] = { token, email, user };
	rs->status = 200;
	for (size_t i = 0; cs_identity_headers[i] != NULL; i++)
		cs_response_header(rs, cs_str_c(cs_identity_headers[i]), values[i]);
	cs_response_header(rs, CS_STR("Cache-Control"), CS_STR("no-store"));
}

/* Such an address is no address, and nothing of it gets into a header. */
static bool
is_printable(cs_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((uint8_t)text.p[i] < 0x20 || text.p[i] == 0x7f)
			return false;
	return true;
}

/* --- where to go --- */

/* The sign-in on the application's own host, which sets its cookie and goes on to the auth host. */
static void
write_login(const struct cs_original *o, struct cs_buf *out)
{
	cs_buf_add_str(out, o->scheme);
	cs_buf_add_c(out, "://");
	cs_buf_add_str(out, o->authority);
	cs_buf_add_c(out, LOGIN);
	cs_percent_encode(o->target.len <= RETURN_MAX ? o->target : CS_STR("/"), out);
}

/* service_auth_401_redirect: what should have come with a service token is no browser. */
static bool
is_for_services(const struct cs_gate_decision *d)
{
	return d->application != NULL && d->application->answers_401 && d->has_unmet_service_policy;
}

/* No page to send a programme to: specs: Access §12.6. */
static bool
is_by_service(const struct cs_gate_decision *d)
{
	return d->verdict == CS_GATE_SERVICE_UNKNOWN || !cs_id_is_zero(d->service_token);
}

static void
answer_service(
    const struct cs_request *rq, const struct cs_gate_decision *d, struct cs_response *rs)
{
	if (d->verdict == CS_GATE_SERVICE_UNKNOWN)
		answer_json(rq, rs, 401, "service_token");
	else
		answer_json(rq, rs, 403, "not_allowed");
}

static void
answer_refusal(const struct cs_request *rq, const struct cs_original *o,
    const struct cs_gate_decision *d, struct cs_response *rs)
{
	bool is_refused = d->verdict == CS_GATE_DENIED || d->verdict == CS_GATE_UNKNOWN_HOST;
	int status = is_refused && !is_for_services(d) ? 403 : 401;
	const char *code = is_refused ? "not_allowed" : "signed_out";
	/* without an application (an ambiguous path, an unknown host) no address makes it better */
	if (d->application == NULL || is_for_services(d) ||
	    !cs_request_is_navigation(rq, o->method)) {
		answer_json(rq, rs, status, code);
		return;
	}
	struct cs_buf location;
	cs_buf_init(&location, LOCATION_MAX);
	write_login(o, &location);
	answer_json(rq, rs, o->dialect->redirects ? 302 : status, code);
	cs_str name = o->dialect->redirects ? CS_STR("Location") : CS_STR("X-Countersign-Location");
	cs_response_header(rs, name, cs_buf_str(&location));
	cs_buf_clear(&location);
}

static void
answer_decision(const struct cs_request *rq, const struct cs_original *o,
    struct cs_gate_decision *d, struct cs_response *rs)
{
	cs_str email = cs_gate_decision_email(d);
	if (d->verdict == CS_GATE_ALLOW && !is_printable(email))
		d->verdict = CS_GATE_DENIED;
	if (d->verdict == CS_GATE_BYPASS) {
		answer_pass(rs, CS_STR_NONE, CS_STR_NONE, CS_STR_NONE);
	} else if (d->verdict == CS_GATE_ALLOW) {
		char user[CS_ID_UUID_LEN];
		cs_id_uuid(d->user, user);
		answer_pass(rs, d->token, email, (cs_str){ user, sizeof(user) });
	} else if (d->verdict == CS_GATE_SERVICE) {
		answer_pass(
		    rs, (cs_str){ d->assertion, d->assertion_len }, CS_STR_NONE, CS_STR_NONE);
	} else if (is_by_service(d)) {
		answer_service(rq, d, rs);
	} else {
		answer_refusal(rq, o, d, rs);
	}
}

/* --- the two lanes --- */

/* Two cookies of that name: whose the first is, nobody knows (specs: sign in again). */
static struct cs_gate_request
gate_request(const struct cs_decision *d, const struct cs_request *rq, const struct cs_original *o)
{
	struct cs_gate_request question = {
		.host = o->host,
		.target = o->target,
		.ip = o->address,
		.credentials = cs_credentials_find,
		.ctx = rq,
		.wants_log = d->log != NULL,
	};
	if (cs_failed(cs_request_cookie(rq, CS_STR("CF_Authorization"), &question.token)))
		question.token = CS_STR_NONE;
	if (cs_failed(cs_request_header_opt(rq, CS_STR("cf-access-token"), &question.access_token)))
		question.access_token = CS_STR_NONE;
	return question;
}

static void
answer_bad_question(const struct cs_request *rq, struct cs_response *rs)
{
	answer_json(rq, rs, 400, "dialect");
}

bool
cs_decision_fast(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	struct cs_decision *d = ctx;
	struct cs_original original;
	if (!cs_is_decision(rq))
		return false;
	if (cs_failed(cs_original_decode(&d->proxies, rq, &original))) {
		answer_bad_question(rq, rs);
		return true;
	}
	CS_AUTO(cs_gate_decision_clear)
	struct cs_gate_decision decided = { .verdict = CS_GATE_DENIED };
	struct cs_gate_request question = gate_request(d, rq, &original);
	cs_gate_decide(d->gate, cs_clock_now(d->clock), &question, &decided);
	if (decided.verdict == CS_GATE_COLD)
		return false;
	answer_decision(rq, &original, &decided, rs);
	return true;
}

#define LOADED_MAX 2 /* the cookie's session, and that of Cf-Access-Token */

/* What the slow lane has gathered for one request. */
struct gathered {
	struct cs_gate_loaded loaded[LOADED_MAX];
	struct cs_app_session sessions[LOADED_MAX];
	size_t count;
};

/*
 * The epoch is read before the store: a session that is revoked meanwhile is judged once more, for
 * this request that began before, but not remembered.
 */
static cs_err
load_session(struct cs_decision *d, const struct cs_op *op, const struct cs_gate_request *rq,
    const uint8_t hash[static CS_TOKEN_HASH_LEN], struct gathered *g)
{
	if (g->count == LOADED_MAX)
		return CS_FAIL(UNAVAILABLE);
	struct cs_gate_loaded *loaded = &g->loaded[g->count];
	struct cs_app_session *session = &g->sessions[g->count];
	uint64_t epoch = cs_gate_epoch(d->gate);
	cs_err err = d->load(d->ctx, op, hash, session);
	if (cs_failed(err) && !cs_is(err, CS_E_NOT_FOUND))
		return err;
	memcpy(loaded->token_hash, hash, CS_TOKEN_HASH_LEN);
	loaded->session = cs_failed(err) ? NULL : session;
	g->count++;
	if (loaded->session == NULL) {
		cs_gate_session_unknown(d->gate, op->now, hash, &rq->ip);
		return CS_OK;
	}
	/* CONFLICT and LIMIT: judged all the same, only not remembered */
	cs_err put = cs_gate_session_put(d->gate, session, epoch);
	(void)put;
	return CS_OK;
}

static cs_err
sign_assertion(struct cs_decision *d, const struct cs_op *op, const struct cs_gate_decision *cold,
    struct cs_gate_request *rq)
{
	if (rq->assertion.text.len > 0)
		return CS_FAIL(UNAVAILABLE);
	const struct cs_access_config *config = cs_snapshot_config(cold->snapshot);
	struct cs_assertion assertion = {
		.token = cold->service_token,
		.application = cold->application->id,
	};
	uint64_t epoch = cs_gate_assertion_epoch(d->gate);
	cs_time until;
	CS_TRY(d->sign(
	    d->ctx, op, config, cold->application, assertion.token, &assertion.text, &until));
	cs_gate_assertion_put(d->gate, config->account, &assertion, until, epoch);
	rq->assertion = assertion;
	return CS_OK;
}

/*
 * The entry is the hour's: until that is over the gate answers by itself again. What cannot be
 * written now is tried again a minute later, and holds nobody up.
 */
static void
log_service(struct cs_decision *d, const struct cs_op *op, const struct cs_gate_decision *cold,
    struct cs_gate_request *rq)
{
	int64_t now = op->now.ms;
	cs_err err = d->log(d->ctx, op, cs_snapshot_config(cold->snapshot), cold->application,
	    cold->client, cold->client_passes);
	int64_t until = cs_failed(err) ? now + CS_MINUTE_MS : now - now % CS_HOUR_MS + CS_HOUR_MS;
	cs_gate_set_logged(d->gate, cold, &rq->ip, op->now, (cs_time){ until });
	rq->wants_log = false;
}

static cs_err
fetch(struct cs_decision *d, const struct cs_op *op, const struct cs_gate_decision *cold,
    struct cs_gate_request *rq, struct gathered *g)
{
	switch (cold->need) {
	case CS_NEED_SESSION:
		return load_session(d, op, rq, cold->token_hash, g);
	case CS_NEED_ASSERTION:
		return sign_assertion(d, op, cold, rq);
	case CS_NEED_LOG:
		log_service(d, op, cold, rq);
		return CS_OK;
	case CS_NEED_FRESHNESS:
		break;
	}
	return CS_FAIL(UNAVAILABLE);
}

/* Judges, fetches what that lacked, and judges again: each thing is fetched at most once. */
static cs_err
judge_by_store(struct cs_decision *d, const struct cs_op *op, struct cs_gate_request *rq,
    struct cs_gate_decision *out)
{
	if (!cs_gate_is_fresh(d->gate, op->now))
		CS_TRY(d->refresh(d->ctx, op));
	/* still not fresh: the refresh took no hold */
	if (!cs_gate_is_fresh(d->gate, op->now))
		return CS_FAIL(UNAVAILABLE);
	struct gathered g = { .count = 0 };
	for (;;) {
		cs_gate_decide_with(d->gate, op->now, rq, g.loaded, g.count, out);
		if (out->verdict != CS_GATE_COLD)
			return CS_OK;
		CS_TRY(fetch(d, op, out, rq, &g));
		cs_gate_decision_clear(out);
	}
}

void
cs_decision_slow(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	struct cs_decision *d = ctx;
	struct cs_original original;
	if (cs_failed(cs_original_decode(&d->proxies, rq, &original))) {
		answer_bad_question(rq, rs);
		return;
	}
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(SLOW_ARENA_BYTES);
	cs_time now = cs_clock_now(d->clock);
	struct cs_op op = {
		.id = rq->id,
		.now = now,
		.deadline = cs_time_add(now, d->timeout_ms),
		.arena = arena,
		.peer = original.address,
	};
	struct cs_gate_request question = gate_request(d, rq, &original);
	CS_AUTO(cs_gate_decision_clear)
	struct cs_gate_decision decided = { .verdict = CS_GATE_DENIED };
	cs_err err = judge_by_store(d, &op, &question, &decided);
	if (cs_failed(err)) {
		cs_metric_add(CS_M_DECISIONS_UNAVAILABLE, 1);
		answer_unavailable(rq, rs);
		return;
	}
	answer_decision(rq, &original, &decided, rs);
}

/* --- in front of the rest --- */

static size_t
body_limit(void *ctx, const struct cs_request *rq)
{
	struct cs_decision *d = ctx;
	return cs_is_decision(rq) ? 0 : d->rest.body_limit(d->rest.ctx, rq);
}

static bool
fast(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	struct cs_decision *d = ctx;
	if (cs_is_decision(rq))
		return cs_decision_fast(d, rq, rs);
	return d->rest.fast(d->rest.ctx, rq, rs);
}

static void
slow(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	struct cs_decision *d = ctx;
	if (cs_is_decision(rq))
		cs_decision_slow(d, rq, rs);
	else
		d->rest.slow(d->rest.ctx, rq, rs);
}

static void
refused(void *ctx, const struct cs_request *rq, int status, struct cs_response *rs)
{
	struct cs_decision *d = ctx;
	d->rest.refused(d->rest.ctx, rq, status, rs);
}

struct cs_handler
cs_decision_handler(struct cs_decision *d)
{
	return (struct cs_handler){
		.ctx = d,
		.body_limit = body_limit,
		.fast = fast,
		.slow = slow,
		.refused = d->rest.refused != NULL ? refused : NULL,
	};
}
