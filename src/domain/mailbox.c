#include "domain/mailbox.h"

#include "base/reader.h"

/* Addresses, a subject line and a short text. */
#define PAYLOAD_MAX 16384

static struct cs_binding
binding_of(cs_id account, cs_id row)
{
	return (struct cs_binding){ .purpose = "outbox.payload", .account = account, .row = row };
}

static void
add_text(struct cs_buf *b, cs_str s)
{
	cs_buf_add_be16(b, (uint16_t)s.len);
	cs_buf_add_str(b, s);
}

/* Names of applications and the like stand in it, and may hold what no header can: blanks instead. */
static cs_str
one_line(struct cs_arena *a, cs_str subject)
{
	char *copy = cs_arena_c(a, subject);

	for (size_t i = 0; i < subject.len; i++)
		if ((uint8_t)copy[i] < ' ' || copy[i] == 0x7f)
			copy[i] = ' ';
	return (cs_str){ copy, subject.len };
}

cs_err
cs_mailbox_seal(const struct cs_domain *d, const struct cs_op *op, const struct cs_message *m,
    struct cs_outbox_item *out)
{
	const struct cs_binding bind = binding_of(m->account, m->id);
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf sealed = { 0 };

	*out = (struct cs_outbox_item){
		.account = m->account,
		.id = m->id,
		.channel = m->channel,
		.created = m->created,
		.valid_until = m->valid_until,
	};
	cs_buf_init_sensitive(&plain, PAYLOAD_MAX);
	cs_buf_init(&sealed, PAYLOAD_MAX + CS_SEAL_OVERHEAD);
	add_text(&plain, m->to);
	add_text(&plain, one_line(op->arena, m->subject));
	add_text(&plain, m->text);
	CS_TRY(cs_buf_finish(&plain, NULL));
	CS_TRY(cs_seal(d->keyring, d->rng, cs_buf_span(&plain), &bind, &sealed));
	out->sealed = cs_arena_span(op->arena, cs_buf_span(&sealed));
	return CS_OK;
}

static cs_err
read_text(struct cs_reader *r, struct cs_arena *a, cs_str *out)
{
	uint16_t len;
	cs_span bytes;

	CS_TRY(cs_read_be16(r, &len));
	CS_TRY(cs_read_span(r, len, &bytes));
	*out = cs_arena_str(a, (cs_str){ (const char *)bytes.p, bytes.len });
	return CS_OK;
}

cs_err
cs_mailbox_unseal(const struct cs_domain *d, const struct cs_op *op,
    const struct cs_outbox_item *item, struct cs_message *out)
{
	const struct cs_binding bind = binding_of(item->account, item->id);
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { 0 };
	struct cs_reader r;

	*out = (struct cs_message){
		.id = item->id,
		.account = item->account,
		.channel = item->channel,
		.created = item->created,
		.valid_until = item->valid_until,
	};
	cs_buf_init_sensitive(&plain, PAYLOAD_MAX);
	CS_TRY(cs_unseal(d->keyring, item->sealed, &bind, &plain));
	r = cs_reader_of(cs_buf_span(&plain));
	CS_TRY(read_text(&r, op->arena, &out->to));
	CS_TRY(read_text(&r, op->arena, &out->subject));
	CS_TRY(read_text(&r, op->arena, &out->text));
	return cs_read_end(&r);
}

cs_err
cs_mailbox_post(struct cs_tx *tx, const struct cs_domain *d, cs_str to, cs_str subject, cs_str text)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_message m = {
		.id = cs_id_new(d->rng),
		.account = op->account,
		.channel = CS_CHANNEL_MAIL,
		.to = to,
		.subject = subject,
		.text = text,
		.created = op->now,
		.valid_until = cs_time_add(op->now, CS_MAILBOX_POST_MS),
	};
	struct cs_outbox_item item;

	CS_TRY(cs_mailbox_seal(d, op, &m, &item));
	return cs_outbox_add(tx, &item);
}
