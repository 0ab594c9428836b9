/*
 * webauthn_cases.c - from a case to the browser's JSON and what the site expects of it, and through
 * the same two functions that judge people.
 */
#include "proto/webauthn_cases.h"

#include "base/codec.h"
#include "base/id.h"
#include "crypto/equal.h"
#include "proto/trust.h"

#include <jansson.h>

#define CASE_ARENA_BYTES (4 << 20)
#define LIST_MAX 1024

static void
json_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

static cs_str
text_of(const json_t *j)
{
	return (cs_str){ json_string_value(j), json_string_length(j) };
}

/* Never NULL. What is not base64url is empty. */
static cs_span
bytes_of(struct cs_arena *a, const json_t *j)
{
	cs_str text = text_of(j);
	size_t len = text.len / 4 * 3 + (text.len % 4 == 0 ? 0 : text.len % 4 - 1);
	void *room;

	if (text.len < 2 || cs_failed(cs_arena_try(a, len, &room)) ||
	    cs_failed(cs_base64url_exact(text, len, room)))
		return CS_SPAN_NONE;
	return CS_SPAN(room, len);
}

/* --- what a case's site is like --- */

/* A file and one case of it, the members of which win over the file's. */
struct sample {
	struct cs_arena *arena;
	const json_t *file;
	const json_t *defaults; /* NULL: the file has none, and policies are off */
	const json_t *body; /* the case, or the vector it is part of */
	const json_t *part; /* the case, or the vector's registration or authentication */
	cs_time now;
};

/* A setting of the site: the case's override, the case's own, or the file's default. */
static const json_t *
setting(const struct sample *s, const char *name)
{
	const json_t *j = json_object_get(json_object_get(s->body, "rpOverrides"), name);

	if (j == NULL)
		j = json_object_get(s->body, name);
	return j != NULL ? j : json_object_get(s->defaults, name);
}

static bool
is_set(const struct sample *s, const char *name)
{
	const json_t *j = setting(s, name);

	return j != NULL && !json_is_null(j);
}

/* One text or a list of them. */
static const cs_str *
texts_of(struct cs_arena *a, const json_t *j, size_t *count)
{
	cs_str *list = CS_NEW_ARRAY(a, cs_str, LIST_MAX);
	size_t i;
	const json_t *item;

	*count = 0;
	if (json_is_string(j))
		list[(*count)++] = text_of(j);
	json_array_foreach(j, i, item)
	{
		if (*count < LIST_MAX && json_is_string(item))
			list[(*count)++] = text_of(item);
	}
	return list;
}

static const cs_str *
texts(const struct sample *s, const char *plural, const char *singular, size_t *count)
{
	return texts_of(s->arena, setting(s, is_set(s, plural) ? plural : singular), count);
}

/* What this programme can verify at all: for files that do not say what was offered. */
static const int64_t every_algorithm[] = {
	CS_SIG_ES256,
	CS_SIG_EDDSA,
	CS_SIG_ES384,
	CS_SIG_ES512,
	CS_SIG_PS256,
	CS_SIG_PS384,
	CS_SIG_PS512,
	CS_SIG_RS256,
	CS_SIG_RS384,
	CS_SIG_RS512,
	CS_SIG_RS1,
};

static void
set_algorithms(const struct sample *s, struct cs_webauthn_expected *e)
{
	int64_t *list = CS_NEW_ARRAY(s->arena, int64_t, LIST_MAX + 1);
	const json_t *allowed = setting(s, "allowedAlgs"), *item;
	size_t i;

	e->algorithms = every_algorithm;
	e->algorithm_count = CS_COUNT(every_algorithm);
	if (!json_is_array(allowed))
		return;
	/* Never empty: an empty list would be the default's. 0 is nobody's number. */
	e->algorithm_count = 1;
	e->algorithms = list;
	json_array_foreach(allowed, i, item)
	{
		if (e->algorithm_count <= LIST_MAX)
			list[e->algorithm_count++] = json_integer_value(item);
	}
}

/* Some samples do not know their RP ID: then it is the origin's host. */
static cs_str
rp_id_of(const struct sample *s, cs_str origin)
{
	if (is_set(s, "rpId"))
		return text_of(setting(s, "rpId"));
	size_t scheme = cs_str_find(origin, ':', 0);
	cs_str host = cs_str_slice(origin, scheme + 3, origin.len);
	return cs_str_slice(host, 0, cs_str_find(host, ':', 0));
}

static struct cs_webauthn_expected
expected_of(const struct sample *s)
{
	struct cs_webauthn_expected e = { 0 };

	e.origins = texts(s, "origins", "origin", &e.origin_count);
	e.rp_id = rp_id_of(s, e.origin_count != 0 ? e.origins[0] : CS_STR_NONE);
	/* Without a site's settings there is no policy on embedding to break. */
	e.may_be_embedded = s->defaults == NULL || json_is_true(setting(s, "allowCrossOrigin"));
	e.top_origins = texts(s, "topOrigins", "topOrigin", &e.top_origin_count);
	e.challenge = bytes_of(s->arena, json_object_get(s->part, "challenge"));
	e.needs_uv = cs_str_equal(text_of(setting(s, "userVerification")), CS_STR("required"));
	e.needs_attestation = json_is_true(setting(s, "requireTrustedAttestation"));
	e.refuses_backup_eligible = json_is_false(setting(s, "allowBackupEligible"));
	e.app_id = text_of(setting(s, "appid"));
	set_algorithms(s, &e);
	return e;
}

struct id_list {
	const cs_span *ids;
	size_t count;
};

/* ["ID", …] or [{"id": "ID"}, …]. */
static struct id_list
ids_of(const struct sample *s, const char *name)
{
	cs_span *ids = CS_NEW_ARRAY(s->arena, cs_span, LIST_MAX);
	size_t i, count = 0;
	const json_t *item;

	json_array_foreach(json_object_get(s->part, name), i, item)
	{
		if (count < LIST_MAX)
			ids[count++] = bytes_of(
			    s->arena, json_is_object(item) ? json_object_get(item, "id") : item);
	}
	return (struct id_list){ ids, count };
}

/* --- registrations --- */

/* {"id", "rawId", "type", "response"} around members as the case has them; NULL values are left out. */
static cs_err
response_json(const struct sample *s, cs_str id, json_t *response, cs_span *out)
{
	CS_AUTO(json_free)
	json_t *credential = json_pack("{s:s%, s:s%, s:s, s:o, s:O*, s:O*}", "id", id.p, id.len,
	    "rawId", id.p, id.len, "type", "public-key", "response", response,
	    "clientExtensionResults", json_object_get(s->part, "clientExtensionResults"),
	    "authenticatorAttachment", json_object_get(s->part, "authenticatorAttachment"));
	void *text;

	*out = CS_SPAN_NONE;
	size_t len = json_dumpb(credential, NULL, 0, JSON_COMPACT);
	CS_TRY(cs_arena_try(s->arena, len + 1, &text));
	*out = CS_SPAN(text, json_dumpb(credential, text, len, JSON_COMPACT));
	return CS_OK;
}

/* The credential's own id: of samples that were recorded without the browser's JSON. */
static cs_str
id_within(const struct sample *s)
{
	const struct cs_cbor *object;
	struct cs_auth_data data;
	cs_span auth_data;

	if (cs_failed(cs_cbor_decode(s->arena,
		bytes_of(s->arena, json_object_get(s->part, "attestationObject")), &object)) ||
	    !cs_cbor_is_bytes(cs_cbor_get(object, "authData"), &auth_data) ||
	    cs_failed(cs_auth_data_decode(s->arena, auth_data, &data)) || !data.has_credential ||
	    data.credential_id.len > CS_AUTH_DATA_CREDENTIAL_ID_MAX)
		return CS_STR("AA");
	return cs_base64url_text(s->arena, data.credential_id);
}

static cs_str
id_of(const struct sample *s)
{
	const json_t *id = json_object_get(s->part, "credentialId");

	if (json_is_string(id))
		return text_of(id);
	return json_object_get(s->part, "attestationObject") != NULL ? id_within(s) : CS_STR("AA");
}

static cs_err
register_sample(const struct sample *s, struct cs_webauthn_registered *out)
{
	struct cs_webauthn_expected e = expected_of(s);
	cs_span json;

	*out = (struct cs_webauthn_registered){ 0 };
	json_t *response = json_pack("{s:O*, s:O*, s:O*}", "clientDataJSON",
	    json_object_get(s->part, "clientDataJSON"), "attestationObject",
	    json_object_get(s->part, "attestationObject"), "transports",
	    json_object_get(s->part, "transports"));
	CS_TRY(response_json(s, id_of(s), response, &json));
	return cs_webauthn_register(s->arena, &e, json, out);
}

/* A root by name is the file's NAME_der; else it is the certificate itself. */
static const cs_span *
roots_of(const struct sample *s, size_t *count)
{
	const cs_str *names = texts(s, "trustRoots", "trustRoot", count);
	cs_span *ders = CS_NEW_ARRAY(s->arena, cs_span, LIST_MAX);

	for (size_t i = 0; i < *count; i++) {
		cs_str key = cs_arena_printf(s->arena, "%.*s_der", CS_STR_ARG(names[i]));
		const json_t *named = json_object_get(s->file, key.p);
		json_t *text = json_stringn(names[i].p, names[i].len);

		ders[i] = bytes_of(s->arena, named != NULL ? named : text);
		json_decref(text);
	}
	return ders;
}

/* Who vouches, of all that is in a statement. */
struct vouched {
	bool has_path; /* to a root */
	bool names_model; /* by one that has, what it says of the model is the maker's word */
};

static cs_err
judge_chain(const struct sample *s, const struct cs_anchors *roots,
    const struct cs_attestation *part, const uint8_t aaguid[static CS_TRUST_AAGUID_LEN],
    struct vouched *out)
{
	enum cs_trust trust;

	if (part->kind != CS_ATTESTATION_CHAIN)
		return CS_OK;
	CS_TRY(cs_trust_judge(roots, part->x5c, part->x5c_count, &s->now, &trust));
	if (trust != CS_TRUST_ANCHORED)
		return CS_OK;
	out->has_path = true;
	out->names_model |= cs_trust_covers_aaguid(part, aaguid);
	return CS_OK;
}

/* A compound statement is as good as the best in it. */
static cs_err
judge_path(const struct sample *s, const struct cs_webauthn_registered *r, struct vouched *out)
{
	CS_AUTO(cs_anchors_free) struct cs_anchors *roots = NULL;
	const struct cs_attestation *all = &r->attestation;
	size_t count;

	*out = (struct vouched){ 0 };
	const cs_span *ders = roots_of(s, &count);
	CS_TRY(cs_anchors_new(ders, count, &roots));
	if (all->part_count == 0)
		return judge_chain(s, roots, all, r->aaguid, out);
	for (size_t i = 0; i < all->part_count; i++)
		CS_TRY(judge_chain(s, roots, &all->parts[i], r->aaguid, out));
	return CS_OK;
}

/* A model by its 32 digits, as a UUID, or by the name under which the file has it. */
static bool
is_model(const struct sample *s, cs_str text, const uint8_t aaguid[static 16])
{
	const json_t *named = json_object_get(s->file, cs_arena_c(s->arena, text));
	cs_id id, own;

	memcpy(own.b, aaguid, sizeof(own.b));
	if (json_is_string(named))
		text = text_of(named);
	if (cs_failed(cs_id_from_hex(text, &id)) && cs_failed(cs_id_from_uuid(text, &id)))
		return false;
	return cs_id_equal(id, own);
}

static bool
is_listed(const struct sample *s, const char *list, const uint8_t aaguid[static 16])
{
	size_t count;
	const cs_str *models = texts_of(s->arena, setting(s, list), &count);
	bool is = false;

	for (size_t i = 0; i < count; i++)
		is |= is_model(s, models[i], aaguid);
	return is;
}

/*
 * R20, R21. A list of models is about attested ones: what an authenticator says of itself without
 * proof, it may say of any model.
 */
static cs_err
judge_policies(const struct sample *s, struct cs_webauthn_registered *r)
{
	bool has_list = is_set(s, "aaguidAllow");
	struct vouched vouched;

	if (!has_list && !json_is_true(setting(s, "requireTrustedAttestation")) &&
	    !is_set(s, "aaguidDeny"))
		return CS_OK;
	if (is_listed(s, "aaguidDeny", r->aaguid)) {
		r->verdict = CS_WA_AAGUID;
		return CS_OK;
	}
	if (!has_list && !json_is_true(setting(s, "requireTrustedAttestation")))
		return CS_OK;
	if (r->attestation.kind != CS_ATTESTATION_CHAIN) {
		r->verdict = CS_WA_ATTESTATION_REQUIRED;
		return CS_OK;
	}
	CS_TRY(judge_path(s, r, &vouched));
	if (!vouched.has_path)
		r->verdict = CS_WA_TRUST_PATH;
	else if (has_list && !(vouched.names_model && is_listed(s, "aaguidAllow", r->aaguid)))
		r->verdict = CS_WA_AAGUID;
	return CS_OK;
}

/* R23: what a store's unique index says. */
static bool
is_registered_already(const struct sample *s, cs_span id)
{
	struct id_list known = ids_of(s, "excludeCredentials");
	bool is = false;

	for (size_t i = 0; i < known.count; i++)
		is |= known.ids[i].len == id.len && cs_equal(known.ids[i].p, id.p, id.len);
	return is;
}

static cs_err
judge_registration(const struct sample *s, struct cs_webauthn_registered *out)
{
	CS_TRY(register_sample(s, out));
	if (out->verdict == CS_WA_ACCEPTED)
		CS_TRY(judge_policies(s, out));
	if (out->verdict == CS_WA_ACCEPTED && is_registered_already(s, out->credential_id))
		out->verdict = CS_WA_CREDENTIAL_KNOWN;
	return CS_OK;
}

/* --- assertions --- */

/* "0x45", or a number. */
static uint8_t
flags_of(const json_t *j)
{
	if (json_is_integer(j))
		return (uint8_t)json_integer_value(j);
	cs_str text = text_of(j);
	uint8_t flags = 0;
	struct cs_buf b;

	cs_buf_init(&b, 1);
	if (text.len == 4 && cs_str_starts(text, CS_STR("0x")) &&
	    !cs_failed(cs_hex_decode(cs_str_slice(text, 2, 4), &b)) && b.len == 1)
		flags = b.p[0];
	cs_buf_clear(&b);
	return flags;
}

/* A sample without a stored record was right about its own backup eligibility. */
static bool
is_eligible(const struct sample *s, const json_t *stored)
{
	cs_span auth_data = bytes_of(s->arena, json_object_get(s->part, "authenticatorData"));

	if (json_is_boolean(json_object_get(stored, "backupEligible")))
		return json_is_true(json_object_get(stored, "backupEligible"));
	if (json_object_get(stored, "registrationFlags") != NULL)
		return (flags_of(json_object_get(stored, "registrationFlags")) & CS_AUTH_BE) != 0;
	return auth_data.len > 32 && (auth_data.p[32] & CS_AUTH_BE) != 0;
}

static struct cs_webauthn_credential
stored_of(const struct sample *s)
{
	const json_t *stored = json_object_get(s->part, "stored");
	const json_t *from = json_is_object(stored) ? stored : s->part;
	const json_t *id = json_object_get(from, "credentialId");
	const json_t *handle = json_object_get(from, "userHandle");
	json_t *made_up = json_string("AA");
	struct cs_webauthn_credential c = {
		.id = bytes_of(s->arena, json_is_string(id) ? id : made_up),
		.key_bytes = bytes_of(s->arena, json_object_get(from, "publicKeyCose")),
		.user_handle = bytes_of(s->arena, handle),
		.sign_count = (uint32_t)json_integer_value(json_object_get(stored, "signCount")),
		.is_backup_eligible = is_eligible(s, stored),
	};

	json_decref(made_up);
	return c;
}

static cs_err
judge_assertion(const struct sample *s, const struct cs_webauthn_credential *known,
    enum cs_webauthn_verdict *out)
{
	struct cs_webauthn_expected e = expected_of(s);
	struct cs_webauthn_asserted asserted;
	cs_span json;

	*out = CS_WA_UNJUDGED;
	struct id_list allowed = ids_of(s, "allowCredentials");
	e.allowed = allowed.ids;
	e.allowed_count = allowed.count;
	/* A record without a list: the credential was asked for by its id. */
	if (json_object_get(s->part, "allowCredentials") == NULL) {
		e.allowed = &known->id;
		e.allowed_count = 1;
	}
	json_t *response = json_pack("{s:O*, s:O*, s:O*, s:O*}", "clientDataJSON",
	    json_object_get(s->part, "clientDataJSON"), "authenticatorData",
	    json_object_get(s->part, "authenticatorData"), "signature",
	    json_object_get(s->part, "signature"), "userHandle",
	    json_object_get(s->part, "userHandle"));
	cs_str id = known->id.len != 0 && !json_is_string(json_object_get(s->part, "credentialId"))
			? cs_base64url_text(s->arena, known->id)
			: id_of(s);
	CS_TRY(response_json(s, id, response, &json));
	CS_TRY(cs_webauthn_assert(s->arena, &e, known, json, &asserted));
	*out = asserted.verdict;
	return CS_OK;
}

/* --- files --- */

struct judgement {
	cs_webauthn_tell tell;
	void *ctx;
	struct sample sample; /* without a case */
	const char *problem;
};

static cs_err
problem(struct judgement *j, const char *what)
{
	j->problem = what;
	return CS_FAIL(INVALID);
}

/* What a list has beyond that could be what decides. */
static bool
has_long_list(const json_t *object)
{
	static const char *const lists[] = { "allowCredentials", "excludeCredentials", "origins",
		"topOrigins", "allowedAlgs", "trustRoots", "aaguidAllow", "aaguidDeny" };
	bool has = false;

	for (size_t i = 0; i < CS_COUNT(lists); i++)
		has |= json_array_size(json_object_get(object, lists[i])) > LIST_MAX;
	return has;
}

static cs_err
judge_case(struct judgement *j, const json_t *one)
{
	struct sample s = j->sample;
	cs_str kind = text_of(json_object_get(one, "kind"));
	cs_str id = text_of(json_object_get(one, "id"));
	enum cs_webauthn_verdict v;

	s.body = s.part = one;
	if (id.len == 0)
		return problem(j, "a case has no id");
	if (has_long_list(one) || has_long_list(json_object_get(one, "rpOverrides")))
		return problem(j, "a list of a case has more than 1024 members");
	if (cs_str_equal(kind, CS_STR("authentication"))) {
		struct cs_webauthn_credential known = stored_of(&s);

		CS_TRY(judge_assertion(&s, &known, &v));
	} else if (cs_str_equal(kind, CS_STR("registration"))) {
		struct cs_webauthn_registered r;

		CS_TRY(judge_registration(&s, &r));
		v = r.verdict;
	} else {
		return problem(j, "a case is neither a registration nor an authentication");
	}
	j->tell(j->ctx, id, v);
	return CS_OK;
}

/* W3C's: the assertion is made with what its own registration has left. */
static cs_err
judge_vector(struct judgement *j, const json_t *one)
{
	struct sample s = j->sample;
	cs_str id = text_of(json_object_get(one, "id"));
	struct cs_webauthn_registered r;
	enum cs_webauthn_verdict v;

	s.body = one;
	s.part = json_object_get(one, "registration");
	if (id.len == 0 || !json_is_object(s.part))
		return problem(j, "a vector has no id or no registration");
	CS_TRY(judge_registration(&s, &r));
	j->tell(j->ctx, cs_arena_printf(s.arena, "%.*s/registration", CS_STR_ARG(id)), r.verdict);
	const struct cs_webauthn_credential known = {
		.id = r.credential_id,
		.key_bytes = r.key_bytes,
		.sign_count = r.sign_count,
		.is_backup_eligible = r.is_backup_eligible,
	};
	s.part = json_object_get(one, "authentication");
	if (!json_is_object(s.part))
		return CS_OK;
	CS_TRY(judge_assertion(&s, &known, &v));
	j->tell(j->ctx, cs_arena_printf(s.arena, "%.*s/authentication", CS_STR_ARG(id)), v);
	return CS_OK;
}

static cs_err
judge_all(struct judgement *j, const json_t *file)
{
	bool is_w3c = json_object_get(file, "vectors") != NULL;
	const json_t *list = json_object_get(file, is_w3c ? "vectors" : "cases"), *one;
	size_t i;

	if (!json_is_array(list))
		return problem(j, "there are neither cases nor vectors in it");
	j->sample.file = file;
	j->sample.defaults = json_object_get(file, "rpDefaults");
	if (has_long_list(j->sample.defaults))
		return problem(j, "a list of rpDefaults has more than 1024 members");
	json_array_foreach(list, i, one)
	{
		CS_TRY(is_w3c ? judge_vector(j, one) : judge_case(j, one));
		cs_arena_reset(j->sample.arena);
	}
	return CS_OK;
}

cs_err
cs_webauthn_cases_judge(
    cs_span file, cs_time now, cs_webauthn_tell tell, void *ctx, const char **out_problem)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CASE_ARENA_BYTES);
	struct judgement j = {
		.tell = tell,
		.ctx = ctx,
		.sample = { .arena = arena, .now = now },
		.problem = "it is too large",
	};

	*out_problem = j.problem;
	if (file.len > CS_WEBAUTHN_CASES_MAX_BYTES)
		return CS_FAIL(LIMIT);
	CS_AUTO(json_free)
	json_t *root = json_loadb(
	    file.len != 0 ? (const char *)file.p : "", file.len, JSON_REJECT_DUPLICATES, NULL);
	j.problem = "a case of it is too large, or the system failed";
	cs_err e =
	    json_is_object(root) ? judge_all(&j, root) : problem(&j, "it is not a JSON object");
	*out_problem = j.problem;
	return e;
}
