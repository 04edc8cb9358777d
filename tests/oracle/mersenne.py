"""Draws of seeded generators: writes mersenne.tsv."""
import itertools
import random

from escaping import Table

table = Table("mersenne.tsv")
SEEDS = [0, 1, 42, -42, 2**31, 2**32, 2**64 + 5, 10**60, "", "ambler", "é€😀", b"", b"\x00\xff", 1.5, -0.25]


def draws(seed, count, draw):
    generator = random.Random(seed)
    return [draw(generator) for _ in range(count)]


def row(name, seed, *arguments, draw, count=3):
    kind = {int: "i", str: "s", bytes: "b", float: "f"}[type(seed)]
    table.row(name, kind, seed, *arguments, call=lambda: draws(seed, count, draw))


for seed in SEEDS:
    row("random", seed, draw=lambda r: r.random())
    for bits in [0, 1, 7, 31, 32, 33, 63, 64, 65, 200]:
        row("bits", seed, bits, draw=lambda r: r.getrandbits(bits))
    for limit in [1, 2, 10, 1000, 2**32, 2**33 + 1, 2**63 + 1, 2**64, 10**30]:
        row("below", seed, limit, draw=lambda r: r._randbelow(limit))
for seed in SEEDS[:6]:
    for start, stop, step in [(0, 10, 1), (5, 100, 7), (10, 0, -3), (-(10**20), 10**20, 1), (3, 3, 1), (1, 5, 0),
                              (5, 1, 2), (1, 5, -2)]:
        row("range", seed, start, stop, step, draw=lambda r: r.randrange(start, stop, step))
    row("range1", seed, 10, draw=lambda r: r.randrange(10))
    row("range1", seed, 0, draw=lambda r: r.randrange(0))
    row("randint", seed, 1, 6, draw=lambda r: r.randint(1, 6), count=10)
    row("randint", seed, 6, 1, draw=lambda r: r.randint(6, 1))
    row("choice", seed, 13, draw=lambda r: r.choice(range(13)), count=8)
    row("choice", seed, 0, draw=lambda r: r.choice([]))
    for size, count in [(5, 5), (5, 0), (30, 4), (30, 6), (100, 30), (1000, 8), (10**6, 12), (21, 5), (22, 5), (3, 4),
                        (3, -1)]:
        table.row("sample", "i", seed, size, count,
                  call=lambda: random.Random(seed).sample(range(size), count))

    def shuffled(size):
        items = list(range(size))
        random.Random(seed).shuffle(items)
        return items
    for size in [0, 1, 2, 10, 40]:
        table.row("shuffle", "i", seed, size, call=lambda: shuffled(size))
    table.row("choices", "i", seed, 7, 10, call=lambda: random.Random(seed).choices(range(7), k=10))
    for weights in [[1, 2, 3], [0.5, 0.0, 0.5], [10], [0, 0], [1, float("inf")]]:
        cumulative = list(itertools.accumulate(map(float, weights)))
        table.row("weighted", "i", seed, " ".join(w.hex() for w in cumulative), 8,
                  call=lambda: random.Random(seed).choices(range(len(weights)), weights, k=8))
    row("bytes", seed, 9, draw=lambda r: r.randbytes(9), count=1)
    row("uniform", seed, -2.5, 7.0, draw=lambda r: r.uniform(-2.5, 7.0))
    row("triangular", seed, 0.0, 10.0, 3.0, draw=lambda r: r.triangular(0.0, 10.0, 3.0))
    row("triangular", seed, 0.0, 10.0, draw=lambda r: r.triangular(0.0, 10.0))
    row("triangular", seed, 2.0, 2.0, 2.0, draw=lambda r: r.triangular(2.0, 2.0, 2.0))
    row("normal", seed, 1.0, 2.0, draw=lambda r: r.normalvariate(1.0, 2.0), count=5)
    row("gauss", seed, 1.0, 2.0, draw=lambda r: r.gauss(1.0, 2.0), count=5)
    row("lognormal", seed, 0.0, 0.5, draw=lambda r: r.lognormvariate(0.0, 0.5))
    row("exponential", seed, 1.5, draw=lambda r: r.expovariate(1.5))
    row("exponential", seed, 0.0, draw=lambda r: r.expovariate(0.0))
    row("vonmises", seed, 1.0, 4.0, draw=lambda r: r.vonmisesvariate(1.0, 4.0))
    row("vonmises", seed, 1.0, 0.0, draw=lambda r: r.vonmisesvariate(1.0, 0.0))
    for alpha in [0.5, 1.0, 3.5, 0.0]:
        row("gamma", seed, alpha, 2.0, draw=lambda r: r.gammavariate(alpha, 2.0))
    row("beta", seed, 2.0, 3.0, draw=lambda r: r.betavariate(2.0, 3.0))
    row("pareto", seed, 3.0, draw=lambda r: r.paretovariate(3.0))
    row("weibull", seed, 1.0, 1.5, draw=lambda r: r.weibullvariate(1.0, 1.5))
    for n, p in [(1, 0.3), (10, 0.0), (10, 1.0), (10, 1.5), (-1, 0.5), (20, 0.2), (20, 0.9), (100, 0.5), (1000, 0.3),
                 (10**6, 0.75)]:
        row("binomial", seed, n, p, draw=lambda r: r.binomialvariate(n, p), count=6)

table.save()
