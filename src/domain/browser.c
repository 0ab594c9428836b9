#include "domain/browser.h"

/* The first row whose mark is there counts: those that others imitate come last. */
struct mark {
	const char *text;
	const char *words;
};

static const struct mark browsers[] = {
	{ "Edg/", "Edge" },
	{ "EdgA/", "Edge" },
	{ "EdgiOS/", "Edge" },
	{ "OPR/", "Opera" },
	{ "SamsungBrowser/", "Samsung Internet" },
	{ "Vivaldi/", "Vivaldi" },
	{ "Firefox/", "Firefox" },
	{ "FxiOS/", "Firefox" },
	{ "CriOS/", "Chrome" },
	{ "Chrome/", "Chrome" },
	{ "Safari/", "Safari" },
};

static const struct mark systems[] = {
	{ "iPhone", "an iPhone" },
	{ "iPad", "an iPad" },
	{ "Android", "Android" },
	{ "Windows", "Windows" },
	{ "CrOS", "ChromeOS" },
	{ "Mac OS X", "macOS" },
	{ "Linux", "Linux" },
};

static const char *
find(const struct mark *marks, size_t count, cs_str text)
{
	for (size_t i = 0; i < count; i++)
		for (size_t at = 0; at < text.len; at++)
			if (cs_str_starts(
				cs_str_slice(text, at, text.len), cs_str_c(marks[i].text)))
				return marks[i].words;
	return NULL;
}

cs_str
cs_browser_words(struct cs_arena *a, cs_str user_agent)
{
	const char *browser = find(browsers, CS_COUNT(browsers), user_agent);
	const char *system = find(systems, CS_COUNT(systems), user_agent);

	if (browser == NULL)
		browser = "An unknown browser";
	if (system == NULL)
		return cs_str_c(browser);
	return cs_arena_printf(a, "%s on %s", browser, system);
}
