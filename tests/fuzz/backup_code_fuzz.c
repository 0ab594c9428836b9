/*
 * backup_code_fuzz.c - a backup code as somebody typed it; what is read is read again alike.
 */
#include "factor/backup_code.h"

#include <string.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char code[CS_BACKUP_CODE_CHARS];
	char again[CS_BACKUP_CODE_CHARS];

	if (cs_failed(cs_backup_code_read(CS_SPAN(data, size), code)))
		return 0;
	for (size_t i = 0; i < sizeof(code); i++)
		CS_ASSERT(memchr("0123456789abcdefghjkmnpqrstvwxyz", code[i], 32) != NULL);
	CS_ASSERT(!cs_failed(cs_backup_code_read(CS_SPAN(code, sizeof(code)), again)));
	CS_ASSERT(memcmp(code, again, sizeof(code)) == 0);
	return 0;
}
