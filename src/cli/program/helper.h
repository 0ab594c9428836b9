/*
 * helper.h - run one of the internal programs (convert, scan, draw) and speak with it over pipes
 * (docs/protocol/vault.md §4).
 */
#ifndef CS_CLI_HELPER_H
#define CS_CLI_HELPER_H

#include "base/buf.h"

struct cs_helper {
	const char *program; /* "convert": beside this program */
	const char *const *args; /* behind its name; ends with NULL */
	cs_span input; /* what it reads on standard input */
	bool has_key;
	cs_span key; /* has_key: what it reads on descriptor 3, at most 4096 bytes */
};

/*
 * Run it to its end. Its standard error is ours, its environment is empty but for LANG.
 *   out	what it wrote on standard output; its maximum is the caller's
 *   out_exit	its exit status; 128 + signal when one ended it
 * Errors: UNAVAILABLE (it could not be run; said), LIMIT (it wrote more than out holds).
 */
cs_err cs_helper_run(const struct cs_helper *h, struct cs_buf *out, int *out_exit);

#endif
