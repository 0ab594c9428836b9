#include "vault/export.h"

#include "vault/export/parts.h"

#define E(NAME, TEXT, TITLE, CAN_ENCRYPT) \
	static const struct cs_export_format NAME = { \
		.name = (TEXT), \
		.can_encrypt = (CAN_ENCRYPT), \
		.write = cs_export_##NAME##_write, \
	};
#include "vault/export/formats.def"
#undef E

const struct cs_export_format *const cs_export_formats[] = {
#define E(NAME, TEXT, TITLE, CAN_ENCRYPT) &NAME,
#include "vault/export/formats.def"
#undef E
	NULL,
};

static void
remark(struct cs_export *x, size_t entry, bool is_left_out, cs_str text)
{
	CS_ASSERT(x->remark_count < 2 * x->count);
	x->remarks[x->remark_count++] = (struct cs_export_remark){ entry, is_left_out, text };
}

void
cs_export_leave_out(struct cs_export *x, size_t entry, const char *why)
{
	remark(x, entry, true, cs_str_c(why));
	x->left_out++;
}

void
cs_export_lose(struct cs_export *x, size_t entry, cs_str what)
{
	if (what.len != 0)
		remark(x, entry, false, what);
}

static cs_err
refuse(struct cs_export *x, const char *why)
{
	x->problem = why;
	return CS_FAIL(INVALID);
}

static const struct cs_export_format *
format_named(cs_str name)
{
	for (size_t i = 0; cs_export_formats[i] != NULL; i++)
		if (cs_str_equal(name, cs_str_c(cs_export_formats[i]->name)))
			return cs_export_formats[i];
	return NULL;
}

cs_err
cs_export_write(struct cs_export *x, cs_str name)
{
	const struct cs_export_format *format = format_named(name);
	void *remarks = NULL;

	x->problem = NULL;
	x->remark_count = 0;
	x->left_out = 0;
	if (format == NULL)
		return refuse(x, "there is no format of that name");
	if (x->password.len != 0 && !format->can_encrypt)
		return refuse(x, "that format cannot be encrypted with a password");
	CS_TRY(cs_arena_try(x->arena, (2 * x->count + 1) * sizeof(*x->remarks), &remarks));
	x->remarks = remarks;
	CS_TRY(format->write(x));
	return cs_buf_finish(x->out, NULL);
}
