/*
 * snapshot.h - one account's configuration, compiled: immutable, shared by reference counts.
 */
#ifndef CS_GATE_SNAPSHOT_H
#define CS_GATE_SNAPSHOT_H

#include "base/arena.h"
#include "model/access.h"

struct cs_snapshot;

/*
 * Takes *arena (NULL afterwards, whatever the outcome); config and all it points to must live in
 * it. The new snapshot has one reference, the caller's. A destination with a malformed host
 * pattern is left out; one with a malformed path makes its whole host AMBIGUOUS (both log
 * DESTINATION_REFUSED).
 * Errors: LIMIT (the arena's cap).
 */
cs_err cs_snapshot_new(
    struct cs_arena **arena, const struct cs_access_config *config, struct cs_snapshot **out);
/* One more reference to the same. Any thread. */
const struct cs_snapshot *cs_snapshot_hold(const struct cs_snapshot *s);
/* Gives a reference back (NULL is fine) and nulls the pointer; the last one frees. Any thread. */
void cs_snapshot_release(const struct cs_snapshot **s);

/* Borrowed: valid while the caller holds its reference. */
const struct cs_access_config *cs_snapshot_config(const struct cs_snapshot *s);
/* NULL when there is none. */
const struct cs_application *cs_snapshot_application(const struct cs_snapshot *s, cs_id id);
const struct cs_identity_provider *cs_snapshot_provider(const struct cs_snapshot *s, cs_id id);

enum cs_route {
	CS_ROUTE_NONE = 0, /* no application covers it */
	CS_ROUTE_APPLICATION,
	CS_ROUTE_AMBIGUOUS, /* the path can be read in two ways: refuse */
};

/*
 * The application that guards host (lower case, no port) and raw target: the most specific
 * destination, host before path. On a host with path-scoped applications the raw path and its
 * canonical form must select the same one (see path.h).
 */
enum cs_route cs_snapshot_route(
    const struct cs_snapshot *s, cs_str host, cs_str target, const struct cs_application **out);

#endif
