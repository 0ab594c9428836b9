/*
 * status_page.h - /healthz and /metrics, on a listener of their own that no proxy reaches.
 */
#ifndef CS_APP_STATUS_PAGE_H
#define CS_APP_STATUS_PAGE_H

#include "api/request.h"
#include "base/time.h"
#include "gate/gate.h"

struct cs_status_page {
	const struct cs_gate *gate;
	const struct cs_clock *clock;
};

/*
 * Answers on the event thread. /healthz is 200 "ok" while this node may decide from memory, else
 * 503 "stale" (the database has not been read for longer than change_stale).
 */
struct cs_handler cs_status_page_handler(struct cs_status_page *page);

#endif
