/*
 * change.h - what other nodes must learn: rows of the change sequence.
 */
#ifndef CS_MODEL_CHANGE_H
#define CS_MODEL_CHANGE_H

#include "base/id.h"

enum cs_change_kind {
	CS_CHANGE_CONFIG = 1, /* the account's access configuration; key is zero */
	CS_CHANGE_APP_SESSION, /* key: application session id, ended */
	CS_CHANGE_GLOBAL_SESSION, /* key: global session id, ended */
	CS_CHANGE_USER, /* key: user id; all sessions end or must be judged anew */
	CS_CHANGE_AUTHENTICATOR, /* key: authenticator id, removed */
	CS_CHANGE_APPLICATION, /* key: application id; all its sessions end */
	CS_CHANGE_SIGNING_KEY, /* key: zero; read the signing keys again */
};

struct cs_change {
	int64_t seq;
	cs_id account;
	enum cs_change_kind kind;
	cs_id key;
};

#endif
