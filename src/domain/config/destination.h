/*
 * destination.h - "host[:port][/path]" as applications write what they guard (specs: Access §8.9).
 */
#ifndef CS_DOMAIN_CONFIG_DESTINATION_H
#define CS_DOMAIN_CONFIG_DESTINATION_H

#include "base/arena.h"
#include "domain/config/fault.h"
#include "model/access.h"

/*
 * The host is brought to lower case, a port is checked and dropped (ports are no part of matching),
 * the path stays as written; "/" alone is the empty path. No scheme, query or fragment, nothing
 * percent-encoded: the path is compared with the canonical one. Errors: INVALID.
 */
cs_err cs_destination_decode(
    struct cs_arena *a, cs_str text, struct cs_destination *out, struct cs_fault *fault);

#endif
