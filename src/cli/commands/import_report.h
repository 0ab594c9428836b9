/*
 * import_report.h - what becomes of every entry of an import, for people and as JSON.
 */
#ifndef CS_CLI_IMPORT_REPORT_H
#define CS_CLI_IMPORT_REPORT_H

#include "cli/commands/import_source.h"
#include "vault/merge.h"

struct cs_import_report {
	struct cs_arena *arena;
	cs_str format;
	const struct cs_merge_item *items;
	size_t count;
	bool is_preview;
	bool is_compared; /* with a vault; else only with one another */
};

/* How many items have the verdict. */
size_t cs_import_report_count(const struct cs_import_report *r, enum cs_merge_verdict verdict);

/* Whether anything would be written: new, differing, or a counter that is further on. */
bool cs_import_report_has_changes(const struct cs_import_report *r);

/*
 * For people: in a preview every entry, else those that were refused, differ or lost something; then
 * "12 in: 10 new, 1 same, 1 refused".
 */
void cs_import_report_show(const struct cs_import_report *r);
/*
 * {"format", "preview", "compared", "entries": [{"verdict", "reason", "issuer", "account", "type",
 * "algorithm", "digits", "period", "counter"}], "counts": {"in", "new", "same", "differs",
 * "refused"}}; what a kind has not is null. Returns the exit status.
 */
int cs_import_report_json(const struct cs_import_report *r);

#endif
