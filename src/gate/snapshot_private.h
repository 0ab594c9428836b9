/*
 * snapshot_private.h - the compiled form, for the gate's directory of hosts.
 */
#ifndef CS_GATE_SNAPSHOT_PRIVATE_H
#define CS_GATE_SNAPSHOT_PRIVATE_H

#include "gate/snapshot.h"

/* One host pattern and the applications on it, the most specific path first. */
struct cs_guarded {
	const struct cs_application *application;
	cs_str path;
};

struct cs_host_entry {
	cs_str pattern;
	const struct cs_guarded *guarded;
	size_t count;
	bool is_wild;
	bool is_path_scoped; /* something guards less than the whole host */
	bool is_broken; /* a malformed path: nobody knows what guards what */
};

/* Exact hosts in the order of cs_str_order, then the wild ones, the most specific first. */
const struct cs_host_entry *cs_snapshot_hosts(const struct cs_snapshot *s, size_t *count);

#endif
