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

/* One login for all accounts; belongs to the server realm. */
struct cs_member {
	cs_id id;
	cs_str email; /* lower case */
	cs_str name;
	cs_str password_hash; /* empty while invited */
	enum cs_member_status status;
	cs_time created;
};

struct cs_member_session {
	cs_id id;
	uint8_t token_hash[32];
	cs_id member;
	cs_time created;
	cs_time expires;
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
	cs_time issued;
	cs_time last_used; /* 0: never; a minute coarse */
	cs_time not_before; /* 0: at once */
	cs_time expires; /* 0: never */
	/* read only: the creator as of now */
	enum cs_role creator_role;
	enum cs_member_status creator_status;
};

#endif
