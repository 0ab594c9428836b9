#include "domain/config/fault.h"

#include <stdarg.h>
#include <stdio.h>

void
cs_fault_clear(struct cs_fault *f)
{
	*f = (struct cs_fault){ .arena = f->arena };
}

void
cs_fault_add_object(struct cs_fault *f, const struct cs_fault_object *object)
{
	if (f->arena == NULL || f->object_count == CS_FAULT_OBJECTS_MAX)
		return;
	if (f->objects == NULL)
		f->objects = CS_NEW_ARRAY(f->arena, struct cs_fault_object, CS_FAULT_OBJECTS_MAX);
	f->objects[f->object_count++] = (struct cs_fault_object){
		.kind = object->kind,
		.name = cs_arena_str(f->arena, object->name),
		.path = cs_arena_str(f->arena, object->path),
		.page = cs_arena_str(f->arena, object->page),
	};
}

__attribute__((format(printf, 3, 0))) static cs_err
refuse(struct cs_fault *f, enum cs_fault_kind kind, const char *fmt, va_list ap)
{
	if (f->kind != CS_FAULT_NONE)
		return CS_FAIL(INVALID);
	f->kind = kind;
	int n = vsnprintf(f->text, sizeof(f->text), fmt, ap);
	size_t len = n < 0 ? 0 : (size_t)n;
	if (len >= sizeof(f->text))
		len = sizeof(f->text) - 1;
	/* a character may have been cut in two */
	f->len = cs_utf8_prefix(CS_SPAN(f->text, len));
	return CS_FAIL(INVALID);
}

cs_err
cs_refuse(struct cs_fault *f, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	cs_err e = refuse(f, CS_FAULT_REQUEST, fmt, ap);
	va_end(ap);
	return e;
}

cs_err
cs_refuse_as(struct cs_fault *f, enum cs_fault_kind kind, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	cs_err e = refuse(f, kind, fmt, ap);
	va_end(ap);
	return e;
}
