/*
 * site.h - what factors are told of where they are, and how what they and the account's lists say is put.
 */
#ifndef CS_DOMAIN_SITE_H
#define CS_DOMAIN_SITE_H

#include "domain/models.h"
#include "domain/refusal.h"
#include "domain/signin.h"
#include "factor/factor.h"

/* For s's operation, account and auth host; without a nonce. */
struct cs_factor_env cs_site_env(const struct cs_signin *s);

/* NONE, MODEL_REFUSED or MODEL_UNPROVEN. */
enum cs_refusal_kind cs_site_model_refusal(const struct cs_model_judgement *judgement);

/* How a factor's no is put: of what somebody typed, or of what a device signed. */
enum cs_refusal_kind cs_site_factor_refusal(const struct cs_factor *f, enum cs_reason reason);

#endif
