#include "domain/config/destination.h"

#include "gate/path.h"

#define DESTINATION_MAX 1024
#define HOST_MAX 253

static bool
is_port(cs_str s)
{
	int64_t port;
	return cs_str_to_i64(s, &port) && port >= 1 && port <= 65535;
}

static cs_str
lower(struct cs_arena *a, cs_str s)
{
	char *p = cs_arena_c(a, s);
	for (size_t i = 0; i < s.len; i++) {
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
	}
	return (cs_str){ p, s.len };
}

static bool
has_plain_path(cs_str path)
{
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.p[i];
		if (c <= ' ' || c == 0x7f || strchr("?#%\\\"<>", c) != NULL)
			return false;
	}
	return true;
}

cs_err
cs_destination_decode(
    struct cs_arena *a, cs_str text, struct cs_destination *out, struct cs_fault *fault)
{
	*out = (struct cs_destination){ 0 };
	if (text.len > DESTINATION_MAX)
		return cs_refuse(
		    fault, "application: a domain is longer than %d bytes", DESTINATION_MAX);
	size_t slash = cs_str_find(text, '/', 0);
	cs_str authority = cs_str_slice(text, 0, slash);
	cs_str path = cs_str_slice(text, slash, text.len);
	size_t colon = cs_str_find(authority, ':', 0);
	cs_str host = lower(a, cs_str_slice(authority, 0, colon));
	bool port_is_good =
	    colon == authority.len || is_port(cs_str_slice(authority, colon + 1, authority.len));
	if (!port_is_good || host.len > HOST_MAX || !cs_host_pattern_is_valid(host))
		return cs_refuse(fault,
		    "application: %.*s is not a host name with an optional path, such as "
		    "app.example.com/admin",
		    CS_STR_ARG(text));
	if (cs_str_equal(path, CS_STR("/")))
		path = CS_STR("");
	if (!has_plain_path(path) || !cs_path_pattern_is_valid(path))
		return cs_refuse(
		    fault, "application: the path of %.*s cannot be matched", CS_STR_ARG(text));
	*out = (struct cs_destination){ .host = host, .path = cs_arena_str(a, path) };
	return CS_OK;
}
