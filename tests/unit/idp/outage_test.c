#include "idp/outage.h"

#include "base/err.h"
#include "test.h"

#define ORIGIN CS_STR("https://idp.example.test")

static bool
may(struct cs_idp_outages *o, cs_str origin, int64_t now_ms)
{
	return cs_idp_outages_may_try(o, origin, (cs_time){ now_ms }, 5000);
}

TEST(an_origin_that_never_failed_may_be_asked_by_all)
{
	CS_AUTO(cs_idp_outages_free) struct cs_idp_outages *o = cs_idp_outages_new();

	CHECK(may(o, ORIGIN, 0));
	CHECK(may(o, ORIGIN, 0));
}

TEST(after_a_failure_there_is_a_pause_and_then_one_may_try)
{
	CS_AUTO(cs_idp_outages_free) struct cs_idp_outages *o = cs_idp_outages_new();

	cs_idp_outages_set_down(o, ORIGIN, (cs_time){ 1000 });
	CHECK(!may(o, ORIGIN, 1000));
	CHECK(!may(o, ORIGIN, 2999));
	CHECK(may(o, ORIGIN, 3000));
	CHECK(!may(o, ORIGIN, 3000));
	CHECK(!may(o, ORIGIN, 7999));
	/* whoever tried never said what came of it: the next one may */
	CHECK(may(o, ORIGIN, 8000));
}

TEST(an_answer_ends_the_outage_for_all)
{
	CS_AUTO(cs_idp_outages_free) struct cs_idp_outages *o = cs_idp_outages_new();

	cs_idp_outages_set_down(o, ORIGIN, (cs_time){ 1000 });
	CHECK(may(o, ORIGIN, 3000));
	cs_idp_outages_set_up(o, ORIGIN);
	CHECK(may(o, ORIGIN, 3001));
	CHECK(may(o, ORIGIN, 3001));
}

TEST(a_trial_that_fails_begins_a_new_pause)
{
	CS_AUTO(cs_idp_outages_free) struct cs_idp_outages *o = cs_idp_outages_new();

	cs_idp_outages_set_down(o, ORIGIN, (cs_time){ 1000 });
	CHECK(may(o, ORIGIN, 3000));
	cs_idp_outages_set_down(o, ORIGIN, (cs_time){ 3500 });
	CHECK(!may(o, ORIGIN, 5499));
	CHECK(may(o, ORIGIN, 5500));
}

TEST(other_origins_are_not_affected)
{
	CS_AUTO(cs_idp_outages_free) struct cs_idp_outages *o = cs_idp_outages_new();

	cs_idp_outages_set_down(o, ORIGIN, (cs_time){ 1000 });
	CHECK(may(o, CS_STR("https://idp.example.test:8443"), 1000));
	CHECK(may(o, CS_STR("http://idp.example.test"), 1000));
}

TEST(a_clock_that_is_set_back_does_not_prolong_the_pause)
{
	CS_AUTO(cs_idp_outages_free) struct cs_idp_outages *o = cs_idp_outages_new();

	cs_idp_outages_set_down(o, ORIGIN, (cs_time){ CS_DAY_MS });
	CHECK(may(o, ORIGIN, 1000));
}

TEST(more_origins_than_fit_forget_the_one_that_could_be_tried_first)
{
	CS_AUTO(cs_idp_outages_free) struct cs_idp_outages *o = cs_idp_outages_new();
	char origin[64];

	for (int i = 0; i <= CS_IDP_OUTAGE_MAX; i++) {
		snprintf(origin, sizeof(origin), "https://idp%d.example.test", i);
		cs_idp_outages_set_down(o, cs_str_c(origin), (cs_time){ 1000 + i });
	}
	CHECK(may(o, CS_STR("https://idp0.example.test"), 1100));
	CHECK(!may(o, CS_STR("https://idp1.example.test"), 1100));
	CHECK(!may(o, cs_str_c(origin), 1100));
}

TEST_MAIN("idp/outage")
