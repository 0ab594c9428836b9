/*
 * member_session.h - members at the console's door: in by address and password, and out again.
 *
 * Members and their sessions belong to the server realm. A password is guessed at like a second
 * factor (throttle.h): debited before it is judged, and an address that nobody has costs and says
 * the same as a wrong password.
 */
#ifndef CS_DOMAIN_MEMBER_SESSION_H
#define CS_DOMAIN_MEMBER_SESSION_H

#include "domain/domain.h"
#include "domain/refusal.h"
#include "model/member.h"
#include "store/member_store.h"

struct cs_member_credentials {
	cs_str email; /* as typed */
	cs_str password; /* at most CS_PASSWORD_MAX bytes */
	bool has_device;
	cs_id device; /* the browser that asks */
};

struct cs_member_signed_in {
	cs_str token; /* for the session's cookie, in the arena */
	cs_str device_token; /* for the browser's; empty: it has one */
};

/* op->account is the server realm. Refused with WRONG_PASSWORD or TOO_MANY. Errors: LIMIT. */
cs_err cs_member_sign_in(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_credentials *who, struct cs_member_signed_in *out,
    struct cs_refusal *why);

/* Who is signed in, and to what. Texts live in the arena. */
struct cs_member_seen {
	struct cs_member member; /* without the password's hash */
	struct cs_member_session session;
	const struct cs_member_account *accounts; /* by name */
	size_t account_count;
};

/* By the session cookie's text. Refused with SIGNED_OUT. */
cs_err cs_member_see(struct cs_domain *d, const struct cs_op *op, cs_str cookie,
    struct cs_member_seen *out, struct cs_refusal *why);

/* Ends this session. */
cs_err cs_member_sign_out(
    struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who);

#endif
