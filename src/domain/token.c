#include "domain/token.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/codec.h"
#include "crypto/mac.h"
#include "domain/json_text.h"
#include "domain/keys.h"

/* A cookie with name and attributes must stay below the 4,096 bytes that browsers keep. */
#define TOKEN_COOKIE_MAX 3800

static json_t *
seconds(cs_time t)
{
	return json_integer(t.ms / CS_SECOND_MS);
}

static json_t *
audience(const struct cs_application *app)
{
	CS_AUTO(cs_buf_clear) struct cs_buf hex = { 0 };
	json_t *list = json_array();

	cs_buf_init(&hex, 2 * sizeof(app->aud));
	cs_hex_encode(CS_SPAN(app->aud, sizeof(app->aud)), &hex);
	json_array_append_new(list, cs_json_text_of(cs_buf_str(&hex)));
	return list;
}

/* The claims that the provider's configuration names; nothing when there are none. */
static void
add_custom(json_t *claims, cs_str fields)
{
	json_t *custom =
	    json_loadb(fields.p != NULL ? fields.p : "", fields.len, JSON_REJECT_DUPLICATES, NULL);

	if (json_is_object(custom) && json_object_size(custom) > 0)
		json_object_set(claims, "custom", custom);
	json_decref(custom);
}

static json_t *
claims_of(struct cs_arena *a, const struct cs_access_config *config,
    const struct cs_application *app, const struct cs_app_session *s)
{
	json_t *claims = json_object();

	CS_ASSERT(claims != NULL);
	json_object_set_new(claims, "aud", audience(app));
	json_object_set_new(claims, "email", cs_json_text_of(s->identity.email));
	json_object_set_new(claims, "exp", seconds(s->expires));
	json_object_set_new(claims, "iat", seconds(s->created));
	json_object_set_new(claims, "nbf", seconds(s->created));
	json_object_set_new(claims, "iss", cs_json_text_of(config->auth_origin));
	json_object_set_new(claims, "type", json_string("app"));
	json_object_set_new(claims, "identity_nonce", cs_json_text_of(s->nonce));
	json_object_set_new(claims, "sub", cs_json_text_of(cs_id_uuid_text(a, s->identity.user)));
	json_object_set_new(claims, "country", json_string(""));
	add_custom(claims, s->identity.fields);
	return claims;
}

cs_err
cs_token_make(struct cs_domain *d, const struct cs_op *op, const struct cs_access_config *config,
    const struct cs_application *app, struct cs_app_session *s, cs_str *out)
{
	json_t *claims = claims_of(op->arena, config, app, s);
	cs_str text = cs_json_dump(op->arena, claims);
	CS_AUTO(cs_buf_clear) struct cs_buf token = { 0 };

	*out = CS_STR_NONE;
	json_decref(claims);
	cs_buf_init(&token, TOKEN_COOKIE_MAX);
	CS_TRY(cs_keys_sign(d, op, cs_str_span(text), &token));
	CS_TRY(cs_buf_finish(&token, NULL));
	*out = cs_arena_str(op->arena, cs_buf_str(&token));
	cs_sha256(cs_str_span(*out), s->token_hash);
	return CS_OK;
}

/* --- service tokens --- */

#define SERVICE_LIFE_MAX_MS CS_DAY_MS
#define SERVICE_LIFE_MIN_MS (5 * CS_MINUTE_MS)

static const struct cs_service_token *
find_service_token(const struct cs_access_config *config, cs_id id)
{
	for (size_t i = 0; i < config->service_token_count; i++)
		if (cs_id_equal(config->service_tokens[i].id, id))
			return &config->service_tokens[i];
	return NULL;
}

static int64_t
service_life_ms(const struct cs_application *app, const struct cs_service_token *token, cs_time now)
{
	int64_t life_ms = app->has_session_duration ? app->session_duration_ms : CS_DAY_MS;

	if (life_ms < SERVICE_LIFE_MIN_MS)
		life_ms = SERVICE_LIFE_MIN_MS;
	if (life_ms > SERVICE_LIFE_MAX_MS)
		life_ms = SERVICE_LIFE_MAX_MS;
	if (token->expires.ms != 0 && life_ms > token->expires.ms - now.ms)
		life_ms = token->expires.ms - now.ms;
	return life_ms;
}

cs_err
cs_token_make_service(struct cs_domain *d, const struct cs_op *op,
    const struct cs_access_config *config, const struct cs_application *app, cs_id token,
    cs_str *out, cs_time *until)
{
	const struct cs_service_token *t = find_service_token(config, token);
	CS_AUTO(cs_buf_clear) struct cs_buf signed_text = { 0 };

	*out = CS_STR_NONE;
	*until = (cs_time){ 0 };
	if (t == NULL)
		return CS_FAIL(NOT_FOUND);
	int64_t life_ms = service_life_ms(app, t, op->now);
	cs_str name = cs_arena_printf(op->arena, "%.*s.access", CS_STR_ARG(t->client_id));
	json_t *claims = json_object();
	CS_ASSERT(claims != NULL);
	json_object_set_new(claims, "type", json_string("app"));
	json_object_set_new(claims, "aud", audience(app));
	json_object_set_new(claims, "exp", seconds(cs_time_add(op->now, life_ms)));
	json_object_set_new(claims, "iss", cs_json_text_of(config->auth_origin));
	json_object_set_new(claims, "common_name", cs_json_text_of(name));
	json_object_set_new(claims, "iat", seconds(op->now));
	json_object_set_new(claims, "sub", json_string(""));
	cs_str text = cs_json_dump(op->arena, claims);
	json_decref(claims);
	cs_buf_init(&signed_text, CS_ASSERTION_MAX);
	CS_TRY(cs_keys_sign(d, op, cs_str_span(text), &signed_text));
	CS_TRY(cs_buf_finish(&signed_text, NULL));
	*out = cs_arena_str(op->arena, cs_buf_str(&signed_text));
	*until = cs_time_add(op->now, life_ms - life_ms / 4);
	return CS_OK;
}
