-- A paced load: RATE questions a second of one signed-in browser, whichever connection is free. Each
-- question has its moment, counted from the start and not from the answer before: what came late is
-- made up for, so that the rate holds while the answers come at all. A second behind, the
-- moments begin anew: there is no storm after a standstill, and the rate that is reported shows it.
-- COOKIE and ORIGIN_HOST: whose session it is.
local ffi = require("ffi")
ffi.cdef [[
struct revoke_moment { long seconds; long nanoseconds; };
int clock_gettime(int clock, struct revoke_moment *out);
]]

local monotonic = 1
local moment = ffi.new("struct revoke_moment")
local question, between, next_at

local function now()
	ffi.C.clock_gettime(monotonic, moment)
	return tonumber(moment.seconds) * 1000 + tonumber(moment.nanoseconds) / 1e6
end

function init(args)
	between = 1000 / tonumber(os.getenv("RATE"))
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

-- Whole milliseconds until this question's moment; 0: at once.
function delay()
	local at = now()
	if next_at == nil or at - next_at > 1000 then
		next_at = at
	end
	local rest = next_at - at
	next_at = next_at + between
	return rest > 0 and math.floor(rest) or 0
end

function done(summary, latency, _)
	local e = summary.errors
	io.write(string.format("RESULT %.0f %.3f %d\n", summary.requests / (summary.duration / 1e6),
	    latency:percentile(99) / 1000, e.connect + e.read + e.write + e.status + e.timeout))
end
