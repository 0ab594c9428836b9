/*
 * member.h - people who run an account, and what lets programmes act for them.
 */
#ifndef CS_MODEL_MEMBER_H
#define CS_MODEL_MEMBER_H

#include "base/id.h"
#include "base/span.h"
#include "base/time.h"

/* Kept as numbers in the store; never renumbered. */
enum cs_role {
	CS_ROLE_NONE = 0,
	CS_ROLE_OWNER = 1,
	CS_ROLE_ADMINISTRATOR = 2,
	CS_ROLE_USER_MANAGER = 3,
	CS_ROLE_HELP_DESK = 4,
	CS_ROLE_READ_ONLY = 5,
};

enum cs_member_status {
	CS_MEMBER_INVITED = 0, /* no password yet: cannot sign in */
	CS_MEMBER_ACTIVE = 1,
	CS_MEMBER_DISABLED = 2,
};

/* Why the next sign-in can only enrol; kept as a number in the store. */
enum cs_must_enrol {
	CS_MUST_ENROL_NOT = 0,
	CS_MUST_ENROL_RESET = 1, /* another owner or the operator took the second factor away */
};

/* Times: 0 is never. One login for all accounts; belongs to the server realm. */
struct cs_member {
	cs_id id;
	cs_str email; /* lower case */
	cs_str name;
	cs_str password_hash; /* empty while invited, and for single sign-on */
	enum cs_member_status status;
	cs_time created;
	cs_time email_verified;
	cs_time password_changed;
	cs_time password_reset; /* the last one by mail */
	cs_time two_factor_since; /* 0: off */
	enum cs_must_enrol must_enrol;
	cs_time frozen; /* since then they cannot change their own authenticators; 0: they can */
	cs_time last_sign_in; /* complete */
	/* single sign-on: who vouches for them; zero account: nobody, they have a password */
	cs_id sso_account;
	cs_id sso_provider;
	cs_str sso_sub; /* empty before the first sign-in */
};

/* How far a sign-in has come; kept as a number in the store. */
enum cs_member_stage {
	CS_MEMBER_DONE = 0,
	CS_MEMBER_CHALLENGE = 1, /* the password was right; the second factor is wanted */
	CS_MEMBER_ENROL = 2, /* nothing but enrolling is open */
};

struct cs_member_session {
	cs_id id;
	uint8_t token_hash[32];
	cs_id member;
	enum cs_member_stage stage;
	cs_id device; /* the browser; zero: of before browsers were noted */
	cs_str user_agent;
	cs_str address;
	unsigned method; /* of the second factor, enum cs_mfa_method; 0: none was asked for */
	cs_id recovery; /* stage ENROL: the case that opened it; zero: none */
	cs_id invitation_account; /* stage ENROL: what is accepted with it; zero: nothing */
	cs_id invitation;
	cs_time created;
	cs_time last_seen; /* a minute coarse */
	cs_time expires;
};

/* A browser that is not asked for the second factor. */
struct cs_remembered {
	cs_id id;
	cs_id member;
	cs_id device;
	cs_str user_agent;
	cs_str address;
	cs_time created;
	cs_time last_used;
	cs_time expires;
};

/* What a mailed link is good for; kept as a number in the store. */
enum cs_member_link_purpose {
	CS_LINK_VERIFY_EMAIL = 1,
	CS_LINK_CHANGE_EMAIL = 2,
	CS_LINK_RESET_PASSWORD = 3,
	CS_LINK_VERIFY_CONTACT = 4,
};

struct cs_member_link {
	cs_id id;
	cs_id member;
	enum cs_member_link_purpose purpose;
	uint8_t token_hash[32];
	cs_str email; /* that it is about */
	cs_time created;
	cs_time expires;
	cs_time used; /* 0: not yet */
};

/* Another address that is told what happens to a member; never where a code goes. */
struct cs_member_contact {
	cs_id id;
	cs_id member;
	cs_str email;
	cs_time verified; /* 0: not yet, and not written to */
	cs_time until; /* an address of before; 0: theirs */
	cs_time created;
};

enum cs_invitation_state {
	CS_INVITATION_OPEN = 0,
	CS_INVITATION_REDEEMED = 1,
	CS_INVITATION_WITHDRAWN = 2,
};

/* Bound to one address; good once. */
struct cs_invitation {
	cs_id account;
	cs_id id;
	cs_str email; /* lower case */
	enum cs_role role;
	uint8_t token_hash[32];
	enum cs_invitation_state state;
	int64_t tries; /* wrong passwords given with it */
	cs_id invited_by; /* zero: the operator */
	cs_time created;
	cs_time expires;
};

/* A bearer token of /client/v4; ends with its creator's membership. */
struct cs_api_token {
	cs_id account;
	cs_id id;
	cs_str name;
	uint8_t token_hash[32];
	cs_id creator;
	uint32_t permissions; /* bits of domain/config/permissions.def, as granted */
	bool is_disabled;
	cs_str condition; /* addresses that it may come from: JSON as written; empty: any */
	cs_time modified; /* 0: never */
	cs_time issued;
	cs_time last_used; /* 0: never; a minute coarse */
	cs_time not_before; /* 0: at once */
	cs_time expires; /* 0: never */
	/* read only: the creator as of now */
	enum cs_role creator_role;
	enum cs_member_status creator_status;
};

#endif
