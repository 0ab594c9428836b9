/*
 * attestation_formats_test.c - fido-u2f, android-key, apple, compound and SafetyNet; TPM has a test of
 * its own.
 */
#include "attestation_bench.h"

/* --- fido-u2f --- */

static cs_span
u2f_message(struct bench *t)
{
	struct cs_buf b;

	cs_buf_init(&b, 1024);
	cs_buf_add_byte(&b, 0);
	cs_buf_add(&b, CS_SPAN(t->auth_data.p, 32));
	cs_buf_add(&b, CS_SPAN(t->client_hash, 32));
	cs_buf_add_c(&b, "cred");
	cs_buf_add(&b, CS_SPAN(t->point, 65));
	cs_span out = cs_arena_span(t->arena, cs_buf_span(&b));
	cs_buf_clear(&b);
	return out;
}

static void
u2f(struct bench *t, const struct mint_wish *wish)
{
	bench_leaf(t, wish);
	cs_buf_reset(&t->statement);
	put_head(&t->statement, 5, 2);
	put_x5c(&t->statement, t->leaf.der);
	put_pair(&t->statement, "sig", bench_sign(t, t->leaf.key, u2f_message(t)));
}

#define AAGUID_OID "1.3.6.1.4.1.45724.1.1.4"
static const struct mint_wish u2f_leaf = { .subject = "CN=U2F" };

TEST(a_u2f_statement_is_accepted_with_its_one_certificate)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	u2f(&t, &u2f_leaf);
	struct cs_attestation out = bench_verify_bytes(&t, "fido-u2f", cs_buf_span(&t.statement));
	CHECK_INT(out.verdict, CS_WA_ACCEPTED);
	CHECK_INT(out.kind, CS_ATTESTATION_CHAIN);
	CHECK_INT(out.x5c_count, 1);
	CHECK_TEXT(out.format, "fido-u2f");
}

TEST(a_u2f_statement_need_not_have_the_zero_aaguid)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	t.aaguid[3] = 9;
	bench_data(&t);
	u2f(&t, &u2f_leaf);
	CHECK_INT(bench_verify(&t, "fido-u2f"), CS_WA_ACCEPTED);
}

TEST(a_u2f_certificate_may_not_name_another_model_than_the_data)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	const struct mint_wish wish = { .subject = "CN=U2F",
		.extensions = { { AAGUID_OID,
		    "\x04\x10"
		    "0123456789abcdef",
		    18, false } } };

	u2f(&t, &wish);
	CHECK_INT(bench_verify(&t, "fido-u2f"), CS_WA_ACCEPTED);
	t.aaguid[0] = '0';
	bench_data(&t);
	u2f(&t, &wish);
	CHECK_INT(bench_verify(&t, "fido-u2f"), CS_WA_CERTIFICATE_AAGUID);
	memcpy(t.aaguid, "0123456789abcdef", 16);
	bench_data(&t);
	u2f(&t, &wish);
	CHECK_INT(bench_verify(&t, "fido-u2f"), CS_WA_ACCEPTED);
}

TEST(a_u2f_signature_of_another_key_is_refused)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	u2f(&t, &u2f_leaf);
	cs_buf_reset(&t.statement);
	put_head(&t.statement, 5, 2);
	put_x5c(&t.statement, t.leaf.der);
	put_pair(&t.statement, "sig", bench_sign(&t, t.credential, u2f_message(&t)));
	CHECK_INT(bench_verify(&t, "fido-u2f"), CS_WA_STATEMENT_SIGNATURE);
}

TEST(a_u2f_signature_for_another_registration_is_refused)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	u2f(&t, &u2f_leaf);
	t.client_hash[0] ^= 1;
	CHECK_INT(bench_verify(&t, "fido-u2f"), CS_WA_STATEMENT_SIGNATURE);
}

TEST(a_u2f_certificate_has_a_p256_key)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	const struct mint_wish wish = { .subject = "CN=U2F", .is_rsa = true };

	u2f(&t, &wish);
	CHECK_INT(bench_verify(&t, "fido-u2f"), CS_WA_CERTIFICATE_KEY);
}

TEST(a_u2f_statement_has_exactly_one_certificate_and_a_signature)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	u2f(&t, &u2f_leaf);
	cs_span signature = bench_sign(&t, t.leaf.key, u2f_message(&t));
	for (size_t count = 0; count < 3; count++) {
		cs_buf_reset(&t.statement);
		put_head(&t.statement, 5, 2);
		put_pair(&t.statement, "sig", signature);
		put_text(&t.statement, "x5c");
		put_head(&t.statement, 4, count);
		for (size_t i = 0; i < count; i++)
			put_bytes(&t.statement, t.leaf.der);
		CHECK_INT(bench_verify(&t, "fido-u2f"),
		    count == 1 ? CS_WA_ACCEPTED : CS_WA_STATEMENT_MALFORMED);
	}
	cs_buf_reset(&t.statement);
	put_head(&t.statement, 5, 1);
	put_x5c(&t.statement, t.leaf.der);
	CHECK_INT(bench_verify(&t, "fido-u2f"), CS_WA_STATEMENT_MALFORMED);
	cs_buf_reset(&t.statement);
	put_head(&t.statement, 5, 0);
	CHECK_INT(bench_verify(&t, "fido-u2f"), CS_WA_STATEMENT_MALFORMED);
}

TEST(a_u2f_certificate_that_is_none_is_refused)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	u2f(&t, &u2f_leaf);
	cs_span signature = bench_sign(&t, t.leaf.key, u2f_message(&t));
	cs_buf_reset(&t.statement);
	put_head(&t.statement, 5, 2);
	put_pair(&t.statement, "sig", signature);
	put_x5c(&t.statement, cs_str_span(CS_STR("certificate")));
	CHECK_INT(bench_verify(&t, "fido-u2f"), CS_WA_CERTIFICATE_MALFORMED);
}

TEST(a_damaged_u2f_statement_is_not_believed)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	u2f(&t, &u2f_leaf);
	bench_cut(&t, "fido-u2f");
	bench_flip(&t, "fido-u2f");
}

/* --- apple --- */

#define APPLE_OID "1.2.840.113635.100.8.2"

static void
apple(struct bench *t, EVP_PKEY *key, const char *head, size_t head_len)
{
	char value[64];
	uint8_t nonce[32];

	cs_sha256(bench_message(t), nonce);
	memcpy(value, head, head_len);
	memcpy(value + head_len, nonce, 32);
	const struct mint_wish wish = { .subject = "CN=Apple",
		.basic = "CA:FALSE",
		.key = key,
		.extensions = { { APPLE_OID, value, head_len + 32, false } } };
	bench_leaf(t, &wish);
	cs_buf_reset(&t->statement);
	put_head(&t->statement, 5, 1);
	put_x5c(&t->statement, t->leaf.der);
}
#define APPLE_HEAD "\x30\x24\xa1\x22\x04\x20"

TEST(an_apple_statement_is_accepted_when_its_leaf_was_made_for_this_registration)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	apple(&t, t.credential, APPLE_HEAD, 6);
	CHECK_INT(bench_verify(&t, "apple"), CS_WA_ACCEPTED);
	t.client_hash[31] ^= 1;
	CHECK_INT(bench_verify(&t, "apple"), CS_WA_ATTESTED_DATA);
}

TEST(an_apple_leaf_has_the_credentials_key)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	apple(&t, NULL, APPLE_HEAD, 6);
	CHECK_INT(bench_verify(&t, "apple"), CS_WA_CERTIFICATE_KEY);
}

TEST(an_apple_nonce_has_its_form)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	apple(&t, t.credential, "\x30\x24\xa2\x22\x04\x20", 6); /* another tag */
	CHECK_INT(bench_verify(&t, "apple"), CS_WA_CERTIFICATE_RULES);
	apple(&t, t.credential, "\x04\x20", 2); /* not wrapped */
	CHECK_INT(bench_verify(&t, "apple"), CS_WA_CERTIFICATE_RULES);
	apple(&t, t.credential, "\x30\x25\xa1\x22\x04\x20", 6); /* longer than it is */
	CHECK_INT(bench_verify(&t, "apple"), CS_WA_CERTIFICATE_RULES);
}

TEST(an_apple_leaf_without_the_extension_is_refused)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	const struct mint_wish wish = { .subject = "CN=Apple", .key = t.credential };

	bench_leaf(&t, &wish);
	put_head(&t.statement, 5, 1);
	put_x5c(&t.statement, t.leaf.der);
	CHECK_INT(bench_verify(&t, "apple"), CS_WA_CERTIFICATE_RULES);
	cs_buf_reset(&t.statement);
	put_head(&t.statement, 5, 0);
	CHECK_INT(bench_verify(&t, "apple"), CS_WA_STATEMENT_MALFORMED);
}

TEST(a_damaged_apple_statement_is_not_believed)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	apple(&t, t.credential, APPLE_HEAD, 6);
	bench_cut(&t, "apple");
	bench_flip(&t, "apple");
}

/* --- android-key --- */

#define ANDROID_OID "1.3.6.1.4.1.11129.2.1.17"
#define PURPOSE_SIGN "\xa1\x05\x31\x03\x02\x01\x02"
#define PURPOSE_VERIFY "\xa1\x05\x31\x03\x02\x01\x03"
#define ORIGIN_GENERATED "\xbf\x85\x3e\x03\x02\x01\x00"
#define ORIGIN_IMPORTED "\xbf\x85\x3e\x03\x02\x01\x02"
#define ALL_APPLICATIONS "\xbf\x84\x58\x02\x05\x00"
#define OTHER_FIELD "\xbf\x85\x3d\x03\x02\x01\x07"

struct lists {
	const char *software;
	size_t software_len;
	const char *hardware;
	size_t hardware_len;
};
#define LISTS(SOFTWARE, HARDWARE) \
	((struct lists){ SOFTWARE, sizeof(SOFTWARE) - 1, HARDWARE, sizeof(HARDWARE) - 1 })

static void
put_der(struct cs_buf *b, uint8_t tag, cs_span content)
{
	cs_buf_add_byte(b, tag);
	cs_buf_add_byte(b, (uint8_t)content.len);
	cs_buf_add(b, content);
}

static cs_span
key_description(struct bench *t, struct lists lists)
{
	struct cs_buf inner, whole;

	cs_buf_init(&inner, 128);
	cs_buf_init(&whole, 132);
	cs_buf_add(&inner, cs_str_span(CS_STR("\x02\x01\x03\x0a\x01\x01\x02\x01\x04\x0a\x01\x01")));
	put_der(&inner, 0x04, CS_SPAN(t->client_hash, 32));
	put_der(&inner, 0x04, CS_SPAN_NONE);
	put_der(&inner, 0x30, CS_SPAN(lists.software, lists.software_len));
	put_der(&inner, 0x30, CS_SPAN(lists.hardware, lists.hardware_len));
	put_der(&whole, 0x30, cs_buf_span(&inner));
	cs_span out = cs_arena_span(t->arena, cs_buf_span(&whole));
	cs_buf_clear(&inner);
	cs_buf_clear(&whole);
	return out;
}

static void
android_with(struct bench *t, cs_span description, int64_t alg, EVP_PKEY *key)
{
	const struct mint_wish wish = { .subject = "CN=Android Keystore Key",
		.key = key,
		.extensions = {
		    { ANDROID_OID, (const char *)description.p, description.len, false } } };

	bench_leaf(t, &wish);
	cs_buf_reset(&t->statement);
	put_head(&t->statement, 5, 3);
	put_text(&t->statement, "alg");
	put_int(&t->statement, alg);
	put_pair(&t->statement, "sig", bench_sign(t, t->leaf.key, bench_message(t)));
	put_x5c(&t->statement, t->leaf.der);
}

static enum cs_webauthn_verdict
android(struct bench *t, struct lists lists)
{
	android_with(t, key_description(t, lists), -7, t->credential);
	return bench_verify(t, "android-key");
}

TEST(an_android_key_is_accepted_whoever_enforces)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	CHECK_INT(android(&t, LISTS("", PURPOSE_SIGN ORIGIN_GENERATED)), CS_WA_ACCEPTED);
	CHECK_INT(android(&t, LISTS(PURPOSE_SIGN ORIGIN_GENERATED, "")), CS_WA_ACCEPTED);
	CHECK_INT(android(&t, LISTS(OTHER_FIELD, PURPOSE_SIGN OTHER_FIELD ORIGIN_GENERATED)),
	    CS_WA_ACCEPTED);
}

TEST(an_android_key_for_all_applications_is_refused)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	CHECK_INT(android(&t, LISTS("", PURPOSE_SIGN ALL_APPLICATIONS ORIGIN_GENERATED)),
	    CS_WA_CERTIFICATE_RULES);
	CHECK_INT(android(&t, LISTS(ALL_APPLICATIONS, PURPOSE_SIGN ORIGIN_GENERATED)),
	    CS_WA_CERTIFICATE_RULES);
}

TEST(an_android_key_of_another_origin_or_purpose_is_refused)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	CHECK_INT(android(&t, LISTS("", PURPOSE_SIGN ORIGIN_IMPORTED)), CS_WA_CERTIFICATE_RULES);
	CHECK_INT(android(&t, LISTS(ORIGIN_IMPORTED, PURPOSE_SIGN ORIGIN_GENERATED)),
	    CS_WA_CERTIFICATE_RULES);
	CHECK_INT(android(&t, LISTS("", PURPOSE_VERIFY ORIGIN_GENERATED)), CS_WA_CERTIFICATE_RULES);
	CHECK_INT(android(&t, LISTS("", PURPOSE_SIGN)), CS_WA_CERTIFICATE_RULES);
	CHECK_INT(android(&t, LISTS("", ORIGIN_GENERATED)), CS_WA_CERTIFICATE_RULES);
	CHECK_INT(android(&t, LISTS("", "")), CS_WA_CERTIFICATE_RULES);
}

TEST(an_android_key_was_made_for_this_challenge)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	cs_span description = key_description(&t, LISTS("", PURPOSE_SIGN ORIGIN_GENERATED));

	t.client_hash[5] ^= 1;
	android_with(&t, description, -7, t.credential);
	CHECK_INT(bench_verify(&t, "android-key"), CS_WA_ATTESTED_DATA);
}

TEST(an_android_leaf_has_the_credentials_key_and_its_algorithm)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	cs_span description = key_description(&t, LISTS("", PURPOSE_SIGN ORIGIN_GENERATED));

	android_with(&t, description, -7, NULL);
	CHECK_INT(bench_verify(&t, "android-key"), CS_WA_CERTIFICATE_KEY);
	android_with(&t, description, -257, t.credential);
	CHECK_INT(bench_verify(&t, "android-key"), CS_WA_STATEMENT_ALGORITHM);
	android_with(&t, description, -9999, t.credential);
	CHECK_INT(bench_verify(&t, "android-key"), CS_WA_STATEMENT_ALGORITHM);
}

TEST(an_android_signature_covers_this_registration)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	CHECK_INT(android(&t, LISTS("", PURPOSE_SIGN ORIGIN_GENERATED)), CS_WA_ACCEPTED);
	t.auth_data.p[36] ^= 1; /* the counter */
	CHECK_INT(bench_verify(&t, "android-key"), CS_WA_STATEMENT_SIGNATURE);
}

TEST(an_android_leaf_without_description_is_refused)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	const struct mint_wish wish = { .subject = "CN=Key", .key = t.credential };

	bench_leaf(&t, &wish);
	put_head(&t.statement, 5, 3);
	put_text(&t.statement, "alg");
	put_int(&t.statement, -7);
	put_pair(&t.statement, "sig", bench_sign(&t, t.leaf.key, bench_message(&t)));
	put_x5c(&t.statement, t.leaf.der);
	CHECK_INT(bench_verify(&t, "android-key"), CS_WA_CERTIFICATE_MALFORMED);
}

TEST(a_key_description_cut_at_any_byte_is_refused)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	cs_span description =
	    key_description(&t, LISTS(OTHER_FIELD, PURPOSE_SIGN ORIGIN_GENERATED));

	for (size_t len = 0; len < description.len; len++) {
		android_with(&t, CS_SPAN(description.p, len), -7, t.credential);
		CHECK_INT(bench_verify(&t, "android-key"), CS_WA_CERTIFICATE_MALFORMED);
	}
}

TEST(a_damaged_android_statement_is_not_believed)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	CHECK_INT(android(&t, LISTS("", PURPOSE_SIGN ORIGIN_GENERATED)), CS_WA_ACCEPTED);
	bench_cut(&t, "android-key");
	bench_flip(&t, "android-key");
}

/* --- compound --- */

struct part {
	const char *format;
	cs_span statement;
};

static cs_span
taken(struct bench *t)
{
	cs_span out = cs_arena_span(t->arena, cs_buf_span(&t->statement));

	cs_buf_reset(&t->statement);
	return out;
}

static cs_span
none(struct bench *t)
{
	cs_buf_reset(&t->statement);
	put_head(&t->statement, 5, 0);
	return taken(t);
}

static void
compound(struct bench *t, const struct part *parts, size_t count)
{
	cs_buf_reset(&t->statement);
	put_head(&t->statement, 4, count);
	for (size_t i = 0; i < count; i++) {
		put_head(&t->statement, 5, 2);
		put_text(&t->statement, "fmt");
		put_text(&t->statement, parts[i].format);
		put_text(&t->statement, "attStmt");
		cs_buf_add(&t->statement, parts[i].statement);
	}
}

TEST(a_compound_statement_is_as_good_as_its_best_part)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	struct part parts[2] = { { "none", none(&t) }, { "apple", CS_SPAN_NONE } };

	apple(&t, t.credential, APPLE_HEAD, 6);
	parts[1].statement = taken(&t);
	compound(&t, parts, 2);
	struct cs_attestation out = bench_verify_bytes(&t, "compound", cs_buf_span(&t.statement));
	CHECK_INT(out.verdict, CS_WA_ACCEPTED);
	CHECK_INT(out.kind, CS_ATTESTATION_CHAIN);
	CHECK_INT(out.x5c_count, 1);
	CHECK_INT(out.part_count, 2);
	CHECK_TEXT(out.parts[1].format, "apple");
	CHECK_TEXT(out.format, "compound");
}

TEST(one_wrong_part_refuses_a_compound_statement)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	struct part parts[2] = { { "none", none(&t) }, { "apple", CS_SPAN_NONE } };

	apple(&t, NULL, APPLE_HEAD, 6);
	parts[1].statement = taken(&t);
	compound(&t, parts, 2);
	CHECK_INT(bench_verify(&t, "compound"), CS_WA_CERTIFICATE_KEY);
	parts[1] = (struct part){ "unheard-of", none(&t) };
	compound(&t, parts, 2);
	CHECK_INT(bench_verify(&t, "compound"), CS_WA_FORMAT_UNKNOWN);
	parts[1] = (struct part){ "android-safetynet", none(&t) };
	compound(&t, parts, 2);
	CHECK_INT(bench_verify(&t, "compound"), CS_WA_FORMAT_DEPRECATED);
}

TEST(a_compound_statement_has_two_parts_at_least_and_none_is_compound)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	struct part parts[9];

	for (size_t i = 0; i < CS_COUNT(parts); i++)
		parts[i] = (struct part){ "none", none(&t) };
	for (size_t count = 0; count <= CS_COUNT(parts); count++) {
		compound(&t, parts, count);
		CHECK_INT(bench_verify(&t, "compound"),
		    count >= 2 && count <= 8 ? CS_WA_ACCEPTED : CS_WA_STATEMENT_MALFORMED);
	}
	compound(&t, parts, 2);
	parts[1] = (struct part){ "compound", taken(&t) };
	compound(&t, parts, 2);
	CHECK_INT(bench_verify(&t, "compound"), CS_WA_STATEMENT_MALFORMED);
}

TEST(a_compound_statement_is_a_list)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	put_head(&t.statement, 5, 0);
	CHECK_INT(bench_verify(&t, "compound"), CS_WA_STATEMENT_MALFORMED);
	cs_buf_reset(&t.statement);
	put_head(&t.statement, 4, 2);
	put_int(&t.statement, 1);
	put_int(&t.statement, 2);
	CHECK_INT(bench_verify(&t, "compound"), CS_WA_STATEMENT_MALFORMED);
}

/* --- the rest --- */

TEST(safetynet_is_refused_with_its_own_reason_whatever_it_says)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	put_head(&t.statement, 5, 0);
	CHECK_INT(bench_verify(&t, "android-safetynet"), CS_WA_FORMAT_DEPRECATED);
	apple(&t, t.credential, APPLE_HEAD, 6);
	CHECK_INT(bench_verify(&t, "android-safetynet"), CS_WA_FORMAT_DEPRECATED);
}

TEST(formats_are_named_exactly)
{
	static const char *const names[] = { "Apple", "apple ", "fido_u2f", "FIDO-U2F", "tpm2",
		"" };
	CS_AUTO(bench_clear) struct bench t = bench_new();

	apple(&t, t.credential, APPLE_HEAD, 6);
	for (size_t i = 0; i < CS_COUNT(names); i++)
		CHECK_INT(bench_verify(&t, names[i]), CS_WA_FORMAT_UNKNOWN);
}

TEST_MAIN("proto/attestation_formats")
