/*
 * reader.h - a cursor over borrowed bytes that never runs past the end.
 *
 * Each read succeeds whole or leaves the cursor where it was and says INVALID. Big-endian.
 */
#ifndef CS_BASE_READER_H
#define CS_BASE_READER_H

#include "base/err.h"
#include "base/span.h"

struct cs_reader {
	cs_span rest;
};

static inline struct cs_reader
cs_reader_of(cs_span bytes)
{
	return (struct cs_reader){ bytes };
}

cs_err cs_read_u8(struct cs_reader *r, uint8_t *out);
cs_err cs_read_be16(struct cs_reader *r, uint16_t *out);
cs_err cs_read_be32(struct cs_reader *r, uint32_t *out);
cs_err cs_read_be64(struct cs_reader *r, uint64_t *out);
cs_err cs_read_span(struct cs_reader *r, size_t len, cs_span *out);
/* Copies exactly len bytes. */
cs_err cs_read_bytes(struct cs_reader *r, size_t len, uint8_t *out);
/* Errors: INVALID when bytes are left. */
cs_err cs_read_end(const struct cs_reader *r);

#endif
