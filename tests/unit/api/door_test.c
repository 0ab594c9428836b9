#include "domain/yard.h"

#include "api/cloudflare/routes.h"
#include "api/router.h"
#include "store/session_store.h"
#include "store/user_store.h"

#define CONSOLE "console.example.test"
#define ORIGIN "https://console.example.test"
#define PASSWORD "correct horse battery"

/* --- one request, without sockets --- */

struct asking {
	enum cs_method method;
	const char *host;
	const char *target; /* %s stands for the account */
	cs_id account;
	const char *headers[7][2];
	const char *body;
};

struct answered {
	int status;
	int code; /* of the first error; 0: none */
	char text[512];
};

static cs_time
yard_now(void *ctx)
{
	return ((struct yard *)ctx)->op.now;
}

static struct answered
read_answer(const struct cs_response *rs)
{
	struct answered out = { .status = rs->status };
	CS_AUTO(cs_json_free)
	json_t *j =
	    json_loadb((const char *)rs->body.p, rs->body.len, JSON_REJECT_DUPLICATES, NULL);
	CHECK(json_is_object(j));
	CHECK(json_is_boolean(json_object_get(j, "success")));
	CHECK(json_is_array(json_object_get(j, "messages")));
	CHECK(json_object_get(j, "result") != NULL);
	CHECK(json_is_true(json_object_get(j, "success")) == (rs->status < 300));
	const json_t *error = json_array_get(json_object_get(j, "errors"), 0);
	CHECK((error == NULL) == (rs->status < 300));
	out.code = (int)json_integer_value(json_object_get(error, "code"));
	if (error != NULL)
		snprintf(out.text, sizeof(out.text), "%s",
		    json_string_value(json_object_get(error, "message")));
	return out;
}

static struct answered
ask(struct yard *y, const struct asking *a)
{
	struct cs_clock clock = { yard_now, y };
	struct cs_api api;
	struct cs_header headers[8];
	struct cs_response rs;
	char id[CS_ID_HEX_LEN];
	cs_id_hex(a->account, id);
	cs_str target = cs_str_c(a->target);
	size_t hole = cs_str_find(target, '%', 0);
	if (hole < target.len)
		target = cs_arena_printf(y->arena, "%.*s%.*s%s", (int)hole, target.p, CS_ID_HEX_LEN,
		    id, target.p + hole + 2);
	struct cs_request rq = {
		.id = { { 5 } },
		.method = a->method,
		.target = target,
		.path = cs_str_slice(target, 0, cs_str_find(target, '?', 0)),
		.query = cs_str_slice(target, cs_str_find(target, '?', 0) + 1, target.len),
		.host = cs_str_c(a->host),
		.authority = cs_str_c(a->host),
		.headers = headers,
		.body = a->body == NULL ? CS_SPAN_NONE : cs_str_span(cs_str_c(a->body)),
		.peer = y->op.peer,
	};
	for (; a->headers[rq.header_count][0] != NULL; rq.header_count++)
		headers[rq.header_count] = (struct cs_header){
			cs_str_c(a->headers[rq.header_count][0]),
			cs_str_c(a->headers[rq.header_count][1]),
		};
	cs_api_init(&api, &y->d, &clock);
	cs_response_init(&rs);
	struct cs_handler handler = cs_api_handler(&api);
	handler.slow(handler.ctx, &rq, &rs);
	struct answered out = read_answer(&rs);
	cs_response_clear(&rs);
	return out;
}

static void
check(struct answered got, int status, int code)
{
	if (got.status != status || got.code != code)
		fail_msg(
		    "%d %d \"%s\" instead of %d %d", got.status, got.code, got.text, status, code);
}

/* --- by token --- */

#define APPS "/client/v4/accounts/%s/access/apps"
#define ORGS "/client/v4/accounts/%s/access/organizations"
#define GROUPS "/client/v4/accounts/%s/access/groups"
#define GROUP "{\"name\":\"G\",\"include\":[{\"everyone\":{}}]}"

static const char *
bearer(struct yard *y, cs_str token)
{
	return cs_arena_printf(y->arena, "Bearer %.*s", CS_STR_ARG(token)).p;
}

static struct asking
by_token(struct yard *y, enum cs_method method, const char *target, const char *body)
{
	return (struct asking){
		.method = method,
		.host = "127.0.0.1",
		.target = target,
		.account = y->halden.account,
		.headers = { { "authorization", bearer(y, y->halden.api_token) } },
		.body = body,
	};
}

TEST(a_token_opens_its_own_account_on_whatever_host)
{
	YARD(y);
	struct asking a = by_token(y, CS_GET, GROUPS, NULL);
	check(ask(y, &a), 200, 0);
	a.host = "auth.oslo.test";
	check(ask(y, &a), 200, 0);
}

TEST(a_token_opens_no_other_account)
{
	YARD(y);
	struct asking a = by_token(y, CS_GET, GROUPS, NULL);
	a.account = y->oslo.account;
	check(ask(y, &a), 404, 7003);
	a.account = cs_id_zero;
	check(ask(y, &a), 404, 7003);
	a.target = "/client/v4/accounts/halden/access/groups";
	check(ask(y, &a), 404, 7003);
}

TEST(a_credential_that_is_none_is_refused)
{
	YARD(y);
	const char *good = bearer(y, y->halden.api_token);
	const struct {
		const char *name, *value;
		int status, code;
	} rows[] = {
		{ "accept", "application/json", 400, 9106 },
		{ "x-auth-key", "k", 400, 9106 },
		{ "authorization", "", 400, 9106 },
		{ "authorization", "Bearer", 403, 10000 },
		{ "authorization", "Bearer ", 403, 10000 },
		{ "authorization", "Basic YTpi", 403, 10000 },
		{ "authorization", good + strlen("Bearer "), 403, 10000 },
		{ "authorization", "Bearer cst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 403,
		    10000 },
	};
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct asking a = by_token(y, CS_GET, GROUPS, NULL);
		a.headers[0][0] = rows[i].name;
		a.headers[0][1] = rows[i].value;
		check(ask(y, &a), rows[i].status, rows[i].code);
	}
	struct asking twice = by_token(y, CS_GET, GROUPS, NULL);
	twice.headers[1][0] = "authorization";
	twice.headers[1][1] = good;
	check(ask(y, &twice), 400, 9106);
}

struct making {
	struct yard *yard;
	uint32_t permissions;
	cs_str text;
};

static cs_err
make_token(struct cs_tx *tx, void *ctx)
{
	struct making *m = ctx;
	const struct cs_new_api_token wanted = {
		.account = m->yard->halden.account,
		.name = CS_STR("narrow"),
		.creator = m->yard->halden.owner,
		.permissions = m->permissions,
	};
	cs_id id;
	return cs_api_token_create(tx, &m->yard->d, &wanted, &id, &m->text);
}

/* What a token with these permissions is answered: 403, or what the content deserves. */
static int
status_with(struct yard *y, uint32_t permissions, enum cs_method method, const char *target)
{
	struct making m = { .yard = y, .permissions = permissions };
	struct cs_op op = y->op;
	op.account = y->halden.account;
	CHECK_OK(cs_store_write(y->d.store, &op, make_token, &m));
	struct asking a = by_token(y, method, target, method == CS_GET ? NULL : "{}");
	a.headers[0][1] = bearer(y, m.text);
	return ask(y, &a).status;
}

TEST(each_route_needs_a_permission_of_its_area)
{
	static const struct {
		enum cs_method method;
		const char *target;
		uint32_t any_of;
	} rows[] = {
		{ CS_GET, ORGS, CS_MAY_SEE_ORGS },
		{ CS_PUT, ORGS, CS_MAY_ORGS_WRITE },
		{ CS_POST, ORGS, CS_MAY_ORGS_WRITE },
		{ CS_PATCH, ORGS, CS_MAY_ORGS_WRITE },
		{ CS_POST, ORGS "/revoke_user", CS_MAY_ORGS_WRITE | CS_MAY_ORGS_REVOKE },
		{ CS_GET, GROUPS, CS_MAY_SEE_ORGS },
		{ CS_POST, GROUPS, CS_MAY_ORGS_WRITE },
		{ CS_GET, APPS, CS_MAY_SEE_APPS },
		{ CS_POST, APPS, CS_MAY_APPS_WRITE },
		{ CS_POST, APPS "/11111111-1111-4111-8111-111111111111/revoke_tokens",
		    CS_MAY_APPS_WRITE | CS_MAY_APPS_REVOKE },
		{ CS_DELETE, APPS "/11111111-1111-4111-8111-111111111111", CS_MAY_APPS_WRITE },
		{ CS_GET, "/client/v4/accounts/%s/access/policies", CS_MAY_SEE_APPS },
	};
	YARD(y);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		for (int bit = 0; bit < 6; bit++) {
			uint32_t one = UINT32_C(1) << bit;
			int status = status_with(y, one, rows[i].method, rows[i].target);
			if ((status != 403) != ((rows[i].any_of & one) != 0))
				fail_msg("row %zu bit %d: %d", i, bit, status);
		}
	}
}

TEST(to_ask_what_an_application_says_to_somebody_one_must_be_allowed_to_see_people)
{
	static const char target[] =
	    APPS "/11111111-1111-4111-8111-111111111111/user_policy_checks?email=ann%40halden.test";
	YARD(y);
	CHECK_INT(status_with(y, CS_MAY_APPS_READ, CS_GET, target), 403);
	CHECK_INT(status_with(y, CS_MAY_APPS_READ | CS_MAY_ORGS_READ, CS_GET, target), 404);
}

TEST(no_route_but_the_tokens_own_check_goes_without_permission)
{
	for (size_t i = 0; i < cs_cloudflare_routes.count; i++) {
		const struct cs_api_route *r = &cs_cloudflare_routes.routes[i];
		CHECK(r->guard == CS_GUARD_API_TOKEN || r->guard == CS_GUARD_API_TOKEN_PROVED);
		CHECK_INT(r->csrf, r->method == CS_GET ? CS_CSRF_NONE : CS_CSRF_WITH_COOKIE);
		if (strstr(r->pattern, "/tokens/verify") == NULL)
			CHECK(r->permission != 0);
	}
}

/* --- by the console's cookie --- */

static struct asking
by_cookie(struct yard *y, enum cs_method method, const char *body)
{
	struct cs_member_step step;
	const struct cs_redemption r = { .token = y->halden.invitation_token,
		.password = CS_STR(PASSWORD),
		.name = CS_STR("Ann") };
	struct cs_refusal why;
	CHECK_OK(cs_invitation_redeem(&y->d, &y->op, &r, &step, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	return (struct asking){
		.method = method,
		.host = CONSOLE,
		.target = GROUPS,
		.account = y->halden.account,
		.headers = {
			{ "cookie",
			    cs_arena_printf(y->arena,
				"__Host-cs_session=%.*s; __Host-cs_device=%.*s",
				CS_STR_ARG(step.token), CS_STR_ARG(step.device_token))
				.p },
			{ "origin", ORIGIN },
			{ "sec-fetch-site", "same-origin" },
			{ "content-type", "application/json" },
		},
		.body = body,
	};
}

TEST(the_consoles_page_may_what_its_member_may)
{
	YARD(y);
	struct asking a = by_cookie(y, CS_POST, GROUP);
	check(ask(y, &a), 201, 0);
	a.method = CS_GET;
	a.body = NULL;
	a.headers[1][0] = "accept"; /* browsers send no Origin with a same-origin GET */
	a.headers[3][0] = "x-other";
	check(ask(y, &a), 200, 0);
}

TEST(a_change_by_cookie_must_come_from_the_consoles_own_page)
{
	static const struct {
		int header;
		const char *name, *value;
	} rows[] = {
		{ 1, "x-origin", ORIGIN },
		{ 1, "origin", "null" },
		{ 1, "origin", "http://console.example.test" },
		{ 1, "origin", "https://console.example.test:8443" },
		{ 1, "origin", "https://console.example.test.evil.test" },
		{ 1, "origin", "https://auth.halden.test" },
		{ 2, "x-site", "same-origin" },
		{ 2, "sec-fetch-site", "same-site" },
		{ 2, "sec-fetch-site", "cross-site" },
		{ 2, "sec-fetch-site", "none" },
		{ 3, "x-type", "application/json" },
		{ 3, "content-type", "text/plain" },
		{ 3, "content-type", "application/x-www-form-urlencoded" },
		{ 3, "content-type", "application/jsonp" },
	};
	YARD(y);
	struct asking good = by_cookie(y, CS_POST, GROUP);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct asking a = good;
		a.headers[rows[i].header][0] = rows[i].name;
		a.headers[rows[i].header][1] = rows[i].value;
		check(ask(y, &a), 403, 10000);
	}
	struct asking cross = good;
	cross.method = CS_GET;
	cross.body = NULL;
	cross.headers[2][1] = "cross-site";
	check(ask(y, &cross), 403, 10000);
}

TEST(the_cookie_counts_on_the_consoles_host_alone)
{
	YARD(y);
	struct asking a = by_cookie(y, CS_POST, GROUP);
	a.host = "auth.halden.test";
	a.headers[1][1] = "https://auth.halden.test";
	check(ask(y, &a), 400, 9106);
	a.host = "127.0.0.1";
	check(ask(y, &a), 400, 9106);
}

TEST(the_cookie_opens_no_account_that_its_member_is_not_in)
{
	YARD(y);
	struct asking a = by_cookie(y, CS_GET, NULL);
	a.account = y->oslo.account;
	check(ask(y, &a), 403, 10000);
	a.account = cs_id_zero;
	check(ask(y, &a), 403, 10000);
	a.target = "/client/v4/user/tokens/verify";
	check(ask(y, &a), 404, 7003);
}

TEST(two_cookies_of_that_name_are_none)
{
	YARD(y);
	struct asking a = by_cookie(y, CS_GET, NULL);
	a.headers[4][0] = "cookie";
	a.headers[4][1] = "__Host-cs_session=other";
	check(ask(y, &a), 400, 9106);
}

TEST(a_token_needs_no_origin)
{
	YARD(y);
	struct asking a = by_token(y, CS_POST, GROUPS, GROUP);
	check(ask(y, &a), 201, 0);
	a.headers[1][0] = "origin";
	a.headers[1][1] = "https://elsewhere.test";
	check(ask(y, &a), 201, 0);
}

/* --- ending sessions --- */

struct person {
	cs_id account;
	cs_id id;
	const char *email;
	uint8_t mark; /* of the session's token */
	bool is_signed_in;
};

static struct cs_app_session
session_of(const struct person *p, cs_time now)
{
	return (struct cs_app_session){
		.account = p->account,
		.id = p->id,
		.token_hash = { p->mark },
		.application = { { 0xa } },
		.host = CS_STR("app.test"),
		.global_session = { { 0xb } },
		.identity = { .user = p->id, .email = cs_str_c(p->email) },
		.nonce = CS_STR("0123456789abcdef"),
		.created = now,
		.expires = cs_time_add(now, CS_HOUR_MS),
	};
}

static cs_err
sign_in(struct cs_tx *tx, void *ctx)
{
	const struct person *p = ctx;
	const struct cs_user user = {
		.account = p->account, .id = p->id, .email = cs_str_c(p->email)
	};
	struct cs_app_session s = session_of(p, cs_tx_op(tx)->now);
	CS_TRY(cs_user_add(tx, &user, user.email, false));
	return cs_app_session_add(tx, &s);
}

static cs_err
look(struct cs_tx *tx, void *ctx)
{
	struct person *p = ctx;
	const uint8_t hash[CS_TOKEN_HASH_LEN] = { p->mark };
	struct cs_app_session s;
	cs_err e = cs_app_session_find_by_token(tx, hash, cs_tx_op(tx)->now, &s);
	p->is_signed_in = !cs_failed(e);
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

static bool
is_in_memory(struct yard *y, const struct person *p)
{
	const uint8_t hash[CS_TOKEN_HASH_LEN] = { p->mark };
	struct cs_app_session s;
	return !cs_failed(cs_gate_session_find(y->d.gate, y->arena, hash, &s));
}

TEST(a_revoked_user_is_signed_in_nowhere_and_nobody_else_is_touched)
{
	YARD(y);
	struct person people[] = {
		{ y->halden.account, { { 1 } }, "ann@one.test", 1, false },
		{ y->halden.account, { { 2 } }, "ann@one.test", 2,
		    false }, /* by another provider */
		{ y->halden.account, { { 3 } }, "bob@one.test", 3, false },
		{ y->oslo.account, { { 4 } }, "ann@one.test", 4, false },
	};
	for (size_t i = 0; i < CS_COUNT(people); i++) {
		struct cs_app_session s = session_of(&people[i], y->op.now);
		CHECK_OK(cs_store_write(y->d.store, &y->op, sign_in, &people[i]));
		CHECK_OK(cs_gate_session_put(y->d.gate, &s, cs_gate_epoch(y->d.gate)));
	}
	struct asking a = by_token(
	    y, CS_POST, ORGS "/revoke_user", "{\"email\":\"Ann@One.TEST\",\"devices\":true}");
	check(ask(y, &a), 200, 0);
	for (size_t i = 0; i < CS_COUNT(people); i++) {
		CHECK_OK(cs_store_read(y->d.store, &y->op, look, &people[i]));
		CHECK_INT(people[i].is_signed_in, i >= 2);
		CHECK_INT(is_in_memory(y, &people[i]), i >= 2);
	}
}

TEST_MAIN("api/cloudflare/door")
