/*
 * refusal.h - an answer that is no, in the words of a closed table (refusal.def).
 *
 * Functions of domain/ that judge what a person did have a last parameter struct cs_refusal *. With
 * CS_OK and kind NONE the out-parameters before it are meaningful; with CS_OK and any other kind
 * the answer is that refusal and the out-parameters are harmless. cs_err says that there is no
 * answer at all.
 */
#ifndef CS_DOMAIN_REFUSAL_H
#define CS_DOMAIN_REFUSAL_H

#include "base/time.h"

#include <stdint.h>

enum cs_refusal_kind {
	CS_REFUSAL_NONE = 0,
#define R(NAME, CODE) CS_REFUSAL_##NAME,
#include "domain/refusal.def"
#undef R
	CS_REFUSAL_COUNT
};

struct cs_refusal {
	enum cs_refusal_kind kind;
	int64_t retry_after_ms; /* 0: nothing to wait for */
	int tries_left; /* WRONG_PIN, and WRONG_CODE of a code that was mailed; else 0 */
	cs_time used_at; /* CODE_USED of a backup code: when; else 0 */
	const char *reason; /* WEAK_PASSWORD only: static storage */
	unsigned least; /* … and the characters that it needs */
};

/* The code on the wire; static storage. */
const char *cs_refusal_code(enum cs_refusal_kind kind);

#endif
