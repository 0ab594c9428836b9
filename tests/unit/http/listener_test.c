/*
 * How many connections an address may have.
 */
#include "test.h"

#include "http/listener.h"

static struct cs_server_config cfg;

static struct cs_addr
addr(const char *text)
{
	struct cs_addr a = { 0 };

	if (text != NULL)
		CHECK_OK(cs_addr_decode(cs_str_c(text), &a));
	return a;
}

static struct cs_peers *
peers(void)
{
	cs_server_config_init(&cfg);
	cfg.connections_max = 100;
	cfg.per_address_max = 2;
	cfg.per_trusted_max = 5;
	return cs_peers_new(&cfg);
}

/* How many get in, one after another, at most 10. */
static unsigned
fill(struct cs_peers *p, const char *text)
{
	struct cs_addr a = addr(text);
	unsigned n = 0;

	while (n < 10 && cs_peers_add(p, &a))
		n++;
	return n;
}

TEST(the_defaults_are_256_and_4096)
{
	cs_server_config_init(&cfg);
	CHECK_INT(cfg.per_address_max, 256);
	CHECK_INT(cfg.per_trusted_max, 4096);
}

TEST(a_stranger_gets_few_connections_and_each_address_its_own)
{
	CS_AUTO(cs_peers_free) struct cs_peers *p = peers();

	CHECK_INT(fill(p, "192.0.2.1"), 2);
	CHECK_INT(fill(p, "192.0.2.2"), 2);
	CHECK_INT(fill(p, "2001:db8::1"), 2);
	CHECK_INT(fill(p, "2001:db8::2"), 2);
	CHECK_INT(fill(p, "192.0.2.1"), 0);
}

TEST(the_port_makes_no_other_address)
{
	CS_AUTO(cs_peers_free) struct cs_peers *p = peers();

	CHECK_INT(fill(p, "192.0.2.1:1000"), 2);
	CHECK_INT(fill(p, "192.0.2.1:1001"), 0);
}

TEST(loopback_and_unix_sockets_get_many)
{
	CS_AUTO(cs_peers_free) struct cs_peers *p = peers();

	CHECK_INT(fill(p, "127.0.0.1"), 5);
	CHECK_INT(fill(p, "::1"), 5);
	CHECK_INT(fill(p, NULL), 5);
}

TEST(a_configured_proxy_gets_many_from_when_it_is_configured)
{
	CS_AUTO(cs_peers_free) struct cs_peers *p = peers();
	struct cs_network proxies;

	CHECK_OK(cs_network_decode(CS_STR("192.0.2.0/24"), &proxies));
	CHECK_INT(fill(p, "192.0.2.1"), 2);
	cs_peers_set_trusted(p, &proxies, 1);
	CHECK_INT(fill(p, "192.0.2.1"), 3);
	CHECK_INT(fill(p, "198.51.100.1"), 2);
	cs_peers_set_trusted(p, NULL, 0);
	CHECK_INT(fill(p, "192.0.2.2"), 2);
}

TEST(what_is_closed_may_come_again)
{
	CS_AUTO(cs_peers_free) struct cs_peers *p = peers();
	struct cs_addr a = addr("192.0.2.1");

	CHECK_INT(fill(p, "192.0.2.1"), 2);
	cs_peers_remove(p, &a);
	CHECK_INT(fill(p, "192.0.2.1"), 1);
	cs_peers_remove(p, &a);
	cs_peers_remove(p, &a);
	CHECK_INT(fill(p, "192.0.2.1"), 2);
}

TEST(there_is_a_limit_over_all_addresses)
{
	unsigned n = 0;

	cs_server_config_init(&cfg);
	cfg.connections_max = 7;
	CS_AUTO(cs_peers_free) struct cs_peers *p = cs_peers_new(&cfg);
	for (unsigned i = 1; i < 10; i++) {
		char text[32];
		snprintf(text, sizeof(text), "192.0.2.%u", i);
		n += fill(p, text);
	}
	CHECK_INT(n, 7);
}

TEST_MAIN("http/listener")
