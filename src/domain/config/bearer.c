#include "domain/config/bearer.h"

#include "base/codec.h"
#include "crypto/secret.h"

#define RANDOM_BYTES 32

void
cs_bearer_make(const struct cs_random *rng, struct cs_arena *a, const char *prefix, cs_str *text,
    uint8_t hash[static CS_SHA256_LEN])
{
	uint8_t bytes[RANDOM_BYTES];
	cs_random_fill(rng, bytes, sizeof(bytes));
	cs_str tail = cs_base64url_text(a, CS_SPAN(bytes, sizeof(bytes)));
	cs_wipe(bytes, sizeof(bytes));
	*text = cs_arena_printf(a, "%s%.*s", prefix, CS_STR_ARG(tail));
	cs_sha256(cs_str_span(*text), hash);
}

cs_err
cs_bearer_hash(cs_str text, const char *prefix, uint8_t hash[static CS_SHA256_LEN])
{
	memset(hash, 0, CS_SHA256_LEN);
	uint8_t bytes[RANDOM_BYTES];
	cs_str head = cs_str_c(prefix);
	if (!cs_str_starts(text, head))
		return CS_FAIL(INVALID);
	cs_err e = cs_base64url_exact(cs_str_slice(text, head.len, text.len), sizeof(bytes), bytes);
	cs_wipe(bytes, sizeof(bytes));
	CS_TRY(e);
	cs_sha256(cs_str_span(text), hash);
	return CS_OK;
}
