#include "crypto/certificate.h"

#include "mint.h"
#include "test.h"

#include "base/codec.h"
#include "crypto/public_key.h"

#include <openssl/pem.h>

#define LEAF "C=SE/O=Maker AB/OU=Authenticator Attestation/CN=Key 1"
#define AAGUID_OID "1.3.6.1.4.1.45724.1.1.4"
#define AAGUID_BYTES \
	"\x04\x10" \
	"0123456789abcdef"
#define AAGUID_OID_DER "\x2b\x06\x01\x04\x01\x82\xe5\x1c\x01\x01\x04"

static const struct mint_wish leaf_wish = {
	.subject = LEAF,
	.basic = "CA:FALSE",
	.extensions = { { AAGUID_OID, AAGUID_BYTES, 18, false } },
};

static struct minted
leaf_of(const struct minted *issuer)
{
	return mint(&leaf_wish, issuer);
}

/* --- reading --- */

TEST(a_leaf_is_read_as_it_was_made)
{
	CS_AUTO(minted_clear) struct minted root = mint_root("CN=Root"), leaf = leaf_of(&root);
	struct cs_certificate c;
	cs_str text;
	cs_span value;
	bool is_critical;

	CHECK_OK(cs_certificate_decode(leaf.der, &c));
	CHECK_INT(c.version, 3);
	CHECK(!c.has_empty_subject && c.has_basic_constraints && !c.is_ca);
	CHECK_INT(c.path_len, -1);
	CHECK_INT(c.not_before.ms, MINT_FROM * INT64_C(1000));
	CHECK_INT(c.not_after.ms, MINT_UNTIL * INT64_C(1000));
	CHECK_OK(cs_certificate_subject(&c, CS_OID(CS_OID_COUNTRY), &text));
	CHECK_TEXT(text, "SE");
	CHECK_OK(cs_certificate_subject(&c, CS_OID(CS_OID_ORGANIZATION), &text));
	CHECK_TEXT(text, "Maker AB");
	CHECK_OK(cs_certificate_subject(&c, CS_OID(CS_OID_ORGANIZATIONAL_UNIT), &text));
	CHECK_TEXT(text, "Authenticator Attestation");
	CHECK_OK(cs_certificate_subject(&c, CS_OID(CS_OID_COMMON_NAME), &text));
	CHECK_TEXT(text, "Key 1");
	CHECK_OK(cs_certificate_extension(&c, CS_OID(AAGUID_OID_DER), &value, &is_critical));
	CHECK_TEXT(value, AAGUID_BYTES);
	CHECK(!is_critical);
}

TEST(what_is_not_there_is_not_found)
{
	CS_AUTO(minted_clear) struct minted root = mint_root("CN=Root");
	struct cs_certificate c;
	cs_str text;
	cs_span value;
	bool is_critical;

	CHECK_OK(cs_certificate_decode(root.der, &c));
	CHECK_ERR(cs_certificate_subject(&c, CS_OID(CS_OID_COUNTRY), &text), NOT_FOUND);
	CHECK_ERR(cs_certificate_alt_name(&c, CS_OID(CS_OID_COUNTRY), &text), NOT_FOUND);
	CHECK_ERR(
	    cs_certificate_extension(&c, CS_OID(AAGUID_OID_DER), &value, &is_critical), NOT_FOUND);
	CHECK(!cs_certificate_has_purpose(&c, CS_OID("\x67\x81\x05\x08\x03")));
	CHECK(!cs_certificate_has_host(&c, CS_STR("root")));
}

TEST(an_attribute_that_is_there_twice_is_a_conflict)
{
	const struct mint_wish wish = { .subject = "CN=One/CN=Two" };
	CS_AUTO(minted_clear) struct minted twice = mint(&wish, NULL);
	struct cs_certificate c;
	cs_str text;

	CHECK_OK(cs_certificate_decode(twice.der, &c));
	CHECK_ERR(cs_certificate_subject(&c, CS_OID(CS_OID_COMMON_NAME), &text), CONFLICT);
	CHECK_INT(text.len, 0);
}

/* SAN: [4] { SEQUENCE { SET { SEQUENCE { 2.23.133.2.1, UTF8String "id:1" } } } } */
#define TPM_SAN \
	"\x30\x17\xa4\x15\x30\x13\x31\x11\x30\x0f\x06\x05\x67\x81\x05\x02\x01\x0c\x06" \
	"id:123"

TEST(the_tpms_name_is_read_out_of_the_alternative_names)
{
	const struct mint_wish wish = {
		.purpose = "2.23.133.8.3",
		.extensions = { { "2.5.29.17", TPM_SAN, sizeof(TPM_SAN) - 1, true } },
	};
	CS_AUTO(minted_clear) struct minted aik = mint(&wish, NULL);
	struct cs_certificate c;
	cs_str text;

	CHECK_OK(cs_certificate_decode(aik.der, &c));
	CHECK(c.has_empty_subject && !c.has_unknown_critical);
	CHECK_OK(cs_certificate_alt_name(&c, CS_OID("\x67\x81\x05\x02\x01"), &text));
	CHECK_TEXT(text, "id:123");
	CHECK_ERR(cs_certificate_alt_name(&c, CS_OID("\x67\x81\x05\x02\x02"), &text), NOT_FOUND);
	CHECK(cs_certificate_has_purpose(&c, CS_OID("\x67\x81\x05\x08\x03")));
	CHECK(!cs_certificate_has_purpose(&c, CS_OID("\x67\x81\x05\x08\x04")));
}

#define DNS_SAN "\x30\x0c\x82\x0amds.a.test"

TEST(a_host_is_compared_whole_and_without_case)
{
	const struct mint_wish wish = {
		.extensions = { { "2.5.29.17", DNS_SAN, sizeof(DNS_SAN) - 1, false } },
	};
	CS_AUTO(minted_clear) struct minted m = mint(&wish, NULL);
	struct cs_certificate c;

	CHECK_OK(cs_certificate_decode(m.der, &c));
	CHECK(cs_certificate_has_host(&c, CS_STR("mds.a.test")));
	CHECK(cs_certificate_has_host(&c, CS_STR("MDS.a.test")));
	CHECK(!cs_certificate_has_host(&c, CS_STR("a.test")));
	CHECK(!cs_certificate_has_host(&c, CS_STR("mds.a.test.example")));
	CHECK(!cs_certificate_has_host(&c, CS_STR("")));
}

TEST(prints_and_key_are_the_librarys)
{
	CS_AUTO(minted_clear) struct minted root = mint_root("CN=Root");
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	struct cs_certificate c;
	uint8_t print[32], id[CS_CERTIFICATE_KEY_ID_LEN];
	unsigned char want[64];
	unsigned len;

	CHECK_OK(cs_certificate_decode(root.der, &c));
	cs_certificate_fingerprint(&c, print);
	CHECK_INT(X509_digest(root.x, EVP_sha256(), want, &len), 1);
	assert_memory_equal(print, want, 32);
	cs_certificate_key_id(&c, id);
	CHECK_INT(X509_pubkey_digest(root.x, EVP_sha1(), want, &len), 1);
	assert_memory_equal(id, want, sizeof(id));
	CHECK_OK(cs_certificate_key(&c, &key));
	CHECK_INT(cs_public_key_kind(key), CS_KEY_P256);
}

TEST(a_subject_for_people_is_bounded_and_without_control_characters)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 16);
	const struct mint_wish wish = { .subject = "O=Made \n here/CN=Key" };
	CS_AUTO(minted_clear) struct minted m = mint(&wish, NULL);
	struct cs_certificate c;

	CHECK_OK(cs_certificate_decode(m.der, &c));
	CHECK_TEXT(cs_certificate_subject_text(a, &c), "O=Made ? here, CN=Key");
}

TEST(what_is_not_one_certificate_is_refused)
{
	CS_AUTO(minted_clear) struct minted root = mint_root("CN=Root");
	static uint8_t bytes[CS_CERTIFICATE_MAX + 1];
	struct cs_certificate c;

	CHECK_ERR(cs_certificate_decode(CS_SPAN_NONE, &c), INVALID);
	CHECK_ERR(cs_certificate_decode(cs_str_span(CS_STR("\x30\x00")), &c), INVALID);
	CHECK_ERR(cs_certificate_decode(cs_str_span(CS_STR("certificate")), &c), INVALID);
	CHECK_ERR(cs_certificate_decode(CS_SPAN(bytes, sizeof(bytes)), &c), LIMIT);
	memcpy(bytes, root.der.p, root.der.len);
	CHECK_ERR(cs_certificate_decode(CS_SPAN(bytes, root.der.len + 1), &c), INVALID);
	CHECK_INT(c.der.len, 0);
}

TEST(a_certificate_cut_at_any_byte_is_refused)
{
	CS_AUTO(minted_clear) struct minted root = mint_root("CN=Root"), leaf = leaf_of(&root);
	struct cs_certificate c;

	for (size_t len = 0; len < leaf.der.len; len++) {
		/* a copy of exactly that size, so that reading on would be seen */
		uint8_t *cut = malloc(len + 1);
		memcpy(cut, leaf.der.p, len);
		CHECK_ERR(cs_certificate_decode(CS_SPAN(cut, len), &c), INVALID);
		free(cut);
	}
}

TEST(an_extension_that_is_there_twice_is_refused)
{
	const struct mint_wish wish = {
		.subject = LEAF,
		.extensions = { { AAGUID_OID, AAGUID_BYTES, 18, false },
		    { AAGUID_OID, AAGUID_BYTES, 18, false } },
	};
	CS_AUTO(minted_clear) struct minted m = mint(&wish, NULL);
	struct cs_certificate c;

	CHECK_ERR(cs_certificate_decode(m.der, &c), INVALID);
}

TEST(extensions_need_version_3)
{
	struct mint_wish wish = leaf_wish;
	struct cs_certificate c;

	wish.version = 1;
	CS_AUTO(minted_clear) struct minted m = mint(&wish, NULL);
	CHECK_ERR(cs_certificate_decode(m.der, &c), INVALID);
}

TEST(constraints_that_make_no_sense_are_refused)
{
	/* SEQUENCE { INTEGER 0 }: a length without a CA; then a BOOLEAN of 1; then a tail */
	static const struct mint_extension bad[] = {
		{ "2.5.29.19", "\x30\x03\x02\x01\x00", 5, true },
		{ "2.5.29.19", "\x30\x03\x01\x01\x01", 5, true },
		{ "2.5.29.19", "\x30\x03\x01\x01\xff\x00", 6, true },
		{ "2.5.29.19", "\x30\x06\x01\x01\xff\x02\x01\xff", 8, true },
		{ "2.5.29.15", "\x03\x01", 2, true },
		{ "2.5.29.15", "\x03\x02\x08\x04", 4, true },
	};

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		const struct mint_wish wish = { .subject = LEAF, .extensions = { bad[i] } };
		CS_AUTO(minted_clear) struct minted m = mint(&wish, NULL);
		struct cs_certificate c;
		CHECK_ERR(cs_certificate_decode(m.der, &c), INVALID);
	}
}

/* --- files --- */

static cs_err
decode_text(struct cs_arena *a, const char *text, size_t max, size_t *count)
{
	cs_span *ders;

	return cs_certificate_decode_file(a, cs_str_span(cs_str_c(text)), max, &ders, count);
}

static void
add_pem(char *text, size_t room, const struct minted *m)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *p;

	PEM_write_bio_X509(b, m->x);
	long len = BIO_get_mem_data(b, &p);
	CS_ASSERT(strlen(text) + (size_t)len < room);
	strncat(text, p, (size_t)len);
	BIO_free(b);
}

TEST(a_file_may_hold_several_in_pem_with_words_between)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	CS_AUTO(minted_clear) struct minted one = mint_root("CN=One"), two = mint_root("CN=Two");
	char text[8192] = "the first\n";
	size_t count;
	cs_span *ders;

	add_pem(text, sizeof(text), &one);
	strcat(text, "\r\nand the second:\r\n");
	add_pem(text, sizeof(text), &two);
	CHECK_OK(cs_certificate_decode_file(a, cs_str_span(cs_str_c(text)), 4, &ders, &count));
	CHECK_INT(count, 2);
	assert_memory_equal(ders[1].p, two.der.p, two.der.len);
	CHECK_ERR(decode_text(a, text, 1, &count), LIMIT);
	CHECK_INT(count, 0);
}

TEST(a_file_may_be_one_in_der)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	CS_AUTO(minted_clear) struct minted one = mint_root("CN=One");
	size_t count;
	cs_span *ders;

	CHECK_OK(cs_certificate_decode_file(a, one.der, 1, &ders, &count));
	CHECK_INT(count, 1);
	assert_memory_equal(ders[0].p, one.der.p, one.der.len);
}

TEST(files_of_anything_else_are_refused)
{
	static const char *const bad[] = {
		"",
		"nothing",
		"-----BEGIN CERTIFICATE-----\nMIIB\n",
		"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		"-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----\n",
	};
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	size_t count;

	for (size_t i = 0; i < CS_COUNT(bad); i++)
		CHECK_ERR(decode_text(a, bad[i], 4, &count), INVALID);
}

TEST(a_private_key_beside_a_certificate_is_refused)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	CS_AUTO(minted_clear) struct minted one = mint_root("CN=One");
	char text[8192] = "";
	size_t count;

	add_pem(text, sizeof(text), &one);
	strcat(text, "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
	CHECK_ERR(decode_text(a, text, 4, &count), INVALID);
}

TEST_MAIN("crypto/certificate")
