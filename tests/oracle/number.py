"""Arithmetic of ints and floats: writes number.tsv."""
import math
import operator
import random

from escaping import Table

random.seed(2024)
table = Table("number.tsv")

INTS = [0, 1, -1, 2, -2, 3, 7, -7, 10, 255, -256, 2**31, -(2**31), 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1,
        -(2**63), 2**63, -(2**63) - 1, 2**64, 2**61 - 1, 2**61, 10**18, -(10**19), 10**25 + 7, -(3**70), 2**200 + 1]
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.0, 0.1, 1e16, 1e22, 1e23, 1e100, 1e308, 5e-324,
          -2.2250738585072014e-308, 1.7976931348623157e308, math.pi, 123456.789, 9007199254740993.0, 2.0**63,
          -(2.0**63), 2.0**64, math.inf, -math.inf, math.nan]


def some_int():
    return random.choice([random.randint(-50, 50), random.getrandbits(62), -random.getrandbits(64),
                          random.getrandbits(130) - 2**129, random.choice(INTS)])


def some_float():
    return random.choice([random.uniform(-20, 20), random.gauss(0, 1e6), random.choice(FLOATS),
                          random.uniform(-1, 1) * 10.0 ** random.randint(-300, 300)])


BINARY = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "floordiv": operator.floordiv,
          "mod": operator.mod, "truediv": operator.truediv, "and": operator.and_, "or": operator.or_,
          "xor": operator.xor, "divmod": divmod, "gcd": math.gcd, "lcm": math.lcm}
pairs = [(a, b) for a in INTS[:10] for b in INTS[:8]] + [(some_int(), some_int()) for _ in range(60)]
pairs += [(-(2**63), -1), (2**63, 2**63), (10**400, 3), (10**400, 10**399), (1, 10**400), (3 * 10**350, 7 * 10**30),
          (5 * 2**1074, 3**200), (-(10**330), 10**300 + 1), (2**54 + 1, 2**1100), (3, 2**1075), (1, 2**1075),
          (2**1024 - 2**970, 1), (2**1024 - 2**969, 1), (2**64 + 2**11, 1), (2**64 + 2**11 + 1, 1)]
for a, b in pairs:
    for name, function in BINARY.items():
        if abs(a) > 100 or abs(b) > 100 or random.random() < 0.35 or b == 0:
            if random.random() < 0.3 or abs(a) > 2**300 or abs(b) > 2**300:
                table.row(name, a, b, call=lambda: function(a, b))

for a in INTS + [some_int() for _ in range(30)]:
    for name, function in {"neg": operator.neg, "abs": abs, "invert": operator.invert, "bit_length": int.bit_length,
                           "bit_count": int.bit_count, "hash": hash, "float": float, "isqrt": math.isqrt,
                           "str": str, "bin": bin, "oct": oct, "hex": hex}.items():
        if random.random() < 0.4 or a in (0, -1, 2**61 - 1):
            table.row(name, a, call=lambda: function(a))
for a in [10**400, -(10**309), 2**1024, 2**1024 - 2**970, 2**1024 - 2**970 - 1, 2**1024 - 2**969, 2**64 + 2**11,
          2**64 + 2**11 + 1, 2**64 + 3 * 2**11]:
    table.row("float", a, call=lambda: float(a))
for a in [10**4299, 10**4300, -(10**4300) + 1, -(10**4300), 10**5000, 2**14281, 2**14285]:
    table.row("str", a, call=lambda: "%d digits" % len(str(a)))
    table.row("hash", a, call=lambda: hash(a))

SHIFTS = [0, 1, 3, 31, 32, 62, 63, 64, 65, 127, 200, -1, 2**64]
for a in [0, 1, -1, 5, -5, 2**62, -(2**63), 2**100 + 1, -(2**100) - 1]:
    for n in SHIFTS:
        table.row("lshift", a, n, call=lambda: a << n)
        table.row("rshift", a, n, call=lambda: a >> n)

for a in [0, 1, -1, 2, -2, 3, 10, -7, 2**40, -(2**70)]:
    for b in [0, 1, 2, 3, 5, 31, 62, 63, 64, -1, -2, -3, 2**80, 2**80 + 1]:
        if abs(a) < 2 or b < 2**80:
            table.row("pow", a, b, call=lambda: a**b)
for a in [0, 1, 2, 3, -3, 7, 12345, 2**70 + 1]:
    for b in [0, 1, 5, 100, 2**65, -1, -2]:
        for m in [0, 1, -1, 2, 4, 7, -5, 97, 10**9 + 7, -(2**64) - 13]:
            if random.random() < 0.4:
                table.row("powmod", a, b, m, call=lambda: pow(a, b, m))

for a in FLOATS + [some_float() for _ in range(60)]:
    for name, function in {"hash": hash, "int": int, "round": round, "is_integer": float.is_integer,
                           "ratio": float.as_integer_ratio, "fhex": float.hex, "repr": repr}.items():
        if not (name == "hash" and math.isnan(a)):
            if random.random() < 0.6 or not math.isfinite(a):
                table.row("f" + name, a, call=lambda: function(a))
for a in FLOATS + [some_float() for _ in range(12)]:
    for b in FLOATS + [some_float() for _ in range(5)]:
        for name in ["floordiv", "mod", "divmod", "truediv", "pow"]:
            if random.random() < 0.2 or (b == 0 and random.random() < 0.3):
                def call():
                    value = {**BINARY, "pow": operator.pow}[name](a, b)
                    return [value.real, value.imag] if isinstance(value, complex) else value
                table.row("f" + name, a, b, call=call)

ORDER = lambda a, b: "<" if a < b else ">" if a > b else "=" if a == b else "?"
for a in INTS + [2**1024, -(10**400), 2**53 + 3]:
    for b in FLOATS + [float(2**53), 2.0**53 + 2, 1e25, 10.0**18, 9.223372036854775e18]:
        if random.random() < 0.4 or abs(a) > 10**300:
            table.row("compare", a, b, call=lambda: ORDER(a, b))

PLACES = [0, 1, 2, 3, 5, 10, 15, 17, 20, 300, 323, 324, -1, -2, -3, -15, -16, -22, -300, -308, -309, 2**70, -(2**70)]
ROUNDED = [0.5, 1.5, 2.5, 0.25, 0.35, 2.675, 1.005, -1.005, 0.15, 1e22, 12345.678, 55.0, 45.0, 25.0, 35.0, 5e15 + 1,
           50.5, 150.0, 250.0, -250.0, 1.7976931348623157e308, 5e-324, 1e-320, 8.5e307, 1.5e308, -0.04, 4.999999, 5.0,
           5.000001, 0.0, -0.0, 1e16, 123456789012345680.0, math.inf, math.nan]
for a in ROUNDED:
    for n in PLACES:
        if random.random() < 0.55:
            table.row("fround", a, n, call=lambda: round(a, n))
for a in [0, 5, 15, 25, -15, -25, 14, 16, 12345, 99, 50, 150, 10**20 + 50, -(10**30) - 5, 2**63 - 1]:
    for n in [0, 1, 2**70, -1, -2, -3, -10, -20, -31]:
        table.row("round", a, n, call=lambda: round(a, n))
table.row("round", 5, -(2**40), call=lambda: 0)

for a in [0, 1, -1, 127, 128, -128, -129, 255, 256, 65535, -(2**31), 2**63, 2**64 - 1]:
    for length in [-1, 0, 1, 2, 4, 8, 9]:
        for order in ["big", "little"]:
            for signed in [False, True]:
                if random.random() < 0.5:
                    table.row("to_bytes", a, length, order, signed,
                              call=lambda: a.to_bytes(length, order, signed=signed))
for data in [b"", b"\0", b"\x7f", b"\x80", b"\xff", b"\x01\0", b"\xff\0\xff", b"\x80" + bytes(8), bytes(range(20))]:
    for order in ["big", "little"]:
        for signed in [False, True]:
            table.row("from_bytes", data, order, signed, call=lambda: int.from_bytes(data, order, signed=signed))

for text in ["0x1p0", "1", "0x1.8", "-0x1.fffffffffffffp+1023", "0x1.fffffffffffff7p1023", "0x1.fffffffffffff8p1023",
             "0x1p1024", "0x1p-1074", "0x1p-1075", "0x1.8p-1075", "0x0.8p-1074", "0x1p-5000", "inf", "-INFINITY", "nan",
             " 0x1.5p3 ", "0x", "", "0x.p1", ".8", "8.", "0x1.8p", "0x1.8p+", "0xg", "0x1p99999999999999999999",
             "0x0p99999999999999999999", "abc", "0x123456789abcdef01", "0x1.00000000000008p0", "0x1.000000000000080001p0",
             "0x1.00000000000018p0", "0x0.000000000000000000000001p0", "1p1", "0X1P1", "+0x1", "--1", "0x1.2.3", "é"]:
    table.row("fromhex", text, call=lambda: float.fromhex(text))

for n in [0, 1, 5, 20, 21, 25, 60, -1]:
    table.row("factorial", n, call=lambda: math.factorial(n))
    for k in [0, 1, 2, 20, 25, -1]:
        table.row("comb", n, k, call=lambda: math.comb(n, k))
        table.row("perm", n, k, call=lambda: math.perm(n, k))

for x in [0.5, 1.0, 2.0, 3.5, 5.0, 22.0, 23.0, 24.0, 30.25, 139.5, 150.5, 171.0, 172.0, 1e-21, -0.5, -3.7, -150.5, -250.5,
          0.0, -1.0, 1e-310, 1e10, 1e306, 4.2, 6.0, 1e-300, math.inf, -math.inf, math.nan, -1e-5, 2.0000001]:
    table.row("gamma", x, call=lambda: math.gamma(x))
    table.row("lgamma", x, call=lambda: math.lgamma(x))

table.save()
