local function main()
  local x, i = 0.0, 0
  while i < 20000000 do
    x = x + 0.5
    i = i + 1
  end
  print(math.floor(x))
end
main()
