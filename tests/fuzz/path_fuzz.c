/*
 * path_fuzz.c - a canonical path is canonical, and selects an application as the raw path does or not
 * at all. First line: a pattern; the rest: the path.
 */
#include "gate/path.h"

#include "fuzz.h"

static bool
has_segment(cs_str path, cs_str wanted)
{
	cs_str segment;
	while (cs_str_cut(&path, '/', &segment))
		if (cs_str_equal(segment, wanted))
			return true;
	return false;
}

static bool
has_two_slashes(cs_str path)
{
	for (size_t i = 1; i < path.len; i++)
		if (path.p[i] == '/' && path.p[i - 1] == '/')
			return true;
	return false;
}

static void
check_canonical(cs_str raw)
{
	static struct cs_path path, again;
	if (cs_failed(cs_path_canonical(raw, &path))) {
		CS_ASSERT(raw.len > CS_PATH_MAX);
		return;
	}
	if (path.is_ambiguous)
		return;
	cs_str canonical = { path.text, path.len };
	CS_ASSERT(path.len > 0 && path.len <= raw.len && path.text[0] == '/');
	CS_ASSERT(!has_segment(canonical, CS_STR(".")) && !has_segment(canonical, CS_STR("..")));
	CS_ASSERT(!has_two_slashes(canonical));
	if (cs_str_find(canonical, '%', 0) < canonical.len)
		return;
	/* nothing is left to decode: it is its own canonical form, but for a decoded '#' */
	CS_ASSERT(!cs_failed(cs_path_canonical(canonical, &again)));
	CS_ASSERT(cs_str_equal(canonical, (cs_str){ again.text, again.len }));
}

static void
check_patterns(cs_str pattern, cs_str text)
{
	if (cs_path_pattern_is_valid(pattern) && cs_path_pattern_matches(pattern, text))
		CS_ASSERT(pattern.len == 0 || text.len > 0);
	if (!cs_host_pattern_is_valid(pattern))
		return;
	CS_ASSERT(cs_host_patterns_overlap(pattern, pattern));
	CS_ASSERT(cs_pattern_order(pattern, pattern) == 0);
	if (cs_host_pattern_is_valid(text) && cs_host_pattern_matches(pattern, text))
		CS_ASSERT(cs_host_patterns_overlap(pattern, text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cs_str text = { (const char *)data, size };
	size_t line = cs_str_find(text, '\n', 0);
	cs_str pattern = cs_str_slice(text, 0, line), path = cs_str_slice(text, line + 1, text.len);

	check_canonical(cs_path_of_target(path));
	check_patterns(pattern, path);
	return 0;
}
