/*
 * buf.h - owned, growable bytes with a hard maximum and a sticky error.
 *
 * Write a sequence, check once with cs_buf_finish. A buffer that hit its maximum stays failed and
 * ignores further writes. The contents are wiped when a sensitive buffer grows or is cleared; one
 * of a page or more is kept as base/pages.h does.
 */
#ifndef CS_BASE_BUF_H
#define CS_BASE_BUF_H

#include "base/err.h"
#include "base/span.h"

/* From so many bytes on a sensitive buffer has pages of its own, which are locked. */
#define CS_BUF_PAGES_MIN 4095

struct cs_buf {
	uint8_t *p;
	size_t len;
	size_t cap;
	size_t max;
	bool is_sensitive;
	bool has_failed;
};

/* No allocation yet. max: the most bytes it will ever hold. */
void cs_buf_init(struct cs_buf *b, size_t max);
void cs_buf_init_sensitive(struct cs_buf *b, size_t max);
/* Frees (wipes first when sensitive); the buffer can be used again with the same maximum. */
void cs_buf_clear(struct cs_buf *b);
/* Empties without freeing. */
void cs_buf_reset(struct cs_buf *b);

void cs_buf_add(struct cs_buf *b, cs_span bytes);
void cs_buf_add_str(struct cs_buf *b, cs_str s);
void cs_buf_add_c(struct cs_buf *b, const char *terminated);
void cs_buf_add_byte(struct cs_buf *b, uint8_t byte);
void cs_buf_add_i64(struct cs_buf *b, int64_t decimal);
void cs_buf_add_be16(struct cs_buf *b, uint16_t v);
void cs_buf_add_be32(struct cs_buf *b, uint32_t v);
void cs_buf_add_be64(struct cs_buf *b, uint64_t v);
__attribute__((format(printf, 2, 3))) void cs_buf_printf(struct cs_buf *b, const char *fmt, ...);
/* Room for len more bytes to be written by the caller, counted at once; NULL after a failure. */
uint8_t *cs_buf_reserve(struct cs_buf *b, size_t len);

/* Errors: LIMIT when anything did not fit. *out (may be NULL) borrows from b. */
cs_err cs_buf_finish(const struct cs_buf *b, cs_span *out);
cs_span cs_buf_span(const struct cs_buf *b);
cs_str cs_buf_str(const struct cs_buf *b);

#endif
