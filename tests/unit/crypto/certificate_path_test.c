#include "crypto/certificate.h"

#include "mint.h"
#include "test.h"

#include <openssl/x509_vfy.h>

#define LEAF "C=SE/O=Maker/OU=Authenticator Attestation/CN=Key"

static const struct mint_wish plain_leaf = { .subject = LEAF, .basic = "CA:FALSE" };
static const struct mint_wish plain_ca = {
	.subject = "CN=Middle", .basic = MINT_CA, .usage = "keyCertSign"
};

/* Root, middle, leaf: right unless a test wishes otherwise. */
struct line {
	struct minted root;
	struct minted middle;
	struct minted leaf;
};

static void
line_clear(struct line *l)
{
	minted_clear(&l->root);
	minted_clear(&l->middle);
	minted_clear(&l->leaf);
}

static struct line
line_of(const struct mint_wish *middle, const struct mint_wish *leaf)
{
	struct line l = { .root = mint_root("CN=Root") };

	l.middle = mint(middle, &l.root);
	l.leaf = mint(leaf, &l.middle);
	return l;
}

static enum cs_path_verdict
judge(const cs_span *anchors, size_t anchor_count, const cs_span *ders, size_t count, cs_time at)
{
	CS_AUTO(cs_anchors_free) struct cs_anchors *set = NULL;
	struct cs_certificate chain[CS_CHAIN_MAX];
	enum cs_path_verdict verdict;

	CHECK_OK(cs_anchors_new(anchors, anchor_count, &set));
	CHECK_INT(cs_anchors_count(set), anchor_count);
	for (size_t i = 0; i < count; i++)
		CHECK_OK(cs_certificate_decode(ders[i], &chain[i]));
	CHECK_OK(
	    cs_certificate_path_check(set, chain, count, at.ms == 0 ? NULL : &at, &verdict, NULL));
	return verdict;
}

/* What OpenSSL makes of the same: the second opinion on every verdict here. */
static bool
library_trusts(
    const cs_span *anchors, size_t anchor_count, const cs_span *ders, size_t count, cs_time at)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *others = sk_X509_new_null();
	X509 *leaf = NULL;

	for (size_t i = 0; i < anchor_count; i++) {
		const unsigned char *p = anchors[i].p;
		X509 *x = d2i_X509(NULL, &p, (long)anchors[i].len);
		X509_STORE_add_cert(store, x);
		X509_free(x);
	}
	for (size_t i = 0; i < count; i++) {
		const unsigned char *p = ders[i].p;
		X509 *x = d2i_X509(NULL, &p, (long)ders[i].len);
		if (i == 0)
			leaf = x;
		else
			sk_X509_push(others, x);
	}
	X509_STORE_CTX_init(ctx, store, leaf, others);
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	if (at.ms == 0)
		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_NO_CHECK_TIME);
	else
		X509_VERIFY_PARAM_set_time(param, at.ms / 1000);
	bool is_trusted = X509_verify_cert(ctx) == 1;
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	sk_X509_pop_free(others, X509_free);
	X509_free(leaf);
	return is_trusted;
}

/* Leaf and middle under the root, and the library agrees. */
static enum cs_path_verdict
judge_line(const struct line *l, cs_time at)
{
	const cs_span chain[] = { l->leaf.der, l->middle.der };
	enum cs_path_verdict verdict = judge(&l->root.der, 1, chain, 2, at);

	CHECK_INT(verdict == CS_PATH_ANCHORED, library_trusts(&l->root.der, 1, chain, 2, at));
	return verdict;
}

TEST(a_chain_leads_to_its_root)
{
	CS_AUTO(line_clear) struct line l = line_of(&plain_ca, &plain_leaf);
	const cs_span with_root[] = { l.leaf.der, l.middle.der, l.root.der };

	CHECK_INT(judge_line(&l, MINT_NOW), CS_PATH_ANCHORED);
	CHECK_INT(judge(&l.root.der, 1, with_root, 3, MINT_NOW), CS_PATH_ANCHORED);
}

TEST(an_anchor_may_be_in_the_middle_and_need_not_sign_itself)
{
	CS_AUTO(line_clear) struct line l = line_of(&plain_ca, &plain_leaf);

	CHECK_INT(judge(&l.middle.der, 1, &l.leaf.der, 1, MINT_NOW), CS_PATH_ANCHORED);
	CHECK(library_trusts(&l.middle.der, 1, &l.leaf.der, 1, MINT_NOW));
}

TEST(an_anchor_may_be_the_leaf_itself)
{
	CS_AUTO(line_clear) struct line l = line_of(&plain_ca, &plain_leaf);
	const cs_span chain[] = { l.leaf.der, l.middle.der };

	CHECK_INT(judge(&l.leaf.der, 1, &l.leaf.der, 1, MINT_NOW), CS_PATH_ANCHORED);
	CHECK_INT(judge(&l.leaf.der, 1, chain, 2, MINT_NOW), CS_PATH_ANCHORED);
}

TEST(what_is_behind_the_anchor_is_not_looked_at)
{
	CS_AUTO(line_clear) struct line l = line_of(&plain_ca, &plain_leaf);
	CS_AUTO(minted_clear) struct minted other = mint_root("CN=Other");
	const cs_span chain[] = { l.leaf.der, other.der };

	CHECK_INT(judge(&l.middle.der, 1, chain, 2, MINT_NOW), CS_PATH_ANCHORED);
}

TEST(the_anchor_is_named)
{
	CS_AUTO(cs_anchors_free) struct cs_anchors *set = NULL;
	CS_AUTO(line_clear) struct line l = line_of(&plain_ca, &plain_leaf);
	CS_AUTO(minted_clear) struct minted other = mint_root("CN=Root");
	const cs_span anchors[] = { other.der, cs_str_span(CS_STR("no certificate")), l.root.der };
	struct cs_certificate chain[2];
	enum cs_path_verdict verdict;
	cs_time at = MINT_NOW;
	size_t index;

	CHECK_OK(cs_anchors_new(anchors, 3, &set));
	CHECK_INT(cs_anchors_count(set), 2); /* and the second one is passed over */
	CHECK_OK(cs_certificate_decode(l.leaf.der, &chain[0]));
	CHECK_OK(cs_certificate_decode(l.middle.der, &chain[1]));
	CHECK_OK(cs_certificate_path_check(set, chain, 2, &at, &verdict, &index));
	CHECK_INT(verdict, CS_PATH_ANCHORED);
	CHECK_INT(index, 1);
}

TEST(a_chain_to_nobody_we_know_has_no_anchor)
{
	CS_AUTO(line_clear) struct line l = line_of(&plain_ca, &plain_leaf);
	CS_AUTO(minted_clear) struct minted other = mint_root("CN=Other");
	const cs_span chain[] = { l.leaf.der, l.middle.der };
	const cs_span whole[] = { l.leaf.der, l.middle.der, l.root.der };

	CHECK_INT(judge(&other.der, 1, chain, 2, MINT_NOW), CS_PATH_NO_ANCHOR);
	CHECK_INT(judge(&other.der, 1, whole, 3, MINT_NOW), CS_PATH_NO_ANCHOR);
	CHECK_INT(judge(NULL, 0, chain, 2, MINT_NOW), CS_PATH_NO_ANCHOR);
}

TEST(a_root_of_the_same_name_with_another_key_is_not_the_root)
{
	CS_AUTO(line_clear) struct line l = line_of(&plain_ca, &plain_leaf);
	CS_AUTO(minted_clear) struct minted impostor = mint_root("CN=Root");
	const cs_span chain[] = { l.leaf.der, l.middle.der };

	CHECK_INT(judge(&impostor.der, 1, chain, 2, MINT_NOW), CS_PATH_NO_ANCHOR);
	CHECK(!library_trusts(&impostor.der, 1, chain, 2, MINT_NOW));
}

TEST(a_middle_that_did_not_sign_breaks_the_chain)
{
	CS_AUTO(line_clear) struct line l = line_of(&plain_ca, &plain_leaf);
	CS_AUTO(minted_clear) struct minted twin = mint(&plain_ca, &l.root);
	const cs_span chain[] = { l.leaf.der, twin.der };

	CHECK_INT(judge(&l.root.der, 1, chain, 2, MINT_NOW), CS_PATH_REFUSED);
	CHECK(!library_trusts(&l.root.der, 1, chain, 2, MINT_NOW));
}

TEST(the_issuers_name_must_be_the_one_that_is_named)
{
	struct mint_wish leaf = plain_leaf;
	leaf.issuer = "CN=Somebody";
	CS_AUTO(line_clear) struct line l = line_of(&plain_ca, &leaf);

	CHECK_INT(judge_line(&l, MINT_NOW), CS_PATH_REFUSED);
}

TEST(whoever_is_no_authority_signs_nothing)
{
	static const struct mint_wish bad[] = {
		{ .subject = "CN=Middle", .basic = "CA:FALSE" },
		{ .subject = "CN=Middle" },
		{ .subject = "CN=Middle", .basic = MINT_CA, .usage = "digitalSignature" },
		{ .subject = "CN=Middle", .version = 1 },
	};

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		CS_AUTO(line_clear) struct line l = line_of(&bad[i], &plain_leaf);
		CHECK_INT(judge_line(&l, MINT_NOW), CS_PATH_REFUSED);
	}
}

TEST(an_anchor_that_is_no_authority_signs_nothing)
{
	const struct mint_wish wish = { .subject = "CN=Root", .basic = "CA:FALSE" };
	CS_AUTO(minted_clear) struct minted root = mint(&wish, NULL);
	CS_AUTO(minted_clear) struct minted leaf = mint(&plain_leaf, &root);

	CHECK_INT(judge(&root.der, 1, &leaf.der, 1, MINT_NOW), CS_PATH_NO_ANCHOR);
	CHECK(!library_trusts(&root.der, 1, &leaf.der, 1, MINT_NOW));
}

TEST(an_anchor_may_be_of_version_1)
{
	const struct mint_wish wish = { .subject = "CN=Root", .version = 1 };
	CS_AUTO(minted_clear) struct minted root = mint(&wish, NULL);
	CS_AUTO(minted_clear) struct minted leaf = mint(&plain_leaf, &root);

	CHECK_INT(judge(&root.der, 1, &leaf.der, 1, MINT_NOW), CS_PATH_ANCHORED);
	CHECK(library_trusts(&root.der, 1, &leaf.der, 1, MINT_NOW));
}

TEST(a_path_may_not_be_longer_than_an_authority_says)
{
	const struct mint_wish narrow = { .subject = "CN=Narrow",
		.basic = "critical,CA:TRUE,pathlen:0",
		.usage = "keyCertSign" };
	CS_AUTO(line_clear) struct line l = line_of(&narrow, &plain_leaf);
	CHECK_INT(judge_line(&l, MINT_NOW), CS_PATH_ANCHORED);

	CS_AUTO(minted_clear) struct minted below = mint(&plain_ca, &l.middle);
	CS_AUTO(minted_clear) struct minted leaf = mint(&plain_leaf, &below);
	const cs_span chain[] = { leaf.der, below.der, l.middle.der };
	CHECK_INT(judge(&l.root.der, 1, chain, 3, MINT_NOW), CS_PATH_REFUSED);
	CHECK(!library_trusts(&l.root.der, 1, chain, 3, MINT_NOW));
	/* nor below it as an anchor */
	CHECK_INT(judge(&l.middle.der, 1, chain, 2, MINT_NOW), CS_PATH_NO_ANCHOR);
}

TEST(nobody_may_be_out_of_their_time)
{
	struct mint_wish leaf = plain_leaf, middle = plain_ca;
	leaf.until = 1790000000;
	CS_AUTO(line_clear) struct line old_leaf = line_of(&plain_ca, &leaf);
	middle.until = 1790000000;
	CS_AUTO(line_clear) struct line old_middle = line_of(&middle, &plain_leaf);
	leaf = plain_leaf;
	leaf.from = 1799999999;
	CS_AUTO(line_clear) struct line early = line_of(&plain_ca, &leaf);

	CHECK_INT(judge_line(&old_leaf, MINT_NOW), CS_PATH_REFUSED);
	CHECK_INT(judge_line(&old_middle, MINT_NOW), CS_PATH_REFUSED);
	CHECK_INT(judge_line(&early, MINT_NOW), CS_PATH_REFUSED);
	/* at their own time, and where dates are not looked at, they hold */
	CHECK_INT(judge_line(&old_leaf, cs_seconds(1789999999)), CS_PATH_ANCHORED);
	CHECK_INT(judge_line(&old_middle, (cs_time){ 0 }), CS_PATH_ANCHORED);
	CHECK_INT(judge_line(&early, (cs_time){ 0 }), CS_PATH_ANCHORED);
}

TEST(an_anchor_that_is_over_vouches_for_nobody)
{
	const struct mint_wish wish = {
		.subject = "CN=Root", .basic = MINT_CA, .until = 1790000000
	};
	CS_AUTO(minted_clear) struct minted root = mint(&wish, NULL);
	CS_AUTO(minted_clear) struct minted leaf = mint(&plain_leaf, &root);

	CHECK_INT(judge(&root.der, 1, &leaf.der, 1, MINT_NOW), CS_PATH_NO_ANCHOR);
	CHECK_INT(judge(&root.der, 1, &leaf.der, 1, (cs_time){ 0 }), CS_PATH_ANCHORED);
}

TEST(a_critical_extension_that_nobody_honours_ends_the_path)
{
	struct mint_wish leaf = plain_leaf, middle = plain_ca;
	const struct mint_extension odd = { "1.2.3.4", "\x05\x00", 2, true };

	leaf.extensions[0] = odd;
	CS_AUTO(line_clear) struct line in_leaf = line_of(&plain_ca, &leaf);
	CHECK_INT(judge_line(&in_leaf, MINT_NOW), CS_PATH_REFUSED);
	middle.extensions[0] = odd;
	CS_AUTO(line_clear) struct line in_middle = line_of(&middle, &plain_leaf);
	CHECK_INT(judge_line(&in_middle, MINT_NOW), CS_PATH_REFUSED);
	leaf.extensions[0].is_critical = false;
	CS_AUTO(line_clear) struct line harmless = line_of(&plain_ca, &leaf);
	CHECK_INT(judge_line(&harmless, MINT_NOW), CS_PATH_ANCHORED);
}

/* Here we are stricter than the library, which would compare names with them. */
TEST(an_authority_with_name_constraints_is_not_followed)
{
	struct mint_wish middle = plain_ca;
	middle.constraints = "permitted;DNS:example.test";
	CS_AUTO(line_clear) struct line l = line_of(&middle, &plain_leaf);
	const cs_span chain[] = { l.leaf.der, l.middle.der };

	CHECK_INT(judge(&l.root.der, 1, chain, 2, MINT_NOW), CS_PATH_REFUSED);
}

TEST(rsa_signs_as_well)
{
	struct mint_wish middle = plain_ca;
	middle.is_rsa = true;
	CS_AUTO(line_clear) struct line l = line_of(&middle, &plain_leaf);

	CHECK_INT(judge_line(&l, MINT_NOW), CS_PATH_ANCHORED);
}

TEST(a_chain_has_bounds)
{
	CS_AUTO(cs_anchors_free) struct cs_anchors *set = NULL;
	CS_AUTO(minted_clear) struct minted root = mint_root("CN=Root");
	struct cs_certificate chain[CS_CHAIN_MAX + 1];
	enum cs_path_verdict verdict;

	CHECK_OK(cs_anchors_new(NULL, 0, &set));
	for (size_t i = 0; i < CS_COUNT(chain); i++)
		CHECK_OK(cs_certificate_decode(root.der, &chain[i]));
	CHECK_ERR(cs_certificate_path_check(set, chain, 0, NULL, &verdict, NULL), INVALID);
	CHECK_ERR(
	    cs_certificate_path_check(set, chain, CS_COUNT(chain), NULL, &verdict, NULL), LIMIT);
	CHECK_INT(verdict, CS_PATH_REFUSED);
}

/* xorshift: the same flips each time */
static uint32_t
next(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

TEST(a_chain_with_any_bit_flipped_is_never_anchored)
{
	CS_AUTO(cs_anchors_free) struct cs_anchors *set = NULL;
	CS_AUTO(line_clear) struct line l = line_of(&plain_ca, &plain_leaf);
	const cs_span ders[] = { l.leaf.der, l.middle.der };
	uint32_t seed = 0x20261122;
	cs_time at = MINT_NOW;

	CHECK_OK(cs_anchors_new(&l.root.der, 1, &set));
	for (size_t round = 0; round < 4000; round++) {
		uint8_t copies[2][4096];
		struct cs_certificate chain[2];
		enum cs_path_verdict verdict;
		size_t which = next(&seed) % 2;
		bool is_readable = true;
		for (size_t i = 0; i < 2; i++)
			memcpy(copies[i], ders[i].p, ders[i].len);
		uint32_t bit = next(&seed) % (uint32_t)(ders[which].len * 8);
		copies[which][bit / 8] ^= (uint8_t)(1u << (bit % 8));
		for (size_t i = 0; i < 2; i++)
			is_readable =
			    is_readable && !cs_failed(cs_certificate_decode(
					       CS_SPAN(copies[i], ders[i].len), &chain[i]));
		if (!is_readable)
			continue;
		CHECK_OK(cs_certificate_path_check(set, chain, 2, &at, &verdict, NULL));
		CHECK(verdict != CS_PATH_ANCHORED);
	}
}

TEST_MAIN("crypto/certificate_path")
