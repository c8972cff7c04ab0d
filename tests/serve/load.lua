-- Asks addresses of a file, one a line, in a fixed order of chance; counts answers by status, and times them.
local addresses = {}
for line in io.lines(os.getenv("ADDRESSES")) do addresses[#addresses + 1] = line end
local thread_number = 0
function setup(thread)
  thread_number = thread_number + 1
  thread:set("number", thread_number)
end
function init() math.randomseed(number) ok, busy, bad = 0, 0, 0 end
function request()
  return wrk.format("GET", addresses[math.random(#addresses)], { ["Host"] = "localhost", ["Accept-Encoding"] = "gzip" })
end
local threads = {}
local old = setup
function setup(thread) old(thread) threads[#threads + 1] = thread end
function response(status)
  if status == 200 then ok = ok + 1 elseif status == 503 then busy = busy + 1 else bad = bad + 1 end
end
function done(summary, latency)
  local ok, busy, bad = 0, 0, 0
  for _, thread in ipairs(threads) do
    ok, busy, bad = ok + thread:get("ok"), busy + thread:get("busy"), bad + thread:get("bad")
  end
  local errors = summary.errors
  io.write(string.format("%d answered, %d busy, %d other, %d broken off; p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, most %.1f ms\n",
    ok, busy, bad, errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50) / 1000,
    latency:percentile(90) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
