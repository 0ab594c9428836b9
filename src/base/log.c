/*
 * log.c - one event, one line, one write(2), so that lines of several threads do not mix.
 *
 * The descriptor and the level are the only state of the process that base/ keeps: a failure deep
 * down must be told although nobody handed it a logger.
 */
#include "base/log.h"
#include "base/buf.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#define STRING_MAX 1024
#define FIELDS_MAX 16
/* Every byte of a string may become six. */
#define LINE_MAX_BYTES (FIELDS_MAX * (STRING_MAX * 6 + 64) + 4096)

static const struct row {
	enum cs_level level;
	const char *name, *text;
} rows[CS_EV_COUNT] = {
#define E(NAME, LEVEL, TEXT) [CS_EV_##NAME] = { CS_LEVEL_##LEVEL, #NAME, TEXT },
#include "base/log_events.def"
#undef E
};

static _Atomic int log_fd = STDERR_FILENO;
static _Atomic int log_level = CS_LEVEL_INFO;

void
cs_log_init(int fd, enum cs_level level)
{
	atomic_store(&log_fd, fd);
	atomic_store(&log_level, (int)level);
}

static const char *
level_name(enum cs_level level)
{
	switch (level) {
	case CS_LEVEL_ERROR:
		return "error";
	case CS_LEVEL_WARN:
		return "warn";
	case CS_LEVEL_INFO:
		return "info";
	case CS_LEVEL_DEBUG:
		return "debug";
	}
	return "error";
}

/* Valid UTF-8 without NUL; RFC 8259 §7. DEL is escaped for the terminal's sake. */
static void
add_escaped(struct cs_buf *b, cs_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = (uint8_t)s.p[i];

		if (c == '"' || c == '\\') {
			cs_buf_add_byte(b, '\\');
			cs_buf_add_byte(b, c);
		} else if (c < 0x20 || c == 0x7f) {
			cs_buf_printf(b, "\\u%04x", c);
		} else {
			cs_buf_add_byte(b, c);
		}
	}
}

/* What is not UTF-8 becomes U+FFFD, byte by byte; the cut never halves a character. */
static void
add_string(struct cs_buf *b, cs_str s)
{
	bool is_cut = s.len > STRING_MAX;
	cs_str rest = cs_str_slice(s, 0, STRING_MAX);

	cs_buf_add_byte(b, '"');
	while (rest.len != 0) {
		size_t good = cs_utf8_prefix(cs_str_span(rest));

		add_escaped(b, cs_str_slice(rest, 0, good));
		rest = cs_str_slice(rest, good, rest.len);
		/* At most three bytes of a sequence can be left by the cut itself. */
		if (rest.len == 0 || (is_cut && rest.len < 4 && (uint8_t)rest.p[0] >= 0xc2))
			break;
		cs_buf_add_c(b, "\ufffd");
		rest = cs_str_slice(rest, 1, rest.len);
	}
	cs_buf_add_c(b, is_cut ? "\u2026\"" : "\"");
}

static void
add_name(struct cs_buf *b, const char *name)
{
	cs_buf_add_c(b, ",\"");
	cs_buf_add_c(b, name);
	cs_buf_add_c(b, "\":");
}

static void
add_id(struct cs_buf *b, const char *name, cs_id id)
{
	char uuid[CS_ID_UUID_LEN];

	add_name(b, name);
	cs_id_uuid(id, uuid);
	add_string(b, (cs_str){ uuid, sizeof(uuid) });
}

static void
add_field(struct cs_buf *b, const struct cs_field *f)
{
	switch (f->kind) {
	case CS_FIELD_STR:
		add_name(b, f->name);
		add_string(b, f->str);
		break;
	case CS_FIELD_INT:
		add_name(b, f->name);
		cs_buf_add_i64(b, f->num);
		break;
	case CS_FIELD_ID:
		add_id(b, f->name, f->id);
		break;
	}
}

static void
add_event_name(struct cs_buf *b, const char *name)
{
	cs_buf_add_byte(b, '"');
	for (; *name != '\0'; name++)
		cs_buf_add_byte(b, (uint8_t)(*name >= 'A' && *name <= 'Z' ? *name | 0x20 : *name));
	cs_buf_add_byte(b, '"');
}

static void
add_head(struct cs_buf *b, const struct cs_op *op, const struct row *r)
{
	char time[CS_RFC3339_LEN];

	cs_time_rfc3339(op != NULL ? op->now : cs_clock_now(&cs_clock_wall), time);
	cs_buf_add_c(b, "{\"time\":");
	add_string(b, (cs_str){ time, sizeof(time) });
	add_name(b, "level");
	add_string(b, cs_str_c(level_name(r->level)));
	add_name(b, "event");
	add_event_name(b, r->name);
	add_name(b, "text");
	add_string(b, cs_str_c(r->text));
	if (op != NULL && !cs_id_is_zero(op->id))
		add_id(b, "request", op->id);
	if (op != NULL && !cs_id_is_zero(op->account))
		add_id(b, "account", op->account);
}

void
cs_log_write(const struct cs_op *op, enum cs_event ev, const struct cs_field *f, size_t n)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b = { .max = LINE_MAX_BYTES };

	CS_ASSERT(ev < CS_EV_COUNT && n <= FIELDS_MAX);
	const struct row *r = &rows[ev];
	if ((int)r->level > atomic_load(&log_level))
		return;
	add_head(&b, op, r);
	for (size_t i = 0; i < n; i++)
		add_field(&b, &f[i]);
	cs_buf_add_c(&b, "}\n");
	while (write(atomic_load(&log_fd), b.p, b.len) < 0 && errno == EINTR)
		;
}
