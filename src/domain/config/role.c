#include "domain/config/role.h"

#define TEXT(LITERAL) \
	{ \
		(LITERAL), sizeof(LITERAL) - 1 \
	}

const struct cs_role_row cs_roles[CS_ROLES] = {
#define R(NAME, WIRE, WORDS, CF_NAME, CF_ID, CF_DESCRIPTION) \
	{ CS_ROLE_##NAME, TEXT(WIRE), TEXT(WORDS), TEXT(CF_NAME), TEXT(CF_ID), \
		TEXT(CF_DESCRIPTION) },
#include "domain/config/roles.def"
#undef R
};

const struct cs_role_row *
cs_role_row(enum cs_role role)
{
	static const struct cs_role_row none = { .role = CS_ROLE_NONE, .name = TEXT("none") };

	for (size_t i = 0; i < CS_ROLES; i++)
		if (cs_roles[i].role == role)
			return &cs_roles[i];
	return &none;
}

const struct cs_role_row *
cs_role_by_cloudflare_id(cs_str id)
{
	for (size_t i = 0; i < CS_ROLES; i++)
		if (cs_str_equal(cs_roles[i].cloudflare_id, id))
			return &cs_roles[i];
	return NULL;
}
