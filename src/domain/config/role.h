/*
 * role.h - the five roles by their names, here and elsewhere: rows of roles.def.
 */
#ifndef CS_DOMAIN_CONFIG_ROLE_H
#define CS_DOMAIN_CONFIG_ROLE_H

#include "base/id.h"
#include "base/span.h"
#include "model/member.h"

struct cs_role_row {
	enum cs_role role;
	cs_str name; /* on our wire: "user_manager" */
	cs_str words; /* "user manager" */
	cs_str cloudflare_name;
	cs_str cloudflare_id; /* 32 hex */
	cs_str description;
};

#define CS_ROLES 5
/* From the one that may most on; static storage. */
extern const struct cs_role_row cs_roles[CS_ROLES];

/* The row of a role; of NONE one without a name. */
const struct cs_role_row *cs_role_row(enum cs_role role);
/* By Cloudflare's id; NULL: there is none. */
const struct cs_role_row *cs_role_by_cloudflare_id(cs_str id);

#endif
