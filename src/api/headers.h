/*
 * headers.h - what every answer carries, in one place (specs: web §1; OWASP's header advice).
 */
#ifndef CS_API_HEADERS_H
#define CS_API_HEADERS_H

#include "api/request.h"

/* The portal's document and files: strict CSP with trusted types. */
void cs_headers_page(struct cs_response *rs);
/* Everything else: nothing may be loaded, framed, kept or referred to. */
void cs_headers_answer(struct cs_response *rs);

#endif
