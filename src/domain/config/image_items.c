/*
 * image_items.c - the items of lists, as the gate looks them up: sorted, each once.
 */
#include "domain/config/image.h"

#include <stdlib.h>

#include "base/log.h"
#include "gate/lists.h"

static int
text_order(const void *left, const void *right)
{
	const cs_str *a = left, *b = right;
	return cs_str_order(*a, *b);
}

static int
network_order(const void *left, const void *right)
{
	return cs_list_network_order(left, right);
}

static void
sort_texts(struct cs_list *list, cs_str *texts, size_t count)
{
	qsort(texts, count, sizeof(*texts), text_order);
	list->texts = texts;
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || text_order(&texts[list->count - 1], &texts[i]) != 0)
			texts[list->count++] = texts[i];
	}
}

static void
sort_networks(struct cs_list *list, struct cs_network *networks, size_t count)
{
	qsort(networks, count, sizeof(*networks), network_order);
	list->networks = networks;
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || network_order(&networks[list->count - 1], &networks[i]) != 0)
			networks[list->count++] = networks[i];
	}
}

/* What is in the store was checked when it was written; false when it cannot be read any more. */
static bool
fill_networks(
    struct cs_arena *a, const struct cs_list_item *items, size_t count, struct cs_list *list)
{
	struct cs_network *networks = CS_NEW_ARRAY(a, struct cs_network, count + 1);
	for (size_t i = 0; i < count; i++) {
		if (cs_failed(cs_network_decode(items[i].content, &networks[i])))
			return false;
	}
	sort_networks(list, networks, count);
	return true;
}

static void
fill_texts(struct cs_arena *a, const struct cs_list_item *items, size_t count, struct cs_list *list)
{
	cs_str *texts = CS_NEW_ARRAY(a, cs_str, count + 1);
	for (size_t i = 0; i < count; i++)
		texts[i] = cs_arena_str(a, items[i].content);
	sort_texts(list, texts, count);
}

static struct cs_image_list *
find_list(struct cs_image *image, cs_id id)
{
	for (size_t i = 0; i < image->list_count; i++) {
		if (cs_id_equal(image->lists[i].row.id, id))
			return &image->lists[i];
	}
	return NULL;
}

static void
fill(const struct cs_op *op, struct cs_arena *a, const struct cs_list_item *items, size_t count,
    struct cs_image_list *to)
{
	if (to->list.type != CS_LIST_IP) {
		fill_texts(a, items, count, &to->list);
		return;
	}
	if (fill_networks(a, items, count, &to->list))
		return;
	to->is_broken = true;
	CS_LOG(op, CONFIG_BROKEN, CS_F_C("kind", "list"), CS_F_ID("object", to->row.id),
	    CS_F_C("reason", "an item is no network"));
}

cs_err
cs_image_load_items(struct cs_tx *tx, struct cs_arena *decoded, struct cs_image *image)
{
	struct cs_list_item *items;
	size_t count;
	CS_TRY(cs_list_item_all(tx, image->account.id, &items, &count));
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from; to < count && cs_id_equal(items[to].list, items[from].list);)
			to++;
		struct cs_image_list *list = find_list(image, items[from].list);
		if (list != NULL && !list->is_broken)
			fill(cs_tx_op(tx), decoded, items + from, to - from, list);
	}
	return CS_OK;
}
