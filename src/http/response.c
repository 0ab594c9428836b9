/*
 * response.c - response heads, written straight into the loop's output.
 */
#include "http/loop.h"

#include <stdio.h>
#include <time.h>

#define STATUS(CODE, REASON) \
	{ \
		CODE, CS_STR("HTTP/1.1 " #CODE " " REASON "\r\nDate: ") \
	}
static const struct {
	int code;
	cs_str line;
} statuses[] = {
	STATUS(200, "OK"),
	STATUS(401, "Unauthorized"),
	STATUS(403, "Forbidden"),
	STATUS(302, "Found"),
	STATUS(201, "Created"),
	STATUS(202, "Accepted"),
	STATUS(204, "No Content"),
	STATUS(301, "Moved Permanently"),
	STATUS(303, "See Other"),
	STATUS(304, "Not Modified"),
	STATUS(307, "Temporary Redirect"),
	STATUS(308, "Permanent Redirect"),
	STATUS(400, "Bad Request"),
	STATUS(404, "Not Found"),
	STATUS(405, "Method Not Allowed"),
	STATUS(406, "Not Acceptable"),
	STATUS(408, "Request Timeout"),
	STATUS(409, "Conflict"),
	STATUS(410, "Gone"),
	STATUS(412, "Precondition Failed"),
	STATUS(413, "Content Too Large"),
	STATUS(414, "URI Too Long"),
	STATUS(415, "Unsupported Media Type"),
	STATUS(417, "Expectation Failed"),
	STATUS(421, "Misdirected Request"),
	STATUS(422, "Unprocessable Content"),
	STATUS(428, "Precondition Required"),
	STATUS(429, "Too Many Requests"),
	STATUS(431, "Request Header Fields Too Large"),
	STATUS(501, "Not Implemented"),
	STATUS(502, "Bad Gateway"),
	STATUS(503, "Service Unavailable"),
	STATUS(504, "Gateway Timeout"),
	STATUS(505, "HTTP Version Not Supported"),
	STATUS(500, "Internal Server Error"),
};

static cs_str
status_line(int status)
{
	size_t i = 0;

	while (i < CS_COUNT(statuses) - 1 && statuses[i].code != status)
		i++;
	return statuses[i].line;
}

static void
put(struct cs_loop *l, const void *p, size_t len)
{
	memcpy(l->out + l->out_len, p, len);
	l->out_len += len;
}

/* RFC 9110 §5.6.7 IMF-fixdate; made once a second, and not by the locale. */
static void
put_date(struct cs_loop *l)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t t = l->second;
	struct tm tm;

	if (l->second != l->date_second && gmtime_r(&t, &tm) != NULL) {
		snprintf(l->date, sizeof(l->date), "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
		    days + 3 * tm.tm_wday, (unsigned)tm.tm_mday % 100, months + 3 * tm.tm_mon,
		    (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_hour % 100,
		    (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
		l->date_second = l->second;
	}
	put(l, l->date, 29);
}

static void
put_length(struct cs_loop *l, size_t len)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + len % 10);
		len /= 10;
	} while (len > 0);
	put(l, "\r\nContent-Length: ", 18);
	put(l, digits + at, sizeof(digits) - at);
}

void
cs_response_write(
    struct cs_loop *l, struct cs_response *rs, cs_id id, bool is_head, bool is_last, cs_span *body)
{
	if (rs->status < 200 || rs->status > 599 || rs->headers.has_failed || rs->body.has_failed) {
		cs_response_reset(rs);
		rs->status = 500;
	}
	bool has_no_body = rs->status == 204 || rs->status == 304;
	cs_str line = status_line(rs->status);
	*body = rs->has_static_body ? rs->static_body : cs_buf_span(&rs->body);
	put(l, line.p, line.len);
	put_date(l);
	put(l, "\r\nX-Request-Id: ", 16);
	cs_id_uuid(id, (char *)l->out + l->out_len);
	l->out_len += CS_ID_UUID_LEN;
	/* RFC 9110 §8.6: none in a 204; in a 304 it would be that of the 200 */
	if (!has_no_body)
		put_length(l, body->len);
	if (is_last)
		put(l, "\r\nConnection: close", 19);
	put(l, "\r\n", 2);
	if (rs->headers.len > 0)
		put(l, rs->headers.p, rs->headers.len);
	put(l, "\r\n", 2);
	if (has_no_body || is_head)
		*body = CS_SPAN_NONE;
}

void
cs_response_refuse(struct cs_loop *l, int status, cs_id id)
{
	const char *code = status == 413   ? "body"
			   : status == 408 ? "timeout"
			   : status == 503 ? "unavailable"
			   : status == 500 ? "internal"
					   : "malformed";
	char uuid[CS_ID_UUID_LEN];

	cs_id_uuid(id, uuid);
	cs_response_reset(&l->rs);
	l->rs.status = status;
	cs_response_header(&l->rs, CS_STR("Content-Type"), CS_STR("application/json"));
	cs_response_header(&l->rs, CS_STR("Cache-Control"), CS_STR("no-store"));
	if (status == 503)
		cs_response_header(&l->rs, CS_STR("Retry-After"), CS_STR("1"));
	cs_buf_printf(&l->rs.body, "{\"error\":{\"code\":\"%s\"},\"request_id\":\"%.*s\"}\n", code,
	    (int)sizeof(uuid), uuid);
}

cs_id
cs_loop_id(struct cs_loop *l)
{
	cs_id id;

	/* in stock, so that a request costs no system call for its name; an id is no secret */
	if (l->ids_left == 0) {
		cs_random_fill(l->server->random, l->ids[0], sizeof(l->ids));
		l->ids_left = CS_LOOP_IDS;
	}
	memcpy(id.b, l->ids[--l->ids_left], sizeof(id.b));
	id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x40); /* RFC 9562 §5.4 */
	id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
	return id;
}
