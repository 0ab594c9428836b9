/*
 * models_test.c - roots, models by name and who is outside of a list, as the console asks for them.
 */
#include "domain/yard.h"

#include "api/router.h"
#include "domain/config/list.h"
#include "mint.h"

#include <openssl/pem.h>

#define ROOTS "/api/v1/accounts/%s/attestation_roots"
#define OUTSIDE "/api/v1/accounts/%s/models/outside"

/* One caller with an API token, and what it was answered last. */
struct caller {
	struct yard *y;
	cs_id account;
	const char *authorization; /* NULL: none is sent */
	const char *cookie;
	int status;
	json_t *body;
};

static cs_time
yard_now(void *ctx)
{
	return ((struct yard *)ctx)->op.now;
}

static void
caller_close(struct caller *c)
{
	json_decref(c->body);
}

static const char *
bearer(struct yard *y, cs_str token)
{
	return cs_arena_printf(y->arena, "Bearer %.*s", CS_STR_ARG(token)).p;
}

#define CALLER(NAME, YARD) \
	CS_AUTO(caller_close) \
	struct caller NAME = { .y = (YARD), \
		.account = (YARD)->halden.account, \
		.authorization = bearer((YARD), (YARD)->halden.api_token) }

static int
ask(struct caller *c, enum cs_method method, const char *target, const char *body)
{
	struct cs_clock clock = { yard_now, c->y };
	struct cs_api api;
	struct cs_header headers[2];
	struct cs_response rs;
	cs_str text = cs_str_c(target);
	size_t hole = cs_str_find(text, '%', 0);

	text = cs_arena_printf(c->y->arena, "%.*s%.*s%s", (int)hole, text.p,
	    CS_STR_ARG(cs_id_hex_text(c->y->arena, c->account)), text.p + hole + 2);
	size_t mark = cs_str_find(text, '?', 0);
	struct cs_request rq = {
		.id = { { 5 } },
		.method = method,
		.target = text,
		.path = cs_str_slice(text, 0, mark),
		.query = cs_str_slice(text, mark + 1, text.len),
		.host = CS_STR("console.example.test"),
		.authority = CS_STR("console.example.test"),
		.headers = headers,
		.body = body == NULL ? CS_SPAN_NONE : cs_str_span(cs_str_c(body)),
		.peer = c->y->op.peer,
	};
	if (c->authorization != NULL)
		headers[rq.header_count++] =
		    (struct cs_header){ CS_STR("authorization"), cs_str_c(c->authorization) };
	if (c->cookie != NULL)
		headers[rq.header_count++] =
		    (struct cs_header){ CS_STR("cookie"), cs_str_c(c->cookie) };
	cs_api_init(&api, &c->y->d, &clock);
	cs_response_init(&rs);
	struct cs_handler handler = cs_api_handler(&api);
	handler.slow(handler.ctx, &rq, &rs);
	json_decref(c->body);
	c->body = json_loadb((const char *)rs.body.p, rs.body.len, JSON_REJECT_DUPLICATES, NULL);
	c->status = rs.status;
	cs_response_clear(&rs);
	return c->status;
}

static const char *
code(const struct caller *c)
{
	const char *text =
	    json_string_value(json_object_get(json_object_get(c->body, "error"), "code"));
	return text == NULL ? "" : text;
}

#define CHECK_NO(CALL, STATUS, CODE) \
	do { \
		CHECK_INT(CALL, STATUS); \
		assert_string_equal(code(&c), CODE); \
	} while (0)

static const json_t *
item(const struct caller *c, const char *list, size_t i)
{
	return json_array_get(json_object_get(c->body, list), i);
}

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text == NULL ? "" : text;
}

/* {"name":…,"pem":…} of these */
static const char *
pem_body(struct yard *y, const char *name, const struct minted *const *roots, size_t count)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *p;

	for (size_t i = 0; i < count; i++)
		PEM_write_bio_X509(b, roots[i]->x);
	long len = BIO_get_mem_data(b, &p);
	json_t *j = json_pack("{s:s, s:s%}", "name", name, "pem", p, (size_t)len);
	char *text = json_dumps(j, JSON_COMPACT);
	const char *out = cs_arena_c(y->arena, cs_str_c(text));
	free(text);
	json_decref(j);
	BIO_free(b);
	return out;
}

TEST(roots_are_added_shown_and_removed)
{
	YARD(y);
	CALLER(c, y);
	CS_AUTO(minted_clear) struct minted one = mint_root("CN=One"), two = mint_root("CN=Two");
	const struct minted *const both[] = { &one, &two };

	CHECK_INT(ask(&c, CS_GET, ROOTS, NULL), 200);
	CHECK_INT(json_array_size(json_object_get(c.body, "attestation_roots")), 0);
	CHECK_INT(ask(&c, CS_POST, ROOTS, pem_body(y, "", both, 2)), 200);
	CHECK_INT(ask(&c, CS_GET, ROOTS, NULL), 200);
	CHECK_INT(json_array_size(json_object_get(c.body, "attestation_roots")), 2);
	const json_t *root = item(&c, "attestation_roots", 0);
	CHECK(strcmp(text_of(root, "subject"), "CN=One") == 0 ||
	      strcmp(text_of(root, "subject"), "CN=Two") == 0);
	assert_string_equal(text_of(root, "name"), text_of(root, "subject"));
	assert_string_equal(text_of(root, "expires_at"), "2033-05-18T03:33:20.000Z");
	CHECK_INT(strlen(text_of(root, "fingerprint")), 64);
	const char *path = cs_arena_printf(y->arena, ROOTS "/%s", "%s", text_of(root, "id")).p;
	CHECK_INT(ask(&c, CS_DELETE, path, NULL), 200);
	CHECK_NO(ask(&c, CS_DELETE, path, NULL), 404, "not_found");
	CHECK_INT(ask(&c, CS_GET, ROOTS, NULL), 200);
	CHECK_INT(json_array_size(json_object_get(c.body, "attestation_roots")), 1);
}

TEST(what_is_no_certificate_is_refused_and_nothing_is_kept)
{
	static const char *const bad[] = {
		"",
		"[]",
		"{",
		"{}",
		"{\"pem\":7}",
		"{\"pem\":\"\"}",
		"{\"pem\":\"certificate\"}",
		"{\"pem\":\"-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\\n\"}",
		"{\"pem\":\"a\\u0000b\"}",
		"{\"pem\":\"x\",\"pem\":\"y\"}",
	};
	YARD(y);
	CALLER(c, y);

	for (size_t i = 0; i < CS_COUNT(bad); i++)
		CHECK_NO(ask(&c, CS_POST, ROOTS, bad[i]), 400, "body");
	CHECK_INT(ask(&c, CS_GET, ROOTS, NULL), 200);
	CHECK_INT(json_array_size(json_object_get(c.body, "attestation_roots")), 0);
}

TEST(another_accounts_roots_are_not_there)
{
	YARD(y);
	CALLER(c, y);
	CS_AUTO(minted_clear) struct minted one = mint_root("CN=One");
	const struct minted *const list[] = { &one };

	CHECK_INT(ask(&c, CS_POST, ROOTS, pem_body(y, "Mine", list, 1)), 200);
	const char *path = cs_arena_printf(
	    y->arena, ROOTS "/%s", "%s", text_of(item(&c, "attestation_roots", 0), "id"))
			       .p;
	c.account = y->oslo.account;
	CHECK_NO(ask(&c, CS_GET, ROOTS, NULL), 404, "not_found");
	CHECK_NO(ask(&c, CS_DELETE, path, NULL), 404, "not_found");
	c.authorization = bearer(y, y->oslo.api_token);
	CHECK_INT(ask(&c, CS_GET, ROOTS, NULL), 200);
	CHECK_INT(json_array_size(json_object_get(c.body, "attestation_roots")), 0);
	CHECK_NO(ask(&c, CS_DELETE, path, NULL), 404, "not_found");
	CHECK_NO(ask(&c, CS_DELETE, ROOTS "/one", NULL), 404, "not_found");
}

TEST(nobody_comes_in_without_a_good_credential)
{
	static const char *const paths[] = { ROOTS, OUTSIDE, "/api/v1/accounts/%s/metadata",
		"/api/v1/accounts/%s/known_authenticators" };
	YARD(y);
	CALLER(c, y);

	for (size_t i = 0; i < CS_COUNT(paths); i++) {
		c.authorization = NULL;
		c.cookie = NULL;
		CHECK_NO(ask(&c, CS_GET, paths[i], NULL), 401, "signed_out");
		c.authorization = "Bearer cst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
		CHECK_NO(ask(&c, CS_GET, paths[i], NULL), 401, "signed_out");
		c.authorization = NULL;
		c.cookie = "__Host-cs_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
		CHECK_NO(ask(&c, CS_GET, paths[i], NULL), 401, "signed_out");
	}
	/* a cookie, and no word that our own page sent it */
	CHECK_NO(ask(&c, CS_POST, ROOTS, "{}"), 403, "csrf");
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

static const char *
narrow(struct yard *y, uint32_t permissions)
{
	struct making m = { y, permissions, CS_STR_NONE };
	struct cs_op op = y->op;

	op.account = y->halden.account;
	CHECK_OK(cs_store_write(y->d.store, &op, make_token, &m));
	return bearer(y, m.text);
}

TEST(reading_and_changing_need_their_permissions)
{
	YARD(y);
	CALLER(c, y);

	c.authorization = narrow(y, CS_MAY_APPS_WRITE | CS_MAY_LISTS_WRITE);
	CHECK_NO(ask(&c, CS_GET, ROOTS, NULL), 403, "not_allowed");
	CHECK_NO(ask(&c, CS_GET, OUTSIDE, NULL), 403, "not_allowed");
	c.authorization = narrow(y, CS_MAY_ORGS_READ);
	CHECK_INT(ask(&c, CS_GET, ROOTS, NULL), 200);
	CHECK_NO(ask(&c, CS_POST, ROOTS, "{}"), 403, "not_allowed");
	CHECK_NO(ask(&c, CS_DELETE, ROOTS "/11111111-1111-1111-1111-111111111111", NULL), 403,
	    "not_allowed");
	c.authorization = narrow(y, CS_MAY_ORGS_WRITE);
	CHECK_NO(ask(&c, CS_POST, ROOTS, "{}"), 400, "body");
}

TEST(models_have_names_and_metadata_is_absent_at_first)
{
	YARD(y);
	CALLER(c, y);

	CHECK_INT(ask(&c, CS_GET, "/api/v1/accounts/%s/known_authenticators", NULL), 200);
	const json_t *list = json_object_get(c.body, "known_authenticators");
	CHECK(json_array_size(list) > 100);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *model = json_array_get(list, i);
		CHECK_INT(strlen(text_of(model, "aaguid")), 32);
		CHECK(strlen(text_of(model, "name")) > 0);
		assert_string_equal(text_of(model, "source"), "own");
		CHECK_INT(json_array_size(json_object_get(model, "statuses")), 0);
	}
	CHECK_INT(ask(&c, CS_GET, "/api/v1/accounts/%s/metadata", NULL), 200);
	CHECK(json_is_null(json_object_get(c.body, "metadata")));
}

TEST(who_is_outside_is_asked_of_a_list_of_models)
{
	YARD(y);
	CALLER(c, y);
	struct cs_config_change change = yard_change(y);
	cs_id list;

	y->op.account = y->halden.account;
	CHECK_OK(cs_config_add_list(&change,
	    yard_json(y, "{'name':'Keys','type':'AAGUID','items':"
			 "[{'value':'fa2b99dc9e3942578f924a30d23c4118'}]}"),
	    &list));
	y->op.account = cs_id_zero;
	cs_str id = cs_id_uuid_text(y->arena, list);
	CHECK_INT(
	    ask(&c, CS_GET, cs_arena_printf(y->arena, OUTSIDE "?list=%.*s", "%s", CS_STR_ARG(id)).p,
		NULL),
	    200);
	CHECK(json_is_array(json_object_get(c.body, "outside")));
	CHECK_INT(json_integer_value(json_object_get(c.body, "total")), 0);
	id = cs_id_hex_text(y->arena, list);
	CHECK_INT(ask(&c, CS_GET,
		      cs_arena_printf(
			  y->arena, OUTSIDE "?list=%.*s&evidence=claimed", "%s", CS_STR_ARG(id))
			  .p,
		      NULL),
	    200);
	CHECK_NO(ask(&c, CS_GET, OUTSIDE "?list=11111111-1111-1111-1111-111111111111", NULL), 404,
	    "not_found");
	CHECK_NO(ask(&c, CS_GET, OUTSIDE, NULL), 400, "body");
	CHECK_NO(ask(&c, CS_GET, OUTSIDE "?list=keys", NULL), 400, "body");
	CHECK_NO(
	    ask(&c, CS_GET,
		cs_arena_printf(y->arena, OUTSIDE "?list=%.*s&evidence=self", "%s", CS_STR_ARG(id))
		    .p,
		NULL),
	    400, "body");
}

TEST_MAIN("api/models")
