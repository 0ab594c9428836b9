/*
 * cose_fuzz.c - a COSE_Key up to its import, and a signature of zeros that it must not take.
 */
#include "proto/cose.h"

#include "fuzz.h"

static void
check_tree(const struct cs_cbor *c, int depth, size_t *items)
{
	CS_ASSERT(depth <= CS_CBOR_MAX_DEPTH && ++*items <= CS_CBOR_MAX_ITEMS);
	CS_ASSERT(c->encoded.len != 0);
	size_t children = c->kind == CS_CBOR_MAP ? 2 * c->count : c->count;
	for (size_t i = 0; i < children; i++) {
		CS_ASSERT(c->items[i].encoded.p > c->encoded.p);
		CS_ASSERT(c->items[i].encoded.p + c->items[i].encoded.len <=
			  c->encoded.p + c->encoded.len);
		check_tree(&c->items[i], depth + 1, items);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t zeros[1024];
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	const struct cs_cbor *tree;
	struct cs_cose_key k;
	size_t items = 0;

	if (!cs_failed(cs_cbor_decode(a, CS_SPAN(data, size), &tree))) {
		CS_ASSERT(tree->encoded.len == size);
		check_tree(tree, 1, &items);
	} else {
		CS_ASSERT(tree == NULL);
	}
	if (cs_failed(cs_cose_key_decode(a, CS_SPAN(data, size), &k))) {
		CS_ASSERT(k.alg == 0 && k.x.len == 0 && k.n.len == 0);
		return 0;
	}
	CS_ASSERT(cs_signature_alg_fits(k.alg, k.kind));
	if (cs_failed(cs_cose_key_import(&k, &key))) {
		CS_ASSERT(key == NULL);
		return 0;
	}
	CS_ASSERT(cs_public_key_kind(key) == k.kind && cs_public_key_equal(key, key));
	for (size_t len = 0; len <= sizeof(zeros); len += 64)
		CS_ASSERT(
		    !cs_public_key_verify(key, k.alg, CS_SPAN(data, size), CS_SPAN(zeros, len)));
	return 0;
}
