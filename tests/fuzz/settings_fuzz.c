/*
 * settings_fuzz.c - a configuration file is decoded whole or refused with a reason, and what is
 * decoded lies within the table's bounds.
 */
#include "app/settings.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_settings_free) struct cs_settings *s = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf problem;

	cs_buf_init(&problem, 4096);
	cs_err e =
	    cs_settings_decode(CS_STR("fuzz"), (cs_str){ (const char *)data, size }, &s, &problem);
	CS_ASSERT(cs_failed(e) == (s == NULL));
	CS_ASSERT(cs_failed(e) == (problem.len > 0));
	if (s == NULL)
		return 0;
	CS_ASSERT(s->workers >= 1 && s->workers <= 256);
	CS_ASSERT(s->change_poll_ms >= 50 && s->change_poll_ms <= 60000);
	CS_ASSERT(s->listen.count >= 1 && s->listen.count <= CS_SETTINGS_LIST_MAX);
	CS_ASSERT(s->proxy_count <= CS_SETTINGS_PROXIES_MAX);
	return 0;
}
