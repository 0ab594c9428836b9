#include "proto/webauthn_verdict.h"

#include "base/err.h"

static const struct {
	const char *name;
	const char *words;
} verdicts[] = {
	[CS_WA_UNJUDGED] = { "UNJUDGED", "nothing was judged" },
	[CS_WA_ACCEPTED] = { "ACCEPTED", "accepted" },
#define R(NAME, WORDS) [CS_WA_##NAME] = { #NAME, WORDS },
#include "proto/webauthn_refusals.def"
#undef R
};

const char *
cs_webauthn_words(enum cs_webauthn_verdict v)
{
	CS_ASSERT((size_t)v < CS_COUNT(verdicts));
	return verdicts[v].words;
}

const char *
cs_webauthn_name(enum cs_webauthn_verdict v)
{
	CS_ASSERT((size_t)v < CS_COUNT(verdicts));
	return verdicts[v].name;
}
