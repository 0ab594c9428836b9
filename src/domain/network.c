#include "domain/network.h"

#define V6_BYTES 6 /* /48 */

static bool
is_v4(const struct cs_addr *addr)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return addr->family == 4 || memcmp(addr->ip, mapped, sizeof(mapped)) == 0;
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
