#include "idp/client.h"

#include "base/codec.h"
#include "base/log.h"
#include "crypto/secret.h"
#include "idp/client_internal.h"
#include "idp/outage.h"
#include "proto/oidc_metadata.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define HEADER_MAX 12288 /* a bearer token is at most 8 KiB with providers that are in use */

/* Immutable; an exchange holds its own reference, so that a new one can take its place. */
struct settings {
	atomic_uint holders;
	struct cs_network *allowed;
	size_t allowed_count;
	int64_t timeout_ms;
	char *ca_file;
	const struct cs_clock *clock;
};

struct cs_idp_client {
	pthread_mutex_t lock;
	struct settings *settings;
	struct cs_idp_cache *cache;
	struct cs_idp_outages *outages;
};

static struct settings *
settings_new(const struct cs_idp_client_config *cfg)
{
	struct settings *s = calloc(1, sizeof(*s));

	CS_ASSERT(s != NULL);
	s->allowed = calloc(cfg->allowed_count + 1, sizeof(*s->allowed));
	CS_ASSERT(s->allowed != NULL);
	if (cfg->allowed_count != 0)
		memcpy(s->allowed, cfg->allowed, cfg->allowed_count * sizeof(*s->allowed));
	s->allowed_count = cfg->allowed_count;
	s->timeout_ms = cfg->timeout_ms;
	s->clock = cfg->clock != NULL ? cfg->clock : &cs_clock_wall;
	if (cfg->ca_file.len != 0) {
		s->ca_file = strndup(cfg->ca_file.p, cfg->ca_file.len);
		CS_ASSERT(s->ca_file != NULL);
	}
	atomic_init(&s->holders, 1);
	return s;
}

static void
settings_release(struct settings **s)
{
	if (*s != NULL && atomic_fetch_sub(&(*s)->holders, 1) == 1) {
		free((*s)->allowed);
		free((*s)->ca_file);
		free(*s);
	}
	*s = NULL;
}

static struct settings *
settings_hold(struct cs_idp_client *c)
{
	pthread_mutex_lock(&c->lock);
	struct settings *s = c->settings;
	atomic_fetch_add(&s->holders, 1);
	pthread_mutex_unlock(&c->lock);
	return s;
}

cs_err
cs_idp_client_new(const struct cs_idp_client_config *cfg, struct cs_idp_client **out)
{
	*out = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return CS_FAIL(INTERNAL);
	struct cs_idp_client *c = calloc(1, sizeof(*c));
	CS_ASSERT(c != NULL);
	CS_ASSERT(pthread_mutex_init(&c->lock, NULL) == 0);
	c->settings = settings_new(cfg);
	c->cache = cs_idp_cache_new();
	c->outages = cs_idp_outages_new();
	*out = c;
	return CS_OK;
}

void
cs_idp_client_free(struct cs_idp_client **c)
{
	if (*c == NULL)
		return;
	settings_release(&(*c)->settings);
	cs_idp_cache_free(&(*c)->cache);
	cs_idp_outages_free(&(*c)->outages);
	pthread_mutex_destroy(&(*c)->lock);
	free(*c);
	*c = NULL;
	curl_global_cleanup();
}

void
cs_idp_client_configure(struct cs_idp_client *c, const struct cs_idp_client_config *cfg)
{
	struct settings *fresh = settings_new(cfg);

	pthread_mutex_lock(&c->lock);
	struct settings *old = c->settings;
	c->settings = fresh;
	pthread_mutex_unlock(&c->lock);
	settings_release(&old);
}

struct cs_idp_cache *
cs_idp_client_cache(struct cs_idp_client *c)
{
	return c->cache;
}

/* --- one exchange --- */

struct exchange {
	struct cs_idp_outages *outages;
	const struct cs_op *op;
	const struct cs_idp_call *call;
	const struct settings *settings;
	cs_str host; /* authority and path for the log: what comes after may be secret */
	int64_t timeout_ms;
	bool is_plain; /* http */
	bool was_refused; /* an address that may not be reached */
	bool was_opened; /* another one that may */
	struct cs_buf body;
	struct curl_slist *headers;
};

static cs_err
addr_of(const struct curl_sockaddr *from, struct cs_addr *out)
{
	*out = (struct cs_addr){ 0 };
	if (from->family == AF_INET) {
		const struct sockaddr_in *in = (const void *)&from->addr;

		out->family = 4;
		out->ip[10] = 0xff;
		out->ip[11] = 0xff;
		memcpy(out->ip + 12, &in->sin_addr, 4);
		return CS_OK;
	}
	if (from->family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)&from->addr;

		/* a mapped address is the IPv4 address inside it, whatever socket carries it */
		out->family = IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr) ? 4 : 6;
		memcpy(out->ip, &in6->sin6_addr, 16);
		return CS_OK;
	}
	return CS_FAIL(FORBIDDEN);
}

static bool
is_allowed(const struct exchange *x, const struct cs_addr *a)
{
	for (size_t i = 0; i < x->settings->allowed_count; i++) {
		if (cs_network_has(&x->settings->allowed[i], a))
			return true;
	}
	return !x->is_plain && !cs_addr_is_special(a);
}

/*
 * Called with the address that curl is about to connect to, after the name was resolved: the one
 * place where a name cannot mean something else any more.
 */
static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct exchange *x = ctx;
	struct cs_addr a;

	if (cs_failed(addr_of(address, &a)) || !is_allowed(x, &a)) {
		x->was_refused = true;
		CS_LOG(x->op, OUTBOUND_REFUSED, CS_F_STR("host", x->host),
		    CS_F_STR("address", cs_addr_text(x->op->arena, &a)));
		return CURL_SOCKET_BAD;
	}
	x->was_opened = true;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *ctx)
{
	struct exchange *x = ctx;

	cs_buf_add(&x->body, CS_SPAN(bytes, size * count));
	return x->body.has_failed ? 0 : size * count;
}

static void
add_header(struct exchange *x, const char *name, cs_str value)
{
	struct cs_buf line;

	cs_buf_init_sensitive(&line, HEADER_MAX);
	cs_buf_add_c(&line, name);
	cs_buf_add_str(&line, value);
	cs_buf_add_byte(&line, '\0');
	CS_ASSERT(!line.has_failed);
	x->headers = curl_slist_append(x->headers, (const char *)line.p);
	CS_ASSERT(x->headers != NULL);
	cs_buf_clear(&line);
}

static void
add_basic(struct exchange *x)
{
	struct cs_buf text;

	cs_buf_init_sensitive(&text, HEADER_MAX);
	cs_base64_encode(cs_str_span(x->call->basic), &text);
	add_header(x, "Authorization: Basic ", cs_buf_str(&text));
	cs_buf_clear(&text);
}

static void
exchange_clear(struct exchange *x)
{
	for (struct curl_slist *h = x->headers; h != NULL; h = h->next)
		cs_wipe(h->data, strlen(h->data));
	curl_slist_free_all(x->headers);
	x->headers = NULL;
	cs_buf_clear(&x->body);
}

static void
easy_free(CURL **easy)
{
	curl_easy_cleanup(*easy);
	*easy = NULL;
}

#define SET(easy, option, value) CS_ASSERT(curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

/* What holds for every exchange. */
static void
set_manners(CURL *easy, struct exchange *x)
{
	SET(easy, CURLOPT_PROTOCOLS_STR, x->settings->allowed_count != 0 ? "http,https" : "https");
	SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
	SET(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(easy, CURLOPT_PROXY, "");
	SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_TIMEOUT_MS, (long)x->timeout_ms);
	SET(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)x->timeout_ms);
	SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	if (x->settings->ca_file != NULL)
		SET(easy, CURLOPT_CAINFO, x->settings->ca_file);
	SET(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(easy, CURLOPT_OPENSOCKETDATA, x);
	SET(easy, CURLOPT_WRITEFUNCTION, take_body);
	SET(easy, CURLOPT_WRITEDATA, x);
	SET(easy, CURLOPT_USERAGENT, "countersign");
}

static void
set_call(CURL *easy, struct exchange *x)
{
	SET(easy, CURLOPT_URL, cs_arena_c(x->op->arena, x->call->url));
	add_header(x, "Accept: application/json", CS_STR_NONE);
	if (x->call->basic.len != 0)
		add_basic(x);
	if (x->call->bearer.len != 0)
		add_header(x, "Authorization: Bearer ", x->call->bearer);
	if (x->call->form.p != NULL) {
		add_header(x, "Expect:", CS_STR_NONE); /* no pause before the body */
		SET(easy, CURLOPT_POSTFIELDSIZE, (long)x->call->form.len);
		SET(easy, CURLOPT_POSTFIELDS, x->call->form.p);
	}
	SET(easy, CURLOPT_HTTPHEADER, x->headers);
}

static cs_str
origin_of(const struct exchange *x)
{
	size_t authority = cs_str_find(x->host, '/', 0) + 2;

	return cs_str_slice(x->host, 0, cs_str_find(x->host, '/', authority));
}

static cs_err
failure(struct exchange *x, CURLcode code)
{
	if (x->was_refused && !x->was_opened)
		return CS_FAIL(FORBIDDEN); /* logged where it was seen */
	CS_LOG(x->op, IDP_UNREACHABLE, CS_F_STR("host", x->host),
	    CS_F_C("reason",
		x->body.has_failed ? "the answer is too large" : curl_easy_strerror(code)));
	if (x->body.has_failed)
		return CS_FAIL(LIMIT);
	if (code == CURLE_URL_MALFORMAT)
		return CS_FAIL(INVALID);
	/* that our own time was short says nothing about the provider */
	if (code != CURLE_OPERATION_TIMEDOUT || x->timeout_ms == x->settings->timeout_ms)
		cs_idp_outages_set_down(x->outages, origin_of(x), cs_clock_now(x->settings->clock));
	return CS_FAIL(UNAVAILABLE);
}

static cs_err
perform(struct exchange *x, struct cs_idp_answer *out)
{
	CS_AUTO(easy_free) CURL *easy = curl_easy_init();
	long status = 0;
	void *copy;

	CS_ASSERT(easy != NULL);
	set_manners(easy, x);
	set_call(easy, x);
	CURLcode code = curl_easy_perform(easy);
	if (code != CURLE_OK)
		return failure(x, code);
	cs_idp_outages_set_up(x->outages, origin_of(x));
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	CS_TRY(cs_arena_try(x->op->arena, x->body.len + 1, &copy));
	if (x->body.len != 0)
		memcpy(copy, x->body.p, x->body.len);
	*out = (struct cs_idp_answer){ .status = (int)status, .body = CS_SPAN(copy, x->body.len) };
	return CS_OK;
}

/* What is left of the operation's time, at most what one exchange may take; 0 or less: nothing. */
static int64_t
time_left(const struct settings *s, const struct cs_op *op)
{
	int64_t left = s->timeout_ms;

	if (op->deadline.ms != 0 && op->deadline.ms - cs_clock_now(s->clock).ms < left)
		left = op->deadline.ms - cs_clock_now(s->clock).ms;
	return left;
}

static bool
fits_headers(const struct cs_idp_call *call)
{
	for (size_t i = 0; i < call->bearer.len; i++) {
		if (call->bearer.p[i] <= ' ' || call->bearer.p[i] > '~')
			return false; /* RFC 6750 §2.1: b64token; also keeps line ends out */
	}
	return call->bearer.len < HEADER_MAX - 64 && call->basic.len < HEADER_MAX / 2;
}

static cs_err
check_may_try(const struct exchange *x)
{
	if (x->is_plain && x->settings->allowed_count == 0) {
		CS_LOG(x->op, OUTBOUND_REFUSED, CS_F_STR("host", x->host));
		return CS_FAIL(FORBIDDEN);
	}
	if (x->timeout_ms <= 0)
		return CS_FAIL(UNAVAILABLE);
	if (!cs_idp_outages_may_try(
		x->outages, origin_of(x), cs_clock_now(x->settings->clock), x->timeout_ms)) {
		CS_LOG(x->op, IDP_UNREACHABLE, CS_F_STR("host", x->host),
		    CS_F_C("reason", "it did not answer a moment ago"));
		return CS_FAIL(UNAVAILABLE);
	}
	return CS_OK;
}

cs_err
cs_idp_exchange(struct cs_idp_client *c, const struct cs_op *op, const struct cs_idp_call *call,
    struct cs_idp_answer *out)
{
	CS_AUTO(settings_release) struct settings *settings = settings_hold(c);
	struct exchange x = {
		.outages = c->outages,
		.op = op,
		.call = call,
		.settings = settings,
		.host = cs_str_slice(call->url, 0, cs_str_find(call->url, '?', 0)),
		.timeout_ms = time_left(settings, op),
		.is_plain = cs_str_starts(call->url, CS_STR("http://")),
	};

	*out = (struct cs_idp_answer){ 0 };
	if (!cs_oidc_url_is_valid(call->url) || !fits_headers(call))
		return CS_FAIL(INVALID);
	CS_TRY(check_may_try(&x));
	cs_buf_init_sensitive(&x.body, CS_IDP_ANSWER_MAX_BYTES);
	cs_err e = perform(&x, out);
	exchange_clear(&x);
	return e;
}
