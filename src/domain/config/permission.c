#include "domain/config/permission.h"

#include <stdio.h>

uint32_t
cs_role_permissions(enum cs_role role)
{
	switch (role) {
	case CS_ROLE_OWNER:
		return CS_MAY_EVERYTHING;
	case CS_ROLE_ADMINISTRATOR:
		return CS_MAY_EVERYTHING & ~(uint32_t)CS_MAY_ACCOUNT_WRITE;
	case CS_ROLE_USER_MANAGER:
		return cs_role_permissions(CS_ROLE_HELP_DESK) | CS_MAY_USERS_WRITE;
	case CS_ROLE_HELP_DESK:
		return CS_MAY_ORGS_READ | CS_MAY_ORGS_REVOKE | CS_MAY_LOGS_READ |
		       CS_MAY_MEMBERS_READ | CS_MAY_RECOVERY_HELP | CS_MAY_OWN;
	case CS_ROLE_READ_ONLY:
		return CS_MAY_ORGS_READ | CS_MAY_APPS_READ | CS_MAY_LISTS_READ |
		       CS_MAY_SERVICE_TOKENS_READ | CS_MAY_LOGS_READ | CS_MAY_MEMBERS_READ |
		       CS_MAY_OWN;
	case CS_ROLE_NONE:
		break;
	}
	return 0;
}

#define TEXT(LITERAL) \
	{ \
		(LITERAL), sizeof(LITERAL) - 1 \
	}

static const struct cs_permission_row rows[] = {
#define P(NAME, BIT, WORDS) \
	{ (uint32_t)1 << (BIT), #NAME, TEXT(WORDS), \
		((CS_MAY_SEE_USER | CS_MAY_SEE_API_TOKENS) >> (BIT)&1) != 0 },
#include "domain/config/permissions.def"
#undef P
};

const struct cs_permission_row *
cs_permissions(size_t *count)
{
	*count = CS_COUNT(rows);
	return rows;
}

/* 30 hex that are ours, and the number of the bit. */
#define ID_FORMAT "c57e516000000000000000000000b0%02x", (unsigned)__builtin_ctz

cs_str
cs_permission_id(struct cs_arena *a, const struct cs_permission_row *row)
{
	return cs_arena_printf(a, ID_FORMAT(row->bit));
}

const struct cs_permission_row *
cs_permission_by_id(cs_str id)
{
	char text[40];

	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		int n = snprintf(text, sizeof(text), ID_FORMAT(rows[i].bit));
		if (cs_str_equal(id, (cs_str){ text, (size_t)n }))
			return &rows[i];
	}
	return NULL;
}
