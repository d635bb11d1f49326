-- What wrk asks: load.lua <file of requests, each followed by a NUL> <from which on> <errors come with status 200>;
-- and one line of JSON at the end.
local requests = {}
local threads = {}
local at

function setup(thread)
    threads[#threads + 1] = thread
end

function init(args)
    for message in io.open(args[1], "rb"):read("*a"):gmatch("(%Z+)%z") do
        requests[#requests + 1] = message
    end
    at = tonumber(args[2]) % #requests
    refused = 0
    if args[3] == "true" then
        response = function(_, _, body)
            if body:find('"errors"', 1, true) then
                refused = refused + 1
            end
        end
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    for _, thread in ipairs(threads) do
        failed = failed + thread:get("refused")
    end
    print(string.format('{"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"errors":%d}', summary.requests,
        summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, failed))
end
