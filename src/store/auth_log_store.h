/*
 * auth_log_store.h - who came to which application, and who was sent away: the sign-in log.
 */
#ifndef CS_STORE_AUTH_LOG_STORE_H
#define CS_STORE_AUTH_LOG_STORE_H

#include "base/time.h"
#include "store/store.h"

struct cs_auth_entry {
	cs_id account;
	cs_id id;
	cs_time at;
	cs_id user; /* zero: nobody known */
	cs_str email; /* may be empty */
	cs_str address;
	cs_str country; /* two capital letters, or empty */
	cs_id application; /* zero: the portal itself */
	cs_str app_name;
	cs_str app_domain;
	cs_str action; /* "login", "logout" */
	cs_str connection; /* "oidc", "onetimepin", "service-token" */
	cs_id provider; /* zero: none */
	bool is_allowed;
	bool is_identity; /* false: a programme */
	cs_str reason; /* why not: domain/auth_reasons.def; empty when allowed */
	unsigned method; /* of the second factor; bits of enum cs_mfa_method, or 0 */
	cs_str ray; /* 16 hex digits: the request's id */
};

/* One condition of a question: not asked, as said, or everything else. */
enum cs_auth_match { CS_AUTH_ANY = 0, CS_AUTH_IS, CS_AUTH_IS_NOT };

#define CS_AUTH_EMAIL_MAX 320

struct cs_auth_query {
	cs_time since; /* included */
	cs_time until; /* not included */
	bool is_oldest_first;
	enum cs_auth_match email_match;
	cs_str email; /* lower case */
	bool email_is_part; /* anywhere in the address */
	enum cs_auth_match allowed_match;
	bool is_allowed;
	enum cs_auth_match application_match;
	cs_id application;
	enum cs_auth_match has_application_match; /* IS: of an application, not of the portal */
	enum cs_auth_match country_match;
	cs_str country;
	enum cs_auth_match connection_match;
	cs_str connection;
	enum cs_auth_match provider_match;
	cs_id provider;
	enum cs_auth_match identity_match;
	bool is_identity;
	enum cs_auth_match ray_match;
	cs_str ray;
	enum cs_auth_match user_match;
	cs_id user;
	enum cs_auth_match action_match;
	cs_str action;
	int64_t max; /* entries; at most CS_AUTH_LOG_MAX */
	int64_t skip;
};

#define CS_AUTH_LOG_MAX 1000

/* email_key: the address in lower case. An entry with this id that is there already stays. */
cs_err cs_auth_log_add(struct cs_tx *tx, const struct cs_auth_entry *e, cs_str email_key);
cs_err cs_auth_log_list(struct cs_tx *tx, cs_id account, const struct cs_auth_query *query,
    const struct cs_auth_entry **out, size_t *out_count);
/* Of every account. */
cs_err cs_auth_log_sweep(struct cs_tx *tx, cs_time before);

#endif
