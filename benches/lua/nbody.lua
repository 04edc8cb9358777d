local PI = 3.141592653589793
local SM = 4 * PI * PI
local DP = 365.24
local function body(x, y, z, vx, vy, vz, m)
  return { x = x, y = y, z = z, vx = vx, vy = vy, vz = vz, m = m }
end
local function make()
  return {
    body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, SM),
    body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
      0.00166007664274403694 * DP, 0.00769901118419740425 * DP, -0.0000690460016972063023 * DP,
      0.000954791938424326609 * SM),
    body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
      -0.00276742510726411899 * DP, 0.00499852801234917238 * DP, 0.0000230417297573763929 * DP,
      0.000285885980666130812 * SM),
    body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
      0.00296460137564761618 * DP, 0.00237847173959480950 * DP, -0.0000296589568540237556 * DP,
      0.0000436624404335156298 * SM),
    body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
      0.00268067772490389322 * DP, 0.00162824170038242295 * DP, -0.0000951592254519715870 * DP,
      0.0000515138902046611451 * SM),
  }
end
local function energy(bs)
  local e, n = 0.0, #bs
  for i = 1, n do
    local b = bs[i]
    e = e + 0.5 * b.m * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
    for j = i + 1, n do
      local c = bs[j]
      local dx, dy, dz = b.x - c.x, b.y - c.y, b.z - c.z
      e = e - (b.m * c.m) / math.sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end
local function advance(bs, dt)
  local n = #bs
  for i = 1, n do
    local b = bs[i]
    for j = i + 1, n do
      local c = bs[j]
      local dx, dy, dz = b.x - c.x, b.y - c.y, b.z - c.z
      local d2 = dx * dx + dy * dy + dz * dz
      local mag = dt / (d2 * math.sqrt(d2))
      local bm, cm = b.m * mag, c.m * mag
      b.vx = b.vx - dx * cm
      b.vy = b.vy - dy * cm
      b.vz = b.vz - dz * cm
      c.vx = c.vx + dx * bm
      c.vy = c.vy + dy * bm
      c.vz = c.vz + dz * bm
    end
  end
  for i = 1, n do
    local b = bs[i]
    b.x = b.x + dt * b.vx
    b.y = b.y + dt * b.vy
    b.z = b.z + dt * b.vz
  end
end
local function main()
  local bs = make()
  local px, py, pz = 0.0, 0.0, 0.0
  for i = 1, #bs do
    local b = bs[i]
    px = px + b.vx * b.m
    py = py + b.vy * b.m
    pz = pz + b.vz * b.m
  end
  bs[1].vx = -px / SM
  bs[1].vy = -py / SM
  bs[1].vz = -pz / SM
  for _ = 1, 200000 do advance(bs, 0.01) end
  -- Cut off towards zero, as the twins do; the energy is negative.
  print(math.ceil(energy(bs) * 1000000000))
end
main()
