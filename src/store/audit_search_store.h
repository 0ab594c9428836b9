/*
 * audit_search_store.h - the trail as people look into it: by kind, person, address and time, newest
 * first. Writing, sealing and verifying: audit_store.h.
 */
#ifndef CS_STORE_AUDIT_SEARCH_STORE_H
#define CS_STORE_AUDIT_SEARCH_STORE_H

#include "store/audit_store.h"

/* What is looked for; empty, zero: anything. Texts of people and addresses are found anywhere in. */
struct cs_audit_filter {
	cs_str kind; /* exactly */
	cs_str kind_head; /* how it begins */
	cs_id actor;
	cs_str actor_email; /* lower case; of members and users of the account */
	cs_id subject;
	cs_str subject_email;
	cs_str address;
	cs_time since; /* at or after */
	cs_time until; /* before */
	/* from before this place in the order on; at INT64_MAX: from the newest */
	cs_time before;
	cs_id before_id;
};

/* An event with whom its two ids name, as far as account knows them; empty: it does not. */
struct cs_audit_found {
	struct cs_audit_event event;
	cs_str actor_email;
	cs_str subject_email;
	bool is_actor_known; /* a member or user of the account, or nobody */
};

#define CS_AUDIT_SEARCH_MAX 1000

/* The account's own trail; limit 1..CS_AUDIT_SEARCH_MAX. In the arena. Errors: LIMIT (its cap). */
cs_err cs_audit_search(struct cs_tx *tx, cs_id account, const struct cs_audit_filter *f,
    unsigned limit, struct cs_audit_found **out, size_t *out_count);
/*
 * Of the server realm's trail what was done to those who are members of account, since they are. Who
 * did it is known where that is a member of account too.
 */
cs_err cs_audit_search_realm(struct cs_tx *tx, cs_id account, const struct cs_audit_filter *f,
    unsigned limit, struct cs_audit_found **out, size_t *out_count);
/* Of the server realm's trail what was done to one member. */
cs_err cs_audit_search_self(struct cs_tx *tx, cs_id member, cs_time before, cs_id before_id,
    unsigned limit, struct cs_audit_found **out, size_t *out_count);

#endif
