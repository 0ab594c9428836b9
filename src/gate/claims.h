/*
 * claims.h - what a provider said of somebody, in the JSON text that is kept of it. Pure.
 *
 * Read without a JSON library, since the gate asks on each request and allocates nothing: the text
 * was written by one, from an answer that was checked.
 */
#ifndef CS_GATE_CLAIMS_H
#define CS_GATE_CLAIMS_H

#include "base/span.h"

enum cs_claim {
	CS_CLAIM_ABSENT = 0, /* not said, null, or the text is no JSON object */
	CS_CLAIM_DIFFERS,
	CS_CLAIM_HOLDS,
};

/*
 * Whether the member `name` of the object `fields` is `wanted`, or an array with such an element.
 * Texts are compared exactly, numbers and booleans as they are written; objects are never equal.
 */
enum cs_claim cs_claim_find(cs_str fields, cs_str name, cs_str wanted);

#endif
