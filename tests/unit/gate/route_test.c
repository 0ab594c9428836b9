#include "test.h"

#include "gate/gate.h"
#include "sample.h"

static struct cs_application apps[8];
static struct cs_destination places[8][4];

static const struct cs_snapshot *
snapshot_of(cs_id account, const char *auth_host, size_t app_count)
{
	struct cs_arena *arena = cs_arena_new(1 << 20);
	struct cs_access_config *config = CS_NEW(arena, struct cs_access_config);
	*config = sample_config();
	config->account = account;
	config->auth_host = cs_str_c(auth_host);
	struct cs_application *copy = CS_NEW_ARRAY(arena, struct cs_application, app_count);
	memcpy(copy, apps, app_count * sizeof(*copy));
	config->applications = copy;
	config->application_count = app_count;
	struct cs_snapshot *s;
	CHECK_OK(cs_snapshot_new(&arena, config, &s));
	CHECK(arena == NULL);
	return s;
}

/* Application n guards up to four "host/path". */
static void
guard(uint32_t n, const char *const *where, size_t count)
{
	apps[n] = (struct cs_application){
		.id = id_of(300 + n), .destinations = places[n], .destination_count = count
	};
	for (size_t i = 0; i < count; i++) {
		cs_str text = cs_str_c(where[i]);
		size_t slash = cs_str_find(text, '/', 0);
		places[n][i] = (struct cs_destination){ .host = cs_str_slice(text, 0, slash),
			.path = cs_str_slice(text, slash, text.len) };
	}
}
#define GUARD(N, ...) \
	guard((N), (const char *const[]){ __VA_ARGS__ }, \
	    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

#define AMBIGUOUS -2
#define NOTHING -1

/* Which application guards host and target. */
static int
routed(const struct cs_snapshot *s, const char *host, const char *target)
{
	const struct cs_application *app;
	switch (cs_snapshot_route(s, cs_str_c(host), cs_str_c(target), &app)) {
	case CS_ROUTE_NONE:
		CHECK(app == NULL);
		return NOTHING;
	case CS_ROUTE_AMBIGUOUS:
		CHECK(app == NULL);
		return AMBIGUOUS;
	case CS_ROUTE_APPLICATION:
		break;
	}
	return app->id.b[14] * 256 + app->id.b[15] - 300;
}

#define WITH_APPS(N) \
	CS_AUTO(cs_snapshot_release) \
	const struct cs_snapshot *s = snapshot_of(ACCOUNT, "auth.example.test", (N))

TEST(a_host_selects_its_application)
{
	GUARD(0, "app.example.test", "other.example.test");
	GUARD(1, "shop.localhost");
	WITH_APPS(2);
	CHECK_INT(routed(s, "app.example.test", "/"), 0);
	CHECK_INT(routed(s, "other.example.test", "/x?y"), 0);
	CHECK_INT(routed(s, "shop.localhost", "/"), 1);
	CHECK_INT(routed(s, "example.test", "/"), NOTHING);
	CHECK_INT(routed(s, "", "/"), NOTHING);
	CHECK_INT(routed(s, "localhost", "/"), NOTHING);
}

TEST(the_most_specific_path_wins_and_inherits_nothing)
{
	GUARD(0, "app.example.test");
	GUARD(1, "app.example.test/eng");
	GUARD(2, "app.example.test/eng/exec");
	WITH_APPS(3);
	CHECK_INT(routed(s, "app.example.test", "/"), 0);
	CHECK_INT(routed(s, "app.example.test", "/engine"), 0);
	CHECK_INT(routed(s, "app.example.test", "/eng"), 1);
	CHECK_INT(routed(s, "app.example.test", "/eng/x"), 1);
	CHECK_INT(routed(s, "app.example.test", "/eng/exec/x"), 2);
	CHECK_INT(routed(s, "app.example.test", "/eng?/exec"), 1);
}

/* specs: Access §8.9 */
TEST(of_patterns_the_most_specific_wins_whatever_their_order)
{
	GUARD(0, "app.example.test/*");
	GUARD(1, "app.example.test/alpha/*");
	GUARD(2, "app.example.test/alpha/one");
	GUARD(3, "app.example.test/al*");
	GUARD(4, "*.example.test/alpha/one/two/three");
	GUARD(5, "*.example.test");
	static const struct {
		const char *host, *target;
		int app;
	} rows[] = {
		{ "app.example.test", "/", 0 },
		{ "app.example.test", "/beta", 0 },
		{ "app.example.test", "/alpha", 3 },
		{ "app.example.test", "/alarm/x", 3 },
		{ "app.example.test", "/alpha/", 1 },
		{ "app.example.test", "/alpha/two", 1 },
		{ "app.example.test", "/alpha/ones", 1 },
		{ "app.example.test", "/alpha/one", 2 },
		{ "app.example.test", "/alpha/one/two", 2 },
		/* the host comes first, then the path */
		{ "app.example.test", "/alpha/one/two/three", 2 },
		{ "shop.example.test", "/alpha/one/two/three", 4 },
		{ "shop.example.test", "/alpha/one/two", 5 },
		{ "example.test", "/", NOTHING },
		{ "a.app.example.test", "/", NOTHING },
	};
	static struct cs_application kept;
	for (int turned = 0; turned < 2; turned++) {
		WITH_APPS(6);
		for (size_t i = 0; i < CS_COUNT(rows); i++)
			if (routed(s, rows[i].host, rows[i].target) != rows[i].app)
				fail_msg("%s%s", rows[i].host, rows[i].target);
		for (size_t i = 0; i < 3; i++) {
			kept = apps[i];
			apps[i] = apps[5 - i];
			apps[5 - i] = kept;
		}
	}
}

TEST(queries_and_what_looks_like_a_port_are_no_part_of_it)
{
	GUARD(0, "app.example.test");
	GUARD(1, "app.example.test/alpha");
	WITH_APPS(2);
	CHECK_INT(routed(s, "app.example.test", "/alpha?x=/beta"), 1);
	CHECK_INT(routed(s, "app.example.test", "/alpha?"), 1);
	CHECK_INT(routed(s, "app.example.test", "/?/alpha"), 0);
	CHECK_INT(routed(s, "app.example.test", "/beta?x=/alpha"), 0);
	CHECK_INT(routed(s, "app.example.test", "/alpha:8081"), 0);
	/* hosts come here without a port (dialects.h): one that has it is no host of ours */
	CHECK_INT(routed(s, "app.example.test:8081", "/alpha"), NOTHING);
}

TEST(an_exact_host_wins_over_a_pattern)
{
	GUARD(0, "*.example.test/very/long/path/indeed");
	GUARD(1, "*.example.test");
	GUARD(2, "app.example.test/admin");
	GUARD(3, "dev-*.example.test");
	WITH_APPS(4);
	CHECK_INT(routed(s, "app.example.test", "/admin"), 2);
	CHECK_INT(routed(s, "app.example.test", "/other"), 1);
	CHECK_INT(routed(s, "x.example.test", "/very/long/path/indeed"), 0);
	CHECK_INT(routed(s, "dev-1.example.test", "/"), 3);
	CHECK_INT(routed(s, "example.test", "/"), NOTHING);
}

TEST(a_path_outside_of_all_applications_selects_none)
{
	GUARD(0, "app.example.test/eng");
	WITH_APPS(1);
	CHECK_INT(routed(s, "app.example.test", "/"), NOTHING);
	CHECK_INT(routed(s, "app.example.test", "/eng"), 0);
}

TEST(a_path_that_selects_two_applications_is_refused)
{
	GUARD(0, "app.example.test");
	GUARD(1, "app.example.test/admin");
	WITH_APPS(2);
	const char *const two_ways[] = { "//admin", "/./admin", "/x/../admin", "/%61dmin",
		"/admin/../x", "/admin/%2e%2e/x", "/x/%2e%2e/admin", "/%2e/admin", "/admin/.." };
	for (size_t i = 0; i < CS_COUNT(two_ways); i++)
		CHECK_INT(routed(s, "app.example.test", two_ways[i]), AMBIGUOUS);
	CHECK_INT(routed(s, "app.example.test", "/admin//x"), 1);
	CHECK_INT(routed(s, "app.example.test", "/admin/a/../x"), 1);
	CHECK_INT(routed(s, "app.example.test", "/a/../x"), 0);
	CHECK_INT(routed(s, "app.example.test", "/a%20b"), 0);
}

TEST(what_servers_read_differently_is_refused_where_paths_matter)
{
	GUARD(0, "app.example.test");
	GUARD(1, "app.example.test/admin");
	GUARD(2, "plain.example.test");
	WITH_APPS(3);
	const char *const odd[] = { "/x%00", "/x%2fy", "/x%2Fy", "/x%5cy", "/x\\y", "/x\ty",
		"/x%0a", "/x%", "/x%g1", "/x#y", "*", "http://app.example.test/", "",
		"/admin%2f..%2fx" };
	for (size_t i = 0; i < CS_COUNT(odd); i++) {
		CHECK_INT(routed(s, "app.example.test", odd[i]), AMBIGUOUS);
		CHECK_INT(routed(s, "plain.example.test", odd[i]), 2);
	}
	CHECK_INT(routed(s, "app.example.test", "/x?y=%00%2f\\"), 0);
}

TEST(a_target_beyond_the_most_is_refused_where_paths_matter)
{
	GUARD(0, "app.example.test/admin");
	WITH_APPS(1);
	static char target[20000];
	memset(target, 'a', sizeof(target) - 1);
	target[0] = '/';
	CHECK_INT(routed(s, "app.example.test", target), AMBIGUOUS);
}

TEST(of_equal_destinations_the_first_application_has_it)
{
	GUARD(0, "app.example.test");
	GUARD(1, "app.example.test");
	WITH_APPS(2);
	CHECK_INT(routed(s, "app.example.test", "/"), 0);
}

TEST(a_malformed_host_protects_nothing_and_a_malformed_path_closes_its_host)
{
	GUARD(0, "App.example.test", "a*b*c.example.test");
	GUARD(1, "app.example.test/a*b*c");
	GUARD(2, "app.example.test");
	WITH_APPS(3);
	CHECK_INT(routed(s, "App.example.test", "/"), NOTHING);
	CHECK_INT(routed(s, "app.example.test", "/"), AMBIGUOUS);
}

TEST(a_configuration_that_does_not_fit_its_arena_is_refused)
{
	GUARD(0, "a.test", "b.test", "c.test", "d.test");
	struct cs_arena *arena = cs_arena_new(1 << 12);
	struct cs_access_config *config = CS_NEW(arena, struct cs_access_config);
	*config = sample_config();
	struct cs_application *many = CS_NEW_ARRAY(arena, struct cs_application, 2);
	many[0] = many[1] = apps[0];
	config->applications = many;
	config->application_count = 2;
	void *p;
	while (!cs_failed(cs_arena_try(arena, 64, &p)))
		continue;
	struct cs_snapshot *s;
	CHECK_ERR(cs_snapshot_new(&arena, config, &s), LIMIT);
	CHECK(arena == NULL && s == NULL);
}

TEST(an_application_and_a_provider_are_found_by_id)
{
	GUARD(0, "app.example.test");
	WITH_APPS(1);
	CHECK(cs_snapshot_application(s, id_of(300)) != NULL);
	CHECK(cs_snapshot_application(s, id_of(301)) == NULL);
	CHECK(cs_snapshot_provider(s, PIN) != NULL);
	CHECK(cs_snapshot_provider(s, APP) == NULL);
}

/* --- hosts of several accounts --- */

static struct cs_gate *gate;

static void
publish(uint32_t account, const char *auth_host, size_t app_count)
{
	struct cs_snapshot *s =
	    (struct cs_snapshot *)snapshot_of(id_of(account), auth_host, app_count);
	cs_gate_publish(gate, &s);
	CHECK(s == NULL);
}

/* The account's number, or 0. */
static int
owner(cs_err (*find)(struct cs_gate *, cs_str, cs_id *), const char *host)
{
	cs_id account;
	if (cs_failed(find(gate, cs_str_c(host), &account)))
		return 0;
	return account.b[15];
}
#define APP_OWNER(HOST) owner(cs_gate_account_by_app_host, HOST)
#define AUTH_OWNER(HOST) owner(cs_gate_account_by_auth_host, HOST)

static void
open_gate(void)
{
	cs_gate_new(&(struct cs_gate_config){ 0 }, &gate);
}

TEST(each_account_answers_for_its_hosts)
{
	open_gate();
	GUARD(0, "a.example.test");
	publish(1, "auth-a.example.test", 1);
	GUARD(0, "b.example.test");
	publish(2, "auth-b.example.test", 1);
	CHECK_INT(APP_OWNER("a.example.test"), 1);
	CHECK_INT(APP_OWNER("b.example.test"), 2);
	CHECK_INT(AUTH_OWNER("auth-a.example.test"), 1);
	CHECK_INT(AUTH_OWNER("auth-b.example.test"), 2);
	CHECK_INT(APP_OWNER("auth-a.example.test"), 0);
	CHECK_INT(AUTH_OWNER("a.example.test"), 0);
	CHECK_INT(APP_OWNER("c.example.test"), 0);
	cs_gate_free(&gate);
}

TEST(a_new_configuration_takes_the_place_of_the_old)
{
	open_gate();
	GUARD(0, "a.example.test");
	publish(1, "auth.example.test", 1);
	GUARD(0, "b.example.test");
	publish(1, "sign-in.example.test", 1);
	CHECK_INT(APP_OWNER("a.example.test"), 0);
	CHECK_INT(APP_OWNER("b.example.test"), 1);
	CHECK_INT(AUTH_OWNER("auth.example.test"), 0);
	CHECK_INT(AUTH_OWNER("sign-in.example.test"), 1);
	cs_gate_free(&gate);
}

TEST(a_host_stays_with_the_account_that_had_it_first)
{
	open_gate();
	GUARD(0, "first.example.test");
	publish(1, "auth.example.test", 1);
	GUARD(0, "a.example.test");
	publish(2, "auth2.example.test", 1);
	GUARD(0, "first.example.test");
	GUARD(1, "a.example.test");
	publish(1, "auth2.example.test", 2);
	CHECK_INT(APP_OWNER("a.example.test"), 2);
	CHECK_INT(APP_OWNER("first.example.test"), 1);
	CHECK_INT(AUTH_OWNER("auth2.example.test"), 2);
	CHECK_INT(AUTH_OWNER("auth.example.test"), 0);
	cs_gate_account_forget(gate, id_of(2));
	publish(1, "auth.example.test", 2);
	CHECK_INT(APP_OWNER("a.example.test"), 1);
	cs_gate_free(&gate);
}

TEST(a_pattern_of_one_account_keeps_another_from_hosts_within_it)
{
	open_gate();
	GUARD(0, "*.example.test");
	publish(1, "auth.example.test", 1);
	GUARD(0, "app.example.test");
	GUARD(1, "app.*.test");
	GUARD(2, "app.other.example");
	publish(2, "auth2.example.test", 3);
	CHECK_INT(APP_OWNER("app.example.test"), 1);
	CHECK_INT(APP_OWNER("app.shop.test"), 0);
	CHECK_INT(APP_OWNER("app.other.example"), 2);
	cs_gate_free(&gate);
}

TEST(a_pattern_that_comes_later_does_not_take_hosts_of_another_account)
{
	open_gate();
	GUARD(0, "app.example.test");
	publish(1, "auth.example.test", 1);
	GUARD(0, "*.example.test");
	publish(2, "auth2.example.test", 1);
	CHECK_INT(APP_OWNER("app.example.test"), 1);
	CHECK_INT(APP_OWNER("other.example.test"), 0);
	cs_gate_free(&gate);
}

TEST(a_forgotten_account_answers_for_nothing)
{
	open_gate();
	GUARD(0, "a.example.test");
	publish(1, "auth.example.test", 1);
	const struct cs_snapshot *held;
	CHECK_OK(cs_gate_acquire(gate, id_of(1), &held));
	cs_gate_account_forget(gate, id_of(1));
	CHECK_INT(APP_OWNER("a.example.test"), 0);
	const struct cs_snapshot *none;
	CHECK_ERR(cs_gate_acquire(gate, id_of(1), &none), NOT_FOUND);
	CHECK(none == NULL);
	CHECK_TEXT(cs_snapshot_config(held)->auth_host, "auth.example.test");
	cs_snapshot_release(&held);
	cs_gate_free(&gate);
}

TEST(the_server_realm_is_an_account_like_others)
{
	open_gate();
	publish(0, "console.example.test", 0);
	cs_id account = id_of(9);
	CHECK_OK(cs_gate_account_by_auth_host(gate, CS_STR("console.example.test"), &account));
	CHECK(cs_id_is_zero(account));
	cs_gate_free(&gate);
}

TEST(a_thousand_hosts_are_told_apart)
{
	open_gate();
	static struct cs_destination many[1000];
	static char names[1000][32];
	for (size_t i = 0; i < 1000; i++) {
		int len = snprintf(names[i], sizeof(names[i]), "app%zu.example.test", i * 7 % 1000);
		many[i].host = (cs_str){ names[i], (size_t)len };
	}
	apps[0] = (struct cs_application){
		.id = id_of(300), .destinations = many, .destination_count = 1000
	};
	publish(1, "auth.example.test", 1);
	for (size_t i = 0; i < 1000; i++)
		CHECK_INT(APP_OWNER(names[i]), 1);
	CHECK_INT(APP_OWNER("app1000.example.test"), 0);
	cs_gate_free(&gate);
}

TEST_MAIN("gate/route")
