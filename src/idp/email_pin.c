#include "idp/email_pin.h"

#include "crypto/secret.h"

#define PURPOSE "email.pin"
#define MESSAGE_LEN (sizeof(cs_id) + CS_EMAIL_PIN_LEN)

static void
message_of(cs_id id, const char *pin, uint8_t out[static MESSAGE_LEN])
{
	memcpy(out, id.b, sizeof(id.b));
	memcpy(out + sizeof(id.b), pin, CS_EMAIL_PIN_LEN);
}

cs_err
cs_email_pin_make(const struct cs_keyring *k, const struct cs_random *rng, cs_id id,
    char out_pin[static CS_EMAIL_PIN_LEN], uint8_t out_stored[static CS_PEPPERED_LEN])
{
	uint32_t number = cs_random_below(rng, 1000000);
	uint8_t message[MESSAGE_LEN];

	for (int i = CS_EMAIL_PIN_LEN - 1; i >= 0; i--, number /= 10)
		out_pin[i] = (char)('0' + number % 10);
	message_of(id, out_pin, message);
	cs_err e = cs_pepper(k, PURPOSE, CS_SPAN(message, sizeof(message)), out_stored);
	cs_wipe(message, sizeof(message));
	return e;
}

bool
cs_email_pin_is_well_formed(cs_str typed)
{
	if (typed.len != CS_EMAIL_PIN_LEN)
		return false;
	for (size_t i = 0; i < typed.len; i++) {
		if (typed.p[i] < '0' || typed.p[i] > '9')
			return false;
	}
	return true;
}

cs_err
cs_email_pin_verify(
    const struct cs_keyring *k, cs_id id, cs_span stored, cs_str typed, enum cs_verdict *out)
{
	uint8_t message[MESSAGE_LEN];
	uint8_t peppered[CS_PEPPERED_LEN];
	bool is_equal = false;

	*out = CS_DENIED;
	if (!cs_email_pin_is_well_formed(typed))
		return CS_OK;
	message_of(id, typed.p, message);
	if (stored.len != CS_PEPPERED_LEN) { /* the same work for nobody's PIN */
		cs_err e = cs_pepper(k, PURPOSE, CS_SPAN(message, sizeof(message)), peppered);
		cs_wipe(message, sizeof(message));
		return e;
	}
	cs_err e =
	    cs_pepper_check(k, PURPOSE, CS_SPAN(message, sizeof(message)), stored.p, &is_equal);
	cs_wipe(message, sizeof(message));
	CS_TRY(e);
	*out = is_equal ? CS_GRANTED : CS_DENIED;
	return CS_OK;
}
