#include "notify/notify.h"

#include "base/log.h"

static void
deliver_mail(const struct cs_notify *n, const struct cs_op *op, const struct cs_message *m,
    struct cs_delivery *out)
{
	cs_mail_deliver(&n->mail, op, m, out);
}

static const struct cs_notify_channel channels[] = {
	{ .channel = CS_CHANNEL_MAIL, .name = "mail", .deliver = deliver_mail },
};

cs_err
cs_notify_channel_find(enum cs_channel channel, const struct cs_notify_channel **out)
{
	*out = NULL;
	for (size_t i = 0; i < CS_COUNT(channels); i++) {
		if (channels[i].channel == channel) {
			*out = &channels[i];
			return CS_OK;
		}
	}
	return CS_FAIL(NOT_FOUND);
}

void
cs_notify_deliver(const struct cs_notify *n, const struct cs_op *op, const struct cs_message *m,
    struct cs_delivery *out)
{
	const struct cs_notify_channel *channel;

	*out = (struct cs_delivery){ .outcome = CS_DELIVERY_RETRY };
	if (!cs_failed(cs_notify_channel_find(m->channel, &channel))) {
		channel->deliver(n, op, m, out);
		return;
	}
	CS_LOG(op, CHANNEL_UNKNOWN, CS_F_ID("message", m->id), CS_F_INT("channel", m->channel));
	out->outcome = CS_DELIVERY_REFUSED;
}
