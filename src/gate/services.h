/*
 * services.h - programmes that come with a credential of their own (specs: Access §12). Pure.
 */
#ifndef CS_GATE_SERVICES_H
#define CS_GATE_SERVICES_H

#include "model/access.h"

/* What a request brought of the kind. */
enum cs_credentials {
	CS_CREDENTIALS_NONE = 0,
	CS_CREDENTIALS_ONE,
	CS_CREDENTIALS_MALFORMED, /* one half, one twice, or in both manners at once */
};

struct cs_client {
	cs_str id; /* as sent: with ".access" behind, and what the API shows behind that */
	cs_str secret;
};

/* The token whose id client names, whether or not it proves to be it; NULL: unknown. */
const struct cs_service_token *cs_service_find(
    const struct cs_access_config *config, const struct cs_client *client);

/*
 * The token that client proves to be, or NULL: unknown, wrong secret, disabled, over. Secrets are
 * compared by their hashes in constant time.
 */
const struct cs_service_token *cs_service_authenticate(
    const struct cs_access_config *config, const struct cs_client *client, cs_time now);

#endif
