/* The people of an account through the configuration API, and that changes count at once. */
#include "api/caller.h"

#include "domain/auth_log.h"
#include "domain/session.h"
#include "store/authenticator_store.h"
#include "store/session_store.h"
#include "store/user_store.h"

#define USERS "/access/users"
#define NOTES "notes.halden.test"

/* --- somebody who is signed in --- */

struct person {
	cs_id id;
	cs_id authenticator;
	struct cs_global_session global;
	struct cs_app_session app;
	char token[32];
};

struct person_ctx {
	struct yard *y;
	struct person *p;
};

static cs_err
store_person(struct cs_tx *tx, void *ctx)
{
	struct person_ctx *c = ctx;
	struct person *p = c->p;
	const struct cs_authenticator a = {
		.account = c->y->halden.account,
		.id = p->authenticator,
		.subject = p->id,
		.factor = CS_STR("totp"),
		.method = CS_MFA_TOTP,
		.name = CS_STR("Pixel"),
		.sealed = CS_SPAN("sealed", 6),
		.params = CS_STR("{}"),
		.created = c->y->op.now,
	};

	CS_TRY(cs_authenticator_add(tx, &a, true, (cs_id){ { 77 } }));
	CS_TRY(cs_authenticator_confirm(tx, &a, CS_STR("Pixel"), CS_SPAN("", 0), c->y->op.now));
	CS_TRY(cs_global_session_add(tx, &p->global));
	return cs_app_session_add(tx, &p->app);
}

static cs_id
add_application(struct yard *y)
{
	return yard_add_app(y,
	    "{'name':'Notes','type':'self_hosted','domain':'" NOTES "','mfa_config':{"
	    "'allowed_authenticators':['totp'],'session_duration':'8h'},'policies':[{'name':"
	    "'Everybody','decision':'allow','include':[{'everyone':{}}]}]}");
}

static void
add_person(struct yard *y, cs_id application, const char *email, uint8_t n, struct person *p)
{
	API(a);
	CHECK_INT(
	    ask(&a, CS_POST,
		cs_arena_printf(y->arena, "{\"email\":\"%s\",\"name\":\"Ada\"}", email).p, USERS),
	    201);
	*p = (struct person){ .authenticator = { { n } } };
	CHECK_OK(cs_id_from_uuid(text(result(&a), "id"), &p->id));
	snprintf(p->token, sizeof(p->token), "aaaa.bbbb.token%d", n);
	const struct cs_identity identity = {
		.user = p->id,
		.email = cs_arena_str(y->arena, cs_str_c(email)),
		.provider = y->pin,
		.signed_in = y->op.now,
		.fields = CS_STR("{}"),
	};
	p->global = (struct cs_global_session){
		.account = y->halden.account,
		.id = { { n, 2, 3 } },
		.token_hash = { n },
		.device = { { 9 } },
		.identity = identity,
		.created = y->op.now,
		.expires = cs_time_add(y->op.now, CS_DAY_MS),
		.address = CS_STR("192.0.2.7"),
	};
	p->app = (struct cs_app_session){
		.account = y->halden.account,
		.id = { { n, 4 } },
		.application = application,
		.host = CS_STR(NOTES),
		.global_session = p->global.id,
		.identity = identity,
		.nonce = CS_STR("0123456789abcdef"),
		.created = y->op.now,
		.expires = cs_time_add(y->op.now, CS_DAY_MS),
		.proof_method = CS_MFA_TOTP,
		.proof_at = y->op.now,
		.authenticator = p->authenticator,
	};
	cs_sha256(cs_str_span(cs_str_c(p->token)), p->app.token_hash);
	struct person_ctx ctx = { y, p };
	struct cs_op op = y->op;
	op.account = y->halden.account;
	CHECK_OK(cs_store_write(y->d.store, &op, store_person, &ctx));
	CHECK_OK(cs_gate_session_put(y->d.gate, &p->app, cs_gate_epoch(y->d.gate)));
}

static enum cs_gate_verdict
decide_from_memory(struct yard *y, const struct person *p)
{
	struct cs_gate_request rq = {
		.host = CS_STR(NOTES),
		.target = CS_STR("/"),
		.ip = y->op.peer,
		.token = cs_str_c(p->token),
	};
	struct cs_gate_decision out;
	cs_gate_set_fresh(y->d.gate, cs_time_add(y->op.now, CS_MINUTE_MS));
	cs_gate_decide(y->d.gate, y->op.now, &rq, &out);
	enum cs_gate_verdict verdict = out.verdict;
	cs_gate_decision_clear(&out);
	return verdict;
}

/* As the gateway does it: what is not in memory is read from the store. */
static enum cs_gate_verdict
decide(struct yard *y, const struct person *p)
{
	enum cs_gate_verdict verdict = decide_from_memory(y, p);
	struct cs_app_session session;
	if (verdict != CS_GATE_COLD)
		return verdict;
	uint64_t epoch = cs_gate_epoch(y->d.gate);
	cs_err e = cs_session_load_app(&y->d, &y->op, p->app.token_hash, &session);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_GATE_UNAUTHENTICATED;
	CHECK_OK(e);
	CHECK_OK(cs_gate_session_put(y->d.gate, &session, epoch));
	return decide_from_memory(y, p);
}

static cs_str
uuid(struct yard *y, cs_id id)
{
	return cs_id_uuid_text(y->arena, id);
}

/* --- users --- */

TEST(a_user_is_made_listed_renamed_and_removed)
{
	YARD(y);
	API(a);
	yard_add_organization(y);
	CHECK_INT(ask(&a, CS_POST, "{\"email\":\"Ada@Halden.test\",\"name\":\"Ada\"}", USERS), 201);
	cs_str id = cs_arena_str(y->arena, text(result(&a), "id"));
	CHECK_TEXT(text(result(&a), "email"), "Ada@halden.test");
	CHECK(cs_str_equal(text(result(&a), "uid"), id));
	CHECK(json_is_false(json_object_get(result(&a), "gateway_seat")));
	CHECK(json_is_null(json_object_get(result(&a), "last_successful_login")));
	CHECK_INT(ask(&a, CS_POST, "{\"email\":\"bob@halden.test\"}", USERS), 201);
	CHECK_INT(ask(&a, CS_GET, NULL, USERS "?per_page=1&page=2"), 200);
	CHECK_INT(json_array_size(result(&a)), 1);
	CHECK_TEXT(text(json_array_get(result(&a), 0), "email"), "bob@halden.test");
	CHECK_INT(ask(&a, CS_GET, NULL, USERS "?per_page=1&page=3"), 200);
	CHECK_INT(json_array_size(result(&a)), 0);
	CHECK_INT(ask(&a, CS_GET, NULL, USERS "?search=ADA"), 200);
	CHECK_INT(json_array_size(result(&a)), 1);
	CHECK_INT(ask(&a, CS_GET, NULL, USERS "?email=bob%%40halden.test"), 200);
	CHECK_INT(json_array_size(result(&a)), 1);
	CHECK_INT(ask(&a, CS_GET, NULL, USERS "?name=nobody"), 200);
	CHECK_INT(json_array_size(result(&a)), 0);
	CHECK_INT(ask(&a, CS_PUT, "{\"email\":\"ada@halden.test\",\"name\":\"Countess\"}",
		      USERS "/%.*s", CS_STR_ARG(id)),
	    200);
	CHECK_TEXT(text(result(&a), "name"), "Countess");
	CHECK_INT(ask(&a, CS_DELETE, NULL, USERS "/%.*s", CS_STR_ARG(id)), 200);
	CHECK(json_is_null(result(&a)));
	CHECK_INT(ask(&a, CS_GET, NULL, USERS "/%.*s", CS_STR_ARG(id)), 404);
	CHECK_INT(ask(&a, CS_DELETE, NULL, USERS "/%.*s", CS_STR_ARG(id)), 404);
}

TEST(wrong_users_are_refused_and_nothing_is_kept)
{
	static const struct {
		const char *body;
		const char *reason;
	} rows[] = {
		{ "{}", "email must be one mail address" },
		{ "{\"email\":\"nobody\"}", "email must be one mail address" },
		{ "{\"email\":7}", "email must be a string" },
		{ "{\"email\":\"a@b.test\",\"name\":[]}", "name must be a string" },
		{ "{\"email\":\"a@b.test\",\"name\":\"a\\nb\"}", "control characters" },
		{ "{\"email\":\"ADA@halden.test\"}", "with this address already" },
		{ "[]", "object" },
	};
	YARD(y);
	API(a);
	yard_add_organization(y);
	CHECK_INT(ask(&a, CS_POST, "{\"email\":\"ada@halden.test\"}", USERS), 201);
	cs_str id = cs_arena_str(y->arena, text(result(&a), "id"));
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		CHECK_INT(ask(&a, CS_POST, rows[i].body, USERS), 400);
		if (strstr(error_text(&a), rows[i].reason) == NULL)
			fail_msg("\"%s\" without \"%s\"", error_text(&a), rows[i].reason);
	}
	CHECK_INT(ask(&a, CS_GET, NULL, USERS), 200);
	CHECK_INT(json_array_size(result(&a)), 1);
	/* the address says who is meant, and is not changed */
	CHECK_INT(ask(&a, CS_PUT, "{\"email\":\"bob@halden.test\",\"name\":\"x\"}", USERS "/%.*s",
		      CS_STR_ARG(id)),
	    400);
	CHECK_INT(
	    ask(&a, CS_PUT, "{\"email\":\"ada@halden.test\"}", USERS "/%.*s", CS_STR_ARG(id)), 400);
	CHECK_INT(ask(&a, CS_GET, NULL, USERS "/not-an-id"), 404);
}

TEST(people_are_counted_by_what_they_have_enrolled_and_disabled_ones_are_left_out)
{
	YARD(y);
	API(a);
	struct person ada;
	yard_add_organization(y);
	CHECK_INT(ask(&a, CS_GET, NULL, "/own/mfa_counts"), 200);
	CHECK_INT(json_integer_value(json_object_get(a.body, "users")), 0);
	add_person(y, add_application(y), "ada@halden.test", 1, &ada);
	CHECK_INT(ask(&a, CS_POST, "{\"email\":\"bob@halden.test\"}", USERS), 201);
	CHECK_INT(ask(&a, CS_POST, "{\"email\":\"cleo@halden.test\"}", USERS), 201);
	cs_str cleo = cs_arena_str(y->arena, text(result(&a), "id"));
	CHECK_INT(ask(&a, CS_POST, "{\"status\":\"disabled\"}", "/own/users/%.*s/status",
		      CS_STR_ARG(cleo)),
	    200);
	CHECK_INT(ask(&a, CS_GET, NULL, "/own/mfa_counts"), 200);
	CHECK_INT(json_integer_value(json_object_get(a.body, "users")), 2);
	const json_t *methods = json_object_get(a.body, "methods");
	CHECK_INT(json_object_size(methods), 4);
	CHECK_INT(json_integer_value(json_object_get(methods, "totp")), 1);
	CHECK_INT(json_integer_value(json_object_get(methods, "none")), 1);
	CHECK_INT(json_integer_value(json_object_get(methods, "security_key")), 0);
	CHECK_INT(json_integer_value(json_object_get(methods, "biometrics")), 0);
}

TEST(a_seat_is_answered_as_asked_and_the_answer_says_that_none_is_kept)
{
	YARD(y);
	API(a);
	yard_add_organization(y);
	CHECK_INT(ask(&a, CS_POST, "{\"email\":\"ada@halden.test\"}", USERS), 201);
	cs_str id = cs_arena_str(y->arena, text(result(&a), "id"));
	CHECK_INT(ask(&a, CS_PATCH,
		      cs_arena_printf(y->arena,
			  "[{\"seat_uid\":\"%.*s\",\"access_seat\":false,\"gateway_seat\":false}]",
			  CS_STR_ARG(id))
			  .p,
		      "/access/seats"),
	    200);
	CHECK(json_is_false(json_object_get(json_array_get(result(&a), 0), "access_seat")));
	CHECK_INT(json_array_size(json_object_get(a.body, "messages")), 1);
	CHECK_INT(ask(&a, CS_PATCH, "{}", "/access/seats"), 400);
	CHECK_INT(ask(&a, CS_PATCH, "[{\"seat_uid\":\"x\"}]", "/access/seats"), 400);
	CHECK_INT(ask(&a, CS_PATCH,
		      "[{\"seat_uid\":\"11111111-1111-4111-8111-111111111111\",\"access_seat\":"
		      "true,\"gateway_seat\":true}]",
		      "/access/seats"),
	    400);
}

/* --- what is open of theirs --- */

TEST(a_users_sessions_are_listed_by_browser_with_their_applications)
{
	YARD(y);
	API(a);
	struct person ada;
	yard_add_organization(y);
	cs_id app = add_application(y);
	add_person(y, app, "ada@halden.test", 1, &ada);
	CHECK_INT(
	    ask(&a, CS_GET, NULL, USERS "/%.*s/active_sessions", CS_STR_ARG(uuid(y, ada.id))), 200);
	CHECK_INT(json_array_size(result(&a)), 1);
	const json_t *metadata = json_object_get(json_array_get(result(&a), 0), "metadata");
	cs_str nonce = cs_arena_str(y->arena, text(metadata, "nonce"));
	CHECK_INT(nonce.len, 16);
	CHECK_INT(json_integer_value(json_object_get(metadata, "ttl")), 86400);
	const json_t *shown = json_object_get(json_object_get(metadata, "apps"), uuid(y, app).p);
	CHECK_TEXT(text(shown, "name"), "Notes");
	CHECK_TEXT(text(shown, "hostname"), NOTES);
	CHECK_INT(ask(&a, CS_GET, NULL, USERS "/%.*s/active_sessions/%.*s",
		      CS_STR_ARG(uuid(y, ada.id)), CS_STR_ARG(nonce)),
	    200);
	CHECK_TEXT(text(result(&a), "email"), "ada@halden.test");
	CHECK_TEXT(text(result(&a), "ip"), "192.0.2.7");
	CHECK(json_is_true(json_object_get(result(&a), "isActive")));
	CHECK_INT(ask(&a, CS_GET, NULL, USERS "/%.*s/active_sessions/aaaaaaaaaaaaaaaa",
		      CS_STR_ARG(uuid(y, ada.id))),
	    404);
	/* signed in by hand here, and so nobody was seen */
	CHECK_INT(
	    ask(&a, CS_GET, NULL, USERS "/%.*s/last_seen_identity", CS_STR_ARG(uuid(y, ada.id))),
	    404);
}

TEST(a_users_authenticators_are_listed)
{
	YARD(y);
	API(a);
	struct person ada;
	yard_add_organization(y);
	add_person(y, add_application(y), "ada@halden.test", 1, &ada);
	CHECK_INT(
	    ask(&a, CS_GET, NULL, USERS "/%.*s/mfa_authenticators", CS_STR_ARG(uuid(y, ada.id))),
	    200);
	CHECK_INT(json_array_size(result(&a)), 1);
	const json_t *one = json_array_get(result(&a), 0);
	CHECK_TEXT(text(one, "name"), "Pixel");
	CHECK_TEXT(text(one, "type"), "totp");
	CHECK(json_is_null(json_object_get(one, "aaguid")));
	CHECK(cs_str_equal(text(one, "id"), uuid(y, ada.authenticator)));
	CHECK_INT(ask(&a, CS_GET, NULL, USERS "/%.*s", CS_STR_ARG(uuid(y, ada.id))), 200);
	const json_t *own = json_object_get(result(&a), "countersign");
	CHECK_INT(json_array_size(json_object_get(own, "methods")), 1);
	CHECK_TEXT(text(own, "status"), "active");
}

/* --- at once: the next decision of this node --- */

/* One change, after which the person is let in no more, and another person still is. */
#define AT_ONCE(NAME, VERDICT, ...) \
	TEST(NAME) \
	{ \
		YARD(y); \
		API(a); \
		struct person ada, bob; \
		yard_add_organization(y); \
		cs_id app = add_application(y); \
		add_person(y, app, "ada@halden.test", 1, &ada); \
		add_person(y, app, "bob@halden.test", 2, &bob); \
		CHECK_INT(decide(y, &ada), CS_GATE_ALLOW); \
		__VA_ARGS__; \
		CHECK_INT(decide(y, &ada), VERDICT); \
	}

AT_ONCE(removing_an_authenticator_ends_what_rests_on_it_at_once, CS_GATE_UNAUTHENTICATED,
    CHECK_INT(ask(&a, CS_DELETE, NULL, USERS "/%.*s/mfa_authenticators/%.*s",
		  CS_STR_ARG(uuid(y, ada.id)), CS_STR_ARG(uuid(y, ada.authenticator))),
	200),
    CHECK_INT(decide(y, &bob), CS_GATE_ALLOW))

AT_ONCE(an_authenticator_of_somebody_else_is_not_removed_by_this_path, CS_GATE_ALLOW,
    CHECK_INT(ask(&a, CS_DELETE, NULL, USERS "/%.*s/mfa_authenticators/%.*s",
		  CS_STR_ARG(uuid(y, bob.id)), CS_STR_ARG(uuid(y, ada.authenticator))),
	404))

AT_ONCE(removing_a_user_ends_everything_of_theirs_at_once, CS_GATE_UNAUTHENTICATED,
    CHECK_INT(ask(&a, CS_DELETE, NULL, USERS "/%.*s", CS_STR_ARG(uuid(y, ada.id))), 200),
    CHECK_INT(decide(y, &bob), CS_GATE_ALLOW))

AT_ONCE(disabling_a_user_counts_at_once, CS_GATE_UNAUTHENTICATED,
    CHECK_INT(ask(&a, CS_POST, "{\"status\":\"disabled\"}", "/own/users/%.*s/status",
		  CS_STR_ARG(uuid(y, ada.id))),
	200),
    CHECK_INT(decide(y, &bob), CS_GATE_ALLOW))

AT_ONCE(a_user_who_is_enabled_again_signs_in_anew, CS_GATE_UNAUTHENTICATED,
    CHECK_INT(ask(&a, CS_POST, "{\"status\":\"disabled\"}", "/own/users/%.*s/status",
		  CS_STR_ARG(uuid(y, ada.id))),
	200),
    CHECK_INT(ask(&a, CS_POST, "{\"status\":\"active\"}", "/own/users/%.*s/status",
		  CS_STR_ARG(uuid(y, ada.id))),
	200))

AT_ONCE(a_status_that_is_none_ends_nothing, CS_GATE_ALLOW,
    CHECK_INT(ask(&a, CS_POST, "{\"status\":\"Disabled\"}", "/own/users/%.*s/status",
		  CS_STR_ARG(uuid(y, ada.id))),
	400))

AT_ONCE(revoking_a_user_counts_at_once, CS_GATE_UNAUTHENTICATED,
    CHECK_INT(
	ask(&a, CS_POST, "{\"email\":\"ADA@halden.test\"}", "/access/organizations/revoke_user"),
	200),
    CHECK_INT(decide(y, &bob), CS_GATE_ALLOW))

AT_ONCE(another_method_that_an_application_wants_counts_at_once, CS_GATE_STEP_UP,
    CHECK_INT(ask(&a, CS_PUT,
		  "{\"name\":\"Halden\",\"mfa_config\":{\"allowed_authenticators\":[\"totp\","
		  "\"security_key\"],\"session_duration\":\"8h\"}}",
		  "/access/organizations"),
	200),
    CHECK_INT(ask(&a, CS_PUT,
		  "{\"name\":\"Notes\",\"type\":\"self_hosted\",\"domain\":\"" NOTES
		  "\",\"mfa_config\":{\"allowed_authenticators\":[\"security_key\"]}}",
		  "/access/apps/%.*s", CS_STR_ARG(uuid(y, app))),
	200))

AT_ONCE(a_shorter_duration_counts_at_once, CS_GATE_STEP_UP,
    y->op.now = cs_time_add(y->op.now, CS_HOUR_MS), CHECK_INT(decide(y, &ada), CS_GATE_ALLOW),
    CHECK_INT(ask(&a, CS_PUT,
		  "{\"name\":\"Notes\",\"type\":\"self_hosted\",\"domain\":\"" NOTES
		  "\",\"mfa_config\":{\"session_duration\":\"30m\"}}",
		  "/access/apps/%.*s", CS_STR_ARG(uuid(y, app))),
	200))

AT_ONCE(a_policy_that_lets_in_somebody_else_alone_counts_at_once, CS_GATE_DENIED,
    CHECK_INT(ask(&a, CS_PUT,
		  "{\"name\":\"Notes\",\"type\":\"self_hosted\",\"domain\":\"" NOTES
		  "\",\"policies\":[{\"name\":\"Bob\",\"decision\":\"allow\",\"include\":[{"
		  "\"email\":{\"email\":\"bob@halden.test\"}}]}]}",
		  "/access/apps/%.*s", CS_STR_ARG(uuid(y, app))),
	200))

AT_ONCE(a_change_that_is_refused_changes_nothing, CS_GATE_ALLOW,
    CHECK_INT(ask(&a, CS_PUT,
		  "{\"name\":\"Notes\",\"type\":\"self_hosted\",\"domain\":\"" NOTES
		  "\",\"mfa_config\":{\"session_duration\":\"25x\"},\"policies\":[]}",
		  "/access/apps/%.*s", CS_STR_ARG(uuid(y, app))),
	400),
    CHECK_INT(
	ask(&a, CS_PUT, "{\"name\":\"Halden\",\"mfa_config\":{\"allowed_authenticators\":[]}}",
	    "/access/organizations"),
	400))

/* --- the log --- */

static void
log_event(struct yard *y, const struct person *p, cs_id app, enum cs_auth_reason reason)
{
	struct cs_op op = y->op;
	op.account = y->halden.account;
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	CHECK_OK(cs_gate_acquire(y->d.gate, op.account, &held));
	const struct cs_access_config *config = cs_snapshot_config(held);
	const struct cs_auth_event event = {
		.reason = reason,
		.user = p->id,
		.email = p->global.identity.email,
		.provider = y->pin,
		.app = cs_id_is_zero(app) ? NULL : &config->applications[0],
		.method = CS_MFA_TOTP,
	};
	CHECK_OK(cs_auth_log_write(&y->d, &op, config, &event));
}

static size_t
count_of(struct api *a, const char *query)
{
	CHECK_INT(ask(a, CS_GET, NULL, "/access/logs/access_requests?%s", query), 200);
	return json_array_size(result(a));
}

TEST(sign_ins_are_shown_as_the_clients_read_them_and_narrowed_as_they_ask)
{
	YARD(y);
	API(a);
	struct person ada, bob;
	yard_add_organization(y);
	cs_id app = add_application(y);
	add_person(y, app, "ada@halden.test", 1, &ada);
	add_person(y, app, "bob@halden.test", 2, &bob);
	log_event(y, &ada, app, CS_AUTH_ALLOWED);
	y->op.now = cs_time_add(y->op.now, CS_MINUTE_MS);
	log_event(y, &bob, app, CS_AUTH_POLICY);
	log_event(y, &bob, cs_id_zero, CS_AUTH_ALLOWED);
	CHECK_INT(count_of(&a, ""), 3);
	CHECK_INT(count_of(&a, "direction=asc&limit=1"), 1);
	const json_t *first = json_array_get(result(&a), 0);
	CHECK_TEXT(text(first, "user_email"), "ada@halden.test");
	CHECK_TEXT(text(first, "app_domain"), NOTES);
	CHECK_TEXT(text(first, "app_name"), "Notes");
	CHECK_TEXT(text(first, "action"), "login");
	CHECK_TEXT(text(first, "connection"), "onetimepin");
	CHECK_TEXT(text(first, "ray_id"), "0100000000000000");
	CHECK(json_is_true(json_object_get(first, "allowed")));
	CHECK(cs_str_equal(text(first, "app_uid"), uuid(y, app)));
	CHECK_INT(count_of(&a, "email=BOB"), 2);
	CHECK_INT(count_of(&a, "email=bob&email_exact=true"), 0);
	CHECK_INT(count_of(&a, "email=bob%40halden.test&emailOp=eq"), 2);
	CHECK_INT(count_of(&a, "email=bob%40halden.test&emailOp=neq"), 1);
	CHECK_INT(count_of(&a, "allowed=false"), 1);
	CHECK_TEXT(text(json_array_get(result(&a), 0), "reason"), "policy");
	CHECK_INT(count_of(&a, "allowed=false&allowedOp=neq"), 2);
	CHECK_INT(count_of(&a, "app_type=app_launcher"), 1);
	CHECK_INT(count_of(&a, "app_type=app_launcher&app_typeOp=neq"), 2);
	CHECK_INT(count_of(&a, "app_type=saas"), 0);
	CHECK_INT(count_of(&a, "app_type=saas&app_typeOp=neq"), 3);
	CHECK_INT(count_of(&a, "idp=onetimepin"), 3);
	CHECK_INT(count_of(&a, "idp=oidc&idpOp=neq"), 3);
	CHECK_INT(count_of(&a, "non_identity=true"), 0);
	CHECK_INT(count_of(&a, "country_code=NO"), 0);
	CHECK_INT(count_of(&a, "ray_id=0100000000000000"), 3);
	CHECK_INT(count_of(&a, "page=2&per_page=2"), 1);
	CHECK_INT(count_of(&a, "page=3&per_page=2"), 0);
	CHECK_INT(count_of(&a, "fields=user_email,allowed&limit=1"), 1);
	CHECK_INT(json_object_size(json_array_get(result(&a), 0)), 2);
	CHECK_INT(
	    count_of(&a, cs_arena_printf(y->arena, "app_uid=%.*s", CS_STR_ARG(uuid(y, app))).p), 2);
	CHECK_INT(
	    count_of(&a, cs_arena_printf(y->arena, "user_id=%.*s", CS_STR_ARG(uuid(y, ada.id))).p),
	    1);
	CHECK_INT(count_of(&a, cs_arena_printf(y->arena, "since=%.*s",
				   CS_STR_ARG(cs_time_text(y->arena, y->op.now)))
				   .p),
	    2);
	CHECK_INT(count_of(&a, cs_arena_printf(y->arena, "until=%.*s",
				   CS_STR_ARG(cs_time_text(y->arena, y->op.now)))
				   .p),
	    1);
	CHECK_INT(
	    ask(&a, CS_GET, NULL, USERS "/%.*s/failed_logins", CS_STR_ARG(uuid(y, bob.id))), 200);
	CHECK_INT(json_array_size(result(&a)), 1);
	const json_t *metadata = json_object_get(json_array_get(result(&a), 0), "metadata");
	CHECK_TEXT(text(metadata, "app_name"), "Notes");
	CHECK_INT(text(metadata, "aud").len, 64);
	CHECK_TEXT(text(metadata, "user_email"), "bob@halden.test");
}

TEST(questions_that_are_none_are_refused_by_name)
{
	static const char *const rows[][2] = {
		{ "limit=0", "limit" },
		{ "limit=x", "limit" },
		{ "since=yesterday", "since" },
		{ "until=2026-02-30T00:00:00Z", "until" },
		{ "direction=up", "direction" },
		{ "email=a&emailOp=like", "emailOp" },
		{ "allowed=1", "allowed" },
		{ "allowed=true&allowedOp=is", "allowedOp" },
		{ "app_uid=x", "app_uid" },
		{ "user_id=x", "user_id" },
		{ "email=a&email=b", "email" },
	};
	YARD(y);
	API(a);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		CHECK_INT(
		    ask(&a, CS_GET, NULL, "/access/logs/access_requests?%s", rows[i][0]), 400);
		if (strstr(error_text(&a), rows[i][1]) == NULL)
			fail_msg("\"%s\" without \"%s\"", error_text(&a), rows[i][1]);
	}
}

static cs_err
count_entries(struct cs_tx *tx, void *ctx)
{
	const struct cs_auth_entry *entries;
	const struct cs_auth_query all = { .until = cs_seconds(INT64_C(9999999999)), .max = 100 };
	return cs_auth_log_list(tx, cs_tx_op(tx)->account, &all, &entries, ctx);
}

TEST(a_service_token_is_logged_once_an_hour_for_each_place_and_outcome)
{
	YARD(y);
	API(a);
	yard_add_organization(y);
	(void)add_application(y);
	const struct cs_service_token token = { .id = { { 8 } }, .name = CS_STR("Backup job") };
	struct cs_op op = y->op;
	size_t count = 0;
	op.account = y->halden.account;
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	CHECK_OK(cs_gate_acquire(y->d.gate, op.account, &held));
	const struct cs_access_config *config = cs_snapshot_config(held);
	const struct cs_application *app = &config->applications[0];
	CHECK_OK(cs_auth_log_service(&y->d, &op, config, app, &token, true));
	op.now = cs_time_add(op.now, CS_SECOND_MS);
	CHECK_OK(cs_auth_log_service(&y->d, &op, config, app, &token, true));
	CHECK_OK(cs_auth_log_service(&y->d, &op, config, app, &token, false));
	CHECK_OK(cs_store_read(y->d.store, &op, count_entries, &count));
	CHECK_INT(count, 2);
	op.now = cs_time_add(op.now, CS_HOUR_MS);
	CHECK_OK(cs_auth_log_service(&y->d, &op, config, app, &token, true));
	y->op.now = op.now;
	CHECK_INT(count_of(&a, "non_identity=true&allowed=true"), 2);
	const json_t *one = json_array_get(result(&a), 0);
	CHECK_TEXT(text(one, "service_token_name"), "Backup job");
	CHECK_TEXT(text(one, "user_email"), "");
	CHECK_TEXT(text(one, "connection"), "service-token");
}

/* --- what is stored may be long --- */

#define LONG_FIELDS 16384
#define APP_FIELDS 4000
#define OPEN_BROWSERS 199

struct long_ctx {
	struct yard *y;
	struct person p;
	cs_str fields;
	unsigned browsers, applications; /* to add */
	uint8_t next;
};

static cs_err
add_long_sessions(struct cs_tx *tx, void *ctx)
{
	struct long_ctx *c = ctx;
	for (unsigned i = 0; i < c->browsers; i++) {
		struct cs_global_session g = c->p.global;
		g.id = (cs_id){ { 9, 1, (uint8_t)i } };
		memcpy(g.token_hash, g.id.b, sizeof(g.id.b));
		g.identity.fields = c->fields;
		CS_TRY(cs_global_session_add(tx, &g));
	}
	for (unsigned i = 0; i < c->applications; i++) {
		struct cs_app_session s = c->p.app;
		s.id = (cs_id){ { 9, 2, c->next++ } };
		memcpy(s.token_hash, s.id.b, sizeof(s.id.b));
		s.identity.fields = cs_str_slice(c->fields, 0, APP_FIELDS);
		CS_TRY(cs_app_session_add(tx, &s));
	}
	return CS_OK;
}

TEST(sessions_with_long_claims_are_listed_or_said_to_be_too_many_and_end_nothing)
{
	YARD(y);
	API(a);
	yard_add_organization(y);
	cs_id app = add_application(y);
	struct long_ctx c = { .y = y, .browsers = OPEN_BROWSERS };
	char *fields = cs_arena_alloc(y->arena, LONG_FIELDS);
	struct cs_op op = y->op;
	memset(fields, ' ', LONG_FIELDS);
	fields[0] = '{';
	fields[LONG_FIELDS - 1] = '}';
	c.fields = (cs_str){ fields, LONG_FIELDS };
	op.account = y->halden.account;
	add_person(y, app, "ada@halden.test", 1, &c.p);
	CHECK_OK(cs_store_write(y->d.store, &op, add_long_sessions, &c));
	c.browsers = 0;
	c.applications = 1;
	for (unsigned i = 0; i < 199; i++) {
		CHECK_OK(cs_store_write(y->d.store, &op, add_long_sessions, &c));
		int status = ask(
		    &a, CS_GET, NULL, USERS "/%.*s/active_sessions", CS_STR_ARG(uuid(y, c.p.id)));
		CHECK(status == 200 || status == 413);
	}
	CHECK_INT(a.status, 413);
}

TEST_MAIN("api/user_directory")
