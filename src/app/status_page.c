#include "app/status_page.h"

#include "base/metric.h"

static size_t
no_body(void *ctx, const struct cs_request *rq)
{
	return 0;
}

static void
answer_health(const struct cs_status_page *page, struct cs_response *rs)
{
	bool is_fresh = cs_gate_is_fresh(page->gate, cs_clock_now(page->clock));

	rs->status = is_fresh ? 200 : 503;
	cs_response_header(rs, CS_STR("Content-Type"), CS_STR("text/plain"));
	cs_buf_add_c(&rs->body, is_fresh ? "ok\n" : "stale\n");
}

static void
answer_metrics(struct cs_response *rs)
{
	rs->status = 200;
	cs_response_header(rs, CS_STR("Content-Type"), CS_STR("text/plain; version=0.0.4"));
	cs_metrics_encode(&rs->body);
}

static bool
answer(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	bool is_read = rq->method == CS_GET || rq->method == CS_HEAD;

	if (is_read && cs_str_equal(rq->path, CS_STR("/healthz")))
		answer_health(ctx, rs);
	else if (is_read && cs_str_equal(rq->path, CS_STR("/metrics")))
		answer_metrics(rs);
	else
		rs->status = 404;
	return true;
}

static void
never_slow(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	(void)answer(ctx, rq, rs);
}

struct cs_handler
cs_status_page_handler(struct cs_status_page *page)
{
	return (struct cs_handler){
		.ctx = page,
		.body_limit = no_body,
		.fast = answer,
		.slow = never_slow,
	};
}
