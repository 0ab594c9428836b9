/*
 * attestation_packed_test.c - packed, by a certificate and by the credential itself, and none.
 */
#include "attestation_bench.h"

#define AAGUID_OID "1.3.6.1.4.1.45724.1.1.4"
#define SUBJECT "C=SE/O=Maker/OU=Authenticator Attestation/CN=Key"
#define LEAF .basic = "critical,CA:FALSE"

static const struct mint_wish good_leaf = { .subject = SUBJECT, LEAF };

/* {"alg", "sig", "x5c": [leaf, …root]}, signed by the leaf. */
static void
put_statement(struct bench *t, int64_t alg, cs_span signature, size_t certificates)
{
	cs_buf_reset(&t->statement);
	put_head(&t->statement, 5, 3);
	put_text(&t->statement, "alg");
	put_int(&t->statement, alg);
	put_pair(&t->statement, "sig", signature);
	put_text(&t->statement, "x5c");
	put_head(&t->statement, 4, certificates);
	for (size_t i = 0; i < certificates; i++)
		put_bytes(&t->statement, i == 0 ? t->leaf.der : t->root.der);
}

static void
packed(struct bench *t, const struct mint_wish *wish)
{
	bench_leaf(t, wish);
	put_statement(t, CS_SIG_ES256, bench_sign(t, t->leaf.key, bench_message(t)), 1);
}

/* What becomes of a statement by such a leaf. */
static enum cs_webauthn_verdict
verdict_on(const struct mint_wish *wish)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	packed(&t, wish);
	return bench_verify(&t, "packed");
}

TEST(a_statement_by_an_attestation_key_is_accepted_with_its_chain)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	bench_leaf(&t, &good_leaf);
	put_statement(&t, CS_SIG_ES256, bench_sign(&t, t.leaf.key, bench_message(&t)), 2);
	struct cs_attestation out = bench_verify_bytes(&t, "packed", cs_buf_span(&t.statement));
	CHECK_INT(out.verdict, CS_WA_ACCEPTED);
	CHECK_INT(out.kind, CS_ATTESTATION_CHAIN);
	CHECK(out.x5c_count == 2 && out.x5c[0].len == t.leaf.der.len);
	CHECK(memcmp(out.x5c[1].p, t.root.der.p, t.root.der.len) == 0);
}

TEST(the_leaf_of_a_packed_statement_keeps_its_rules)
{
	const struct mint_wish wrong[] = {
		{ .subject = "O=Maker/OU=Authenticator Attestation/CN=Key", LEAF },
		{ .subject = "C=se/O=Maker/OU=Authenticator Attestation/CN=Key", LEAF },
		{ .subject = "C=S1/O=Maker/OU=Authenticator Attestation/CN=Key", LEAF },
		{ .subject = "C=SE/OU=Authenticator Attestation/CN=Key", LEAF },
		{ .subject = "C=SE/O=Maker/CN=Key", LEAF },
		{ .subject = "C=SE/O=Maker/OU=authenticator attestation/CN=Key", LEAF },
		{ .subject = "C=SE/O=Maker/OU=Authenticator Attestation /CN=Key", LEAF },
		{ .subject = "C=SE/O=Maker/OU=Authenticator Attestation", LEAF },
		{ .subject = NULL, LEAF },
		{ .subject = SUBJECT, .basic = "critical,CA:TRUE" },
		{ .subject = SUBJECT },
		{ .subject = SUBJECT, .version = 1 },
		{ .subject = SUBJECT, LEAF, .version = 2 },
	};

	CHECK_INT(verdict_on(&good_leaf), CS_WA_ACCEPTED);
	for (size_t i = 0; i < CS_COUNT(wrong); i++) {
		enum cs_webauthn_verdict v = verdict_on(&wrong[i]);

		/* Extensions in a certificate before version 3 are a malformed certificate. */
		if (v != CS_WA_CERTIFICATE_RULES && v != CS_WA_CERTIFICATE_MALFORMED)
			fail_msg("leaf %zu: %s", i, cs_webauthn_name(v));
	}
}

TEST(a_leaf_that_names_a_model_names_this_one)
{
	static const char own[18] = { 4, 16 }, other[18] = { 4, 16, 1 };
	static const char cut[17] = { 4, 15 }, bare[16] = { 0 };
	struct mint_wish w = good_leaf;

	w.extensions[0] = (struct mint_extension){ AAGUID_OID, own, 18, false };
	CHECK_INT(verdict_on(&w), CS_WA_ACCEPTED);
	w.extensions[0] = (struct mint_extension){ AAGUID_OID, other, 18, false };
	CHECK_INT(verdict_on(&w), CS_WA_CERTIFICATE_AAGUID);
	w.extensions[0] = (struct mint_extension){ AAGUID_OID, cut, 17, false };
	CHECK_INT(verdict_on(&w), CS_WA_CERTIFICATE_AAGUID);
	w.extensions[0] = (struct mint_extension){ AAGUID_OID, bare, 16, false };
	CHECK_INT(verdict_on(&w), CS_WA_CERTIFICATE_AAGUID);
	w.extensions[0] = (struct mint_extension){ AAGUID_OID, own, 18, true };
	CHECK_INT(verdict_on(&w), CS_WA_CERTIFICATE_AAGUID);
}

TEST(a_packed_signature_is_the_leafs_over_this_registration)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	bench_leaf(&t, &good_leaf);
	put_statement(&t, CS_SIG_ES256, bench_sign(&t, t.credential, bench_message(&t)), 1);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_SIGNATURE);
	put_statement(&t, CS_SIG_ES256, bench_sign(&t, t.leaf.key, cs_buf_span(&t.auth_data)), 1);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_SIGNATURE);
	put_statement(&t, CS_SIG_ES256, CS_SPAN("", 0), 1);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_SIGNATURE);
	put_statement(&t, CS_SIG_ES256, bench_sign(&t, t.leaf.key, bench_message(&t)), 1);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_ACCEPTED);
	t.client_hash[31] ^= 1;
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_SIGNATURE);
	t.client_hash[31] ^= 1;
	t.aaguid[0] = 1;
	bench_data(&t);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_SIGNATURE);
}

TEST(a_packed_algorithm_is_known_and_the_leafs)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	struct mint_wish rsa = good_leaf;

	bench_leaf(&t, &good_leaf);
	cs_span signature = bench_sign(&t, t.leaf.key, bench_message(&t));
	put_statement(&t, -48, signature, 1);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_ALGORITHM);
	put_statement(&t, 0, signature, 1);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_ALGORITHM);
	put_statement(&t, CS_SIG_RS256, signature, 1);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_SIGNATURE);
	put_statement(&t, CS_SIG_ES384, signature, 1);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_SIGNATURE);
	rsa.is_rsa = true;
	bench_leaf(&t, &rsa);
	signature = bench_sign(&t, t.leaf.key, bench_message(&t));
	put_statement(&t, CS_SIG_RS256, signature, 1);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_ACCEPTED);
	put_statement(&t, CS_SIG_PS256, signature, 1);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_SIGNATURE);
	put_statement(&t, CS_SIG_RS1, signature, 1);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_SIGNATURE);
}

/* {"alg": -7, "sig": …, "x5c": what follows} */
static enum cs_webauthn_verdict
with_x5c(struct bench *t, const void *x5c, size_t len)
{
	put_statement(t, CS_SIG_ES256, bench_sign(t, t->leaf.key, bench_message(t)), 0);
	t->statement.len--; /* the empty list */
	cs_buf_add(&t->statement, CS_SPAN(x5c, len));
	return bench_verify(t, "packed");
}

TEST(a_packed_chain_is_a_list_of_one_to_eight_certificates)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	cs_span signature;

	bench_leaf(&t, &good_leaf);
	CHECK_INT(with_x5c(&t, "\x80", 1), CS_WA_STATEMENT_MALFORMED);
	CHECK_INT(with_x5c(&t, "\xa0", 1), CS_WA_STATEMENT_MALFORMED);
	CHECK_INT(with_x5c(&t, "\xf6", 1), CS_WA_STATEMENT_MALFORMED);
	CHECK_INT(with_x5c(&t, "\x81\x40", 2), CS_WA_STATEMENT_MALFORMED);
	CHECK_INT(with_x5c(&t, "\x81\x61x", 3), CS_WA_STATEMENT_MALFORMED);
	CHECK_INT(with_x5c(&t, "\x81\x41\x30", 3), CS_WA_CERTIFICATE_MALFORMED);
	signature = bench_sign(&t, t.leaf.key, bench_message(&t));
	put_statement(&t, CS_SIG_ES256, signature, CS_X5C_MAX);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_ACCEPTED);
	put_statement(&t, CS_SIG_ES256, signature, CS_X5C_MAX + 1);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_MALFORMED);
}

/* {"alg", "sig"} by the credential's own key. */
static void
put_self(struct bench *t, int64_t alg, EVP_PKEY *key)
{
	cs_buf_reset(&t->statement);
	put_head(&t->statement, 5, 2);
	put_text(&t->statement, "alg");
	put_int(&t->statement, alg);
	put_pair(&t->statement, "sig", bench_sign(t, key, bench_message(t)));
}

TEST(a_self_attestation_is_by_the_credentials_key_and_algorithm)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	EVP_PKEY *other = mint_key(false);

	put_self(&t, CS_SIG_ES256, t.credential);
	struct cs_attestation out = bench_verify_bytes(&t, "packed", cs_buf_span(&t.statement));
	CHECK(out.verdict == CS_WA_ACCEPTED && out.kind == CS_ATTESTATION_SELF);
	CHECK_INT(out.x5c_count, 0);
	bench_cut(&t, "packed");
	put_self(&t, CS_SIG_ES384, t.credential);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_ALGORITHM);
	put_self(&t, CS_SIG_ES256, other);
	CHECK_INT(bench_verify(&t, "packed"), CS_WA_STATEMENT_SIGNATURE);
	EVP_PKEY_free(other);
}

TEST(a_packed_statement_without_a_member_or_with_a_wrong_one_is_refused)
{
	const cs_span rows[] = {
		CS_SPAN("\xa0", 1),
		CS_SPAN("\x80", 1),
		CS_SPAN("\xa1\x63"
			"alg\x26",
		    6),
		CS_SPAN("\xa1\x63sig\x41\x00", 7),
		CS_SPAN("\xa2\x63"
			"alg\x41\x26\x63sig\x41\x00",
		    13),
		CS_SPAN("\xa2\x63"
			"alg\x26\x63sig\x61\x61",
		    12),
		CS_SPAN("\xa2\x63"
			"Alg\x26\x63sig\x41\x00",
		    12),
	};
	CS_AUTO(bench_clear) struct bench t = bench_new();

	for (size_t i = 0; i < CS_COUNT(rows); i++)
		CHECK_INT(
		    bench_verify_bytes(&t, "packed", rows[i]).verdict, CS_WA_STATEMENT_MALFORMED);
}

TEST(a_damaged_packed_statement_is_not_believed)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();

	packed(&t, &good_leaf);
	bench_flip(&t, "packed");
	bench_cut(&t, "packed");
}

TEST(none_is_an_empty_map)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	struct cs_attestation out = bench_verify_bytes(&t, "none", CS_SPAN("\xa0", 1));

	CHECK(out.verdict == CS_WA_ACCEPTED && out.kind == CS_ATTESTATION_NONE);
	CHECK_TEXT(out.format, "none");
	CHECK_INT(bench_verify_bytes(&t, "none", CS_SPAN("\xa1\x61x\x00", 4)).verdict,
	    CS_WA_STATEMENT_MALFORMED);
	CHECK_INT(
	    bench_verify_bytes(&t, "none", CS_SPAN("\x80", 1)).verdict, CS_WA_STATEMENT_MALFORMED);
}

TEST(a_format_in_another_spelling_is_unknown)
{
	const char *names[] = { "Packed", "packed ", "", "NONE", "non", "nonee" };
	CS_AUTO(bench_clear) struct bench t = bench_new();

	for (size_t i = 0; i < CS_COUNT(names); i++)
		CHECK_INT(bench_verify_bytes(&t, names[i], CS_SPAN("\xa0", 1)).verdict,
		    CS_WA_FORMAT_UNKNOWN);
}

TEST_MAIN("proto/attestation_packed")
