/*
 * handover.h - from the auth host to an application's own host, and the last gate before a session.
 *
 * A code of 32 random bytes, kept as SHA-256, good once within a minute, and only on the host, for
 * the application, from the global session and in the browser (CF_AppSession) that it was made for.
 * Everything that let the person in is judged again when it comes back.
 */
#ifndef CS_DOMAIN_HANDOVER_H
#define CS_DOMAIN_HANDOVER_H

#include "domain/signin.h"

#define CS_HANDOVER_LIFE_MS (60 * CS_SECOND_MS)

/* state: CONTINUE, with what the sign-in rests on. *out_path: path and query on s's host. */
cs_err cs_handover_begin(
    const struct cs_signin *s, const struct cs_signin_state *state, cs_str *out_path);

struct cs_handed_over {
	const struct cs_application *app;
	const struct cs_app_session *session;
	cs_str token; /* for CF_Authorization */
	cs_str return_path;
};

/*
 * On the application's host (lower case, no port). nonce: the browser's CF_AppSession.
 * Refused with LINK_ENDED (no such code here, in this browser, any more) or NOT_ALLOWED.
 */
cs_err cs_handover_finish(struct cs_domain *d, const struct cs_op *op,
    const struct cs_access_config *config, cs_str host, cs_str code, cs_str nonce,
    struct cs_handed_over *out, struct cs_refusal *why);

#endif
