/*
 * message.h - something to be delivered to a person.
 */
#ifndef CS_MODEL_MESSAGE_H
#define CS_MODEL_MESSAGE_H

#include "base/id.h"
#include "base/span.h"
#include "base/time.h"

enum cs_channel { CS_CHANNEL_MAIL = 1 };

/* A value: made by domain, committed with the change in the outbox, delivered by notify. */
struct cs_message {
	cs_id id; /* also the stable Message-ID */
	cs_id account;
	enum cs_channel channel;
	cs_str to; /* one address; no CR, LF, comma or angle bracket */
	cs_str subject;
	cs_str text; /* plain text, UTF-8, lines ended by LF */
	cs_time created;
	cs_time valid_until; /* not sent afterwards */
};

#endif
