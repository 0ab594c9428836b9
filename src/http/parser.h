/*
 * parser.h - HTTP/1.1 request heads and chunked bodies from bytes. Pure: no socket, no memory.
 *
 * Source: RFC 9112 and RFC 9110, read strictly. A request that two recipients could read in two ways
 * is refused, never repaired: docs/decisions/0101-http-core.md lists each point.
 */
#ifndef CS_HTTP_PARSER_H
#define CS_HTTP_PARSER_H

#include "api/request.h"

#define CS_HTTP_FIELDS_MAX 100

enum cs_http_step {
	CS_HTTP_MORE, /* all right so far, not complete */
	CS_HTTP_DONE,
	CS_HTTP_REFUSED,
};

struct cs_http_head {
	struct cs_request rq; /* no id, body, peer or listener yet; borrows from the bytes */
	size_t len; /* bytes the head took, with its empty line */
	int status; /* of a refusal: 400, 414, 417, 431, 501 or 505 */
	int64_t content_length; /* 0 when there is none */
	bool has_length;
	bool is_chunked;
	bool is_http10;
	bool wants_close; /* HTTP/1.0 always does */
	bool wants_continue; /* Expect: 100-continue */
};

/*
 * Decode one head from the start of p; one empty line before it is skipped (RFC 9112 §2.2). Names and
 * the Host value are set to lower case in place, so decoding again with more bytes behind is the same.
 *   max     most bytes a head may have
 *   fields  room for CS_HTTP_FIELDS_MAX; kept by out->rq
 */
enum cs_http_step cs_http_head_decode(
    uint8_t *p, size_t len, size_t max, struct cs_header *fields, struct cs_http_head *out);

/* The state of a chunked body (RFC 9112 §7.1); zeroed is the beginning. */
struct cs_http_chunks {
	int state;
	unsigned digits;
	uint64_t left; /* of the current chunk */
	size_t extras; /* bytes of extensions and trailer fields, which are dropped */
};

/*
 * Take up to the end of one run of body bytes. MORE: *used bytes were consumed, *data (perhaps empty)
 * is body; call again while bytes are left. DONE: *used ends behind the body. REFUSED: bad form.
 */
enum cs_http_step cs_http_chunks_decode(
    struct cs_http_chunks *c, cs_span in, size_t *used, cs_span *data);

#endif
