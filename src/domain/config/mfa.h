/*
 * mfa.h - mfa_config at its three levels (specs: Access §4.1).
 *
 * AMR matching is written under three names (the documents' pair and the clients' single one):
 * any is taken, all are shown. Infrastructure kinds (piv_key, ssh_fido2_key) are refused: there is
 * nothing here that could ask for them.
 */
#ifndef CS_DOMAIN_CONFIG_MFA_H
#define CS_DOMAIN_CONFIG_MFA_H

#include "domain/config/json.h"
#include "model/access.h"

enum cs_mfa_level { CS_MFA_ORGANIZATION, CS_MFA_APPLICATION, CS_MFA_POLICY };

/* Every one of enum cs_mfa_method, the strongest first: as they are offered and shown everywhere. */
struct cs_mfa_named {
	const char *name; /* "security_key", "biometrics", "totp" */
	unsigned method;
};
#define CS_MFA_METHODS 3
extern const struct cs_mfa_named cs_mfa_methods[CS_MFA_METHODS];

/* The one that is called that; 0: none of them. */
unsigned cs_mfa_method_named(cs_str name);
/* The API's name of one of them; "" for anything else. */
const char *cs_mfa_method_name(unsigned method);
/* The names of a set of them: an array, in their order. */
json_t *cs_mfa_methods_encode(unsigned methods);

/*
 * object: what holds mfa_config. Absent and null: is_set false. An organisation's is set when a
 * method is allowed. Errors: INVALID.
 */
cs_err cs_mfa_config_decode(const json_t *object, enum cs_mfa_level level,
    struct cs_mfa_config *out, struct cs_fault *fault);

/* What an organisation's mfa_config says of AMR matching; absent: off. Errors: INVALID. */
cs_err cs_amr_config_decode(
    const json_t *object, struct cs_amr_config *out, struct cs_fault *fault);

/*
 * Before a changed organisation is stored. A client that knows one of the names sends the others
 * back as they were shown: so what differs from the old setting is what was meant, and afterwards
 * all three agree. old may be NULL. Errors: INVALID (both durations changed, and differ).
 */
cs_err cs_mfa_config_settle_amr(const json_t *old, json_t *body, struct cs_fault *fault);

/* Makes an organisation's mfa_config carry all three AMR names. config may be NULL. */
void cs_mfa_config_show_amr(json_t *config);

#endif
