/*
 * buf.c - growing by doubling, never past the maximum.
 */
#include "base/buf.h"

#include "base/pages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_CAP 64

void
cs_buf_init(struct cs_buf *b, size_t max)
{
	CS_ASSERT(max < SIZE_MAX / 4);
	*b = (struct cs_buf){ .max = max };
}

void
cs_buf_init_sensitive(struct cs_buf *b, size_t max)
{
	cs_buf_init(b, max);
	b->is_sensitive = true;
}

static bool
has_pages(const struct cs_buf *b, size_t cap)
{
	return b->is_sensitive && cap >= CS_BUF_PAGES_MIN;
}

static void
release(struct cs_buf *b)
{
	if (has_pages(b, b->cap)) {
		cs_pages_free(b->p, b->cap + 1);
	} else {
		if (b->p != NULL && b->is_sensitive)
			explicit_bzero(b->p, b->cap + 1);
		free(b->p);
	}
	b->p = NULL;
}

void
cs_buf_clear(struct cs_buf *b)
{
	release(b);
	b->len = 0;
	b->cap = 0;
	b->has_failed = false;
}

void
cs_buf_reset(struct cs_buf *b)
{
	if (b->p != NULL && b->is_sensitive)
		explicit_bzero(b->p, b->cap + 1);
	b->len = 0;
	b->has_failed = false;
}

/*
 * Not realloc: that leaves a copy of a secret behind. One byte more than cap is always there, for
 * the NUL that vsnprintf insists on.
 */
static bool
grow(struct cs_buf *b, size_t need)
{
	size_t cap = b->cap < FIRST_CAP ? FIRST_CAP : b->cap * 2;

	if (cap < need)
		cap = need;
	if (cap > b->max)
		cap = b->max;
	uint8_t *p = has_pages(b, cap) ? cs_pages_new(cap + 1) : malloc(cap + 1);
	if (p == NULL)
		return false;
	if (b->len != 0)
		memcpy(p, b->p, b->len);
	release(b);
	b->p = p;
	b->cap = cap;
	return true;
}

uint8_t *
cs_buf_reserve(struct cs_buf *b, size_t len)
{
	if (b->has_failed)
		return NULL;
	if (len > b->max - b->len ||
	    ((b->p == NULL || len > b->cap - b->len) && !grow(b, b->len + len))) {
		b->has_failed = true;
		return NULL;
	}
	uint8_t *at = b->p + b->len;
	b->len += len;
	return at;
}

void
cs_buf_add(struct cs_buf *b, cs_span bytes)
{
	uint8_t *at = cs_buf_reserve(b, bytes.len);

	if (at != NULL && bytes.len != 0)
		memcpy(at, bytes.p, bytes.len);
}

void
cs_buf_add_str(struct cs_buf *b, cs_str s)
{
	cs_buf_add(b, cs_str_span(s));
}

void
cs_buf_add_c(struct cs_buf *b, const char *terminated)
{
	cs_buf_add_str(b, cs_str_c(terminated));
}

void
cs_buf_add_byte(struct cs_buf *b, uint8_t byte)
{
	cs_buf_add(b, CS_SPAN(&byte, 1));
}

void
cs_buf_add_i64(struct cs_buf *b, int64_t decimal)
{
	char digits[20], *at = digits + sizeof(digits);
	uint64_t rest = decimal < 0 ? 0 - (uint64_t)decimal : (uint64_t)decimal;

	do
		*--at = (char)('0' + rest % 10);
	while ((rest /= 10) != 0);
	if (decimal < 0)
		*--at = '-';
	cs_buf_add(b, CS_SPAN(at, (size_t)(digits + sizeof(digits) - at)));
}

static void
add_be(struct cs_buf *b, uint64_t v, size_t len)
{
	uint8_t *at = cs_buf_reserve(b, len);

	for (size_t i = 0; at != NULL && i < len; i++)
		at[i] = (uint8_t)(v >> (8 * (len - 1 - i)));
}

void
cs_buf_add_be16(struct cs_buf *b, uint16_t v)
{
	add_be(b, v, 2);
}

void
cs_buf_add_be32(struct cs_buf *b, uint32_t v)
{
	add_be(b, v, 4);
}

void
cs_buf_add_be64(struct cs_buf *b, uint64_t v)
{
	add_be(b, v, 8);
}

void
cs_buf_printf(struct cs_buf *b, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	CS_ASSERT(len >= 0);
	uint8_t *at = cs_buf_reserve(b, (size_t)len);
	if (at != NULL)
		vsnprintf((char *)at, (size_t)len + 1, fmt, again);
	va_end(again);
}

cs_err
cs_buf_finish(const struct cs_buf *b, cs_span *out)
{
	if (out != NULL)
		*out = CS_SPAN_NONE;
	if (b->has_failed)
		return CS_FAIL(LIMIT);
	if (out != NULL)
		*out = cs_buf_span(b);
	return CS_OK;
}

cs_span
cs_buf_span(const struct cs_buf *b)
{
	return (cs_span){ b->p, b->len };
}

cs_str
cs_buf_str(const struct cs_buf *b)
{
	return (cs_str){ (const char *)b->p, b->len };
}
