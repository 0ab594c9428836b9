#include "gate/geo.h"

#include <errno.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cs_geo {
	atomic_size_t references;
	MMDB_s db;
};

cs_err
cs_geo_open(const char *path, const char **problem, struct cs_geo **out)
{
	*out = NULL;
	*problem = "";
	if (access(path, R_OK) != 0) {
		*problem = strerror(errno);
		return CS_FAIL(NOT_FOUND);
	}
	struct cs_geo *g = calloc(1, sizeof(*g));
	CS_ASSERT(g != NULL);
	atomic_init(&g->references, 1);
	int status = MMDB_open(path, MMDB_MODE_MMAP, &g->db);
	if (status != MMDB_SUCCESS) {
		*problem = MMDB_strerror(status);
		free(g);
		return CS_FAIL(INVALID);
	}
	*out = g;
	return CS_OK;
}

struct cs_geo *
cs_geo_hold(struct cs_geo *g)
{
	atomic_fetch_add_explicit(&g->references, 1, memory_order_relaxed);
	return g;
}

void
cs_geo_release(struct cs_geo **g)
{
	struct cs_geo *gone = CS_TAKE(*g);
	if (gone == NULL ||
	    atomic_fetch_sub_explicit(&gone->references, 1, memory_order_acq_rel) != 1)
		return;
	MMDB_close(&gone->db);
	free(gone);
}

static bool
is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
read_code(MMDB_entry_s *entry, const char *whose, char out[static 2])
{
	MMDB_entry_data_s data;
	if (MMDB_get_value(entry, &data, whose, "iso_code", NULL) != MMDB_SUCCESS ||
	    !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size != 2 ||
	    !is_letter(data.utf8_string[0]) || !is_letter(data.utf8_string[1]))
		return false;
	memcpy(out, data.utf8_string, 2);
	return true;
}

/* A database of IPv4 alone knows nothing of IPv6, and one of IPv6 has IPv4 at its far end. */
static MMDB_lookup_result_s
look_up(const struct cs_geo *g, const struct cs_addr *address, int *status)
{
	if (address->family == 4) {
		struct sockaddr_in v4 = { .sin_family = AF_INET };
		memcpy(&v4.sin_addr, address->ip + 12, 4);
		return MMDB_lookup_sockaddr(&g->db, (const struct sockaddr *)&v4, status);
	}
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	memcpy(&v6.sin6_addr, address->ip, 16);
	return MMDB_lookup_sockaddr(&g->db, (const struct sockaddr *)&v6, status);
}

bool
cs_geo_country(const struct cs_geo *g, const struct cs_addr *address, char out[static 2])
{
	int status = MMDB_SUCCESS;
	memset(out, 0, 2);
	if (address->family == 0)
		return false;
	MMDB_lookup_result_s found = look_up(g, address, &status);
	if (status != MMDB_SUCCESS || !found.found_entry)
		return false;
	return read_code(&found.entry, "country", out) ||
	       read_code(&found.entry, "registered_country", out);
}
