/*
 * webauthn_options.h - what webauthn.c says to browsers: the options of both ceremonies, and the
 * public parameters of a credential that they are made of. JSON in env->arena.
 *
 * PublicKeyCredentialCreationOptionsJSON and PublicKeyCredentialRequestOptionsJSON of WebAuthn
 * Level 3 §5.1.8 and §5.1.9; docs/protocol/portal-api.md says what is asked for and why.
 */
#ifndef CS_FACTOR_WEBAUTHN_OPTIONS_H
#define CS_FACTOR_WEBAUTHN_OPTIONS_H

#include "factor/factor.h"
#include "proto/webauthn.h"

/* How long a browser waits for the person; less than the challenge lives. */
#define CS_WEBAUTHN_TIMEOUT_MS (5 * CS_MINUTE_MS)

/* For a pending record; its method is the kind that was asked for. label->known is excluded. */
cs_err cs_webauthn_creation_options(const struct cs_factor_env *env,
    const struct cs_authenticator *a, const struct cs_factor_label *label, cs_span nonce,
    cs_str *out);
/* env->nonce, to be answered by one of list. */
cs_err cs_webauthn_request_options(const struct cs_factor_env *env,
    const struct cs_authenticator *list, size_t count, cs_str *out);

/* {"transports":["usb"],"attachment":"cross-platform"}: an authenticator's public parameters. */
cs_str cs_webauthn_params(struct cs_arena *a, const struct cs_webauthn_registered *r);

#endif
