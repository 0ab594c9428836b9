#include "api/access/credentials.h"

#define ID "cf-access-client-id"
#define SECRET "cf-access-client-secret"

static void
skip_space(cs_str *rest)
{
	size_t n = 0;
	while (n < rest->len && (rest->p[n] == ' ' || rest->p[n] == '\t'))
		n++;
	*rest = cs_str_slice(*rest, n, rest->len);
}

static bool
take(cs_str *rest, char c)
{
	skip_space(rest);
	if (rest->len == 0 || rest->p[0] != c)
		return false;
	*rest = cs_str_slice(*rest, 1, rest->len);
	return true;
}

static bool
take_text(cs_str *rest, cs_str *out)
{
	if (!take(rest, '"'))
		return false;
	size_t end = cs_str_find(*rest, '"', 0);
	*out = cs_str_slice(*rest, 0, end);
	if (end == rest->len || cs_str_find(*out, '\\', 0) < out->len)
		return false;
	*rest = cs_str_slice(*rest, end + 1, rest->len);
	return true;
}

static bool
take_member(cs_str *rest, struct cs_client *out)
{
	cs_str key, value;
	if (!take_text(rest, &key) || !take(rest, ':') || !take_text(rest, &value))
		return false;
	cs_str *field = cs_str_equal(key, CS_STR(ID))       ? &out->id
			: cs_str_equal(key, CS_STR(SECRET)) ? &out->secret
							    : NULL;
	if (field == NULL || field->len > 0 || value.len == 0)
		return false;
	*field = value;
	return true;
}

cs_err
cs_credentials_decode(cs_str text, struct cs_client *out)
{
	*out = (struct cs_client){ .id = CS_STR_NONE };
	bool is_good = take(&text, '{') && take_member(&text, out) && take(&text, ',') &&
		       take_member(&text, out) && take(&text, '}');
	skip_space(&text);
	return is_good && text.len == 0 ? CS_OK : CS_FAIL(INVALID);
}

static enum cs_credentials
find_pair(const struct cs_request *rq, struct cs_client *out)
{
	if (cs_failed(cs_request_header_opt(rq, CS_STR(ID), &out->id)) ||
	    cs_failed(cs_request_header_opt(rq, CS_STR(SECRET), &out->secret)))
		return CS_CREDENTIALS_MALFORMED;
	if (out->id.len == 0 && out->secret.len == 0)
		return CS_CREDENTIALS_NONE;
	return out->id.len > 0 && out->secret.len > 0 ? CS_CREDENTIALS_ONE
						      : CS_CREDENTIALS_MALFORMED;
}

/* The header may serve the application as well, as Authorization does: only an object is ours. */
static enum cs_credentials
find_single(const struct cs_request *rq, cs_str name, struct cs_client *out)
{
	cs_str value;
	*out = (struct cs_client){ .id = CS_STR_NONE };
	if (name.len == 0)
		return CS_CREDENTIALS_NONE;
	if (cs_failed(cs_request_header_opt(rq, name, &value)))
		return CS_CREDENTIALS_MALFORMED;
	value = cs_str_trim(value);
	if (value.len == 0 || value.p[0] != '{')
		return CS_CREDENTIALS_NONE;
	return cs_failed(cs_credentials_decode(value, out)) ? CS_CREDENTIALS_MALFORMED
							    : CS_CREDENTIALS_ONE;
}

enum cs_credentials
cs_credentials_find(const void *ctx, const struct cs_application *app, struct cs_client *out)
{
	struct cs_client single;
	*out = (struct cs_client){ .id = CS_STR_NONE };
	enum cs_credentials by_pair = find_pair(ctx, out);
	enum cs_credentials by_single = find_single(ctx, app->service_token_header, &single);
	if (by_single == CS_CREDENTIALS_NONE)
		return by_pair;
	if (by_pair != CS_CREDENTIALS_NONE)
		return CS_CREDENTIALS_MALFORMED;
	*out = single;
	return by_single;
}
