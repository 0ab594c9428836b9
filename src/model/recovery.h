/*
 * recovery.h - a member's way back without a second factor: slow, seen, and stopped by one button.
 */
#ifndef CS_MODEL_RECOVERY_H
#define CS_MODEL_RECOVERY_H

#include "base/id.h"
#include "base/span.h"
#include "base/time.h"

/* Kept as a number in the store. Only ever forward, but WAITING may begin anew. */
enum cs_recovery_state {
	CS_RECOVERY_EMAIL = 1, /* a code was mailed, and is waited for */
	CS_RECOVERY_DEVICE = 2, /* the address is proved; a browser that is known is wanted */
	CS_RECOVERY_WAITING = 3, /* until release_at */
	CS_RECOVERY_READY = 4, /* the access code was mailed */
	CS_RECOVERY_OPENED = 5, /* … and used: a session can enrol */
	CS_RECOVERY_ENDED = 6,
};

struct cs_recovery_case {
	cs_id id;
	cs_id member;
	enum cs_recovery_state state;
	cs_id started_by; /* of those in charge; zero: the member */
	cs_id session; /* the half session that began it, or goes on with it; zero: none yet */
	cs_id device;
	cs_str user_agent;
	cs_str address;
	bool has_code;
	uint8_t code_mac[32];
	cs_time code_expires;
	int64_t tries; /* wrong codes since the last one was mailed */
	cs_str evidence; /* JSON: what was known of the browser that verified */
	cs_time begun;
	cs_time email_verified; /* 0: not yet; so the next ones */
	cs_time device_verified;
	int64_t wait_ms;
	cs_time release_at;
	cs_time released;
	bool has_access;
	uint8_t access_mac[32];
	cs_time access_expires;
	cs_time opened;
	cs_time ended;
	cs_id ended_by; /* zero: the member, or nobody */
	cs_str end_reason; /* "stopped", "signed_in", "finished", "expired", "by_staff"; empty: going on */
	int64_t version; /* the swap compares this */
};

#endif
