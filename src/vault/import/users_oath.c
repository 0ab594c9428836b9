/*
 * users_oath.c - the users file of pam_oath (OATH Toolkit): fields parted by spaces or tabs,
 *     HOTP[/E][/DIGITS] | HOTP/Tperiod[/DIGITS]  user  PIN|-|+  key in hex  [counter  [last code  …]]
 * The counter is that of the last code when there is one, else the next.
 */
#include "vault/import/lines.h"

#define FIELDS_MAX 8

static size_t
fields_of(cs_str line, cs_str fields[static FIELDS_MAX])
{
	size_t count = 0, i = 0;

	while (i < line.len && count < FIELDS_MAX) {
		size_t from = i;

		while (i < line.len && line.p[i] != ' ' && line.p[i] != '\t')
			i++;
		if (i > from)
			fields[count++] = cs_str_slice(line, from, i);
		else
			i++;
	}
	return count;
}

static bool
is_kind(cs_str s)
{
	return cs_str_equal(s, CS_STR("HOTP")) || cs_str_starts(s, CS_STR("HOTP/"));
}

static bool
is_mine(cs_span file)
{
	cs_str rest, line, fields[FIELDS_MAX];

	return cs_import_is_text(file, &rest) && cs_import_next_line(&rest, &line) &&
	       fields_of(line, fields) >= 4 && is_kind(fields[0]);
}

/* Behind "HOTP": "/E" counts, "/T30" goes by time; then digits. */
static const char *
learn_kind(cs_str kind, struct cs_entry *e)
{
	cs_str rest = cs_str_slice(kind, sizeof("HOTP/") - 1, kind.len), part;
	int64_t digits = e->hotp.digits;

	e->kind = CS_ENTRY_HOTP;
	while (cs_str_cut(&rest, '/', &part)) {
		if (cs_str_equal(part, CS_STR("E")))
			continue;
		if (part.len > 1 && part.p[0] == 'T') {
			e->kind = CS_ENTRY_TOTP;
			if (!cs_str_to_i64(cs_str_slice(part, 1, part.len), &e->period_s))
				return "its period makes no sense";
		} else if (!cs_str_to_i64(part, &digits) || digits > CS_OTP_DIGITS_MAX) {
			return "its number of digits makes no sense";
		}
	}
	e->hotp.digits = (int)digits;
	return NULL;
}

static const char *
learn_counter(const cs_str *fields, size_t count, struct cs_entry *e)
{
	int64_t n = 0;

	if (count < 5 || e->kind != CS_ENTRY_HOTP)
		return NULL;
	if (!cs_str_to_i64(fields[4], &n) || n == INT64_MAX)
		return "its counter makes no sense";
	e->counter = (uint64_t)n + (count > 5);
	return NULL;
}

static cs_err
take_line(struct cs_import *in, cs_str line)
{
	struct cs_entry e = cs_import_entry();
	cs_str fields[FIELDS_MAX];
	size_t count = fields_of(line, fields);

	if (cs_arena_room(in->arena) < 4 * line.len + 4096)
		return CS_FAIL(LIMIT);
	if (count < 4 || !is_kind(fields[0])) {
		e.account = count > 1 ? fields[1] : line;
		return cs_import_take(in, &e, "its line is none that is known here", NULL);
	}
	e.account = fields[1];
	const char *why = learn_kind(fields[0], &e);
	if (why == NULL)
		why = learn_counter(fields, count, &e);
	if (why == NULL && !cs_import_hex(in, fields[3], &e.secret))
		why = "its key is not hex";
	bool has_pin =
	    !cs_str_equal(fields[2], CS_STR("-")) && !cs_str_equal(fields[2], CS_STR("+"));
	return cs_import_take(in, &e, why, has_pin ? "its PIN" : NULL);
}

static cs_err
read_file(struct cs_import *in)
{
	return cs_import_each_line(in, take_line);
}

const struct cs_import_format cs_import_users_oath = {
	.name = "users-oath",
	.title = "users file of pam_oath",
	.is_mine = is_mine,
	.read = read_file,
};
