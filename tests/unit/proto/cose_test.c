#include "proto/cose.h"

#include "test.h"
#include "vectors.h"

/* A COSE_Key as hex text, decoded and, if it is one, imported. */
static cs_err
key_of(const char *hex, struct cs_cose_key *k)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 4096);
	CHECK_OK(cs_hex_decode(cs_str_c(hex), &b));
	CS_TRY(cs_cose_key_decode(a, cs_buf_span(&b), k));
	return cs_cose_key_import(k, &key);
}

/* P-256's base point (SEC 2 §2.4.2), which is on the curve. */
#define GX "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
#define GY "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
#define X "215820" GX
#define Y "225820" GY
#define ED "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a" /* RFC 8032 §7.1 */

TEST(keys_of_each_kind_are_read)
{
	struct cs_cose_key k;

	CHECK_OK(key_of("a5010203262001" X Y, &k));
	CHECK(k.kind == CS_KEY_P256 && k.alg == CS_SIG_ES256 && k.x.len == 32 && k.y.len == 32);
	CHECK_OK(key_of("a4010103272006215820" ED, &k));
	CHECK(k.kind == CS_KEY_ED25519 && k.alg == CS_SIG_EDDSA && k.x.len == 32);
}

TEST(the_order_of_members_and_members_that_are_unknown_do_not_matter)
{
	struct cs_cose_key k;

	CHECK_OK(key_of("a5" X Y "200103260102", &k));
	CHECK_OK(key_of("a6010203262001" X Y "02410a", &k));
}

TEST(a_key_without_one_of_its_members_is_refused)
{
	struct cs_cose_key k;

	CHECK_ERR(key_of("a0", &k), INVALID);
	CHECK_ERR(key_of("a403262001" X Y, &k), INVALID);
	CHECK_ERR(key_of("a401022001" X Y, &k), INVALID);
	CHECK_ERR(key_of("a401020326" X Y, &k), INVALID);
	CHECK_ERR(key_of("a4010203262001" Y, &k), INVALID);
	CHECK_ERR(key_of("a4010203262001" X, &k), INVALID);
	CHECK_ERR(key_of("a3010103272006", &k), INVALID);
	CHECK_ERR(key_of("a3010303390100"
			 "2141ff",
		      &k),
	    INVALID);
	CHECK_ERR(key_of("a3010303390100"
			 "2041ff",
		      &k),
	    INVALID);
	CHECK(k.alg == 0);
}

TEST(a_key_of_another_type_curve_or_algorithm_is_not_found)
{
	struct cs_cose_key k;

	CHECK_ERR(key_of("a5010403262001" X Y, &k), NOT_FOUND); /* symmetric */
	CHECK_ERR(key_of("a5010203262008" X Y, &k), NOT_FOUND); /* secp256k1 */
	CHECK_ERR(key_of("a501020338342001" X Y, &k), NOT_FOUND); /* Ed448 */
	CHECK_ERR(key_of("a50102033830"
			 "2001" X Y,
		      &k),
	    NOT_FOUND); /* ML-DSA-65 */
	CHECK_ERR(key_of("a4010103272004215820" ED, &k), NOT_FOUND); /* X25519 */
	CHECK_ERR(key_of("a4010103272007215820" ED, &k), NOT_FOUND); /* Ed448's curve */
}

TEST(an_algorithm_that_does_not_fit_the_key_is_refused)
{
	struct cs_cose_key k;

	CHECK_ERR(key_of("a501020338222001" X Y, &k), INVALID); /* ES384 on P-256 */
	CHECK_ERR(key_of("a5010203272001" X Y, &k), INVALID); /* EdDSA on P-256 */
	CHECK_ERR(key_of("a401010326"
			 "2006215820" ED,
		      &k),
	    INVALID); /* ES256 on Ed25519 */
	CHECK_ERR(key_of("a4010203272006215820" ED, &k), NOT_FOUND); /* Ed25519 as EC2 */
}

TEST(coordinates_of_the_wrong_width_or_kind_are_refused)
{
	struct cs_cose_key k;

	CHECK_ERR(key_of("a501020326200121581f"
			 "17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a1"
			 "3945d898c296" Y,
		      &k),
	    INVALID);
	CHECK_ERR(key_of("a501020326200121582100" GX Y, &k), INVALID);
	CHECK_ERR(key_of("a5010203262001" X "22f5", &k), INVALID); /* a compressed point */
	CHECK_ERR(key_of("a5010203262001" X "2240", &k), INVALID);
	CHECK_ERR(key_of("a5010203262001"
			 "217820"
			 "61616161616161616161616161616161"
			 "61616161616161616161616161616161" Y,
		      &k),
	    INVALID);
	CHECK_ERR(key_of("a501020326"
			 "2041"
			 "01" X Y,
		      &k),
	    INVALID);
}

TEST(a_point_off_its_curve_is_refused_at_import)
{
	struct cs_cose_key k;

	CHECK_ERR(key_of("a5010203262001"
			 "215820" GY "225820" GX,
		      &k),
	    INVALID);
	CHECK(k.kind == CS_KEY_P256);
	CHECK_ERR(key_of("a4010103272006215820"
			 "0200000000000000000000000000000000000000000000000000000000000000",
		      &k),
	    INVALID);
}

TEST(a_key_that_is_cut_or_followed_by_anything_is_refused)
{
	const char whole[] = "a5010203262001" X Y;
	char part[sizeof(whole) + 2];
	struct cs_cose_key k;

	for (size_t len = 0; len < sizeof(whole) - 1; len += 2) {
		snprintf(part, sizeof(part), "%.*s", (int)len, whole);
		CHECK_ERR(key_of(part, &k), INVALID);
	}
	snprintf(part, sizeof(part), "%s00", whole);
	CHECK_ERR(key_of(part, &k), INVALID);
	CHECK_ERR(key_of("05", &k), INVALID);
	CHECK_ERR(key_of("80", &k), INVALID);
}

TEST(an_rsa_key_too_short_for_today_is_refused_at_import)
{
	struct cs_cose_key k;

	CHECK_ERR(key_of("a4010303390100"
			 "2043c5c5c5"
			 "2143010001",
		      &k),
	    INVALID);
	CHECK(k.kind == CS_KEY_RSA && k.alg == CS_SIG_RS256 && k.n.len == 3);
}

TEST_MAIN("proto/cose")
