#include "test.h"

#include "gate/path.h"

static struct cs_path path;

static cs_str
canonical(const char *raw)
{
	CHECK_OK(cs_path_canonical(cs_str_c(raw), &path));
	return (cs_str){ path.text, path.len };
}

static bool
is_ambiguous(const char *raw)
{
	CHECK_OK(cs_path_canonical(cs_str_c(raw), &path));
	return path.is_ambiguous;
}

static bool
host_matches(const char *pattern, const char *host)
{
	return cs_host_pattern_matches(cs_str_c(pattern), cs_str_c(host));
}

static bool
path_matches(const char *pattern, const char *p)
{
	return cs_path_pattern_matches(cs_str_c(pattern), cs_str_c(p));
}

static bool
overlap(const char *a, const char *b)
{
	bool forward = cs_host_patterns_overlap(cs_str_c(a), cs_str_c(b));
	CHECK(forward == cs_host_patterns_overlap(cs_str_c(b), cs_str_c(a)));
	return forward;
}

TEST(a_plain_path_is_its_own_canonical_form)
{
	CHECK_TEXT(canonical("/"), "/");
	CHECK_TEXT(canonical("/a"), "/a");
	CHECK_TEXT(canonical("/a/b.c/d/"), "/a/b.c/d/");
	CHECK_TEXT(canonical("/.well-known/..x/x../..."), "/.well-known/..x/x../...");
	CHECK(!path.is_ambiguous);
}

TEST(triples_are_decoded_exactly_once)
{
	CHECK_TEXT(canonical("/%61dmin"), "/admin");
	CHECK_TEXT(canonical("/a%20b"), "/a b");
	CHECK_TEXT(canonical("/%2561"), "/%61");
	CHECK_TEXT(canonical("/%252e%252e/x"), "/%2e%2e/x");
	CHECK_TEXT(canonical("/%C3%a9"), "/\xc3\xa9");
	CHECK(!path.is_ambiguous);
}

TEST(slashes_are_merged)
{
	CHECK_TEXT(canonical("//a///b//"), "/a/b/");
	CHECK_TEXT(canonical("//"), "/");
	CHECK(!path.is_ambiguous);
}

TEST(dot_segments_are_removed)
{
	CHECK_TEXT(canonical("/."), "/");
	CHECK_TEXT(canonical("/.."), "/");
	CHECK_TEXT(canonical("/../.."), "/");
	CHECK_TEXT(canonical("/a/."), "/a/");
	CHECK_TEXT(canonical("/a/.."), "/");
	CHECK_TEXT(canonical("/a/./b"), "/a/b");
	CHECK_TEXT(canonical("/a/../b"), "/b");
	CHECK_TEXT(canonical("/a/b/../../../c"), "/c");
	CHECK_TEXT(canonical("/a/b/../c/./d/.."), "/a/c/");
	/* RFC 3986 §5.2.4's example */
	CHECK_TEXT(canonical("/a/b/c/./../../g"), "/a/g");
	CHECK(!path.is_ambiguous);
}

TEST(encoded_dot_segments_are_removed_too)
{
	CHECK_TEXT(canonical("/a/%2e/b"), "/a/b");
	CHECK_TEXT(canonical("/a/%2e%2E/b"), "/b");
	CHECK_TEXT(canonical("/a/.%2e/b"), "/b");
}

TEST(encoded_separators_are_ambiguous)
{
	CHECK(is_ambiguous("/a%2fb"));
	CHECK(is_ambiguous("/a%2Fb"));
	CHECK(is_ambiguous("/a%5cb"));
	CHECK(is_ambiguous("/a%5Cb"));
	CHECK(is_ambiguous("/a\\b"));
	CHECK(is_ambiguous("/..%2fadmin"));
}

TEST(control_bytes_are_ambiguous)
{
	CHECK(is_ambiguous("/a%00"));
	CHECK(is_ambiguous("/a%0d%0a"));
	CHECK(is_ambiguous("/a%7f"));
	CHECK(is_ambiguous("/a\tb"));
	CHECK(is_ambiguous("/a\x7f"));
	cs_str with_nul = CS_STR("/a\0b");
	CHECK_OK(cs_path_canonical(with_nul, &path));
	CHECK(path.is_ambiguous);
}

TEST(a_cut_or_wrong_triple_is_ambiguous)
{
	CHECK(is_ambiguous("/%"));
	CHECK(is_ambiguous("/%4"));
	CHECK(is_ambiguous("/%zz"));
	CHECK(is_ambiguous("/%4g"));
	CHECK(is_ambiguous("/%%41"));
}

TEST(a_fragment_or_another_beginning_is_ambiguous)
{
	CHECK(is_ambiguous("/a#b"));
	CHECK(is_ambiguous(""));
	CHECK(is_ambiguous("*"));
	CHECK(is_ambiguous("a"));
	CHECK(is_ambiguous("http://app.example.test/a"));
	CHECK(is_ambiguous("%2fa"));
}

TEST(a_parent_segment_beside_empty_segments_is_ambiguous)
{
	/* beneath /a when slashes are merged first, beneath /b when they are not */
	CHECK(is_ambiguous("/a/../b//../a/x"));
	CHECK(is_ambiguous("/a//.."));
	CHECK(is_ambiguous("//.."));
	CHECK(!is_ambiguous("/a//."));
}

TEST(a_parent_segment_beside_encoded_dots_is_ambiguous)
{
	CHECK(is_ambiguous("/a/../b/%2e%2e/a"));
	CHECK(is_ambiguous("/a/../b/%2e/.."));
	CHECK(is_ambiguous("/a/%2e%2e"));
	CHECK(!is_ambiguous("/a/%2e/b"));
	CHECK(!is_ambiguous("/a%2eb/../c"));
}

TEST(a_path_longer_than_the_most_is_refused)
{
	static char long_path[CS_PATH_MAX + 1];
	memset(long_path, 'a', sizeof(long_path));
	long_path[0] = '/';
	CHECK_OK(cs_path_canonical((cs_str){ long_path, CS_PATH_MAX }, &path));
	CHECK_INT(path.len, CS_PATH_MAX);
	CHECK_ERR(cs_path_canonical((cs_str){ long_path, sizeof(long_path) }, &path), LIMIT);
}

TEST(the_query_is_no_part_of_the_path)
{
	CHECK_TEXT(cs_path_of_target(CS_STR("/a?b=/../c")), "/a");
	CHECK_TEXT(cs_path_of_target(CS_STR("/a")), "/a");
	CHECK_TEXT(cs_path_of_target(CS_STR("?")), "");
}

/* specs: Access §8.9 */
TEST(a_star_label_stands_for_one_level)
{
	CHECK(host_matches("*.example.test", "alpha.example.test"));
	CHECK(!host_matches("*.example.test", "example.test"));
	CHECK(!host_matches("*.example.test", "a.b.example.test"));
	CHECK(host_matches("*.test.example.test", "beta.test.example.test"));
	CHECK(!host_matches("*.test.example.test", "test.example.test"));
}

TEST(a_partial_star_stands_for_any_bytes_of_its_label)
{
	CHECK(host_matches("*test.example.test", "test.example.test"));
	CHECK(host_matches("*test.example.test", "alphatest.example.test"));
	CHECK(!host_matches("*test.example.test", "beta.test.example.test"));
	CHECK(host_matches("dev*.example.test", "dev1.example.test"));
	CHECK(host_matches("a*z.example.test", "az.example.test"));
	CHECK(!host_matches("aa*aa.example.test", "aaa.example.test"));
}

TEST(an_exact_host_matches_itself_alone)
{
	CHECK(host_matches("app.example.test", "app.example.test"));
	CHECK(!host_matches("app.example.test", "app.example.test.evil.test"));
	CHECK(!host_matches("app.example.test", "xapp.example.test"));
	CHECK(!host_matches("app.example.test", ""));
}

TEST(a_host_with_a_final_dot_matches_nothing)
{
	CHECK(!host_matches("app.example.test", "app.example.test."));
	CHECK(!host_matches("*.example.test", "app.example.test."));
	CHECK(!host_matches("*.example.test", ".example.test"));
}

TEST(patterns_overlap_when_a_host_fits_both)
{
	CHECK(overlap("a.test", "a.test"));
	CHECK(overlap("*.example.test", "app.example.test"));
	CHECK(overlap("dev*.example.test", "*prod.example.test"));
	CHECK(overlap("*.example.test", "app.*.test"));
	CHECK(!overlap("dev*.example.test", "prod*.example.test"));
	CHECK(!overlap("*a.example.test", "*b.example.test"));
	CHECK(!overlap("*.example.test", "example.test"));
	CHECK(!overlap("a.test", "b.test"));
}

TEST(a_path_covers_itself_and_what_lies_beneath)
{
	CHECK(path_matches("/eng", "/eng"));
	CHECK(path_matches("/eng", "/eng/"));
	CHECK(path_matches("/eng", "/eng/exec"));
	CHECK(!path_matches("/eng", "/engine"));
	CHECK(!path_matches("/eng", "/"));
	CHECK(!path_matches("/eng", "/ENG"));
	CHECK(path_matches("/eng/", "/eng/x"));
	CHECK(!path_matches("/eng/", "/eng"));
}

TEST(an_empty_path_or_a_root_covers_everything)
{
	CHECK(path_matches("", "/"));
	CHECK(path_matches("", "/a/b"));
	CHECK(path_matches("/", "/a/b"));
	CHECK(path_matches("/*", "/"));
	CHECK(path_matches("/*", "/alpha"));
}

TEST(a_final_star_does_not_cover_the_parent)
{
	CHECK(path_matches("/alpha/*", "/alpha/one"));
	CHECK(path_matches("/alpha/*", "/alpha/one/two"));
	CHECK(!path_matches("/alpha/*", "/alpha"));
	CHECK(!path_matches("/alpha/*", "/"));
	CHECK(path_matches("/alpha*", "/alphabet"));
}

TEST(a_star_in_the_middle_crosses_segments)
{
	CHECK(path_matches("/foo*/bar", "/foo/bar"));
	CHECK(path_matches("/foo*/bar", "/food/bar"));
	CHECK(path_matches("/foo*/bar", "/food/stuff/bar"));
	CHECK(path_matches("/foo*/bar", "/food/bar/beneath"));
	CHECK(!path_matches("/foo*/bar", "/foo/bars"));
	CHECK(!path_matches("/foo*/bar", "/foo"));
	CHECK(path_matches("/a*/b*/c", "/ax/y/bz/bb/c"));
}

TEST(a_long_path_against_many_stars_ends_soon)
{
	static char text[CS_PATH_MAX];
	memset(text, 'a', sizeof(text));
	text[0] = '/';
	CHECK(!cs_path_pattern_matches(
	    CS_STR("/*a/*a/*a/*a/*a/*a/*a/*a/*b"), (cs_str){ text, sizeof(text) }));
}

TEST(more_fixed_bytes_are_more_specific)
{
	CHECK(cs_pattern_order(CS_STR("/eng/exec"), CS_STR("/eng")) > 0);
	CHECK(cs_pattern_order(CS_STR("/eng"), CS_STR("")) > 0);
	CHECK(cs_pattern_order(CS_STR("app.example.test"), CS_STR("*.example.test")) > 0);
	CHECK(cs_pattern_order(CS_STR("/a*"), CS_STR("/a")) < 0);
	CHECK_INT(cs_pattern_order(CS_STR("/b"), CS_STR("/a")), 0);
}

TEST(two_stars_in_a_label_or_segment_are_malformed)
{
	CHECK(!cs_host_pattern_is_valid(CS_STR("foo*bar*baz.example.test")));
	CHECK(!cs_path_pattern_is_valid(CS_STR("/foo*bar*baz")));
	CHECK(cs_host_pattern_is_valid(CS_STR("a*.*b.example.test")));
	CHECK(cs_path_pattern_is_valid(CS_STR("/a*/b*")));
}

TEST(a_host_pattern_is_lower_case_and_has_no_port)
{
	CHECK(!cs_host_pattern_is_valid(CS_STR("")));
	CHECK(!cs_host_pattern_is_valid(CS_STR("App.example.test")));
	CHECK(!cs_host_pattern_is_valid(CS_STR("app.example.test:8081")));
	CHECK(!cs_host_pattern_is_valid(CS_STR("app..test")));
	CHECK(!cs_host_pattern_is_valid(CS_STR("app.test.")));
	CHECK(!cs_host_pattern_is_valid(CS_STR("app test")));
	CHECK(cs_host_pattern_is_valid(CS_STR("shop.localhost")));
}

TEST(a_path_pattern_begins_with_a_slash_and_holds_no_query)
{
	CHECK(cs_path_pattern_is_valid(CS_STR("")));
	CHECK(!cs_path_pattern_is_valid(CS_STR("eng")));
	CHECK(!cs_path_pattern_is_valid(CS_STR("/eng?x")));
	CHECK(!cs_path_pattern_is_valid(CS_STR("/eng#x")));
	CHECK(!cs_path_pattern_is_valid(CS_STR("/eng\\x")));
	CHECK(!cs_path_pattern_is_valid(CS_STR("/eng\n")));
}

/* specs: Access §8.9, clause by clause */
TEST(each_clause_of_hosts_holds)
{
	static const struct {
		const char *pattern, *host;
		bool matches;
	} rows[] = {
		/* one star between dots: one level, wherever it stands */
		{ "*.example.test", "app.example.test", true },
		{ "*.example.test", "example.test", false },
		{ "*.example.test", "a.app.example.test", false },
		{ "app.*.test", "app.example.test", true },
		{ "app.*.test", "app.test", false },
		{ "app.*.test", "app.a.b.test", false },
		{ "app.*.test", "app..test", false },
		{ "*.*.test", "app.example.test", true },
		{ "*.*.test", "example.test", false },
		{ "*", "localhost", true },
		{ "*", "example.test", false },
		/* a partial label, leading, trailing and in the middle: none or more of its bytes */
		{ "*test.example.test", "test.example.test", true },
		{ "*test.example.test", "alphatest.example.test", true },
		{ "*test.example.test", "alpha.test.example.test", false },
		{ "*test.example.test", "tests.example.test", false },
		{ "*test.example.test", "example.test", false },
		{ "test*.example.test", "test.example.test", true },
		{ "test*.example.test", "test-7.example.test", true },
		{ "test*.example.test", "atest.example.test", false },
		{ "test*.example.test", "test.7.example.test", false },
		{ "a*z.example.test", "az.example.test", true },
		{ "a*z.example.test", "abcz.example.test", true },
		{ "a*z.example.test", "ab.cz.example.test", false },
		{ "a*a.example.test", "a.example.test", false },
		{ "*a.b*.test", "xa.bx.test", true },
		{ "*a.b*.test", "a.b.test", true },
		{ "*a.b*.test", "ax.bx.test", false },
		/* nothing is a prefix or a suffix of a host */
		{ "example.test", "app.example.test", false },
		{ "app.example.test", "example.test", false },
		{ "*.example.test", "app.example.test.evil.test", false },
		{ "*.example.test", "app.example.tes", false },
	};
	for (size_t i = 0; i < CS_COUNT(rows); i++)
		if (host_matches(rows[i].pattern, rows[i].host) != rows[i].matches)
			fail_msg("%s and %s", rows[i].pattern, rows[i].host);
}

TEST(each_clause_of_paths_holds)
{
	static const struct {
		const char *pattern, *path;
		bool matches;
	} rows[] = {
		/* one star between slashes, whole or partial */
		{ "/*/admin", "/a/admin", true },
		{ "/*/admin", "/a/administrator", false },
		{ "/*/admin", "/admin", false },
		{ "/al*", "/alpha", true },
		{ "/al*", "/al", true },
		{ "/al*", "/a", false },
		{ "/*pha", "/alpha", true },
		{ "/*pha", "/pha", true },
		{ "/*pha", "/alphas", false },
		{ "/a*a", "/a", false },
		{ "/v*/users/*", "/v2/users/7", true },
		{ "/v*/users/*", "/v2/users", false },
		/* in the middle it crosses segments */
		{ "/foo*/bar", "/foo/bar", true },
		{ "/foo*/bar", "/foo/a/b/bar", true },
		{ "/foo*/bar", "/fooa/b/bar", true },
		{ "/foo/*/bar", "/foo/a/b/bar", true },
		{ "/foo/*/bar", "/foo/bar", false },
		{ "/foo*/bar", "/fo/bar", false },
		{ "/foo*/bar", "/foo/bart", false },
		{ "/foo*/bar", "/x/foo/bar", false },
		/* the star behind a slash does not cover what stands before the slash */
		{ "/alpha/*", "/alpha/", true },
		{ "/alpha/*", "/alpha/one", true },
		{ "/alpha/*", "/alpha/one/two", true },
		{ "/alpha/*", "/alpha", false },
		{ "/alpha/*", "/alphabet", false },
		/* empty covers everything */
		{ "", "/", true },
		{ "", "/alpha", true },
		{ "", "/alpha/one?", true },
		{ "/", "/", true },
		{ "/*", "/a/b", true },
		/* what lies beneath, by segments and not by bytes; case counts */
		{ "/alpha", "/alpha/one", true },
		{ "/alpha", "/alphabet", false },
		{ "/alpha", "/Alpha", false },
		{ "/alpha/one", "/alpha", false },
	};
	for (size_t i = 0; i < CS_COUNT(rows); i++)
		if (path_matches(rows[i].pattern, rows[i].path) != rows[i].matches)
			fail_msg("%s and %s", rows[i].pattern, rows[i].path);
}

TEST(one_star_a_label_and_one_a_segment_is_all_there_may_be)
{
	static const struct {
		const char *host, *path;
		bool are_valid;
	} rows[] = {
		{ "*.example.test", "/*", true },
		{ "*a.b*.c*d.test", "/*a/b*/c*d", true },
		{ "**.example.test", "/**", false },
		{ "*a*.example.test", "/*a*", false },
		{ "a.*b*.test", "/a/*b*", false },
		{ "a*b*c.test", "/x/a*b*c/y", false },
	};
	for (size_t i = 0; i < CS_COUNT(rows); i++)
		if (cs_host_pattern_is_valid(cs_str_c(rows[i].host)) != rows[i].are_valid ||
		    cs_path_pattern_is_valid(cs_str_c(rows[i].path)) != rows[i].are_valid)
			fail_msg("%s and %s", rows[i].host, rows[i].path);
}

TEST_MAIN("gate/path")
