-- wrk script: asks for the targets in a file in turn.   wrk ... -s targets.lua BASE -- FILE [NAME VALUE]...
local requests, at = {}, 0

function init(args)
  local headers = {}
  for i = 2, #args, 2 do headers[args[i]] = args[i + 1] end
  for line in io.lines(args[1]) do requests[#requests + 1] = wrk.format("GET", line, headers) end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
