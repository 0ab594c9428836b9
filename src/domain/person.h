/*
 * person.h - which user somebody is who has just proved something at a provider.
 *
 * A user is (account, provider, sub). The same address joins one user only where it was proved:
 * by a PIN that was mailed to it, by a provider that said email_verified, or by one that is
 * configured as authoritative for its domain. A provider that merely claims an address gets a user
 * of its own.
 */
#ifndef CS_DOMAIN_PERSON_H
#define CS_DOMAIN_PERSON_H

#include "domain/domain.h"
#include "model/subject.h"

#define CS_EMAIL_MAX 254

struct cs_claimed {
	cs_id provider;
	cs_str sub;
	cs_str email; /* cs_email_decode's */
	bool email_is_proved;
	cs_str name; /* may be empty */
};

/*
 * One address, trimmed, its domain in lower case. Errors: INVALID (not one mail address).
 */
cs_err cs_email_decode(struct cs_arena *a, cs_str typed, cs_str *out);
/* The whole address in lower case: what users are found by. */
cs_str cs_email_key(struct cs_arena *a, cs_str email);
/* Whether provider vouches for addresses of this one's domain. */
bool cs_provider_vouches(const struct cs_identity_provider *p, cs_str email);

/*
 * Find or make the user. Not yet a sign-in: the status is the caller's to look at.
 * Errors: CONFLICT (two first sign-ins at once: run the transaction again).
 */
cs_err cs_person_resolve(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_claimed *claimed, struct cs_user *out);

#endif
