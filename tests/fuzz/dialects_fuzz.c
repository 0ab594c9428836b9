/*
 * dialects_fuzz.c - what a proxy says. First line: the check request's target; each further line a
 * header "name: value". Whatever is taken can be written into an address again.
 */
#include "api/access/decision.h"

#include "fuzz.h"

#define HEADERS_MAX 40

static size_t
read_headers(cs_str rest, struct cs_header *out)
{
	size_t count = 0;
	cs_str line;
	while (count < HEADERS_MAX && cs_str_cut(&rest, '\n', &line)) {
		size_t colon = cs_str_find(line, ':', 0);
		out[count++] = (struct cs_header){ cs_str_slice(line, 0, colon),
			cs_str_trim(cs_str_slice(line, colon + 1, line.len)) };
	}
	return count;
}

static void
check_original(const struct cs_original *o)
{
	CS_ASSERT(o->dialect != NULL && o->method.len > 0);
	CS_ASSERT(
	    cs_str_equal(o->scheme, CS_STR("http")) || cs_str_equal(o->scheme, CS_STR("https")));
	CS_ASSERT(o->target.len > 0 && o->target.p[0] == '/');
	CS_ASSERT(o->host.len > 0 && cs_str_starts(o->authority, o->host));
	CS_ASSERT(o->address.family != 0);
	for (size_t i = 0; i < o->authority.len; i++) {
		char c = o->authority.p[i];
		CS_ASSERT((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
			  c == '.' || c == '_' || c == ':');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "nginx", "forwarded", "envoy", "haproxy" };
	struct cs_network everywhere = { .ip = { [10] = 0xff, [11] = 0xff }, .bits = 96 };
	cs_str text = { (const char *)data, size };
	size_t line = cs_str_find(text, '\n', 0);
	struct cs_header headers[HEADERS_MAX];
	struct cs_request rq = {
		.method_text = CS_STR("GET"),
		.target = cs_str_slice(text, 0, line),
		.host = CS_STR("app.example.test"),
		.authority = CS_STR("app.example.test:8081"),
		.headers = headers,
		.header_count = read_headers(cs_str_slice(text, line + 1, text.len), headers),
		.peer = { .ip = { [10] = 0xff, [11] = 0xff, 127, 0, 0, 1 }, .family = 4 },
	};
	rq.path = cs_str_slice(rq.target, 0, cs_str_find(rq.target, '?', 0));
	if (!cs_is_decision(&rq))
		return 0;
	for (size_t i = 0; i < CS_COUNT(names); i++) {
		struct cs_proxy proxy = { .dialect = cs_dialect_find(cs_str_c(names[i])),
			.networks = &everywhere,
			.network_count = 1 };
		struct cs_proxies proxies = { &proxy, 1 };
		struct cs_original original;
		if (!cs_failed(cs_original_decode(&proxies, &rq, &original)))
			check_original(&original);
		CS_ASSERT(cs_proxies_client(&proxies, &rq).family != 0);
	}
	return 0;
}
