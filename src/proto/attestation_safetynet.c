/*
 * attestation_safetynet.c - Google has shut the service down (WebAuthn L3 §8.5 "deprecated"): nothing
 * of it is read, whoever sends it hears why.
 */
#include "proto/attestation.h"

static cs_err
verify([[maybe_unused]] struct cs_arena *a, [[maybe_unused]] const struct cs_attestation_input *in,
    struct cs_attestation *out)
{
	out->verdict = CS_WA_FORMAT_DEPRECATED;
	return CS_OK;
}

const struct cs_attestation_format cs_attestation_safetynet = {
	.name = "android-safetynet",
	.verify = verify,
};
