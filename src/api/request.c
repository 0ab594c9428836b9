#include "api/request.h"

/* A response head is small by nature; a body is bounded so that no handler can fill the memory. */
#define HEADERS_MAX (16 * 1024)
#define BODY_MAX (8 * 1024 * 1024)

cs_err
cs_request_header(const struct cs_request *rq, cs_str name, cs_str *out)
{
	bool is_found = false;

	*out = CS_STR_NONE;
	for (size_t i = 0; i < rq->header_count; i++) {
		if (!cs_str_equal(rq->headers[i].name, name))
			continue;
		if (is_found) {
			*out = CS_STR_NONE;
			return CS_FAIL(CONFLICT);
		}
		*out = rq->headers[i].value;
		is_found = true;
	}
	return is_found ? CS_OK : CS_FAIL(NOT_FOUND);
}

cs_err
cs_request_header_opt(const struct cs_request *rq, cs_str name, cs_str *out)
{
	cs_err e = cs_request_header(rq, name, out);

	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

/* One Cookie header (RFC 6265 §4.2.1: pairs parted by ";"); counts how often name was met. */
static size_t
find_pair(cs_str header, cs_str name, cs_str *out)
{
	size_t met = 0;
	cs_str part;

	while (cs_str_cut(&header, ';', &part)) {
		size_t eq;

		part = cs_str_trim(part);
		eq = cs_str_find(part, '=', 0);
		if (eq == part.len || !cs_str_equal(cs_str_slice(part, 0, eq), name))
			continue;
		*out = cs_str_slice(part, eq + 1, part.len);
		met++;
	}
	return met;
}

cs_err
cs_request_cookie(const struct cs_request *rq, cs_str name, cs_str *out)
{
	size_t met = 0;

	*out = CS_STR_NONE;
	for (size_t i = 0; i < rq->header_count; i++) {
		if (cs_str_equal(rq->headers[i].name, CS_STR("cookie")))
			met += find_pair(rq->headers[i].value, name, out);
	}
	if (met > 1)
		*out = CS_STR_NONE;
	if (met == 0)
		return CS_FAIL(NOT_FOUND);
	return met == 1 ? CS_OK : CS_FAIL(CONFLICT);
}

static bool
accepts_html(const struct cs_request *rq)
{
	cs_str accept, part;

	if (cs_failed(cs_request_header_opt(rq, CS_STR("accept"), &accept)))
		return false;
	while (cs_str_cut(&accept, ',', &part)) {
		cs_str type = cs_str_trim(cs_str_slice(part, 0, cs_str_find(part, ';', 0)));

		if (cs_str_equal_nocase(type, CS_STR("text/html")))
			return true;
	}
	return false;
}

bool
cs_request_is_navigation(const struct cs_request *rq, cs_str method)
{
	cs_str mode, with;

	if (!cs_str_equal(method, CS_STR("GET")) && !cs_str_equal(method, CS_STR("HEAD")))
		return false;
	if (cs_failed(cs_request_header_opt(rq, CS_STR("sec-fetch-mode"), &mode)) ||
	    cs_failed(cs_request_header_opt(rq, CS_STR("x-requested-with"), &with)))
		return false;
	if (mode.len > 0 && !cs_str_equal(mode, CS_STR("navigate")))
		return false;
	return !cs_str_equal_nocase(with, CS_STR("XMLHttpRequest")) && accepts_html(rq);
}

void
cs_response_init(struct cs_response *rs)
{
	*rs = (struct cs_response){ 0 };
	cs_buf_init(&rs->headers, HEADERS_MAX);
	/* a body may carry a new token or an authenticator's seed */
	cs_buf_init_sensitive(&rs->body, BODY_MAX);
}

void
cs_response_clear(struct cs_response *rs)
{
	cs_buf_clear(&rs->headers);
	cs_buf_clear(&rs->body);
	rs->static_body = CS_SPAN_NONE;
	rs->has_static_body = false;
}

void
cs_response_reset(struct cs_response *rs)
{
	cs_buf_reset(&rs->headers);
	cs_buf_reset(&rs->body);
	rs->status = 0;
	rs->static_body = CS_SPAN_NONE;
	rs->has_static_body = false;
	rs->close = false;
}

static bool
is_one_line(cs_str s)
{
	return s.len == 0 ||
	       (memchr(s.p, '\r', s.len) == NULL && memchr(s.p, '\n', s.len) == NULL &&
		   memchr(s.p, '\0', s.len) == NULL);
}

void
cs_response_header(struct cs_response *rs, cs_str name, cs_str value)
{
	uint8_t *at;

	CS_ASSERT(name.len > 0 && is_one_line(name) && is_one_line(value));
	at = cs_buf_reserve(&rs->headers, name.len + value.len + 4);
	if (at == NULL)
		return; /* sticky: http/ answers 500 */
	memcpy(at, name.p, name.len);
	memcpy(at + name.len, ": ", 2);
	if (value.len != 0)
		memcpy(at + name.len + 2, value.p, value.len);
	memcpy(at + name.len + 2 + value.len, "\r\n", 2);
}
