/*
 * manage.h - what lets people change their own authenticators, and what they are told of it.
 */
#ifndef CS_MODEL_MANAGE_H
#define CS_MODEL_MANAGE_H

#include "base/id.h"
#include "base/span.h"
#include "base/time.h"
#include "model/session.h"

/* What a window is good for; kept as a number in the store. */
enum cs_manage_purpose {
	CS_MANAGE_CHANGE = 1, /* add, rename and remove any of them */
	CS_MANAGE_NAME = 2, /* give a name to the one that has just been enrolled, no more */
	CS_MANAGE_PASSWORD = 3, /* a member: the password was given; add one, make backup codes */
};

/* A while in which one session, in one browser, may do so. A session has one of each purpose. */
struct cs_manage_window {
	cs_id account;
	cs_id id;
	cs_id session; /* a user's global one, or a member's; the window goes with it */
	cs_id device; /* its browser */
	cs_id subject;
	cs_id authenticator; /* that opened it; the window goes with it as well; zero: PASSWORD */
	enum cs_manage_purpose purpose;
	cs_time opened;
	cs_time expires;
};

/* A mail with a link that says "this was not me": good once. */
struct cs_notice {
	cs_id account;
	cs_id id;
	uint8_t token_hash[CS_TOKEN_HASH_LEN];
	cs_id subject;
	cs_str kind; /* "added", "removed": domain/notice.h */
	cs_str name; /* what the authenticator was called */
	cs_id object; /* what else it is about (a recovery case); zero: nothing */
	cs_time created;
	cs_time expires;
	cs_time used; /* 0: not yet */
};

#endif
