/*
 * assets.h - the files of the portal and the console, built into the programme: static, immutable,
 * never blocking.
 *
 * The table is generated from web/dist at build time; each file is there as it is and, where that
 * is smaller, compressed.
 */
#ifndef CS_API_ASSETS_H
#define CS_API_ASSETS_H

#include "api/request.h"

enum cs_asset_encoding { CS_ASSET_PLAIN = 0, CS_ASSET_GZIP, CS_ASSET_BROTLI, CS_ASSET_ENCODINGS };

struct cs_asset {
	/* "/assets/portal-4f2a….js"; one that ends in "*": the one document of all pages there */
	cs_str path;
	cs_str type;
	cs_str etag; /* without quotes and encoding */
	bool is_immutable; /* its name carries its digest */
	cs_span body[CS_ASSET_ENCODINGS]; /* empty where that form is not there */
};

extern const struct cs_asset cs_assets[];
extern const size_t cs_asset_count;
/* The policy that the pages were built for (web/dist/csp.txt). */
extern const cs_str cs_asset_csp;

/* NULL when there is none. A page's path finds the document. */
const struct cs_asset *cs_asset_find(cs_str path);
/*
 * The console's document, for each path that is one of its pages ("/" leads there too); else NULL.
 * Only on the server realm's sign-in host: nowhere else does a member's password or cookie belong.
 */
const struct cs_asset *cs_asset_find_console(cs_str path);
/*
 * The answer to GET or HEAD: 200, or 304 for a matching If-None-Match. Event thread; allocates the
 * response's headers alone.
 */
void cs_asset_answer(const struct cs_asset *a, const struct cs_request *rq, struct cs_response *rs);
/*
 * The pages' document with status 404, for a person whose address leads nowhere; it says so.
 * False: this build has no pages.
 */
bool cs_asset_answer_missing(const struct cs_request *rq, struct cs_response *rs);

#endif
