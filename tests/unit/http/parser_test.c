/*
 * Request heads and chunked bodies. Each text is decoded whole and again after every single byte:
 * a prefix may only say "more", or already refuse what the whole text is refused for.
 */
#include "test.h"

#include "http/parser.h"

#include <stdlib.h>

#define HEAD_MAX 16384

static struct cs_header fields[CS_HTTP_FIELDS_MAX];
static uint8_t bytes[65536];
static struct cs_http_head head;

static enum cs_http_step
decode(const char *text, size_t len)
{
	enum cs_http_step last = CS_HTTP_MORE;
	int status = 0;

	CHECK(len <= sizeof(bytes));
	memcpy(bytes, text, len);
	for (size_t n = 0; n <= len; n++) {
		/* its own allocation, so that reading past the prefix is seen */
		uint8_t *part = malloc(n);
		memcpy(part, text, n);
		last = cs_http_head_decode(part, n, HEAD_MAX, fields, &head);
		status = head.status;
		free(part);
		if (last != CS_HTTP_MORE)
			break;
	}
	enum cs_http_step whole = cs_http_head_decode(bytes, len, HEAD_MAX, fields, &head);
	CHECK_INT(whole, last);
	if (whole == CS_HTTP_REFUSED)
		CHECK_INT(head.status, status);
	return whole;
}

#define ACCEPTS(TEXT) CHECK_INT(decode(TEXT, sizeof(TEXT) - 1), CS_HTTP_DONE)
#define REFUSES(STATUS, TEXT) \
	do { \
		CHECK_INT(decode(TEXT, sizeof(TEXT) - 1), CS_HTTP_REFUSED); \
		CHECK_INT(head.status, STATUS); \
	} while (0)
#define WAITS(TEXT) CHECK_INT(decode(TEXT, sizeof(TEXT) - 1), CS_HTTP_MORE)
#define H "Host: a.test\r\n"
#define GET "GET / HTTP/1.1\r\n" H

TEST(a_request_is_taken_apart)
{
	ACCEPTS(
	    "POST /a/b?c=d&e HTTP/1.1\r\nHost: Auth.Example.TEST:8080\r\nX-Mixed-CASE:  v w \t\r\n"
	    "Content-Length: 12\r\n\r\nbody");
	CHECK_INT(head.rq.method, CS_POST);
	CHECK_TEXT(head.rq.target, "/a/b?c=d&e");
	CHECK_TEXT(head.rq.path, "/a/b");
	CHECK_TEXT(head.rq.query, "c=d&e");
	CHECK_TEXT(head.rq.host, "auth.example.test");
	CHECK_TEXT(head.rq.authority, "auth.example.test:8080");
	CHECK_INT(head.rq.header_count, 3);
	CHECK_TEXT(head.rq.headers[1].name, "x-mixed-case");
	CHECK_TEXT(head.rq.headers[1].value, "v w");
	CHECK_INT(head.content_length, 12);
	CHECK(!head.wants_close && !head.is_chunked && !head.is_http10 && !head.wants_continue);
}

TEST(all_methods_are_known_and_others_pass_as_other)
{
	static const char *const names[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE",
		"OPTIONS", "TRACE", "get", "M-SEARCH" };

	for (size_t i = 0; i < CS_COUNT(names); i++) {
		char text[64];
		int n = snprintf(text, sizeof(text), "%s / HTTP/1.1\r\n" H "\r\n", names[i]);
		CHECK_INT(decode(text, (size_t)n), CS_HTTP_DONE);
		CHECK_INT(head.rq.method, i < 7 ? (int)i : CS_METHOD_OTHER);
	}
}

TEST(a_second_request_behind_the_first_is_left_alone)
{
	ACCEPTS(GET "\r\nGET /2 HTTP/1.1\r\n");
	CHECK_INT(head.len, sizeof(GET "\r\n") - 1);
}

TEST(one_empty_line_before_the_request_is_skipped_as_rfc_9112_2_2_asks)
{
	ACCEPTS("\r\n" GET "\r\n");
	CHECK_TEXT(head.rq.target, "/");
	REFUSES(400, "\r\n\r\n" GET "\r\n");
}

TEST(values_may_hold_tabs_and_bytes_above_ascii_rfc_9110_5_5)
{
	ACCEPTS(GET "X: a\tb\xc3\xa9 c\r\nY:\r\nZ: \t \r\n\r\n");
	CHECK_TEXT(head.rq.headers[1].value, "a\tb\xc3\xa9 c");
	CHECK_INT(head.rq.headers[2].value.len, 0);
	CHECK_INT(head.rq.headers[3].value.len, 0);
}

TEST(connection_close_is_found_in_a_list_rfc_9112_9_3)
{
	ACCEPTS(GET "Connection: keep-alive, CLOSE\r\n\r\n");
	CHECK(head.wants_close);
	ACCEPTS(GET "Connection: keep-alive\r\nConnection: close\r\n\r\n");
	CHECK(head.wants_close);
	ACCEPTS(GET "Connection: closed, x-close\r\n\r\n");
	CHECK(!head.wants_close);
}

TEST(http_1_0_is_answered_and_closed)
{
	ACCEPTS("GET / HTTP/1.0\r\n" H "Connection: keep-alive\r\nExpect: 100-continue\r\n\r\n");
	CHECK(head.is_http10 && head.wants_close && !head.wants_continue);
}

TEST(expect_100_continue_is_seen_rfc_9110_10_1_1)
{
	ACCEPTS(GET "Content-Length: 5\r\nExpect: 100-Continue\r\n\r\n");
	CHECK(head.wants_continue);
	REFUSES(417, GET "Expect: 200-ok\r\n");
	REFUSES(417, GET "Expect: 100-continue, x\r\n");
	REFUSES(417, GET "Expect: 100-continue\r\nExpect: 100-continue\r\n");
}

TEST(chunked_is_seen_in_any_case_rfc_9112_7)
{
	ACCEPTS(GET "Transfer-Encoding: Chunked\r\n\r\n");
	CHECK(head.is_chunked);
}

TEST(absolute_form_is_taken_when_it_names_the_host_rfc_9112_3_2_2)
{
	ACCEPTS("GET http://A.test/p?q HTTP/1.1\r\n" H "\r\n");
	CHECK_TEXT(head.rq.target, "/p?q");
	CHECK_TEXT(head.rq.path, "/p");
	ACCEPTS("GET HTTPS://a.test HTTP/1.1\r\n" H "\r\n");
	CHECK_TEXT(head.rq.target, "/");
	ACCEPTS("GET http://a.test:81/ HTTP/1.1\r\nHost: a.test:81\r\n\r\n");
	CHECK_TEXT(head.rq.host, "a.test");
}

TEST(absolute_form_that_names_another_host_is_refused)
{
	REFUSES(400, "GET http://b.test/ HTTP/1.1\r\n" H "\r\n");
	REFUSES(400, "GET http://a.test:80/ HTTP/1.1\r\n" H "\r\n");
	REFUSES(400, "GET http://u@a.test/ HTTP/1.1\r\n" H "\r\n");
	REFUSES(400, "GET http://a.test?q HTTP/1.1\r\n" H "\r\n");
	REFUSES(400, "GET ftp://a.test/ HTTP/1.1\r\n" H "\r\n");
	REFUSES(400, "GET http:/a.test/ HTTP/1.1\r\n" H "\r\n");
	REFUSES(400, "GET http:///x HTTP/1.1\r\n" H "\r\n");
}

TEST(asterisk_and_authority_form_are_refused_rfc_9112_3_2)
{
	REFUSES(400, "OPTIONS * HTTP/1.1\r\n" H "\r\n");
	REFUSES(400, "CONNECT a.test:443 HTTP/1.1\r\n" H "\r\n");
	REFUSES(400, "GET a HTTP/1.1\r\n" H "\r\n");
}

TEST(a_request_line_of_another_form_is_refused_rfc_9112_3)
{
	REFUSES(400, "GET  / HTTP/1.1\r\n");
	REFUSES(400, "GET /  HTTP/1.1\r\n");
	REFUSES(400, " GET / HTTP/1.1\r\n");
	REFUSES(400, "GET\t/ HTTP/1.1\r\n");
	REFUSES(400, "GET / HTTP/1.1 \r\n");
	REFUSES(400, "G(T / HTTP/1.1\r\n");
	REFUSES(400, "GET /a b HTTP/1.1\r\n");
	REFUSES(400, "GET /a#b HTTP/1.1\r\n");
	REFUSES(400, "GET /\xc3\xa9 HTTP/1.1\r\n");
	REFUSES(400, "GET /\x01 HTTP/1.1\r\n");
	REFUSES(400, "GET /\x7f HTTP/1.1\r\n");
	REFUSES(400, "\x16\x03\x01\x02\x00\x01");
}

TEST(http_0_9_is_refused_at_once)
{
	REFUSES(400, "GET /\r\n");
	REFUSES(400, "GET /\n");
}

TEST(other_versions_are_505_and_other_protocols_400_rfc_9112_2_3)
{
	REFUSES(505, "GET / HTTP/2.0\r\n");
	REFUSES(505, "GET / HTTP/1.2\r\n");
	REFUSES(505, "GET / HTTP/0.9\r\n");
	REFUSES(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	REFUSES(400, "GET / http/1.1\r\n");
	REFUSES(400, "GET / HTTP/1.10\r\n");
	REFUSES(400, "GET / HTTP/11\r\n");
	REFUSES(400, "GET / HTTQ");
	REFUSES(400, "GET / ICY/1.1\r\n");
}

TEST(a_bare_lf_ends_no_line_rfc_9112_2_2)
{
	REFUSES(400, "GET / HTTP/1.1\nHost: a.test\n\n");
	REFUSES(400, GET "X: y\n\r\n");
	REFUSES(400, GET "\n");
	REFUSES(400, "\n" GET "\r\n");
}

TEST(a_bare_cr_ends_nothing_and_is_no_value_rfc_9112_2_2)
{
	REFUSES(400, "GET / HTTP/1.1\rHost: a.test\r\r");
	REFUSES(400, GET "X: a\rb\r\n\r\n");
	REFUSES(400, GET "X: a\r\r\n\r\n");
	REFUSES(400, GET "\rX");
	REFUSES(400, "\rGET");
}

TEST(nul_and_controls_in_a_value_are_refused_rfc_9110_5_5)
{
	REFUSES(400, GET "X: a\0b\r\n\r\n");
	REFUSES(400, GET "X: \x01\r\n\r\n");
	REFUSES(400, GET "X: abcdefgh\x7f\r\n\r\n");
	REFUSES(400, GET "Cookie: 12345678901234567\x1f\r\n\r\n");
	REFUSES(400, GET "X: a\vb\r\n\r\n");
}

/* In values shorter and longer than the blocks that the parser judges at once. */
TEST(every_control_byte_at_every_place_of_a_value_is_refused)
{
	static const size_t lengths[] = { 1, 24, 32, 33, 63, 64, 100 };

	for (size_t k = 0; k < CS_COUNT(lengths); k++) {
		for (size_t at = 0; at < lengths[k]; at++) {
			for (int b = 0; b < 256; b++) {
				size_t len = strlen(GET "X: ");
				bool is_right = (b >= 0x20 && b != 0x7f) || b == '\t';

				memcpy(bytes, GET "X: ", len);
				memset(bytes + len, 'v', lengths[k]);
				memcpy(bytes + len + lengths[k], "\r\n\r\n", 4);
				bytes[len + at] = (uint8_t)b;
				enum cs_http_step step = cs_http_head_decode(
				    bytes, len + lengths[k] + 4, HEAD_MAX, fields, &head);
				CHECK_INT(step, is_right ? CS_HTTP_DONE : CS_HTTP_REFUSED);
			}
		}
	}
}

TEST(folded_lines_are_refused_rfc_9112_5_2)
{
	REFUSES(400, GET "X: a\r\n b\r\n\r\n");
	REFUSES(400, GET "X: a\r\n\tb\r\n\r\n");
	REFUSES(400, "GET / HTTP/1.1\r\n Host: a.test\r\n\r\n");
}

TEST(a_space_before_the_colon_is_refused_rfc_9112_5_1)
{
	REFUSES(400, GET "X : a\r\n\r\n");
	REFUSES(400, GET "Content-Length : 5\r\n\r\n");
	REFUSES(400, GET "X\t: a\r\n\r\n");
	REFUSES(400, "GET / HTTP/1.1\r\nHost : a.test\r\n\r\n");
}

TEST(a_name_is_a_token_rfc_9110_5_1)
{
	REFUSES(400, GET ": a\r\n\r\n");
	REFUSES(400, GET "X\r\n\r\n");
	REFUSES(400, GET "X(y): a\r\n\r\n");
	REFUSES(400, GET "X\xc3\xa9: a\r\n\r\n");
	REFUSES(400, GET "X\0: a\r\n\r\n");
	REFUSES(400, GET "\"X\": a\r\n\r\n");
}

TEST(one_host_and_no_other_number_of_them_rfc_9112_3_2)
{
	REFUSES(400, "GET / HTTP/1.1\r\n\r\n");
	REFUSES(400, "GET / HTTP/1.0\r\n\r\n");
	REFUSES(400, "GET / HTTP/1.1\r\nX: Host\r\n\r\n");
	REFUSES(400, GET H "\r\n");
	REFUSES(400, GET "host: b.test\r\n\r\n");
}

TEST(a_host_has_its_form_rfc_3986_3_2_2)
{
	ACCEPTS("GET / HTTP/1.1\r\nHost: [2001:DB8::7]:443\r\n\r\n");
	CHECK_TEXT(head.rq.host, "[2001:db8::7]");
	CHECK_TEXT(head.rq.authority, "[2001:db8::7]:443");
	ACCEPTS("GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n");
	ACCEPTS("GET / HTTP/1.1\r\nHost: a_b-c.test.\r\n\r\n");
	ACCEPTS("GET / HTTP/1.1\r\nHost: a:65535\r\n\r\n");
#define HOST(V) REFUSES(400, "GET / HTTP/1.1\r\nHost: " V "\r\n\r\n")
	HOST("");
	HOST("a b");
	HOST("a/b");
	HOST("a@b");
	HOST("a,b");
	HOST("a%2fb");
	HOST("a\\b");
	HOST("a..b");
	HOST(".a");
	HOST(":80");
	HOST("a:");
	HOST("a:b");
	HOST("a:80:80");
	HOST("a:65536");
	HOST("a:000080");
	HOST("a:+1");
	HOST("a?b");
	HOST("[::1");
	HOST("[]");
	HOST("[g::]");
	HOST("[::1]x");
	HOST("[fe80::1%25eth0]");
	HOST("\xc3\xa9.test");
#undef HOST
}

TEST(a_host_longer_than_a_name_may_be_is_refused)
{
	char text[600] = "GET / HTTP/1.1\r\nHost: ";
	size_t n = strlen(text);

	memset(text + n, 'a', 256);
	memcpy(text + n + 256, "\r\n\r\n", 4);
	CHECK_INT(decode(text, n + 260), CS_HTTP_REFUSED);
	memcpy(text + n + 255, "\r\n\r\n", 4);
	CHECK_INT(decode(text, n + 259), CS_HTTP_DONE);
}

TEST(two_content_lengths_are_refused_even_equal_ones_rfc_9112_6_3)
{
	REFUSES(400, GET "Content-Length: 5\r\nContent-Length: 6\r\n\r\n");
	REFUSES(400, GET "Content-Length: 5\r\nContent-Length: 5\r\n\r\n");
	REFUSES(400, GET "Content-Length: 5, 5\r\n\r\n");
	REFUSES(400, GET "Content-Length: 0\r\nContent-Length: 0\r\n\r\n");
}

TEST(a_content_length_is_digits_alone_rfc_9110_8_6)
{
	REFUSES(400, GET "Content-Length: -1\r\n\r\n");
	REFUSES(400, GET "Content-Length: +5\r\n\r\n");
	REFUSES(400, GET "Content-Length: 5 5\r\n\r\n");
	REFUSES(400, GET "Content-Length: 0x5\r\n\r\n");
	REFUSES(400, GET "Content-Length: 5.0\r\n\r\n");
	REFUSES(400, GET "Content-Length:\r\n\r\n");
	REFUSES(400, GET "Content-Length: five\r\n\r\n");
	REFUSES(400, GET "Content-Length: 9999999999999999\r\n\r\n");
	REFUSES(400, GET "Content-Length: 18446744073709551621\r\n\r\n");
}

TEST(a_length_together_with_chunks_is_refused_rfc_9112_6_1)
{
	REFUSES(400, GET "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
	REFUSES(400, GET "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n");
	REFUSES(400, GET "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n");
}

TEST(a_coding_other_than_chunked_once_is_refused_rfc_9112_6_1)
{
	REFUSES(501, GET "Transfer-Encoding: gzip\r\n\r\n");
	REFUSES(501, GET "Transfer-Encoding: gzip, chunked\r\n\r\n");
	REFUSES(501, GET "Transfer-Encoding: chunked, chunked\r\n\r\n");
	REFUSES(501, GET "Transfer-Encoding: identity\r\n\r\n");
	REFUSES(501, GET "Transfer-Encoding: xchunked\r\n\r\n");
	REFUSES(501, GET "Transfer-Encoding: chunked;a=b\r\n\r\n");
	REFUSES(501, GET "Transfer-Encoding: \"chunked\"\r\n\r\n");
	REFUSES(501, GET "Transfer-Encoding:\r\n\r\n");
	REFUSES(400, GET "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n");
	REFUSES(400, GET "Transfer-Encoding:\vchunked\r\n\r\n");
	REFUSES(400, "POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n");
}

TEST(a_hundred_fields_are_taken_and_one_more_is_431)
{
	char text[2048] = GET;
	size_t n = strlen(text);

	for (int i = 1; i < CS_HTTP_FIELDS_MAX; i++, n += 6)
		memcpy(text + n, "X: y\r\n", 6);
	memcpy(text + n, "\r\n", 2);
	CHECK_INT(decode(text, n + 2), CS_HTTP_DONE);
	CHECK_INT(head.rq.header_count, CS_HTTP_FIELDS_MAX);
	memcpy(text + n, "X: y\r\n\r\n", 8);
	CHECK_INT(decode(text, n + 8), CS_HTTP_REFUSED);
	CHECK_INT(head.status, 431);
}

static enum cs_http_step
decode_sized(const char *before, size_t fill, const char *behind)
{
	size_t a = strlen(before), b = strlen(behind);

	memcpy(bytes, before, a);
	memset(bytes + a, 'x', fill);
	memcpy(bytes + a + fill, behind, b);
	return cs_http_head_decode(bytes, a + fill + b, HEAD_MAX, fields, &head);
}

TEST(a_head_of_exactly_the_limit_is_taken_and_one_byte_more_is_431)
{
	size_t frame = strlen(GET "X: \r\n\r\n");

	CHECK_INT(decode_sized(GET "X: ", HEAD_MAX - frame, "\r\n\r\n"), CS_HTTP_DONE);
	CHECK_INT(head.len, HEAD_MAX);
	CHECK_INT(decode_sized(GET "X: ", HEAD_MAX - frame + 1, "\r\n\r\n"), CS_HTTP_REFUSED);
	CHECK_INT(head.status, 431);
	CHECK_INT(decode_sized(GET "X: ", HEAD_MAX, ""), CS_HTTP_REFUSED);
	CHECK_INT(head.status, 431);
}

TEST(a_request_line_over_the_limit_is_414_rfc_9112_3)
{
	CHECK_INT(decode_sized("GET /", HEAD_MAX, ""), CS_HTTP_REFUSED);
	CHECK_INT(head.status, 414);
}

TEST(an_unfinished_head_waits)
{
	WAITS("");
	WAITS("\r");
	WAITS("GET");
	WAITS("GET / HTTP/1.1");
	WAITS(GET);
	WAITS(GET "X: y\r\n\r");
}

/* Decodes text in steps of at most step bytes; the body lands in out. */
static enum cs_http_step
unchunk(const char *text, size_t len, size_t step, char *out, size_t *out_len, size_t *used)
{
	struct cs_http_chunks c = { 0 };
	enum cs_http_step got = CS_HTTP_MORE;

	*out_len = *used = 0;
	while (*used < len && got == CS_HTTP_MORE) {
		size_t n = len - *used < step ? len - *used : step;
		size_t took;
		cs_span data;

		got = cs_http_chunks_decode(&c, CS_SPAN(text + *used, n), &took, &data);
		CHECK(took > 0 && took <= n && data.len <= took);
		if (data.len > 0)
			memcpy(out + *out_len, data.p, data.len);
		*out_len += data.len;
		*used += took;
	}
	return got;
}

static void
check_chunks(const char *text, size_t len, enum cs_http_step want, const char *body, int line)
{
	static const size_t steps[] = { 1, 2, 3, 7, 100000 };

	for (size_t i = 0; i < CS_COUNT(steps); i++) {
		char out[8192];
		size_t n, used;
		enum cs_http_step got = unchunk(text, len, steps[i], out, &n, &used);
		_assert_int_equal(got, want, __FILE__, line);
		if (body != NULL)
			check_text(out, n, body, __FILE__, line);
	}
}

#define CHUNKS(TEXT, BODY) check_chunks(TEXT, sizeof(TEXT) - 1, CS_HTTP_DONE, BODY, __LINE__)
#define NO_CHUNKS(TEXT) check_chunks(TEXT, sizeof(TEXT) - 1, CS_HTTP_REFUSED, NULL, __LINE__)
#define CUT_CHUNKS(TEXT) check_chunks(TEXT, sizeof(TEXT) - 1, CS_HTTP_MORE, NULL, __LINE__)

TEST(chunks_are_joined_rfc_9112_7_1)
{
	CHUNKS("0\r\n\r\n", "");
	CHUNKS("5\r\nhello\r\n0\r\n\r\n", "hello");
	CHUNKS("1\r\na\r\n0000000A\r\n0123456789\r\n00\r\n\r\n", "a0123456789");
	CHUNKS("a\r\n\r\n0\r\n\r\n\r\n\0\r\n0\r\n\r\n", NULL);
}

TEST(what_follows_the_last_chunk_is_left_alone)
{
	static const char text[] = "1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n";
	char out[64];
	size_t n, used;

	CHECK_INT(unchunk(text, sizeof(text) - 1, 1000, out, &n, &used), CS_HTTP_DONE);
	CHECK_INT(used, 11);
}

TEST(extensions_and_trailers_are_dropped_rfc_9112_7_1_1)
{
	CHUNKS("5;a=b;c=\"d\"\r\nhello\r\n0;x\r\nTrailer-Field: v\r\nB:\r\n\r\n", "hello");
}

TEST(a_chunk_size_is_hex_digits_alone)
{
	NO_CHUNKS("\r\n");
	NO_CHUNKS(";a\r\n");
	NO_CHUNKS("-5\r\nhello\r\n");
	NO_CHUNKS("+5\r\nhello\r\n");
	NO_CHUNKS("0x5\r\nhello\r\n");
	NO_CHUNKS(" 5\r\nhello\r\n");
	NO_CHUNKS("5 \r\nhello\r\n");
	NO_CHUNKS("5 ;a\r\nhello\r\n");
	NO_CHUNKS("g\r\n");
	NO_CHUNKS("000000005\r\nhello\r\n");
	NO_CHUNKS("fffffffff\r\n");
}

TEST(chunk_lines_end_in_crlf_and_data_in_crlf)
{
	NO_CHUNKS("5\nhello\r\n");
	NO_CHUNKS("5\rhello\r\n");
	NO_CHUNKS("5\r\nhelloX\r\n");
	NO_CHUNKS("5\r\nhello\n0\r\n\r\n");
	NO_CHUNKS("5\r\nhello\r0\r\n\r\n");
	NO_CHUNKS("5\r\nhell\r\n0\r\n\r\n");
	NO_CHUNKS("0\r\n\n");
	NO_CHUNKS("0\r\n\rX");
	NO_CHUNKS("5;a\nhello\r\n0\r\n\r\n");
}

TEST(controls_in_extensions_and_trailers_are_refused)
{
	NO_CHUNKS("5;a\0b\r\n");
	NO_CHUNKS("5;a\x7f\r\n");
	NO_CHUNKS("0\r\nA: \x01\r\n\r\n");
	NO_CHUNKS("0\r\nA : b\r\n\r\n");
	NO_CHUNKS("0\r\nA\r\n\r\n");
	NO_CHUNKS("0\r\n A: b\r\n\r\n");
	NO_CHUNKS("0\r\nA: b\r\n c\r\n\r\n");
	NO_CHUNKS("0\r\n: b\r\n\r\n");
	NO_CHUNKS("0\r\nA: b\n\r\n");
	NO_CHUNKS("0\r\nA: b\r\rc");
}

TEST(extensions_and_trailers_are_bounded)
{
	char text[8192] = "1;";

	memset(text + 2, 'x', 5000);
	check_chunks(text, 5002, CS_HTTP_REFUSED, NULL, __LINE__);
	memcpy(text, "0\r\nA:", 5);
	check_chunks(text, 5002, CS_HTTP_REFUSED, NULL, __LINE__);
}

TEST(a_cut_chunked_body_is_never_done)
{
	CUT_CHUNKS("5");
	CUT_CHUNKS("5\r\nhell");
	CUT_CHUNKS("5\r\nhello\r\n");
	CUT_CHUNKS("0\r\n");
	CUT_CHUNKS("0\r\n\r");
	CUT_CHUNKS("0\r\nA: b\r\n");
}

TEST_MAIN("http/parser")
