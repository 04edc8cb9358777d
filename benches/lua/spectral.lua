local function a(i, j) return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1) end
local function mulav(n, v, out)
  for i = 0, n - 1 do
    local s = 0.0
    for j = 0, n - 1 do s = s + a(i, j) * v[j] end
    out[i] = s
  end
end
local function mulatv(n, v, out)
  for i = 0, n - 1 do
    local s = 0.0
    for j = 0, n - 1 do s = s + a(j, i) * v[j] end
    out[i] = s
  end
end
local function filled(n, x)
  local list = {}
  for i = 0, n - 1 do list[i] = x end
  return list
end
local function main()
  local n = 200
  local u, v, w = filled(n, 1.0), filled(n, 0.0), filled(n, 0.0)
  for _ = 1, 10 do
    mulav(n, u, w)
    mulatv(n, w, v)
    mulav(n, v, w)
    mulatv(n, w, u)
  end
  local vbv, vv = 0.0, 0.0
  for i = 0, n - 1 do
    vbv = vbv + u[i] * v[i]
    vv = vv + v[i] * v[i]
  end
  print(math.floor(math.sqrt(vbv / vv) * 1000000000))
end
main()
