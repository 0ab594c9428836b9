#include "domain/member_standing.h"

#include "domain/backup_codes.h"
#include "domain/member_whole.h"
#include "store/authenticator_store.h"
#include "store/device_store.h"

#include <stdatomic.h>

static cs_err
read_methods(struct cs_tx *tx, struct cs_member_standing *s)
{
	const struct cs_authenticator *list;
	struct cs_authenticator codes;
	cs_id member = s->who->member.id;
	size_t count;

	s->methods = 0;
	CS_TRY(cs_authenticator_list(tx, cs_id_zero, member, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (!list[i].is_issued)
			s->methods |= list[i].method;
	CS_TRY(cs_backup_codes_find(tx, cs_id_zero, member, &codes, &s->has_codes));
	s->codes_left = s->has_codes ? (unsigned)cs_backup_code_left(&codes) : 0;
	return CS_OK;
}

static cs_err
read_browser(struct cs_tx *tx, struct cs_member_standing *s)
{
	const struct cs_member_session *session = &s->who->session;
	struct cs_known_device device;
	cs_err e = cs_device_find(tx, cs_id_zero, session->member, session->device, &device);

	s->is_new_browser = true;
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	s->is_new_browser = device.first_seen.ms >= session->created.ms;
	return CS_OK;
}

struct stand {
	struct cs_domain *d;
	struct cs_member_standing *out;
};

static cs_err
read_all(struct cs_tx *tx, void *ctx)
{
	const struct stand *c = ctx;
	struct cs_member_standing *s = c->out;
	const struct cs_member_seen *who = s->who;

	CS_TRY(read_methods(tx, s));
	CS_TRY(read_browser(tx, s));
	CS_TRY(cs_member_demands_in(tx, who->member.id, &who->session, &s->demands));
	s->remember_ms = 0;
	if (who->session.stage == CS_MEMBER_CHALLENGE && !s->demands.refuses_remembered)
		s->remember_ms = atomic_load(&c->d->remember_browser_ms);
	return cs_recovery_show_in(tx, c->d, who->member.id, &who->session, &s->recovery);
}

cs_err
cs_member_stand(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who,
    struct cs_member_standing *out)
{
	struct stand c = { .d = d, .out = out };

	*out = (struct cs_member_standing){ .who = who };
	return cs_store_read(d->store, op, read_all, &c);
}
