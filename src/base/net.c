/*
 * net.c - addresses in their 16-byte form. inet_pton does the syntax (RFC 4291 §2.2, dotted quads
 * without leading zeros, no zone); everything else is comparison of leading bits.
 */
#include "base/net.h"

#include <arpa/inet.h>

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static bool
is_mapped(const uint8_t ip[static 16])
{
	return memcmp(ip, mapped, sizeof(mapped)) == 0;
}

static cs_err
decode_ip(cs_str text, struct cs_addr *out)
{
	char c[INET6_ADDRSTRLEN];

	if (text.len == 0 || text.len >= sizeof(c) || memchr(text.p, 0, text.len) != NULL)
		return CS_FAIL(INVALID);
	memcpy(c, text.p, text.len);
	c[text.len] = '\0';
	if (inet_pton(AF_INET6, c, out->ip) != 1) {
		memcpy(out->ip, mapped, sizeof(mapped));
		if (inet_pton(AF_INET, c, out->ip + sizeof(mapped)) != 1)
			return CS_FAIL(INVALID);
	}
	out->family = is_mapped(out->ip) ? 4 : 6;
	return CS_OK;
}

/* Decimal without leading zeros and at most max. */
static cs_err
decode_number(cs_str text, int64_t max, int64_t *out)
{
	if (!cs_str_to_i64(text, out) || *out > max || (text.len > 1 && text.p[0] == '0'))
		return CS_FAIL(INVALID);
	return CS_OK;
}

cs_err
cs_addr_decode(cs_str text, struct cs_addr *out)
{
	struct cs_addr a = { .family = 0 };
	size_t colon = cs_str_find(text, ':', 0);
	cs_str ip = text, port = CS_STR_NONE;

	*out = a;
	if (cs_str_starts(text, CS_STR("["))) {
		size_t end = cs_str_find(text, ']', 0);

		ip = cs_str_slice(text, 1, end);
		port = cs_str_slice(text, end + 2, text.len);
		if (cs_str_find(ip, ':', 0) == ip.len || end + 1 >= text.len ||
		    text.p[end + 1] != ':')
			return CS_FAIL(INVALID);
	} else if (colon != text.len && cs_str_find(text, ':', colon + 1) == text.len) {
		ip = cs_str_slice(text, 0, colon);
		port = cs_str_slice(text, colon + 1, text.len);
	}
	CS_TRY(decode_ip(ip, &a));
	if (ip.len != text.len) {
		int64_t n;

		CS_TRY(decode_number(port, UINT16_MAX, &n));
		a.port = (uint16_t)n;
	}
	*out = a;
	return CS_OK;
}

/* Zero from bit `bits` on. */
static void
clear_host(struct cs_network *n)
{
	for (unsigned i = 0; i < 16; i++) {
		unsigned kept = n->bits > i * 8 ? n->bits - i * 8u : 0;

		if (kept < 8)
			n->ip[i] &= (uint8_t)(0xff00u >> kept);
	}
}

static struct cs_network
network_around(const struct cs_addr *a, unsigned bits)
{
	struct cs_network n = { .bits = (uint8_t)bits };

	memcpy(n.ip, a->ip, sizeof(n.ip));
	clear_host(&n);
	return n;
}

cs_err
cs_network_decode(cs_str text, struct cs_network *out)
{
	struct cs_addr a;
	size_t slash = cs_str_find(text, '/', 0);
	bool is_dotted = cs_str_find(text, ':', 0) == text.len;
	int64_t bits = is_dotted ? 32 : 128;

	*out = (struct cs_network){ .bits = 128 };
	CS_TRY(decode_ip(cs_str_slice(text, 0, slash), &a));
	if (slash != text.len)
		CS_TRY(decode_number(cs_str_slice(text, slash + 1, text.len), bits, &bits));
	struct cs_network n = network_around(&a, (unsigned)(is_dotted ? bits + 96 : bits));
	if (memcmp(n.ip, a.ip, sizeof(n.ip)) != 0)
		return CS_FAIL(INVALID);
	*out = n;
	return CS_OK;
}

bool
cs_network_has(const struct cs_network *n, const struct cs_addr *a)
{
	/* Otherwise ::/0 would hold every IPv4 address, which nobody who writes it means. */
	if (a->family == 0 || (a->family == 4 && n->bits < 96))
		return false;
	struct cs_network around = network_around(a, n->bits);
	return memcmp(around.ip, n->ip, sizeof(n->ip)) == 0;
}

struct cs_network
cs_addr_source(const struct cs_addr *a)
{
	return network_around(a, a->family == 4 ? 96 + 24 : a->family == 6 ? 56 : 128);
}

/* IANA's special-purpose registries (RFC 6890), without the blocks kept for documentation. */
static const struct special {
	uint8_t ip[4];
	uint8_t bits;
} special_4[] = {
	{ { 0, 0, 0, 0 }, 8 }, { { 10, 0, 0, 0 }, 8 }, { { 100, 64, 0, 0 }, 10 },
	{ { 127, 0, 0, 0 }, 8 }, { { 169, 254, 0, 0 }, 16 }, { { 172, 16, 0, 0 }, 12 },
	{ { 192, 0, 0, 0 }, 24 }, { { 192, 168, 0, 0 }, 16 }, { { 198, 18, 0, 0 }, 15 },
	{ { 224, 0, 0, 0 }, 3 }, /* multicast, reserved, broadcast */
};

static const struct cs_network special_6[] = {
	{ { 0 }, 96 }, /* unspecified, loopback, IPv4-compatible */
	{ { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48 }, /* local NAT64 */
	{ { 0x01, 0x00 }, 64 }, /* discard */
	{ { 0x20, 0x01, 0x00, 0x00 }, 32 }, /* Teredo: its IPv4 address is scrambled */
	{ { 0xfc, 0x00 }, 7 }, /* unique local */
	{ { 0xfe, 0x80 }, 10 }, /* link-local */
	{ { 0xfe, 0xc0 }, 10 }, /* site-local */
	{ { 0xff, 0x00 }, 8 }, /* multicast */
};

static bool
is_special_4(const uint8_t ip[static 4])
{
	for (size_t i = 0; i < CS_COUNT(special_4); i++) {
		struct cs_addr a = { .family = 4 };
		struct cs_network n = { .bits = (uint8_t)(96 + special_4[i].bits) };

		memcpy(a.ip, mapped, sizeof(mapped));
		memcpy(a.ip + 12, ip, 4);
		memcpy(n.ip, mapped, sizeof(mapped));
		memcpy(n.ip + 12, special_4[i].ip, 4);
		if (cs_network_has(&n, &a))
			return true;
	}
	return false;
}

bool
cs_addr_is_special(const struct cs_addr *a)
{
	static const struct cs_network nat64 = { { 0x00, 0x64, 0xff, 0x9b }, 96 };
	static const struct cs_network six_to_four = { { 0x20, 0x02 }, 16 };

	if (a->family != 6 || is_mapped(a->ip))
		return a->family == 0 || is_special_4(a->ip + 12);
	for (size_t i = 0; i < CS_COUNT(special_6); i++)
		if (cs_network_has(&special_6[i], a))
			return true;
	/* Transition addresses lead where the IPv4 address inside them leads. */
	if (cs_network_has(&nat64, a))
		return is_special_4(a->ip + 12);
	return cs_network_has(&six_to_four, a) && is_special_4(a->ip + 2);
}

bool
cs_addr_is_loopback(const struct cs_addr *a)
{
	static const uint8_t one[16] = { [15] = 1 };

	if (a->family == 4)
		return a->ip[12] == 127;
	return a->family == 6 && memcmp(a->ip, one, sizeof(one)) == 0;
}

cs_str
cs_addr_text(struct cs_arena *a, const struct cs_addr *addr)
{
	char c[INET6_ADDRSTRLEN];

	if (addr->family == 0)
		return CS_STR("unix");
	bool is_4 = addr->family == 4;
	CS_ASSERT(inet_ntop(is_4 ? AF_INET : AF_INET6, is_4 ? addr->ip + 12 : addr->ip, c,
		      sizeof(c)) != NULL);
	return cs_arena_str(a, cs_str_c(c));
}
