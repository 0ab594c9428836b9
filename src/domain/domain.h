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

struct cs_idp_client; /* idp/: the outgoing HTTP client and its discovery cache */
struct cs_notify; /* notify/: how messages leave */
struct cs_keys; /* domain/keys.h: signing keys in memory */
struct cs_witness; /* domain/witness.h */
struct cs_publisher; /* domain/config/publish.h */
struct cs_domain;

#define CS_SUPPORT_ADDRESS_MAX 254

/*
 * Read the account's configuration and publish it to the gate; a zero account means all of them.
 * Given by app/, so that following changes does not depend on how configuration is stored.
 */
typedef cs_err cs_republish_fn(struct cs_domain *d, const struct cs_op *op, cs_id account);

struct cs_domain {
	struct cs_store *store;
	struct cs_keyring *keyring;
	const struct cs_random *rng;
	struct cs_pwhasher *pwhasher;
	struct cs_gate *gate;
	struct cs_idp_client *idp;
	/* docs/decisions/0001; may change while requests run: publish all accounts afterwards */
	_Atomic bool mfa_age_is_login_only;
	const struct cs_notify *notify;
	struct cs_keys *keys;
	cs_republish_fn *republish;
	struct cs_publisher *publisher;
	struct cs_witness *witness; /* NULL: none */
	cs_id node; /* random at start: holder of leases */
	int64_t change_stale_ms; /* how long an answered poll keeps the gate fresh */
	_Atomic int64_t auth_log_keep_ms; /* how long the sign-in log goes back; 0: for ever */
	_Atomic int64_t remember_browser_ms; /* without the second factor again; 0: never */
	_Atomic int64_t recovery_wait_ms; /* with the browser and the network of before */
	_Atomic int64_t recovery_wait_thin_ms; /* with less; never shorter than the other */
	/* who helps when somebody is stuck; empty: nobody is named. Never changed while it runs */
	char support_address[CS_SUPPORT_ADDRESS_MAX + 1];
};

#endif
