local function place(row, n, cols, d1, d2)
  if row == n then return 1 end
  local count = 0
  for c = 0, n - 1 do
    if not cols[c] and not d1[row + c] and not d2[row - c + n] then
      cols[c] = true
      d1[row + c] = true
      d2[row - c + n] = true
      count = count + place(row + 1, n, cols, d1, d2)
      cols[c] = false
      d1[row + c] = false
      d2[row - c + n] = false
    end
  end
  return count
end
local function falses(n)
  local list = {}
  for i = 0, n - 1 do list[i] = false end
  return list
end
local function main()
  local n, t = 8, 0
  for _ = 1, 200 do t = t + place(0, n, falses(n), falses(2 * n), falses(2 * n + 1)) end
  print(t)
end
main()
