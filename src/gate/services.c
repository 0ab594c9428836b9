#include "gate/services.h"

#include "crypto/equal.h"
#include "crypto/mac.h"
#include "gate/lists.h"

#define ID_LEN 32
#define SECRET_MAX 128

/* "<32 hex>.access" or "<32 hex>.access.<domain>": the digits are all that tells them apart. */
static cs_str
digits_of(cs_str id)
{
	cs_str tail = cs_str_slice(id, ID_LEN, id.len);
	bool is_good =
	    cs_str_equal(tail, CS_STR(".access")) || cs_str_starts(tail, CS_STR(".access."));
	return is_good ? cs_str_slice(id, 0, ID_LEN) : CS_STR_NONE;
}

static const struct cs_service_token *
find(const struct cs_access_config *config, cs_str digits)
{
	size_t low = 0, high = config->service_token_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct cs_service_token *t = &config->service_tokens[middle];
		int order = cs_str_order(t->client_id, digits);
		if (order == 0)
			return t;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct cs_service_token *
cs_service_find(const struct cs_access_config *config, const struct cs_client *client)
{
	return find(config, digits_of(client->id));
}

const struct cs_service_token *
cs_service_authenticate(
    const struct cs_access_config *config, const struct cs_client *client, cs_time now)
{
	if (client->secret.len == 0 || client->secret.len > SECRET_MAX)
		return NULL;
	const struct cs_service_token *t = cs_service_find(config, client);
	if (t == NULL || !t->is_enabled || (t->expires.ms != 0 && now.ms >= t->expires.ms))
		return NULL;
	uint8_t hash[CS_SHA256_LEN];
	cs_sha256(cs_str_span(client->secret), hash);
	bool is_current = cs_equal(hash, t->secret_hash, sizeof(hash));
	bool is_previous = t->has_previous && now.ms < t->previous_expires.ms &&
			   cs_equal(hash, t->previous_hash, sizeof(hash));
	return is_current || is_previous ? t : NULL;
}
