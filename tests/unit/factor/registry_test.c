#include "factor/factor.h"

#include "factor/rows.h"
#include "model/access.h"
#include "test.h"

#include "bench.h"

TEST(every_row_is_complete)
{
	CHECK_OK(cs_factors_check());
}

TEST(a_factor_is_found_by_its_name_and_by_no_other)
{
	const struct cs_factor *f;

	CHECK_OK(cs_factor_find(CS_STR("totp"), &f));
	CHECK(f == &cs_factor_totp);
	CHECK_ERR(cs_factor_find(CS_STR("TOTP"), &f), NOT_FOUND);
	CHECK(f == NULL);
	CHECK_ERR(cs_factor_find(CS_STR(""), &f), NOT_FOUND);
	CHECK_ERR(cs_factor_find(CS_STR("totp "), &f), NOT_FOUND);
}

TEST(totp_says_what_it_counts_as)
{
	CHECK_INT(cs_factor_totp.methods, CS_MFA_TOTP);
	assert_string_equal(cs_factor_totp.amr, "otp");
	CHECK(cs_factor_totp.is_single);
}

TEST(webauthn_says_what_it_counts_as)
{
	CHECK_INT(cs_factor_webauthn.methods, CS_MFA_SECURITY_KEY | CS_MFA_BIOMETRICS);
	assert_string_equal(cs_factor_webauthn.amr, "hwk");
	CHECK(!cs_factor_webauthn.is_single);
	CHECK(!cs_factor_webauthn.is_guessable);
}

TEST(backup_codes_count_where_an_authenticator_application_would)
{
	CHECK_INT(cs_factor_backup_code.methods, CS_MFA_TOTP);
	assert_string_equal(cs_factor_backup_code.amr, "otp");
	CHECK(cs_factor_backup_code.is_single);
	CHECK(cs_factor_backup_code.is_guessable);
	CHECK(cs_factor_backup_code.is_issued);
}

TEST(every_method_is_enrolled_with_one_factor)
{
	unsigned seen = 0;

	for (size_t i = 0; cs_factors()[i] != NULL; i++) {
		if (cs_factors()[i]->is_issued)
			continue;
		CHECK_INT(seen & cs_factors()[i]->methods, 0);
		seen |= cs_factors()[i]->methods;
	}
	CHECK_INT(seen, CS_MFA_TOTP | CS_MFA_BIOMETRICS | CS_MFA_SECURITY_KEY);
}

TEST(the_registry_ends)
{
	size_t n = 0;

	while (cs_factors()[n] != NULL)
		n++;
	CHECK(n >= 1 && n < 32);
}

TEST(a_decoy_belongs_to_nobody_and_a_real_record_does_not)
{
	struct bench b;
	struct cs_authenticator decoy;

	bench_open(&b);
	CHECK_OK(cs_factor_decoy(&cs_factor_totp, &b.env, &decoy));
	CHECK(cs_factor_is_decoy(&decoy));
	struct cs_authenticator real = bench_enrol(&b, &cs_factor_totp);
	CHECK(!cs_factor_is_decoy(&real));
	CHECK_OK(cs_factor_decoy(&cs_factor_webauthn, &b.env, &decoy));
	CHECK(cs_factor_is_decoy(&decoy));
	bench_close(&b);
}

TEST_MAIN("factor/registry")
