/*
 * backup_code.c - ten codes that we make, each good once, in any order.
 *
 * Sealed, 345 bytes: version (1) | Argon2id's memory in KiB, 4 bytes | passes, 4 bytes | salt, 16 |
 * ten hashes of 32. One salt for all: an attempt costs one Argon2id, whichever code it is, and
 * whoever has the sealing key too pays one for each guess.
 *
 * Replay state, 61 bytes: version (1) | for each code when it was used, 6 bytes, milliseconds; 0:
 * not yet. No bytes at all: none was used yet.
 */
#include "factor/backup_code.h"

#include "base/codec.h"
#include "base/reader.h"
#include "crypto/equal.h"
#include "factor/factor.h"
#include "factor/rows.h"
#include "model/access.h"

#define SEALED_VERSION 1
#define SEALED_LEN (1 + 4 + 4 + CS_PWHASH_SALT_LEN + CS_BACKUP_CODES * CS_PWHASH_KEY_LEN)
#define REPLAY_VERSION 1
#define TIME_LEN 6
#define REPLAY_LEN (1 + CS_BACKUP_CODES * TIME_LEN)
#define TYPED_MAX 64 /* bytes: a code with any grouping that a person may give it */
#define GROUP 4

_Static_assert(REPLAY_LEN <= CS_REPLAY_MAX, "the times fit");
_Static_assert(CS_BACKUP_CODE_TEXT_LEN == CS_BACKUP_CODE_CHARS + (CS_BACKUP_CODE_CHARS - 1) / GROUP,
    "a dash between the groups");

/* --- a code as text --- */

/*
 * Blanks and dashes, as keyboards, word processors and mail programs have them: how many bytes of
 * one there are at the front.
 */
static size_t
blank_len(cs_str rest)
{
	static const char *const blanks[] = {
		"-", " ", "\t", "\r", "\n", "\xc2\xa0", /* no-break space */
		"\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92", /* hyphens, figure dash */
		"\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x88\x92", /* en and em dash, minus */
	};

	for (size_t i = 0; i < CS_COUNT(blanks); i++) {
		cs_str blank = cs_str_c(blanks[i]);
		if (cs_str_starts(rest, blank))
			return blank.len;
	}
	return 0;
}

/* Of Crockford's base32; 0: not one of them. */
static char
digit_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		c = (char)(c - 'A' + 'a');
	if (c == 'o')
		return '0';
	if (c == 'i' || c == 'l')
		return '1';
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z' && c != 'u') ? c : 0;
}

cs_err
cs_backup_code_read(cs_span typed, char out[static CS_BACKUP_CODE_CHARS])
{
	cs_str text = { (const char *)typed.p, typed.len };
	size_t n = 0, i = 0;

	memset(out, '0', CS_BACKUP_CODE_CHARS);
	if (typed.len > TYPED_MAX)
		return CS_FAIL(INVALID);
	while (i < typed.len) {
		size_t blank = blank_len(cs_str_slice(text, i, text.len));
		char c = text.p[i];

		i += blank != 0 ? blank : 1;
		if (blank != 0)
			continue;
		if (n == CS_BACKUP_CODE_CHARS || digit_of(c) == 0)
			return CS_FAIL(INVALID);
		out[n++] = digit_of(c);
	}
	return n == CS_BACKUP_CODE_CHARS ? CS_OK : CS_FAIL(INVALID);
}

static void
make_code(const struct cs_random *rng, char out[static CS_BACKUP_CODE_CHARS])
{
	static const char digits[32] = "0123456789abcdefghjkmnpqrstvwxyz";

	cs_random_fill(rng, (uint8_t *)out, CS_BACKUP_CODE_CHARS);
	for (size_t i = 0; i < CS_BACKUP_CODE_CHARS; i++)
		out[i] = digits[out[i] & 31];
}

static void
add_line(struct cs_buf *out, const char code[static CS_BACKUP_CODE_CHARS])
{
	for (size_t i = 0; i < CS_BACKUP_CODE_CHARS; i++) {
		if (i > 0 && i % GROUP == 0)
			cs_buf_add_byte(out, '-');
		cs_buf_add_byte(out, (uint8_t)code[i]);
	}
	cs_buf_add_byte(out, '\n');
}

/* --- what is kept --- */

struct kept {
	struct cs_pwhash_cost cost;
	uint8_t salt[CS_PWHASH_SALT_LEN];
	uint8_t hash[CS_BACKUP_CODES][CS_PWHASH_KEY_LEN];
};

static void
kept_wipe(struct kept *k)
{
	cs_wipe(k, sizeof(*k));
}

static void
kept_encode(const struct kept *k, struct cs_buf *out)
{
	cs_buf_add_byte(out, SEALED_VERSION);
	cs_buf_add_be32(out, k->cost.memory_kib);
	cs_buf_add_be32(out, k->cost.passes);
	cs_buf_add(out, CS_SPAN(k->salt, sizeof(k->salt)));
	cs_buf_add(out, CS_SPAN(k->hash, sizeof(k->hash)));
}

static cs_err
kept_decode(cs_span bytes, struct kept *out)
{
	struct cs_reader r = cs_reader_of(bytes);
	uint8_t version;

	CS_TRY(cs_read_u8(&r, &version));
	CS_TRY(cs_read_be32(&r, &out->cost.memory_kib));
	CS_TRY(cs_read_be32(&r, &out->cost.passes));
	CS_TRY(cs_read_bytes(&r, sizeof(out->salt), out->salt));
	for (size_t i = 0; i < CS_BACKUP_CODES; i++)
		CS_TRY(cs_read_bytes(&r, CS_PWHASH_KEY_LEN, out->hash[i]));
	CS_TRY(cs_read_end(&r));
	return version == SEALED_VERSION ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
kept_seal(const struct cs_factor_env *env, const struct kept *k, struct cs_authenticator *a)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;
	struct cs_binding binding = cs_factor_binding(a);

	cs_buf_init_sensitive(&plain, SEALED_LEN);
	cs_buf_init(&sealed, SEALED_LEN + CS_SEAL_OVERHEAD);
	kept_encode(k, &plain);
	CS_TRY(cs_seal(env->keyring, env->rng, cs_buf_span(&plain), &binding, &sealed));
	a->sealed = cs_arena_span(env->arena, cs_buf_span(&sealed));
	a->params = cs_arena_printf(env->arena, "{\"total\":%d}", CS_BACKUP_CODES);
	a->replay_len = 0;
	return CS_OK;
}

static cs_err
kept_open(const struct cs_factor_env *env, const struct cs_authenticator *a, struct kept *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	struct cs_binding binding = cs_factor_binding(a);

	cs_buf_init_sensitive(&plain, SEALED_LEN);
	CS_TRY(cs_unseal(env->keyring, a->sealed, &binding, &plain));
	return kept_decode(cs_buf_span(&plain), out);
}

/* --- which were used --- */

struct used {
	cs_time at[CS_BACKUP_CODES];
};

static cs_err
used_decode(const struct cs_authenticator *a, struct used *out)
{
	const uint8_t *p = a->replay + 1;

	*out = (struct used){ 0 };
	if (a->replay_len == 0)
		return CS_OK;
	if (a->replay_len != REPLAY_LEN || a->replay[0] != REPLAY_VERSION)
		return CS_FAIL(INVALID);
	for (size_t i = 0; i < CS_BACKUP_CODES; i++)
		for (size_t j = 0; j < TIME_LEN; j++)
			out->at[i].ms = out->at[i].ms << 8 | *p++;
	return CS_OK;
}

static void
used_encode(const struct used *u, struct cs_factor_result *out)
{
	uint8_t *p = out->replay;

	*p++ = REPLAY_VERSION;
	for (size_t i = 0; i < CS_BACKUP_CODES; i++)
		for (int shift = 8 * (TIME_LEN - 1); shift >= 0; shift -= 8)
			*p++ = (uint8_t)((uint64_t)u->at[i].ms >> shift);
	out->replay_len = REPLAY_LEN;
}

static int
left_of(const struct used *u)
{
	int left = 0;

	for (size_t i = 0; i < CS_BACKUP_CODES; i++)
		left += u->at[i].ms == 0;
	return left;
}

int
cs_backup_code_left(const struct cs_authenticator *a)
{
	struct used used;

	return cs_failed(used_decode(a, &used)) ? 0 : left_of(&used);
}

/* --- the row --- */

static cs_err
make_all(const struct cs_factor_env *env, struct kept *k, struct cs_buf *out)
{
	char code[CS_BACKUP_CODE_CHARS];
	cs_err e = CS_OK;

	for (size_t i = 0; i < CS_BACKUP_CODES && !cs_failed(e); i++) {
		make_code(env->rng, code);
		add_line(out, code);
		e = cs_pwhash_derive(
		    env->pwhasher, CS_SPAN(code, sizeof(code)), k->salt, k->cost, k->hash[i]);
	}
	cs_wipe(code, sizeof(code));
	return e;
}

static cs_err
issue(const struct cs_factor_env *env, struct cs_authenticator *a, struct cs_buf *out)
{
	CS_AUTO(kept_wipe) struct kept k = { .cost = cs_pwhasher_cost(env->pwhasher) };

	CS_ASSERT(out->is_sensitive);
	cs_random_fill(env->rng, k.salt, sizeof(k.salt));
	CS_TRY(make_all(env, &k, out));
	CS_TRY(cs_buf_finish(out, NULL));
	return kept_seal(env, &k, a);
}

/* Hashes of nothing: as good as random, and made at once. */
static cs_err
decoy(const struct cs_factor_env *env, struct cs_authenticator *a)
{
	CS_AUTO(kept_wipe) struct kept k = { .cost = cs_pwhasher_cost(env->pwhasher) };

	cs_random_fill(env->rng, k.salt, sizeof(k.salt));
	cs_random_fill(env->rng, k.hash[0], sizeof(k.hash));
	return kept_seal(env, &k, a);
}

/* Looks at all ten, whichever it is; CS_BACKUP_CODES: none of them. */
static cs_err
find(const struct cs_factor_env *env, const struct cs_authenticator *a,
    const char code[static CS_BACKUP_CODE_CHARS], size_t *out)
{
	CS_AUTO(kept_wipe) struct kept k = { .cost = { 0 } };
	uint8_t hash[CS_PWHASH_KEY_LEN];

	*out = CS_BACKUP_CODES;
	CS_TRY(kept_open(env, a, &k));
	CS_TRY(cs_pwhash_derive(
	    env->pwhasher, CS_SPAN(code, CS_BACKUP_CODE_CHARS), k.salt, k.cost, hash));
	for (size_t i = 0; i < CS_BACKUP_CODES; i++)
		if (cs_equal(hash, k.hash[i], sizeof(hash)))
			*out = i;
	cs_wipe(hash, sizeof(hash));
	if (cs_factor_is_decoy(a))
		*out = CS_BACKUP_CODES;
	return CS_OK;
}

static void
say(const struct cs_factor_env *env, struct used *used, size_t found, struct cs_factor_result *out)
{
	if (found == CS_BACKUP_CODES)
		return;
	if (used->at[found].ms != 0) {
		out->reason = CS_REASON_REPLAYED;
		out->used_at = used->at[found];
		return;
	}
	used->at[found] = env->now;
	used_encode(used, out);
	out->left = left_of(used);
	out->reason = CS_REASON_NONE;
	out->verdict = CS_GRANTED;
}

static cs_err
verify(const struct cs_factor_env *env, const struct cs_authenticator *a, cs_span answer,
    struct cs_factor_result *out)
{
	char code[CS_BACKUP_CODE_CHARS];
	struct used used;
	size_t found;
	cs_err e;

	*out = (struct cs_factor_result){ .reason = CS_REASON_MISMATCH };
	CS_TRY(used_decode(a, &used));
	if (cs_failed(cs_backup_code_read(answer, code))) {
		out->reason = CS_REASON_MALFORMED;
		return CS_OK;
	}
	e = find(env, a, code, &found);
	cs_wipe(code, sizeof(code));
	CS_TRY(e);
	say(env, &used, found, out);
	return CS_OK;
}

const struct cs_factor cs_factor_backup_code = {
	.name = CS_FACTOR_BACKUP_CODE,
	.methods = CS_MFA_TOTP,
	.amr = "otp",
	.is_single = true,
	.is_guessable = true,
	.is_issued = true,
	.issue = issue,
	.decoy = decoy,
	.verify = verify,
};
