#include "gate/lists.h"

#define TEXT_MAX 320

/* By length of the prefix first: all networks of one length lie together, by address. */
int
cs_list_network_order(const struct cs_network *a, const struct cs_network *b)
{
	if (a->bits != b->bits)
		return a->bits < b->bits ? -1 : 1;
	return memcmp(a->ip, b->ip, sizeof(a->ip));
}

const struct cs_list *
cs_list_find(const struct cs_access_config *config, enum cs_list_type type, cs_id id)
{
	for (size_t i = 0; i < config->list_count; i++)
		if (cs_id_equal(config->lists[i].id, id))
			return config->lists[i].type == type ? &config->lists[i] : NULL;
	return NULL;
}

bool
cs_list_has_text(const struct cs_list *list, cs_str text)
{
	char lower[TEXT_MAX];
	if (text.len > sizeof(lower))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	cs_str wanted = { lower, text.len };
	size_t low = 0, high = list->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = cs_str_order(list->texts[middle], wanted);
		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* --- networks --- */

static struct cs_network
cut_to(const struct cs_addr *address, uint8_t bits)
{
	struct cs_network n = { .bits = bits };
	memcpy(n.ip, address->ip, sizeof(n.ip));
	for (size_t i = 0; i < sizeof(n.ip); i++) {
		unsigned kept = bits > 8 * i ? bits - 8 * (unsigned)i : 0;
		if (kept < 8)
			n.ip[i] &= (uint8_t)(0xff00U >> kept);
	}
	return n;
}

/* The first that is not below n. */
static size_t
lower_bound(const struct cs_list *list, const struct cs_network *n)
{
	size_t low = 0, high = list->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (cs_list_network_order(&list->networks[middle], n) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* One search for each length of prefix that the list has: few, however many networks. */
bool
cs_list_has_address(const struct cs_list *list, const struct cs_addr *address)
{
	size_t at = 0;
	while (at < list->count) {
		uint8_t bits = list->networks[at].bits;
		struct cs_network wanted = cut_to(address, bits);
		at = lower_bound(list, &wanted);
		if (at < list->count && cs_list_network_order(&list->networks[at], &wanted) == 0 &&
		    cs_network_has(&list->networks[at], address))
			return true;
		/* on to the next length: the highest address of this one is passed by */
		struct cs_network last = { .bits = bits };
		memset(last.ip, 0xff, sizeof(last.ip));
		at = lower_bound(list, &last);
		if (at < list->count && cs_list_network_order(&list->networks[at], &last) == 0)
			at++;
	}
	return false;
}
