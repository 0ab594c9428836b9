/*
 * registry.c - every factor there is. What can grant access is fixed here, at build time.
 */
#include "factor/factor.h"
#include "factor/rows.h"

static const struct cs_factor *const rows[] = {
	&cs_factor_webauthn,
	&cs_factor_totp,
	&cs_factor_backup_code,
	NULL,
};

const struct cs_factor *const *
cs_factors(void)
{
	return rows;
}

unsigned
cs_factors_methods(void)
{
	unsigned methods = 0;

	for (size_t i = 0; rows[i] != NULL; i++)
		methods |= rows[i]->methods;
	return methods;
}

cs_err
cs_factor_find(cs_str name, const struct cs_factor **out)
{
	*out = NULL;
	for (size_t i = 0; rows[i] != NULL; i++) {
		if (cs_str_equal(name, cs_str_c(rows[i]->name))) {
			*out = rows[i];
			return CS_OK;
		}
	}
	return CS_FAIL(NOT_FOUND);
}

static bool
can_be_had(const struct cs_factor *f)
{
	if (f->is_issued)
		return f->is_single && f->issue != NULL && f->decoy != NULL &&
		       f->enrol_begin == NULL;
	return f->pending_ms > 0 && f->enrol_begin != NULL && f->enrol_show != NULL &&
	       f->enrol_finish != NULL;
}

static bool
is_complete(const struct cs_factor *f)
{
	return f->name != NULL && f->name[0] != '\0' && f->methods != 0 && f->amr != NULL &&
	       can_be_had(f) && f->verify != NULL && (f->is_single || f->choose != NULL);
}

cs_err
cs_factors_check(void)
{
	for (size_t i = 0; rows[i] != NULL; i++) {
		if (!is_complete(rows[i]))
			return CS_FAIL(INVALID);
		for (size_t j = 0; j < i; j++) {
			if (strcmp(rows[i]->name, rows[j]->name) == 0)
				return CS_FAIL(INVALID);
		}
	}
	return CS_OK;
}

struct cs_binding
cs_factor_binding(const struct cs_authenticator *a)
{
	return (struct cs_binding){
		.purpose = "authenticator.secret",
		.account = a->account,
		.row = a->id,
		.owner = a->subject,
	};
}

/* No real record is without a subject. */
bool
cs_factor_is_decoy(const struct cs_authenticator *a)
{
	return cs_id_is_zero(a->subject);
}

static unsigned
lowest(unsigned methods)
{
	return methods & (~methods + 1);
}

cs_err
cs_factor_decoy(
    const struct cs_factor *f, const struct cs_factor_env *env, struct cs_authenticator *out)
{
	*out = (struct cs_authenticator){
		.id = cs_id_new(env->rng),
		.factor = cs_str_c(f->name),
		.method = lowest(f->methods),
		.state = CS_AUTHENTICATOR_ACTIVE,
	};
	out->is_issued = f->is_issued;
	return f->is_issued ? f->decoy(env, out) : f->enrol_begin(env, out);
}

void
cs_factor_shown_clear(struct cs_factor_shown *s)
{
	cs_buf_clear(&s->key);
	cs_buf_clear(&s->uri);
}
