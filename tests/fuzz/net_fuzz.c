/*
 * net_fuzz.c - an address survives being written and read; a network holds its own first address.
 */
#include "base/net.h"

#include "fuzz.h"

static void
check_addr(struct cs_arena *arena, cs_str in)
{
	struct cs_addr a, again;

	if (cs_failed(cs_addr_decode(in, &a))) {
		CS_ASSERT(a.family == 0);
		return;
	}
	CS_ASSERT(a.family == 4 || a.family == 6);
	CS_ASSERT(!cs_failed(cs_addr_decode(cs_addr_text(arena, &a), &again)));
	CS_ASSERT(memcmp(a.ip, again.ip, sizeof(a.ip)) == 0 && a.family == again.family);
	struct cs_network source = cs_addr_source(&a);
	CS_ASSERT(cs_network_has(&source, &a));
	CS_ASSERT(!cs_addr_is_loopback(&a) || cs_addr_is_special(&a));
}

static void
check_network(cs_str in)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct cs_network n;
	struct cs_addr first = { .family = 6 };

	if (cs_failed(cs_network_decode(in, &n)))
		return;
	CS_ASSERT(n.bits <= 128);
	memcpy(first.ip, n.ip, sizeof(n.ip));
	if (memcmp(n.ip, mapped, sizeof(mapped)) == 0)
		first.family = 4;
	CS_ASSERT(cs_network_has(&n, &first) || (first.family == 4 && n.bits < 96));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4096);
	cs_str in = { (const char *)data, size };

	check_addr(a, in);
	check_network(in);
	return 0;
}
