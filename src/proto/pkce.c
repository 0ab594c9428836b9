#include "proto/pkce.h"

#include "base/codec.h"
#include "crypto/mac.h"

bool
cs_pkce_verifier_is_valid(cs_str verifier)
{
	if (verifier.len < 43 || verifier.len > 128)
		return false;
	for (size_t i = 0; i < verifier.len; i++) {
		char c = verifier.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '-' || c == '.' || c == '_' || c == '~'))
			return false;
	}
	return true;
}

void
cs_pkce_challenge(cs_str verifier, char out[static CS_PKCE_CHALLENGE_LEN])
{
	uint8_t digest[CS_SHA256_LEN];
	struct cs_buf text;

	cs_sha256(cs_str_span(verifier), digest);
	cs_buf_init(&text, CS_PKCE_CHALLENGE_LEN);
	cs_base64url_encode(CS_SPAN(digest, sizeof(digest)), &text);
	CS_ASSERT(text.len == CS_PKCE_CHALLENGE_LEN);
	memcpy(out, text.p, CS_PKCE_CHALLENGE_LEN);
	cs_buf_clear(&text);
}
