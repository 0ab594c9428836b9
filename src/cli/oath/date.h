/*
 * date.h - points in time and spans of time as people write them for GNU programs.
 *
 * Sources: the GNU Coreutils manual, "Date input formats" (cited below as DIF), and ISO 8601 §4.4
 * for spans. For the options of oathtool, whose every answer this gives (tests/compat/oathtool);
 * what is exact and ours is in base/time.h.
 */
#ifndef CS_CLI_DATE_H
#define CS_CLI_DATE_H

#include "base/err.h"

#include <stdint.h>
#include <time.h>

/*
 * "2026-11-22 09:41 UTC", "@1700000000", "next friday 12am", "1 hour ago", …; an empty text is
 * today's midnight. The moment is rounded down to seconds. Local times are of the zone TZ; a text that
 * begins with TZ="…" brings its own, which is forgotten behind it.
 *   now	for what is relative
 * Errors: INVALID, LIMIT (memory).
 */
cs_err cs_date_parse(const char *text, const struct timespec *now, int64_t *out_s);

/*
 * "30", "90s", "1h 30m", "1:30", "P1DT12H", "P0000-00-01T00:00:30": seconds, 0 or more. A month has
 * 30 days and a year 365. Refused, as there: "PT30S", since nothing stands between P and T.
 * Errors: INVALID.
 */
cs_err cs_duration_parse(const char *text, int64_t *out_s);

#endif
