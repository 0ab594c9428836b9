#include "domain/browser.h"
#include "test.h"

struct sample {
	const char *user_agent;
	const char *words;
};

TEST(browsers_and_systems_are_named_in_our_own_words)
{
	static const struct sample samples[] = {
		{ "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
		    "Firefox on Linux" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
		  " Chrome/130.0.0.0 Safari/537.36",
		    "Chrome on Windows" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
		  " Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
		    "Edge on Windows" },
		{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, "
		  "like"
		  " Gecko) Version/18.0 Safari/605.1.15",
		    "Safari on macOS" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
		  " (KHTML, like Gecko) CriOS/130.0.0.0 Mobile/15E148 Safari/604.1",
		    "Chrome on an iPhone" },
		{ "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko)"
		  " SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
		    "Samsung Internet on Android" },
		{ "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko)"
		  " Chrome/130.0.0.0 Safari/537.36 OPR/115.0",
		    "Opera on ChromeOS" },
		{ "Firefox/128.0", "Firefox" },
		{ "SomeProgramme (Windows)", "An unknown browser on Windows" },
		{ "", "An unknown browser" },
	};
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 16);

	for (size_t i = 0; i < CS_COUNT(samples); i++)
		CHECK_TEXT(cs_browser_words(a, cs_str_c(samples[i].user_agent)), samples[i].words);
}

TEST(nothing_of_what_a_client_writes_comes_through)
{
	static const char *const hostile[] = { "Call +1 555 0100 at https://evil.test now",
		"\r\nBcc: everybody@one.test", "\xff\xfe\x00", "firefox/1 linux" };
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 16);

	for (size_t i = 0; i < CS_COUNT(hostile); i++)
		CHECK_TEXT(cs_browser_words(a, cs_str_c(hostile[i])), "An unknown browser");
}

TEST_MAIN("domain/browser")
