/*
 * challenge.h - one question put to a subject, answered once.
 */
#ifndef CS_MODEL_CHALLENGE_H
#define CS_MODEL_CHALLENGE_H

#include "base/id.h"
#include "base/span.h"
#include "base/time.h"

enum cs_challenge_purpose {
	CS_CHALLENGE_SIGN_IN = 1,
	CS_CHALLENGE_MANAGE = 2, /* opens the window in which one's devices can be changed */
};

#define CS_CONTEXT_LEN 32
#define CS_NONCE_LEN 32

struct cs_challenge {
	cs_id account;
	cs_id id;
	cs_id subject;
	cs_id session; /* the global session that asked */
	cs_id device;
	enum cs_challenge_purpose purpose;
	/* What the proof will count for: SHA-256 of the sign-in's meta; zero: the portal itself. */
	uint8_t context[CS_CONTEXT_LEN];
	cs_str meta; /* its text; empty: the portal itself */
	bool is_own; /* the proof counts for one application session alone (duration 0m) */
	unsigned methods; /* OR of enum cs_mfa_method */
	cs_time created;
	cs_time expires;
	cs_time answered; /* 0: not yet */
	uint8_t nonce[CS_NONCE_LEN]; /* random: what a signed answer must cover */
};

#endif
