/*
 * door.h - the front door /client/v4: who calls, what an answer looks like, how it says no.
 *
 * Every answer is the envelope {"success","errors","messages","result"} as application/json, also
 * for what has no route; success has a 2xx status that is never 204, failure never (specs: Access
 * §1.4). Numbers and statuses of refusals are in door.c alone.
 */
#ifndef CS_API_CLOUDFLARE_DOOR_H
#define CS_API_CLOUDFLARE_DOOR_H

#include "api/router.h"
#include "domain/config/change.h"
#include "domain/config/permission.h"
#include "domain/config/api_token.h"

/* What the caller's credential was found to be. */
enum cs_door_refusal {
	CS_DOOR_NONE = 0,
	CS_DOOR_MISSING, /* no credential, or only X-Auth-Key: 9106 */
	CS_DOOR_UNKNOWN, /* not a token of ours: 10000 */
	CS_DOOR_INACTIVE, /* over, disabled: 9109 */
	CS_DOOR_ADDRESS, /* good, but not from where the caller is: 9109 */
	CS_DOOR_FORBIDDEN, /* good, but not for this: 10000 */
	CS_DOOR_FORGED, /* by cookie, and not from the console's own page: 10000 */
	CS_DOOR_ELSEWHERE, /* the path names another account: 7003 */
	CS_DOOR_PROVE_FIRST, /* a session without the password window: 20403 */
};

/* What belongs to one call at this door; c->principal.grant points to it. */
struct cs_door {
	struct cs_grant grant;
	enum cs_door_refusal refusal;
	struct cs_fault fault;
};

/*
 * For CS_GUARD_API_TOKEN: a bearer token, or on the server realm's host a member's session cookie.
 * The account of the path must be the token's. Needs any of the route's permissions; 0: none.
 */
cs_err cs_door_guard(struct cs_call *c, struct cs_refusal *why);
/*
 * For CS_GUARD_API_TOKEN_PROVED, last of all: what lasts longer than a session, or opens somebody's
 * door, wants the password of the last ten minutes of who comes in person (cs_member_check_proved).
 */
cs_err cs_door_guard_proved(struct cs_call *c, struct cs_refusal *why);
/* Whether the caller is a token, or has proved themselves so. */
bool cs_door_is_proved(const struct cs_call *c);
/* For cs_api_table.refuse. */
void cs_door_refuse(struct cs_call *c, const struct cs_refusal *why, cs_err error);

/* The call's own; aborts outside this door. */
struct cs_door *cs_door_of(const struct cs_call *c);

/* {"success":true,…,"result":result}; takes result. Errors: LIMIT. */
cs_err cs_door_answer(struct cs_call *c, int status, json_t *result);
/* 200, with one message {"code","message","type":null}. */
cs_err cs_door_answer_message(struct cs_call *c, json_t *result, int code, const char *message);

/* --- reading: the account's rows, and one page of a list --- */

struct cs_view {
	struct cs_arena *arena;
	struct cs_image image;
};

cs_err cs_view_begin(struct cs_call *c, struct cs_view *out);
void cs_view_clear(struct cs_view *v);

#define CS_PAGE_DEFAULT 25
#define CS_PAGE_MAX 1000

struct cs_page {
	int64_t page;
	int64_t per_page;
	int64_t total; /* matching items seen so far */
	json_t *items; /* those of this page */
};

/* page and per_page of the query. Errors: INVALID. */
cs_err cs_page_begin(struct cs_call *c, struct cs_page *out);
void cs_page_clear(struct cs_page *p);
/* Counts one matching item; true when it is on this page and is to be put. */
bool cs_page_takes(struct cs_page *p);
/* Takes item. */
void cs_page_put(struct cs_page *p, json_t *item);
/* With result_info. A page behind the last is an empty one (specs: Access §1.5). */
cs_err cs_page_answer(struct cs_call *c, struct cs_page *p);

/* What lists can be narrowed by; empty: not asked for. */
struct cs_filter {
	cs_str name;
	cs_str domain;
	cs_str aud;
	cs_str search;
	bool is_exact; /* exact=true: name and domain must be the whole text */
};

/* Errors: INVALID. */
cs_err cs_filter_begin(struct cs_call *c, struct cs_filter *out);
/* Whether text is, or (is_exact false) contains, what was asked for; ASCII case does not count. */
bool cs_filter_text(cs_str wanted, bool is_exact, cs_str text);
/* Whether nothing was asked for: rows need not be decoded. */
bool cs_filter_is_empty(const struct cs_filter *f);

/* --- writing --- */

struct cs_edit {
	struct cs_arena *arena;
	struct cs_op op;
	json_t *body;
	struct cs_config_change change;
};

/* Decodes the body. Errors: INVALID. */
cs_err cs_edit_begin(struct cs_call *c, struct cs_edit *out);
/* The same for bodies of up to max bytes. */
cs_err cs_edit_begin_wide(struct cs_call *c, size_t max, struct cs_edit *out);
/* For calls that take no body. */
void cs_edit_begin_empty(struct cs_call *c, struct cs_edit *out);
void cs_edit_clear(struct cs_edit *e);

#endif
