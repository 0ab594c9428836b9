#include "proto/oidc_claims.h"

#include "base/codec.h"
#include "crypto/mac.h"

#include <jansson.h>

#define TOKENS_MAX_BYTES 65536

static void
json_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

static cs_err
object_decode(cs_span json, size_t max, json_t **out)
{
	*out = NULL;
	if (json.len > max)
		return CS_FAIL(LIMIT);
	CS_AUTO(json_free)
	json_t *j = json_loadb(
	    json.len != 0 ? (const char *)json.p : "", json.len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(j))
		return CS_FAIL(INVALID);
	*out = CS_TAKE(j);
	return CS_OK;
}

static cs_str
borrow(const json_t *string)
{
	return (cs_str){ json_string_value(string), json_string_length(string) };
}

/* A copy for the arena; its size is the provider's choice, so it may be too much. */
static cs_err
keep(struct cs_arena *a, const json_t *string, cs_str *out)
{
	cs_str s = borrow(string);
	void *copy;

	*out = CS_STR_NONE;
	CS_TRY(cs_arena_try(a, s.len + 1, &copy));
	memcpy(copy, s.p, s.len);
	*out = (cs_str){ copy, s.len };
	return CS_OK;
}

/* A member that is a string or is not there. */
static cs_err
text_decode(struct cs_arena *a, const json_t *o, const char *name, cs_str *out)
{
	const json_t *j = json_object_get(o, name);

	*out = CS_STR_NONE;
	if (j == NULL || json_is_null(j))
		return CS_OK;
	if (!json_is_string(j))
		return CS_FAIL(INVALID);
	return keep(a, j, out);
}

/* RFC 7519 §2: seconds, perhaps with a fraction, since 1970. */
static cs_err
date_decode(const json_t *o, const char *name, bool is_needed, cs_time *out)
{
	const json_t *j = json_object_get(o, name);
	double seconds = json_number_value(j);

	*out = (cs_time){ 0 };
	if (j == NULL)
		return is_needed ? CS_FAIL(INVALID) : CS_OK;
	if (!json_is_number(j) || !(seconds >= 1 && seconds < 253402300800.0))
		return CS_FAIL(INVALID);
	*out = cs_seconds((int64_t)seconds);
	return CS_OK;
}

/* A string, or an array of strings; *count is 0 when the member is not there. */
static cs_err
list_decode(
    struct cs_arena *a, const json_t *o, const char *name, size_t max, cs_str *items, size_t *count)
{
	const json_t *j = json_object_get(o, name);

	*count = 0;
	if (json_is_string(j)) {
		*count = 1;
		return keep(a, j, &items[0]);
	}
	if (j == NULL || json_is_null(j))
		return CS_OK;
	if (!json_is_array(j))
		return CS_FAIL(INVALID);
	if (json_array_size(j) > max)
		return CS_FAIL(LIMIT);
	for (size_t i = 0; i < json_array_size(j); i++) {
		const json_t *item = json_array_get(j, i);

		if (!json_is_string(item))
			return CS_FAIL(INVALID);
		CS_TRY(keep(a, item, &items[(*count)++]));
	}
	return CS_OK;
}

/* Core §2: "MUST NOT exceed 255 ASCII [RFC20] characters in length". */
static cs_err
sub_decode(struct cs_arena *a, const json_t *o, cs_str *out)
{
	CS_TRY(text_decode(a, o, "sub", out));
	bool is_good = out->len >= 1 && out->len <= 255;
	for (size_t i = 0; is_good && i < out->len; i++)
		is_good = out->p[i] >= ' ' && out->p[i] <= '~';
	if (!is_good)
		*out = CS_STR_NONE;
	return is_good ? CS_OK : CS_FAIL(INVALID);
}

cs_err
cs_oidc_claims_decode(struct cs_arena *a, cs_span json, struct cs_oidc_claims *out)
{
	CS_AUTO(json_free) json_t *o = NULL;
	struct cs_oidc_claims c = { 0 };

	*out = c;
	CS_TRY(object_decode(json, CS_OIDC_CLAIMS_MAX_BYTES, &o));
	CS_TRY(text_decode(a, o, "iss", &c.iss));
	CS_TRY(sub_decode(a, o, &c.sub));
	CS_TRY(list_decode(a, o, "aud", CS_OIDC_AUD_MAX, c.aud, &c.aud_count));
	if (c.iss.len == 0 || c.aud_count == 0)
		return CS_FAIL(INVALID);
	CS_TRY(text_decode(a, o, "azp", &c.azp));
	CS_TRY(text_decode(a, o, "nonce", &c.nonce));
	CS_TRY(text_decode(a, o, "at_hash", &c.at_hash));
	CS_TRY(date_decode(o, "exp", true, &c.exp));
	CS_TRY(date_decode(o, "iat", true, &c.iat));
	CS_TRY(date_decode(o, "nbf", false, &c.nbf));
	CS_TRY(date_decode(o, "auth_time", false, &c.auth_time));
	/* voluntary (Core §2): of another form it says nothing */
	if (json_is_string(json_object_get(o, "acr")))
		CS_TRY(text_decode(a, o, "acr", &c.acr));
	CS_TRY(list_decode(a, o, "amr", CS_OIDC_AMR_MAX, c.amr, &c.amr_count));
	*out = c;
	return CS_OK;
}

/*
 * Core §3.1.3.7, 3 to 5: we are in aud; with several audiences azp must be there, and when it is
 * there it must be us.
 */
static bool
audience_holds(const struct cs_oidc_expected *e, const struct cs_oidc_claims *c)
{
	bool is_in = false;

	for (size_t i = 0; i < c->aud_count; i++)
		is_in |= cs_str_equal(c->aud[i], e->client_id);
	return is_in && (c->azp.p != NULL || c->aud_count == 1) &&
	       (c->azp.p == NULL || cs_str_equal(c->azp, e->client_id));
}

static bool
is_after(cs_time a, cs_time b)
{
	return a.ms > b.ms + CS_OIDC_SKEW_MS;
}

static bool
auth_time_holds(const struct cs_oidc_expected *e, const struct cs_oidc_claims *c)
{
	if (is_after(c->auth_time, e->now))
		return false;
	return !e->has_max_age ||
	       (c->auth_time.ms != 0 &&
		   !is_after(e->now, cs_time_add(c->auth_time, e->max_age_s * CS_SECOND_MS)));
}

/* Whether the header names an algorithm over SHA-256. */
static bool
uses_sha256(struct cs_arena *a, cs_str token)
{
	CS_AUTO(json_free) json_t *header = NULL;
	struct cs_buf bytes;
	cs_str part, alg;

	cs_buf_init(&bytes, CS_OIDC_CLAIMS_MAX_BYTES);
	cs_str_cut(&token, '.', &part);
	bool is_decoded =
	    !cs_failed(cs_base64url_decode(part, &bytes)) &&
	    !cs_failed(object_decode(cs_buf_span(&bytes), CS_OIDC_CLAIMS_MAX_BYTES, &header));
	cs_buf_clear(&bytes);
	return is_decoded && !cs_failed(text_decode(a, header, "alg", &alg)) &&
	       cs_str_ends(alg, CS_STR("256"));
}

/* Core §3.1.3.6: "the base64url encoding of the left-most half of the hash". */
static bool
at_hash_holds(struct cs_arena *a, const struct cs_oidc_expected *e, const struct cs_oidc_claims *c)
{
	uint8_t digest[CS_SHA256_LEN];

	if (c->at_hash.p == NULL || e->access_token.len == 0 || !uses_sha256(a, e->token))
		return true;
	cs_sha256(cs_str_span(e->access_token), digest);
	return cs_str_equal(c->at_hash, cs_base64url_text(a, CS_SPAN(digest, sizeof(digest) / 2)));
}

bool
cs_oidc_claims_check(struct cs_arena *a, const struct cs_oidc_expected *e,
    const struct cs_oidc_claims *c, const char **out_why)
{
	const struct {
		const char *name;
		bool holds;
	} all[] = {
		{ "iss", cs_str_equal(c->iss, e->issuer) },
		{ "aud", audience_holds(e, c) },
		{ "exp", c->exp.ms + CS_OIDC_SKEW_MS > e->now.ms },
		{ "iat", !is_after(c->iat, e->now) },
		{ "nbf", !is_after(c->nbf, e->now) },
		{ "nonce", e->nonce.len != 0 && cs_str_equal(c->nonce, e->nonce) },
		{ "auth_time", auth_time_holds(e, c) },
		{ "at_hash", at_hash_holds(a, e, c) },
	};

	*out_why = NULL;
	for (size_t i = 0; i < CS_COUNT(all) && *out_why == NULL; i++) {
		if (!all[i].holds)
			*out_why = all[i].name;
	}
	return *out_why == NULL;
}

/*
 * local@domain without spaces and control characters, which could leave the header or line that
 * the address is written into later.
 */
static bool
is_address(cs_str s)
{
	size_t at = cs_str_find(s, '@', 0);

	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	}
	return at > 0 && at + 1 < s.len && cs_str_find(s, '@', at + 1) == s.len && s.len <= 254;
}

static cs_err
email_decode(struct cs_arena *a, const json_t *o, cs_str claim, struct cs_oidc_person *p)
{
	cs_str standard;

	CS_TRY(text_decode(a, o, "email", &standard));
	CS_TRY(text_decode(a, o, cs_arena_c(a, claim), &p->email));
	if (!is_address(p->email))
		p->email = CS_STR_NONE;
	p->email_is_verified = p->email.len != 0 && cs_str_equal(p->email, standard) &&
			       json_is_true(json_object_get(o, "email_verified"));
	return CS_OK;
}

/* Cut to 256 bytes; control characters become spaces. */
static cs_err
name_decode(struct cs_arena *a, const json_t *o, cs_str *out)
{
	cs_str sent;

	*out = CS_STR_NONE;
	CS_TRY(text_decode(a, o, "name", &sent));
	size_t len = cs_utf8_prefix(cs_str_span(cs_str_slice(sent, 0, 256)));
	char *name = cs_arena_c(a, cs_str_slice(sent, 0, len));
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
			name[i] = ' ';
	}
	*out = (cs_str){ name, len };
	return CS_OK;
}

cs_err
cs_oidc_person_decode(
    struct cs_arena *a, cs_span json, cs_str email_claim, struct cs_oidc_person *out)
{
	CS_AUTO(json_free) json_t *o = NULL;
	struct cs_oidc_person p = { 0 };

	*out = p;
	CS_TRY(object_decode(json, CS_OIDC_CLAIMS_MAX_BYTES, &o));
	CS_TRY(sub_decode(a, o, &p.sub));
	CS_TRY(email_decode(a, o, email_claim, &p));
	CS_TRY(name_decode(a, o, &p.name));
	*out = p;
	return CS_OK;
}

cs_err
cs_oidc_claims_pick(struct cs_arena *a, cs_span id_token, cs_span userinfo, const cs_str *names,
    size_t count, cs_str *out_json, bool *out_is_complete)
{
	CS_AUTO(json_free) json_t *token = NULL;
	CS_AUTO(json_free) json_t *info = NULL;
	CS_AUTO(json_free) json_t *picked = json_object();
	void *text;

	*out_json = CS_STR_NONE;
	*out_is_complete = true;
	CS_TRY(object_decode(id_token, CS_OIDC_CLAIMS_MAX_BYTES, &token));
	if (userinfo.len != 0)
		CS_TRY(object_decode(userinfo, CS_OIDC_CLAIMS_MAX_BYTES, &info));
	for (size_t i = 0; i < count; i++) {
		const char *name = cs_arena_c(a, names[i]);
		json_t *value = json_object_get(token, name);

		if (value == NULL)
			value = json_object_get(info, name);
		*out_is_complete &= value != NULL;
		if (value != NULL && json_object_set(picked, name, value) != 0)
			return CS_FAIL(INVALID);
	}
	size_t len = json_dumpb(picked, NULL, 0, JSON_COMPACT);
	if (len == 0 || len > CS_OIDC_CLAIMS_MAX_BYTES)
		return CS_FAIL(LIMIT);
	CS_TRY(cs_arena_try(a, len, &text));
	*out_json = (cs_str){ text, json_dumpb(picked, text, len, JSON_COMPACT) };
	return CS_OK;
}

cs_err
cs_oidc_tokens_decode(struct cs_arena *a, cs_span json, struct cs_oidc_tokens *out)
{
	CS_AUTO(json_free) json_t *o = NULL;
	cs_str type;
	struct cs_oidc_tokens t = { 0 };

	*out = t;
	CS_TRY(object_decode(json, TOKENS_MAX_BYTES, &o));
	CS_TRY(text_decode(a, o, "id_token", &t.id_token));
	CS_TRY(text_decode(a, o, "access_token", &t.access_token));
	CS_TRY(text_decode(a, o, "token_type", &type));
	CS_TRY(text_decode(a, o, "error", &t.error));
	if (!cs_str_equal_nocase(type, CS_STR("Bearer")))
		t.access_token = CS_STR_NONE;
	*out = t;
	return CS_OK;
}
