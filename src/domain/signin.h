/*
 * signin.h - where a sign-in stands, and the steps that move it on (docs/protocol/portal-api.md).
 *
 * The state is computed anew from what is stored each time it is asked for: nothing that a page
 * sends moves it. All functions are for op->account, whose configuration is given; they read it and
 * judge by it exactly as the gateway will.
 */
#ifndef CS_DOMAIN_SIGNIN_H
#define CS_DOMAIN_SIGNIN_H

#include "domain/domain.h"
#include "domain/holder.h"
#include "domain/meta.h"
#include "domain/person.h"
#include "domain/refusal.h"
#include "model/session.h"
#include "model/subject.h"
#include "store/pin_store.h"
#include "store/proof_store.h"

enum cs_signin_step {
	CS_STEP_DENIED = 0,
	CS_STEP_PROVIDER,
	CS_STEP_PIN,
	CS_STEP_ENROL,
	CS_STEP_CHALLENGE,
	CS_STEP_CONTINUE,
};

enum cs_denied_reason {
	CS_DENIED_POLICY = 0,
	CS_DENIED_DISABLED,
	CS_DENIED_NO_METHOD, /* nothing that is asked for exists here */
};

/* Who asks and for what: the same for every step. */
struct cs_signin {
	struct cs_domain *d;
	const struct cs_op *op;
	const struct cs_access_config *config;
	bool has_meta; /* false: to the portal itself */
	struct cs_meta meta;
	const struct cs_application *app; /* NULL with has_meta false */
	bool has_device;
	cs_id device;
	bool has_flow;
	uint8_t flow_hash[CS_FLOW_HASH_LEN];
	const struct cs_global_session *session; /* a user's; NULL: signed out, or a member */
	const struct cs_holder *holder; /* whose authenticators these are; NULL: signed out */
};

/* A user's authenticators and what counts of their proofs, read in one snapshot. */
struct cs_standing {
	const struct cs_authenticator *authenticators; /* active */
	size_t authenticator_count;
	const struct cs_stored_proof *proofs; /* from this browser, newest first */
	size_t proof_count;
};

/* What the provider asked for, when a sign-in may rest on it. Never a stored proof. */
struct cs_amr_basis {
	unsigned methods; /* OR of enum cs_mfa_method that it counts as; 0: it does not count */
	cs_time at;
	bool is_own; /* counts for one application session */
};

struct cs_signin_state {
	enum cs_signin_step step;
	enum cs_denied_reason denied;
	struct cs_mfa_requirement mfa; /* from ENROL on; is_required false: none */
	struct cs_access_answer access; /* with an application and a session */
	struct cs_standing standing;
	enum cs_refusal_kind
	    needs; /* step ENROL: what cs_manage_may says of adding one; NONE: go on */
	/* CONTINUE with mfa: the one of these that satisfies it */
	struct cs_amr_basis amr;
	const struct cs_stored_proof *proof;
	bool amr_is_spent; /* the provider's, where it counts once */
	bool has_pin;
	struct cs_pin pin; /* step PIN */
	struct cs_claimed claimed; /* step DENIED by DISABLED: who was refused; no session */
};

/*
 * meta_text empty, or a page of its own (cs_meta_is_page): the portal. Refused with LINK_ENDED or
 * NO_APPLICATION.
 */
cs_err cs_signin_init(struct cs_signin *s, cs_str meta_text, struct cs_refusal *why);

/* Whoever is signed in from now on; NULL: nobody. The holder lives in the operation's arena. */
void cs_signin_set_user(struct cs_signin *s, const struct cs_global_session *session);
/* For the calls about authenticators alone: no application, and the realm's configuration. */
void cs_signin_set_member(
    struct cs_signin *s, const struct cs_member *member, const struct cs_member_session *session);

/* A denial is written to the sign-in log, once for one sign-in and reason. */
cs_err cs_signin_state(const struct cs_signin *s, struct cs_signin_state *out);

/* Whether a provider may be used here: it exists and the application allows it. */
bool cs_signin_allows(const struct cs_signin *s, const struct cs_identity_provider *p);
const struct cs_identity_provider *cs_signin_provider(const struct cs_signin *s, cs_id id);

/*
 * A new global session for somebody who has just proved who they are, in place of the browser's
 * old one. *out_token and *out_device go into cookies (device empty: it has one already).
 * *out_session lives in the arena. is_disabled: no session was opened.
 */
struct cs_signed_in {
	const struct cs_global_session *session;
	cs_str token;
	cs_str device_token;
	cs_id device;
	bool is_disabled;
};

struct cs_claims {
	struct cs_claimed who;
	bool is_for_application; /* also where the sign-in itself does not say which */
	const cs_str *amr;
	size_t amr_count;
	cs_str acr; /* may be empty */
	cs_time auth_time;
	cs_str fields;
};

/* spend runs first in the transaction (use up the PIN or flow); its CONFLICT loses the race. */
typedef cs_err cs_spend_fn(struct cs_tx *tx, void *ctx);
cs_err cs_signin_open(const struct cs_signin *s, const struct cs_claims *claims, cs_spend_fn *spend,
    void *spend_ctx, struct cs_signed_in *out);

/*
 * The last step: the address to send the browser to. Refused with NOT_ALLOWED unless the state is
 * CONTINUE at this moment.
 */
cs_err cs_signin_continue(const struct cs_signin *s, cs_str *out_url, struct cs_refusal *why);

#endif
