-- Lua's sort is not stable, so the position is part of the order.
local function main()
  local seed = 42
  local xs = {}
  for i = 0, 500000 - 1 do
    seed = (seed * 3877 + 29573) % 139968
    xs[i + 1] = { seed, i }
  end
  table.sort(xs, function(s, t)
    local p, q = s[1] % 10007, t[1] % 10007
    return p < q or (p == q and s[2] < t[2])
  end)
  local h = 0
  for i = 1, #xs do h = (h * 31 + xs[i][2]) % 1000003 end
  print(h)
end
main()
