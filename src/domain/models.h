/*
 * models.h - which models of security keys and built-in authenticators an account wants, and what is
 * known about one: its name, who vouches for it, what is reported of it.
 *
 * A model is an AAGUID. The zero AAGUID (a U2F key, or a browser that withholds it) is no model: it
 * has no name and is in no list. One-time password applications have no model either: nothing here
 * is ever asked about TOTP.
 *
 * Roots are the account's own (attestation_root) and, of one model alone, those of the imported FIDO
 * metadata. What each vouches for: docs/protocol/models.md.
 */
#ifndef CS_DOMAIN_MODELS_H
#define CS_DOMAIN_MODELS_H

#include "base/verdict.h"
#include "domain/domain.h"
#include "gate/models.h"
#include "model/access.h"
#include "model/subject.h"
#include "proto/aaguid.h"
#include "proto/attestation.h"
#include "proto/mds.h"

/* --- one model --- */

/* What is known of one authenticator's model; texts live in the operation's arena. */
struct cs_model {
	uint8_t aaguid[CS_AAGUID_LEN];
	cs_str name; /* the metadata's word, else our own table's; empty: unknown */
	enum cs_aaguid_kind kind; /* our table's */
	bool is_in_metadata;
	unsigned statuses; /* OR of enum cs_mds_status */
	enum cs_evidence evidence; /* for this AAGUID */
};

/*
 * Look a registration's model up and judge who vouches for it, in any transaction: a few rows are
 * read, and as many signatures checked as the chain has certificates.
 *   attestation   verified (cs_webauthn_register, cs_webauthn_attestation)
 *   at            when its certificates must be valid: the moment of registration
 */
cs_err cs_models_load(struct cs_tx *tx, cs_id account, const uint8_t aaguid[static CS_AAGUID_LEN],
    const struct cs_attestation *attestation, cs_time at, struct cs_model *out);

/*
 * The same of one that is enrolled, with the evidence as it is stored: for a re-check. a is active and
 * of WebAuthn, read with its attestation or without.
 */
cs_err cs_models_now(struct cs_tx *tx, const struct cs_authenticator *a, struct cs_model *out);

/* The name alone, for pages; empty: unknown. */
cs_err cs_models_name(struct cs_tx *tx, const uint8_t aaguid[static CS_AAGUID_LEN], cs_str *out);

/* --- may it be enrolled, may it be used --- */

struct cs_model_judgement {
	enum cs_verdict verdict; /* GRANTED: it fits */
	enum cs_model_reason reason;
	cs_id list; /* UNLISTED, UNPROVEN, REFUSED: which list */
	unsigned statuses; /* REPORTED: those that count */
};

/*
 * Pure. Both the organisation's lists and the application's (NULL: none is asked for) must be met.
 * A claim is enough to be refused by a deny list or a report; a list that the configuration names and
 * does not have refuses everybody. Order: deny lists, reports, required lists.
 */
void cs_models_judge(const struct cs_access_config *config,
    const struct cs_application *application, const struct cs_model *model,
    struct cs_model_judgement *out);

/*
 * The same of one that is enrolled and about to be used: an application's own lists always, since keys
 * are enrolled for an account and not for an application; the organisation's lists and reports where it
 * wants to look again.
 */
void cs_models_judge_use(const struct cs_access_config *config,
    const struct cs_application *application, const struct cs_model *model,
    struct cs_model_judgement *out);

/* The pieces of it, for reports. */
unsigned cs_models_refused_statuses(const struct cs_organization *organization);
/* "REVOKED FIDO_CERTIFIED" as the store keeps them; names that are unknown do not count. */
unsigned cs_models_statuses(cs_str names);

/* --- who would be hit --- */

/* One enrolled authenticator. */
struct cs_model_stray {
	cs_id account;
	cs_id authenticator;
	cs_id user;
	cs_str email;
	cs_str name; /* its owner's word for it */
	cs_str model; /* the model's name, or empty */
	uint8_t aaguid[CS_AAGUID_LEN];
	enum cs_evidence evidence;
	enum cs_model_reason reason;
	unsigned statuses; /* REPORTED */
};

struct cs_model_strays {
	struct cs_model_stray *items;
	size_t count; /* at most CS_MODEL_STRAYS_MAX … */
	int64_t total; /* … of this many */
};

#define CS_MODEL_STRAYS_MAX 1000

/*
 * Active authenticators of the account that a list would not take, in the order of their ids: a look
 * before it is required. wants_verified: as the list is going to say.
 * Errors: NOT_FOUND (no such list of type AAGUID).
 */
cs_err cs_models_outside(struct cs_domain *d, const struct cs_op *op, cs_id account, cs_id list,
    bool wants_verified, struct cs_model_strays *out);

/*
 * Of all accounts: active authenticators whose model is reported as something that their account
 * refuses.
 */
cs_err cs_models_hit(struct cs_domain *d, const struct cs_op *op, struct cs_model_strays *out);

/* --- roots --- */

#define CS_ATTESTATION_ROOTS_MAX 128 /* of one account */

struct cs_root {
	cs_id id;
	cs_str name;
	cs_str subject;
	cs_time not_before;
	cs_time not_after;
	uint8_t fingerprint[32]; /* SHA-256 */
	cs_time created;
};

struct cs_roots {
	struct cs_root *items;
	size_t count;
};

cs_err cs_roots_list(
    struct cs_domain *d, const struct cs_op *op, cs_id account, struct cs_roots *out);
/*
 * Every certificate of a PEM text (or one in DER) becomes a root; one that is there already stays.
 * name: of each; empty: its subject. *out: those of the text, whether new or not. Enrolled
 * authenticators are judged anew.
 * Errors: INVALID (not a text of certificates), LIMIT (CS_ATTESTATION_ROOTS_MAX).
 */
cs_err cs_roots_add(struct cs_domain *d, const struct cs_op *op, cs_id account, cs_id actor,
    cs_str name, cs_span file, struct cs_roots *out);
/* Enrolled authenticators are judged anew. Errors: NOT_FOUND. */
cs_err cs_roots_remove(
    struct cs_domain *d, const struct cs_op *op, cs_id account, cs_id actor, cs_id id);

/* --- metadata --- */

struct cs_metadata {
	bool is_there; /* something was imported */
	int64_t no;
	cs_str next_update; /* "2026-11-22" */
	cs_time imported;
	int64_t models;
};

struct cs_metadata_outcome {
	enum cs_mds_refusal refusal; /* NONE: taken. The rest is then meaningful */
	bool is_older; /* … unless this: `no` is lower than what is there, and nothing was done */
	int64_t no;
	cs_str next_update;
	bool is_overdue; /* the next one has appeared since */
	size_t models;
	size_t ignored;
	int64_t rejudged; /* enrolled authenticators whose evidence changed */
};

cs_err cs_metadata_find(struct cs_domain *d, const struct cs_op *op, struct cs_metadata *out);
/*
 * Take a metadata BLOB, for all accounts: it replaces what was imported before, and enrolled
 * authenticators are judged anew. expected->at is op's now unless set.
 * Errors: LIMIT (too big).
 */
cs_err cs_metadata_import(struct cs_domain *d, const struct cs_op *op,
    const struct cs_mds_expected *expected, cs_span blob, struct cs_metadata_outcome *out);

/*
 * Judge the stored attestations of an account (zero: of all) against today's roots, each for the
 * moment of its registration. What was VERIFIED may become UNTRUSTED, and the other way round.
 */
cs_err cs_models_rejudge(
    struct cs_domain *d, const struct cs_op *op, cs_id account, int64_t *changed);

/* A model that may be put on a list, for choosing by name. */
struct cs_known_model {
	uint8_t aaguid[CS_AAGUID_LEN];
	cs_str name;
	enum cs_aaguid_kind kind;
	bool is_in_metadata;
	unsigned statuses;
};

/* Our own table and the metadata together, by name. */
cs_err cs_models_known(
    struct cs_domain *d, const struct cs_op *op, struct cs_known_model **out, size_t *count);

#endif
