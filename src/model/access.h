/*
 * access.h - what guards an application, in decoded form (specs: Access §3-§9).
 *
 * Plain structs without behaviour; all text and arrays are borrowed from whoever built them, as a
 * rule one arena for one snapshot. The wire form (JSON) is kept beside them in the store, byte for
 * byte as it was written, and decoded into these by domain/.
 */
#ifndef CS_MODEL_ACCESS_H
#define CS_MODEL_ACCESS_H

#include "base/id.h"
#include "base/net.h"
#include "base/span.h"
#include "base/time.h"

/* --- rules --- */

enum cs_rule_kind {
	/*
	 * Kept, and never judged here: lets nobody in, and does not lift a Block policy
	 * (docs/decisions/0002).
	 */
	CS_RULE_OTHER = 0,
	CS_RULE_EMAIL, /* text: the address, lower case */
	CS_RULE_EMAIL_DOMAIN, /* text: the domain, lower case, without @ */
	CS_RULE_EVERYONE,
	CS_RULE_IP, /* network */
	CS_RULE_GROUP, /* id: a rule group */
	CS_RULE_LOGIN_METHOD, /* id: an identity provider */
	CS_RULE_AUTH_METHOD, /* text: an RFC 8176 value that the provider sent */
	CS_RULE_EMAIL_LIST, /* id: a list of type EMAIL */
	CS_RULE_IP_LIST, /* id: a list of type IP */
	CS_RULE_GEO, /* text: ISO 3166-1 alpha-2, upper case */
	CS_RULE_SERVICE_TOKEN, /* id */
	CS_RULE_ANY_SERVICE_TOKEN,
	CS_RULE_OIDC, /* id: the provider; name: of its claim; text: the value, exactly */
	CS_RULE_AUTH_CONTEXT, /* id: the provider; text: a value of its acrs or acr, exactly */
	CS_RULE_LINKED_APP, /* id: the application whose token is presented */
};

struct cs_rule {
	enum cs_rule_kind kind;
	cs_str text;
	cs_str name;
	cs_id id;
	struct cs_network network;
};

struct cs_rule_list {
	const struct cs_rule *rules;
	size_t count;
};

/* Matches when any of include, all of require and none of exclude hold. */
struct cs_rules {
	struct cs_rule_list include;
	struct cs_rule_list exclude;
	struct cs_rule_list require;
};

struct cs_rule_group {
	cs_id id;
	cs_str name;
	struct cs_rules rules;
};

/* --- lists --- */

enum cs_list_type {
	CS_LIST_OTHER = 0, /* kept, judged by nothing here */
	CS_LIST_EMAIL, /* lower case */
	CS_LIST_IP, /* addresses and CIDR */
	CS_LIST_AAGUID, /* 32 hex digits, lower case */
};

/* In ascending order, each once, so that looking up is a binary search. */
struct cs_list {
	cs_id id;
	enum cs_list_type type;
	cs_str name;
	/* AAGUID: counts only when its attestation chain was verified; the default */
	bool wants_verified;
	const cs_str *texts; /* EMAIL, AAGUID */
	const struct cs_network *networks; /* IP */
	size_t count;
};

/* A programme's credential (specs: Access §12). */
struct cs_service_token {
	cs_id id;
	cs_str name;
	cs_str client_id; /* 32 hex digits, without the suffix ".access" */
	uint8_t secret_hash[32]; /* SHA-256 */
	bool has_previous;
	uint8_t previous_hash[32];
	cs_time previous_expires;
	bool is_enabled;
	cs_time expires; /* 0: never */
};

/* --- second factor settings --- */

/* The API's names of what may be asked; a bit set. */
enum cs_mfa_method {
	CS_MFA_TOTP = 1 << 0,
	CS_MFA_BIOMETRICS = 1 << 1,
	CS_MFA_SECURITY_KEY = 1 << 2,
};

/* One level's own setting (organisation, application or policy). */
struct cs_mfa_config {
	bool is_set; /* false: inherit everything */
	bool is_disabled; /* mfa_disabled */
	bool has_methods;
	unsigned methods; /* OR of enum cs_mfa_method */
	bool has_duration;
	int64_t duration_ms; /* 0: asked for each new application session */
};

/* What an identity provider's own second factor is worth (seeds: independent MFA; RFC 8176). */
struct cs_amr_config {
	bool is_enabled;
	int64_t duration_ms; /* 24 h unless set; 0: a valid value at every sign-in */
	bool counts_mfa; /* plain "mfa" counts as any allowed method; false unless set */
	bool applies_with_aaguids; /* the newer rule: also while a model list is on */
};

/* Which models may be enrolled. */
struct cs_model_config {
	bool has_required;
	cs_id required; /* a list of type AAGUID */
	bool has_denied;
	cs_id denied;
};

/* --- policies, applications --- */

enum cs_policy_decision {
	CS_POLICY_DENY = 0,
	CS_POLICY_ALLOW,
	CS_POLICY_BYPASS,
	CS_POLICY_NON_IDENTITY,
};

struct cs_policy {
	cs_id id;
	cs_str name;
	enum cs_policy_decision decision;
	struct cs_rules rules;
	struct cs_mfa_config mfa;
	bool has_session_duration;
	int64_t session_duration_ms;
};

/* host may hold one '*' per label, path one per segment (specs: Access §8.9). */
struct cs_destination {
	cs_str host; /* lower case, no port */
	cs_str path; /* begins with '/', or empty for everything */
};

enum cs_same_site { CS_SAME_SITE_NONE = 0, CS_SAME_SITE_LAX, CS_SAME_SITE_STRICT };

struct cs_application {
	cs_id id;
	uint8_t aud[32];
	cs_str name;
	cs_str domain; /* as written: the launcher's link */
	cs_str logo_url;
	const struct cs_destination *destinations;
	size_t destination_count;
	const cs_id *allowed_idps; /* none: all */
	size_t allowed_idp_count;
	bool has_session_duration;
	int64_t session_duration_ms;
	struct cs_mfa_config mfa;
	struct cs_model_config models; /* beside the organisation's: both must be met */
	const struct cs_policy *policies; /* ascending precedence */
	size_t policy_count;
	bool auto_redirect_to_identity;
	bool is_in_launcher;
	bool is_http_only;
	enum cs_same_site same_site;
	bool is_cookie_path_scoped;
	bool answers_401; /* service_auth_401_redirect */
	cs_str service_token_header; /* read_service_tokens_from_header, lower case; or empty */
	cs_str custom_deny_message;
	cs_str custom_deny_url;
};

struct cs_amr_mapping {
	cs_str value;
	unsigned methods; /* OR of enum cs_mfa_method */
};

enum cs_idp_type { CS_IDP_ONETIMEPIN = 0, CS_IDP_OIDC };

struct cs_identity_provider {
	cs_id id;
	enum cs_idp_type type;
	cs_str name;
	cs_str issuer; /* house key "issuer_url", or discovered from auth_url */
	cs_str client_id;
	cs_span sealed_client_secret; /* purpose "idp.client_secret", row = id */
	cs_str auth_url; /* empty: by discovery */
	cs_str token_url;
	cs_str certs_url;
	cs_str email_claim; /* "email" unless configured */
	const cs_str *scopes;
	size_t scope_count;
	const cs_str *claims; /* copied to the identity's oidc_fields */
	size_t claim_count;
	bool pkce_is_enabled;
	/* Asked of the provider (OIDC Core §3.1.2.1). */
	cs_str acr_values; /* empty: not asked */
	bool has_max_age;
	int64_t max_age_s; /* 0: the person must prove themselves now */
	/* Values that this provider really sends, and the method each counts as. */
	const struct cs_amr_mapping *amr_mappings;
	size_t amr_mapping_count;
	bool vouches_for_members; /* those of the account may sign in to the console by it */
	const cs_str *authoritative_domains; /* domains whose addresses this provider vouches for */
	size_t authoritative_domain_count;
};

/* Service tokens that nothing uses any more (specs: Access §12.8). */
struct cs_inactivity {
	bool is_on;
	bool deletes; /* else disables */
	int64_t days;
};

struct cs_organization {
	bool exists; /* false before the first POST: error 9999 */
	cs_str name;
	cs_str auth_domain; /* the auth host as the API names it, without scheme */
	int64_t session_duration_ms; /* global session; 24 h unless set */
	bool auto_redirect_to_identity;
	struct cs_mfa_config mfa; /* is_set when any method is allowed */
	bool mfa_is_required_for_all;
	struct cs_amr_config amr;
	struct cs_model_config models;
	bool models_are_rechecked; /* at every authentication; false unless set */
	unsigned
	    refused_statuses; /* bits of proto/mds.h: models reported like that may not enrol */
	bool users_have_backup_codes; /* false unless set */
	struct cs_inactivity inactivity;
	cs_str header_text; /* login_design */
	cs_str footer_text;
	cs_str logo_path;
};

/*
 * What one account's configuration says at one moment. Immutable once published to the gate.
 */
struct cs_access_config {
	cs_id account;
	cs_str account_name; /* "Countersign": the server realm, for members */
	cs_str auth_host; /* "auth.example.test", lower case, no port */
	cs_str auth_origin; /* "https://auth.example.test", with a port when not the default */
	struct cs_organization organization;
	const struct cs_application *applications;
	size_t application_count;
	const struct cs_rule_group *groups;
	size_t group_count;
	const struct cs_identity_provider *providers;
	size_t provider_count;
	const struct cs_list *lists;
	size_t list_count;
	const struct cs_service_token *service_tokens; /* by client_id */
	size_t service_token_count;
	bool judges_countries; /* some rule does: only then is an address looked up */
	bool
	    mfa_age_is_login_only; /* Cloudflare's way: do not compare a proof's age on each request */
};

#endif
