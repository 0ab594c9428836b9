#include "contract.h"

#include "model/access.h"
#include "store/access_store.h"
#include "store/auth_log_store.h"
#include "store/provider_value_store.h"

static struct cs_auth_entry
sample(struct contract *t, uint8_t n)
{
	return (struct cs_auth_entry){
		.account = t->account,
		.id = { { n } },
		.at = cs_seconds(100 + n),
		.user = { { 7 } },
		.email = CS_STR("Ada@One.test"),
		.address = CS_STR("192.0.2.7"),
		.country = CS_STR("NO"),
		.application = { { 20 } },
		.app_name = CS_STR("Notes"),
		.app_domain = CS_STR("notes.test"),
		.action = CS_STR("login"),
		.connection = CS_STR("oidc"),
		.provider = { { 30 } },
		.is_allowed = true,
		.is_identity = true,
		.reason = CS_STR(""),
		.method = 4,
		.ray = CS_STR("0123456789abcdef"),
	};
}

static void
add(struct contract *t, const struct cs_auth_entry *e)
{
	CHECK_OK(cs_auth_log_add(t->tx, e, CS_STR("ada@one.test")));
}

static struct cs_auth_query
everything(void)
{
	return (struct cs_auth_query){ .until = cs_seconds(1000000), .max = 100 };
}

static const struct cs_auth_entry *
list(struct contract *t, const struct cs_auth_query *query, size_t *count)
{
	const struct cs_auth_entry *out;

	CHECK_OK(cs_auth_log_list(t->tx, t->account, query, &out, count));
	return out;
}

static size_t
count_of(struct contract *t, struct cs_auth_query query)
{
	size_t count;

	(void)list(t, &query, &count);
	return count;
}

CONTRACT(a_sign_in_is_found_in_the_log_as_it_was_in_its_account_alone)
{
	struct cs_auth_entry e = sample(t, 1);
	const struct cs_auth_entry *got;
	struct cs_auth_query all = everything();
	size_t count;

	contract_begin(t);
	add(t, &e);
	got = list(t, &all, &count);
	CHECK_INT(count, 1);
	CHECK(cs_id_equal(got->id, e.id) && cs_id_equal(got->user, e.user));
	CHECK(cs_id_equal(got->application, e.application));
	CHECK(cs_id_equal(got->provider, e.provider));
	CHECK_INT(got->at.ms, e.at.ms);
	CHECK_TEXT(got->email, "Ada@One.test");
	CHECK_TEXT(got->address, "192.0.2.7");
	CHECK_TEXT(got->country, "NO");
	CHECK_TEXT(got->app_name, "Notes");
	CHECK_TEXT(got->app_domain, "notes.test");
	CHECK_TEXT(got->action, "login");
	CHECK_TEXT(got->connection, "oidc");
	CHECK_TEXT(got->ray, "0123456789abcdef");
	CHECK(got->is_allowed && got->is_identity && got->reason.len == 0 && got->method == 4);
	CHECK_OK(cs_auth_log_list(t->tx, t->other, &all, &got, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}

CONTRACT(an_entry_that_is_written_twice_is_there_once)
{
	struct cs_auth_entry e = sample(t, 1);

	contract_begin(t);
	add(t, &e);
	e.at = cs_seconds(500);
	add(t, &e);
	CHECK_INT(count_of(t, everything()), 1);
	contract_commit(t);
}

CONTRACT(the_log_is_read_from_either_end_and_in_pieces)
{
	struct cs_auth_query query = everything();
	const struct cs_auth_entry *got;
	size_t count;

	contract_begin(t);
	for (uint8_t i = 1; i <= 5; i++) {
		struct cs_auth_entry e = sample(t, i);
		add(t, &e);
	}
	query.max = 2;
	query.skip = 1;
	got = list(t, &query, &count);
	CHECK_INT(count, 2);
	CHECK(got[0].id.b[0] == 4 && got[1].id.b[0] == 3);
	query.is_oldest_first = true;
	got = list(t, &query, &count);
	CHECK(count == 2 && got[0].id.b[0] == 2 && got[1].id.b[0] == 3);
	query.skip = 5;
	CHECK_INT(count_of(t, query), 0);
	/* from is included, to is not */
	query = everything();
	query.since = cs_seconds(102);
	query.until = cs_seconds(104);
	CHECK_INT(count_of(t, query), 2);
	contract_commit(t);
}

CONTRACT(each_condition_of_the_log_holds_as_said_and_turned_round)
{
	struct cs_auth_entry one = sample(t, 1);
	struct cs_auth_entry two = sample(t, 2);
	struct cs_auth_query query;

	two.user = cs_id_zero;
	two.email = CS_STR("bob%@two.test");
	two.country = CS_STR("");
	two.application = cs_id_zero;
	two.action = CS_STR("logout");
	two.connection = CS_STR("service-token");
	two.provider = cs_id_zero;
	two.is_allowed = false;
	two.is_identity = false;
	two.ray = CS_STR("fedcba9876543210");
	contract_begin(t);
	add(t, &one);
	CHECK_OK(cs_auth_log_add(t->tx, &two, CS_STR("bob%@two.test")));
#define CHECK_SPLIT(MATCH, ...) \
	do { \
		query = everything(); \
		query.MATCH = CS_AUTH_IS; \
		__VA_ARGS__; \
		CHECK_INT(count_of(t, query), 1); \
		query.MATCH = CS_AUTH_IS_NOT; \
		CHECK_INT(count_of(t, query), 1); \
		query.MATCH = CS_AUTH_ANY; \
		CHECK_INT(count_of(t, query), 2); \
	} while (0)
	CHECK_SPLIT(email_match, query.email = CS_STR("ada@one.test"));
	CHECK_SPLIT(email_match, query.email = CS_STR("@one"), query.email_is_part = true);
	CHECK_SPLIT(email_match, query.email = CS_STR("%"), query.email_is_part = true);
	CHECK_SPLIT(allowed_match, query.is_allowed = true);
	CHECK_SPLIT(application_match, query.application = one.application);
	CHECK_SPLIT(has_application_match, (void)0);
	CHECK_SPLIT(country_match, query.country = CS_STR("NO"));
	CHECK_SPLIT(connection_match, query.connection = CS_STR("oidc"));
	CHECK_SPLIT(provider_match, query.provider = one.provider);
	CHECK_SPLIT(identity_match, query.is_identity = true);
	CHECK_SPLIT(ray_match, query.ray = one.ray);
	CHECK_SPLIT(user_match, query.user = one.user);
	CHECK_SPLIT(action_match, query.action = CS_STR("login"));
	query = everything();
	query.email_match = CS_AUTH_IS;
	query.email = CS_STR("one");
	CHECK_INT(count_of(t, query), 0);
	query.email = CS_STR("_da@one.test");
	CHECK_INT(count_of(t, query), 0);
	contract_commit(t);
}

CONTRACT(what_is_older_than_kept_goes_from_the_log)
{
	contract_begin(t);
	for (uint8_t i = 1; i <= 3; i++) {
		struct cs_auth_entry e = sample(t, i);
		add(t, &e);
	}
	CHECK_OK(cs_auth_log_sweep(t->tx, cs_seconds(102)));
	CHECK_INT(count_of(t, everything()), 2);
	contract_commit(t);
}

/* --- what providers really send --- */

static cs_id
add_provider(struct contract *t)
{
	const struct cs_access_row row = {
		.id = { { 30 } },
		.name = CS_STR("Staff"),
		.type = CS_STR("oidc"),
		.body = CS_STR("{}"),
	};

	CHECK_OK(cs_provider_add(t->tx, t->account, &row));
	return row.id;
}

CONTRACT(a_value_that_a_provider_sent_is_kept_once_with_its_times)
{
	const struct cs_provider_value *got;
	size_t count;

	contract_begin(t);
	cs_id p = add_provider(t);
	CHECK_OK(cs_provider_value_see(
	    t->tx, t->account, p, CS_STR("amr"), CS_STR("okta_fp"), cs_seconds(10)));
	CHECK_OK(cs_provider_value_see(
	    t->tx, t->account, p, CS_STR("amr"), CS_STR("okta_fp"), cs_seconds(20)));
	CHECK_OK(cs_provider_value_see(
	    t->tx, t->account, p, CS_STR("amr"), CS_STR("okta_fp"), cs_seconds(4000)));
	CHECK_OK(cs_provider_value_see(
	    t->tx, t->account, p, CS_STR("acr"), CS_STR("phr"), cs_seconds(10)));
	CHECK_OK(
	    cs_provider_value_see(t->tx, t->account, p, CS_STR("amr"), CS_STR(""), cs_seconds(10)));
	CHECK_OK(cs_provider_value_list(t->tx, t->account, p, &got, &count));
	CHECK_INT(count, 2);
	CHECK_TEXT(got[0].claim, "acr");
	CHECK_TEXT(got[1].value, "okta_fp");
	CHECK_INT(got[1].first_seen.ms, 10000);
	CHECK_INT(got[1].last_seen.ms, 4000000);
	CHECK_OK(cs_provider_value_list(t->tx, t->other, p, &got, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}

CONTRACT(a_provider_cannot_fill_the_table_of_its_values)
{
	const struct cs_provider_value *got;
	size_t count;

	contract_begin(t);
	cs_id p = add_provider(t);
	for (int i = 0; i < CS_PROVIDER_VALUES_MAX + 5; i++)
		CHECK_OK(cs_provider_value_see(t->tx, t->account, p, CS_STR("amr"),
		    cs_arena_printf(t->arena, "v%03d", i), cs_seconds(10)));
	CHECK_OK(cs_provider_value_list(t->tx, t->account, p, &got, &count));
	CHECK_INT(count, CS_PROVIDER_VALUES_MAX);
	contract_commit(t);
}

static bool
is_news(struct contract *t, cs_id provider, cs_str value, int64_t at_s)
{
	bool out;

	CHECK_OK(cs_provider_value_is_news(
	    t->tx, t->account, provider, CS_STR("amr"), value, cs_seconds(at_s), &out));
	return out;
}

CONTRACT(a_value_is_news_when_it_is_new_and_again_after_an_hour)
{
	contract_begin(t);
	cs_id p = add_provider(t);
	CHECK(is_news(t, p, CS_STR("hwk"), 10));
	CHECK_OK(cs_provider_value_see(
	    t->tx, t->account, p, CS_STR("amr"), CS_STR("hwk"), cs_seconds(10)));
	CHECK(!is_news(t, p, CS_STR("hwk"), 10));
	CHECK(!is_news(t, p, CS_STR("hwk"), 3610));
	CHECK(is_news(t, p, CS_STR("hwk"), 3611));
	CHECK(is_news(t, p, CS_STR("pin"), 10));
	CHECK(!is_news(t, p, CS_STR(""), 10));
	contract_commit(t);
}

CONTRACT(what_finds_no_room_is_no_news)
{
	contract_begin(t);
	cs_id p = add_provider(t);
	for (int i = 0; i < CS_PROVIDER_VALUES_MAX; i++)
		CHECK_OK(cs_provider_value_see(t->tx, t->account, p, CS_STR("amr"),
		    cs_arena_printf(t->arena, "v%03d", i), cs_seconds(10)));
	CHECK(!is_news(t, p, CS_STR("one more"), 10));
	CHECK(is_news(t, p, CS_STR("v000"), 3611));
	contract_commit(t);
}

CONTRACT(a_value_of_a_provider_that_is_gone_is_refused)
{
	contract_begin(t);
	CHECK_ERR(cs_provider_value_see(t->tx, t->account, (cs_id){ { 99 } }, CS_STR("amr"),
		      CS_STR("hwk"), cs_seconds(10)),
	    CONFLICT);
	contract_rollback(t);
}
