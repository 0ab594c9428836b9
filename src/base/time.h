/*
 * time.h - moments and spans of time. Nothing here reads a clock except cs_clock_now, which only
 * app/ and the tests' own main loop call; everybody else is given cs_time.
 */
#ifndef CS_BASE_TIME_H
#define CS_BASE_TIME_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* Milliseconds since 1970-01-01 UTC, as stored in every table. */
typedef struct cs_time {
	int64_t ms;
} cs_time;

#define CS_SECOND_MS INT64_C(1000)
#define CS_MINUTE_MS (60 * CS_SECOND_MS)
#define CS_HOUR_MS (60 * CS_MINUTE_MS)
#define CS_DAY_MS (24 * CS_HOUR_MS)

static inline cs_time
cs_time_add(cs_time t, int64_t ms)
{
	return (cs_time){ t.ms + ms };
}

static inline cs_time
cs_seconds(int64_t s)
{
	return (cs_time){ s * CS_SECOND_MS };
}

/* A source of time: the wall clock in countersignd, a settable one in tests. */
struct cs_clock {
	cs_time (*now)(void *ctx);
	void *ctx;
};
cs_time cs_clock_now(const struct cs_clock *c);
/* The machine's wall clock (CLOCK_REALTIME). */
extern const struct cs_clock cs_clock_wall;

#define CS_RFC3339_LEN 24
/* "2026-11-22T09:41:07.123Z", always 24 bytes, no terminator. Years 0..9999. */
void cs_time_rfc3339(cs_time t, char out[static CS_RFC3339_LEN]);
cs_str cs_time_text(struct cs_arena *a, cs_time t);

/*
 * RFC 3339 §5.6 as it is sent: "2026-11-22T09:41:07Z", with or without a fraction, with Z or an
 * offset. A leap second is the second after it. Errors: INVALID (also a date that there is not).
 */
cs_err cs_time_decode(cs_str text, cs_time *out);

/*
 * Durations as Go writes them: a sequence of number and unit (ns us µs ms s m h), "24h", "2h45m",
 * "1.5h". Not negative; "0" and "0s" are zero. Below a millisecond is cut off.
 * Errors: INVALID.
 */
cs_err cs_duration_decode(cs_str text, int64_t *out_ms);
/*
 * Minutes and hours only, whole minutes, "0m".."720h", as MFA durations are written (specs: Access
 * §1.7). Errors: INVALID.
 */
cs_err cs_duration_mh_decode(cs_str text, int64_t *out_ms);

#endif
