#include "proto/mds.h"

#include "mint_blob.h"
#include "test.h"

#define STATEMENT(DESCRIPTION, ROOTS) \
	"\"metadataStatement\":{\"description\":\"" DESCRIPTION \
	"\",\"icon\":\"data:image/png;base64,AAAA\",\"attestationRootCertificates\":[" ROOTS "]}"
#define REPORTS(LIST) "\"statusReports\":[" LIST "]"
#define KEY_ENTRY \
	"{\"aaguid\":\"fa2b99dc-9e39-4257-8f92-4a30d23c4118\"," STATEMENT("A key", \
	    "\"AAEC\",\"AA\\nEC\",\"!\"") "," REPORTS("{\"status\":\"REVOKED\",\"effectiveDate\":" \
						      "\"2024-01-01\"}," \
						      "{\"status\":\"FIDO_CERTIFIED\"," \
						      "\"effectiveDate\":\"2025-01-01\"}," \
						      "{\"status\":\"SOMETHING_NEW\"," \
						      "\"effectiveDate\":\"2026-01-01\"}") "}"
#define U2F_ENTRY \
	"{\"attestationCertificateKeyIdentifiers\":[\"0123456789abcdef0123456789abcdef01234567\"]" \
	"," STATEMENT("A U2F key", "") "," REPORTS( \
	    "{\"status\":\"USER_KEY_PHYSICAL_COMPROMISE\"}") "}"
#define UAF_ENTRY "{\"aaid\":\"1234#5678\"," STATEMENT("UAF", "") "," REPORTS("") "}"
#define PAYLOAD(ENTRIES) \
	"{\"legalHeader\":\"x\",\"no\":7,\"nextUpdate\":\"2026-12-01\",\"entries\":[" ENTRIES "]}"

struct bench {
	struct cs_arena *arena;
	struct minted root;
	struct minted signer;
	struct cs_anchors *anchors;
	cs_time at;
	struct cs_mds_expected expected;
	struct cs_mds_blob blob;
};

static struct bench *
bench_new(bool is_rsa)
{
	struct bench *t = calloc(1, sizeof(*t));

	CS_ASSERT(t != NULL);
	t->arena = cs_arena_new(8 << 20);
	t->root = mint_root("CN=Root");
	t->signer = blob_signer(&t->root, is_rsa);
	t->at = MINT_NOW;
	CHECK_OK(cs_anchors_new(&t->root.der, 1, &t->anchors));
	t->expected = (struct cs_mds_expected){ .roots = t->anchors, .at = &t->at };
	return t;
}

static void
bench_free(struct bench **t)
{
	minted_clear(&(*t)->root);
	minted_clear(&(*t)->signer);
	cs_anchors_free(&(*t)->anchors);
	cs_arena_free(&(*t)->arena);
	free(*t);
	*t = NULL;
}

static enum cs_mds_refusal
decode(struct bench *t, cs_span blob)
{
	enum cs_mds_refusal why;

	CHECK_OK(cs_mds_decode(t->arena, &t->expected, blob, &t->blob, &why));
	return why;
}

static cs_span
make(struct bench *t, const char *alg, const char *payload)
{
	return blob_of(t->arena, blob_header(t->arena, alg, &t->signer.der, 1), cs_str_c(payload),
	    t->signer.key);
}

static enum cs_mds_refusal
judge(struct bench *t, const char *payload)
{
	return decode(t, make(t, "ES256", payload));
}

/* --- right ones --- */

TEST(a_blob_is_read_as_it_was_signed)
{
	CS_AUTO(bench_free) struct bench *t = bench_new(false);

	CHECK_INT(judge(t, PAYLOAD(KEY_ENTRY "," U2F_ENTRY "," UAF_ENTRY)), CS_MDS_REFUSAL_NONE);
	CHECK_INT(t->blob.no, 7);
	CHECK_TEXT(((cs_str){ t->blob.next_update, CS_MDS_DATE_LEN }), "2026-12-01");
	CHECK_INT(t->blob.count, 2);
	CHECK_INT(t->blob.ignored, 1);
	const struct cs_mds_entry *key = &t->blob.entries[0], *u2f = &t->blob.entries[1];
	CHECK(key->has_aaguid && key->aaguid[0] == 0xfa && key->aaguid[15] == 0x18);
	CHECK_TEXT(key->description, "A key");
	CHECK_INT(key->root_count, 2);
	CHECK_INT(key->roots[1].len, 3);
	CHECK(!u2f->has_aaguid);
	CHECK_INT(u2f->key_id_count, 1);
	CHECK_TEXT(u2f->key_ids[0], "0123456789abcdef0123456789abcdef01234567");
	CHECK_INT(u2f->statuses, CS_MDS_USER_KEY_PHYSICAL_COMPROMISE);
}

TEST(every_report_counts_and_the_last_that_is_known_is_the_latest)
{
	CS_AUTO(bench_free) struct bench *t = bench_new(false);

	CHECK_INT(judge(t, PAYLOAD(KEY_ENTRY)), CS_MDS_REFUSAL_NONE);
	CHECK_INT(t->blob.entries[0].statuses, CS_MDS_REVOKED | CS_MDS_FIDO_CERTIFIED);
	CHECK_INT(t->blob.entries[0].latest, CS_MDS_FIDO_CERTIFIED);
}

TEST(rs256_signs_as_well)
{
	CS_AUTO(bench_free) struct bench *t = bench_new(true);

	CHECK_INT(decode(t, make(t, "RS256", PAYLOAD(KEY_ENTRY))), CS_MDS_REFUSAL_NONE);
}

TEST(a_file_may_end_in_a_line)
{
	CS_AUTO(bench_free) struct bench *t = bench_new(false);
	cs_span blob = make(t, "ES256", PAYLOAD(""));
	uint8_t *line = cs_arena_alloc(t->arena, blob.len + 2);

	memcpy(line, blob.p, blob.len);
	memcpy(line + blob.len, "\r\n", 2);
	CHECK_INT(decode(t, CS_SPAN(line, blob.len + 2)), CS_MDS_REFUSAL_NONE);
	CHECK_INT(t->blob.count, 0);
}

/* --- who signed --- */

TEST(under_a_public_root_the_signer_is_named)
{
	CS_AUTO(bench_free) struct bench *t = bench_new(false);
	CS_AUTO(minted_clear)
	struct minted other =
	    mint(&(struct mint_wish){ .subject = "CN=" BLOB_HOST, .basic = "CA:FALSE" }, &t->root);

	t->expected.signer = CS_MDS_PUBLIC_SIGNER;
	CHECK_INT(judge(t, PAYLOAD(KEY_ENTRY)), CS_MDS_REFUSAL_NONE);
	/* the name that counts is the dNSName */
	cs_span blob = blob_of(t->arena, blob_header(t->arena, "ES256", &other.der, 1),
	    CS_STR(PAYLOAD("")), other.key);
	CHECK_INT(decode(t, blob), CS_MDS_REFUSAL_SIGNER);
	CHECK_INT(t->blob.no, 0);
	t->expected.signer = CS_STR_NONE;
	CHECK_INT(decode(t, blob), CS_MDS_REFUSAL_NONE);
}

TEST(a_signer_under_another_root_is_refused)
{
	CS_AUTO(bench_free) struct bench *t = bench_new(false);
	CS_AUTO(minted_clear)
	struct minted root = mint_root("CN=Root"), signer = blob_signer(&root, false);
	const cs_span chain[] = { signer.der, root.der };

	CHECK_INT(decode(t, blob_of(t->arena, blob_header(t->arena, "ES256", chain, 1),
				CS_STR(PAYLOAD("")), signer.key)),
	    CS_MDS_REFUSAL_ROOT);
	CHECK_INT(decode(t, blob_of(t->arena, blob_header(t->arena, "ES256", chain, 2),
				CS_STR(PAYLOAD("")), signer.key)),
	    CS_MDS_REFUSAL_ROOT);
}

TEST(a_chain_that_does_not_hang_together_or_is_over_is_refused)
{
	CS_AUTO(bench_free) struct bench *t = bench_new(false);
	CS_AUTO(minted_clear)
	struct minted other = mint_root("CN=Other"), stray = blob_signer(&other, false);
	const cs_span chain[] = { stray.der, t->signer.der };

	CHECK_INT(decode(t, blob_of(t->arena, blob_header(t->arena, "ES256", chain, 2),
				CS_STR(PAYLOAD("")), stray.key)),
	    CS_MDS_REFUSAL_PATH);
	t->at = cs_seconds(MINT_UNTIL + 1);
	CHECK_INT(judge(t, PAYLOAD("")), CS_MDS_REFUSAL_PATH);
	t->expected.at = NULL;
	CHECK_INT(judge(t, PAYLOAD("")), CS_MDS_REFUSAL_NONE);
}

TEST(a_signature_of_somebody_else_is_refused)
{
	CS_AUTO(bench_free) struct bench *t = bench_new(false);
	CS_AUTO(minted_clear) struct minted other = blob_signer(&t->root, false);

	CHECK_INT(decode(t, blob_of(t->arena, blob_header(t->arena, "ES256", &t->signer.der, 1),
				CS_STR(PAYLOAD("")), other.key)),
	    CS_MDS_REFUSAL_SIGNATURE);
}

TEST(other_algorithms_are_refused)
{
	static const char *const bad[] = { "none", "None", "HS256", "PS256", "ES384", "EdDSA", "" };
	CS_AUTO(bench_free) struct bench *t = bench_new(false);

	for (size_t i = 0; i < CS_COUNT(bad); i++)
		CHECK_INT(decode(t, make(t, bad[i], PAYLOAD(""))), CS_MDS_REFUSAL_ALGORITHM);
	/* one that is not of the signer's kind of key */
	CHECK_INT(decode(t, make(t, "RS256", PAYLOAD(""))), CS_MDS_REFUSAL_SIGNATURE);
}

/* --- form --- */

TEST(headers_that_are_none_are_refused)
{
	static const struct {
		const char *text;
		enum cs_mds_refusal why;
	} bad[] = {
		{ "", CS_MDS_REFUSAL_FORM },
		{ "[]", CS_MDS_REFUSAL_HEADER },
		{ "{", CS_MDS_REFUSAL_HEADER },
		{ "{\"alg\":\"ES256\",\"alg\":\"ES256\"}", CS_MDS_REFUSAL_HEADER },
		{ "{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"x5c\":[]}", CS_MDS_REFUSAL_HEADER },
		{ "{}", CS_MDS_REFUSAL_ALGORITHM },
		{ "{\"alg\":256}", CS_MDS_REFUSAL_ALGORITHM },
		{ "{\"alg\":\"ES256\"}", CS_MDS_REFUSAL_CHAIN },
		{ "{\"alg\":\"ES256\",\"x5c\":[]}", CS_MDS_REFUSAL_CHAIN },
		{ "{\"alg\":\"ES256\",\"x5c\":\"AAAA\"}", CS_MDS_REFUSAL_CHAIN },
		{ "{\"alg\":\"ES256\",\"x5c\":[\"AAAA\"]}", CS_MDS_REFUSAL_CHAIN },
		{ "{\"alg\":\"ES256\",\"x5c\":[1]}", CS_MDS_REFUSAL_CHAIN },
	};
	CS_AUTO(bench_free) struct bench *t = bench_new(false);

	for (size_t i = 0; i < CS_COUNT(bad); i++)
		CHECK_INT(decode(t, blob_of(t->arena, cs_str_c(bad[i].text), CS_STR(PAYLOAD("")),
					t->signer.key)),
		    bad[i].why);
}

TEST(payloads_that_are_none_are_refused_though_signed)
{
	static const struct {
		const char *text;
		enum cs_mds_refusal why;
	} bad[] = {
		{ "", CS_MDS_REFUSAL_PAYLOAD },
		{ "[]", CS_MDS_REFUSAL_PAYLOAD },
		{ "{}", CS_MDS_REFUSAL_PAYLOAD },
		{ "{\"no\":\"7\",\"nextUpdate\":\"2026-12-01\",\"entries\":[]}",
		    CS_MDS_REFUSAL_PAYLOAD },
		{ "{\"no\":-1,\"nextUpdate\":\"2026-12-01\",\"entries\":[]}",
		    CS_MDS_REFUSAL_PAYLOAD },
		{ "{\"no\":7,\"nextUpdate\":\"2026-12-1\",\"entries\":[]}",
		    CS_MDS_REFUSAL_PAYLOAD },
		{ "{\"no\":7,\"nextUpdate\":\"2026/12/01\",\"entries\":[]}",
		    CS_MDS_REFUSAL_PAYLOAD },
		{ "{\"no\":7,\"nextUpdate\":\"2027-13-45\",\"entries\":[]}",
		    CS_MDS_REFUSAL_PAYLOAD },
		{ "{\"no\":7,\"nextUpdate\":\"2027-02-29\",\"entries\":[]}",
		    CS_MDS_REFUSAL_PAYLOAD },
		{ "{\"no\":7,\"nextUpdate\":\"2026-12-0\\u0000\",\"entries\":[]}",
		    CS_MDS_REFUSAL_PAYLOAD },
		{ "{\"no\":7,\"nextUpdate\":\"2026-12-01\",\"entries\":{}}",
		    CS_MDS_REFUSAL_PAYLOAD },
		{ "{\"no\":7,\"no\":8,\"nextUpdate\":\"2026-12-01\",\"entries\":[]}",
		    CS_MDS_REFUSAL_PAYLOAD },
		{ PAYLOAD("7"), CS_MDS_REFUSAL_ENTRY },
		{ PAYLOAD("{}"), CS_MDS_REFUSAL_ENTRY },
		{ PAYLOAD("{\"aaguid\":\"1\"," REPORTS("") "}"), CS_MDS_REFUSAL_ENTRY },
		{ PAYLOAD("{\"aaguid\":7," REPORTS("") "}"), CS_MDS_REFUSAL_ENTRY },
		{ PAYLOAD("{\"aaguid\":\"fa2b99dc-9e39-4257-8f92-4a30d23c4118\"}"),
		    CS_MDS_REFUSAL_ENTRY },
		{ PAYLOAD(
		      "{\"aaguid\":\"fa2b99dc-9e39-4257-8f92-4a30d23c4118\"," REPORTS("{}") "}"),
		    CS_MDS_REFUSAL_ENTRY },
		{ PAYLOAD("{\"attestationCertificateKeyIdentifiers\":[\"ABCD\"]," REPORTS("") "}"),
		    CS_MDS_REFUSAL_ENTRY },
		{ PAYLOAD("{\"attestationCertificateKeyIdentifiers\":\"x\"," REPORTS("") "}"),
		    CS_MDS_REFUSAL_ENTRY },
		{ PAYLOAD("{\"attestationCertificateKeyIdentifiers\":"
			  "[\"0123456789ABCDEF0123456789ABCDEF01234567\"]," REPORTS("") "}"),
		    CS_MDS_REFUSAL_ENTRY },
	};
	CS_AUTO(bench_free) struct bench *t = bench_new(false);

	for (size_t i = 0; i < CS_COUNT(bad); i++)
		CHECK_INT(judge(t, bad[i].text), bad[i].why);
}

TEST(too_many_roots_of_one_entry_are_refused)
{
	CS_AUTO(bench_free) struct bench *t = bench_new(false);
	struct cs_buf b;
	enum cs_mds_refusal why;

	cs_buf_init(&b, 65536);
	cs_buf_add_c(&b, "{\"no\":7,\"nextUpdate\":\"2026-12-01\",\"entries\":[{\"aaguid\":"
			 "\"fa2b99dc-9e39-4257-8f92-4a30d23c4118\",\"statusReports\":[],"
			 "\"metadataStatement\":{\"attestationRootCertificates\":[\"AAEC\"");
	for (size_t i = 0; i < CS_MDS_ROOTS_MAX; i++)
		cs_buf_add_c(&b, ",\"AAEC\"");
	cs_buf_add_c(&b, "]}}]}");
	cs_buf_add_byte(&b, 0);
	cs_span blob = make(t, "ES256", (const char *)b.p);
	cs_buf_clear(&b);
	CHECK_ERR(cs_mds_decode(t->arena, &t->expected, blob, &t->blob, &why), LIMIT);
}

TEST(a_blob_cut_at_any_byte_is_refused)
{
	CS_AUTO(bench_free) struct bench *t = bench_new(false);
	cs_span blob = make(t, "ES256", PAYLOAD(KEY_ENTRY));
	uint8_t *whole = malloc(blob.len);
	size_t len = blob.len;

	memcpy(whole, blob.p, len);
	while (len-- > 0) {
		uint8_t *cut = malloc(len + 1);
		memcpy(cut, whole, len);
		cs_arena_reset(t->arena);
		CHECK(decode(t, CS_SPAN(cut, len)) != CS_MDS_REFUSAL_NONE);
		CHECK_INT(t->blob.count, 0);
		free(cut);
	}
	free(whole);
}

TEST(a_blob_with_any_bit_flipped_is_refused)
{
	CS_AUTO(bench_free) struct bench *t = bench_new(false);
	cs_span blob = make(t, "ES256", PAYLOAD(KEY_ENTRY));
	size_t len = blob.len;
	uint8_t *whole = malloc(len), *copy = malloc(len);

	memcpy(whole, blob.p, len);
	for (size_t bit = 0; bit < len * 8; bit += 5) {
		memcpy(copy, whole, len);
		copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		cs_arena_reset(t->arena);
		CHECK(decode(t, CS_SPAN(copy, len)) != CS_MDS_REFUSAL_NONE);
	}
	free(whole);
	free(copy);
}

/* --- words --- */

TEST(statuses_have_names_and_five_of_them_refuse)
{
	CHECK_INT(cs_mds_status_bit(CS_STR("REVOKED")), CS_MDS_REVOKED);
	CHECK_INT(cs_mds_status_bit(CS_STR("FIDO_CERTIFIED_L1plus")), CS_MDS_FIDO_CERTIFIED_L1plus);
	CHECK_INT(cs_mds_status_bit(CS_STR("revoked")), 0);
	CHECK_INT(cs_mds_status_bit(CS_STR("")), 0);
	CHECK_TEXT(
	    cs_mds_status_name(CS_MDS_ATTESTATION_KEY_COMPROMISE), "ATTESTATION_KEY_COMPROMISE");
	CHECK_INT(CS_MDS_REFUSED,
	    CS_MDS_REVOKED | CS_MDS_USER_VERIFICATION_BYPASS | CS_MDS_ATTESTATION_KEY_COMPROMISE |
		CS_MDS_USER_KEY_REMOTE_COMPROMISE | CS_MDS_USER_KEY_PHYSICAL_COMPROMISE);
}

TEST(the_root_that_is_built_in_is_the_one_that_is_published)
{
	static const uint8_t published[32] = { 0xcb, 0xb5, 0x22, 0xd7, 0xb7, 0xf1, 0x27, 0xad, 0x6a,
		0x01, 0x13, 0x86, 0x5b, 0xdf, 0x1c, 0xd4, 0x10, 0x2e, 0x7d, 0x07, 0x59, 0xaf, 0x63,
		0x5a, 0x7c, 0xf4, 0x72, 0x0d, 0xc9, 0x63, 0xc5, 0x3b };
	struct cs_certificate c;
	uint8_t print[32];

	CHECK_OK(cs_certificate_decode(cs_mds_public_root, &c));
	cs_certificate_fingerprint(&c, print);
	assert_memory_equal(print, published, 32);
	CHECK(c.is_ca);
}

TEST_MAIN("proto/mds")
