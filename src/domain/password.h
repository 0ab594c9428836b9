/*
 * password.h - which passwords members may have (NIST SP 800-63B-4 §3.1.1.2).
 *
 * Characters are counted, not bytes: 15 where the password is all there is, 8 beside a second factor.
 * At most CS_PASSWORD_MAX bytes of UTF-8. No rules of composition; the most common ones
 * (common_passwords.txt) and the member's own address and name are refused, whatever their case.
 */
#ifndef CS_DOMAIN_PASSWORD_H
#define CS_DOMAIN_PASSWORD_H

#include "base/span.h"
#include "domain/refusal.h"

#define CS_PASSWORD_LEAST_ALONE 15
#define CS_PASSWORD_LEAST_BESIDE 8 /* a second factor that there is, or has to be */
#define CS_PASSWORD_MAX 512 /* bytes */

struct cs_password_rule {
	unsigned least; /* characters: one of the two above */
	cs_str email; /* the member's own; may be empty */
	cs_str name;
};

/* Refused with BODY (not UTF-8, too long) or WEAK_PASSWORD (reason "short", "common", "own"; least). */
void cs_password_judge(
    cs_str password, const struct cs_password_rule *rule, struct cs_refusal *why);

#endif
