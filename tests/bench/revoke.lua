-- A paced load: one signed-in browser asks on every connection, each after DELAY milliseconds of
-- rest. PORT is where countersignd listens, COOKIE and ORIGIN_HOST whose session it is.
local question

function init(args)
	question = wrk.format("GET", "/decision", {
		["Host"] = "countersign",
		["Accept"] = "application/json",
		["Cookie"] = os.getenv("COOKIE"),
		["X-Original-Method"] = "GET",
		["X-Original-Scheme"] = "http",
		["X-Original-Host"] = os.getenv("ORIGIN_HOST"),
		["X-Original-Uri"] = "/berths",
		["X-Original-Remote-Addr"] = os.getenv("SOURCE"),
	})
end

function request()
	return question
end

function delay()
	return tonumber(os.getenv("DELAY"))
end

function done(summary, latency, _)
	local e = summary.errors
	io.write(string.format("RESULT %.0f %.3f %d\n", summary.requests / (summary.duration / 1e6),
	    latency:percentile(99) / 1000, e.connect + e.read + e.write + e.status + e.timeout))
end
