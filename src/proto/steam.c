#include "proto/steam.h"

/* Without those that are read as another, and without most vowels. */
static const char letters[] = "23456789BCDFGHJKMNPQRTVWXY";

cs_err
cs_steam_code(struct cs_mac *mac, uint64_t step, char out[static CS_STEAM_LETTERS])
{
	uint32_t number;

	memset(out, 0, CS_STEAM_LETTERS);
	CS_TRY(cs_hotp_number(CS_SHA1, mac, step, &number));
	/* The least significant one comes first, unlike the digits of RFC 4226. */
	for (int i = 0; i < CS_STEAM_LETTERS; i++, number /= sizeof(letters) - 1)
		out[i] = letters[number % (sizeof(letters) - 1)];
	return CS_OK;
}
