#include "cli/session/json_heap.h"

#include "crypto/secret.h"

#include <malloc.h>
#include <stdlib.h>

#include <jansson.h>

static void
wipe_and_free(void *p)
{
	if (p != NULL)
		cs_wipe(p, malloc_usable_size(p));
	free(p);
}

void
cs_json_begin(void)
{
	json_set_alloc_funcs(malloc, wipe_and_free);
}
