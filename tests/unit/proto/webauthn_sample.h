/*
 * webauthn_sample.h - recorded ceremonies as the browser's JSON, to be altered before they are judged.
 */
#ifndef CS_TESTS_PROTO_WEBAUTHN_SAMPLE_H
#define CS_TESTS_PROTO_WEBAUTHN_SAMPLE_H

#include "test.h"
#include "vectors.h"

#include "proto/webauthn.h"

/* One ceremony and the site that asked for it. Zeroed but for what the sample needs. */
struct sample {
	struct cs_arena *arena;
	struct cs_webauthn_expected expected;
	cs_str origin;
	struct cs_webauthn_credential known; /* of an assertion */
	json_t *credential; /* toJSON() */
};

static inline cs_span
sample_bytes(struct cs_arena *a, cs_str text)
{
	struct cs_buf b;

	cs_buf_init(&b, 1 << 20);
	CHECK_OK(cs_base64url_decode(text, &b));
	cs_span copy = cs_arena_span(a, cs_buf_span(&b));
	cs_buf_clear(&b);
	return copy;
}

static inline cs_span
sample_member(struct cs_arena *a, const json_t *row, const char *name)
{
	return sample_bytes(a, vector_text(row, name));
}

/* The member of response as bytes, and back. */
static inline cs_span
sample_get(struct sample *s, const char *name)
{
	return sample_member(s->arena, json_object_get(s->credential, "response"), name);
}

static inline void
sample_set(struct sample *s, const char *name, cs_span bytes)
{
	cs_str text = cs_base64url_text(s->arena, bytes);

	json_object_set_new(json_object_get(s->credential, "response"), name,
	    json_stringn(text.len != 0 ? text.p : "", text.len));
}

static inline cs_span
sample_json(struct sample *s)
{
	char *text = json_dumps(s->credential, JSON_COMPACT);
	cs_span copy = cs_arena_span(s->arena, CS_SPAN(text, strlen(text)));

	free(text);
	return copy;
}

static inline void
sample_close(struct sample *s)
{
	json_decref(s->credential);
	cs_arena_free(&s->arena);
}

static inline void
sample_site(struct sample *s, const char *rp_id, cs_str origin, cs_span challenge)
{
	s->origin = cs_arena_str(s->arena, origin);
	s->expected = (struct cs_webauthn_expected){
		.rp_id = cs_str_c(rp_id),
		.origins = &s->origin,
		.origin_count = 1,
		.challenge = challenge,
	};
}

/* A case of webauthn_generated.json; s must stay where it is. */
static inline void
sample_open(struct sample *s, const char *id)
{
	CS_AUTO(vectors_free) json_t *file = vectors_load("webauthn_generated.json");
	const json_t *row = NULL;
	size_t i;

	*s = (struct sample){ .arena = cs_arena_new(16 << 20) };
	json_array_foreach(json_object_get(file, "cases"), i, row)
	{
		if (strcmp(json_string_value(json_object_get(row, "id")), id) == 0)
			break;
	}
	CHECK(row != NULL);
	sample_site(s, "login.countersign.test", CS_STR("https://login.countersign.test"),
	    sample_member(s->arena, row, "challenge"));
	s->credential = json_pack("{s:O, s:O, s:s, s:{s:O, s:O*, s:O*, s:O*, s:O*}}", "id",
	    json_object_get(row, "credentialId"), "rawId", json_object_get(row, "credentialId"),
	    "type", "public-key", "response", "clientDataJSON",
	    json_object_get(row, "clientDataJSON"), "attestationObject",
	    json_object_get(row, "attestationObject"), "authenticatorData",
	    json_object_get(row, "authenticatorData"), "signature",
	    json_object_get(row, "signature"), "userHandle", json_object_get(row, "userHandle"));
	const json_t *stored = json_object_get(row, "stored");
	if (stored == NULL)
		return;
	s->known = (struct cs_webauthn_credential){
		.id = sample_member(s->arena, stored, "credentialId"),
		.key_bytes = sample_member(s->arena, stored, "publicKeyCose"),
		.user_handle = sample_member(s->arena, stored, "userHandle"),
		.sign_count = (uint32_t)vector_int(stored, "signCount"),
		.is_backup_eligible =
		    cs_str_equal(vector_text(stored, "registrationFlags"), CS_STR("0x4d")),
	};
	s->expected.allowed = &s->known.id;
	s->expected.allowed_count = 1;
}

/* The challenge that a recorded clientDataJSON says it answers. */
static inline cs_span
sample_challenge(struct sample *s)
{
	cs_span client_data = sample_get(s, "clientDataJSON");
	CS_AUTO(vectors_free)
	json_t *j = json_loadb((const char *)client_data.p, client_data.len, 0, NULL);

	return sample_member(s->arena, j, "challenge");
}

/* Text replaced within clientDataJSON, once; it must be there. */
static inline void
sample_rewrite(struct sample *s, const char *from, const char *to)
{
	cs_span old = sample_get(s, "clientDataJSON");
	const uint8_t *at = memmem(old.p, old.len, from, strlen(from));
	struct cs_buf b;

	CHECK(at != NULL);
	cs_buf_init(&b, 1 << 20);
	cs_buf_add(&b, CS_SPAN(old.p, (size_t)(at - old.p)));
	cs_buf_add_c(&b, to);
	cs_buf_add(&b, CS_SPAN(at + strlen(from), old.len - (size_t)(at - old.p) - strlen(from)));
	sample_set(s, "clientDataJSON", cs_buf_span(&b));
	cs_buf_clear(&b);
}

static inline enum cs_webauthn_verdict
sample_register(struct sample *s, struct cs_webauthn_registered *out)
{
	CHECK_OK(cs_webauthn_register(s->arena, &s->expected, sample_json(s), out));
	return out->verdict;
}

static inline enum cs_webauthn_verdict
sample_assert(struct sample *s, struct cs_webauthn_asserted *out)
{
	CHECK_OK(cs_webauthn_assert(s->arena, &s->expected, &s->known, sample_json(s), out));
	return out->verdict;
}

#endif
