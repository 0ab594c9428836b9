/*
 * geo_test.c - countries out of a database that is written here, in the format's own terms (MaxMind
 * DB File Format Specification 2.0).
 */
#include "test.h"

#include "base/buf.h"
#include "gate/gate.h"
#include "sample.h"

#include <stdlib.h>
#include <unistd.h>

#define NODES_MAX 4096
#define NONE UINT32_MAX

/* --- the writer: a search tree of 24-bit records, then the data, then the description --- */

static uint32_t tree[NODES_MAX][2]; /* a node, or NODES_MAX + an offset into the data */
static uint32_t node_count;
static struct cs_buf data;

static void
add_text(struct cs_buf *b, const char *text)
{
	cs_buf_add_byte(b, (uint8_t)(0x40 | strlen(text)));
	cs_buf_add_c(b, text);
}

static void
add_map(struct cs_buf *b, size_t count)
{
	cs_buf_add_byte(b, (uint8_t)(0xe0 | count));
}

/* {"<whose>": {"iso_code": code}}; its offset. */
static uint32_t
add_country(const char *whose, const char *code)
{
	uint32_t at = (uint32_t)data.len;
	add_map(&data, 1);
	add_text(&data, whose);
	add_map(&data, 1);
	add_text(&data, "iso_code");
	add_text(&data, code);
	return at;
}

static void
add_network(const char *text, uint32_t offset)
{
	struct cs_network n = network_of(text);
	uint32_t at = 0;
	/* IPv4 lies at ::/96 in such a file */
	if (n.bits >= 96 && n.ip[10] == 0xff && n.ip[11] == 0xff)
		n.ip[10] = n.ip[11] = 0;
	for (size_t bit = 0; bit < n.bits; bit++) {
		uint32_t *next = &tree[at][n.ip[bit / 8] >> (7 - bit % 8) & 1];
		if (bit + 1 == n.bits) {
			*next = NODES_MAX + offset;
			return;
		}
		if (*next == NONE) {
			tree[node_count][0] = tree[node_count][1] = NONE;
			*next = node_count++;
		}
		at = *next;
	}
}

static void
begin_database(void)
{
	cs_buf_init(&data, 1 << 16);
	node_count = 1;
	tree[0][0] = tree[0][1] = NONE;
}

static void
add_record(struct cs_buf *out, uint32_t r)
{
	if (r == NONE)
		r = node_count;
	else if (r >= NODES_MAX)
		r = node_count + 16 + (r - NODES_MAX);
	cs_buf_add_byte(out, (uint8_t)(r >> 16));
	cs_buf_add_be16(out, (uint16_t)r);
}

static void
add_number(struct cs_buf *b, uint8_t type, uint32_t v)
{
	cs_buf_add_byte(b, (uint8_t)(type << 5 | 4));
	cs_buf_add_be16(b, (uint16_t)(v >> 16));
	cs_buf_add_be16(b, (uint16_t)v);
}

static void
add_short(struct cs_buf *b, uint16_t v)
{
	cs_buf_add_byte(b, 5 << 5 | 2);
	cs_buf_add_be16(b, v);
}

static void
add_description(struct cs_buf *out)
{
	cs_buf_add(out, CS_SPAN("\xab\xcd\xefMaxMind.com", 14));
	add_map(out, 9);
	add_text(out, "node_count");
	add_number(out, 6, node_count);
	add_text(out, "record_size");
	add_short(out, 24);
	add_text(out, "ip_version");
	add_short(out, 6);
	add_text(out, "binary_format_major_version");
	add_short(out, 2);
	add_text(out, "binary_format_minor_version");
	add_short(out, 0);
	add_text(out, "database_type");
	add_text(out, "Test-Country");
	add_text(out, "build_epoch");
	cs_buf_add(out, CS_SPAN("\x04\x02\x65\x00\x00\x00", 6));
	add_text(out, "languages");
	cs_buf_add(out, CS_SPAN("\x00\x04", 2));
	add_text(out, "description");
	add_map(out, 0);
}

static char path[] = "/tmp/countersign-geo-XXXXXX";

static void
write_database(size_t cut)
{
	static const uint8_t zeros[16];
	CS_AUTO(cs_buf_clear) struct cs_buf out;
	cs_buf_init(&out, 1 << 20);
	for (uint32_t i = 0; i < node_count; i++) {
		add_record(&out, tree[i][0]);
		add_record(&out, tree[i][1]);
	}
	cs_buf_add(&out, CS_SPAN(zeros, sizeof(zeros)));
	cs_buf_add(&out, cs_buf_span(&data));
	add_description(&out);
	cs_buf_clear(&data);
	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	int fd = mkstemp(path);
	CHECK(fd >= 0);
	CHECK_INT(write(fd, out.p, out.len - cut), out.len - cut);
	close(fd);
}

static void
write_sample(void)
{
	begin_database();
	add_network("192.0.2.0/24", add_country("country", "NO"));
	add_network("198.51.100.0/24", add_country("registered_country", "SE"));
	add_network("203.0.113.0/24", add_country("continent", "EU"));
	add_network("100.64.0.0/10", add_country("country", "norway"));
	add_network("2001:db8::/32", add_country("country", "DK"));
	write_database(0);
}

/* --- what is found --- */

TEST(the_country_of_an_address_is_found)
{
	static const struct {
		const char *ip, *want;
	} rows[] = {
		{ "192.0.2.7", "NO" },
		{ "192.0.2.255", "NO" },
		{ "198.51.100.1", "SE" },
		{ "2001:db8::7", "DK" },
		{ "192.0.3.0", "" },
		{ "203.0.113.1", "" },
		{ "100.64.0.1", "" },
		{ "2001:db9::7", "" },
		{ "::1", "" },
	};
	const char *problem;
	struct cs_geo *geo;
	write_sample();
	CHECK_OK(cs_geo_open(path, &problem, &geo));
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_addr a = addr_of(rows[i].ip);
		char code[2] = { 'x', 'x' };
		CHECK_INT(cs_geo_country(geo, &a, code), rows[i].want[0] != 0);
		CHECK(memcmp(code, rows[i].want[0] != 0 ? rows[i].want : "\0", 2) == 0);
	}
	struct cs_addr none = { .family = 0 };
	char code[2];
	CHECK(!cs_geo_country(geo, &none, code));
	cs_geo_release(&geo);
	unlink(path);
}

TEST(what_is_no_database_is_refused_with_a_reason)
{
	const char *problem;
	struct cs_geo *geo;
	CHECK_ERR(cs_geo_open("/nonexistent/geo.mmdb", &problem, &geo), NOT_FOUND);
	CHECK(problem[0] != 0 && geo == NULL);
	write_sample();
	CHECK_INT(truncate(path, 100), 0);
	CHECK_ERR(cs_geo_open(path, &problem, &geo), INVALID);
	CHECK(problem[0] != 0 && geo == NULL);
	unlink(path);
	begin_database();
	write_database(40);
	CHECK_ERR(cs_geo_open(path, &problem, &geo), INVALID);
	unlink(path);
	cs_geo_release(&geo);
}

TEST(the_gate_knows_countries_where_some_rule_judges_them)
{
	const char *problem;
	struct cs_geo *geo;
	struct cs_gate *gate;
	struct cs_access_config config = sample_config();
	struct cs_addr ip = addr_of("192.0.2.7");
	write_sample();
	CHECK_OK(cs_geo_open(path, &problem, &geo));
	cs_gate_new(&(struct cs_gate_config){ 0 }, &gate);
	config.judges_countries = true;
	CHECK_INT(cs_gate_asker(gate, &config, NULL, &ip).country[0], 0);
	cs_gate_set_geo(gate, &geo);
	CHECK(geo == NULL);
	CHECK(memcmp(cs_gate_asker(gate, &config, NULL, &ip).country, "NO", 2) == 0);
	config.judges_countries = false;
	CHECK_INT(cs_gate_asker(gate, &config, NULL, &ip).country[0], 0);
	config.judges_countries = true;
	/* a file that has become unusable: nothing is known any more */
	cs_gate_set_geo(gate, &geo);
	CHECK_INT(cs_gate_asker(gate, &config, NULL, &ip).country[0], 0);
	cs_gate_free(&gate);
	unlink(path);
}

TEST_MAIN("gate/geo")
