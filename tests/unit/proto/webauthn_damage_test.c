/*
 * Every accepted case, cut at every byte and with bits flipped: never a crash, and accepted only where
 * nothing signs what was changed.
 *
 * Chains are judged up to their root here, so that certificates count as signed. What is left:
 *     none	signs nothing: flags, counter, AAGUID and key are what the browser says
 *     fido-u2f	signs rpIdHash, credential id and key (L3 §8.6): not flags, counter and AAGUID
 */
#include "webauthn_told.h"

#include "proto/webauthn.h"

#define FLIPS_PER_MEMBER 200
#define FIXED_LEN 55 /* of authData: up to the credential id */

/* One accepted ceremony in a file of its own. */
struct target {
	json_t *file; /* owned */
	json_t *part; /* with the members */
	size_t index; /* which of the told verdicts is its own */
};

static const char *const members[] = {
	"clientDataJSON",
	"attestationObject",
	"authenticatorData",
	"signature",
};

static cs_span
bytes_of(struct cs_arena *a, const json_t *text)
{
	struct cs_buf b;

	cs_buf_init(&b, 1 << 20);
	CHECK_OK(
	    cs_base64url_decode((cs_str){ json_string_value(text), json_string_length(text) }, &b));
	cs_span copy = cs_arena_span(a, cs_buf_span(&b));
	cs_buf_clear(&b);
	return copy;
}

static void
put_bytes(struct cs_arena *a, struct target *t, const char *member, cs_span bytes)
{
	cs_str text = cs_base64url_text(a, bytes);

	json_object_set_new(t->part, member, json_stringn(text.len != 0 ? text.p : "", text.len));
}

static enum cs_webauthn_verdict
judge(const struct target *t)
{
	static struct told told;

	told_judge(t->file, &told);
	CHECK(told.count > t->index);
	return told.one[t->index].verdict;
}

/* The format of a registration; empty of an assertion. */
static cs_str
format_of(struct cs_arena *a, const struct target *t, const struct cs_cbor **object)
{
	const json_t *text = json_object_get(t->part, "attestationObject");
	cs_str fmt;

	*object = NULL;
	if (text == NULL)
		return CS_STR_NONE;
	CHECK_OK(cs_cbor_decode(a, bytes_of(a, text), object));
	CHECK(cs_cbor_is_text(cs_cbor_get(*object, "fmt"), &fmt));
	return fmt;
}

/* Asks for a chain up to the root wherever there is one. */
static void
ask_for_trust(struct cs_arena *a, struct target *t, json_t *body, const json_t *root)
{
	const struct cs_cbor *object;

	format_of(a, t, &object);
	if (cs_cbor_get(cs_cbor_get(object, "attStmt"), "x5c") == NULL)
		return;
	json_object_set_new(body, "rpOverrides",
	    json_pack("{s:b, s:[O]}", "requireTrustedAttestation", 1, "trustRoots", root));
}

typedef void (*visitor)(struct cs_arena *a, struct target *t);

static void
visit(visitor fn, struct target *t)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(64 << 20);

	CHECK_INT(judge(t), CS_WA_ACCEPTED);
	fn(a, t);
	json_decref(t->file);
}

static size_t
visit_ours(visitor fn)
{
	CS_AUTO(vectors_free) json_t *file = vectors_load("webauthn_generated.json");
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	const json_t *row;
	size_t i, count = 0;

	json_array_foreach(json_object_get(file, "cases"), i, row)
	{
		if (strcmp(json_string_value(json_object_get(row, "expect")), "accept") != 0)
			continue;
		struct target t = { .part = json_deep_copy(row) };

		/* A case that has settings of its own keeps them. */
		if (json_object_size(json_object_get(row, "rpOverrides")) == 0)
			ask_for_trust(a, &t, t.part, json_object_get(file, "gen_root_der"));
		t.file = json_pack("{s:O, s:O, s:[o]}", "rpDefaults",
		    json_object_get(file, "rpDefaults"), "gen_root_der",
		    json_object_get(file, "gen_root_der"), "cases", t.part);
		visit(fn, &t);
		count++;
	}
	return count;
}

static size_t
visit_w3c(visitor fn)
{
	CS_AUTO(vectors_free) json_t *file = vectors_load("webauthn_w3c_l3.json");
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	const char *parts[] = { "registration", "authentication" };
	const json_t *row;
	size_t i, count = 0;

	json_array_foreach(json_object_get(file, "vectors"), i, row)
	{
		for (size_t p = 0; p < CS_COUNT(parts); p++) {
			json_t *body = json_deep_copy(row);
			struct target t = {
				.part = json_object_get(body, parts[p]),
				.file = json_pack("{s:[o]}", "vectors", body),
				.index = p,
			};

			ask_for_trust(a, &t, body, json_object_get(file, "attestationRootDer"));
			visit(fn, &t);
			count++;
		}
	}
	return count;
}

/* --- cuts --- */

static void
cut_everywhere(struct cs_arena *a, struct target *t)
{
	for (size_t m = 0; m < CS_COUNT(members); m++) {
		json_t *whole = json_incref(json_object_get(t->part, members[m]));

		if (whole == NULL)
			continue;
		cs_span bytes = bytes_of(a, whole);
		for (size_t len = 0; len < bytes.len; len++) {
			put_bytes(a, t, members[m], CS_SPAN(bytes.p, len));
			if (judge(t) <= CS_WA_ACCEPTED)
				fail_msg("%s cut at %zu is accepted", members[m], len);
		}
		json_object_set_new(t->part, members[m], whole);
	}
}

TEST(our_cases_cut_at_any_byte_are_refused)
{
	CHECK_INT(visit_ours(cut_everywhere), 24);
}

TEST(w3c_vectors_cut_at_any_byte_are_refused)
{
	CHECK_INT(visit_w3c(cut_everywhere), 20);
}

/* {"fmt": "none", "attStmt": {}, "authData": …} around what is left of authData. */
static void
cut_authenticator_data(struct cs_arena *a, struct target *t)
{
	static const char head[] = "\xa3\x63"
				   "fmt\x64none\x67"
				   "attStmt\xa0\x68"
				   "authData\x59";
	const struct cs_cbor *object;
	cs_span data;

	format_of(a, t, &object);
	if (object == NULL)
		return;
	CHECK(cs_cbor_is_bytes(cs_cbor_get(object, "authData"), &data));
	json_object_del(json_array_get(json_object_get(t->file, "vectors"), 0), "rpOverrides");
	for (size_t len = 0; len <= data.len; len++) {
		struct cs_buf b;

		cs_buf_init(&b, 1 << 16);
		cs_buf_add(&b, CS_SPAN(head, sizeof(head) - 1));
		cs_buf_add_be16(&b, (uint16_t)len);
		cs_buf_add(&b, CS_SPAN(data.p, len));
		put_bytes(a, t, "attestationObject", cs_buf_span(&b));
		cs_buf_clear(&b);
		CHECK_INT(judge(t), len == data.len ? CS_WA_ACCEPTED : CS_WA_AUTH_DATA_MALFORMED);
	}
}

TEST(authenticator_data_cut_within_a_sound_attestation_object_is_refused)
{
	visit_w3c(cut_authenticator_data);
}

/* --- flips --- */

/* xorshift64*, seeded: the same bits in every run. */
static uint64_t random_state = 0x636f756e74657273;

static uint64_t
random_number(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * UINT64_C(2685821657736338717);
}

/* Whether nothing signs the byte at p of the attestation object. */
static bool
is_unsigned(cs_str fmt, const struct cs_cbor *object, const uint8_t *p)
{
	cs_span data;

	CHECK(cs_cbor_is_bytes(cs_cbor_get(object, "authData"), &data));
	if (p < data.p || p >= data.p + data.len)
		return false;
	size_t at = (size_t)(p - data.p);
	size_t id_end = FIXED_LEN + (size_t)(data.p[53] << 8 | data.p[54]);
	bool is_fact = at >= 32 && at < 53; /* flags, counter, AAGUID */
	if (cs_str_equal(fmt, CS_STR("fido-u2f")))
		return is_fact;
	return cs_str_equal(fmt, CS_STR("none")) && (is_fact || at >= id_end);
}

static void
flip_bits(struct cs_arena *a, struct target *t)
{
	for (size_t m = 0; m < CS_COUNT(members); m++) {
		json_t *whole = json_incref(json_object_get(t->part, members[m]));
		const struct cs_cbor *object;

		if (whole == NULL)
			continue;
		cs_span bytes = bytes_of(a, whole);
		cs_str fmt = format_of(a, t, &object);
		for (size_t i = 0; i < FLIPS_PER_MEMBER; i++) {
			size_t bit = random_number() % (bytes.len * 8);
			cs_span bad = cs_arena_span(a, bytes);

			((uint8_t *)(uintptr_t)bad.p)[bit / 8] ^= (uint8_t)(1 << bit % 8);
			put_bytes(a, t, members[m], bad);
			if (judge(t) != CS_WA_ACCEPTED)
				continue;
			/* Under none, the client's data is not signed either. */
			bool is_fair = m == 0 && cs_str_equal(fmt, CS_STR("none"));
			if (m == 1)
				is_fair = is_unsigned(fmt, object, object->encoded.p + bit / 8);
			if (!is_fair)
				fail_msg("%.*s: %s accepted with bit %zu flipped", CS_STR_ARG(fmt),
				    members[m], bit);
		}
		json_object_set_new(t->part, members[m], whole);
	}
}

TEST(our_cases_with_a_flipped_bit_are_refused_where_anything_signs_it)
{
	visit_ours(flip_bits);
}

TEST(w3c_vectors_with_a_flipped_bit_are_refused_where_anything_signs_it)
{
	visit_w3c(flip_bits);
}

TEST_MAIN("proto/webauthn_damage")
