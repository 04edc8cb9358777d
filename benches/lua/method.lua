local Counter = {}
Counter.__index = Counter
function Counter.new() return setmetatable({ n = 0, calls = 0 }, Counter) end
function Counter:add(k)
  self.n = self.n + k
  self.calls = self.calls + 1
  return self.n
end
local function main()
  local c = Counter.new()
  local i = 0
  while i < 5000000 do
    c:add(i)
    i = i + 1
  end
  print(c.n .. " " .. c.calls)
end
main()
