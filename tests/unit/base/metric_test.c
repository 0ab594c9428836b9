#include "base/metric.h"

#include <pthread.h>

#include "test.h"

TEST(counters_add_and_gauges_fall_too)
{
	int64_t before = cs_metric_get(CS_M_REQUESTS);

	cs_metric_add(CS_M_REQUESTS, 2);
	cs_metric_add(CS_M_REQUESTS, 1);
	CHECK_INT(cs_metric_get(CS_M_REQUESTS), before + 3);
	before = cs_metric_get(CS_M_CONNECTIONS);
	cs_metric_add(CS_M_CONNECTIONS, 7);
	cs_metric_add(CS_M_CONNECTIONS, -1);
	CHECK_INT(cs_metric_get(CS_M_CONNECTIONS), before + 6);
}

static void *
count_many(void *arg)
{
	for (int i = 0; i < 10000; i++)
		cs_metric_add(CS_M_DECISIONS_ALLOW, 1);
	return arg;
}

TEST(no_count_of_several_threads_is_lost)
{
	pthread_t t[4];
	int64_t before = cs_metric_get(CS_M_DECISIONS_ALLOW);

	for (size_t i = 0; i < CS_COUNT(t); i++)
		CHECK_INT(pthread_create(&t[i], NULL, count_many, NULL), 0);
	for (size_t i = 0; i < CS_COUNT(t); i++)
		pthread_join(t[i], NULL);
	CHECK_INT(cs_metric_get(CS_M_DECISIONS_ALLOW), before + 40000);
}

TEST(the_text_has_help_type_and_value_of_each_row)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	size_t lines = 0;

	cs_buf_init(&b, 1 << 20);
	cs_metric_add(CS_M_SESSIONS_CACHED, -12 - cs_metric_get(CS_M_SESSIONS_CACHED));
	cs_metrics_encode(&b);
	CHECK_OK(cs_buf_finish(&b, NULL));
	cs_buf_add_byte(&b, 0);
	for (size_t i = 0; i < b.len; i++)
		lines += b.p[i] == '\n';
	CHECK_INT(lines, CS_M_COUNT * 3);
	CHECK(strstr((const char *)b.p, "# TYPE countersign_sessions_cached gauge\n"
					"countersign_sessions_cached -12\n") != NULL);
	CHECK(strstr((const char *)b.p,
		  "# HELP countersign_http_requests_total Requests answered\n") != NULL);
}

TEST_MAIN("base/metric")
