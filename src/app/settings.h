/*
 * settings.h - the configuration file: one table of settings, decoded strictly.
 *
 * libconfuse reads the syntax; a scan before it refuses what libconfuse takes silently: a key set
 * twice, ${…} expansion, and NUL escapes. Unknown keys, wrong types and values out of range are
 * refused with file, line and reason. The table is settings.def; the manual page
 * countersignd.conf(5) and `countersignd check-config --explain` come from the same rows.
 */
#ifndef CS_APP_SETTINGS_H
#define CS_APP_SETTINGS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define CS_SETTINGS_MAX_BYTES (256 * 1024)
#define CS_SETTINGS_LIST_MAX 64
#define CS_SETTINGS_PROXIES_MAX 16

struct cs_settings_list {
	cs_str items[CS_SETTINGS_LIST_MAX];
	size_t count;
};

/* One `proxy NAME { … }` section: who may ask for decisions, and how it speaks. */
struct cs_settings_proxy {
	cs_str name;
	cs_str dialect; /* nginx, forwarded, envoy, haproxy */
	struct cs_settings_list peers; /* networks, or the name of a Unix listener */
};

struct cs_settings {
	struct cs_arena *arena; /* holds every text below */

	cs_str database;
	cs_str keyring;
	struct cs_settings_list listen;
	struct cs_settings_list listen_status;
	int64_t event_threads;
	int64_t workers;
	int64_t queue;
	int64_t database_connections;
	int64_t sessions_in_memory;
	int64_t stop_timeout_ms;
	int64_t change_poll_ms;
	int64_t change_stale_ms;
	int64_t auth_log_keep_ms;
	int64_t remember_browser_ms; /* 0: never */
	int64_t recovery_wait_ms;
	int64_t recovery_wait_thin_ms;
	cs_str support_address; /* empty: none */
	bool mfa_age_at_sign_in_only;
	cs_str audit_witness; /* empty: none */
	cs_str geo_database; /* the same */
	cs_str log_level;

	struct {
		cs_str server;
		cs_str from;
		cs_str from_name;
		cs_str security;
		cs_str user;
		cs_str password_file;
		int64_t timeout_ms;
	} mail;

	struct {
		struct cs_settings_list allow;
		int64_t timeout_ms;
	} outbound;

	struct {
		int64_t memory_kib;
		int64_t passes;
		int64_t threads;
		int64_t queue;
	} password;

	struct cs_settings_proxy proxies[CS_SETTINGS_PROXIES_MAX];
	size_t proxy_count;
};

/*
 * Decode a file's text. name is used in messages only.
 *   problem   set to "NAME:LINE: reason" (a line without end) when INVALID is returned
 * Errors: INVALID. The caller frees *out with cs_settings_free.
 */
cs_err cs_settings_decode(
    cs_str name, cs_str text, struct cs_settings **out, struct cs_buf *problem);
/* The same from a file. Errors: INVALID (problem says why, also when it cannot be read). */
cs_err cs_settings_open(const char *path, struct cs_settings **out, struct cs_buf *problem);
void cs_settings_free(struct cs_settings **c);

/* Every setting with type, default, range and help: the manual's middle part. */
void cs_settings_explain(struct cs_buf *out);

/*
 * What libconfuse would take silently. problem as above. Errors: INVALID.
 */
cs_err cs_settings_scan(cs_str name, cs_str text, struct cs_buf *problem);

#endif
