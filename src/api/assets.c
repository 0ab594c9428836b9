#include "api/assets.h"

#include <stdio.h>

/* Patterns; "*" is one segment that is not empty. */
static const char *const pages[] = {
	"/",
	"/account/backup-codes",
	"/account/devices",
	"/AddMfaDevice",
	"/cdn-cgi/access/login/*",
	"/challenge/*",
	"/invitation",
	"/signed-out",
	"/refused",
	"/not-me",
};

static bool
page_matches(const char *pattern, cs_str path)
{
	cs_str p = cs_str_c(pattern);
	cs_str rest;

	if (!cs_str_ends(p, CS_STR("*")))
		return cs_str_equal(p, path);
	if (!cs_str_starts(path, cs_str_slice(p, 0, p.len - 1)))
		return false;
	rest = cs_str_slice(path, p.len - 1, path.len);
	return rest.len > 0 && cs_str_find(rest, '/', 0) == rest.len;
}

static bool
is_page(cs_str path)
{
	/* "/account/devices/" is the same page, here as in the portal's own code */
	if (path.len > 2 && cs_str_ends(path, CS_STR("/")))
		path.len--;
	for (size_t i = 0; i < CS_COUNT(pages); i++)
		if (page_matches(pages[i], path))
			return true;
	return false;
}

static const struct cs_asset *
find_row(cs_str path)
{
	for (size_t i = 0; i < cs_asset_count; i++)
		if (cs_str_equal(cs_assets[i].path, path))
			return &cs_assets[i];
	return NULL;
}

const struct cs_asset *
cs_asset_find(cs_str path)
{
	if (is_page(path))
		return find_row(CS_STR("*"));
	/* the console's row is for its pages, and is no file's name */
	return cs_str_ends(path, CS_STR("*")) ? NULL : find_row(path);
}

const struct cs_asset *
cs_asset_find_console(cs_str path)
{
	if (!cs_str_equal(path, CS_STR("/")) && !cs_str_equal(path, CS_STR("/console")) &&
	    !cs_str_starts(path, CS_STR("/console/")))
		return NULL;
	return find_row(CS_STR("/console/*"));
}

/* Whether an item of Accept-Encoding names coding without refusing it by q=0 (RFC 9110 §12.5.3). */
static bool
item_takes(cs_str item, cs_str coding)
{
	size_t cut = cs_str_find(item, ';', 0);
	cs_str weight = cs_str_trim(cs_str_slice(item, cut + 1, item.len));

	if (!cs_str_equal_nocase(cs_str_trim(cs_str_slice(item, 0, cut)), coding))
		return false;
	if (!cs_str_starts(weight, CS_STR("q=0")))
		return true;
	for (size_t i = 3; i < weight.len; i++)
		if (weight.p[i] >= '1' && weight.p[i] <= '9')
			return true;
	return false;
}

static bool
client_takes(cs_str accepted, cs_str coding)
{
	cs_str item;

	while (cs_str_cut(&accepted, ',', &item))
		if (item_takes(item, coding))
			return true;
	return false;
}

static const struct {
	enum cs_asset_encoding encoding;
	const char *name;
} codings[] = {
	{ CS_ASSET_BROTLI, "br" },
	{ CS_ASSET_GZIP, "gzip" },
};

static enum cs_asset_encoding
choose_encoding(const struct cs_asset *a, const struct cs_request *rq, const char **name)
{
	cs_str accepted;

	*name = NULL;
	if (cs_failed(cs_request_header_opt(rq, CS_STR("accept-encoding"), &accepted)))
		return CS_ASSET_PLAIN;
	for (size_t i = 0; i < CS_COUNT(codings); i++) {
		if (a->body[codings[i].encoding].len == 0 ||
		    !client_takes(accepted, cs_str_c(codings[i].name)))
			continue;
		*name = codings[i].name;
		return codings[i].encoding;
	}
	return CS_ASSET_PLAIN;
}

/* Weak comparison is enough for GET (RFC 9110 §13.1.2); our tags hold no comma. */
static bool
client_has(const struct cs_request *rq, cs_str tag)
{
	cs_str known;
	cs_str item;

	if (cs_failed(cs_request_header_opt(rq, CS_STR("if-none-match"), &known)))
		return false;
	while (cs_str_cut(&known, ',', &item)) {
		item = cs_str_trim(item);
		if (cs_str_starts(item, CS_STR("W/")))
			item = cs_str_slice(item, 2, item.len);
		if (cs_str_equal(item, tag))
			return true;
	}
	return false;
}

/* What a body and its absence (304) have in common. */
static void
write_head(const struct cs_asset *a, cs_str tag, struct cs_response *rs)
{
	cs_response_header(rs, CS_STR("ETag"), tag);
	cs_response_header(rs, CS_STR("Vary"), CS_STR("Accept-Encoding"));
	cs_response_header(rs, CS_STR("Cache-Control"),
	    a->is_immutable ? CS_STR("public, max-age=31536000, immutable") : CS_STR("no-cache"));
}

static void
write_body(const struct cs_asset *a, enum cs_asset_encoding encoding, const char *coding,
    struct cs_response *rs)
{
	cs_response_header(rs, CS_STR("Content-Type"), a->type);
	if (coding != NULL)
		cs_response_header(rs, CS_STR("Content-Encoding"), cs_str_c(coding));
	rs->static_body = a->body[encoding];
	rs->has_static_body = true;
}

void
cs_asset_answer(const struct cs_asset *a, const struct cs_request *rq, struct cs_response *rs)
{
	const char *coding;
	enum cs_asset_encoding encoding = choose_encoding(a, rq, &coding);
	char tag[96];
	int len = snprintf(tag, sizeof(tag), "\"%.*s%s%s\"", CS_STR_ARG(a->etag),
	    coding != NULL ? "-" : "", coding != NULL ? coding : "");
	cs_str quoted = { tag, (size_t)len };

	CS_ASSERT(len > 0 && (size_t)len < sizeof(tag));
	write_head(a, quoted, rs);
	rs->status = client_has(rq, quoted) ? 304 : 200;
	if (rs->status == 200)
		write_body(a, encoding, coding, rs);
}

bool
cs_asset_answer_missing(const struct cs_request *rq, struct cs_response *rs)
{
	const struct cs_asset *page = cs_asset_find(CS_STR("/"));
	const char *coding;

	if (page == NULL)
		return false;
	enum cs_asset_encoding encoding = choose_encoding(page, rq, &coding);
	rs->status = 404;
	cs_response_header(rs, CS_STR("Vary"), CS_STR("Accept-Encoding"));
	cs_response_header(rs, CS_STR("Cache-Control"), CS_STR("no-store"));
	write_body(page, encoding, coding, rs);
	return true;
}
