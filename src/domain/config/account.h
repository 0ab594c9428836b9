/*
 * account.h - making a tenant: what `countersignd init` does in the database, in one transaction.
 */
#ifndef CS_DOMAIN_CONFIG_ACCOUNT_H
#define CS_DOMAIN_CONFIG_ACCOUNT_H

#include "domain/config/fault.h"
#include "domain/domain.h"

struct cs_new_account {
	cs_str name;
	cs_str auth_origin; /* "https://auth.example.test", with a port when not the default */
	cs_str console_origin; /* the server realm's own host, set at the first account; or empty */
	cs_str owner_email;
};

/* Texts are in the operation's arena; both tokens exist nowhere else and are shown once. */
struct cs_created_account {
	cs_id account;
	cs_id owner;
	cs_str invitation_token; /* seven days, for owner_email */
	cs_str api_token; /* all permissions, as long as the owner is a member */
};

/*
 * Errors: INVALID (fault says why: a host that is taken, an address that is none), and the store's.
 */
cs_err cs_account_create(struct cs_domain *d, const struct cs_op *op,
    const struct cs_new_account *wanted, struct cs_created_account *out, struct cs_fault *fault);

/*
 * "https://Auth.Example.test:443/" → origin "https://auth.example.test", host "auth.example.test".
 * http or https, a host name, nothing behind it. Errors: INVALID.
 */
cs_err cs_origin_decode(
    struct cs_arena *a, cs_str text, cs_str *origin, cs_str *host, struct cs_fault *fault);

#endif
