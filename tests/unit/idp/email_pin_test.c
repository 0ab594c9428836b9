#include "idp/email_pin.h"

#include "test.h"

#include <stdlib.h>
#include <unistd.h>

static struct cs_keyring *ring;
static const cs_id row = { { 1, 2, 3 } };
static const cs_id other_row = { { 1, 2, 4 } };

static void
keyring_open(void)
{
	char folder[] = "/tmp/countersign-pin-XXXXXX";
	char path[64];

	if (ring != NULL)
		return;
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/keyring", folder);
	CHECK_OK(cs_keyring_create(path, &cs_random_system, cs_seconds(1790000000)));
	CHECK_OK(cs_keyring_open(path, &ring));
	unlink(path);
	rmdir(folder);
}

static enum cs_verdict
judge(cs_id id, const uint8_t *stored, const char *typed)
{
	enum cs_verdict v = CS_GRANTED;

	CHECK_OK(
	    cs_email_pin_verify(ring, id, CS_SPAN(stored, CS_PEPPERED_LEN), cs_str_c(typed), &v));
	return v;
}

TEST(the_pin_that_was_made_is_granted)
{
	char pin[CS_EMAIL_PIN_LEN + 1] = { 0 };
	uint8_t stored[CS_PEPPERED_LEN];

	keyring_open();
	CHECK_OK(cs_email_pin_make(ring, &cs_random_system, row, pin, stored));
	CHECK(cs_email_pin_is_well_formed(cs_str_c(pin)));
	CHECK_INT(judge(row, stored, pin), CS_GRANTED);
}

TEST(every_other_digit_in_every_place_is_denied)
{
	char pin[CS_EMAIL_PIN_LEN + 1] = { 0 };
	uint8_t stored[CS_PEPPERED_LEN];

	keyring_open();
	CHECK_OK(cs_email_pin_make(ring, &cs_random_system, row, pin, stored));
	for (size_t i = 0; i < CS_EMAIL_PIN_LEN; i++) {
		char right = pin[i];

		for (char d = '0'; d <= '9'; d++) {
			pin[i] = d;
			CHECK_INT(judge(row, stored, pin), d == right ? CS_GRANTED : CS_DENIED);
		}
		pin[i] = right;
	}
}

TEST(a_pin_is_denied_for_another_row)
{
	char pin[CS_EMAIL_PIN_LEN + 1] = { 0 };
	uint8_t stored[CS_PEPPERED_LEN];

	keyring_open();
	CHECK_OK(cs_email_pin_make(ring, &cs_random_system, row, pin, stored));
	CHECK_INT(judge(other_row, stored, pin), CS_DENIED);
}

TEST(what_is_not_six_digits_is_denied)
{
	static const char *const bad[] = { "", "12345", "1234567", "12345 ", " 12345", "12a456",
		"-12345", "+12345", "１２" };
	uint8_t stored[CS_PEPPERED_LEN];
	char pin[CS_EMAIL_PIN_LEN];

	keyring_open();
	CHECK_OK(cs_email_pin_make(ring, &cs_random_system, row, pin, stored));
	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		CHECK(!cs_email_pin_is_well_formed(cs_str_c(bad[i])));
		CHECK_INT(judge(row, stored, bad[i]), CS_DENIED);
	}
}

TEST(nothing_stored_denies_everything)
{
	enum cs_verdict v = CS_GRANTED;

	keyring_open();
	CHECK_OK(cs_email_pin_verify(ring, row, CS_SPAN_NONE, CS_STR("123456"), &v));
	CHECK_INT(v, CS_DENIED);
}

TEST(a_stored_value_of_an_unknown_key_cannot_be_judged)
{
	char pin[CS_EMAIL_PIN_LEN + 1] = { 0 };
	uint8_t stored[CS_PEPPERED_LEN];
	enum cs_verdict v = CS_GRANTED;

	keyring_open();
	CHECK_OK(cs_email_pin_make(ring, &cs_random_system, row, pin, stored));
	stored[0] ^= 1;
	CHECK_ERR(
	    cs_email_pin_verify(ring, row, CS_SPAN(stored, sizeof(stored)), cs_str_c(pin), &v),
	    CRYPTO);
	CHECK_INT(v, CS_DENIED);
}

TEST(the_stored_value_does_not_hold_the_pin)
{
	char pin[CS_EMAIL_PIN_LEN + 1] = { 0 };
	uint8_t stored[CS_PEPPERED_LEN];

	keyring_open();
	CHECK_OK(cs_email_pin_make(ring, &cs_random_system, row, pin, stored));
	CHECK(memmem(stored, sizeof(stored), pin, CS_EMAIL_PIN_LEN) == NULL);
}

TEST(pins_are_spread_over_all_digits)
{
	int seen[CS_EMAIL_PIN_LEN][10] = { 0 };

	keyring_open();
	for (int i = 0; i < 2000; i++) {
		char pin[CS_EMAIL_PIN_LEN];
		uint8_t stored[CS_PEPPERED_LEN];

		CHECK_OK(cs_email_pin_make(ring, &cs_random_system, row, pin, stored));
		for (size_t k = 0; k < CS_EMAIL_PIN_LEN; k++)
			seen[k][pin[k] - '0']++;
	}
	/* 200 expected; below 120 happens less than once in a million million runs */
	for (size_t k = 0; k < CS_EMAIL_PIN_LEN; k++) {
		for (size_t d = 0; d < 10; d++)
			CHECK(seen[k][d] > 100);
	}
}

TEST_MAIN("idp/email_pin")
