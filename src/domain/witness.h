/*
 * witness.h - signed heads of the audit trail, appended to a file outside the database.
 *
 * One head a line (docs/protocol/audit.md), so that `countersignd audit verify --witness` can prove
 * the tail. Each node that seals has a file of its own. The sealing thread's alone.
 */
#ifndef CS_DOMAIN_WITNESS_H
#define CS_DOMAIN_WITNESS_H

#include "base/op.h"
#include "base/span.h"

struct cs_witness {
	char *path;
	/*
	 * The newest head of each account is in the file. False at start, after a failure and while
	 * another node seals; then all heads are written, whatever the file holds already.
	 */
	bool is_current;
	bool is_failing; /* so that an outage is logged once */
};

struct cs_witness *cs_witness_new(cs_str path);
void cs_witness_free(struct cs_witness **w);
/*
 * Whole lines, durable once it says OK. The file is made with mode 0600 where there is none, and is
 * opened each time: it may be moved away. Errors: UNAVAILABLE (logged; nothing is in the file that
 * could be taken for a head by mistake).
 */
cs_err cs_witness_append(struct cs_witness *w, const struct cs_op *op, cs_span lines);

#endif
