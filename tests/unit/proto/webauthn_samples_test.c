/*
 * Real registrations and sign-ins out of other projects' tests: accepted as they were there, but for
 * what docs/decisions/0401-refused-samples.md argues.
 */
#include "crypto/third_party.h"
#include "webauthn_told.h"

#define REGISTRATIONS "webauthn_real_registrations.json"

/* The deviations, by what makes them one. */
static bool
is_refused_by_decision(const json_t *row, enum cs_webauthn_verdict *why)
{
	const json_t *facts = json_object_get(row, "facts");
	json_int_t alg = json_integer_value(json_object_get(facts, "alg"));
	const char *fmt = json_string_value(json_object_get(facts, "fmt"));

	*why = CS_WA_FORMAT_DEPRECATED;
	if (fmt != NULL && strcmp(fmt, "android-safetynet") == 0)
		return true;
	*why = CS_WA_ALGORITHM;
	return alg >= -50 && alg <= -48;
}

/* What an honest site would say of a row whose file leaves it open. */
static enum cs_webauthn_verdict
expected_of(const json_t *row)
{
	cs_str expect = vector_text(row, "expect");
	enum cs_webauthn_verdict why;
	const json_t *first = json_array_get(json_object_get(row, "strictViolations"), 0);
	cs_str violation = cs_str_c(json_is_string(first) ? json_string_value(first) : "");

	if (cs_str_equal(expect, CS_STR("signature valid only")))
		return CS_WA_RP_ID;
	if (cs_str_equal(violation, CS_STR("UP=0")))
		return CS_WA_USER_PRESENCE;
	if (cs_str_equal(violation, CS_STR("aaguid ext mismatch")))
		return CS_WA_CERTIFICATE_AAGUID;
	/* The other violations are slips in the encoding of certificates: taken. */
	return is_refused_by_decision(row, &why) ? why : CS_WA_ACCEPTED;
}

static void
judge_samples(const char *name, size_t count)
{
	CS_AUTO(vectors_free) json_t *file = third_party_load(name);
	static struct told t;
	const json_t *row;
	size_t i;

	told_judge(file, &t);
	CHECK_INT(t.count, count);
	json_array_foreach(json_object_get(file, "cases"), i, row)
	{
		if (t.one[i].verdict != expected_of(row))
			fail_msg("%s: %s", t.one[i].id, cs_webauthn_name(t.one[i].verdict));
	}
}

TEST(real_registrations_are_accepted_but_for_the_ones_argued)
{
	judge_samples(REGISTRATIONS, 90);
}

TEST(real_sign_ins_are_accepted)
{
	judge_samples("webauthn_real_authentications.json", 21);
}

THIRD_PARTY_MAIN("proto/webauthn_samples", REGISTRATIONS)
