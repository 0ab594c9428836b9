/*
 * permission.h - what somebody may do through the configuration API.
 */
#ifndef CS_DOMAIN_CONFIG_PERMISSION_H
#define CS_DOMAIN_CONFIG_PERMISSION_H

#include <stdint.h>

#include "base/arena.h"
#include "model/member.h"

enum cs_permission {
#define P(NAME, BIT, TEXT) CS_MAY_##NAME = 1 << (BIT),
#include "domain/config/permissions.def"
#undef P
};

/* Everything there is, and what later versions add. */
#define CS_MAY_EVERYTHING ((uint32_t)0x7fffffff)

/* Reading needs any permission of its area (specs: Access §2). */
#define CS_MAY_SEE_APPS (CS_MAY_APPS_READ | CS_MAY_APPS_WRITE | CS_MAY_APPS_REVOKE)
#define CS_MAY_SEE_ORGS (CS_MAY_ORGS_READ | CS_MAY_ORGS_WRITE | CS_MAY_ORGS_REVOKE)
/* Changing people: who may change the organization may that too. */
#define CS_MAY_CHANGE_USERS (CS_MAY_USERS_WRITE | CS_MAY_ORGS_WRITE)
/* Ending sessions, and what leads somebody back in who is locked out. */
#define CS_MAY_HELP_USERS (CS_MAY_ORGS_REVOKE | CS_MAY_CHANGE_USERS)
#define CS_MAY_SEE_LISTS (CS_MAY_LISTS_READ | CS_MAY_LISTS_WRITE)
#define CS_MAY_SEE_SERVICE_TOKENS (CS_MAY_SERVICE_TOKENS_READ | CS_MAY_SERVICE_TOKENS_WRITE)

#define CS_MAY_SEE_MEMBERS (CS_MAY_MEMBERS_READ | CS_MAY_MEMBERS_WRITE | CS_MAY_RECOVERY_HELP)
#define CS_MAY_SEE_RECOVERY (CS_MAY_MEMBERS_WRITE | CS_MAY_RECOVERY_HELP)
#define CS_MAY_SEE_ACCOUNT (CS_MAY_ACCOUNT_READ | CS_MAY_ACCOUNT_WRITE)
/* About themselves: every member. */
#define CS_MAY_SEE_USER (CS_MAY_USER_READ | CS_MAY_USER_WRITE)
#define CS_MAY_SEE_API_TOKENS (CS_MAY_API_TOKENS_READ | CS_MAY_API_TOKENS_WRITE)
#define CS_MAY_OWN (CS_MAY_SEE_USER | CS_MAY_SEE_API_TOKENS | CS_MAY_ACCOUNT_READ)

/* A row of permissions.def, as other programmes know it. */
struct cs_permission_row {
	uint32_t bit;
	const char *name; /* "APPS_READ" */
	cs_str text; /* Cloudflare's name */
	bool is_of_user; /* about the member alone, not about an account */
};

#define CS_PERMISSIONS_MAX 31
/* All of them in the order of their bits; static storage. */
const struct cs_permission_row *cs_permissions(size_t *count);
/* 32 hex that never change, in the arena. */
cs_str cs_permission_id(struct cs_arena *a, const struct cs_permission_row *row);
/* By that id. NULL: there is none. */
const struct cs_permission_row *cs_permission_by_id(cs_str id);

/* The most that a member of this role may do, and so the most that their tokens may. */
uint32_t cs_role_permissions(enum cs_role role);

#endif
