#include "domain/refusal.h"

const char *
cs_refusal_code(enum cs_refusal_kind kind)
{
	static const char *const codes[CS_REFUSAL_COUNT] = {
		[CS_REFUSAL_NONE] = "",
#define R(NAME, CODE) [CS_REFUSAL_##NAME] = CODE,
#include "domain/refusal.def"
#undef R
	};

	return kind < CS_REFUSAL_COUNT ? codes[kind] : "unavailable";
}
