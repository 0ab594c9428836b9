/*
 * people.h - what the calls about accounts, their members and oneself share (specs: Access §15).
 */
#ifndef CS_API_CLOUDFLARE_PEOPLE_H
#define CS_API_CLOUDFLARE_PEOPLE_H

#include "api/cloudflare/routes.h"
#include "domain/account_settings.h"
#include "domain/members.h"

/* op of the caller's account. */
struct cs_op cs_cf_op(const struct cs_call *c);
/* The caller, for members.h. */
struct cs_in_charge cs_cf_in_charge(const struct cs_call *c);

/* A refusal in this door's words: an error for the handler to return. */
cs_err cs_cf_refused(struct cs_call *c, const struct cs_refusal *why);

/* An id of 32 hex in the path; a UUID is taken too. Errors: NOT_FOUND. */
cs_err cs_cf_hex_id(const struct cs_call *c, const char *name, cs_id *out);
json_t *cs_cf_show_hex_id(cs_id id);
/* RFC 3339, or null. */
json_t *cs_cf_show_time(struct cs_arena *a, cs_time t);

/* direction=desc. Errors: INVALID (another word). */
cs_err cs_cf_is_descending(struct cs_call *c, bool *out);
/* Errors: INVALID (twice, badly encoded). */
cs_err cs_cf_query(struct cs_call *c, const char *name, cs_str *out);

json_t *cs_cf_show_role(enum cs_role role);
json_t *cs_cf_show_account(struct cs_arena *a, const struct cs_account_shown *shown);

/* A name of one piece in Cloudflare's two: what is behind the last space is the last name. */
void cs_cf_put_names(json_t *j, cs_str name);

#endif
