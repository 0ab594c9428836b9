/*
 * trust_samples_test.c - chains of real registrations and a synthetic metadata BLOB, out of other
 * projects' tests: the same verdict on every path as OpenSSL has, and on every BLOB as is written.
 */
#include "crypto/third_party.h"

#include "base/codec.h"
#include "crypto/mac.h"
#include "proto/mds.h"
#include "proto/trust.h"
#include "proto/webauthn.h"

#include <dirent.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#define REGISTRATIONS "webauthn_real_registrations.json"
#define BYTES_MAX 262144
#define ROOTS_MAX 64

static cs_span
decoded(struct cs_arena *a, cs_str text, cs_err (*decode)(cs_str, struct cs_buf *))
{
	struct cs_buf b;

	cs_buf_init(&b, BYTES_MAX);
	CHECK_OK(decode(text, &b));
	cs_span out = cs_arena_span(a, cs_buf_span(&b));
	cs_buf_clear(&b);
	return out;
}

/* --- roots, as they lie beside the samples --- */

static void
add_root_file(struct cs_arena *a, const char *path, cs_span *roots, size_t *count)
{
	static uint8_t file[65536];
	cs_span *ders;
	size_t found;
	FILE *f = fopen(path, "re");

	CHECK(f != NULL);
	size_t len = fread(file, 1, sizeof(file), f);
	fclose(f);
	CHECK_OK(cs_certificate_decode_file(a, CS_SPAN(file, len), 8, &ders, &found));
	for (size_t i = 0; i < found; i++) {
		CHECK(*count < ROOTS_MAX);
		roots[(*count)++] = ders[i];
	}
}

static size_t
read_roots(struct cs_arena *a, cs_span *roots)
{
	char folder[2048], path[4096];
	const char *shared = getenv("CS_SHARED"), *vectors = getenv("CS_TEST_VECTORS");
	const struct dirent *entry;
	size_t count = 0;

	if (shared != NULL)
		snprintf(folder, sizeof(folder), "%s/vectors/third-party/roots", shared);
	else
		snprintf(folder, sizeof(folder), "%s/../../../shared/vectors/third-party/roots",
		    vectors != NULL ? vectors : "tests/vectors");
	DIR *d = opendir(folder);
	CHECK(d != NULL);
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		add_root_file(a, path, roots, &count);
	}
	closedir(d);
	return count;
}

/* --- the library's word --- */

static X509 *
x509_of(cs_span der)
{
	const unsigned char *p = der.p;
	X509 *x = d2i_X509(NULL, &p, (long)der.len);

	CHECK(x != NULL);
	return x;
}

static bool
library_trusts(const cs_span *roots, size_t root_count, const cs_span *x5c, size_t count)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *others = sk_X509_new_null();
	X509 *leaf = x509_of(x5c[0]);

	for (size_t i = 0; i < root_count; i++) {
		X509 *x = x509_of(roots[i]);
		X509_STORE_add_cert(store, x);
		X509_free(x);
	}
	for (size_t i = 1; i < count; i++)
		sk_X509_push(others, x509_of(x5c[i]));
	X509_STORE_CTX_init(ctx, store, leaf, others);
	X509_VERIFY_PARAM_set_flags(
	    X509_STORE_CTX_get0_param(ctx), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
	bool is_trusted = X509_verify_cert(ctx) == 1;
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	sk_X509_pop_free(others, X509_free);
	X509_free(leaf);
	return is_trusted;
}

/* --- --- */

TEST(every_real_chain_is_judged_as_the_library_judges_it)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(64 << 20);
	CS_AUTO(cs_anchors_free) struct cs_anchors *anchors = NULL;
	CS_AUTO(vectors_free) json_t *file = third_party_load(REGISTRATIONS);
	cs_span roots[ROOTS_MAX];
	size_t i, chains = 0, anchored = 0, root_count = read_roots(a, roots);
	const json_t *row;

	CHECK_OK(cs_anchors_new(roots, root_count, &anchors));
	CHECK_INT(cs_anchors_count(anchors), root_count);
	json_array_foreach(json_object_get(file, "cases"), i, row)
	{
		struct cs_attestation out;
		enum cs_trust trust;
		uint8_t hash[32];
		cs_sha256(
		    decoded(a, vector_text(row, "clientDataJSON"), cs_base64url_decode), hash);
		CHECK_OK(cs_webauthn_attestation(a,
		    decoded(a, vector_text(row, "attestationObject"), cs_base64url_decode),
		    CS_SPAN(hash, 32), &out));
		if (out.verdict != CS_WA_ACCEPTED || out.kind != CS_ATTESTATION_CHAIN)
			continue;
		CHECK_OK(cs_trust_judge(anchors, out.x5c, out.x5c_count, NULL, &trust));
		CHECK_INT(trust == CS_TRUST_ANCHORED,
		    library_trusts(roots, root_count, out.x5c, out.x5c_count));
		CHECK(trust != CS_TRUST_REFUSED);
		chains++;
		anchored += trust == CS_TRUST_ANCHORED ? 1 : 0;
	}
	CHECK_INT(chains, 56);
	CHECK_INT(anchored, 32);
}

TEST(metadata_is_taken_or_not_as_is_written)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(64 << 20);
	CS_AUTO(cs_anchors_free) struct cs_anchors *anchors = NULL;
	CS_AUTO(vectors_free) json_t *file = third_party_load("mds3_synthetic.json");
	size_t i, taken = 0;
	const json_t *row;

	cs_span root = decoded(a, vector_text(file, "rootDerB64"), cs_base64_decode);
	CHECK_OK(cs_anchors_new(&root, 1, &anchors));
	json_array_foreach(json_object_get(file, "cases"), i, row)
	{
		cs_time at = { INT64_C(1795340467000) };
		const struct cs_mds_expected expected = { .roots = anchors, .at = &at };
		enum cs_mds_refusal why;
		struct cs_mds_blob blob;
		cs_str expect = vector_text(row, "expect");
		CHECK_OK(
		    cs_mds_decode(a, &expected, cs_str_span(vector_text(row, "jwt")), &blob, &why));
		/* "reject-or-warn" is a matter of dates: taken, with a note */
		CHECK_INT(why == CS_MDS_REFUSAL_NONE, !cs_str_equal(expect, CS_STR("reject")));
		if (why != CS_MDS_REFUSAL_NONE)
			continue;
		taken++;
		CHECK_INT(blob.count, 5);
		CHECK_INT((blob.entries[0].statuses & CS_MDS_REVOKED) != 0,
		    cs_str_starts(expect, CS_STR("accept-blob/refuse")));
	}
	CHECK_INT(taken, 3);
}

THIRD_PARTY_MAIN("proto/trust_samples", REGISTRATIONS)
