#include "vault/export_wire.h"

#include "vault/text.h"

#define COUNT_MAX 1000000

cs_err
cs_export_wire_encode(
    const struct cs_export *x, const char *problem, cs_span file, struct cs_buf *out)
{
	cs_text_add(out, "countersign", CS_STR("export 1"));
	if (problem != NULL) {
		cs_text_add(out, "problem", cs_str_c(problem));
		return cs_buf_finish(out, NULL);
	}
	cs_text_add_number(out, "given", (int64_t)x->count);
	cs_text_add_number(out, "written", (int64_t)(x->count - x->left_out));
	for (size_t i = 0; i < x->remark_count; i++) {
		const struct cs_export_remark *r = &x->remarks[i];

		cs_buf_printf(out, "%s %zu", r->is_left_out ? "left-out" : "lost", r->entry);
		cs_text_add_part(out, r->text);
		cs_buf_add_byte(out, '\n');
	}
	cs_buf_add_byte(out, '\n');
	cs_buf_add(out, file);
	return cs_buf_finish(out, NULL);
}

/* Up to and with the line feed before the empty line; the rest is the file. */
static size_t
head_len(cs_span text)
{
	const uint8_t *gap = text.len == 0 ? NULL : memmem(text.p, text.len, "\n\n", 2);

	return gap == NULL ? text.len : (size_t)(gap - text.p) + 1;
}

static cs_err
read_count(struct cs_text *t, const char *name, size_t *out)
{
	int64_t n;

	if (!cs_str_equal(t->name, cs_str_c(name)))
		return CS_FAIL(INVALID);
	CS_TRY(cs_text_number(t, &n));
	if (n > COUNT_MAX)
		return CS_FAIL(LIMIT);
	*out = (size_t)n;
	cs_text_next(t);
	return CS_OK;
}

static cs_err
read_remark(struct cs_text *t, size_t given, struct cs_export_remark *out)
{
	int64_t n;

	out->is_left_out = cs_str_equal(t->name, CS_STR("left-out"));
	if (!out->is_left_out && !cs_str_equal(t->name, CS_STR("lost")))
		return CS_FAIL(INVALID);
	CS_TRY(cs_text_number(t, &n));
	CS_TRY(cs_text_part(t, &out->text));
	if ((size_t)n >= given || out->text.len == 0 || cs_text_has_part(t))
		return CS_FAIL(INVALID);
	out->entry = (size_t)n;
	return CS_OK;
}

static cs_err
read_remarks(struct cs_arena *a, struct cs_text *t, struct cs_export_answer *out)
{
	size_t left_out = 0;
	void *remarks = NULL;

	CS_TRY(cs_arena_try(a, (2 * out->given + 1) * sizeof(*out->remarks), &remarks));
	out->remarks = remarks;
	for (; t->has_line; cs_text_next(t)) {
		struct cs_export_remark *r = &out->remarks[out->remark_count];

		if (out->remark_count == 2 * out->given)
			return CS_FAIL(INVALID);
		CS_TRY(read_remark(t, out->given, r));
		left_out += r->is_left_out;
		out->remark_count++;
	}
	return out->written + left_out == out->given ? CS_OK : CS_FAIL(INVALID);
}

cs_err
cs_export_wire_decode(struct cs_arena *a, cs_span text, struct cs_export_answer *out)
{
	size_t head = head_len(text);
	struct cs_text t;
	cs_str version;

	*out = (struct cs_export_answer){ 0 };
	CS_TRY(cs_text_begin(a, CS_SPAN(text.p, head), &t));
	if (!cs_str_equal(t.name, CS_STR("countersign")) ||
	    cs_failed(cs_text_value(&t, &version)) || !cs_str_equal(version, CS_STR("export 1")))
		return CS_FAIL(INVALID);
	cs_text_next(&t);
	if (cs_str_equal(t.name, CS_STR("problem")))
		return cs_text_value(&t, &out->problem);
	if (head == text.len)
		return CS_FAIL(INVALID);
	CS_TRY(read_count(&t, "given", &out->given));
	CS_TRY(read_count(&t, "written", &out->written));
	out->file = CS_SPAN(text.p + head + 1, text.len - head - 1);
	return read_remarks(a, &t, out);
}
