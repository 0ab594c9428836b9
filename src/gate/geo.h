/*
 * geo.h - the country of an address, from a database that the operator supplies (MaxMind's MMDB
 * format, version 2; libmaxminddb).
 *
 * Mapped into memory once; looking up is a walk of at most 128 steps through it, without any call
 * that could wait but for page faults (docs/decisions/0601).
 */
#ifndef CS_GATE_GEO_H
#define CS_GATE_GEO_H

#include "base/arena.h"
#include "base/net.h"

struct cs_geo;

/*
 * *out has one reference. Errors: NOT_FOUND (no such file), INVALID (not such a database; problem
 * says why).
 */
cs_err cs_geo_open(const char *path, const char **problem, struct cs_geo **out);
struct cs_geo *cs_geo_hold(struct cs_geo *g);
/* Gives a reference back (NULL is fine); the last one closes. Any thread. */
void cs_geo_release(struct cs_geo **g);

/* country.iso_code, else registered_country.iso_code; false and zeroes when it has none. */
bool cs_geo_country(const struct cs_geo *g, const struct cs_addr *address, char out[static 2]);

#endif
