#include "domain/device_name.h"

#include "base/codec.h"
#include "model/access.h"

/* A name that we give leaves room for a number. */
#define GIVEN_BYTES 56

bool
cs_device_name_is_taken(const struct cs_authenticator *list, size_t count, cs_str name)
{
	for (size_t i = 0; i < count; i++)
		if (cs_str_equal(list[i].name, name))
			return true;
	return false;
}

bool
cs_device_name_is_good(cs_str name)
{
	size_t characters = 0;

	for (size_t i = 0; i < name.len; i++) {
		unsigned char b = (unsigned char)name.p[i];

		if (b < 0x20 || b == 0x7f)
			return false;
		characters += (b & 0xc0) != 0x80;
	}
	return characters <= CS_DEVICE_NAME_MAX;
}

static cs_str
usual_name(unsigned method)
{
	switch (method) {
	case CS_MFA_SECURITY_KEY:
		return CS_STR("Security key");
	case CS_MFA_BIOMETRICS:
		return CS_STR("Built-in authenticator");
	}
	return CS_STR("Authenticator app");
}

cs_str
cs_device_name_for(struct cs_arena *a, const struct cs_authenticator *list, size_t count,
    cs_str model, unsigned method)
{
	cs_str cut = cs_str_slice(model, 0, GIVEN_BYTES);
	cs_str base = cs_str_trim(cs_str_slice(cut, 0, cs_utf8_prefix(cs_str_span(cut))));
	cs_str name;

	if (base.len == 0 || !cs_device_name_is_good(base))
		base = usual_name(method);
	name = base;
	for (int i = 2; cs_device_name_is_taken(list, count, name); i++)
		name = cs_arena_printf(a, "%.*s %d", CS_STR_ARG(base), i);
	return name;
}
