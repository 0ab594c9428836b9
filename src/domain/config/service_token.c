#include "domain/config/service_token.h"

#include <time.h>

#include "base/codec.h"
#include "crypto/secret.h"
#include "domain/config/field.h"

#define PREFIX "cfast_"
#define RANDOM_LEN 40
#define YEAR_MS (8760 * CS_HOUR_MS)
#define FOREVER "forever"
#define DURATION_MIN_MS CS_MINUTE_MS
#define DURATION_MAX_MS (100 * YEAR_MS)
#define OVERLAP_MAX_MS (30 * CS_DAY_MS)
#define VERSION_MAX 1000000000
#define SEEN_AT_ONCE 1024

static const struct cs_field_rule fields[] = {
	{ "name", CS_FORM_TEXT, 0, 255, false },
	{ "duration", CS_FORM_TEXT, 0, 64, false },
	{ "enabled", CS_FORM_BOOL, 0, 0, false },
	{ "client_secret_version", CS_FORM_INT, 1, VERSION_MAX, false },
	{ "previous_client_secret_expires_at", CS_FORM_TEXT, 0, 64, false },
};

/* --- secrets --- */

static void
make_secret(const struct cs_random *rng, char out[static CS_SERVICE_SECRET_LEN])
{
	static const char alphabet[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	static const char digits[] = "0123456789abcdef";
	const size_t head = sizeof(PREFIX) - 1;
	uint8_t hash[CS_SHA256_LEN];
	memcpy(out, PREFIX, head);
	for (size_t i = 0; i < RANDOM_LEN; i++)
		out[head + i] = alphabet[cs_random_below(rng, sizeof(alphabet) - 1)];
	cs_sha256(CS_SPAN(out, head + RANDOM_LEN), hash);
	for (size_t i = 0; i < 4; i++) {
		out[head + RANDOM_LEN + 2 * i] = digits[hash[i] >> 4];
		out[head + RANDOM_LEN + 2 * i + 1] = digits[hash[i] & 15];
	}
}

static cs_str
new_client_id(const struct cs_domain *d, struct cs_arena *a)
{
	uint8_t bytes[16];
	cs_id id;
	cs_random_fill(d->rng, bytes, sizeof(bytes));
	memcpy(id.b, bytes, sizeof(id.b));
	return cs_id_hex_text(a, id);
}

struct step {
	const struct cs_config_change *change;
	const json_t *body;
	cs_id id;
	/* made once, before the transaction, which may run twice */
	char secret[CS_SERVICE_SECRET_LEN];
	cs_str client_id;
	bool is_rotation;
	/* what came of it */
	bool has_new_secret;
	struct cs_service_token_row row;
};

static void
begin(struct step *s, const struct cs_config_change *c, const json_t *body, cs_id id)
{
	*s = (struct step){ .change = c, .body = body, .id = id };
	make_secret(c->domain->rng, s->secret);
}

static void
step_clear(struct step *s)
{
	cs_wipe(s->secret, sizeof(s->secret));
}

static cs_str
secret_of(const struct step *s)
{
	if (!s->has_new_secret)
		return CS_STR_NONE;
	return cs_arena_str(s->change->op->arena, (cs_str){ s->secret, sizeof(s->secret) });
}

/* --- what a body says --- */

/* "2026-11-22T09:41:07Z", also with a fraction or an offset (RFC 3339 §5.6). */
static bool
decode_moment(cs_str text, cs_time *out)
{
	char copy[64] = { 0 };
	struct tm tm = { 0 };
	if (text.len >= sizeof(copy))
		return false;
	memcpy(copy, text.p, text.len);
	const char *rest = strptime(copy, "%Y-%m-%dT%H:%M:%S", &tm);
	if (rest == NULL || tm.tm_sec > 59)
		return false;
	if (*rest == '.') {
		do
			rest++;
		while (*rest >= '0' && *rest <= '9');
	}
	int64_t seconds = timegm(&tm);
	if ((*rest == '+' || *rest == '-') && strlen(rest) == 6 && rest[3] == ':') {
		int hours = (rest[1] - '0') * 10 + rest[2] - '0';
		int minutes = (rest[4] - '0') * 10 + rest[5] - '0';
		if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
			return false;
		seconds -= (*rest == '+' ? 1 : -1) * (hours * 3600 + minutes * 60);
	} else if (strcmp(rest, "Z") != 0 && strcmp(rest, "z") != 0) {
		return false;
	}
	*out = cs_seconds(seconds);
	return true;
}

static cs_err
set_duration(const struct step *s, struct cs_service_token_row *row)
{
	struct cs_fault *fault = s->change->fault;
	cs_str text = cs_json_text(s->body, "duration");
	int64_t ms;
	if (text.len == 0 || cs_str_equal(text, row->duration))
		return CS_OK;
	row->duration = cs_arena_str(s->change->op->arena, text);
	row->token.expires = (cs_time){ 0 };
	if (cs_str_equal(text, CS_STR(FOREVER)))
		return CS_OK;
	if (cs_failed(cs_duration_decode(text, &ms)) || ms < DURATION_MIN_MS ||
	    ms > DURATION_MAX_MS)
		return cs_refuse(fault,
		    "service token: duration must be \"forever\" or a duration such as 8760h, of "
		    "at least a minute");
	row->token.expires = cs_time_add(s->change->op->now, ms);
	return CS_OK;
}

static cs_err
decode_overlap(const struct step *s, cs_time *out)
{
	cs_str text = cs_json_text(s->body, "previous_client_secret_expires_at");
	cs_time now = s->change->op->now;
	*out = (cs_time){ 0 };
	if (text.len == 0)
		return CS_OK;
	if (!decode_moment(text, out))
		return cs_refuse(s->change->fault,
		    "service token: previous_client_secret_expires_at is no time such as "
		    "2026-11-22T09:41:07Z");
	if (out->ms > now.ms + OVERLAP_MAX_MS)
		return cs_refuse(s->change->fault,
		    "service token: previous_client_secret_expires_at is more than 30 days away");
	return CS_OK;
}

static cs_err
rotate(struct step *s, struct cs_service_token_row *row, int64_t version)
{
	struct cs_service_token *t = &row->token;
	cs_time until;
	CS_TRY(decode_overlap(s, &until));
	t->has_previous = until.ms > s->change->op->now.ms;
	memset(t->previous_hash, 0, sizeof(t->previous_hash));
	if (t->has_previous)
		memcpy(t->previous_hash, t->secret_hash, sizeof(t->previous_hash));
	t->previous_expires = t->has_previous ? until : (cs_time){ 0 };
	cs_sha256(CS_SPAN(s->secret, sizeof(s->secret)), t->secret_hash);
	row->secret_version = version;
	s->has_new_secret = true;
	return CS_OK;
}

static cs_err
set_version(struct step *s, struct cs_service_token_row *row)
{
	const json_t *v = cs_json_get(s->body, "client_secret_version");
	if (s->is_rotation)
		return rotate(s, row, row->secret_version + 1);
	if (v == NULL || json_integer_value(v) == row->secret_version)
		return CS_OK;
	if (json_integer_value(v) < row->secret_version)
		return cs_refuse(s->change->fault,
		    "service token: client_secret_version is %" JSON_INTEGER_FORMAT
		    " and cannot go back",
		    (json_int_t)row->secret_version);
	return rotate(s, row, json_integer_value(v));
}

/* Whatever the body says of a token, new or stored. */
static cs_err
fill(struct step *s, struct cs_service_token_row *row)
{
	struct cs_fault *fault = s->change->fault;
	s->has_new_secret = false;
	CS_TRY(cs_fields_check(s->body, "service token", fields, CS_COUNT(fields), fault));
	cs_str name = cs_json_text(s->body, "name");
	if (name.len > 0)
		row->token.name = cs_arena_str(s->change->op->arena, name);
	if (row->token.name.len == 0)
		return cs_refuse(fault, "service token: name is required");
	CS_TRY(set_duration(s, row));
	CS_TRY(set_version(s, row));
	if (cs_json_get(s->body, "enabled") != NULL)
		row->token.is_enabled = cs_json_is_true(s->body, "enabled");
	row->updated = s->change->op->now;
	return CS_OK;
}

/* --- changes --- */

static cs_err
record(struct cs_tx *tx, const struct step *s, enum cs_audit_kind what, cs_str name)
{
	return cs_config_record(tx, s->change, what, "service token", s->id, name);
}

static cs_err
add(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;
	const struct cs_config_change *c = s->change;
	struct cs_service_token_row *all;
	size_t count;
	s->row = (struct cs_service_token_row){
		.token = { .id = s->id,
		    .client_id = s->client_id,
		    .is_enabled = true,
		    .expires = cs_time_add(c->op->now, YEAR_MS) },
		.secret_version = 1,
		.duration = CS_STR("8760h"),
		.created = c->op->now,
	};
	CS_TRY(fill(s, &s->row));
	cs_sha256(CS_SPAN(s->secret, sizeof(s->secret)), s->row.token.secret_hash);
	/* there is none before the first one */
	s->row.token.has_previous = false;
	s->row.token.previous_expires = (cs_time){ 0 };
	s->has_new_secret = true;
	CS_TRY(cs_service_token_add(tx, c->account, &s->row));
	cs_err e = cs_service_token_list(tx, c->account, &all, &count);
	if (cs_is(e, CS_E_LIMIT))
		return cs_refuse(
		    c->fault, "service token: an account has at most %d", CS_SERVICE_TOKENS_MAX);
	CS_TRY(e);
	return record(tx, s, CS_AUDIT_CONFIG_CREATED, s->row.token.name);
}

cs_err
cs_config_add_service_token(
    const struct cs_config_change *c, const json_t *body, cs_id *id, cs_str *secret)
{
	CS_AUTO(step_clear) struct step s;
	*secret = CS_STR_NONE;
	*id = cs_id_new(c->domain->rng);
	begin(&s, c, body, *id);
	s.client_id = new_client_id(c->domain, c->op->arena);
	CS_TRY(cs_config_apply(c, add, &s));
	*secret = secret_of(&s);
	return CS_OK;
}

static cs_err
set(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;
	CS_TRY(cs_service_token_find(tx, s->change->account, s->id, &s->row));
	CS_TRY(fill(s, &s->row));
	CS_TRY(cs_service_token_set(tx, s->change->account, &s->row));
	return record(tx, s, CS_AUDIT_CONFIG_UPDATED, s->row.token.name);
}

cs_err
cs_config_set_service_token(
    const struct cs_config_change *c, cs_id id, const json_t *body, cs_str *secret)
{
	CS_AUTO(step_clear) struct step s;
	*secret = CS_STR_NONE;
	begin(&s, c, body, id);
	CS_TRY(cs_config_apply(c, set, &s));
	*secret = secret_of(&s);
	return CS_OK;
}

/* Of the body only how long the old secret lasts: the rest is for PUT. */
static cs_err
rotate_now(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;
	CS_TRY(
	    cs_fields_check(s->body, "service token", fields, CS_COUNT(fields), s->change->fault));
	CS_TRY(cs_service_token_find(tx, s->change->account, s->id, &s->row));
	CS_TRY(set_version(s, &s->row));
	s->row.updated = s->change->op->now;
	CS_TRY(cs_service_token_set(tx, s->change->account, &s->row));
	return record(tx, s, CS_AUDIT_CONFIG_UPDATED, s->row.token.name);
}

cs_err
cs_config_rotate_service_token(
    const struct cs_config_change *c, cs_id id, const json_t *body, cs_str *secret)
{
	CS_AUTO(step_clear) struct step s;
	*secret = CS_STR_NONE;
	begin(&s, c, body, id);
	s.is_rotation = true;
	CS_TRY(cs_config_apply(c, rotate_now, &s));
	*secret = secret_of(&s);
	return CS_OK;
}

static cs_err
refresh(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;
	cs_time now = s->change->op->now;
	CS_TRY(cs_service_token_find(tx, s->change->account, s->id, &s->row));
	struct cs_service_token *t = &s->row.token;
	if (t->expires.ms != 0)
		t->expires = cs_time_add(t->expires.ms > now.ms ? t->expires : now, YEAR_MS);
	s->row.updated = now;
	CS_TRY(cs_service_token_set(tx, s->change->account, &s->row));
	return record(tx, s, CS_AUDIT_CONFIG_UPDATED, t->name);
}

cs_err
cs_config_refresh_service_token(const struct cs_config_change *c, cs_id id)
{
	struct step s = { .change = c, .id = id };
	return cs_config_apply(c, refresh, &s);
}

static cs_err
remove_token(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;
	CS_TRY(cs_service_token_find(tx, s->change->account, s->id, &s->row));
	CS_TRY(cs_service_token_remove(tx, s->change->account, s->id));
	return record(tx, s, CS_AUDIT_CONFIG_REMOVED, s->row.token.name);
}

/* Texts of a row read inside the change live in that one's arena: copied out by the caller's. */
static void
keep_texts(struct cs_arena *a, struct cs_service_token_row *row)
{
	row->token.name = cs_arena_str(a, row->token.name);
	row->token.client_id = cs_arena_str(a, row->token.client_id);
	row->duration = cs_arena_str(a, row->duration);
}

cs_err
cs_config_remove_service_token(
    const struct cs_config_change *c, cs_id id, struct cs_service_token_row *gone)
{
	struct step s = { .change = c, .id = id };
	CS_TRY(cs_service_token_read(c->domain, c->op, c->account, id, gone));
	keep_texts(c->op->arena, gone);
	return cs_config_apply(c, remove_token, &s);
}

/* --- reading --- */

struct reading {
	cs_id account;
	cs_id id;
	struct cs_service_token_row row;
	struct cs_service_token_row *rows;
	size_t count;
};

static cs_err
read_one(struct cs_tx *tx, void *ctx)
{
	struct reading *r = ctx;
	return cs_service_token_find(tx, r->account, r->id, &r->row);
}

cs_err
cs_service_token_read(struct cs_domain *d, const struct cs_op *op, cs_id account, cs_id id,
    struct cs_service_token_row *out)
{
	struct reading r = { .account = account, .id = id };
	CS_TRY(cs_store_read(d->store, op, read_one, &r));
	*out = r.row;
	return CS_OK;
}

static cs_err
read_all(struct cs_tx *tx, void *ctx)
{
	struct reading *r = ctx;
	return cs_service_token_list(tx, r->account, &r->rows, &r->count);
}

cs_err
cs_service_token_read_all(struct cs_domain *d, const struct cs_op *op, cs_id account,
    struct cs_service_token_row **rows, size_t *count)
{
	struct reading r = { .account = account };
	CS_TRY(cs_store_read(d->store, op, read_all, &r));
	*rows = r.rows;
	*count = r.count;
	return CS_OK;
}

/* --- when they were seen --- */

struct seen {
	struct cs_gate_seen list[SEEN_AT_ONCE];
	size_t count;
};

static cs_err
write_seen(struct cs_tx *tx, void *ctx)
{
	const struct seen *s = ctx;
	for (size_t i = 0; i < s->count; i++)
		CS_TRY(cs_service_token_set_seen(
		    tx, s->list[i].account, s->list[i].token, s->list[i].at));
	return CS_OK;
}

cs_err
cs_service_token_note_seen(struct cs_domain *d, const struct cs_op *op)
{
	struct seen *s = CS_NEW(op->arena, struct seen);
	do {
		s->count = cs_gate_take_seen(d->gate, s->list, SEEN_AT_ONCE);
		/* of what cannot be written now the next use is written */
		if (s->count > 0)
			CS_TRY(cs_store_write(d->store, op, write_seen, s));
	} while (s->count == SEEN_AT_ONCE);
	return CS_OK;
}
