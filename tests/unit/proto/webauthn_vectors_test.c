/*
 * Our own cases, W3C's and what Chromium's virtual authenticator has said, each with its verdict.
 */
#include "webauthn_told.h"
#include "webauthn_sample.h"

#include <dirent.h>

/* --- ours: the verdict, and the reason that the file's words stand for --- */

static const struct {
	const char *words;
	enum cs_webauthn_verdict verdict;
} reasons[] = {
	{ "type must be webauthn.create", CS_WA_TYPE },
	{ "type", CS_WA_TYPE },
	{ "challenge", CS_WA_CHALLENGE },
	{ "origin", CS_WA_ORIGIN },
	{ "origin scheme", CS_WA_ORIGIN },
	{ "rpIdHash", CS_WA_RP_ID },
	{ "user presence", CS_WA_USER_PRESENCE },
	{ "user verification", CS_WA_USER_VERIFICATION },
	{ "flag consistency", CS_WA_BACKUP_FLAGS },
	{ "algorithm", CS_WA_ALGORITHM },
	{ "attestation signature", CS_WA_STATEMENT_SIGNATURE },
	{ "trust path", CS_WA_TRUST_PATH },
	{ "attestation required", CS_WA_ATTESTATION_REQUIRED },
	{ "aaguid policy", CS_WA_AAGUID },
	{ "CBOR", CS_WA_ATTESTATION_OBJECT_MALFORMED },
	{ "CBOR trailing", CS_WA_ATTESTATION_OBJECT_MALFORMED },
	{ "JSON", CS_WA_CLIENT_DATA_MALFORMED },
	{ "fmt unsupported", CS_WA_FORMAT_UNKNOWN },
	{ "invalid public key", CS_WA_PUBLIC_KEY },
	{ "crossOrigin", CS_WA_CROSS_ORIGIN },
	{ "signCount", CS_WA_COUNTER },
	{ "signature", CS_WA_SIGNATURE },
	{ "credential not allowed", CS_WA_CREDENTIAL_NOT_ALLOWED },
	{ "userHandle", CS_WA_USER_HANDLE_MISMATCH },
	{ "", CS_WA_ACCEPTED },
};

static enum cs_webauthn_verdict
verdict_named(const char *words)
{
	for (size_t i = 0; i < CS_COUNT(reasons); i++) {
		if (strcmp(reasons[i].words, words) == 0)
			return reasons[i].verdict;
	}
	fail_msg("the file has a reason that this test does not know: %s", words);
	return CS_WA_UNJUDGED;
}

TEST(our_cases_have_their_verdict_and_their_reason)
{
	CS_AUTO(vectors_free) json_t *file = vectors_load("webauthn_generated.json");
	const json_t *row;
	struct told t;
	size_t i;

	told_judge(file, &t);
	CHECK_INT(t.count, 57);
	json_array_foreach(json_object_get(file, "cases"), i, row)
	{
		CHECK_TEXT(vector_text(row, "id"), t.one[i].id);
		CHECK_INT(t.one[i].verdict, verdict_named(vector_text(row, "reason").p));
		CHECK_TEXT(vector_text(row, "expect"),
		    t.one[i].verdict == CS_WA_ACCEPTED ? "accept" : "reject");
	}
}

TEST(verdicts_come_without_what_the_file_says_about_them)
{
	CS_AUTO(vectors_free) json_t *file = vectors_load("webauthn_generated.json");
	struct told with, without;
	json_t *row;
	size_t i;

	told_judge(file, &with);
	json_array_foreach(json_object_get(file, "cases"), i, row)
	{
		json_object_set_new(row, "expect", json_string("accept"));
		json_object_del(row, "reason");
		json_object_del(row, "name");
		json_object_del(row, "note");
		json_object_del(row, "expectState");
	}
	told_judge(file, &without);
	CHECK(memcmp(&with, &without, sizeof(with)) == 0);
}

TEST(w3c_vectors_are_all_accepted)
{
	CS_AUTO(vectors_free) json_t *file = vectors_load("webauthn_w3c_l3.json");
	struct told t;

	told_judge(file, &t);
	CHECK_INT(t.count, 20);
	CHECK_TEXT(cs_str_c(t.one[0].id), "w3c-none-es256/registration");
	CHECK_TEXT(cs_str_c(t.one[1].id), "w3c-none-es256/authentication");
	for (size_t i = 0; i < t.count; i++)
		CHECK_INT(t.one[i].verdict, CS_WA_ACCEPTED);
}

/* --- settings of a site --- */

/* The verdict on one case with one more override. */
static enum cs_webauthn_verdict
with_override(const char *id, const char *name, json_t *value)
{
	CS_AUTO(vectors_free) json_t *file = vectors_load("webauthn_generated.json");
	json_t *row, *only = json_array();
	struct told t;
	size_t i;

	json_array_foreach(json_object_get(file, "cases"), i, row)
	{
		if (strcmp(json_string_value(json_object_get(row, "id")), id) != 0)
			continue;
		json_object_set_new(json_object_get(row, "rpOverrides"), name, value);
		json_array_append(only, row);
	}
	json_object_set_new(file, "cases", only);
	told_judge(file, &t);
	CHECK_INT(t.count, 1);
	return t.one[0].verdict;
}

TEST(every_setting_of_a_site_is_honoured)
{
	CHECK_INT(with_override("gs-r01", "rpId", json_string("other.test")), CS_WA_RP_ID);
	CHECK_INT(with_override("gs-r01", "origins", json_pack("[s]", "https://other.test")),
	    CS_WA_ORIGIN);
	CHECK_INT(with_override("gs-r01", "origins", json_array()), CS_WA_ORIGIN);
	CHECK_INT(with_override("gs-r16", "origins",
		      json_pack("[s,s]", "https://a.test", "https://evil.test")),
	    CS_WA_ACCEPTED);
	CHECK_INT(with_override("gs-r01", "allowedAlgs", json_pack("[i]", -8)), CS_WA_ALGORITHM);
	CHECK_INT(with_override("gs-r01", "allowedAlgs", json_array()), CS_WA_ALGORITHM);
	CHECK_INT(with_override("gs-r11", "userVerification", json_string("required")),
	    CS_WA_USER_VERIFICATION);
	CHECK_INT(with_override("gs-r01", "requireTrustedAttestation", json_true()),
	    CS_WA_ATTESTATION_REQUIRED);
	CHECK_INT(with_override("gs-r25", "trustRoots", json_pack("[s]", "untrusted_root")),
	    CS_WA_ACCEPTED);
	CHECK_INT(with_override("gs-r09", "trustRoots", json_pack("[s]", "untrusted_root")),
	    CS_WA_TRUST_PATH);
	CHECK_INT(with_override("gs-r09", "trustRoots", json_array()), CS_WA_TRUST_PATH);
	CHECK_INT(
	    with_override("gs-r12", "allowBackupEligible", json_false()), CS_WA_BACKUP_ELIGIBLE);
}

TEST(a_list_of_models_asks_for_proof)
{
	const char *own = "d1d4f1189a52b51f36973a79534255e5";

	CHECK_INT(with_override("gs-r01", "aaguidAllow", json_pack("[s]", own)),
	    CS_WA_ATTESTATION_REQUIRED);
	CHECK_INT(with_override("gs-r09", "aaguidAllow", json_pack("[s]", own)), CS_WA_ACCEPTED);
	CHECK_INT(with_override("gs-r09", "aaguidAllow",
		      json_pack("[s]", "d1d4f118-9a52-b51f-3697-3a79534255e5")),
	    CS_WA_ACCEPTED);
	CHECK_INT(
	    with_override("gs-r09", "aaguidAllow", json_pack("[s]", "aaguid_A")), CS_WA_ACCEPTED);
	CHECK_INT(
	    with_override("gs-r09", "aaguidAllow", json_pack("[s]", "aaguid_B")), CS_WA_AAGUID);
	CHECK_INT(with_override("gs-r09", "aaguidAllow", json_array()), CS_WA_AAGUID);
	CHECK_INT(with_override("gs-r09", "aaguidAllow", json_null()), CS_WA_ACCEPTED);
	CHECK_INT(with_override("gs-r09", "aaguidDeny", json_pack("[s]", own)), CS_WA_AAGUID);
	CHECK_INT(with_override("gs-r01", "aaguidDeny", json_pack("[s]", own)), CS_WA_AAGUID);
}

/* The verdict on W3C's registration id where models of list (NULL: any) with W3C's root are taken. */
static enum cs_webauthn_verdict
with_w3c_root(const char *id, const char *list)
{
	CS_AUTO(vectors_free) json_t *file = vectors_load("webauthn_w3c_l3.json");
	json_t *row, *only = json_array();
	struct told t;
	size_t i;

	json_array_foreach(json_object_get(file, "vectors"), i, row)
	{
		if (strcmp(json_string_value(json_object_get(row, "id")), id) != 0)
			continue;
		json_array_append(only, row);
		json_object_set_new(file, "rpDefaults",
		    json_pack("{s:b, s:[O], s:b}", "allowCrossOrigin", 1, "trustRoots",
			json_object_get(file, "attestationRootDer"), "requireTrustedAttestation",
			1));
		if (list != NULL)
			json_object_set(json_object_get(file, "rpDefaults"), "aaguidAllow",
			    json_object_get(json_object_get(row, "registration"), list));
	}
	json_object_set_new(file, "vectors", only);
	told_judge(file, &t);
	CHECK_INT(t.count, 2);
	return t.one[0].verdict;
}

TEST(a_u2f_signature_is_no_proof_of_a_model)
{
	CHECK_INT(with_w3c_root("w3c-packed-es256", NULL), CS_WA_ACCEPTED);
	CHECK_INT(with_w3c_root("w3c-packed-es256", "aaguid"), CS_WA_ACCEPTED);
	CHECK_INT(with_w3c_root("w3c-fido-u2f-es256", NULL), CS_WA_ACCEPTED);
	CHECK_INT(with_w3c_root("w3c-fido-u2f-es256", "aaguid"), CS_WA_AAGUID);
}

TEST(a_credential_that_is_registered_already_is_refused)
{
	CS_AUTO(vectors_free) json_t *file = vectors_load("webauthn_generated.json");
	json_t *row = json_array_get(json_object_get(file, "cases"), 0);
	struct told t;

	json_object_set_new(row, "excludeCredentials",
	    json_pack("[s,{s:O}]", "AAAA", "id", json_object_get(row, "credentialId")));
	told_judge(file, &t);
	CHECK_INT(t.one[0].verdict, CS_WA_CREDENTIAL_KNOWN);
	json_object_set_new(row, "excludeCredentials", json_pack("[s]", "AAAA"));
	told_judge(file, &t);
	CHECK_INT(t.one[0].verdict, CS_WA_ACCEPTED);
}

/* A list of so many ids that are somebody else's, and then the credential's own. */
static json_t *
list_ending_in(json_t *id, size_t before)
{
	json_t *list = json_array();

	for (size_t i = 0; i < before; i++)
		json_array_append_new(list, json_string("AAAA"));
	json_array_append(list, id);
	return list;
}

TEST(a_list_is_read_to_its_end_or_not_judged)
{
	CS_AUTO(vectors_free) json_t *file = vectors_load("webauthn_generated.json");
	json_t *row = json_array_get(json_object_get(file, "cases"), 0);
	json_t *id = json_object_get(row, "credentialId");
	const char *problem;
	struct told t;

	json_object_set_new(row, "excludeCredentials", list_ending_in(id, 1023));
	told_judge(file, &t);
	CHECK_INT(t.one[0].verdict, CS_WA_CREDENTIAL_KNOWN);
	json_object_set_new(row, "excludeCredentials", list_ending_in(id, 1024));
	char *text = json_dumps(file, JSON_COMPACT);
	t = (struct told){ 0 };
	CHECK_ERR(cs_webauthn_cases_judge(
		      CS_SPAN(text, strlen(text)), cs_seconds(1), told_add, &t, &problem),
	    INVALID);
	free(text);
	CHECK_INT(t.count, 0);
}

TEST(a_file_of_another_shape_is_refused)
{
	const char *texts[] = { "", "[]", "{}", "{\"cases\":{}}", "{\"vectors\":7}",
		"{\"cases\":[{}]}", "{\"cases\":[{\"id\":\"a\"}]}",
		"{\"cases\":[{\"id\":\"a\",\"kind\":\"b\"}]}", "{\"cases\":[7]}",
		"{\"vectors\":[{\"id\":\"a\"}]}" };
	struct told t = { 0 };
	const char *problem;

	for (size_t i = 0; i < CS_COUNT(texts); i++) {
		CHECK_ERR(cs_webauthn_cases_judge(cs_str_span(cs_str_c(texts[i])), cs_seconds(1),
			      told_add, &t, &problem),
		    INVALID);
		CHECK(strlen(problem) != 0);
	}
	CHECK_INT(t.count, 0);
	CHECK_ERR(cs_webauthn_cases_judge(CS_SPAN(NULL, CS_WEBAUTHN_CASES_MAX_BYTES + 1),
		      cs_seconds(1), told_add, &t, &problem),
	    LIMIT);
}

TEST(a_case_that_lacks_everything_is_refused_and_not_an_error)
{
	CS_AUTO(vectors_free)
	json_t *file = json_pack("{s:[{s:s,s:s},{s:s,s:s},{s:s,s:s,s:[i],s:i}]}", "cases", "id",
	    "a", "kind", "registration", "id", "b", "kind", "authentication", "id", "c", "kind",
	    "authentication", "allowCredentials", 7, "challenge", 7);
	struct told t;

	told_judge(file, &t);
	CHECK_INT(t.count, 3);
	for (size_t i = 0; i < t.count; i++)
		CHECK(t.one[i].verdict > CS_WA_ACCEPTED);
}

/* --- Chromium --- */

static void
judge_chromium(const char *name)
{
	char path[512];
	struct sample s = { .arena = cs_arena_new(16 << 20) };
	struct cs_webauthn_registered r;
	struct cs_webauthn_asserted a;

	snprintf(path, sizeof(path), "chromium/%s", name);
	CS_AUTO(vectors_free) json_t *file = vectors_load(path);
	s.credential = json_incref(json_object_get(file, "registration"));
	sample_site(&s, "localhost", vector_text(file, "origin"), sample_challenge(&s));
	bool wants_proof = strstr(name, ".none.") == NULL;
	s.expected.needs_uv = strstr(name, "-UV") != NULL;
	s.expected.needs_attestation = wants_proof;
	if (sample_register(&s, &r) != CS_WA_ACCEPTED)
		fail_msg("%s: %s", name, cs_webauthn_name(r.verdict));
	CHECK(r.attestation.kind == (wants_proof ? CS_ATTESTATION_CHAIN : CS_ATTESTATION_NONE));
	CHECK(r.is_backup_eligible == (strstr(name, "BEBS") != NULL));
	CHECK(cs_webauthn_method(&r) ==
	      (strncmp(name, "internal", 8) == 0 || strncmp(name, "hybrid", 6) == 0
		      ? CS_WEBAUTHN_BIOMETRICS
		      : CS_WEBAUTHN_SECURITY_KEY));

	json_decref(s.credential);
	s.credential = json_incref(json_object_get(file, "authentication"));
	s.expected.challenge = sample_challenge(&s);
	s.known = (struct cs_webauthn_credential){
		.id = r.credential_id,
		.key_bytes = r.key_bytes,
		.sign_count = r.sign_count,
		.is_backup_eligible = r.is_backup_eligible,
	};
	s.expected.allowed = &s.known.id;
	s.expected.allowed_count = 1;
	const json_t *handle =
	    json_object_get(json_object_get(s.credential, "response"), "userHandle");
	if (json_is_string(handle))
		s.known.user_handle = sample_get(&s, "userHandle");
	if (sample_assert(&s, &a) != CS_WA_ACCEPTED)
		fail_msg("%s: %s", name, cs_webauthn_name(a.verdict));
	CHECK(a.sign_count > r.sign_count);
	s.known.sign_count = a.sign_count;
	CHECK_INT(sample_assert(&s, &a), CS_WA_COUNTER);
	sample_close(&s);
}

TEST(what_chromium_says_is_accepted_and_its_second_use_is_not)
{
	char path[1024];
	const char *folder = getenv("CS_TEST_VECTORS");
	size_t count = 0;

	snprintf(path, sizeof(path), "%s/chromium", folder != NULL ? folder : "tests/vectors");
	DIR *d = opendir(path);
	CHECK(d != NULL);
	for (struct dirent *e; (e = readdir(d)) != NULL;) {
		if (strstr(e->d_name, ".json") == NULL)
			continue;
		judge_chromium(e->d_name);
		count++;
	}
	closedir(d);
	CHECK_INT(count, 18);
}

TEST_MAIN("proto/webauthn_vectors")
