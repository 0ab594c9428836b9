/*
 * notify.h - values in, deliveries out. One row per channel; a new channel is a row, a file and a
 * member of struct cs_notify.
 *
 * Retrying is the caller's (domain's outbox): it leases a message, calls cs_notify_deliver, and
 * records the outcome. A message is doubled only when the connection died between DATA and its
 * answer, with the same Message-ID; it is never lost.
 */
#ifndef CS_NOTIFY_NOTIFY_H
#define CS_NOTIFY_NOTIFY_H

#include "base/op.h"
#include "model/message.h"
#include "notify/delivery.h"
#include "notify/mail.h"

/* Each channel's settings; made by app/, borrowed. */
struct cs_notify {
	struct cs_mail_config mail;
};

struct cs_notify_channel {
	enum cs_channel channel;
	const char *name; /* in logs: "mail" */
	void (*deliver)(const struct cs_notify *n, const struct cs_op *op,
	    const struct cs_message *m, struct cs_delivery *out);
};

/* Errors: NOT_FOUND. */
cs_err cs_notify_channel_find(enum cs_channel channel, const struct cs_notify_channel **out);

/*
 * Any thread but an event thread; blocks up to the channel's time limit. A message of an unknown
 * channel is refused.
 */
void cs_notify_deliver(const struct cs_notify *n, const struct cs_op *op,
    const struct cs_message *m, struct cs_delivery *out);

#endif
