/*
 * webauthn_fuzz.c - the browser's JSON, as a registration and as an assertion. No secret is known to the
 * input, so that no assertion can be accepted by a key that is not in it.
 */
#include "proto/webauthn.h"

#include "fuzz.h"

/* An Ed25519 key of which nobody has the private half: RFC 8032 §7.1, test 1's, cut off from it. */
static const uint8_t key[] = "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20"
			     "\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a"
			     "\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const cs_str origins[] = { { "https://login.countersign.test", 30 },
		{ "http://localhost:35279", 22 } };
	static const cs_span id = { (const uint8_t *)"\0\0\0", 3 };
	const struct cs_webauthn_expected expected = {
		.rp_id = { "login.countersign.test", 22 },
		.origins = origins,
		.origin_count = 2,
		.challenge = { (const uint8_t *)"0123456789abcdef", 16 },
		.allowed = &id,
		.allowed_count = 1,
	};
	const struct cs_webauthn_credential known = {
		.id = id,
		.key_bytes = { key, sizeof(key) - 1 },
		.user_handle = { (const uint8_t *)"u", 1 },
	};
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4 << 20);
	struct cs_webauthn_registered r;
	struct cs_webauthn_asserted s;
	cs_span found, handle;

	CS_ASSERT(!cs_failed(cs_webauthn_register(a, &expected, CS_SPAN(data, size), &r)));
	CS_ASSERT(r.verdict > CS_WA_UNJUDGED && r.verdict < CS_WA_COUNT);
	if (r.verdict == CS_WA_ACCEPTED)
		CS_ASSERT(r.credential_id.len != 0 && r.key_bytes.len != 0 && r.key.alg != 0);
	else
		CS_ASSERT(r.key_bytes.len == 0 && r.attestation.x5c_count == 0);
	CS_ASSERT(!cs_failed(cs_webauthn_assert(a, &expected, &known, CS_SPAN(data, size), &s)));
	CS_ASSERT(s.verdict > CS_WA_ACCEPTED && s.verdict < CS_WA_COUNT);
	if (cs_failed(cs_webauthn_assertion_id(a, CS_SPAN(data, size), &found, &handle)))
		CS_ASSERT(found.len == 0 && handle.len == 0);
	else
		CS_ASSERT(found.len != 0);
	return 0;
}
