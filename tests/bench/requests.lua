-- The load: signed-in browsers. SESSIONS people (environment), a sample of them at random; about 1 KB
-- of cookies, a JWT header, and what nginx says when it asks for a decision (behind nginx it is
-- nginx that says it: these are dropped there).
local function token(n)
	return "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9." .. string.rep("p", 560)
	    .. string.format("%010d", n) .. "." .. string.rep("s", 342)
end

local requests, at = {}, 0

function init(args)
	local sessions = tonumber(os.getenv("SESSIONS") or "1000")
	math.randomseed(4711)
	for i = 1, math.min(sessions, 4000) do
		local n = sessions <= 4000 and i - 1 or math.random(0, sessions - 1)
		local jwt = token(n)
		requests[i] = wrk.format("GET", nil, {
			["Host"] = "app.example.test",
			["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
			["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
			["Accept-Language"] = "en-GB,en;q=0.5",
			["Sec-Fetch-Mode"] = "navigate",
			["Cookie"] = "theme=dark; CF_AppSession=0123456789abcdef0123456789abcdef; CF_Authorization="
			    .. jwt .. "; app_session=" .. string.rep("c", 40),
			["Cf-Access-Jwt-Assertion"] = jwt,
			["X-Original-Method"] = "GET",
			["X-Original-Scheme"] = "https",
			["X-Original-Host"] = "app.example.test",
			["X-Original-Uri"] = "/berths/7?tide=high",
			["X-Original-Remote-Addr"] = "192.0.2.7",
		})
	end
end

function request()
	at = at % #requests + 1
	return requests[at]
end

-- One line for script/bench: requests/s, p50, p99 and longest in ms, what went wrong.
function done(summary, latency, _)
	local e = summary.errors
	io.write(string.format("RESULT %.0f %.3f %.3f %.1f %d\n",
	    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000,
	    latency:percentile(99) / 1000, latency.max / 1000,
	    e.connect + e.read + e.write + e.status + e.timeout))
end
