/*
 * sign_in_fuzz.c - what a sign-in takes from outside is harmless afterwards: the address to return
 * to never leads elsewhere, an authority's host never grows, an e-mail address is one.
 */
#include "domain/meta.h"
#include "domain/person.h"

#include "fuzz.h"

static void
check_return_path(cs_str in)
{
	cs_str path = cs_return_path(in);

	CS_ASSERT(path.len >= 1 && path.len <= CS_RETURN_PATH_MAX && path.p[0] == '/');
	CS_ASSERT(path.len == 1 || path.p[1] != '/');
	for (size_t i = 0; i < path.len; i++)
		CS_ASSERT(path.p[i] > ' ' && path.p[i] <= '~' && path.p[i] != '\\');
	CS_ASSERT(cs_str_equal(cs_return_path(path), path));
}

static void
check_email(struct cs_arena *a, cs_str in)
{
	cs_str email;
	cs_str again;

	if (cs_failed(cs_email_decode(a, in, &email)))
		return;
	CS_ASSERT(email.len >= 3 && email.len <= CS_EMAIL_MAX);
	CS_ASSERT(cs_str_find(email, '\n', 0) == email.len);
	CS_ASSERT(cs_str_find(email, '@', 0) < email.len);
	CS_ASSERT(!cs_failed(cs_email_decode(a, email, &again)) && cs_str_equal(again, email));
	CS_ASSERT(cs_email_key(a, email).len == email.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cs_arena *a = cs_arena_new(1 << 20);
	cs_str in = { (const char *)data, size };

	check_return_path(in);
	CS_ASSERT(cs_authority_host(in).len <= in.len);
	if (cs_utf8_is_valid(CS_SPAN(data, size)))
		check_email(a, in);
	cs_arena_free(&a);
	return 0;
}
