/*
 * net.h - addresses and networks, IPv4 and IPv6 in one form.
 */
#ifndef CS_BASE_NET_H
#define CS_BASE_NET_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* IPv4 as ::ffff:a.b.c.d, so that one comparison serves both; a Unix peer is family 0. */
struct cs_addr {
	uint8_t ip[16];
	uint16_t port;
	uint8_t family; /* 4, 6, or 0 for none and for Unix sockets */
};

struct cs_network {
	uint8_t ip[16];
	uint8_t bits; /* of the 16-byte form: an IPv4 /24 is 120 */
};

/*
 * "192.0.2.7", "2001:db8::7", with brackets only where a port follows: "[2001:db8::7]:443". Port 0
 * is taken (a listener's "any"). Errors: INVALID.
 */
cs_err cs_addr_decode(cs_str text, struct cs_addr *out);
/* "192.0.2.0/24" or a single address. Host bits must be zero. Errors: INVALID. */
cs_err cs_network_decode(cs_str text, struct cs_network *out);
/* An IPv4 address is in IPv4 networks only: not in ::/0. A Unix peer is in none. */
bool cs_network_has(const struct cs_network *n, const struct cs_addr *a);
/* The surrounding network by which sources are throttled: /24 for IPv4, /56 for IPv6. */
struct cs_network cs_addr_source(const struct cs_addr *a);
/*
 * Nothing that the public Internet routes to one host: loopback, private, shared, link-local,
 * multicast, reserved, unspecified; also inside IPv4-mapped, NAT64 and 6to4 forms, and Unix peers.
 * Documentation networks count as public.
 */
bool cs_addr_is_special(const struct cs_addr *a);
bool cs_addr_is_loopback(const struct cs_addr *a);
/* Without port; "unix" for family 0. */
cs_str cs_addr_text(struct cs_arena *a, const struct cs_addr *addr);

#endif
