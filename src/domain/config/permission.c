#include "domain/config/permission.h"

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
