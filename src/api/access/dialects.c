/*
 * dialects.c - the table of dialects and what is read by it.
 */
#include "api/access/dialects.h"

/* clang-format off */
static const struct cs_dialect dialects[] = {
	{ "nginx", { CS_STR("x-original-method"), CS_STR("x-original-scheme"),
	    CS_STR("x-original-host"), CS_STR("x-original-uri"), CS_STR("x-original-remote-addr") },
	    .redirects = false },
	/* Caddy's forward_auth and Traefik's ForwardAuth */
	{ "forwarded", { CS_STR("x-forwarded-method"), CS_STR("x-forwarded-proto"),
	    CS_STR("x-forwarded-host"), CS_STR("x-forwarded-uri"), CS_STR("x-forwarded-for") },
	    .redirects = true },
	/* ext_authz with an HTTP service and path_prefix "/decision" */
	{ "envoy", { CS_STR_NONE, CS_STR("x-forwarded-proto"), CS_STR_NONE, CS_STR_NONE,
	    CS_STR("x-forwarded-for") }, .redirects = true },
	{ "haproxy", { CS_STR("x-haproxy-method"), CS_STR("x-haproxy-scheme"),
	    CS_STR("x-haproxy-host"), CS_STR("x-haproxy-uri"), CS_STR("x-haproxy-src") },
	    .redirects = true },
};
/* clang-format on */

#define PREFIX CS_STR("/decision")

const struct cs_dialect *
cs_dialect_find(cs_str name)
{
	for (size_t i = 0; i < CS_COUNT(dialects); i++)
		if (cs_str_equal(cs_str_c(dialects[i].name), name))
			return &dialects[i];
	return NULL;
}

bool
cs_is_decision(const struct cs_request *rq)
{
	return cs_str_starts(rq->path, PREFIX) &&
	       (rq->path.len == PREFIX.len || rq->path.p[PREFIX.len] == '/');
}

static bool
lists_peer(const struct cs_proxy *proxy, const struct cs_request *rq)
{
	for (size_t i = 0; i < proxy->network_count; i++)
		if (cs_network_has(&proxy->networks[i], &rq->peer))
			return true;
	if (rq->listener == NULL || !rq->listener->is_unix)
		return false;
	for (size_t i = 0; i < proxy->listener_count; i++)
		if (cs_str_equal(proxy->listeners[i], rq->listener->name))
			return true;
	return false;
}

/* Which fact the header states in this dialect; CS_SAID_COUNT for none. */
static size_t
find_said(const struct cs_dialect *d, cs_str name)
{
	size_t k = 0;
	/* most differ in length already, and no header's name is empty */
	while (k < CS_SAID_COUNT &&
	       (d->headers[k].len != name.len || !cs_str_equal(d->headers[k], name)))
		k++;
	return k;
}

static bool
is_any_dialects_header(cs_str name)
{
	for (size_t i = 0; i < CS_COUNT(dialects); i++)
		if (find_said(&dialects[i], name) != CS_SAID_COUNT)
			return true;
	return false;
}

/* Each header of the dialect exactly once, none of another. */
static cs_err
gather(const struct cs_dialect *d, const struct cs_request *rq, cs_str said[static CS_SAID_COUNT])
{
	size_t missing = 0;
	for (size_t k = 0; k < CS_SAID_COUNT; k++) {
		said[k] = CS_STR_NONE;
		missing += d->headers[k].len > 0;
	}
	for (size_t i = 0; i < rq->header_count; i++) {
		const struct cs_header *h = &rq->headers[i];
		if (!cs_str_starts(h->name, CS_STR("x-")))
			continue;
		size_t k = find_said(d, h->name);
		if (k == CS_SAID_COUNT && !is_any_dialects_header(h->name))
			continue;
		if (k == CS_SAID_COUNT || said[k].len > 0 || h->value.len == 0)
			return CS_FAIL(INVALID);
		said[k] = h->value;
		missing--;
	}
	return missing == 0 ? CS_OK : CS_FAIL(INVALID);
}

static bool
is_host_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

/* A name and perhaps a port, in lower case. No address literals: no application can have one. */
static cs_err
read_authority(cs_str authority, struct cs_original *out)
{
	if (authority.len == 0 || authority.len > sizeof(out->text))
		return CS_FAIL(INVALID);
	for (size_t i = 0; i < authority.len; i++) {
		char c = authority.p[i];
		out->text[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	out->authority = (cs_str){ out->text, authority.len };
	size_t colon = cs_str_find(out->authority, ':', 0);
	out->host = cs_str_slice(out->authority, 0, colon);
	for (size_t i = 0; i < out->host.len; i++)
		if (!is_host_byte(out->host.p[i]))
			return CS_FAIL(INVALID);
	if (out->host.len == 0)
		return CS_FAIL(INVALID);
	if (colon == out->authority.len)
		return CS_OK;
	int64_t port;
	bool is_port =
	    authority.len - colon <= 6 &&
	    cs_str_to_i64(cs_str_slice(out->authority, colon + 1, authority.len), &port) &&
	    port > 0 && port <= 65535;
	return is_port ? CS_OK : CS_FAIL(INVALID);
}

/* The last of a list is what the peer itself saw; what stands before anybody may have written. */
static cs_err
read_address(cs_str value, struct cs_addr *out)
{
	size_t from = value.len;
	while (from > 0 && value.p[from - 1] != ',')
		from--;
	return cs_addr_decode(cs_str_trim(cs_str_slice(value, from, value.len)), out);
}

static bool
is_method(cs_str method)
{
	for (size_t i = 0; i < method.len; i++)
		if (!((method.p[i] >= 'A' && method.p[i] <= 'Z') || method.p[i] == '-'))
			return false;
	return method.len > 0 && method.len <= 32;
}

static bool
is_scheme(cs_str scheme)
{
	return cs_str_equal(scheme, CS_STR("https")) || cs_str_equal(scheme, CS_STR("http"));
}

/* What the check request itself says, for a dialect that has no headers for it. */
static cs_err
fill_in(const struct cs_dialect *d, const struct cs_request *rq, cs_str said[static CS_SAID_COUNT])
{
	if (d->headers[CS_SAID_METHOD].len == 0)
		said[CS_SAID_METHOD] = rq->method_text;
	if (d->headers[CS_SAID_HOST].len == 0)
		said[CS_SAID_HOST] = rq->authority;
	if (d->headers[CS_SAID_URI].len == 0)
		said[CS_SAID_URI] = cs_str_slice(rq->target, PREFIX.len, rq->target.len);
	else if (rq->path.len != PREFIX.len)
		return CS_FAIL(INVALID);
	return CS_OK;
}

static cs_err
decode_as(const struct cs_dialect *d, const struct cs_request *rq, struct cs_original *out)
{
	cs_str said[CS_SAID_COUNT];
	CS_TRY(gather(d, rq, said));
	CS_TRY(fill_in(d, rq, said));
	cs_str target = said[CS_SAID_URI];
	if (!is_method(said[CS_SAID_METHOD]) || !is_scheme(said[CS_SAID_SCHEME]) ||
	    target.len == 0 || target.p[0] != '/')
		return CS_FAIL(INVALID);
	CS_TRY(read_authority(said[CS_SAID_HOST], out));
	CS_TRY(read_address(said[CS_SAID_ADDRESS], &out->address));
	out->dialect = d;
	out->method = said[CS_SAID_METHOD];
	out->scheme = said[CS_SAID_SCHEME];
	out->target = target;
	return CS_OK;
}

cs_err
cs_original_decode(
    const struct cs_proxies *proxies, const struct cs_request *rq, struct cs_original *out)
{
	memset(out, 0, offsetof(struct cs_original, text));
	cs_err err = CS_FAIL(FORBIDDEN);
	for (size_t i = 0; i < proxies->count; i++) {
		if (!lists_peer(&proxies->list[i], rq))
			continue;
		err = decode_as(proxies->list[i].dialect, rq, out);
		if (!cs_failed(err))
			break;
	}
	return err;
}

/* One header of the peer's dialect; empty when it is not there exactly once. */
static cs_str
said_by_peer(const struct cs_proxies *proxies, const struct cs_request *rq, enum cs_said what)
{
	cs_str value = CS_STR_NONE;
	for (size_t i = 0; i < proxies->count && value.len == 0; i++) {
		const struct cs_proxy *proxy = &proxies->list[i];
		if (!lists_peer(proxy, rq) || proxy->dialect->headers[what].len == 0)
			continue;
		if (cs_failed(cs_request_header(rq, proxy->dialect->headers[what], &value)))
			value = CS_STR_NONE;
	}
	return value;
}

struct cs_addr
cs_proxies_client(const struct cs_proxies *proxies, const struct cs_request *rq)
{
	struct cs_addr address;
	cs_str value = said_by_peer(proxies, rq, CS_SAID_ADDRESS);
	if (value.len == 0 || cs_failed(read_address(value, &address)))
		return rq->peer;
	return address;
}

cs_str
cs_proxies_scheme(const struct cs_proxies *proxies, const struct cs_request *rq)
{
	cs_str value = said_by_peer(proxies, rq, CS_SAID_SCHEME);
	return is_scheme(value) ? value : CS_STR("http");
}
