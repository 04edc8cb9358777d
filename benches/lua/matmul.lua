local function main()
  local n = 120
  local a, b = {}, {}
  for i = 0, n - 1 do
    local ra, rb = {}, {}
    for j = 0, n - 1 do
      ra[j] = (i * 7 + j * 3) % 11
      rb[j] = (i * 5 + j * 2) % 13
    end
    a[i] = ra
    b[i] = rb
  end
  local t = 0
  for _ = 1, 5 do
    local c = {}
    for i = 0, n - 1 do
      local row, ai = {}, a[i]
      for j = 0, n - 1 do
        local s = 0
        for k = 0, n - 1 do s = s + ai[k] * b[k][j] end
        row[j] = s
      end
      c[i] = row
    end
    for i = 0, n - 1 do
      for j = 0, n - 1 do t = t + c[i][j] end
    end
  end
  print(t)
end
main()
