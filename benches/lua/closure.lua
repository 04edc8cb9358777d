local function make_adder(k)
  return function(x) return x + k end
end
local function make_counter()
  local n = 0
  return function()
    n = n + 1
    return n
  end
end
local function main()
  local s = 0
  local inc = make_counter()
  for i = 0, 1500000 - 1 do
    local f = make_adder(i)
    s = s + f(1)
    inc()
  end
  print(s .. " " .. inc())
end
main()
