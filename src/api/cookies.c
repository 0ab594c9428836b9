#include "api/cookies.h"

#include "domain/session.h"

cs_str
cs_cookie_get(const struct cs_request *rq, const char *name)
{
	cs_str value;

	return cs_failed(cs_request_cookie(rq, cs_str_c(name), &value)) ? CS_STR_NONE : value;
}

bool
cs_cookie_hash(const struct cs_request *rq, const char *name, uint8_t out[static CS_TOKEN_HASH_LEN])
{
	return !cs_failed(cs_session_token_hash(cs_cookie_get(rq, name), out));
}

static const char *
same_site_name(enum cs_same_site same_site)
{
	switch (same_site) {
	case CS_SAME_SITE_LAX:
		return "Lax";
	case CS_SAME_SITE_STRICT:
		return "Strict";
	case CS_SAME_SITE_NONE:
		break;
	}
	return "None";
}

void
cs_cookie_set_app(struct cs_call *c, const struct cs_app_cookie *cookie)
{
	cs_str age = CS_STR("");

	if (cookie->life_ms > 0)
		age = cs_arena_printf(
		    c->op->arena, "; Max-Age=%lld", (long long)(cookie->life_ms / CS_SECOND_MS));
	if (cookie->value.len == 0)
		age = CS_STR("; Max-Age=0");
	cs_response_header(c->rs, CS_STR("Set-Cookie"),
	    cs_arena_printf(c->op->arena, "%s=%.*s; Path=%.*s%.*s; Secure%s; SameSite=%s",
		cookie->name, CS_STR_ARG(cookie->value), CS_STR_ARG(cookie->path), CS_STR_ARG(age),
		cookie->is_http_only ? "; HttpOnly" : "", same_site_name(cookie->same_site)));
}

void
cs_cookie_set(struct cs_call *c, const char *name, cs_str value, int64_t life_ms)
{
	cs_cookie_set_app(c, &(struct cs_app_cookie){
				 .name = name,
				 .value = value,
				 .path = CS_STR("/"),
				 .life_ms = life_ms,
				 .same_site = CS_SAME_SITE_LAX,
				 .is_http_only = true,
			     });
}

void
cs_cookie_clear(struct cs_call *c, const char *name)
{
	cs_cookie_set(c, name, CS_STR_NONE, 0);
}
