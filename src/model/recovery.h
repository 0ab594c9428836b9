/*
 * recovery.h - a member's way back without a second factor: slow, seen, and stopped by one button.
 */
#ifndef CS_MODEL_RECOVERY_H
#define CS_MODEL_RECOVERY_H

#include "base/id.h"
#include "base/span.h"
#include "base/time.h"

/*
 * Kept as a number in the store. Only ever forward, but that WAITING may begin anew, and that one who
 * opened it and did not come to the end is mailed another access code.
 */
enum cs_recovery_state {
	CS_RECOVERY_EMAIL = 1, /* a code was mailed, and is waited for */
	CS_RECOVERY_DEVICE = 2, /* the address is proved; a browser that is known is wanted */
	CS_RECOVERY_WAITING = 3, /* until release_at */
	CS_RECOVERY_READY = 4, /* the access code was mailed */
	CS_RECOVERY_OPENED = 5, /* … and used: a session can enrol */
	CS_RECOVERY_ENDED = 6,
};

/* What the wait rests on; bits, kept in the store. */
enum cs_recovery_evidence {
	CS_EVIDENCE_BROWSER = 1, /* signed in completely from this browser before the case began */
	CS_EVIDENCE_NETWORK = 2, /* … and the last time from this network */
	CS_EVIDENCE_STAFF = 4, /* those in charge vouched */
	CS_EVIDENCE_PASSWORD_RESET = 8, /* the password was reset by mail, lately or meanwhile */
};

/* Why it is over; kept as a number in the store. */
enum cs_recovery_end {
	CS_RECOVERY_GOES_ON = 0,
	CS_RECOVERY_STOPPED = 1, /* the veto */
	CS_RECOVERY_SIGNED_IN = 2, /* somebody signed in as ever */
	CS_RECOVERY_FINISHED = 3, /* a new second factor is there */
	CS_RECOVERY_EXPIRED = 4,
	CS_RECOVERY_GIVEN_UP = 5, /* by who began it */
	CS_RECOVERY_STOPPED_BY_STAFF = 6,
	CS_RECOVERY_FACTORS_RESET = 7, /* the second factor was taken away: nothing to recover */
};

/* Times: 0 is not yet. */
struct cs_recovery_case {
	cs_id id;
	cs_id member;
	enum cs_recovery_state state;
	cs_id started_by; /* of those in charge; zero: the member */
	cs_id session; /* the half session that began it, or goes on with it; zero: none yet */
	cs_id device; /* its browser */
	cs_str user_agent;
	cs_str address;
	cs_span code_mac; /* empty: no code is open */
	cs_time code_sent;
	cs_time code_expires;
	int64_t tries; /* since the last code was mailed, of either kind */
	unsigned evidence; /* OR of enum cs_recovery_evidence */
	cs_time begun;
	cs_time email_verified;
	cs_time device_verified;
	cs_time wait_from;
	cs_time release_at;
	cs_time released;
	cs_span access_mac; /* empty: none is open */
	cs_time access_sent;
	cs_time access_expires;
	cs_time opened;
	cs_time ended;
	cs_id ended_by; /* zero: the member, or nobody */
	enum cs_recovery_end end;
	int64_t version; /* the swap compares this */
};

/* What happened to a case; kept as numbers in the store. */
enum cs_recovery_what {
	CS_RECOVERY_WAS_BEGUN = 1,
	CS_RECOVERY_EMAIL_VERIFIED = 2,
	CS_RECOVERY_DEVICE_VERIFIED = 3,
	CS_RECOVERY_RESTARTED = 4, /* the wait */
	CS_RECOVERY_APPROVED = 5, /* one of two said yes */
	CS_RECOVERY_SPED_UP = 6,
	CS_RECOVERY_RELEASED = 7,
	CS_RECOVERY_WAS_OPENED = 8,
	CS_RECOVERY_WAS_ENDED = 9,
	CS_RECOVERY_VOUCHED = 10,
};

enum cs_recovery_by {
	CS_RECOVERY_BY_MEMBER = 0,
	CS_RECOVERY_BY_STAFF = 1,
	CS_RECOVERY_BY_SYSTEM = 2,
};

struct cs_recovery_event {
	cs_id recovery;
	enum cs_recovery_what what;
	enum cs_recovery_by by;
	cs_id actor; /* of staff; not shown to the member */
	cs_time at;
	cs_str user_agent;
	cs_str address;
};

/* What those in charge can do that wants two of them for an owner. */
enum cs_recovery_act {
	CS_RECOVERY_START = 1, /* vouch in place of a known browser */
	CS_RECOVERY_SPEED_UP = 2,
};

struct cs_recovery_approval {
	cs_id recovery;
	enum cs_recovery_act act;
	cs_id account; /* whose role they acted by */
	cs_id member; /* who */
	cs_str email; /* read only */
	cs_str reason;
	cs_time at;
};

#endif
