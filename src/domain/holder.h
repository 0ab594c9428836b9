/*
 * holder.h - whoever proves or changes authenticators, in one browser: a user, or a member.
 *
 * Challenge, enrolment, windows, notices and freezing are one code for both. What differs stands in
 * a table of two rows (struct cs_holder_kind): holder_user.c and holder_member.c. A user is of an
 * account; a member is of the server realm, whose account is the zero id. So the account alone says
 * which row it is.
 */
#ifndef CS_DOMAIN_HOLDER_H
#define CS_DOMAIN_HOLDER_H

#include "domain/domain.h"
#include "domain/refusal.h"
#include "model/challenge.h"
#include "model/manage.h"
#include "model/member.h"
#include "model/session.h"
#include "model/subject.h"

struct cs_signin;
struct cs_standing;
struct cs_holder_kind;

/* As the request found them. Borrows from the session that it was made of. */
struct cs_holder {
	const struct cs_holder_kind *kind;
	cs_id account; /* zero: the server realm */
	cs_id subject; /* the user's or member's id */
	cs_id session; /* the global one, or the member's */
	uint8_t token_hash[CS_TOKEN_HASH_LEN]; /* that the request came with */
	cs_id device; /* the browser */
	cs_str email;
	cs_str name;
	cs_time signed_in; /* users: at the provider; members: the password was given */
	cs_time expires; /* of the session */
	enum cs_member_stage stage; /* users: DONE */
};

void cs_holder_of_user(const struct cs_global_session *session, struct cs_holder *out);
/* device: the browser that the request came from, which is the session's (checked by the guard). */
void cs_holder_of_member(
    const struct cs_member *member, const struct cs_member_session *session, struct cs_holder *out);

/* Somebody as they are stored now, whether or not they are signed in. */
struct cs_person {
	cs_id account;
	cs_id id;
	cs_str email; /* empty: none is known */
	cs_str name;
	bool is_active;
	cs_time frozen; /* since then they cannot change their own authenticators; 0: they can */
	cs_time email_verified; /* members; a user's address is what the provider says */
	bool is_sso; /* members: somebody else asks for their second factor */
	cs_time two_factor; /* members: on since; 0: off */
	/* Everything that is told what happens to them, without doubles, email first. */
	const cs_str *addresses;
	size_t address_count;
};

/* What somebody wants to do to their own authenticators. */
enum cs_act {
	CS_ACT_ADD = 1,
	CS_ACT_SEE, /* what an application is to be set up with; ADD is asked as it is confirmed */
	CS_ACT_RENAME,
	CS_ACT_REMOVE, /* one of them, by its owner */
	CS_ACT_REPLACE, /* the only one of its factor, by another */
	CS_ACT_CODES, /* make a set of backup codes */
};

/* What a sign-in asks of the second factor, and what there is to answer with. */
struct cs_asks {
	bool is_asked; /* a challenge of purpose SIGN_IN can be put */
	unsigned methods; /* that answer it: OR of enum cs_mfa_method */
	int64_t duration_ms; /* how long the proof will count; 0: once */
	bool is_own; /* the proof belongs to the one session that is asked for */
	unsigned enrol_methods; /* that may be enrolled here */
	const struct cs_authenticator *list; /* active ones */
	size_t count;
};

/*
 * The row. All but drop and asks run inside a transaction; account is whose the subject is, which
 * the transaction's need not be.
 */
struct cs_holder_kind {
	const char *name; /* "user", "member" */
	bool keeps_proofs; /* what is answered here counts for applications, from this browser */
	/*
	 * Who is signed in sees an application's secret before they proved anything: so it is another
	 * one each time, and what somebody else saw with a copied cookie is never confirmed.
	 */
	bool sees_before_proof;
	/* Errors: NOT_FOUND. */
	cs_err (*find)(struct cs_tx *tx, cs_id account, cs_id subject, struct cs_person *out);
	/* Whether this is still the session, by the token that the request came with. */
	cs_err (*is_current)(struct cs_tx *tx, const struct cs_holder *h, bool *out);
	/* Errors: CONFLICT (the session is gone, or h's token is not its token any more). */
	cs_err (*set_token)(struct cs_tx *tx, const struct cs_holder *h,
	    const uint8_t to[static CS_TOKEN_HASH_LEN]);
	/* What manage.h says of act. count: authenticators that they have. *why is set anew. */
	cs_err (*check)(struct cs_tx *tx, const struct cs_holder *h, const struct cs_person *person,
	    size_t count, enum cs_act act, struct cs_refusal *why);
	/* The same of putting a challenge of purpose MANAGE, beside having what answers it. */
	cs_err (*check_challenge)(struct cs_tx *tx, const struct cs_holder *h,
	    const struct cs_person *person, struct cs_refusal *why);
	/* Whether the last one may go. is_confirmed: they know that they will have to enrol again. */
	cs_err (*check_last)(
	    struct cs_tx *tx, const struct cs_holder *h, bool is_confirmed, struct cs_refusal *why);
	/* Every session of theirs; of members also the browsers that are not asked. */
	cs_err (*end_sessions)(struct cs_tx *tx, cs_id account, cs_id subject);
	/* From now on; who is frozen already stays as it is. */
	cs_err (*freeze)(struct cs_tx *tx, const struct cs_person *person);
	/* Errors: CONFLICT (there is nobody). */
	cs_err (*unfreeze)(struct cs_tx *tx, const struct cs_person *person);
	/* Who looks into it when they said "this was not me": their addresses. */
	cs_err (*overseers)(
	    struct cs_tx *tx, cs_id account, cs_id subject, const cs_str **out, size_t *out_count);
	/* The set of their authenticators is another now. */
	cs_err (*changed)(
	    struct cs_tx *tx, const struct cs_domain *d, cs_id account, cs_id subject);
	/* What the gate remembers of somebody, after the commit. */
	void (*drop)(struct cs_domain *d, cs_id account, cs_id subject);
	cs_err (*asks)(const struct cs_signin *s, struct cs_asks *out);
};

extern const struct cs_holder_kind cs_holder_user;
extern const struct cs_holder_kind cs_holder_member;

/* By whose account it is. */
const struct cs_holder_kind *cs_holder_kind_of(cs_id account);

#endif
