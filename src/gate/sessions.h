/*
 * sessions.h - the application sessions in memory. Private to gate/.
 *
 * 64 shards by token hash, one mutex each; an entry is copied out under its lock. Below 200 bytes a
 * session: what many sessions share (account, application, host, provider, amr, fields) is kept once.
 */
#ifndef CS_GATE_SESSIONS_H
#define CS_GATE_SESSIONS_H

#include "model/change.h"
#include "model/session.h"

#define CS_SESSION_EMAIL_MAX 254
#define CS_SESSION_HOST_MAX 253
#define CS_SESSION_AMR_MAX 480
#define CS_SESSION_FIELDS_MAX 4096

struct cs_sessions;

/* A copy. session's texts point into the struct's own text: do not copy the struct by value. */
struct cs_session_copy {
	struct cs_app_session session;
	char text[CS_SESSION_EMAIL_MAX + CS_SESSION_HOST_MAX + CS_SESSION_AMR_MAX +
		  CS_SESSION_FIELDS_MAX];
};

void cs_sessions_new(size_t max, struct cs_sessions **out);
void cs_sessions_free(struct cs_sessions **s);

uint64_t cs_sessions_epoch(const struct cs_sessions *s);
size_t cs_sessions_count(const struct cs_sessions *s);
/* See cs_gate_session_put. */
cs_err cs_sessions_put(struct cs_sessions *s, const struct cs_app_session *session, uint64_t epoch);

enum cs_lookup {
	CS_LOOKUP_ABSENT = 0, /* nobody knows yet */
	CS_LOOKUP_FOUND,
	CS_LOOKUP_UNKNOWN, /* the store was asked not long ago and has none */
};
enum cs_lookup cs_sessions_find(struct cs_sessions *s, cs_time now,
    const uint8_t hash[static CS_TOKEN_HASH_LEN], struct cs_session_copy *out);
void cs_sessions_set_unknown(
    struct cs_sessions *s, cs_time now, const uint8_t hash[static CS_TOKEN_HASH_LEN]);

/* Its time is over: no revocation, so the epoch stays. */
void cs_sessions_expire(struct cs_sessions *s, const uint8_t hash[static CS_TOKEN_HASH_LEN]);
/* One walk for all changes. */
void cs_sessions_apply(struct cs_sessions *s, const struct cs_change *changes, size_t count);
void cs_sessions_forget_account(struct cs_sessions *s, cs_id account);

#endif
