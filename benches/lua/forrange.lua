local function main()
  local s = 0
  for i = 0, 20000000 - 1 do s = s + i end
  print(s)
end
main()
