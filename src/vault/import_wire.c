#include "vault/import_wire.h"

#include "proto/totp.h"
#include "vault/text.h"

#define FIRST_LINE "countersign"
#define FIRST_VALUE "import 1"

static const char *const outcomes[] = {
	[CS_IMPORT_READ] = "read",
	[CS_IMPORT_PASSWORD] = "password",
	[CS_IMPORT_WRONG_PASSWORD] = "wrong-password",
	[CS_IMPORT_DAMAGED] = "damaged",
	[CS_IMPORT_UNKNOWN] = "unknown",
	[CS_IMPORT_LIMIT] = "limit",
};

struct cs_import_answer
cs_import_answer_of(const struct cs_import *in, const struct cs_import_format *format, cs_err e)
{
	struct cs_import_answer out = { .items = *in };

	if (format != NULL)
		out.format = cs_str_c(format->name);
	if (!cs_failed(e))
		return out;
	out.problem = cs_str_c(in->problem);
	out.outcome = format == NULL              ? CS_IMPORT_UNKNOWN
		      : cs_is(e, CS_E_LIMIT)      ? CS_IMPORT_LIMIT
		      : !cs_is(e, CS_E_FORBIDDEN) ? CS_IMPORT_DAMAGED
		      : in->password.len == 0     ? CS_IMPORT_PASSWORD
						  : CS_IMPORT_WRONG_PASSWORD;
	return out;
}

/* A refused item has no secret, so that its figures have a line of their own. */
static void
add_refused(const struct cs_import_item *item, struct cs_buf *out)
{
	const struct cs_entry *e = &item->entry;
	struct cs_entry names = { .issuer = e->issuer, .account = e->account };

	cs_entry_encode(&names, out);
	cs_buf_add_c(out, "as");
	cs_text_add_part(out, cs_entry_kind_name(e->kind));
	cs_text_add_part(out, cs_otp_hash_name(e->hotp.hash));
	cs_buf_printf(out, " %d %lld %llu\n", e->hotp.digits < 0 ? 0 : e->hotp.digits,
	    (long long)(e->period_s < 0 ? 0 : e->period_s),
	    (unsigned long long)(e->counter & INT64_MAX));
	cs_text_add(out, "refused", item->refused);
}

cs_err
cs_import_wire_encode(const struct cs_import_answer *answer, struct cs_buf *out)
{
	cs_buf_add_c(out, FIRST_LINE " " FIRST_VALUE "\n");
	cs_text_add(out, "format", answer->format);
	if (answer->outcome != CS_IMPORT_READ) {
		cs_buf_printf(out, "problem %s ", outcomes[answer->outcome]);
		cs_buf_add_str(out, answer->problem);
		cs_buf_add_c(out, "\n");
		return cs_buf_finish(out, NULL);
	}
	for (size_t i = 0; i < answer->items.item_count; i++) {
		const struct cs_import_item *item = &answer->items.items[i];

		cs_buf_add_c(out, "\n");
		if (item->refused.len > 0) {
			add_refused(item, out);
			continue;
		}
		cs_entry_encode(&item->entry, out);
		cs_text_add(out, "dropped", item->dropped);
	}
	return cs_buf_finish(out, NULL);
}

static bool
is_line(const struct cs_text *t, const char *name)
{
	return t->has_line && cs_str_equal(t->name, cs_str_c(name));
}

static cs_err
decode_problem(struct cs_text *t, struct cs_import_answer *out)
{
	cs_str kind;

	CS_TRY(cs_text_part(t, &kind));
	CS_TRY(cs_text_value(t, &out->problem));
	for (int i = CS_IMPORT_PASSWORD; i < CS_IMPORT_OUTCOMES; i++)
		if (cs_str_equal(kind, cs_str_c(outcomes[i]))) {
			out->outcome = (enum cs_import_outcome)i;
			cs_text_next(t);
			return t->has_line ? CS_FAIL(INVALID) : CS_OK;
		}
	return CS_FAIL(INVALID);
}

static cs_err
decode_figures(struct cs_text *t, struct cs_entry *e)
{
	int64_t digits, counter;
	cs_str kind, hash;

	CS_TRY(cs_text_part(t, &kind));
	CS_TRY(cs_entry_kind_decode(kind, &e->kind));
	CS_TRY(cs_text_part(t, &hash));
	CS_TRY(cs_otp_hash_decode(hash, &e->hotp.hash));
	CS_TRY(cs_text_number(t, &digits));
	CS_TRY(cs_text_number(t, &e->period_s));
	CS_TRY(cs_text_number(t, &counter));
	e->hotp.digits = digits > INT16_MAX ? INT16_MAX : (int)digits;
	e->counter = (uint64_t)counter;
	cs_text_next(t);
	return CS_OK;
}

static cs_err
decode_item(struct cs_text *t, struct cs_import_item *out)
{
	const char *reason;

	*out = (struct cs_import_item){ 0 };
	CS_TRY(cs_entry_decode(t, &out->entry));
	if (is_line(t, "as")) {
		CS_TRY(decode_figures(t, &out->entry));
		if (!is_line(t, "refused") || t->value.len == 0)
			return CS_FAIL(INVALID);
		CS_TRY(cs_text_value(t, &out->refused));
		cs_text_next(t);
		return CS_OK;
	}
	if (!cs_entry_is_whole(&out->entry, &reason))
		return CS_FAIL(INVALID);
	if (is_line(t, "dropped")) {
		CS_TRY(cs_text_value(t, &out->dropped));
		cs_text_next(t);
	}
	return CS_OK;
}

/* Every item begins with an empty line: there are at most as many. */
static size_t
count_items(cs_span text)
{
	size_t count = 0;

	for (size_t i = 1; i < text.len; i++)
		count += text.p[i] == '\n' && text.p[i - 1] == '\n';
	return count;
}

cs_err
cs_import_wire_decode(struct cs_arena *a, cs_span text, struct cs_import_answer *out)
{
	struct cs_text t;
	size_t room = count_items(text);
	void *items = NULL;

	*out = (struct cs_import_answer){ .items.arena = a };
	if (text.len > CS_IMPORT_WIRE_MAX || room > CS_IMPORT_ITEMS_MAX)
		return CS_FAIL(LIMIT);
	CS_TRY(cs_text_begin(a, text, &t));
	if (!is_line(&t, FIRST_LINE) || !cs_str_equal(t.value, CS_STR(FIRST_VALUE)))
		return CS_FAIL(INVALID);
	cs_text_next(&t);
	if (is_line(&t, "format")) {
		CS_TRY(cs_text_value(&t, &out->format));
		cs_text_next(&t);
	}
	if (is_line(&t, "problem"))
		return decode_problem(&t, out);
	if (room > 0)
		CS_TRY(cs_arena_try(a, room * sizeof(*out->items.items), &items));
	out->items.items = items;
	while (t.has_line) {
		/* A line of one space has no name and no value either, and was not counted. */
		if (t.name.len > 0 || t.value.len > 0 || out->items.item_count == room)
			return CS_FAIL(INVALID);
		cs_text_next(&t);
		CS_TRY(decode_item(&t, &out->items.items[out->items.item_count]));
		out->items.item_count++;
	}
	return CS_OK;
}
