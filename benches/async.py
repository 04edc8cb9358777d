#!/usr/bin/env python3
"""Async walkers under load: what the contract asks for, measured in one command.

    cargo build --release && python3 benches/async.py [--runs 3] [--only sleepers,visits] [--markdown]

Each figure is the median over the runs. AMBLER=... picks the binary. Rates and times mean little on a
machine that others use, too; the ratios (cpu, visits, nodes) are of runs that follow one another.
"""
import argparse, os, statistics, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
AMBLER = os.environ.get("AMBLER", os.path.join(HERE, "..", "target", "release", "ambler"))


def run(name, workers=2, **variables):
    """What a program prints as `name value`, with its peak memory and its CPU time."""
    command = [AMBLER, "run", "--workers", str(workers), os.path.join(HERE, "async", name + ".jac")]
    environment = {**os.environ, **{key: str(value) for key, value in variables.items()}}
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        lines = out.read().decode().splitlines()
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    values = {name: float(value) for name, value in (line.split() for line in lines)}
    values.update(peak_mb=usage.ru_maxrss / 1024, cpu=usage.ru_utime + usage.ru_stime)
    if "lost" in values:
        sys.exit(f"{name}: {values['lost']:.0f} updates were lost")
    return values


def sleepers():
    got = run("sleepers")
    yield "100,000 walkers that each sleep 1 s", got["seconds"], "s", "< 6"
    yield "their memory at the peak", got["peak_mb"], "MB", "< 2048"


def trivial():
    got = run("trivial")
    yield "trivial walkers spawned and completed", got["per_second"], "per s", "> 150,000"
    yield "from a spawn to its id, p50", got["spawn_us"], "µs", "< 3"
    yield "a spawn on average, while others run", got["spawn_mean_us"], "µs", ""


def cpu():
    one, two = run("cpu", workers=1), run("cpu", workers=2)
    yield "8 walkers that compute, 2 workers instead of 1", two["seconds"] / one["seconds"], "×", "< 0.55"


def increments():
    got = run("increments")
    yield "increments of one field by 300 walkers", got["per_second"], "per s", "> 300,000"


def visits():
    sync, walker = run("visits_sync"), run("visits")
    yield "a visit of one async walker, a list and a dict growing", walker["ns_per_visit"], "ns", ""
    yield "the same, instead of a sync walker's", walker["ns_per_visit"] / sync["ns_per_visit"], "×", "< 3"
    yield "the last 100,000 visits, instead of the first", walker["last_ns"] / walker["first_ns"], "×", "about 1"


def nodes():
    plain, declared, spawned = run("nodes_plain"), run("nodes_declared"), run("nodes_spawned")
    for what in ("build", "walk"):
        key = what + "_ns"
        yield f"{what} a node, in a program without async walkers", plain[key], "ns", ""
        yield f"{what} a node, none spawned yet", declared[key] / plain[key], "×", "about 1"
        yield f"{what} a node, after the first spawn", spawned[key] / plain[key], "×", ""


ALL = [sleepers, trivial, cpu, increments, visits, nodes]


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--runs", type=int, default=3)
    args.add_argument("--only", default="")
    args.add_argument("--markdown", action="store_true")
    a = args.parse_args()
    only = set(filter(None, a.only.split(",")))
    if a.markdown:
        print("| what | figure | aim |\n|---|---|---|")
    for part in ALL:
        if only and part.__name__ not in only:
            continue
        runs = [list(part()) for _ in range(a.runs)]
        for index, (what, _, unit, aim) in enumerate(runs[0]):
            value = statistics.median(run[index][1] for run in runs)
            shown = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
            print(f"| {what} | {shown} {unit} | {aim} |" if a.markdown else f"{what:58} {shown:>9} {unit:6} {aim}", flush=True)


if __name__ == "__main__":
    main()
