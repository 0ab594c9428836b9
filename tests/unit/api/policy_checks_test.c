#include "domain/yard.h"

#include "api/router.h"
#include "store/user_store.h"

#include <stdlib.h>
#include <unistd.h>

/*
 * Halden's two people: ann@halden.test signed in with an e-mailed PIN, bob@elsewhere.test too;
 * carl@halden.test was made by an administrator and never came. The application lets people of
 * halden.test in, with a second factor.
 */
static const cs_id ann = { { 1 } }, bob = { { 2 } }, carl = { { 3 } };

struct people {
	struct yard *y;
	cs_id app;
	json_t *body;
	int status;
};

struct person {
	struct people *p;
	cs_id id;
	const char *email;
	bool has_signed_in;
	enum cs_user_status user_status;
};

static cs_err
add_person(struct cs_tx *tx, void *ctx)
{
	const struct person *who = ctx;
	struct yard *y = who->p->y;
	const struct cs_user user = {
		.account = y->halden.account,
		.id = who->id,
		.email = cs_str_c(who->email),
		.status = who->user_status,
	};

	CS_TRY(cs_user_add(tx, &user, user.email, true));
	if (!who->has_signed_in)
		return CS_OK;
	return cs_user_set_last_identity(tx, y->halden.account, who->id,
	    cs_arena_printf(y->arena,
		"{\"user_uuid\":\"%.*s\",\"email\":\"%s\",\"name\":\"\",\"idp\":{\"id\":\"%.*s\"},"
		"\"amr\":[],\"oidc_fields\":{}}",
		CS_STR_ARG(cs_id_uuid_text(y->arena, who->id)), who->email,
		CS_STR_ARG(cs_id_uuid_text(y->arena, y->pin))));
}

static void
add(struct people *p, cs_id id, const char *email, bool has_signed_in, enum cs_user_status status)
{
	struct person who = { p, id, email, has_signed_in, status };
	struct cs_op op = p->y->op;

	op.account = p->y->halden.account;
	CHECK_OK(cs_store_write(p->y->d.store, &op, add_person, &who));
}

static void
settle(struct people *p, struct yard *y)
{
	*p = (struct people){ .y = y };
	yard_add_organization(y);
	p->app = yard_add_app(y,
	    "{'name':'Berths','type':'self_hosted','domain':'berths.halden.test','policies':["
	    "{'name':'Staff','decision':'allow','include':[{'email_domain':{'domain':'halden.test'}"
	    "}],"
	    "'mfa_config':{'allowed_authenticators':['totp'],'session_duration':'1h'}}]}");
	add(p, ann, "ann@halden.test", true, CS_USER_ACTIVE);
	add(p, bob, "bob@elsewhere.test", true, CS_USER_ACTIVE);
	add(p, carl, "carl@halden.test", false, CS_USER_ACTIVE);
}

static void
people_clear(struct people *p)
{
	json_decref(p->body);
}

#define PEOPLE(NAME, YARD) \
	CS_AUTO(people_clear) struct people NAME; \
	settle(&NAME, YARD)

static cs_time
yard_now(void *ctx)
{
	return ((struct yard *)ctx)->op.now;
}

static int
ask(struct people *p, cs_id app, const char *query)
{
	struct yard *y = p->y;
	struct cs_clock clock = { yard_now, y };
	struct cs_api api;
	struct cs_response rs;
	cs_str path = cs_arena_printf(y->arena,
	    "/client/v4/accounts/%.*s/access/apps/%.*s/user_policy_checks",
	    CS_STR_ARG(cs_id_hex_text(y->arena, y->halden.account)),
	    CS_STR_ARG(cs_id_uuid_text(y->arena, app)));
	cs_str token = cs_arena_printf(y->arena, "Bearer %.*s", CS_STR_ARG(y->halden.api_token));
	const struct cs_header headers[] = { { CS_STR("authorization"), token } };
	const struct cs_request rq = {
		.id = { { 5 } },
		.method = CS_GET,
		.method_text = CS_STR("GET"),
		.target = path,
		.path = path,
		.query = cs_str_c(query),
		.host = CS_STR("127.0.0.1"),
		.authority = CS_STR("127.0.0.1"),
		.headers = headers,
		.header_count = CS_COUNT(headers),
		.peer = y->op.peer,
	};

	cs_api_init(&api, &y->d, &clock);
	struct cs_handler handler = cs_api_handler(&api);
	cs_response_init(&rs);
	handler.slow(handler.ctx, &rq, &rs);
	json_decref(p->body);
	p->body = json_loadb((const char *)rs.body.p, rs.body.len, JSON_REJECT_DUPLICATES, NULL);
	p->status = rs.status;
	cs_response_clear(&rs);
	return p->status;
}

static const json_t *
state(const struct people *p)
{
	return json_object_get(json_object_get(p->body, "result"), "app_state");
}

static cs_str
status(const struct people *p)
{
	return cs_json_text(state(p), "status");
}

static bool
is_matched(const struct people *p)
{
	return json_is_true(
	    json_object_get(json_array_get(json_object_get(state(p), "policies"), 0), "matched"));
}

TEST(who_is_let_in_is_told_what_second_factor_is_asked_for)
{
	YARD(y);
	PEOPLE(p, y);
	CHECK_INT(ask(&p, p.app, "email=Ann%40halden.test"), 200);
	CHECK_TEXT(status(&p), "second_factor");
	CHECK(is_matched(&p));
	const json_t *mfa = json_object_get(state(&p), "mfa");
	CHECK(json_is_true(json_object_get(mfa, "required")));
	CHECK_INT(json_integer_value(json_object_get(mfa, "duration_s")), 3600);
	CHECK_INT(json_array_size(json_object_get(mfa, "allowed_authenticators")), 1);
	const json_t *who = json_object_get(json_object_get(p.body, "result"), "user_identity");
	CHECK_TEXT(cs_json_text(who, "email"), "ann@halden.test");
}

TEST(who_fits_no_policy_is_denied_and_none_is_matched)
{
	YARD(y);
	PEOPLE(p, y);
	CHECK_INT(ask(&p, p.app, "user_id=02000000-0000-0000-0000-000000000000"), 200);
	CHECK_TEXT(status(&p), "denied");
	CHECK(!is_matched(&p));
}

TEST(who_is_disabled_is_said_to_be)
{
	YARD(y);
	PEOPLE(p, y);
	add(&p, (cs_id){ { 4 } }, "dora@halden.test", true, CS_USER_DISABLED);
	CHECK_INT(ask(&p, p.app, "email=dora%40halden.test"), 200);
	CHECK_TEXT(status(&p), "disabled");
}

TEST(who_never_signed_in_cannot_be_judged)
{
	YARD(y);
	PEOPLE(p, y);
	CHECK_INT(ask(&p, p.app, "email=carl%40halden.test"), 404);
	CHECK_INT(ask(&p, p.app, "email=nobody%40halden.test"), 404);
}

TEST(without_a_name_it_is_the_caller)
{
	YARD(y);
	PEOPLE(p, y);
	CHECK_INT(ask(&p, p.app, ""), 404);
	add(&p, (cs_id){ { 5 } }, "owner@halden.test", true, CS_USER_ACTIVE);
	CHECK_INT(ask(&p, p.app, ""), 200);
	CHECK_TEXT(status(&p), "second_factor");
}

TEST(what_names_nobody_and_nothing_is_refused)
{
	YARD(y);
	PEOPLE(p, y);
	CHECK_INT(ask(&p, p.app, "user_id=ann"), 400);
	CHECK_INT(ask(&p, p.app, "email=ann%40halden.test&ip=somewhere"), 400);
	CHECK_INT(ask(&p, ann, "email=ann%40halden.test"), 404);
}

/* --- countries --- */

/* A database of one node in which every address is in Norway (MaxMind DB File Format 2.0). */
static const char everywhere[] =
    "\x00\x00\x11\x00\x00\x11" /* both records: node_count + 16, the first datum */
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\xe1\x47"
    "country"
    "\xe1\x48"
    "iso_code"
    "\x42"
    "NO"
    "\xab\xcd\xef"
    "MaxMind.com"
    "\xe9"
    "\x4a"
    "node_count"
    "\xc1\x01"
    "\x4b"
    "record_size"
    "\xa1\x18"
    "\x4a"
    "ip_version"
    "\xa1\x06"
    "\x5b"
    "binary_format_major_version"
    "\xa1\x02"
    "\x5b"
    "binary_format_minor_version"
    "\xa0"
    "\x4d"
    "database_type"
    "\x4c"
    "Test-Country"
    "\x4b"
    "build_epoch"
    "\x04\x02\x65\x00\x00\x00"
    "\x49"
    "languages"
    "\x00\x04"
    "\x4b"
    "description"
    "\xe0";

static void
know_countries(struct yard *y)
{
	char path[] = "/tmp/countersign-geo-XXXXXX";
	struct cs_geo *geo = NULL;
	const char *problem;
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	CHECK_INT(write(fd, everywhere, sizeof(everywhere) - 1), sizeof(everywhere) - 1);
	close(fd);
	CHECK_OK(cs_geo_open(path, &problem, &geo));
	CHECK_INT(unlink(path), 0);
	cs_gate_set_geo(y->d.gate, &geo);
}

TEST(countries_are_judged_by_the_address_that_is_named_and_by_none_when_none_is)
{
	YARD(y);
	PEOPLE(p, y);
	cs_id app = yard_add_app(y,
	    "{'name':'Nordic','type':'self_hosted','domain':'nordic.halden.test','policies':[{"
	    "'name':'Norway','decision':'allow','include':[{'geo':{'country_code':'NO'}}]}]}");

	know_countries(y);
	CHECK_INT(ask(&p, app, "email=ann%40halden.test&ip=192.0.2.7"), 200);
	CHECK_TEXT(status(&p), "allowed");
	CHECK(is_matched(&p));
	CHECK_INT(ask(&p, app, "email=ann%40halden.test"), 200);
	CHECK_TEXT(status(&p), "denied");
}

TEST_MAIN("api/cloudflare/policy_checks")
