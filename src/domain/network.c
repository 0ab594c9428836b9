#include "domain/network.h"

#define V6_BYTES 6 /* /48 */

/* Also one that is written as IPv6: ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
static bool
is_v4(const struct cs_addr *addr)
{
	if (addr->family == 4)
		return true;
	for (size_t i = 0; i < 10; i++)
		if (addr->ip[i] != 0)
			return false;
	return addr->ip[10] == 0xff && addr->ip[11] == 0xff;
}

cs_str
cs_network_of(struct cs_arena *a, const struct cs_addr *addr)
{
	struct cs_addr network = { .family = 6 };

	if (addr->family == 0)
		return CS_STR_NONE;
	if (is_v4(addr))
		return cs_arena_printf(
		    a, "%u.%u.%u.0/24", addr->ip[12], addr->ip[13], addr->ip[14]);
	memcpy(network.ip, addr->ip, V6_BYTES);
	return cs_arena_printf(a, "%.*s/48", CS_STR_ARG(cs_addr_text(a, &network)));
}

bool
cs_network_is_same(cs_str a, cs_str b)
{
	return a.len > 0 && cs_str_equal(a, b);
}
