/*
 * network.h - which network somebody came from, coarse enough to stay the same for days.
 *
 * What a known browser is compared by when its owner asks for the way back (recovery.h): a home or
 * an office keeps its /24 or /48 while the address within it changes. Pure.
 */
#ifndef CS_DOMAIN_NETWORK_H
#define CS_DOMAIN_NETWORK_H

#include "base/arena.h"
#include "base/net.h"

/*
 * "192.0.2.0/24" or "2001:db8:1::/48", in the arena; an IPv4 address that is written as IPv6
 * (::ffff:192.0.2.7) is the IPv4 one. Empty for a Unix peer, which comes from nowhere.
 */
cs_str cs_network_of(struct cs_arena *a, const struct cs_addr *addr);
/* Nowhere is not the same as nowhere. */
bool cs_network_is_same(cs_str a, cs_str b);

#endif
