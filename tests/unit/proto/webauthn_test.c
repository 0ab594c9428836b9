#include "webauthn_sample.h"

/* --- what is accepted, and what it says --- */

TEST(a_registration_says_everything_that_has_to_be_stored)
{
	struct sample s;
	struct cs_webauthn_registered r;

	sample_open(&s, "gs-r12");
	CHECK_INT(sample_register(&s, &r), CS_WA_ACCEPTED);
	CHECK(r.credential_id.len == 32 && r.key.alg == CS_SIG_ES256 && r.key.kind == CS_KEY_P256);
	CHECK(r.key_bytes.len == 77 && r.sign_count == 0 && r.is_user_verified);
	CHECK(r.is_backup_eligible && r.is_backed_up && r.has_aaguid);
	CHECK(r.aaguid[0] == 0xd1 && r.aaguid[15] == 0xe5);
	CHECK_TEXT(r.attestation.format, "none");
	CHECK(r.attestation.kind == CS_ATTESTATION_NONE && r.attestation.x5c_count == 0);
	cs_span object = sample_get(&s, "attestationObject");
	CHECK(r.attestation_object.len == object.len &&
	      memcmp(r.attestation_object.p, object.p, object.len) == 0);
	sample_close(&s);
}

TEST(a_packed_registration_hands_out_its_chain_leaf_first)
{
	struct sample s;
	struct cs_webauthn_registered r;

	sample_open(&s, "gs-r09");
	s.expected.needs_attestation = true;
	CHECK_INT(sample_register(&s, &r), CS_WA_ACCEPTED);
	CHECK_TEXT(r.attestation.format, "packed");
	CHECK(r.attestation.kind == CS_ATTESTATION_CHAIN && r.attestation.x5c_count >= 1);
	CHECK(r.attestation.x5c[0].p[0] == 0x30);
	sample_close(&s);
}

TEST(a_stored_attestation_object_can_be_judged_again)
{
	struct sample s;
	struct cs_webauthn_registered r;
	struct cs_attestation again;
	uint8_t hash[32];

	sample_open(&s, "gs-r09");
	CHECK_INT(sample_register(&s, &r), CS_WA_ACCEPTED);
	CHECK_OK(cs_webauthn_attestation(
	    s.arena, r.attestation_object, CS_SPAN(r.client_hash, 32), &again));
	CHECK(again.verdict == CS_WA_ACCEPTED && again.kind == CS_ATTESTATION_CHAIN);
	CHECK_INT(again.x5c_count, r.attestation.x5c_count);
	memcpy(hash, r.client_hash, 32);
	hash[0] ^= 1;
	CHECK_OK(cs_webauthn_attestation(s.arena, r.attestation_object, CS_SPAN(hash, 32), &again));
	CHECK_INT(again.verdict, CS_WA_STATEMENT_SIGNATURE);
	CHECK_OK(cs_webauthn_attestation(s.arena, r.attestation_object, CS_SPAN(hash, 31), &again));
	CHECK(again.verdict != CS_WA_ACCEPTED);
	CHECK_OK(cs_webauthn_attestation(s.arena, CS_SPAN_NONE, CS_SPAN(hash, 32), &again));
	CHECK_INT(again.verdict, CS_WA_ATTESTATION_OBJECT_MALFORMED);
	sample_close(&s);
}

TEST(an_assertion_says_what_has_changed)
{
	struct sample s;
	struct cs_webauthn_asserted r;

	sample_open(&s, "gs-a42");
	CHECK_INT(sample_assert(&s, &r), CS_WA_ACCEPTED);
	CHECK(r.sign_count == 43 && r.is_user_verified && !r.is_backed_up);
	CHECK(!r.counter_stood_still);
	sample_close(&s);
	sample_open(&s, "gs-a56");
	CHECK_INT(sample_assert(&s, &r), CS_WA_ACCEPTED);
	CHECK(r.is_backed_up);
	sample_close(&s);
}

TEST(what_was_refused_leaves_nothing_to_store)
{
	struct sample s;
	struct cs_webauthn_registered r;

	sample_open(&s, "gs-r12");
	s.expected.refuses_backup_eligible = true;
	CHECK_INT(sample_register(&s, &r), CS_WA_BACKUP_ELIGIBLE);
	CHECK(r.credential_id.len == 32 && r.has_aaguid && r.aaguid[0] == 0xd1);
	CHECK(r.key_bytes.len == 0 && r.key.alg == 0 && r.attestation_object.len == 0);
	CHECK(!r.is_user_verified && !r.is_backup_eligible);
	sample_close(&s);
}

TEST(zeroed_memory_is_not_accepted)
{
	struct cs_webauthn_registered r = { 0 };
	struct cs_webauthn_asserted a = { 0 };

	CHECK(r.verdict != CS_WA_ACCEPTED && a.verdict != CS_WA_ACCEPTED);
	CHECK(r.attestation.verdict != CS_WA_ACCEPTED);
	CHECK_TEXT(cs_str_c(cs_webauthn_name(CS_WA_TOP_ORIGIN)), "TOP_ORIGIN");
	CHECK_TEXT(cs_str_c(cs_webauthn_words(CS_WA_ORIGIN)), "the origin is not one of ours");
}

/* --- the site's own expectations --- */

/* What a change of the site makes of a registration that was fine. */
static enum cs_webauthn_verdict
registration_at(const char *id, void (*change)(struct sample *))
{
	struct sample s;
	struct cs_webauthn_registered r;

	sample_open(&s, id);
	change(&s);
	enum cs_webauthn_verdict v = sample_register(&s, &r);
	sample_close(&s);
	return v;
}

static enum cs_webauthn_verdict
assertion_at(const char *id, void (*change)(struct sample *))
{
	struct sample s;
	struct cs_webauthn_asserted a;

	sample_open(&s, id);
	change(&s);
	enum cs_webauthn_verdict v = sample_assert(&s, &a);
	sample_close(&s);
	return v;
}

static void
as_it_is(struct sample *s)
{
}

static void
no_challenge(struct sample *s)
{
	s->expected.challenge = CS_SPAN_NONE;
}

static void
longer_challenge(struct sample *s)
{
	uint8_t longer[33] = { 0 };

	memcpy(longer, s->expected.challenge.p, 32);
	s->expected.challenge = cs_arena_span(s->arena, CS_SPAN(longer, 33));
}

static void
shorter_challenge(struct sample *s)
{
	s->expected.challenge.len--;
}

static void
no_origins(struct sample *s)
{
	s->expected.origin_count = 0;
}

static void
origin_in_capitals(struct sample *s)
{
	s->origin = CS_STR("https://LOGIN.countersign.test");
}

static void
origin_with_slash(struct sample *s)
{
	s->origin = CS_STR("https://login.countersign.test/");
}

static void
other_rp_id(struct sample *s)
{
	s->expected.rp_id = CS_STR("countersign.test");
}

static void
no_rp_id(struct sample *s)
{
	s->expected.rp_id = CS_STR_NONE;
}

static void
needs_uv(struct sample *s)
{
	s->expected.needs_uv = true;
}

static void
needs_attestation(struct sample *s)
{
	s->expected.needs_attestation = true;
}

static void
offers_rsa_alone(struct sample *s)
{
	static const int64_t rsa[] = { CS_SIG_RS256 };

	s->expected.algorithms = rsa;
	s->expected.algorithm_count = 1;
}

static void
is_conditional(struct sample *s)
{
	s->expected.is_conditional = true;
}

TEST(a_site_that_expects_something_else_refuses_a_registration)
{
	CHECK_INT(registration_at("gs-r01", as_it_is), CS_WA_ACCEPTED);
	CHECK_INT(registration_at("gs-r01", no_challenge), CS_WA_CHALLENGE);
	CHECK_INT(registration_at("gs-r01", longer_challenge), CS_WA_CHALLENGE);
	CHECK_INT(registration_at("gs-r01", shorter_challenge), CS_WA_CHALLENGE);
	CHECK_INT(registration_at("gs-r01", no_origins), CS_WA_ORIGIN);
	CHECK_INT(registration_at("gs-r01", origin_in_capitals), CS_WA_ORIGIN);
	CHECK_INT(registration_at("gs-r01", origin_with_slash), CS_WA_ORIGIN);
	CHECK_INT(registration_at("gs-r01", other_rp_id), CS_WA_RP_ID);
	CHECK_INT(registration_at("gs-r01", no_rp_id), CS_WA_RP_ID);
	CHECK_INT(registration_at("gs-r11", needs_uv), CS_WA_USER_VERIFICATION);
	CHECK_INT(registration_at("gs-r01", needs_attestation), CS_WA_ATTESTATION_REQUIRED);
	CHECK_INT(registration_at("gs-r06", needs_attestation), CS_WA_ATTESTATION_REQUIRED);
	CHECK_INT(registration_at("gs-r01", offers_rsa_alone), CS_WA_ALGORITHM);
	CHECK_INT(registration_at("gs-r05", offers_rsa_alone), CS_WA_ACCEPTED);
}

TEST(presence_is_not_asked_of_a_conditional_registration)
{
	CHECK_INT(registration_at("gs-r19", as_it_is), CS_WA_USER_PRESENCE);
	CHECK_INT(registration_at("gs-r19", is_conditional), CS_WA_ACCEPTED);
}

TEST(a_site_that_expects_something_else_refuses_an_assertion)
{
	CHECK_INT(assertion_at("gs-a36", as_it_is), CS_WA_ACCEPTED);
	CHECK_INT(assertion_at("gs-a36", no_challenge), CS_WA_CHALLENGE);
	CHECK_INT(assertion_at("gs-a36", shorter_challenge), CS_WA_CHALLENGE);
	CHECK_INT(assertion_at("gs-a36", no_origins), CS_WA_ORIGIN);
	CHECK_INT(assertion_at("gs-a36", origin_with_slash), CS_WA_ORIGIN);
	CHECK_INT(assertion_at("gs-a36", other_rp_id), CS_WA_RP_ID);
	CHECK_INT(assertion_at("gs-a51", is_conditional), CS_WA_USER_PRESENCE);
}

/* --- the client's data --- */

/* Rewritten, so that a "none" registration says it; nothing signs it there. */
static enum cs_webauthn_verdict
saying(const char *from, const char *to, bool may_be_embedded, const char *top)
{
	struct sample s;
	struct cs_webauthn_registered r;
	cs_str top_origin = cs_str_c(top);

	sample_open(&s, "gs-r01");
	s.expected.may_be_embedded = may_be_embedded;
	s.expected.top_origins = &top_origin;
	s.expected.top_origin_count = top != NULL;
	sample_rewrite(&s, from, to);
	enum cs_webauthn_verdict v = sample_register(&s, &r);
	sample_close(&s);
	return v;
}

#define CROSS "\"crossOrigin\":false"
#define TOP "\"topOrigin\":\"https://portal.example\""

TEST(embedding_is_taken_only_where_it_is_expected)
{
	CHECK_INT(saying(CROSS, "\"crossOrigin\":true", false, NULL), CS_WA_CROSS_ORIGIN);
	CHECK_INT(saying(CROSS, "\"crossOrigin\":true", true, NULL), CS_WA_ACCEPTED);
	CHECK_INT(saying(CROSS, TOP, false, "https://portal.example"), CS_WA_TOP_ORIGIN);
	CHECK_INT(saying(CROSS, TOP, true, NULL), CS_WA_TOP_ORIGIN);
	CHECK_INT(saying(CROSS, TOP, true, "https://other.example"), CS_WA_TOP_ORIGIN);
	CHECK_INT(saying(CROSS, TOP, true, "https://portal.example"), CS_WA_ACCEPTED);
	CHECK_INT(saying(CROSS, "\"topOrigin\":\"\"", true, ""), CS_WA_TOP_ORIGIN);
}

TEST(client_data_that_is_not_what_browsers_write_is_refused)
{
	CHECK_INT(
	    saying(CROSS, "\"crossOrigin\":\"false\"", false, NULL), CS_WA_CLIENT_DATA_MALFORMED);
	CHECK_INT(saying(CROSS, "\"crossOrigin\":null", false, NULL), CS_WA_CLIENT_DATA_MALFORMED);
	CHECK_INT(saying(CROSS, "\"topOrigin\":7", true, NULL), CS_WA_CLIENT_DATA_MALFORMED);
	CHECK_INT(saying(CROSS, "\"type\":\"webauthn.create\"", false, NULL),
	    CS_WA_CLIENT_DATA_MALFORMED);
	CHECK_INT(saying("webauthn.create", "Webauthn.create", false, NULL), CS_WA_TYPE);
	CHECK_INT(saying("webauthn.create", "", false, NULL), CS_WA_TYPE);
	CHECK_INT(saying("\"type\"", "\"Type\"", false, NULL), CS_WA_CLIENT_DATA_MALFORMED);
	CHECK_INT(
	    saying("\"challenge\"", "\"Challenge\"", false, NULL), CS_WA_CLIENT_DATA_MALFORMED);
	CHECK_INT(saying("\"origin\"", "\"Origin\"", false, NULL), CS_WA_CLIENT_DATA_MALFORMED);
	CHECK_INT(saying("https://login", "https:\\u002f\\u002fevil", false, NULL), CS_WA_ORIGIN);
	CHECK_INT(
	    saying("\"webauthn.create\"", "{\"a\":1}", false, NULL), CS_WA_CLIENT_DATA_MALFORMED);
}

TEST(a_challenge_in_another_spelling_is_refused)
{
	/* the same bytes, padded; and with stray bits in the last letter */
	CHECK_INT(saying("_LtAkc\"", "_LtAkc=\"", false, NULL), CS_WA_CHALLENGE);
	CHECK_INT(saying("_LtAkc\"", "_LtAkd\"", false, NULL), CS_WA_CHALLENGE);
	CHECK_INT(saying("_LtAkc\"", "/LtAkc\"", false, NULL), CS_WA_CHALLENGE);
	CHECK_INT(saying("_LtAkc\"", "_LtAkc \"", false, NULL), CS_WA_CHALLENGE);
}

TEST(other_members_and_a_byte_order_mark_are_passed_over)
{
	CHECK_INT(saying("{", "{\"tokenBinding\":\"unused\",", false, NULL), CS_WA_ACCEPTED);
	CHECK_INT(saying("{", "{\"new\":{\"a\":[1,2,null]},", false, NULL), CS_WA_ACCEPTED);
	CHECK_INT(saying("{", "\xef\xbb\xbf{", false, NULL), CS_WA_ACCEPTED);
	CHECK_INT(
	    saying("{", "\xef\xbb\xbf\xef\xbb\xbf{", false, NULL), CS_WA_CLIENT_DATA_MALFORMED);
	CHECK_INT(saying("{", "{\"a\":\"\xff\",", false, NULL), CS_WA_CLIENT_DATA_MALFORMED);
	CHECK_INT(saying("false}", "false} {}", false, NULL), CS_WA_CLIENT_DATA_MALFORMED);
}

TEST(client_data_beyond_any_real_size_is_refused)
{
	struct sample s;
	struct cs_webauthn_registered r;
	static uint8_t big[16 * 1024 + 1];

	sample_open(&s, "gs-r01");
	memset(big, ' ', sizeof(big));
	sample_set(&s, "clientDataJSON", CS_SPAN(big, sizeof(big)));
	CHECK_INT(sample_register(&s, &r), CS_WA_RESPONSE_TOO_BIG);
	sample_set(&s, "clientDataJSON", CS_SPAN(big, sizeof(big) - 1));
	CHECK_INT(sample_register(&s, &r), CS_WA_CLIENT_DATA_MALFORMED);
	sample_close(&s);
}

/* --- the browser's JSON --- */

/* The sample with one member of the credential (or of its response) replaced; NULL: removed. */
static enum cs_webauthn_verdict
with_member(const char *id, bool is_inner, const char *name, json_t *value)
{
	struct sample s;
	struct cs_webauthn_registered r;
	struct cs_webauthn_asserted a;

	sample_open(&s, id);
	json_t *object = is_inner ? json_object_get(s.credential, "response") : s.credential;
	if (value != NULL)
		json_object_set_new(object, name, value);
	else
		json_object_del(object, name);
	enum cs_webauthn_verdict v = id[3] == 'r' ? sample_register(&s, &r) : sample_assert(&s, &a);
	sample_close(&s);
	return v;
}

TEST(a_response_without_one_of_its_members_is_refused)
{
	const char *outer[] = { "type", "response" };
	const char *of_registration[] = { "clientDataJSON", "attestationObject" };
	const char *of_assertion[] = { "clientDataJSON", "authenticatorData", "signature" };

	for (size_t i = 0; i < CS_COUNT(outer); i++) {
		CHECK_INT(with_member("gs-r01", false, outer[i], NULL), CS_WA_RESPONSE_MALFORMED);
		CHECK_INT(with_member("gs-a36", false, outer[i], NULL), CS_WA_RESPONSE_MALFORMED);
	}
	for (size_t i = 0; i < CS_COUNT(of_registration); i++)
		CHECK_INT(with_member("gs-r01", true, of_registration[i], NULL),
		    CS_WA_RESPONSE_MALFORMED);
	for (size_t i = 0; i < CS_COUNT(of_assertion); i++)
		CHECK_INT(
		    with_member("gs-a36", true, of_assertion[i], NULL), CS_WA_RESPONSE_MALFORMED);
	CHECK_INT(with_member("gs-r01", false, "id", NULL), CS_WA_ID_MISMATCH);
	CHECK_INT(with_member("gs-r01", false, "rawId", NULL), CS_WA_ID_MISMATCH);
}

TEST(a_response_with_a_member_of_the_wrong_kind_is_refused)
{
	CHECK_INT(with_member("gs-r01", false, "type", json_string("password")),
	    CS_WA_RESPONSE_MALFORMED);
	CHECK_INT(with_member("gs-r01", false, "response", json_array()), CS_WA_RESPONSE_MALFORMED);
	CHECK_INT(with_member("gs-r01", false, "id", json_string("AAAA")), CS_WA_ID_MISMATCH);
	CHECK_INT(with_member("gs-r01", false, "rawId", json_string("AAAA")), CS_WA_ID_MISMATCH);
	CHECK_INT(with_member("gs-r01", true, "attestationObject", json_true()),
	    CS_WA_RESPONSE_MALFORMED);
	CHECK_INT(with_member("gs-r01", true, "attestationObject", json_string("")),
	    CS_WA_RESPONSE_MALFORMED);
	CHECK_INT(
	    with_member("gs-a36", true, "signature", json_string("A")), CS_WA_RESPONSE_MALFORMED);
	CHECK_INT(with_member("gs-a36", true, "signature", json_string("AB==")),
	    CS_WA_RESPONSE_MALFORMED);
	CHECK_INT(with_member("gs-a36", true, "signature", json_string("AA+/")),
	    CS_WA_RESPONSE_MALFORMED);
	CHECK_INT(
	    with_member("gs-a36", true, "userHandle", json_integer(1)), CS_WA_RESPONSE_MALFORMED);
	CHECK_INT(
	    with_member("gs-a36", true, "userHandle", json_string("*")), CS_WA_RESPONSE_MALFORMED);
}

TEST(what_is_not_a_json_object_is_refused)
{
	const char *texts[] = { "", "null", "[]", "\"a\"", "{", "{}", "{\"type\":\"public-key\"}",
		"{\"a\":1,\"a\":2}", "\xff", "{} {}" };
	struct sample s;
	struct cs_webauthn_registered r;
	struct cs_webauthn_asserted a;

	sample_open(&s, "gs-a36");
	for (size_t i = 0; i < CS_COUNT(texts); i++) {
		cs_span text = cs_str_span(cs_str_c(texts[i]));

		CHECK_OK(cs_webauthn_register(s.arena, &s.expected, text, &r));
		CHECK_INT(r.verdict, CS_WA_RESPONSE_MALFORMED);
		CHECK_OK(cs_webauthn_assert(s.arena, &s.expected, &s.known, text, &a));
		CHECK_INT(a.verdict, CS_WA_RESPONSE_MALFORMED);
	}
	CHECK_OK(cs_webauthn_register(s.arena, &s.expected, CS_SPAN_NONE, &r));
	CHECK_INT(r.verdict, CS_WA_RESPONSE_MALFORMED);
	sample_close(&s);
}

TEST(a_response_beyond_any_real_size_is_refused)
{
	struct sample s;
	struct cs_webauthn_registered r;
	static char big[CS_WEBAUTHN_JSON_MAX_BYTES + 1];
	static uint8_t object[CS_CBOR_MAX_BYTES + 1];

	sample_open(&s, "gs-r01");
	memset(big, ' ', sizeof(big));
	CHECK_OK(cs_webauthn_register(s.arena, &s.expected, CS_SPAN(big, sizeof(big)), &r));
	CHECK_INT(r.verdict, CS_WA_RESPONSE_TOO_BIG);
	sample_set(&s, "attestationObject", CS_SPAN(object, sizeof(object)));
	CHECK_INT(sample_register(&s, &r), CS_WA_RESPONSE_TOO_BIG);
	sample_close(&s);
}

TEST(an_arena_that_is_too_small_refuses)
{
	for (size_t room = 256; room <= 8192; room += 256) {
		struct sample s;
		struct cs_webauthn_registered r;

		sample_open(&s, "gs-r09");
		struct cs_arena *small = cs_arena_new(room);
		CHECK_OK(cs_webauthn_register(small, &s.expected, sample_json(&s), &r));
		CHECK(r.verdict == CS_WA_RESPONSE_TOO_BIG || r.verdict == CS_WA_ACCEPTED);
		CHECK(room > 1024 || r.verdict == CS_WA_RESPONSE_TOO_BIG);
		cs_arena_free(&small);
		sample_close(&s);
	}
}

TEST(transports_and_attachment_are_kept_and_what_is_unknown_is_dropped)
{
	struct sample s;
	struct cs_webauthn_registered r;

	sample_open(&s, "gs-r01");
	json_object_set_new(json_object_get(s.credential, "response"), "transports",
	    json_pack("[s,s,s,i,s]", "usb", "carrier-pigeon", "nfc", 7, "cable"));
	json_object_set_new(s.credential, "authenticatorAttachment", json_string("cross-platform"));
	CHECK_INT(sample_register(&s, &r), CS_WA_ACCEPTED);
	CHECK_INT(r.transports, CS_TRANSPORT_USB | CS_TRANSPORT_NFC | CS_TRANSPORT_HYBRID);
	CHECK_INT(r.attachment, CS_ATTACHMENT_CROSS_PLATFORM);
	json_object_set_new(
	    json_object_get(s.credential, "response"), "transports", json_string("usb"));
	json_object_set_new(s.credential, "authenticatorAttachment", json_string("Platform"));
	CHECK_INT(sample_register(&s, &r), CS_WA_ACCEPTED);
	CHECK(r.transports == 0 && r.attachment == CS_ATTACHMENT_UNKNOWN);
	CHECK_TEXT(cs_str_c(cs_transport_name(CS_TRANSPORT_SMART_CARD)), "smart-card");
	CHECK_TEXT(cs_str_c(cs_transport_name(CS_TRANSPORT_HYBRID)), "hybrid");
	CHECK(cs_transport_name(CS_TRANSPORT_USB | CS_TRANSPORT_NFC) == NULL);
	sample_close(&s);
}

TEST(the_response_must_name_the_credential_that_was_made)
{
	struct sample s;
	struct cs_webauthn_registered r;

	sample_open(&s, "gs-r01");
	json_object_set_new(s.credential, "id", json_string("AAAA"));
	json_object_set_new(s.credential, "rawId", json_string("AAAA"));
	CHECK_INT(sample_register(&s, &r), CS_WA_ID_MISMATCH);
	sample_close(&s);
}

/* --- whose credential it is --- */

TEST(an_assertion_must_be_by_a_credential_that_was_asked_for_and_is_the_stored_one)
{
	struct sample s;
	struct cs_webauthn_asserted a;
	cs_span other = CS_SPAN("some other credential id", 24), both[2];

	sample_open(&s, "gs-a36");
	both[0] = other;
	both[1] = s.known.id;
	s.expected.allowed = both;
	s.expected.allowed_count = 2;
	CHECK_INT(sample_assert(&s, &a), CS_WA_ACCEPTED);
	s.expected.allowed_count = 1;
	CHECK_INT(sample_assert(&s, &a), CS_WA_CREDENTIAL_NOT_ALLOWED);
	s.expected.allowed_count = 2;
	s.known.id = other;
	CHECK_INT(sample_assert(&s, &a), CS_WA_CREDENTIAL_UNKNOWN);
	s.known.id = CS_SPAN_NONE;
	CHECK_INT(sample_assert(&s, &a), CS_WA_CREDENTIAL_UNKNOWN);
	sample_close(&s);
}

TEST(a_user_handle_must_be_the_owners_and_be_there_when_nobody_was_named)
{
	struct sample s;
	struct cs_webauthn_asserted a;

	sample_open(&s, "gs-a36");
	s.expected.allowed_count = 0;
	CHECK_INT(sample_assert(&s, &a), CS_WA_ACCEPTED);
	s.known.user_handle = CS_SPAN("somebody else", 13);
	CHECK_INT(sample_assert(&s, &a), CS_WA_USER_HANDLE_MISMATCH);
	s.known.user_handle = CS_SPAN_NONE;
	CHECK_INT(sample_assert(&s, &a), CS_WA_USER_HANDLE_MISMATCH);
	json_object_set_new(
	    json_object_get(s.credential, "response"), "userHandle", json_string(""));
	CHECK_INT(sample_assert(&s, &a), CS_WA_USER_HANDLE_MISSING);
	json_object_set_new(json_object_get(s.credential, "response"), "userHandle", json_null());
	CHECK_INT(sample_assert(&s, &a), CS_WA_USER_HANDLE_MISSING);
	s.expected.allowed_count = 1;
	CHECK_INT(sample_assert(&s, &a), CS_WA_ACCEPTED);
	sample_close(&s);
}

TEST(the_id_of_an_assertion_can_be_read_before_it_is_judged)
{
	struct sample s;
	cs_span id, handle;

	sample_open(&s, "gs-a36");
	CHECK_OK(cs_webauthn_assertion_id(s.arena, sample_json(&s), &id, &handle));
	CHECK(id.len == s.known.id.len && memcmp(id.p, s.known.id.p, id.len) == 0);
	CHECK(handle.len == 16);
	CHECK_ERR(cs_webauthn_assertion_id(s.arena, CS_SPAN("{}", 2), &id, &handle), INVALID);
	CHECK(id.len == 0 && handle.len == 0);
	CHECK_ERR(cs_webauthn_assertion_id(
		      s.arena, CS_SPAN(NULL, CS_WEBAUTHN_JSON_MAX_BYTES + 1), &id, &handle),
	    LIMIT);
	sample_close(&s);
}

TEST(an_app_id_counts_only_when_it_is_configured_and_the_browser_says_so)
{
	struct sample s;
	struct cs_webauthn_asserted a;

	/* The credential's RP ID stands in for an AppID: its hash is what the sample has. */
	sample_open(&s, "gs-a36");
	s.expected.app_id = s.expected.rp_id;
	s.expected.rp_id = CS_STR("new.countersign.test");
	CHECK_INT(sample_assert(&s, &a), CS_WA_RP_ID);
	json_object_set_new(s.credential, "clientExtensionResults", json_pack("{s:b}", "appid", 1));
	CHECK_INT(sample_assert(&s, &a), CS_WA_ACCEPTED);
	json_object_set_new(
	    s.credential, "clientExtensionResults", json_pack("{s:s}", "appid", "true"));
	CHECK_INT(sample_assert(&s, &a), CS_WA_RP_ID);
	json_object_set_new(s.credential, "clientExtensionResults", json_pack("{s:b}", "appid", 1));
	s.expected.app_id = CS_STR_NONE;
	CHECK_INT(sample_assert(&s, &a), CS_WA_RP_ID);
	sample_close(&s);
}

/* --- counters and backup --- */

TEST(a_counter_that_does_not_advance_is_refused_or_told)
{
	const struct {
		uint32_t stored;
		bool is_refused;
	} rows[] = { { 0, false }, { 42, false }, { 43, true }, { 44, true },
		{ UINT32_MAX, true } };

	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct sample s;
		struct cs_webauthn_asserted a;

		sample_open(&s, "gs-a42"); /* it says 43 */
		s.known.sign_count = rows[i].stored;
		CHECK_INT(
		    sample_assert(&s, &a), rows[i].is_refused ? CS_WA_COUNTER : CS_WA_ACCEPTED);
		CHECK_INT(a.sign_count, 43);
		CHECK_INT(a.counter_stood_still, rows[i].is_refused);
		s.expected.tolerates_counter = true;
		CHECK_INT(sample_assert(&s, &a), CS_WA_ACCEPTED);
		CHECK_INT(a.counter_stood_still, rows[i].is_refused);
		sample_close(&s);
	}
}

TEST(a_counter_that_falls_back_to_zero_is_refused)
{
	struct sample s;
	struct cs_webauthn_asserted a;

	sample_open(&s, "gs-a41"); /* it says 0 */
	CHECK_INT(sample_assert(&s, &a), CS_WA_ACCEPTED);
	s.known.sign_count = 1;
	CHECK_INT(sample_assert(&s, &a), CS_WA_COUNTER);
	sample_close(&s);
}

TEST(backup_eligibility_must_stay_what_it_was)
{
	struct sample s;
	struct cs_webauthn_asserted a;

	sample_open(&s, "gs-a36");
	s.known.is_backup_eligible = true;
	CHECK_INT(sample_assert(&s, &a), CS_WA_BACKUP_ELIGIBILITY_CHANGED);
	sample_close(&s);
	sample_open(&s, "gs-a56");
	s.known.is_backup_eligible = false;
	CHECK_INT(sample_assert(&s, &a), CS_WA_BACKUP_ELIGIBILITY_CHANGED);
	sample_close(&s);
}

TEST(a_stored_key_that_is_no_key_refuses)
{
	struct sample s, other;
	struct cs_webauthn_asserted a;

	sample_open(&s, "gs-a36");
	sample_open(&other, "gs-a37");
	s.known.key_bytes = other.known.key_bytes;
	CHECK_INT(sample_assert(&s, &a), CS_WA_SIGNATURE);
	s.known.key_bytes = CS_SPAN_NONE;
	CHECK_INT(sample_assert(&s, &a), CS_WA_PUBLIC_KEY);
	s.known.key_bytes = CS_SPAN("\xa0", 1);
	CHECK_INT(sample_assert(&s, &a), CS_WA_PUBLIC_KEY);
	sample_close(&s);
	sample_close(&other);
}

/* --- what a registration counts as --- */

TEST(what_a_registration_counts_as_follows_attachment_then_transports)
{
	const struct {
		enum cs_attachment attachment;
		unsigned transports;
		bool is_verified;
		enum cs_webauthn_method method;
	} rows[] = {
		{ CS_ATTACHMENT_PLATFORM, 0, false, CS_WEBAUTHN_BIOMETRICS },
		{ CS_ATTACHMENT_PLATFORM, CS_TRANSPORT_USB, true, CS_WEBAUTHN_BIOMETRICS },
		{ CS_ATTACHMENT_CROSS_PLATFORM, CS_TRANSPORT_USB, true, CS_WEBAUTHN_SECURITY_KEY },
		{ CS_ATTACHMENT_CROSS_PLATFORM, CS_TRANSPORT_INTERNAL, true,
		    CS_WEBAUTHN_SECURITY_KEY },
		{ CS_ATTACHMENT_CROSS_PLATFORM, CS_TRANSPORT_HYBRID | CS_TRANSPORT_INTERNAL, true,
		    CS_WEBAUTHN_BIOMETRICS },
		{ CS_ATTACHMENT_CROSS_PLATFORM, CS_TRANSPORT_HYBRID | CS_TRANSPORT_INTERNAL, false,
		    CS_WEBAUTHN_SECURITY_KEY },
		{ CS_ATTACHMENT_CROSS_PLATFORM, CS_TRANSPORT_HYBRID | CS_TRANSPORT_BLE, true,
		    CS_WEBAUTHN_BIOMETRICS },
		{ CS_ATTACHMENT_CROSS_PLATFORM, CS_TRANSPORT_HYBRID | CS_TRANSPORT_USB, true,
		    CS_WEBAUTHN_SECURITY_KEY },
		{ CS_ATTACHMENT_CROSS_PLATFORM, 0, true, CS_WEBAUTHN_SECURITY_KEY },
		{ CS_ATTACHMENT_UNKNOWN, CS_TRANSPORT_INTERNAL, false, CS_WEBAUTHN_BIOMETRICS },
		{ CS_ATTACHMENT_UNKNOWN, CS_TRANSPORT_INTERNAL | CS_TRANSPORT_USB, true,
		    CS_WEBAUTHN_SECURITY_KEY },
		{ CS_ATTACHMENT_UNKNOWN, CS_TRANSPORT_HYBRID, true, CS_WEBAUTHN_BIOMETRICS },
		{ CS_ATTACHMENT_UNKNOWN, CS_TRANSPORT_HYBRID, false, CS_WEBAUTHN_SECURITY_KEY },
		{ CS_ATTACHMENT_UNKNOWN, CS_TRANSPORT_BLE, true, CS_WEBAUTHN_SECURITY_KEY },
		{ CS_ATTACHMENT_UNKNOWN, 0, true, CS_WEBAUTHN_SECURITY_KEY },
	};

	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_webauthn_registered r = {
			.attachment = rows[i].attachment,
			.transports = rows[i].transports,
			.is_user_verified = rows[i].is_verified,
		};

		CHECK_INT(cs_webauthn_method(&r), rows[i].method);
	}
}

TEST_MAIN("proto/webauthn")
