/*
 * metric.c - one atomic a row, each in its own cache line, since event threads all count.
 */
#include "base/metric.h"

#include <stdalign.h>
#include <stdatomic.h>

static struct {
	alignas(64) _Atomic int64_t value;
} cells[CS_M_COUNT];

static const struct row {
	const char *name, *type, *help;
} rows[CS_M_COUNT] = {
#define M(NAME, TYPE, METRIC, HELP) [CS_M_##NAME] = { #METRIC, #TYPE, HELP },
#include "base/metrics.def"
#undef M
};

void
cs_metric_add(enum cs_metric m, int64_t n)
{
	atomic_fetch_add_explicit(&cells[m].value, n, memory_order_relaxed);
}

int64_t
cs_metric_get(enum cs_metric m)
{
	return atomic_load_explicit(&cells[m].value, memory_order_relaxed);
}

void
cs_metrics_encode(struct cs_buf *out)
{
	for (size_t i = 0; i < CS_M_COUNT; i++) {
		const struct row *r = &rows[i];

		cs_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s ", r->name, r->help, r->name,
		    r->type, r->name);
		cs_buf_add_i64(out, cs_metric_get((enum cs_metric)i));
		cs_buf_add_byte(out, '\n');
	}
}
