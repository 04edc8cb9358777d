local function main()
  local d, count = {}, 0
  for i = 0, 2000000 - 1 do
    local key = (i * 7919) % 4000037
    if d[key] == nil then count = count + 1 end
    d[key] = i
  end
  local s = 0
  for i = 0, 2000000 - 1 do s = s + d[(i * 7919) % 4000037] end
  print(count .. " " .. s)
end
main()
