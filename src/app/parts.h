/*
 * parts.h - the parts of a node, opened in order and wired together: what commands share.
 */
#ifndef CS_APP_PARTS_H
#define CS_APP_PARTS_H

#include "app/settings.h"
#include "domain/domain.h"
#include "notify/notify.h"

#include <pthread.h>

/*
 * Whether a part would refuse its settings; reads the mail password's file and nothing else.
 * problem says why. Errors: INVALID.
 */
cs_err cs_parts_check(const struct cs_settings *c, struct cs_buf *problem);

struct cs_parts {
	struct cs_domain domain;
	const struct cs_clock *clock;
	/* deliveries hold it; a reload takes it to swap what they use */
	pthread_mutex_t notify_lock;
	struct cs_notify notify;
	struct cs_settings *settings; /* in force; notify borrows its texts */
	struct cs_secret *mail_password;
};

/*
 * Keyring and store (migrated), gate, keys, publisher, password threads, outgoing client.
 * problem: a sentence for the operator when it fails. *config is taken, NULL afterwards; also on
 * failure. Errors: INVALID (a setting), UNAVAILABLE, STORE, CONFLICT (database of a newer version).
 */
cs_err cs_parts_open(struct cs_settings **config, const struct cs_clock *clock,
    struct cs_parts **out, struct cs_buf *problem);
void cs_parts_close(struct cs_parts **p);

/*
 * Bring a new configuration into force as far as it can change without a restart: mail, outgoing
 * requests, the age of second factors; the keyring is read again. *config is taken. On an error
 * everything is as before and problem says why. Errors: INVALID.
 */
cs_err cs_parts_reload(struct cs_parts *p, struct cs_settings **config, struct cs_buf *problem);
/* The configuration in force; borrowed until the next reload. */
const struct cs_settings *cs_parts_settings(const struct cs_parts *p);

/* An operation of ours, not of a request: thirty seconds. */
struct cs_op cs_parts_op(const struct cs_parts *p, struct cs_arena *arena);

#endif
