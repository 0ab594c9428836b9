/*
 * path.h - the canonical form of a request's path, and patterns of hosts and paths.
 *
 * Pure. Sources: RFC 3986 §5.2.4 and §6.2.2; specs: Access §8.9 for the patterns.
 */
#ifndef CS_GATE_PATH_H
#define CS_GATE_PATH_H

#include "base/err.h"
#include "base/span.h"

#define CS_PATH_MAX 8192

struct cs_path {
	size_t len;
	/*
	 * Servers disagree on what this path means: %00 %2f %5c, a backslash, a control byte (also
	 * encoded), '#', a cut or wrong triple, ".." together with empty segments or encoded dots,
	 * or it does not begin with '/'.
	 */
	bool is_ambiguous;
	char text[CS_PATH_MAX];
};

/* The raw path of a request target: what stands before '?'. */
cs_str cs_path_of_target(cs_str target);
/*
 * Percent-decoded exactly once, slashes merged, dot segments removed, as nginx does. A decoded
 * slash is no separator (and makes the path ambiguous). Errors: LIMIT (longer than CS_PATH_MAX).
 */
cs_err cs_path_canonical(cs_str raw, struct cs_path *out);

/*
 * pattern: a host in lower case; each label may hold one '*'. A whole "*" stands for one label of at
 * least one byte, a partial one ("*test", "dev*") for any bytes of its label, also none.
 */
bool cs_host_pattern_matches(cs_str pattern, cs_str host);
/* Whether some host could match both. */
bool cs_host_patterns_overlap(cs_str a, cs_str b);
/*
 * pattern: empty covers everything; otherwise it begins with '/' and covers itself and what lies
 * beneath ("/alpha": "/alpha", "/alpha/one", not "/alphabet"). Each segment may hold one '*', which
 * stands for any bytes, slashes included, or none; so "/alpha/" with '*' behind covers "/alpha/one"
 * but not "/alpha".
 */
bool cs_path_pattern_matches(cs_str pattern, cs_str path);
/* Over 0 when a is more specific than b: more bytes that are not '*', then fewer '*'. */
int cs_pattern_order(cs_str a, cs_str b);
/* Whether a host or path pattern keeps to the rules above. */
bool cs_host_pattern_is_valid(cs_str pattern);
bool cs_path_pattern_is_valid(cs_str pattern);

#endif
