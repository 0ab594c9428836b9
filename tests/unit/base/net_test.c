#include "base/net.h"

#include "test.h"

static struct cs_addr
addr(const char *text)
{
	struct cs_addr a;

	CHECK_OK(cs_addr_decode(cs_str_c(text), &a));
	return a;
}

static struct cs_network
network(const char *text)
{
	struct cs_network n;

	CHECK_OK(cs_network_decode(cs_str_c(text), &n));
	return n;
}

static bool
has(const char *net, const char *ip)
{
	struct cs_network n = network(net);
	struct cs_addr a = addr(ip);

	return cs_network_has(&n, &a);
}

TEST(addresses_are_read_and_written_in_canonical_form)
{
	static const struct {
		const char *in, *out;
		int port, family;
	} rows[] = {
		{ "192.0.2.7", "192.0.2.7", 0, 4 },
		{ "192.0.2.7:443", "192.0.2.7", 443, 4 },
		{ "127.0.0.1:0", "127.0.0.1", 0, 4 },
		{ "2001:DB8:0::7", "2001:db8::7", 0, 6 },
		{ "[2001:db8::7]:65535", "2001:db8::7", 65535, 6 },
		{ "::ffff:192.0.2.7", "192.0.2.7", 0, 4 },
		{ "::ffff:c000:207", "192.0.2.7", 0, 4 },
		{ "::1", "::1", 0, 6 },
	};
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4096);

	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_addr got = addr(rows[i].in);

		CHECK_TEXT(cs_addr_text(a, &got), rows[i].out);
		CHECK_INT(got.port, rows[i].port);
		CHECK_INT(got.family, rows[i].family);
	}
}

TEST(texts_that_only_resemble_addresses_are_refused)
{
	static const char *const bad[] = { "", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256",
		"0x7f.0.0.1", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4:", "1.2.3.4:065", "1.2.3.4:65536",
		"1.2.3.4:-1", "1.2.3.4:1:2", "[1.2.3.4]:80", "[::1]", "[::1]80", "[::1]:", "[::1",
		"::1]:80", "[]:80", ":80", ":::", "1::2::3", "fe80::1%eth0", "12345::", "localhost",
		"2130706433", "1.2.3.4/24", "::ffff:1.2.3.4:80:1:2:3:4:5:6:7:8:9:0:1:2:3:4:5:6" };
	struct cs_addr a;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		a.family = 9;
		CHECK_ERR(cs_addr_decode(cs_str_c(bad[i]), &a), INVALID);
		CHECK_INT(a.family, 0);
	}
	CHECK_ERR(cs_addr_decode((cs_str){ "1.2.3.4\0x", 9 }, &a), INVALID);
	CHECK_ERR(cs_addr_decode(CS_STR_NONE, &a), INVALID);
}

TEST(networks_hold_their_addresses_and_no_others)
{
	CHECK(has("192.0.2.0/24", "192.0.2.255"));
	CHECK(!has("192.0.2.0/24", "192.0.3.0"));
	CHECK(has("192.0.2.128/25", "192.0.2.128"));
	CHECK(!has("192.0.2.128/25", "192.0.2.127"));
	CHECK(has("192.0.2.7", "192.0.2.7"));
	CHECK(!has("192.0.2.7", "192.0.2.6"));
	CHECK(has("2001:db8::/33", "2001:db8:7fff::1"));
	CHECK(!has("2001:db8::/33", "2001:db8:8000::1"));
	CHECK(has("10.0.0.0/8", "::ffff:10.1.2.3"));
	CHECK(has("::ffff:10.0.0.0/104", "10.1.2.3"));
}

TEST(everything_of_one_family_is_nothing_of_the_other)
{
	CHECK(has("0.0.0.0/0", "255.1.2.3"));
	CHECK(!has("0.0.0.0/0", "2001:db8::1"));
	CHECK(has("::/0", "2001:db8::1"));
	CHECK(!has("::/0", "192.0.2.1"));
}

TEST(a_unix_peer_is_in_no_network)
{
	struct cs_addr peer = { .family = 0 };
	struct cs_network all = network("::/0"), zero = network("::");

	CHECK(!cs_network_has(&all, &peer));
	CHECK(!cs_network_has(&zero, &peer));
}

TEST(networks_with_host_bits_or_bad_lengths_are_refused)
{
	static const char *const bad[] = { "", "/24", "192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/",
		"192.0.2.0/024", "192.0.2.0/-1", "192.0.2.0/24/24", "2001:db8::/129",
		"2001:db8::1/64", "::1/0", "192.0.2.0:80/24", "192.0.2.0/255.255.255.0", "[::]/0",
		"192.0.2.0 /24" };
	struct cs_network n;

	for (size_t i = 0; i < CS_COUNT(bad); i++)
		CHECK_ERR(cs_network_decode(cs_str_c(bad[i]), &n), INVALID);
}

TEST(sources_are_24_and_56_bits_wide)
{
	struct cs_addr a4 = addr("192.0.2.200"), a6 = addr("2001:db8:1:2ff::1");
	struct cs_network s4 = cs_addr_source(&a4), s6 = cs_addr_source(&a6);
	struct cs_network w4 = network("192.0.2.0/24"), w6 = network("2001:db8:1:200::/56");

	CHECK(s4.bits == w4.bits && memcmp(s4.ip, w4.ip, 16) == 0);
	CHECK(s6.bits == w6.bits && memcmp(s6.ip, w6.ip, 16) == 0);
}

TEST(addresses_that_do_not_lead_to_the_internet_are_special)
{
	static const char *const special[] = { "127.0.0.1", "127.255.255.255", "0.0.0.0",
		"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
		"100.64.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1",
		"192.0.0.1", "::", "::1", "::7f00:1", "fe80::1", "fec0::1", "fc00::1", "fdff::1",
		"ff02::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
		"2002:7f00:1::", "2002:a9fe:a9fe::1", "2001::1", "100::1" };

	for (size_t i = 0; i < CS_COUNT(special); i++) {
		struct cs_addr a = addr(special[i]);

		CHECK(cs_addr_is_special(&a));
	}
	CHECK(cs_addr_is_special(&(struct cs_addr){ .family = 0 }));
}

TEST(a_mapped_address_is_judged_by_what_is_in_it_whatever_family_it_claims)
{
	struct cs_addr inside = addr("10.1.2.3");
	struct cs_addr outside = addr("128.0.0.1");

	inside.family = 6;
	outside.family = 6;
	CHECK(cs_addr_is_special(&inside));
	CHECK(!cs_addr_is_special(&outside));
}

TEST(neighbours_of_special_networks_are_public)
{
	static const char *const public[] = { "126.255.255.255", "128.0.0.1", "9.255.255.255",
		"11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
		"169.253.0.1", "100.63.255.255", "100.128.0.0", "223.255.255.255", "198.17.255.255",
		"198.20.0.0", "192.0.1.1", "2001:db8::1", "2606:4700::1", "64:ff9b::808:808",
		"2002:808:808::1", "fbff::1" };

	for (size_t i = 0; i < CS_COUNT(public); i++) {
		struct cs_addr a = addr(public[i]);

		CHECK(!cs_addr_is_special(&a));
	}
}

TEST(loopback_is_all_of_127_and_one)
{
	struct cs_addr a = addr("127.9.9.9"), b = addr("::1"), c = addr("128.0.0.1"),
		       d = addr("::2");

	CHECK(cs_addr_is_loopback(&a) && cs_addr_is_loopback(&b));
	CHECK(!cs_addr_is_loopback(&c) && !cs_addr_is_loopback(&d));
	CHECK(!cs_addr_is_loopback(&(struct cs_addr){ .ip = { [12] = 127 } }));
}

TEST(a_unix_peer_has_a_name)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(64);

	CHECK_TEXT(cs_addr_text(a, &(struct cs_addr){ .family = 0 }), "unix");
}

TEST_MAIN("base/net")
