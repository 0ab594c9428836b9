/*
 * audit_read.h - the audit trail for those who may see it: an account's own, with what the server
 * realm noted about its members; and one's own.
 *
 * One account never sees another's anything: of the realm's events those alone whose subject is a
 * member of the account, since they are; who did it and what was said about it stay hidden where
 * that is nobody of the account.
 */
#ifndef CS_DOMAIN_AUDIT_READ_H
#define CS_DOMAIN_AUDIT_READ_H

#include "domain/domain.h"
#include "store/audit_search_store.h"

#define CS_AUDIT_PAGE_DEFAULT 50
#define CS_AUDIT_PAGE_MAX 500
#define CS_AUDIT_EXPORT_MAX 100000 /* rows of one file */

/* A place in the trail, for going on: opaque text, in the arena. */
cs_str cs_audit_cursor(struct cs_arena *a, const struct cs_audit_found *last);
/* Sets before and before_id; empty: from the newest. Errors: INVALID. */
cs_err cs_audit_cursor_decode(cs_str text, struct cs_audit_filter *f);

/*
 * Of op->account's trail, newest first, at most limit (1..CS_AUDIT_SEARCH_MAX - 1)
 * *out_more: there is more behind the last. In op's arena. Errors: LIMIT (its cap).
 */
cs_err cs_audit_read(struct cs_domain *d, const struct cs_op *op, const struct cs_audit_filter *f,
    unsigned limit, struct cs_audit_found **out, size_t *out_count, bool *out_more);
/* What the realm noted about one member, for themselves; of f the place alone counts. */
cs_err cs_audit_read_self(struct cs_domain *d, const struct cs_op *op, cs_id member,
    const struct cs_audit_filter *f, unsigned limit, struct cs_audit_found **out, size_t *out_count,
    bool *out_more);

/* Every kind that there is, in the order of audit_events.def; static storage. */
struct cs_audit_kind_row {
	cs_str kind;
	cs_str text;
};
const struct cs_audit_kind_row *cs_audit_kinds(size_t *count);
/* Its sentence; empty for a kind that this version does not know. */
cs_str cs_audit_kind_text(cs_str kind);

#endif
