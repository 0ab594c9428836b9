#include "api/headers.h"

#include "api/assets.h"

struct line {
	const char *name;
	const char *value;
};

static const struct line page_lines[] = {
	{ "X-Content-Type-Options", "nosniff" },
	/* Not no-referrer: that would take the Origin header from the page's own form posts. */
	{ "Referrer-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), microphone=(), geolocation=()" },
};

static const struct line answer_lines[] = {
	{ "Content-Security-Policy",
	    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cache-Control", "no-store" },
};

static void
add_lines(struct cs_response *rs, const struct line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cs_response_header(rs, cs_str_c(lines[i].name), cs_str_c(lines[i].value));
}

void
cs_headers_page(struct cs_response *rs)
{
	cs_response_header(rs, CS_STR("Content-Security-Policy"), cs_asset_csp);
	add_lines(rs, page_lines, CS_COUNT(page_lines));
}

void
cs_headers_answer(struct cs_response *rs)
{
	add_lines(rs, answer_lines, CS_COUNT(answer_lines));
}
