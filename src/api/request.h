/*
 * request.h - one HTTP exchange as plain data: what http/ hands in, what it gets back.
 *
 * The only header of api/ that http/ sees. A request is complete and checked for form (RFC 9112)
 * when a handler sees it: one Host, no NUL or bare CR/LF, lengths within the limits; everything is
 * borrowed and lives until the response has been written.
 */
#ifndef CS_API_REQUEST_H
#define CS_API_REQUEST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/net.h"
#include "base/span.h"

enum cs_method {
	CS_GET = 0,
	CS_HEAD,
	CS_POST,
	CS_PUT,
	CS_PATCH,
	CS_DELETE,
	CS_OPTIONS,
	CS_METHOD_OTHER,
};

struct cs_header {
	cs_str name; /* lower case */
	cs_str value; /* trimmed; bytes 0x20..0xff and tab */
};

/* Which listener a request came in by; a row of the configuration. */
struct cs_listener_info {
	cs_str name; /* "127.0.0.1:8080", "unix:/run/…" */
	bool is_unix;
};

struct cs_request {
	cs_id id; /* the request id, also sent back as X-Request-Id */
	enum cs_method method;
	cs_str method_text;
	cs_str target; /* raw, origin-form: path and query as received */
	cs_str path; /* raw, up to '?' */
	cs_str query; /* raw, after '?', or empty */
	cs_str host; /* Host without port, lower case */
	cs_str authority; /* Host as sent, lower case, with its port if any */
	const struct cs_header *headers;
	size_t header_count;
	cs_span body; /* decoded from chunks where it was chunked */
	struct cs_addr peer; /* the socket's other end */
	const struct cs_listener_info *listener;
};

/* name in lower case. Errors: NOT_FOUND, CONFLICT when the header is there twice. */
cs_err cs_request_header(const struct cs_request *rq, cs_str name, cs_str *out);
/* The same, absent reads as empty. */
cs_err cs_request_header_opt(const struct cs_request *rq, cs_str name, cs_str *out);
/*
 * A cookie out of all Cookie headers together (RFC 6265 §4.2.1; HTTP/2 fronts may split them).
 * Errors: NOT_FOUND, CONFLICT when two have that name.
 */
cs_err cs_request_cookie(const struct cs_request *rq, cs_str name, cs_str *out);
/*
 * A person's browser going to an address, rather than a script, a picture or a programme: GET or
 * HEAD, Accept names text/html, and neither Sec-Fetch-Mode nor X-Requested-With says otherwise.
 * method: the request's own, or that of the request which a proxy asks about.
 */
bool cs_request_is_navigation(const struct cs_request *rq, cs_str method);

struct cs_response {
	int status; /* 0: the handler forgot; http/ sends 500 */
	struct cs_buf headers; /* complete lines "Name: value\r\n" */
	struct cs_buf body;
	cs_span static_body; /* instead of body: lives as long as the process */
	bool has_static_body;
	bool close; /* end the connection afterwards */
};

/* http/ makes and clears; tests may too. */
void cs_response_init(struct cs_response *rs);
void cs_response_clear(struct cs_response *rs);
/* Drops whatever was written so far. */
void cs_response_reset(struct cs_response *rs);
/* A name or value with CR, LF or NUL aborts: such a value must never come so far. */
void cs_response_header(struct cs_response *rs, cs_str name, cs_str value);

/* What http/ calls for each request. */
struct cs_handler {
	void *ctx;
	/* Called when the head is complete: how many body bytes this route takes; 0 for none. */
	size_t (*body_limit)(void *ctx, const struct cs_request *rq);
	/*
	 * Event thread; must not block, allocate without bound, or sign. True: rs is the answer.
	 * False: the request takes the slow lane and rs is untouched.
	 */
	bool (*fast)(void *ctx, const struct cs_request *rq, struct cs_response *rs);
	/* Worker thread; may block up to the request's deadline. */
	void (*slow)(void *ctx, const struct cs_request *rq, struct cs_response *rs);
	/*
	 * Optional. Event thread: http/ refuses a request whose head was right with this status (408,
	 * 413, 503; rs has it already, and Retry-After): headers and body in the route's own manner.
	 * At 503 a worker may be reading rq still.
	 */
	void (*refused)(void *ctx, const struct cs_request *rq, int status, struct cs_response *rs);
};

#endif
