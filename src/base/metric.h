/*
 * metric.h - counters and gauges for /metrics (Prometheus text format 0.0.4).
 *
 * The set is closed: rows of metrics.def. No label is ever taken from a request.
 */
#ifndef CS_BASE_METRIC_H
#define CS_BASE_METRIC_H

#include "base/buf.h"

enum cs_metric {
#define M(NAME, TYPE, METRIC, HELP) CS_M_##NAME,
#include "base/metrics.def"
#undef M
	CS_M_COUNT
};

/* Relaxed atomics: any thread, any time. */
void cs_metric_add(enum cs_metric m, int64_t n);
int64_t cs_metric_get(enum cs_metric m);
void cs_metrics_encode(struct cs_buf *out);

#endif
