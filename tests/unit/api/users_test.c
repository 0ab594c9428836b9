/* What administrators do to one person, over the console's own API. */
#include "domain/yard.h"

#include "api/router.h"
#include "domain/config/api_token.h"
#include "store/user_store.h"

static const cs_id ada = { { 'a', 'd', 'a' } };

static cs_time
yard_now(void *ctx)
{
	return ((struct yard *)ctx)->op.now;
}

static cs_err
add_frozen(struct cs_tx *tx, void *ctx)
{
	const struct yard *y = ctx;
	const struct cs_user user = { .account = y->halden.account,
		.id = ada,
		.email = CS_STR("ada@halden.test"),
		.created = y->op.now };

	CHECK_OK(cs_user_add(tx, &user, user.email, true));
	return cs_user_freeze(tx, y->halden.account, ada, y->op.now);
}

static cs_err
find(struct cs_tx *tx, void *ctx)
{
	struct cs_user *user = ctx;

	return cs_user_find(tx, user->account, ada, user);
}

static struct cs_user
look(struct yard *y)
{
	struct cs_user user = { .account = y->halden.account };

	CHECK_OK(cs_store_read(y->d.store, &y->op, find, &user));
	return user;
}

struct call {
	const char *target; /* behind "/api/v1/accounts/" */
	cs_id account; /* of the path */
	cs_str token;
	const char *body;
	char code[32]; /* of the refusal; out */
	char text[128]; /* the answer; out */
};

/* The status. */
static int
ask(struct yard *y, struct call *c)
{
	struct cs_clock clock = { yard_now, y };
	char id[CS_ID_HEX_LEN];
	struct cs_api api;
	struct cs_response rs;
	struct cs_header headers[] = {
		{ CS_STR("authorization"),
		    cs_arena_printf(y->arena, "Bearer %.*s", CS_STR_ARG(c->token)) },
		{ CS_STR("content-type"), CS_STR("application/json") },
	};
	struct cs_request rq = {
		.id = { { 5 } },
		.method = CS_POST,
		.host = CS_STR("127.0.0.1"),
		.authority = CS_STR("127.0.0.1"),
		.headers = headers,
		.header_count = CS_COUNT(headers),
		.body = cs_str_span(cs_str_c(c->body)),
		.peer = y->op.peer,
	};
	struct cs_handler handler;
	json_t *j;

	cs_id_hex(c->account, id);
	rq.target = rq.path =
	    cs_arena_printf(y->arena, "/api/v1/accounts/%.*s/%s", CS_ID_HEX_LEN, id, c->target);
	cs_api_init(&api, &y->d, &clock);
	handler = cs_api_handler(&api);
	cs_response_init(&rs);
	handler.slow(handler.ctx, &rq, &rs);
	j = json_loadb((const char *)rs.body.p, rs.body.len, 0, NULL);
	CHECK(json_is_object(j));
	snprintf(c->text, sizeof(c->text), "%.*s", (int)rs.body.len, (const char *)rs.body.p);
	snprintf(c->code, sizeof(c->code), "%s",
	    json_string_length(json_object_get(json_object_get(j, "error"), "code")) > 0
		? json_string_value(json_object_get(json_object_get(j, "error"), "code"))
		: "");
	json_decref(j);
	int status = rs.status;
	cs_response_clear(&rs);
	return status;
}

static struct call
by_owner(struct yard *y, const char *target, const char *body)
{
	return (struct call){
		.target = target,
		.account = y->halden.account,
		.token = y->halden.api_token,
		.body = body,
	};
}

#define ADA "users/61646100-0000-0000-0000-000000000000/"
#define NOBODY "users/61646100-0000-0000-0000-000000000001/"

TEST(an_administrator_unfreezes_a_user)
{
	YARD(y);
	struct call c = by_owner(y, ADA "unfreeze", "{}");

	CHECK_OK(cs_store_write(y->d.store, &y->op, add_frozen, y));
	CHECK(look(y).frozen.ms != 0);
	CHECK_INT(ask(y, &c), 200);
	CHECK_TEXT(cs_str_c(c.text),
	    "{\"id\":\"61646100-0000-0000-0000-000000000000\",\"frozen_at\":null}");
	CHECK_INT(look(y).frozen.ms, 0);
	CHECK_INT(ask(y, &c), 200);
}

TEST(a_user_is_disabled_and_enabled)
{
	YARD(y);
	struct call c = by_owner(y, ADA "status", "{\"status\":\"disabled\"}");

	CHECK_OK(cs_store_write(y->d.store, &y->op, add_frozen, y));
	CHECK_INT(ask(y, &c), 200);
	CHECK_TEXT(cs_str_c(c.text),
	    "{\"id\":\"61646100-0000-0000-0000-000000000000\",\"status\":\"disabled\"}");
	CHECK_INT(look(y).status, CS_USER_DISABLED);
	CHECK_INT(ask(y, &c), 200);
	c.body = "{\"status\":\"active\"}";
	CHECK_INT(ask(y, &c), 200);
	CHECK_INT(look(y).status, CS_USER_ACTIVE);
	/* and stays frozen: that is another thing */
	CHECK(look(y).frozen.ms != 0);
}

TEST(what_is_no_status_changes_nothing)
{
	static const char *const bad[] = { "", "{}", "{\"status\":\"frozen\"}",
		"{\"status\":\"Disabled\"}", "{\"status\":1}", "{\"status\":null}", "[]", "{" };
	YARD(y);

	CHECK_OK(cs_store_write(y->d.store, &y->op, add_frozen, y));
	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		struct call c = by_owner(y, ADA "status", bad[i]);

		CHECK_INT(ask(y, &c), 400);
		CHECK_TEXT(cs_str_c(c.code), "body");
	}
	CHECK_INT(look(y).status, CS_USER_ACTIVE);
}

struct making {
	struct yard *y;
	uint32_t permissions;
	cs_str text;
};

static cs_err
make_token(struct cs_tx *tx, void *ctx)
{
	struct making *m = ctx;
	const struct cs_new_api_token wanted = {
		.account = m->y->halden.account,
		.name = CS_STR("narrow"),
		.creator = m->y->halden.owner,
		.permissions = m->permissions,
	};
	cs_id id;

	return cs_api_token_create(tx, &m->y->d, &wanted, &id, &m->text);
}

TEST(nobody_else_unfreezes_or_enables_anybody)
{
	static const char *const targets[] = { ADA "unfreeze", ADA "status" };
	YARD(y);
	struct making m = { .y = y, .permissions = CS_MAY_ORGS_READ | CS_MAY_APPS_WRITE };

	CHECK_OK(cs_store_write(y->d.store, &y->op, add_frozen, y));
	CHECK_OK(cs_store_write(y->d.store, &y->op, make_token, &m));
	for (size_t i = 0; i < CS_COUNT(targets); i++) {
		struct call c = by_owner(y, targets[i], "{\"status\":\"disabled\"}");

		/* a token that may not */
		c.token = m.text;
		CHECK_INT(ask(y, &c), 403);
		CHECK_TEXT(cs_str_c(c.code), "not_allowed");
		/* one that is none */
		c.token = CS_STR("cst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
		CHECK_INT(ask(y, &c), 401);
		/* another account's, on this path and on its own */
		c.token = y->oslo.api_token;
		CHECK_INT(ask(y, &c), 404);
		c.account = y->oslo.account;
		CHECK_INT(ask(y, &c), 404);
		CHECK_TEXT(cs_str_c(c.code), "not_found");
	}
	CHECK(look(y).frozen.ms != 0);
	CHECK_INT(look(y).status, CS_USER_ACTIVE);
}

TEST(the_help_desk_unfreezes_and_who_manages_users_disables_them_too)
{
	static const struct {
		enum cs_role role;
		int unfreeze;
		int status;
	} rows[] = {
		{ CS_ROLE_ADMINISTRATOR, 200, 200 },
		{ CS_ROLE_USER_MANAGER, 200, 200 },
		{ CS_ROLE_HELP_DESK, 200, 403 },
		{ CS_ROLE_READ_ONLY, 403, 403 },
	};
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		YARD(y);
		struct making m = { .y = y, .permissions = cs_role_permissions(rows[i].role) };

		CHECK_OK(cs_store_write(y->d.store, &y->op, add_frozen, y));
		CHECK_OK(cs_store_write(y->d.store, &y->op, make_token, &m));
		struct call c = by_owner(y, ADA "unfreeze", "{}");
		c.token = m.text;
		CHECK_INT(ask(y, &c), rows[i].unfreeze);
		CHECK((look(y).frozen.ms == 0) == (rows[i].unfreeze == 200));
		c = by_owner(y, ADA "status", "{\"status\":\"disabled\"}");
		c.token = m.text;
		CHECK_INT(ask(y, &c), rows[i].status);
		CHECK((look(y).status == CS_USER_DISABLED) == (rows[i].status == 200));
	}
}

TEST(nobody_is_not_found)
{
	static const char *const targets[] = { NOBODY "unfreeze", NOBODY "status",
		"users/ada/unfreeze", "users/%00/status" };
	YARD(y);

	for (size_t i = 0; i < CS_COUNT(targets); i++) {
		struct call c = by_owner(y, targets[i], "{\"status\":\"disabled\"}");

		CHECK_INT(ask(y, &c), 404);
		CHECK_TEXT(cs_str_c(c.code), "not_found");
	}
}

TEST_MAIN("api/users")
