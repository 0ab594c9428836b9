/* Members, oneself, own tokens and the audit trail, as the console's page and programmes ask. */
#include "member_browser.h"

#include "domain/audit.h"
#include "domain/members.h"
#include "store/audit_store.h"

/* A path of the account: fmt with its id in hex. */
static const char *
of(struct yard *y, cs_id account, const char *root, const char *rest)
{
	cs_str path = cs_arena_printf(y->arena, "%s/accounts/%.*s%s", root,
	    CS_STR_ARG(cs_id_hex_text(y->arena, account)), rest);

	return cs_arena_c(y->arena, path);
}

static const char *
own(struct yard *y, const char *rest)
{
	return of(y, y->halden.account, "/api/v1", rest);
}

static const char *
door(struct yard *y, const char *rest)
{
	return of(y, y->halden.account, "/client/v4", rest);
}

/* Halden's owner, signed in. */
#define OWNER(NAME, YARD) \
	BROWSER(NAME, YARD); \
	owner_joins(YARD); \
	CHECK_INT(sign_in(&NAME, "owner@halden.test", PASSWORD), 200)

struct making {
	struct yard *y;
	cs_id account;
	const char *email;
	enum cs_role role;
	cs_id id;
};

static cs_err
make_in(struct cs_tx *tx, void *ctx)
{
	struct making *m = ctx;
	cs_time now = cs_tx_op(tx)->now;
	struct cs_member found;

	CS_TRY(cs_member_for(tx, &m->y->d, cs_str_c(m->email), &m->id));
	CS_TRY(cs_member_find(tx, m->id, &found));
	if (found.password_hash.len == 0)
		CS_TRY(cs_member_activate(tx, m->id, CS_STR("$argon2id$1"), CS_STR("Bob"), now));
	return cs_membership_add(tx, m->account, m->id, m->role, now);
}

static cs_id
person(struct yard *y, cs_id account, const char *email, enum cs_role role)
{
	struct making m = { y, account, email, role, cs_id_zero };

	CHECK_OK(cs_store_write(y->d.store, &y->op, make_in, &m));
	return m.id;
}

struct noting {
	struct yard *y;
	cs_id account;
	cs_id actor;
	cs_id subject;
	const char *details;
};

static cs_err
note_in(struct cs_tx *tx, void *ctx)
{
	const struct noting *n = ctx;

	return cs_audit_of(tx, &n->y->d, n->account, CS_AUDIT_MEMBER_RENAMED, n->actor, n->subject,
	    cs_str_c(n->details));
}

static void
note(struct yard *y, cs_id account, cs_id actor, cs_id subject, const char *details)
{
	struct noting n = { y, account, actor, subject, details };

	y->op.user_agent =
	    CS_STR("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
	CHECK_OK(cs_store_write(y->d.store, &y->op, note_in, &n));
}

/* --- the door, by session --- */

TEST(a_session_opens_what_is_about_its_member)
{
	YARD(y);
	OWNER(c, y);
	CHECK_INT(ask(&c, CS_GET, "/client/v4/user", ""), 200);
	CHECK_TEXT(said(&c, "result/email"), "owner@halden.test");
	CHECK_INT(ask(&c, CS_GET, "/client/v4/accounts", ""), 200);
	CHECK_INT(json_array_size(json_object_get(c.body, "result")), 1);
	CHECK_INT(ask(&c, CS_GET, "/client/v4/memberships", ""), 200);
	CHECK_INT(ask(&c, CS_GET, "/client/v4/user/tokens", ""), 200);
	CHECK_INT(ask(&c, CS_GET, "/client/v4/user/tokens/permission_groups", ""), 200);
	CHECK_INT(ask(&c, CS_GET, door(y, "/members"), ""), 200);
	/* there is no token to verify */
	CHECK_INT(ask(&c, CS_GET, "/client/v4/user/tokens/verify", ""), 404);
}

TEST(nobody_who_is_signed_out_is_told_anything)
{
	static const char *const paths[] = { "/client/v4/user", "/client/v4/accounts",
		"/client/v4/memberships", "/client/v4/user/tokens",
		"/client/v4/user/tokens/permission_groups" };
	YARD(y);
	BROWSER(c, y);

	for (size_t i = 0; i < CS_COUNT(paths); i++)
		CHECK_INT(ask(&c, CS_GET, paths[i], ""), 403);
	CHECK_INT(ask(&c, CS_GET, own(y, "/members"), ""), 401);
	CHECK_INT(ask(&c, CS_GET, own(y, "/audit"), ""), 401);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/audit", ""), 401);
}

TEST(a_change_by_cookie_comes_from_the_consoles_page_alone)
{
	static const char token[] =
	    "{\"name\":\"x\",\"policies\":[{\"effect\":\"allow\",\"permission_groups\":"
	    "[{\"id\":\"c57e516000000000000000000000b000\"}],\"resources\":{}}]}";
	YARD(y);
	OWNER(c, y);
	c.origin = "https://evil.test";
	CHECK_INT(ask(&c, CS_POST, "/client/v4/user/tokens", token), 403);
	CHECK_INT(ask(&c, CS_PATCH, "/client/v4/user", "{\"first_name\":\"Eve\"}"), 403);
	CHECK_INT(ask(&c, CS_POST, own(y, "/members/11111111111141118111111111111111/disable-2fa"),
		      "{\"reason\":\"x\"}"),
	    403);
	c.origin = ORIGIN;
	/* a cookie alone makes nothing that outlives it */
	CHECK_INT(ask(&c, CS_POST, "/client/v4/user/tokens", token), 403);
	CHECK_INT(json_integer_value(json_object_get(
		      json_array_get(json_object_get(c.body, "errors"), 0), "code")),
	    20403);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/prove", "{\"password\":\"" PASSWORD "\"}"), 200);
	CHECK_INT(ask(&c, CS_POST, "/client/v4/user/tokens", token), 200);
	CHECK_INT(said(&c, "result/value").len, 47);
}

static int
error_code(const struct console *c)
{
	const json_t *first = json_array_get(json_object_get(c->body, "errors"), 0);

	return (int)json_integer_value(json_object_get(first, "code"));
}

static const char *
member_path(struct yard *y, cs_id member, const char *rest)
{
	return cs_arena_c(y->arena, cs_arena_printf(y->arena, "/members/%.*s%s",
					CS_STR_ARG(cs_id_hex_text(y->arena, member)), rest));
}

static void
prove(struct console *c)
{
	CHECK_INT(ask(c, CS_POST, "/api/v1/member/prove", "{\"password\":\"" PASSWORD "\"}"), 200);
}

#define AS_HELP_DESK "{\"roles\":[{\"id\":\"c57e51600000000000000000000000a4\"}]}"
#define INVITATION "{\"email\":\"new@else.test\",\"roles\":[\"c57e51600000000000000000000000a1\"]}"

/* A cookie that was copied must make nobody owner, and open nobody's door. */
TEST(a_session_alone_neither_invites_nor_raises_nor_weakens)
{
	YARD(y);
	OWNER(c, y);
	cs_id bob = person(y, y->halden.account, "bob@halden.test", CS_ROLE_READ_ONLY);
	static const char *const acts[] = { "/disable-2fa", "/sso", "/unfreeze" };
	const char *at = door(y, member_path(y, bob, ""));

	CHECK_INT(ask(&c, CS_POST, door(y, "/members"), INVITATION), 403);
	CHECK_INT(error_code(&c), 20403);
	CHECK_INT(ask(&c, CS_PUT, at, AS_HELP_DESK), 403);
	CHECK_INT(error_code(&c), 20403);
	CHECK_INT(ask(&c, CS_DELETE, at, ""), 403);
	CHECK_INT(error_code(&c), 20403);
	for (size_t i = 0; i < CS_COUNT(acts); i++) {
		CHECK_INT(ask(&c, CS_POST, own(y, member_path(y, bob, acts[i])), "{}"), 403);
		CHECK_TEXT(said(&c, "error/code"), "prove_first");
	}
	CHECK_INT(ask(&c, CS_POST, own(y, "/recovery_cases"), "{}"), 403);
	CHECK_TEXT(said(&c, "error/code"), "prove_first");
	CHECK_INT(
	    ask(&c, CS_POST,
		own(y, "/recovery_cases/11111111-1111-4111-8111-111111111111/speed-up"), "{}"),
	    403);
	CHECK_TEXT(said(&c, "error/code"), "prove_first");
	/* nothing of it happened; stopping wants nothing */
	CHECK_INT(ask(&c, CS_GET, door(y, "/members"), ""), 200);
	CHECK_INT(json_array_size(json_object_get(c.body, "result")), 2);
	CHECK_INT(
	    ask(&c, CS_POST, own(y, "/recovery_cases/11111111-1111-4111-8111-111111111111/stop"),
		"{\"reason\":\"x\"}"),
	    404);
	prove(&c);
	CHECK_INT(ask(&c, CS_POST, door(y, "/members"), INVITATION), 200);
	CHECK_INT(ask(&c, CS_PUT, at, AS_HELP_DESK), 200);
	CHECK_INT(ask(&c, CS_DELETE, at, ""), 200);
}

TEST(a_session_alone_switches_enforcement_on_and_not_off)
{
	YARD(y);
	OWNER(c, y);
	static const char on[] = "{\"settings\":{\"enforce_twofactor\":true},\"countersign\":"
				 "{\"enforce_after\":\"2099-01-01T00:00:00Z\"}}";
	static const char off[] = "{\"settings\":{\"enforce_twofactor\":false}}";

	CHECK_INT(ask(&c, CS_PUT, door(y, ""), on), 200);
	CHECK_INT(ask(&c, CS_PUT, door(y, ""), off), 403);
	CHECK_INT(error_code(&c), 20403);
	prove(&c);
	CHECK_INT(ask(&c, CS_PUT, door(y, ""), off), 200);
}

TEST(what_a_password_opened_closes_after_ten_minutes)
{
	YARD(y);
	OWNER(c, y);

	prove(&c);
	y->op.now = cs_time_add(y->op.now, 10 * CS_MINUTE_MS);
	CHECK_INT(ask(&c, CS_POST, door(y, "/members"), INVITATION), 403);
	CHECK_INT(error_code(&c), 20403);
}

TEST(the_server_realm_is_no_account)
{
	YARD(y);
	OWNER(c, y);
	CHECK(ask(&c, CS_GET, of(y, cs_id_zero, "/client/v4", ""), "") >= 400);
	CHECK(ask(&c, CS_GET, of(y, cs_id_zero, "/client/v4", "/members"), "") >= 400);
	CHECK(ask(&c, CS_GET, of(y, cs_id_zero, "/api/v1", "/audit"), "") >= 400);
	CHECK(ask(&c, CS_PUT, of(y, cs_id_zero, "/client/v4", ""), "{\"name\":\"x\"}") >= 400);
}

TEST(another_account_is_closed)
{
	static const char *const rests[] = { "/members", "/roles", "" };
	static const char *const house[] = { "/members", "/audit", "/audit/export?format=csv",
		"/audit/kinds", "/enforcement/preview" };
	YARD(y);
	OWNER(c, y);

	for (size_t i = 0; i < CS_COUNT(rests); i++)
		CHECK(ask(&c, CS_GET, of(y, y->oslo.account, "/client/v4", rests[i]), "") >= 400);
	for (size_t i = 0; i < CS_COUNT(house); i++)
		CHECK(ask(&c, CS_GET, of(y, y->oslo.account, "/api/v1", house[i]), "") >= 400);
}

/* --- members --- */

TEST(the_list_says_what_clients_have_no_word_for)
{
	YARD(y);
	OWNER(c, y);
	prove(&c);
	CHECK_INT(
	    ask(&c, CS_POST, door(y, "/members"),
		"{\"email\":\"new@else.test\",\"roles\":[\"c57e51600000000000000000000000a4\"]}"),
	    200);
	CHECK_INT(ask(&c, CS_GET, own(y, "/members"), ""), 200);
	const json_t *list = json_object_get(c.body, "members");
	CHECK_INT(json_array_size(list), 2);
	const json_t *invited = json_array_get(list, 0);
	const json_t *self = json_array_get(list, 1);
	CHECK(strcmp(json_string_value(json_object_get(invited, "status")), "pending") == 0);
	CHECK(strcmp(json_string_value(json_object_get(invited, "role")), "help_desk") == 0);
	CHECK(json_is_string(json_object_get(invited, "expires_at")));
	CHECK(json_is_null(json_object_get(invited, "last_sign_in_at")));
	CHECK(strcmp(json_string_value(json_object_get(self, "status")), "accepted") == 0);
	CHECK_INT(json_integer_value(json_object_get(self, "api_tokens")), 1);
	CHECK(json_is_null(json_object_get(self, "open_recovery")));
	CHECK(json_is_null(json_object_get(self, "frozen_at")));
	CHECK(json_is_string(json_object_get(self, "last_sign_in_at")));
}

TEST(the_preview_counts_who_would_have_to_do_something)
{
	YARD(y);
	OWNER(c, y);
	person(y, y->halden.account, "bob@halden.test", CS_ROLE_READ_ONLY);
	CHECK_INT(ask(&c, CS_GET, own(y, "/enforcement/preview"), ""), 200);
	CHECK_INT(json_integer_value(json_object_get(c.body, "affected")), 2);
	CHECK_INT(json_integer_value(json_object_get(c.body, "on")), 0);
	CHECK_INT(json_array_size(json_object_get(c.body, "members")), 2);
}

TEST(a_second_factor_is_disabled_in_person_with_a_reason)
{
	YARD(y);
	OWNER(c, y);
	cs_id bob = person(y, y->halden.account, "bob@halden.test", CS_ROLE_READ_ONLY);
	cs_str rest = cs_arena_printf(
	    y->arena, "/members/%.*s/disable-2fa", CS_STR_ARG(cs_id_uuid_text(y->arena, bob)));
	const char *path = own(y, cs_arena_c(y->arena, rest));

	prove(&c);
	CHECK_INT(ask(&c, CS_POST, path, "{}"), 400);
	CHECK_INT(ask(&c, CS_POST, path, "{\"reason\":\"   \"}"), 400);
	CHECK_INT(ask(&c, CS_POST, path, "{\"reason\":\"phone lost\"}"), 200);
	CHECK_INT(ask(&c, CS_POST, own(y, "/members/11111111111141118111111111111111/disable-2fa"),
		      "{\"reason\":\"x\"}"),
	    404);
}

/* --- the trail --- */

static size_t
events(struct console *c, const char *query)
{
	cs_str rest = cs_arena_printf(c->y->arena, "/audit?kind=member.renamed%s", query);

	CHECK_INT(ask(c, CS_GET, own(c->y, cs_arena_c(c->y->arena, rest)), ""), 200);
	return json_array_size(json_object_get(c->body, "events"));
}

static const json_t *
first(const struct console *c)
{
	return json_array_get(json_object_get(c->body, "events"), 0);
}

TEST(an_event_is_shown_with_who_what_when_and_from_where)
{
	YARD(y);
	OWNER(c, y);
	cs_id bob = person(y, y->halden.account, "bob@halden.test", CS_ROLE_READ_ONLY);
	CHECK_OK(cs_addr_decode(CS_STR("192.0.2.7"), &y->op.peer));
	note(y, y->halden.account, y->halden.owner, bob, "{\"name\":\"Bob\"}");
	CHECK_INT(events(&c, ""), 1);
	const json_t *e = first(&c);
	CHECK(strcmp(json_string_value(json_object_get(e, "text")),
		  "a member changed their name") == 0);
	CHECK(strcmp(json_string_value(json_object_get(json_object_get(e, "actor"), "email")),
		  "owner@halden.test") == 0);
	CHECK(strcmp(json_string_value(json_object_get(json_object_get(e, "subject"), "email")),
		  "bob@halden.test") == 0);
	CHECK(strcmp(json_string_value(json_object_get(e, "address")), "192.0.2.7") == 0);
	CHECK(strcmp(json_string_value(json_object_get(e, "browser")), "Firefox on Linux") == 0);
	CHECK(strcmp(json_string_value(json_object_get(json_object_get(e, "details"), "name")),
		  "Bob") == 0);
	CHECK(json_is_false(json_object_get(e, "is_sealed")));
	CHECK_INT(events(&c, "&actor=OWNER%40halden"), 1);
	CHECK_INT(events(&c, "&actor=bob%40halden"), 0);
	CHECK_INT(events(&c, "&address=192.0.2"), 1);
	CHECK_INT(events(&c, "&until=2020-01-01T00:00:00Z"), 0);
	CHECK_INT(ask(&c, CS_GET, own(y, "/audit?since=yesterday"), ""), 400);
	CHECK_INT(ask(&c, CS_GET, own(y, "/audit?cursor=x"), ""), 400);
	CHECK_INT(ask(&c, CS_GET, own(y, "/audit?limit=0"), ""), 400);
}

TEST(nothing_of_another_account_is_seen_in_the_trail)
{
	YARD(y);
	OWNER(c, y);
	cs_id bob = person(y, y->halden.account, "bob@halden.test", CS_ROLE_READ_ONLY);
	cs_id olaf = person(y, y->oslo.account, "olaf@oslo.test", CS_ROLE_READ_ONLY);

	note(y, y->oslo.account, olaf, olaf, "");
	note(y, y->oslo.account, olaf, bob, "");
	note(y, cs_id_zero, olaf, olaf, "");
	note(y, cs_id_zero, bob, olaf, "");
	CHECK_INT(events(&c, ""), 0);
	/* of the realm, about our own member, by somebody of Oslo: that it was, and no more */
	note(y, cs_id_zero, olaf, bob, "{\"reason\":\"of Oslo's\"}");
	CHECK_INT(events(&c, ""), 1);
	CHECK(json_is_null(json_object_get(first(&c), "actor")));
	CHECK(json_is_null(json_object_get(first(&c), "details")));
	CHECK(json_is_null(json_object_get(first(&c), "address")));
	CHECK(json_is_null(json_object_get(first(&c), "browser")));
	CHECK_INT(events(&c, "&actor=olaf"), 0);
	note(y, cs_id_zero, bob, bob, "{\"name\":\"Bob\"}");
	CHECK_INT(events(&c, "&actor=bob"), 1);
}

TEST(the_trail_is_read_page_by_page)
{
	YARD(y);
	OWNER(c, y);
	size_t seen = 0;
	char query[128] = "&limit=2";

	for (int i = 0; i < 5; i++)
		note(y, y->halden.account, y->halden.owner, y->halden.owner, "");
	for (;;) {
		seen += events(&c, query);
		cs_str next = said(&c, "next");
		if (next.len == 0)
			break;
		CHECK(seen < 5);
		snprintf(query, sizeof(query), "&limit=2&cursor=%.*s", CS_STR_ARG(next));
	}
	CHECK_INT(seen, 5);
}

TEST(members_read_their_own_trail)
{
	YARD(y);
	OWNER(c, y);
	cs_id bob = person(y, y->halden.account, "bob@halden.test", CS_ROLE_READ_ONLY);

	note(y, cs_id_zero, bob, bob, "");
	note(y, cs_id_zero, y->halden.owner, y->halden.owner, "{\"name\":\"Ann\"}");
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/audit", ""), 200);
	const json_t *list = json_object_get(c.body, "events");
	size_t renamed = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *e = json_array_get(list, i);
		const json_t *subject = json_object_get(e, "subject");
		CHECK(strcmp(json_string_value(json_object_get(subject, "email")),
			  "owner@halden.test") == 0);
		renamed +=
		    strcmp(json_string_value(json_object_get(e, "kind")), "member.renamed") == 0;
	}
	CHECK_INT(renamed, 1);
}

/* --- files --- */

/* The raw answer, by the account's token. */
static int
download(struct yard *y, const char *rest, char *out, size_t size)
{
	struct cs_clock clock = { yard_now, y };
	struct cs_api api;
	struct cs_response rs;
	const struct cs_header headers[] = {
		{ CS_STR("authorization"),
		    cs_arena_printf(y->arena, "Bearer %.*s", CS_STR_ARG(y->halden.api_token)) },
	};
	cs_str target = cs_str_c(own(y, rest));
	const struct cs_request rq = {
		.id = { { 5 } },
		.method = CS_GET,
		.target = target,
		.path = cs_str_slice(target, 0, cs_str_find(target, '?', 0)),
		.query = cs_str_slice(target, cs_str_find(target, '?', 0) + 1, target.len),
		.host = CS_STR("127.0.0.1"),
		.authority = CS_STR("127.0.0.1"),
		.headers = headers,
		.header_count = 1,
		.peer = y->op.peer,
	};

	cs_api_init(&api, &y->d, &clock);
	cs_response_init(&rs);
	struct cs_handler handler = cs_api_handler(&api);
	handler.slow(handler.ctx, &rq, &rs);
	snprintf(out, size, "%.*s", (int)rs.body.len, (const char *)rs.body.p);
	int status = rs.status;
	cs_response_clear(&rs);
	return status;
}

TEST(a_file_for_spreadsheets_holds_no_formula)
{
	YARD(y);
	owner_joins(y);
	char file[8192];

	y->op.user_agent = CS_STR("");
	note(y, y->halden.account, y->halden.owner, y->halden.owner,
	    "=cmd|'/c calc'!A1 \"x\",\r\ny");
	person(y, y->halden.account, "@sum(1)@halden.test", CS_ROLE_READ_ONLY);
	CHECK_INT(
	    download(y, "/audit/export?format=csv&kind=member.renamed", file, sizeof(file)), 200);
	CHECK(strncmp(file, "id,at,kind,text,actor_id", 24) == 0);
	CHECK(strstr(file, "\"'=cmd|'/c calc'!A1 \"\"x\"\",\r\ny\"") != NULL);
	CHECK(strstr(file, "\"owner@halden.test\"") != NULL);
	CHECK(strcmp(file + strlen(file) - 2, "\r\n") == 0);
}

TEST(a_file_holds_every_row_once)
{
	YARD(y);
	owner_joins(y);
	char *file = malloc(2 << 20);
	json_t *j;

	for (int i = 0; i < 1203; i++)
		note(y, y->halden.account, y->halden.owner, y->halden.owner, "{\"a\":1}");
	CHECK_INT(download(y, "/audit/export?format=json&kind=member.re*", file, 2 << 20), 200);
	j = json_loads(file, JSON_REJECT_DUPLICATES, NULL);
	CHECK(j != NULL);
	CHECK_INT(json_array_size(json_object_get(j, "events")), 1203);
	CHECK(json_is_null(json_object_get(j, "next")));
	json_decref(j);
	CHECK_INT(download(y, "/audit/export?format=xml", file, 2 << 20), 400);
	free(file);
}

/* What the bound of 100,000 rows does, by a smaller one: 501 and 502 lie on both sides of a piece. */
TEST(a_file_that_is_cut_says_so_and_where_the_next_begins)
{
	static const char *const query = "/audit/export?kind=member.renamed&format";
	YARD(y);
	owner_joins(y);
	char *file = malloc(2 << 20);
	char rest[256];
	json_t *j;

	for (int i = 0; i < 502; i++)
		note(y, y->halden.account, y->halden.owner, y->halden.owner, "{}");
	snprintf(rest, sizeof(rest), "%s=json&limit=501", query);
	CHECK_INT(download(y, rest, file, 2 << 20), 200);
	j = json_loads(file, JSON_REJECT_DUPLICATES, NULL);
	CHECK(j != NULL);
	CHECK_INT(json_array_size(json_object_get(j, "events")), 501);
	snprintf(rest, sizeof(rest), "%s=json&limit=501&cursor=%s", query,
	    json_string_value(json_object_get(j, "next")));
	json_decref(j);
	CHECK_INT(download(y, rest, file, 2 << 20), 200);
	j = json_loads(file, JSON_REJECT_DUPLICATES, NULL);
	CHECK_INT(json_array_size(json_object_get(j, "events")), 1);
	CHECK(json_is_null(json_object_get(j, "next")));
	json_decref(j);
	snprintf(rest, sizeof(rest), "%s=csv&limit=501", query);
	CHECK_INT(download(y, rest, file, 2 << 20), 200);
	CHECK(strstr(file, "this file ends here") != NULL);
	snprintf(rest, sizeof(rest), "%s=csv&limit=502", query);
	CHECK_INT(download(y, rest, file, 2 << 20), 200);
	CHECK(strstr(file, "this file ends here") == NULL);
	snprintf(rest, sizeof(rest), "%s=csv&limit=none", query);
	CHECK_INT(download(y, rest, file, 2 << 20), 400);
	free(file);
}

TEST_MAIN("people")
