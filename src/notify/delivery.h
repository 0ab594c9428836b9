/*
 * delivery.h - what became of one attempt to deliver a message.
 */
#ifndef CS_NOTIFY_DELIVERY_H
#define CS_NOTIFY_DELIVERY_H

enum cs_outcome {
	CS_DELIVERY_RETRY = 0, /* 4xx, no answer, no connection: try again later */
	CS_DELIVERED, /* the next server has it */
	CS_DELIVERY_REFUSED, /* 5xx, or a message that can never be sent: do not try again */
	CS_DELIVERY_EXPIRED, /* valid_until is over: nothing was sent */
};

struct cs_delivery {
	enum cs_outcome outcome;
	int code; /* the server's last reply (RFC 5321 §4.2), 0 when there was none */
};

#endif
