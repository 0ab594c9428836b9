/*
 * client_internal.h - what discovery.c shares with client.c.
 */
#ifndef CS_IDP_CLIENT_INTERNAL_H
#define CS_IDP_CLIENT_INTERNAL_H

#include "idp/cache.h"
#include "idp/client.h"

/* Borrowed; lives as long as the client. */
struct cs_idp_cache *cs_idp_client_cache(struct cs_idp_client *c);

#endif
