#include "domain/proof.h"

#include "crypto/equal.h"
#include "domain/backup_codes.h"
#include "domain/models.h"
#include "gate/amr.h"
#include "store/authenticator_store.h"
#include "store/device_store.h"
#include "store/proof_store.h"

/* The longest duration that can be configured: nothing older counts anywhere. */
#define PROOF_LIFE_MAX_MS (720 * CS_HOUR_MS)

cs_err
cs_standing_read(struct cs_tx *tx, cs_id subject, cs_id device, struct cs_standing *out)
{
	const struct cs_op *op = cs_tx_op(tx);
	cs_time since = cs_time_add(op->now, -PROOF_LIFE_MAX_MS);

	*out = (struct cs_standing){ .proof_count = 0 };
	CS_TRY(cs_authenticator_list(
	    tx, op->account, subject, &out->authenticators, &out->authenticator_count));
	return cs_proof_list(
	    tx, op->account, subject, device, since, &out->proofs, &out->proof_count);
}

/* Backup codes are of no model; they are in no list, and those that are gone took their proofs along. */
static cs_err
is_of_codes(struct cs_tx *tx, const struct cs_signin *s, cs_id authenticator, bool *out)
{
	struct cs_authenticator codes;

	CS_TRY(cs_backup_codes_find(tx, s->holder->account, s->holder->subject, &codes, out));
	*out = *out && cs_id_equal(codes.id, authenticator) &&
	       cs_backup_codes_are_allowed(s->config, s->holder->account);
	return CS_OK;
}

static cs_err
is_fit(struct cs_tx *tx, const struct cs_signin *s, const struct cs_standing *standing,
    cs_id authenticator, bool *out)
{
	struct cs_model_judgement judgement;
	struct cs_model model;

	for (size_t i = 0; i < standing->authenticator_count; i++) {
		const struct cs_authenticator *a = &standing->authenticators[i];

		if (!cs_id_equal(a->id, authenticator))
			continue;
		*out = !a->has_aaguid;
		if (*out)
			return CS_OK;
		CS_TRY(cs_models_now(tx, a, &model));
		cs_models_judge_use(s->config, s->app, &model, &judgement);
		*out = judgement.verdict == CS_GRANTED;
		return CS_OK;
	}
	return is_of_codes(tx, s, authenticator, out);
}

cs_err
cs_standing_drop_unfit(struct cs_tx *tx, const struct cs_signin *s, struct cs_standing *standing)
{
	struct cs_stored_proof *kept =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_stored_proof, standing->proof_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < standing->proof_count; i++) {
		const struct cs_stored_proof *p = &standing->proofs[i];
		bool fits;

		CS_TRY(is_fit(tx, s, standing, p->proof.authenticator, &fits));
		if (fits)
			kept[count++] = *p;
	}
	standing->proofs = kept;
	standing->proof_count = count;
	return CS_OK;
}

static bool
own_counts(
    const struct cs_stored_proof *p, const uint8_t context[static CS_CONTEXT_LEN], cs_time now)
{
	return cs_id_is_zero(p->proof.session) && cs_equal(p->context, context, CS_CONTEXT_LEN) &&
	       p->proof.at.ms + CS_OWN_PROOF_LIFE_MS > now.ms;
}

bool
cs_proof_counts(const struct cs_stored_proof *p, const struct cs_mfa_requirement *need,
    const uint8_t context[static CS_CONTEXT_LEN], cs_time now)
{
	/* One that was made for one session counts for nothing else, whatever its age. */
	if (p->is_own && !own_counts(p, context, now))
		return false;
	return cs_mfa_is_satisfied(need, p->proof.method, p->proof.at, p->is_own, false, now);
}

const struct cs_stored_proof *
cs_proof_choose(const struct cs_standing *standing, const struct cs_mfa_requirement *need,
    const uint8_t context[static CS_CONTEXT_LEN], cs_time now)
{
	for (size_t i = 0; i < standing->proof_count; i++)
		if (cs_proof_counts(&standing->proofs[i], need, context, now))
			return &standing->proofs[i];
	return NULL;
}

static bool
is_for_this_login(const struct cs_signin *s, bool is_spent)
{
	const struct cs_identity *identity = &s->session->identity;

	return s->has_meta && !is_spent && identity->signed_in.ms >= s->meta.created.ms &&
	       identity->signed_in.ms + CS_OWN_PROOF_LIFE_MS > s->op->now.ms;
}

void
cs_amr_choose(const struct cs_signin *s, const struct cs_mfa_requirement *need, bool is_spent,
    struct cs_amr_basis *out)
{
	*out = (struct cs_amr_basis){ .methods = 0 };
	if (s->session == NULL || !need->is_required)
		return;
	const struct cs_identity *identity = &s->session->identity;
	cs_time at = cs_amr_time(identity);
	bool is_own =
	    s->config->organization.amr.duration_ms == 0 && is_for_this_login(s, is_spent);

	if (cs_amr_judge(s->config, s->app, need, identity, at, is_own, s->op->now, false) !=
	    CS_AMR_COUNTS)
		return;
	out->methods = cs_amr_methods(s->config, identity, need->methods);
	out->at = at;
	out->is_own = is_own;
}

cs_err
cs_proof_keep(struct cs_tx *tx, const struct cs_holder *h, const struct cs_stored_proof *p)
{
	if (!h->kind->keeps_proofs)
		return CS_OK;
	CS_TRY(cs_proof_add(tx, p));
	return cs_device_remember(
	    tx, p->proof.account, p->proof.subject, p->proof.device, cs_tx_op(tx)->now);
}
