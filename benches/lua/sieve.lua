local function main()
  local n = 2000000
  local f = {}
  for i = 0, n do f[i] = true end
  f[0] = false
  f[1] = false
  local i = 2
  while i * i <= n do
    if f[i] then
      local j = i * i
      while j <= n do
        f[j] = false
        j = j + i
      end
    end
    i = i + 1
  end
  local c = 0
  for i = 0, n do
    if f[i] then c = c + 1 end
  end
  print(c)
end
main()
