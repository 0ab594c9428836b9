#include "domain/house.h"

#include "domain/person.h"

struct who {
	struct house *h;
	struct cs_claimed claimed;
	struct cs_user user;
};

static cs_err
resolve(struct cs_tx *tx, void *ctx)
{
	struct who *w = ctx;

	return cs_person_resolve(tx, &w->h->d, &w->claimed, &w->user);
}

/* The user that somebody is who proved this. */
static cs_id
person(struct house *h, const char *provider, const char *sub, const char *email, bool is_proved)
{
	struct who w = {
		.h = h,
		.claimed = {
			.provider = house_id(provider),
			.sub = cs_str_c(sub),
			.email = cs_str_c(email),
			.email_is_proved = is_proved,
		},
	};

	CHECK_OK(cs_store_write(h->d.store, &h->op, resolve, &w));
	return w.user.id;
}

TEST(the_same_sub_at_the_same_provider_is_the_same_user)
{
	struct house *h = house_open();
	cs_id ada = person(h, "oidc", "1", "ada@example.test", false);

	CHECK(cs_id_equal(ada, person(h, "oidc", "1", "ada@example.test", false)));
	/* also when the provider says another address */
	CHECK(cs_id_equal(ada, person(h, "oidc", "1", "lovelace@example.test", false)));
	house_close(h);
}

TEST(another_sub_or_provider_with_a_claimed_address_is_another_user)
{
	struct house *h = house_open();
	cs_id ada = person(h, "pin", "ada@example.test", "ada@example.test", true);
	cs_id claims = person(h, "oidc", "1", "ada@example.test", false);

	CHECK(!cs_id_equal(ada, claims));
	CHECK(!cs_id_equal(claims, person(h, "oidc", "2", "ada@example.test", false)));
	CHECK(!cs_id_equal(claims, person(h, "other", "1", "ada@example.test", false)));
	house_close(h);
}

TEST(a_proved_address_joins_the_user_who_proved_it)
{
	struct house *h = house_open();
	cs_id ada = person(h, "pin", "ada@example.test", "ada@example.test", true);

	CHECK(cs_id_equal(ada, person(h, "oidc", "1", "Ada@example.test", true)));
	CHECK(cs_id_equal(ada, person(h, "oidc", "1", "ada@example.test", false)));
	house_close(h);
}

TEST(a_proved_address_never_joins_a_user_who_only_claimed_it)
{
	struct house *h = house_open();
	cs_id claims = person(h, "oidc", "1", "ada@example.test", false);
	cs_id ada = person(h, "pin", "ada@example.test", "ada@example.test", true);

	CHECK(!cs_id_equal(ada, claims));
	/* and the claim does not become that user later, even when it is proved then */
	CHECK(cs_id_equal(claims, person(h, "oidc", "1", "ada@example.test", true)));
	CHECK(cs_id_equal(ada, person(h, "other", "9", "ada@example.test", true)));
	house_close(h);
}

TEST(an_address_that_is_proved_later_is_then_joined)
{
	struct house *h = house_open();
	cs_id ada = person(h, "oidc", "1", "ada@example.test", false);

	CHECK(cs_id_equal(ada, person(h, "oidc", "1", "ada@example.test", true)));
	CHECK(cs_id_equal(ada, person(h, "pin", "ada@example.test", "ada@example.test", true)));
	house_close(h);
}

TEST(a_provider_vouches_for_its_domains_alone)
{
	const cs_str domains[] = { CS_STR("example.test") };
	const struct cs_identity_provider p = { .authoritative_domains = domains,
		.authoritative_domain_count = 1 };

	CHECK(cs_provider_vouches(&p, CS_STR("ada@example.test")));
	CHECK(cs_provider_vouches(&p, CS_STR("ada@EXAMPLE.test")));
	CHECK(!cs_provider_vouches(&p, CS_STR("ada@sub.example.test")));
	CHECK(!cs_provider_vouches(&p, CS_STR("ada@notexample.test")));
	CHECK(!cs_provider_vouches(&p, CS_STR("example.test@evil.test")));
	CHECK(
	    !cs_provider_vouches(&(struct cs_identity_provider){ 0 }, CS_STR("ada@example.test")));
}

TEST(an_address_keeps_its_local_part_and_loses_the_case_of_its_domain)
{
	struct house *h = house_open();
	cs_str email;

	CHECK_OK(cs_email_decode(h->arena, CS_STR("  Ada.L@Example.TEST "), &email));
	CHECK_TEXT(email, "Ada.L@example.test");
	CHECK_TEXT(cs_email_key(h->arena, email), "ada.l@example.test");
	CHECK_ERR(cs_email_decode(h->arena, CS_STR("ada@@example.test"), &email), INVALID);
	CHECK_ERR(cs_email_decode(h->arena, CS_STR("ada example.test"), &email), INVALID);
	house_close(h);
}

TEST_MAIN("domain/person")
