#include "attestation_bench.h"

#include "proto/tpm_structures.h"

#include <openssl/rsa.h>

/* A statement whose every part can be spoilt before it is signed. */
struct tpm {
	struct cs_buf area;
	struct cs_buf info;
	const char *version;
	int64_t alg;
	struct mint_wish aik;
};

/* [4] { SEQUENCE { SET { three of: SEQUENCE { OID 2.23.133.2.n, UTF8String } } } } */
#define TPM_ATTRIBUTE(N) \
	"\x30\x0c\x06\x05\x67\x81\x05\x02" N "\x0c\x03" \
	"abc"
#define TPM_SAN \
	"\x30\x30\xa4\x2e\x30\x2c\x31\x2a" TPM_ATTRIBUTE("\x01") TPM_ATTRIBUTE("\x02") \
	    TPM_ATTRIBUTE("\x03")
#define SAN_OID "2.5.29.17"
#define AAGUID_OID "1.3.6.1.4.1.45724.1.1.4"

static const struct mint_wish good_aik = {
	.basic = "CA:FALSE",
	.purpose = "2.23.133.8.3",
	.extensions = { { SAN_OID, TPM_SAN, sizeof(TPM_SAN) - 1, true } },
};

static void
put_sized(struct cs_buf *b, cs_span bytes)
{
	cs_buf_add_be16(b, (uint16_t)bytes.len);
	cs_buf_add(b, bytes);
}

static void
make_area(struct bench *t, struct cs_buf *b)
{
	cs_buf_reset(b);
	cs_buf_add_be16(b, 0x0023); /* ECC */
	cs_buf_add_be16(b, 0x000b); /* SHA-256 */
	cs_buf_add_be32(b, 0x00060472);
	put_sized(b, CS_SPAN_NONE);
	cs_buf_add_be16(b, 0x0010); /* no symmetric algorithm */
	cs_buf_add_be16(b, 0x0018); /* ECDSA … */
	cs_buf_add_be16(b, 0x000b); /* … with SHA-256 */
	cs_buf_add_be16(b, 0x0003); /* P-256 */
	cs_buf_add_be16(b, 0x0010); /* no KDF */
	put_sized(b, CS_SPAN(t->point + 1, 32));
	put_sized(b, CS_SPAN(t->point + 33, 32));
}

static void
make_info(struct bench *t, const struct cs_buf *area, struct cs_buf *b)
{
	uint8_t extra[32], name[34] = { 0, 0x0b };

	cs_sha256(bench_message(t), extra);
	cs_sha256(cs_buf_span(area), name + 2);
	cs_buf_reset(b);
	cs_buf_add_be32(b, 0xff544347);
	cs_buf_add_be16(b, 0x8017);
	put_sized(b, cs_str_span(CS_STR("signer")));
	put_sized(b, CS_SPAN(extra, 32));
	cs_buf_add(b, cs_str_span(CS_STR("clock and restarts"))); /* 17, see below */
	b->len--;
	cs_buf_add(b, cs_str_span(CS_STR("firmware")));
	put_sized(b, CS_SPAN(name, 34));
	put_sized(b, cs_str_span(CS_STR("qualified")));
}

static struct tpm
tpm_new(struct bench *t)
{
	struct tpm m = { .version = "2.0", .alg = -7, .aik = good_aik };

	cs_buf_init(&m.area, 1024);
	cs_buf_init(&m.info, 1024);
	make_area(t, &m.area);
	make_info(t, &m.area, &m.info);
	return m;
}

static void
tpm_clear(struct tpm *m)
{
	cs_buf_clear(&m->area);
	cs_buf_clear(&m->info);
}

static void
make_statement(struct bench *t, const struct tpm *m)
{
	bench_leaf(t, &m->aik);
	cs_buf_reset(&t->statement);
	put_head(&t->statement, 5, 6);
	put_text(&t->statement, "ver");
	put_text(&t->statement, m->version);
	put_text(&t->statement, "alg");
	put_int(&t->statement, m->alg);
	put_x5c(&t->statement, t->leaf.der);
	put_pair(&t->statement, "sig", bench_sign(t, t->leaf.key, cs_buf_span(&m->info)));
	put_pair(&t->statement, "certInfo", cs_buf_span(&m->info));
	put_pair(&t->statement, "pubArea", cs_buf_span(&m->area));
}

static enum cs_webauthn_verdict
judge(struct bench *t, const struct tpm *m)
{
	make_statement(t, m);
	return bench_verify(t, "tpm");
}

TEST(a_key_that_a_tpm_certified_is_accepted)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	CHECK_INT(judge(&t, &m), CS_WA_ACCEPTED);
	struct cs_attestation out = bench_verify_bytes(&t, "tpm", cs_buf_span(&t.statement));
	CHECK_INT(out.kind, CS_ATTESTATION_CHAIN);
	CHECK_INT(out.x5c_count, 1);
}

TEST(another_version_is_refused)
{
	static const char *const versions[] = { "1.2", "2.1", "2", "" };
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	for (size_t i = 0; i < CS_COUNT(versions); i++) {
		m.version = versions[i];
		CHECK_INT(judge(&t, &m), CS_WA_STATEMENT_MALFORMED);
	}
}

TEST(a_statement_without_one_of_its_members_is_refused)
{
	static const char *const members[] = { "ver", "alg", "x5c", "sig", "certInfo", "pubArea" };
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	for (size_t i = 0; i < CS_COUNT(members); i++) {
		make_statement(&t, &m);
		/* renamed is as good as gone */
		uint8_t *at =
		    memmem(t.statement.p, t.statement.len, members[i], strlen(members[i]));
		assert_non_null(at);
		*at = '_';
		CHECK_INT(bench_verify(&t, "tpm"), CS_WA_STATEMENT_MALFORMED);
	}
}

TEST(the_public_area_holds_the_credentials_key)
{
	CS_AUTO(bench_clear) struct bench t = bench_new(), other = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	make_area(&other, &m.area);
	make_info(&t, &m.area, &m.info);
	CHECK_INT(judge(&t, &m), CS_WA_ATTESTED_DATA);
}

TEST(the_name_is_the_public_areas)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	m.area.p[5] ^= 1; /* an attribute, after the name was made */
	CHECK_INT(judge(&t, &m), CS_WA_ATTESTED_DATA);
}

TEST(the_extra_data_is_this_registrations)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	t.client_hash[0] ^= 1;
	CHECK_INT(judge(&t, &m), CS_WA_ATTESTED_DATA);
}

TEST(what_was_certified_has_magic_and_type)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	m.info.p[0] = 0xfe; /* a TPM never signs this itself: anybody could have */
	CHECK_INT(judge(&t, &m), CS_WA_STATEMENT_MALFORMED);
	make_info(&t, &m.area, &m.info);
	m.info.p[5] = 0x18; /* a quote */
	CHECK_INT(judge(&t, &m), CS_WA_STATEMENT_MALFORMED);
}

TEST(structures_end_where_they_end)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	cs_buf_add_byte(&m.info, 0);
	CHECK_INT(judge(&t, &m), CS_WA_STATEMENT_MALFORMED);
	make_area(&t, &m.area);
	cs_buf_add_byte(&m.area, 0);
	make_info(&t, &m.area, &m.info);
	CHECK_INT(judge(&t, &m), CS_WA_STATEMENT_MALFORMED);
}

TEST(structures_cut_at_any_byte_are_refused_though_signed)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);
	size_t whole = m.info.len;

	for (m.info.len = 0; m.info.len < whole; m.info.len++)
		CHECK_INT(judge(&t, &m), CS_WA_STATEMENT_MALFORMED);
	whole = m.area.len;
	for (size_t len = 0; len < whole; len++) {
		make_area(&t, &m.area);
		m.area.len = len;
		make_info(&t, &m.area, &m.info);
		CHECK_INT(judge(&t, &m), CS_WA_STATEMENT_MALFORMED);
	}
}

TEST(the_signature_is_the_attestation_keys_with_the_algorithm_that_is_named)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	make_statement(&t, &m);
	minted_clear(&t.leaf);
	t.leaf = mint(&m.aik, &t.root); /* another key signs */
	uint8_t *at = memmem(t.statement.p, t.statement.len, "sig", 3);
	assert_non_null(at);
	/* a byte string with one byte of length; lengths of ECDSA signatures vary */
	cs_span signature;
	do {
		signature = bench_sign(&t, t.leaf.key, cs_buf_span(&m.info));
	} while (signature.len != at[4]);
	memcpy(at + 5, signature.p, signature.len);
	CHECK_INT(bench_verify(&t, "tpm"), CS_WA_STATEMENT_SIGNATURE);
	m.alg = -8; /* no digest of its own */
	CHECK_INT(judge(&t, &m), CS_WA_STATEMENT_ALGORITHM);
	m.alg = -257; /* RS256's digest is the same, its key is not */
	CHECK_INT(judge(&t, &m), CS_WA_STATEMENT_SIGNATURE);
	m.alg = -35; /* another digest */
	CHECK_INT(judge(&t, &m), CS_WA_ATTESTED_DATA);
}

TEST(the_certificate_follows_its_rules)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	m.aik.subject = "CN=TPM"; /* the subject is empty */
	CHECK_INT(judge(&t, &m), CS_WA_CERTIFICATE_RULES);
	m.aik = good_aik;
	m.aik.purpose = "2.23.133.8.1"; /* an endorsement key's */
	CHECK_INT(judge(&t, &m), CS_WA_CERTIFICATE_RULES);
	m.aik.purpose = NULL;
	CHECK_INT(judge(&t, &m), CS_WA_CERTIFICATE_RULES);
	m.aik = good_aik;
	m.aik.basic = "CA:TRUE";
	CHECK_INT(judge(&t, &m), CS_WA_CERTIFICATE_RULES);
	m.aik.basic = NULL;
	CHECK_INT(judge(&t, &m), CS_WA_CERTIFICATE_RULES);
	m.aik = good_aik;
	m.aik.extensions[0] = (struct mint_extension){ 0 };
	CHECK_INT(judge(&t, &m), CS_WA_CERTIFICATE_RULES);
}

TEST(manufacturer_model_and_version_are_all_there)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	for (size_t i = 0; i < 3; i++) {
		char san[] = TPM_SAN;
		san[8 + 14 * i + 8] = 9; /* 2.23.133.2.9 instead */
		m.aik.extensions[0].value = san;
		CHECK_INT(judge(&t, &m), CS_WA_CERTIFICATE_RULES);
	}
}

TEST(a_model_that_the_certificate_names_is_the_datas)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	memcpy(t.aaguid, "0123456789abcdef", 16);
	bench_data(&t);
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	m.aik.extensions[1] = (struct mint_extension){ AAGUID_OID,
		"\x04\x10"
		"0123456789abcdef",
		18, false };
	CHECK_INT(judge(&t, &m), CS_WA_ACCEPTED);
	m.aik.extensions[1].value = "\x04\x10"
				    "0123456789abcdeX";
	CHECK_INT(judge(&t, &m), CS_WA_CERTIFICATE_AAGUID);
	m.aik.extensions[1].value = "\x04\x0f"
				    "0123456789abcdef";
	CHECK_INT(judge(&t, &m), CS_WA_CERTIFICATE_RULES);
	m.aik.extensions[1].value = "\x04\x10"
				    "0123456789abcdef";
	m.aik.extensions[1].is_critical = true;
	CHECK_INT(judge(&t, &m), CS_WA_CERTIFICATE_RULES);
}

TEST(a_damaged_statement_is_not_believed)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(tpm_clear) struct tpm m = tpm_new(&t);

	CHECK_INT(judge(&t, &m), CS_WA_ACCEPTED);
	bench_cut(&t, "tpm");
	bench_flip(&t, "tpm");
}

/* --- areas of other keys --- */

static void
rsa_area(struct cs_buf *b, uint16_t bits, uint32_t e, cs_span n)
{
	cs_buf_reset(b);
	cs_buf_add_be16(b, 0x0001);
	cs_buf_add_be16(b, 0x0004); /* name by SHA-1 */
	cs_buf_add_be32(b, 0);
	put_sized(b, cs_str_span(CS_STR("policy")));
	cs_buf_add_be16(b, 0x0010);
	cs_buf_add_be16(b, 0x0010);
	cs_buf_add_be16(b, bits);
	cs_buf_add_be32(b, e);
	put_sized(b, n);
}

TEST(an_rsa_area_has_its_default_exponent_and_its_bits)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_tpm_public p;
	uint8_t n[256] = { 0xc0, [255] = 1 };

	cs_buf_init(&b, 1024);
	rsa_area(&b, 2048, 0, CS_SPAN(n, 256));
	CHECK_OK(cs_tpm_public_decode(cs_buf_span(&b), &p));
	CHECK_INT(p.kind, CS_KEY_RSA);
	CHECK_INT(p.e, 65537);
	CHECK_INT(p.name_alg, CS_DIGEST_SHA1);
	rsa_area(&b, 1024, 0, CS_SPAN(n, 256));
	CHECK_ERR(cs_tpm_public_decode(cs_buf_span(&b), &p), INVALID);
	rsa_area(&b, 2048, 0, CS_SPAN(n, 255));
	CHECK_ERR(cs_tpm_public_decode(cs_buf_span(&b), &p), INVALID);
}

TEST(areas_of_other_kinds_are_refused)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_tpm_public p;

	cs_buf_init(&b, 1024);
	make_area(&t, &b);
	CHECK_OK(cs_tpm_public_decode(cs_buf_span(&b), &p));
	b.p[1] = 0x08; /* a keyed hash */
	CHECK_ERR(cs_tpm_public_decode(cs_buf_span(&b), &p), INVALID);
	make_area(&t, &b);
	b.p[3] = 0x12; /* SM3 */
	CHECK_ERR(cs_tpm_public_decode(cs_buf_span(&b), &p), INVALID);
	make_area(&t, &b);
	b.p[17] = 0x10; /* another curve */
	CHECK_ERR(cs_tpm_public_decode(cs_buf_span(&b), &p), INVALID);
}

TEST(coordinates_without_leading_zeros_are_widened_and_longer_ones_refused)
{
	CS_AUTO(bench_clear) struct bench t = bench_new();
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	struct cs_tpm_public p = { .kind = CS_KEY_P256 };
	uint8_t wide[33] = { 0 };

	memcpy(wide + 1, t.point + 1, 32);
	p.x = CS_SPAN(wide, 33);
	p.y = CS_SPAN(t.point + 33, 32);
	CHECK_ERR(cs_tpm_public_import(&p, &key), INVALID);
	p.x = CS_SPAN(wide + 1, 32);
	CHECK_OK(cs_tpm_public_import(&p, &key));
	cs_public_key_free(&key);
	p.x = CS_SPAN(wide + 2, 31); /* another point, and not on the curve */
	CHECK_ERR(cs_tpm_public_import(&p, &key), INVALID);
}

TEST_MAIN("proto/attestation_tpm")
