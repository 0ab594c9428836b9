#include "cli/helpers/picture.h"

#include "fuzz.h"

static void
see(void *ctx, cs_span payload)
{
	size_t *total = ctx;

	*total += payload.len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_picture_clear) struct cs_picture p = { 0 };
	size_t total = 0;

	if (cs_failed(cs_picture_decode((cs_span){ data, size }, &p)))
		return 0;
	CS_ASSERT(p.grey != NULL && (size_t)p.width * p.height <= CS_PICTURE_PIXELS_MAX);
	if (!cs_failed(cs_picture_find_codes(&p, see, &total)))
		CS_ASSERT(total <= CS_PICTURE_CODES_MAX * 4096);
	return 0;
}
