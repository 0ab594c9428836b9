/*
 * browser.h - which browser that was, in words for people: "Firefox on Linux".
 */
#ifndef CS_DOMAIN_BROWSER_H
#define CS_DOMAIN_BROWSER_H

#include "base/arena.h"
#include "base/span.h"

/*
 * From a User-Agent (RFC 9110 §10.1.5), which anybody may write as they like: only words of ours
 * come out. "An unknown browser" when nothing is recognised.
 */
cs_str cs_browser_words(struct cs_arena *a, cs_str user_agent);

#endif
