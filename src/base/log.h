/*
 * log.h - events for operators: one JSON object a line on standard error.
 *
 * A call names a row of log_events.def and its typed fields; there is no format string, so nothing
 * from outside can be one, and no secret type fits. Not the audit trail (domain/audit.h).
 *
 *     {"time":"2026-11-22T09:41:07.123Z","level":"error","event":"config_refused","text":"…",
 *      "request":UUID,"account":UUID, fields in the order of the call}
 *
 * request and account are left out while zero. Strings are cut at 1 KiB and end in "…" then; what is
 * not UTF-8 shows as U+FFFD. At most 16 fields.
 */
#ifndef CS_BASE_LOG_H
#define CS_BASE_LOG_H

#include "base/op.h"

enum cs_level { CS_LEVEL_ERROR, CS_LEVEL_WARN, CS_LEVEL_INFO, CS_LEVEL_DEBUG };

enum cs_event {
#define E(NAME, LEVEL, TEXT) CS_EV_##NAME,
#include "base/log_events.def"
#undef E
	CS_EV_COUNT
};

struct cs_field {
	const char *name;
	enum { CS_FIELD_STR, CS_FIELD_INT, CS_FIELD_ID } kind;
	cs_str str;
	int64_t num;
	cs_id id;
};

#define CS_F_STR(NAME, S) ((struct cs_field){ .name = (NAME), .kind = CS_FIELD_STR, .str = (S) })
#define CS_F_C(NAME, C) CS_F_STR(NAME, cs_str_c(C))
#define CS_F_INT(NAME, N) ((struct cs_field){ .name = (NAME), .kind = CS_FIELD_INT, .num = (N) })
#define CS_F_ID(NAME, I) ((struct cs_field){ .name = (NAME), .kind = CS_FIELD_ID, .id = (I) })
#define CS_F_ERR(E_) CS_F_C("error", cs_code_name((E_).code))

/* op may be NULL: then there is no request id and the wall clock gives the time. Thread-safe. */
void cs_log_write(const struct cs_op *op, enum cs_event ev, const struct cs_field *f, size_t n);
#define CS_LOG(op, EVENT, ...) \
	cs_log_write((op), CS_EV_##EVENT, (struct cs_field[]){ __VA_ARGS__ }, \
	    sizeof((struct cs_field[]){ __VA_ARGS__ }) / sizeof(struct cs_field))
/* For an event without fields. */
#define CS_LOG0(op, EVENT) cs_log_write((op), CS_EV_##EVENT, NULL, 0)

/* Standard error at level info unless changed, once, before threads start. */
void cs_log_init(int fd, enum cs_level level);

#endif
