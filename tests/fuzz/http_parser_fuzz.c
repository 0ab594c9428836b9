/*
 * http_parser_fuzz.c - a head reads the same however it was cut, and holds what request.h promises; a
 * chunked body gives the same bytes in one piece and byte by byte.
 *
 * The first byte chooses: even, a head; odd, a body.
 */
#include "http/parser.h"

#include "fuzz.h"

#include <stdlib.h>

#define HEAD_MAX 4096

static bool
lies_in(cs_str s, const uint8_t *p, size_t len)
{
	const uint8_t *at = (const uint8_t *)s.p;

	return s.len == 0 || (at >= p && at + s.len <= p + len);
}

static void
check_form(const struct cs_http_head *h, const uint8_t *p, size_t len)
{
	size_t hosts = 0, lengths = 0, codings = 0;

	CS_ASSERT(h->len <= len && h->len <= HEAD_MAX && h->rq.header_count <= CS_HTTP_FIELDS_MAX);
	CS_ASSERT(h->rq.target.len > 0 && h->rq.target.p[0] == '/' && h->rq.host.len > 0);
	CS_ASSERT(h->rq.path.len > 0 && h->rq.path.len + h->rq.query.len <= h->rq.target.len);
	CS_ASSERT(lies_in(h->rq.method_text, p, len) && lies_in(h->rq.authority, p, len));
	CS_ASSERT(h->content_length >= 0 && !(h->is_chunked && h->has_length));
	for (size_t i = 0; i < h->rq.header_count; i++) {
		const struct cs_header *f = &h->rq.headers[i];

		CS_ASSERT(f->name.len > 0 && lies_in(f->name, p, len) && lies_in(f->value, p, len));
		for (size_t k = 0; k < f->name.len; k++)
			CS_ASSERT(
			    f->name.p[k] > ' ' && !(f->name.p[k] >= 'A' && f->name.p[k] <= 'Z'));
		for (size_t k = 0; k < f->value.len; k++) {
			uint8_t b = (uint8_t)f->value.p[k];
			CS_ASSERT((b >= ' ' && b != 0x7f) || b == '\t');
		}
		hosts += cs_str_equal(f->name, CS_STR("host"));
		lengths += cs_str_equal(f->name, CS_STR("content-length"));
		codings += cs_str_equal(f->name, CS_STR("transfer-encoding"));
	}
	CS_ASSERT(hosts == 1 && lengths + codings <= 1);
}

static void
check_head(const uint8_t *data, size_t size)
{
	struct cs_header fields[CS_HTTP_FIELDS_MAX];
	struct cs_http_head whole, part;
	uint8_t *p = malloc(size + 1);

	CS_ASSERT(p != NULL);
	memcpy(p, data, size);
	enum cs_http_step end = cs_http_head_decode(p, size, HEAD_MAX, fields, &whole);
	if (end == CS_HTTP_DONE)
		check_form(&whole, p, size);
	if (end == CS_HTTP_REFUSED)
		CS_ASSERT(whole.status >= 400 && whole.status <= 505);
	/* a prefix waits, or says what the whole says */
	for (size_t n = 0; n < size; n += 1 + size / 16) {
		memcpy(p, data, n);
		enum cs_http_step step = cs_http_head_decode(p, n, HEAD_MAX, fields, &part);
		CS_ASSERT(step == CS_HTTP_MORE || step == end);
		CS_ASSERT(step != CS_HTTP_REFUSED || part.status == whole.status);
		CS_ASSERT(step != CS_HTTP_DONE || part.len == whole.len);
	}
	free(p);
}

/* A sum over the body's bytes in order, so that no second buffer is needed. */
static enum cs_http_step
sum_body(const uint8_t *p, size_t size, size_t piece, uint64_t *sum, size_t *used)
{
	struct cs_http_chunks c = { 0 };
	enum cs_http_step step = CS_HTTP_MORE;

	*sum = 0;
	for (*used = 0; *used < size && step == CS_HTTP_MORE;) {
		size_t n = size - *used < piece ? size - *used : piece;
		size_t took;
		cs_span data;

		step = cs_http_chunks_decode(&c, CS_SPAN(p + *used, n), &took, &data);
		CS_ASSERT(took > 0 && took <= n && data.len <= took);
		for (size_t i = 0; i < data.len; i++)
			*sum = *sum * 257 + data.p[i] + 1;
		*used += took;
	}
	return step;
}

static void
check_body(const uint8_t *p, size_t size)
{
	uint64_t a, b;
	size_t used_a, used_b;
	enum cs_http_step whole = sum_body(p, size, size, &a, &used_a);
	enum cs_http_step bytes = sum_body(p, size, 1, &b, &used_b);

	CS_ASSERT(whole == bytes && a == b && used_a == used_b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] % 2 == 0)
		check_head(data + 1, size - 1);
	else
		check_body(data + 1, size - 1);
	return 0;
}
