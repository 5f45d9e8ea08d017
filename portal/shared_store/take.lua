-- Takes all steps if all pass, else none. KEYS: one for each step. ARGV: "1" to take, "0" to look; the steps as JSON.
-- Returns for each step 1 or 0 (passed) and its wait in milliseconds. The same as steps.py, which says what it means.
local steps, verdicts, all, said = cjson.decode(ARGV[2]), {}, true, {}
local kinds = {
  window = function(number, left, amount, length)
    if not number then
      if amount > 0 then return true, 0, 1, length end
      return false, length
    end
    if number < amount then return true, 0, number + 1, left end
    return false, left
  end,
  pace = function(number, left, memory, delays)
    if not number then return true, 0, 1, memory end
    local delay = delays[math.min(number + 1, #delays)]
    local wait = math.min(delay, delay - (memory - left))
    return wait <= 0, math.max(wait, 0), number + 1, memory
  end,
  turn = function(number, left, length, ahead)
    if not number then left = 0 end
    return left <= ahead, left, 1, left + length
  end,
  due = function(number, left, within)
    if not number then return false, 0 end
    return left <= within, math.max(left - within, 0)
  end,
}
for i, step in ipairs(steps) do
  local number, left = tonumber(redis.call('GET', KEYS[i]) or nil), redis.call('PTTL', KEYS[i])
  local passes, wait, new, life = kinds[step[1]](number, math.max(left, 0), step[2], step[3])
  verdicts[i] = {new, life}
  all = all and passes
  said[#said + 1] = passes and 1 or 0
  said[#said + 1] = wait
end
if all and ARGV[1] == '1' then
  for i, verdict in ipairs(verdicts) do
    if verdict[1] then
      redis.call('SET', KEYS[i], string.format('%d', verdict[1]), 'PX', string.format('%d', math.max(verdict[2], 1)))
    else
      redis.call('DEL', KEYS[i])
    end
  end
end
return said
