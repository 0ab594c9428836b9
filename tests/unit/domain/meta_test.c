#include "domain/house.h"

#include "domain/meta.h"

static struct cs_meta
sample(void)
{
	return (struct cs_meta){
		.application = house_id("app"),
		.authority = CS_STR("app.example.test:8081"),
		.return_path = CS_STR("/berths?quay=4"),
		.nonce_hash = { 7, 7, 7 },
	};
}

TEST(a_meta_says_again_what_was_sealed)
{
	struct house *h = house_open();
	struct cs_refusal why = { 0 };
	struct cs_meta m = sample();
	struct cs_meta got;
	cs_str text;

	CHECK_OK(cs_meta_seal(&h->d, &h->op, &m, &text));
	CHECK_OK(cs_meta_unseal(&h->d, &h->op, text, &got, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	CHECK(cs_id_equal(got.application, m.application));
	CHECK_TEXT(got.authority, "app.example.test:8081");
	CHECK_TEXT(got.return_path, "/berths?quay=4");
	CHECK(memcmp(got.nonce_hash, m.nonce_hash, sizeof(m.nonce_hash)) == 0);
	CHECK(got.expires.ms == h->op.now.ms + CS_HOUR_MS);
	house_close(h);
}

TEST(two_visits_to_one_address_do_not_share_a_context)
{
	struct house *h = house_open();
	struct cs_refusal why = { 0 };
	struct cs_meta m = sample();
	struct cs_meta one;
	struct cs_meta two;
	cs_str text;

	CHECK_OK(cs_meta_seal(&h->d, &h->op, &m, &text));
	CHECK_OK(cs_meta_unseal(&h->d, &h->op, text, &one, &why));
	CHECK_OK(cs_meta_seal(&h->d, &h->op, &m, &text));
	CHECK_OK(cs_meta_unseal(&h->d, &h->op, text, &two, &why));
	CHECK(memcmp(one.context, two.context, CS_CONTEXT_LEN) != 0);
	house_close(h);
}

TEST(a_meta_is_refused_after_an_hour)
{
	struct house *h = house_open();
	struct cs_refusal why = { 0 };
	struct cs_meta m = sample();
	cs_str text;

	CHECK_OK(cs_meta_seal(&h->d, &h->op, &m, &text));
	h->op.now = cs_time_add(h->op.now, CS_HOUR_MS - 1);
	CHECK_OK(cs_meta_unseal(&h->d, &h->op, text, &m, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	h->op.now = cs_time_add(h->op.now, 1);
	CHECK_OK(cs_meta_unseal(&h->d, &h->op, text, &m, &why));
	CHECK_INT(why.kind, CS_REFUSAL_LINK_ENDED);
	house_close(h);
}

TEST(a_meta_is_refused_when_any_byte_of_it_was_changed)
{
	struct house *h = house_open();
	struct cs_meta m = sample();
	struct cs_meta got;
	cs_str text;

	CHECK_OK(cs_meta_seal(&h->d, &h->op, &m, &text));
	for (size_t i = 0; i < text.len; i++) {
		struct cs_refusal why = { 0 };
		char *copy = cs_arena_c(h->arena, text);

		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		CHECK_OK(cs_meta_unseal(&h->d, &h->op, (cs_str){ copy, text.len }, &got, &why));
		CHECK_INT(why.kind, CS_REFUSAL_LINK_ENDED);
		CHECK(got.authority.len == 0);
	}
	house_close(h);
}

TEST(a_meta_is_refused_when_cut_or_lengthened)
{
	struct house *h = house_open();
	struct cs_meta m = sample();
	struct cs_meta got;
	cs_str text;

	CHECK_OK(cs_meta_seal(&h->d, &h->op, &m, &text));
	for (size_t len = 0; len < text.len; len++) {
		struct cs_refusal why = { 0 };

		CHECK_OK(cs_meta_unseal(&h->d, &h->op, cs_str_slice(text, 0, len), &got, &why));
		CHECK_INT(why.kind, CS_REFUSAL_LINK_ENDED);
	}
	struct cs_refusal why = { 0 };
	CHECK_OK(cs_meta_unseal(
	    &h->d, &h->op, cs_arena_printf(h->arena, "%.*sAAAA", CS_STR_ARG(text)), &got, &why));
	CHECK_INT(why.kind, CS_REFUSAL_LINK_ENDED);
	house_close(h);
}

TEST(a_meta_of_another_account_is_refused)
{
	struct house *h = house_open();
	struct cs_refusal why = { 0 };
	struct cs_meta m = sample();
	struct cs_op other = h->op;
	cs_str text;

	CHECK_OK(cs_meta_seal(&h->d, &h->op, &m, &text));
	other.account = house_id("other");
	CHECK_OK(cs_meta_unseal(&h->d, &other, text, &m, &why));
	CHECK_INT(why.kind, CS_REFUSAL_LINK_ENDED);
	house_close(h);
}

TEST(a_path_of_ours_is_returned_to_as_it_is)
{
	CHECK_TEXT(cs_return_path(CS_STR("/")), "/");
	CHECK_TEXT(cs_return_path(CS_STR("/a/b?c=d&e=%2f#f")), "/a/b?c=d&e=%2f#f");
	CHECK_TEXT(cs_return_path(CS_STR("/a//b")), "/a//b");
}

TEST(whatever_could_lead_elsewhere_returns_to_the_root)
{
	static const char *const foreign[] = { "", "//evil.test", "///evil.test", "/\\evil.test",
		"\\\\evil.test", "https://evil.test/", "javascript:alert(1)", "evil.test", "?a",
		" /a", "/a\\b", "/a b", "/a\r\nSet-Cookie: x=y", "/a\tb", "/\x7f", "/caf\xc3\xa9",
		"@evil.test", "/\t/evil.test" };

	for (size_t i = 0; i < CS_COUNT(foreign); i++)
		CHECK_TEXT(cs_return_path(cs_str_c(foreign[i])), "/");
	char text[CS_RETURN_PATH_MAX + 1];
	memset(text, '/', 1);
	memset(text + 1, 'a', sizeof(text) - 1);
	CHECK(cs_return_path((cs_str){ text, CS_RETURN_PATH_MAX }).len == CS_RETURN_PATH_MAX);
	CHECK_TEXT(cs_return_path((cs_str){ text, CS_RETURN_PATH_MAX + 1 }), "/");
}

TEST(an_authority_is_a_host_with_or_without_port)
{
	CHECK_TEXT(cs_authority_host(CS_STR("app.example.test")), "app.example.test");
	CHECK_TEXT(cs_authority_host(CS_STR("app.example.test:8081")), "app.example.test");
	CHECK_TEXT(cs_authority_host(CS_STR("[2001:db8::1]:8081")), "[2001:db8::1]");
}

TEST_MAIN("domain/meta")
