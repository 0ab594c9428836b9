#include "proto/oidc_metadata.h"

#include "test.h"

static struct cs_arena *arena;

static cs_err
decode(const char *json, const char *issuer, struct cs_oidc_metadata *out)
{
	if (arena == NULL)
		arena = cs_arena_new(1 << 20);
	cs_arena_reset(arena);
	return cs_oidc_metadata_decode(arena, CS_SPAN(json, strlen(json)), cs_str_c(issuer), out);
}

#define ISSUER "https://idp.example.test"
#define REST \
	"\"authorization_endpoint\":\"https://idp.example.test/auth?tenant=7\"," \
	"\"token_endpoint\":\"https://idp.example.test/token\"," \
	"\"jwks_uri\":\"https://keys.example.test/jwks\""

TEST(a_document_gives_its_endpoints)
{
	struct cs_oidc_metadata m;

	CHECK_OK(decode("{\"issuer\":\"" ISSUER "\"," REST
			",\"userinfo_endpoint\":\"https://idp.example.test/me\","
			"\"authorization_response_iss_parameter_supported\":true,"
			"\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"]}",
	    ISSUER, &m));
	CHECK_TEXT(m.issuer, ISSUER);
	CHECK_TEXT(m.authorization_endpoint, "https://idp.example.test/auth?tenant=7");
	CHECK_TEXT(m.token_endpoint, "https://idp.example.test/token");
	CHECK_TEXT(m.jwks_uri, "https://keys.example.test/jwks");
	CHECK_TEXT(m.userinfo_endpoint, "https://idp.example.test/me");
	CHECK(m.sends_iss);
	CHECK_INT(m.client_auth, CS_OIDC_CLIENT_SECRET_POST);
}

TEST(what_a_document_leaves_out_has_the_standards_default)
{
	struct cs_oidc_metadata m;

	CHECK_OK(decode("{\"issuer\":\"" ISSUER "\"," REST "}", ISSUER, &m));
	CHECK_INT(m.client_auth, CS_OIDC_CLIENT_SECRET_BASIC);
	CHECK(!m.sends_iss);
	CHECK_INT(m.userinfo_endpoint.len, 0);
}

TEST(another_issuer_is_refused_by_a_single_character)
{
	struct cs_oidc_metadata m;

	CHECK_ERR(decode("{\"issuer\":\"" ISSUER "/\"," REST "}", ISSUER, &m), INVALID);
	CHECK_ERR(
	    decode("{\"issuer\":\"https://IDP.example.test\"," REST "}", ISSUER, &m), INVALID);
	CHECK_ERR(decode("{\"issuer\":\"http://idp.example.test\"," REST "}", ISSUER, &m), INVALID);
	CHECK_INT(m.token_endpoint.len, 0);
}

TEST(what_is_not_such_a_document_is_refused)
{
	static const char *const bad[] = { "", "{", "[]", "null", "{}",
		"{\"issuer\":\"" ISSUER "\"}", "{" REST "}", "{\"issuer\":7," REST "}",
		"{\"issuer\":\"" ISSUER "\",\"issuer\":\"" ISSUER "\"," REST "}",
		"{\"issuer\":\"" ISSUER "\"," REST ",\"userinfo_endpoint\":\"ftp://x.test\"}",
		"{\"issuer\":\"" ISSUER "\"," REST ",\"userinfo_endpoint\":[]}",
		"{\"issuer\":\"" ISSUER "\"," REST "} trailing" };
	struct cs_oidc_metadata m;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		if (!cs_is(decode(bad[i], ISSUER, &m), CS_E_INVALID))
			fail_msg("not refused: %s", bad[i]);
	}
}

TEST(a_document_beyond_the_limit_is_refused_unread)
{
	static char big[CS_OIDC_METADATA_MAX_BYTES + 2];
	struct cs_oidc_metadata m;

	memset(big, ' ', sizeof(big) - 1);
	CHECK_ERR(decode(big, ISSUER, &m), LIMIT);
}

TEST(urls_that_could_mean_something_else_are_refused)
{
	static const char *const bad[] = { "", "https://", "https:///x", "https://:443/",
		"//idp.example.test", "idp.example.test", "javascript:alert(1)",
		"file:///etc/passwd", "https://idp.example.test@evil.test/",
		"https://a:b@idp.example.test/", "https://idp.example.test/#x",
		"https://idp.example.test/a b", "https://idp.example.test\\@evil.test/",
		"https://idp.example.test/\r\nX: y", "https://idp.example.test/\xc3\xa9",
		"HTTPS://idp.example.test/" };

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		if (cs_oidc_url_is_valid(cs_str_c(bad[i])))
			fail_msg("taken: %s", bad[i]);
	}
	CHECK(cs_oidc_url_is_valid(CS_STR("https://idp.example.test")));
	CHECK(cs_oidc_url_is_valid(CS_STR("http://[::1]:9400/a?b=c%20d")));
	CHECK(cs_oidc_url_is_valid(CS_STR("https://idp.example.test/u/a@b")));
}

TEST_MAIN("proto/oidc_metadata")
