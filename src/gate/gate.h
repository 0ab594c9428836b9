/*
 * gate.h - the fast lane: decides one request from memory, on an event thread.
 *
 * Never blocks, signs, logs per request or allocates with the input's size. It knows what domain/
 * has published (one configuration snapshot per account, application sessions) and nothing else; it
 * links base, crypto and model only. All functions may be called from any thread.
 *
 * How domain/ uses it
 *   configuration  build a cs_access_config in an arena, cs_snapshot_new, cs_gate_publish
 *   sign-in        cs_gate_acquire…, cs_snapshot_route, cs_access_evaluate, cs_snapshot_release
 *   sessions       before reading the store: epoch = cs_gate_epoch(); after: cs_gate_session_put
 *   revocation     cs_gate_apply with rows of the change sequence, or one of cs_gate_drop_…
 *   freshness      cs_gate_set_fresh after each successful poll of the change sequence
 */
#ifndef CS_GATE_GATE_H
#define CS_GATE_GATE_H

#include "base/net.h"
#include "base/time.h"
#include "gate/assertions.h"
#include "gate/evaluate.h"
#include "gate/geo.h"
#include "gate/mfa.h"
#include "gate/seen.h"
#include "gate/services.h"
#include "gate/snapshot.h"
#include "model/access.h"
#include "model/change.h"
#include "model/session.h"

struct cs_gate;

struct cs_gate_config {
	size_t max_sessions; /* cached; more evict the least used. 0: 1,000,000 */
	/*
	 * Unknown tokens of one source (cs_addr_source) that are looked up in a minute; beyond that
	 * what is not in memory counts as unknown. 0: 120.
	 */
	unsigned unknown_per_minute;
};

void cs_gate_new(const struct cs_gate_config *cfg, struct cs_gate **out);
void cs_gate_free(struct cs_gate **g);

/* --- configuration --- */

/*
 * Takes *snapshot (NULL afterwards). From the next decision on it is in force for its account. An
 * application host or auth host that another account published earlier stays with that account,
 * also where patterns overlap (HOST_CONTESTED is logged).
 */
void cs_gate_publish(struct cs_gate *g, struct cs_snapshot **snapshot);
/* The account is gone: its configuration and its sessions. */
void cs_gate_account_forget(struct cs_gate *g, cs_id account);

/* A reference to the account's snapshot, to be given back with cs_snapshot_release. NOT_FOUND. */
cs_err cs_gate_acquire(struct cs_gate *g, cs_id account, const struct cs_snapshot **out);
/* The same by the account's auth host or an application's; host: lower case, no port. */
cs_err cs_gate_acquire_by_auth_host(struct cs_gate *g, cs_str host, const struct cs_snapshot **out);
cs_err cs_gate_acquire_by_app_host(struct cs_gate *g, cs_str host, const struct cs_snapshot **out);
cs_err cs_gate_account_by_auth_host(struct cs_gate *g, cs_str host, cs_id *out);
cs_err cs_gate_account_by_app_host(struct cs_gate *g, cs_str host, cs_id *out);

/*
 * Until when the gate may decide by itself: the time of the last successful poll of the change
 * sequence plus the bound (5 s). Zero, the start, means never: everything is COLD. An earlier time
 * counts as well: a clock that was set back must not keep the gate fresh.
 */
void cs_gate_set_fresh(struct cs_gate *g, cs_time until);
bool cs_gate_is_fresh(const struct cs_gate *g, cs_time now);

/*
 * Somebody who asks from ip, with what the gate knows of that address. identity may be NULL.
 */
struct cs_asker cs_gate_asker(struct cs_gate *g, const struct cs_access_config *config,
    const struct cs_identity *identity, const struct cs_addr *ip);

/* Countries by this database from now on (NULL: none is known). Takes *geo. */
void cs_gate_set_geo(struct cs_gate *g, struct cs_geo **geo);

/* --- application sessions --- */

/*
 * Counts what was dropped so far. Read it before the session is read from, or written to, the
 * store; a session that a revocation may have overtaken is then not cached.
 */
uint64_t cs_gate_epoch(const struct cs_gate *g);
/*
 * Remember a session. Kept of it: account, id, token_hash, application, host, global_session,
 * identity's user, email, provider, amr and fields, expires, proof_*, authenticator.
 * Errors: CONFLICT (something was dropped since epoch: read the store again, or do without),
 * LIMIT (email over 254 bytes, host over 253, amr over 480 in all, fields over 4096).
 */
cs_err cs_gate_session_put(struct cs_gate *g, const struct cs_app_session *s, uint64_t epoch);
/*
 * What is remembered, texts copied to a; everything else is zero. Expiry is the caller's to judge.
 * Errors: NOT_FOUND.
 */
cs_err cs_gate_session_find(struct cs_gate *g, struct cs_arena *a,
    const uint8_t token_hash[static CS_TOKEN_HASH_LEN], struct cs_app_session *out);
/* The store does not know this token, presented from ip: asked for again, it is refused here. */
void cs_gate_session_unknown(struct cs_gate *g, cs_time now,
    const uint8_t token_hash[static CS_TOKEN_HASH_LEN], const struct cs_addr *ip);

/*
 * Forget all sessions that the changes name, and after a SIGNING_KEY row what was signed before;
 * CONFIG rows are passed over.
 */
void cs_gate_apply(struct cs_gate *g, const struct cs_change *changes, size_t count);
/* One change. When they return, no decision that begins later knows these sessions. */
void cs_gate_drop_session(struct cs_gate *g, cs_id account, cs_id session);
void cs_gate_drop_global_session(struct cs_gate *g, cs_id account, cs_id global_session);
void cs_gate_drop_user(struct cs_gate *g, cs_id account, cs_id user);
void cs_gate_drop_authenticator(struct cs_gate *g, cs_id account, cs_id authenticator);
void cs_gate_drop_application(struct cs_gate *g, cs_id account, cs_id application);
/* Also the gauge SESSIONS_CACHED. */
size_t cs_gate_session_count(const struct cs_gate *g);

/* --- the decision --- */

#define CS_GATE_EMAIL_MAX 254
#define CS_GATE_TOKEN_MAX 8192

/* A JWT that the slow lane has just signed for this request. */
struct cs_assertion {
	cs_id token;
	cs_id application;
	cs_str text;
};

struct cs_gate_request {
	cs_str host; /* of the application: lower case, no port */
	cs_str target; /* raw path and query, as the browser sent it */
	struct cs_addr ip; /* the person's address, by the dialect */
	cs_str token; /* CF_Authorization; empty when absent or there twice */
	/*
	 * Cf-Access-Token: an application token, of this application (then as the cookie, when there
	 * is none) or of another one, which a linked_app_token rule may name.
	 */
	cs_str access_token;
	/*
	 * A service token's credentials, asked for once the application is known, since it may name a
	 * header of its own for them. NULL: none.
	 */
	enum cs_credentials (*credentials)(
	    const void *ctx, const struct cs_application *app, struct cs_client *out);
	const void *ctx;
	struct cs_assertion assertion;
	/* What the sign-in log does not say yet of a programme is COLD. */
	bool wants_log;
};

enum cs_gate_verdict {
	CS_GATE_DENIED = 0, /* 403: by the policies, or an ambiguous path */
	CS_GATE_ALLOW, /* with the facts below */
	CS_GATE_BYPASS, /* passes without identity */
	CS_GATE_SERVICE, /* a service token passes, with its assertion */
	CS_GATE_UNAUTHENTICATED, /* no session that is good here: sign in */
	/* signed in, but the second factor is missing, too old or of another method: sign in again,
	 * which asks for it alone */
	CS_GATE_STEP_UP,
	/* credentials that are none: malformed, unknown, wrong, over. No person to send anywhere */
	CS_GATE_SERVICE_UNKNOWN,
	CS_GATE_COLD, /* not in memory, or not fresh: the slow lane must look */
	CS_GATE_UNKNOWN_HOST, /* no application has this host */
};

/* What COLD waits for. */
enum cs_gate_need {
	CS_NEED_FRESHNESS = 0,
	CS_NEED_SESSION, /* of token_hash */
	CS_NEED_ASSERTION, /* of service_token to application */
	CS_NEED_LOG, /* that client came to application, and whether it passes: client_passes */
};

struct cs_gate_decision {
	enum cs_gate_verdict verdict;
	enum cs_gate_need need; /* for COLD */
	const struct cs_snapshot *snapshot; /* held; NULL when the host is unknown */
	const struct cs_application *application; /* in snapshot; NULL when none was selected */
	const struct cs_policy *policy; /* in snapshot; NULL when none matched */
	struct cs_mfa_requirement mfa; /* for STEP_UP and ALLOW */
	bool has_unmet_service_policy;
	cs_id service_token; /* that authenticated itself: then DENIED is no person's either */
	const struct cs_service_token *client; /* in snapshot: whose id came, even if unproved */
	bool client_passes; /* for CS_NEED_LOG */
	uint8_t token_hash[CS_TOKEN_HASH_LEN];
	/* for ALLOW, STEP_UP and DENIED by a policy */
	cs_id user;
	cs_id session;
	cs_str token; /* the request's own that ALLOW rests on; empty when it was a linked one */
	size_t email_len;
	size_t assertion_len;
	char email[CS_GATE_EMAIL_MAX];
	char assertion[CS_ASSERTION_MAX]; /* for SERVICE */
};

/* From memory alone. out must be given back with cs_gate_decision_clear. Below 3 microseconds. */
void cs_gate_decide(
    struct cs_gate *g, cs_time now, const struct cs_gate_request *rq, struct cs_gate_decision *out);

/* What the slow lane read of one token: session NULL when the store knows none. */
struct cs_gate_loaded {
	uint8_t token_hash[CS_TOKEN_HASH_LEN];
	const struct cs_app_session *session;
};

/*
 * The slow lane's, which has made the gate fresh before: what was loaded comes before what is
 * remembered. COLD again when something else is needed.
 */
void cs_gate_decide_with(struct cs_gate *g, cs_time now, const struct cs_gate_request *rq,
    const struct cs_gate_loaded *loaded, size_t count, struct cs_gate_decision *out);
void cs_gate_decision_clear(struct cs_gate_decision *d);
static inline cs_str
cs_gate_decision_email(const struct cs_gate_decision *d)
{
	return (cs_str){ d->email, d->email_len };
}

/* --- service tokens --- */

/* The epoch is read before the token is signed: what another signing key overtakes is not kept. */
uint64_t cs_gate_assertion_epoch(const struct cs_gate *g);
void cs_gate_assertion_put(struct cs_gate *g, cs_id account, const struct cs_assertion *assertion,
    cs_time until, uint64_t epoch);
/* What CS_NEED_LOG asked for is in the sign-in log, or is not to be tried again, until then. */
void cs_gate_set_logged(struct cs_gate *g, const struct cs_gate_decision *d,
    const struct cs_addr *ip, cs_time now, cs_time until);
/* Which tokens passed since they were last taken, up to max; how many. */
size_t cs_gate_take_seen(struct cs_gate *g, struct cs_gate_seen *out, size_t max);

#endif
