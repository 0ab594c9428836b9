/*
 * member_sso.h - members whom an account's identity provider vouches for: no password of theirs is
 * ever taken here, and no second factor asked for; both are their provider's.
 *
 * The account's owner says which provider (countersign.members) and which members
 * (cs_member_set_sso). Who they are to the provider is its `sub`, noted at their first sign-in, when a
 * proved address has to be the one that they were invited by. s: of the server realm, as
 * provider_trip.h has it, with has_device and device.
 */
#ifndef CS_DOMAIN_MEMBER_SSO_H
#define CS_DOMAIN_MEMBER_SSO_H

#include "domain/member_session.h"
#include "domain/signin.h"

/*
 * Where to send the browser for this address. Refused with NOT_SSO (nobody's, disabled, with a
 * password, or whose provider is gone or vouches no more), PROVIDER_DOWN or TOO_MANY.
 */
cs_err cs_member_sso_begin(
    struct cs_signin *s, cs_str email, cs_str *out_url, struct cs_refusal *why);
/*
 * The callback's raw query: signed in. An open invitation of the provider's account is accepted.
 * Refused with LINK_ENDED (not this browser's, used, too old, or the provider vouches no more),
 * PROVIDER_DOWN, PROVIDER_REFUSED, or NOT_ALLOWED (somebody whom no member is).
 */
cs_err cs_member_sso_finish(const struct cs_signin *s, cs_id provider, cs_str query,
    struct cs_member_step *out, struct cs_refusal *why);

/*
 * In op->account, by an owner of it in person: this member, or somebody invited, comes by this provider
 * of the account from now on; zero: by a password again, which a link by mail sets. All their
 * sessions end. Refused with NOT_FOUND (no member of the account, and not invited), NOT_SSO (no such
 * provider, or it does not vouch), ELSEWHERE (they belong to another account, too), NOT_YOURSELF,
 * NOT_ALLOWED (actor is no owner).
 */
cs_err cs_member_sso_assign(struct cs_domain *d, const struct cs_op *op, cs_id actor, cs_id member,
    cs_id provider, struct cs_refusal *why);

#endif
