#include "domain/audit_verify.h"

#include "base/codec.h"
#include "crypto/equal.h"
#include "crypto/jws.h"
#include "domain/json_text.h"
#include "store/account_store.h"
#include "store/audit_store.h"
#include "store/signing_key_store.h"

#define PIECE 500
/* A piece of rows whose texts are bounded where they are written. */
#define PIECE_ARENA_BYTES (256 << 20)
#define JWKS_MAX_BYTES (64 * 1024)

/* Each piece in memory of its own, which is given back at once: chains may be long. */
static cs_err
read_piece(struct cs_store *store, const struct cs_op *op, cs_tx_fn *fn, void *ctx)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(PIECE_ARENA_BYTES);
	struct cs_op own = *op;

	own.arena = arena;
	return cs_store_read(store, &own, fn, ctx);
}

/* --- the chain --- */

struct walk_ctx {
	struct cs_audit_walk from;
	struct cs_audit_walk walk;
	struct cs_audit_report report;
};

/* What is there at the end of a walk, in the snapshot that the walk ended in. */
static cs_err
judge(struct cs_tx *tx, const struct cs_audit_walk *w, struct cs_audit_report *r)
{
	uint8_t link[CS_SHA256_LEN];
	struct cs_audit_head head;

	*r = (struct cs_audit_report){ .fits_until = w->seq };
	CS_TRY(cs_audit_count(tx, w->account, &r->sealed, &r->unsealed));
	if (!w->is_broken) {
		r->broken = r->sealed == w->seq ? CS_AUDIT_WHOLE : CS_AUDIT_INSERTED;
		return CS_OK;
	}
	CS_TRY(cs_audit_head_find(tx, w->account, &head));
	cs_err e = cs_audit_link_find(tx, w->account, w->seq + 1, link);
	if (cs_failed(e) && !cs_is(e, CS_E_NOT_FOUND))
		return e;
	if (!cs_failed(e))
		r->broken = CS_AUDIT_EDITED;
	else if (r->sealed > w->seq || head.seq > w->seq)
		r->broken = CS_AUDIT_DELETED;
	else
		r->broken = CS_AUDIT_HEAD_ALTERED;
	return CS_OK;
}

static cs_err
walk_piece(struct cs_tx *tx, void *ctx)
{
	struct walk_ctx *c = ctx;

	c->walk = c->from;
	CS_TRY(cs_audit_walk(tx, &c->walk, PIECE));
	return c->walk.is_over ? judge(tx, &c->walk, &c->report) : CS_OK;
}

struct moved_ctx {
	const struct cs_audit_walk *walk;
	int64_t from, to;
	int64_t found;
};

static cs_err
find_moved_piece(struct cs_tx *tx, void *ctx)
{
	struct moved_ctx *c = ctx;

	c->to = c->from;
	return cs_audit_moved_find(tx, c->walk, PIECE, &c->to, &c->found);
}

static cs_err
find_moved(
    struct cs_store *store, const struct cs_op *op, const struct cs_audit_walk *walk, bool *out)
{
	struct moved_ctx c = { .walk = walk };

	*out = false;
	while (c.from >= 0 && !*out) {
		CS_TRY(read_piece(store, op, find_moved_piece, &c));
		*out = c.found != 0;
		c.from = c.to;
	}
	return CS_OK;
}

cs_err
cs_audit_verify(
    struct cs_store *store, const struct cs_op *op, cs_id account, struct cs_audit_report *out)
{
	struct walk_ctx c = { .walk = { .account = account } };
	bool is_moved = false;

	*out = (struct cs_audit_report){ 0 };
	while (!c.walk.is_over) {
		c.from = c.walk;
		CS_TRY(read_piece(store, op, walk_piece, &c));
	}
	if (c.report.broken == CS_AUDIT_EDITED || c.report.broken == CS_AUDIT_DELETED)
		CS_TRY(find_moved(store, op, &c.walk, &is_moved));
	if (is_moved)
		c.report.broken = CS_AUDIT_REORDERED;
	*out = c.report;
	return CS_OK;
}

/* --- every account --- */

struct accounts_ctx {
	cs_id from;
	struct cs_account *list;
	size_t count;
};

static cs_err
list_accounts(struct cs_tx *tx, void *ctx)
{
	struct accounts_ctx *c = ctx;

	return cs_account_list(tx, c->from, PIECE, &c->list, &c->count);
}

/* The accounts from *from on; *from: the last one, which the next piece begins with. */
static cs_err
verify_piece(struct cs_store *store, const struct cs_op *op, bool is_first, cs_id *from,
    bool *out_is_last, cs_audit_report_fn *fn, void *ctx)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(PIECE_ARENA_BYTES);
	struct accounts_ctx c = { .from = *from };
	struct cs_audit_report report;
	struct cs_op own = *op;

	own.arena = arena;
	CS_TRY(cs_store_read(store, &own, list_accounts, &c));
	for (size_t i = 0; i < c.count; i++) {
		const struct cs_account *account = &c.list[i];
		if (!is_first && cs_id_equal(account->id, *from))
			continue;
		CS_TRY(cs_audit_verify(store, op, account->id, &report));
		CS_TRY(fn(ctx, account->id, account->name, &report));
	}
	*out_is_last = c.count < PIECE;
	if (c.count > 0)
		*from = c.list[c.count - 1].id;
	return CS_OK;
}

cs_err
cs_audit_verify_all(
    struct cs_store *store, const struct cs_op *op, cs_audit_report_fn *fn, void *ctx)
{
	cs_id from = cs_id_zero;
	bool is_first = true, is_last = false;

	while (!is_last) {
		CS_TRY(verify_piece(store, op, is_first, &from, &is_last, fn, ctx));
		is_first = false;
	}
	return CS_OK;
}

/* --- witnesses --- */

struct head_ctx {
	cs_str token; /* empty: the claims came without a signature */
	struct cs_audit_head head;
	struct cs_audit_witness *out;
};

static bool
text_member(const json_t *object, const char *key, cs_str *out)
{
	const json_t *j = json_object_get(object, key);

	*out = (cs_str){ json_string_value(j), json_string_length(j) };
	return json_is_string(j);
}

/* {"type":"audit_head","account":…,"seq":…,"link":…}; members beside these are nobody's matter. */
static bool
decode_head(const json_t *j, struct cs_audit_head *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf link = { .max = sizeof(out->link) };
	cs_str type, account, hex;

	out->seq = json_integer_value(json_object_get(j, "seq"));
	if (!text_member(j, "type", &type) || !cs_str_equal(type, CS_STR("audit_head")) ||
	    !text_member(j, "account", &account) || !text_member(j, "link", &hex) || out->seq < 1 ||
	    cs_failed(cs_id_from_uuid(account, &out->account)) ||
	    cs_failed(cs_hex_decode(hex, &link)) || link.len != sizeof(out->link))
		return false;
	memcpy(out->link, link.p, sizeof(out->link));
	return true;
}

static void
json_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

static bool
decode_claims(cs_span claims, struct cs_audit_head *out)
{
	CS_AUTO(json_free)
	json_t *j = json_loadb((const char *)claims.p, claims.len, JSON_REJECT_DUPLICATES, NULL);

	return j != NULL && decode_head(j, out);
}

/* The account that a token speaks of, to know whose key to check it with. */
static bool
peek(cs_str token, struct cs_audit_head *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf claims = { .max = CS_JWS_MAX_BYTES };
	size_t first = cs_str_find(token, '.', 0);
	size_t second = cs_str_find(token, '.', first + 1);
	cs_str payload = cs_str_slice(token, first + 1, second);

	return second < token.len && payload.len > 0 &&
	       !cs_failed(cs_base64url_decode(payload, &claims)) &&
	       decode_claims(cs_buf_span(&claims), out);
}

static bool
decode_line(struct cs_arena *a, cs_str line, struct head_ctx *c)
{
	cs_str event;

	c->token = CS_STR_NONE;
	if (!cs_str_starts(line, CS_STR("{"))) {
		c->token = line;
		/* Behind a space: the remark that a crash cut this line off. */
		return cs_str_find(line, ' ', 0) == line.len && peek(line, &c->head);
	}
	CS_AUTO(json_free)
	json_t *j = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, NULL);
	if (j == NULL)
		return false;
	if (!text_member(j, "event", &event))
		return decode_head(j, &c->head);
	if (!cs_str_equal(event, CS_STR("audit_head")) || !text_member(j, "head", &c->token))
		return false;
	c->token = cs_arena_str(a, c->token);
	return peek(c->token, &c->head);
}

static cs_err
open_jwks(struct cs_tx *tx, cs_id account, struct cs_jwks **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf json = { .max = JWKS_MAX_BYTES };
	const struct cs_stored_signing_key *keys;
	size_t count;

	CS_TRY(cs_signing_key_list(tx, account, cs_tx_op(tx)->now, &keys, &count));
	cs_buf_add_c(&json, "{\"keys\":[");
	for (size_t i = 0; i < count; i++) {
		cs_buf_add_c(&json, i > 0 ? "," : "");
		cs_buf_add_str(&json, keys[i].public_jwk);
	}
	cs_buf_add_c(&json, "]}");
	CS_TRY(cs_buf_finish(&json, NULL));
	return cs_jwks_decode(cs_buf_span(&json), out);
}

/* *out: it is the account's own, or its key is no longer kept. */
static cs_err
check_signature(struct cs_tx *tx, const struct head_ctx *c, bool *out)
{
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = NULL;
	cs_str kid;
	cs_span claims;

	*out = true;
	if (c->token.len == 0)
		return CS_OK;
	CS_TRY(open_jwks(tx, c->head.account, &keys));
	cs_err e = cs_jws_verify(cs_tx_op(tx)->arena, keys, CS_ALG_RS256, c->token, &kid, &claims);
	c->out->is_proved = !cs_failed(e);
	*out = !cs_is(e, CS_E_INVALID);
	return *out && !cs_is(e, CS_E_NOT_FOUND) ? e : CS_OK;
}

static cs_err
compare(struct cs_tx *tx, void *ctx)
{
	const struct head_ctx *c = ctx;
	uint8_t link[CS_SHA256_LEN];
	bool is_own;

	CS_TRY(check_signature(tx, c, &is_own));
	if (!is_own) {
		c->out->verdict = CS_AUDIT_FORGED;
		return CS_OK;
	}
	cs_err e = cs_audit_link_find(tx, c->head.account, c->head.seq, link);
	if (cs_is(e, CS_E_NOT_FOUND)) {
		c->out->verdict = CS_AUDIT_GONE;
		return CS_OK;
	}
	CS_TRY(e);
	c->out->verdict =
	    cs_equal(link, c->head.link, sizeof(link)) ? CS_AUDIT_FITS : CS_AUDIT_DIFFERS;
	return CS_OK;
}

cs_err
cs_audit_witness_verify(
    struct cs_store *store, const struct cs_op *op, cs_str line, struct cs_audit_witness *out)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(PIECE_ARENA_BYTES);
	struct head_ctx c = { .out = out };
	struct cs_op own = *op;

	*out = (struct cs_audit_witness){ .verdict = CS_AUDIT_NO_HEAD };
	own.arena = arena;
	if (!decode_line(arena, line, &c))
		return CS_OK;
	out->account = c.head.account;
	out->seq = c.head.seq;
	return cs_store_read(store, &own, compare, &c);
}
