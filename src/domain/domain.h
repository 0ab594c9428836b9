/*
 * domain.h - what every domain module is given: the parts beneath it and the operator's settings.
 *
 * domain/ decides, and is the only writer. One struct, filled by app/ (and by tests), never changed
 * while requests run, except that settings may be swapped whole on SIGHUP by app/.
 */
#ifndef CS_DOMAIN_DOMAIN_H
#define CS_DOMAIN_DOMAIN_H

#include "base/op.h"
#include "crypto/keyring.h"
#include "crypto/pwhash.h"
#include "crypto/random.h"
#include "gate/gate.h"
#include "store/store.h"

struct cs_idp_client;		/* idp/: the outgoing HTTP client and its discovery cache */

struct cs_domain {
	struct cs_store *store;
	struct cs_keyring *keyring;
	const struct cs_random *rng;
	struct cs_pwhasher *pwhasher;
	struct cs_gate *gate;
	struct cs_idp_client *idp;
	cs_str mail_from_name;			/* used in texts */
	bool mfa_age_is_login_only;		/* decision record: proof age on each request */
};

#endif
