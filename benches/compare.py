#!/usr/bin/env python3
"""Ambler against CPython and Lua, program by program: user CPU and peak memory, as ratios of one run.

    cargo build --release && python3 benches/compare.py [--pairs 5] [--only fib,tree] [--markdown]

Each pair runs the Jac program and its twin one after the other; the figure is the median over the
pairs of the twin's figure divided by ours, so larger is better. PYTHON=... and LUA=... pick the
interpreters; without Lua, and where there is no Lua twin, the column stays empty.
"""
import argparse, math, os, shutil, statistics, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
AMBLER = os.environ.get("AMBLER", os.path.join(HERE, "..", "target", "release", "ambler"))
PYTHON = os.environ.get("PYTHON", "/usr/bin/python3.11")
LUA = shutil.which(os.environ.get("LUA", "lua5.4"))
GRAPH = {"tree": "1000000", "treebuild": "1000000", "line": "1000000", "spawns": "1000000", "bip": "1000"}


def measure(command, environment):
    """User CPU in seconds, peak memory in KiB, and what was printed."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{text.decode(errors='replace')}")
    return usage.ru_utime, usage.ru_maxrss, text


def compare(name, ours, theirs, pairs, environment):
    cpu, memory, seconds = [], [], []
    for _ in range(pairs):
        mine = measure([AMBLER, "run", ours], environment)
        other = measure(theirs, environment)
        if mine[2] != other[2]:
            sys.exit(f"{name}: the two print different things:\n{mine[2][:200]}\n{other[2][:200]}")
        cpu.append(other[0] / max(mine[0], 1e-3))
        memory.append(other[1] / mine[1])
        seconds.append((mine[0], other[0]))
    middle = lambda index: statistics.median(pair[index] for pair in seconds)
    return statistics.median(cpu), statistics.median(memory), middle(0), middle(1)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pairs", type=int, default=5)
    options.add_argument("--only", default="")
    options.add_argument("--markdown", action="store_true")
    options = options.parse_args()
    wanted = set(filter(None, options.only.split(",")))
    version = subprocess.run([PYTHON, "--version"], capture_output=True, text=True).stdout.strip()
    if LUA:
        version += ", " + subprocess.run([LUA, "-v"], capture_output=True, text=True).stdout.split(" Copy")[0].strip()
    print(f"{version}, medians of {options.pairs} pairs\n")
    row = "{:<10} {:>6} {:>6} {:>8} {:>8} {:>6}"
    if options.markdown:
        row = "| {:<10} | {:>6} | {:>6} | {:>8} | {:>8} | {:>6} |"
    print(row.format("program", "CPU", "memory", "ours s", "theirs s", "Lua"))
    if options.markdown:
        print("|---|---|---|---|---|---|")
    groups = {"plain": [], "graph": []}
    against_lua = []
    for group, folder, twins in [("plain", "jac", "py"), ("graph", "graph", "graph")]:
        for file in sorted(os.listdir(os.path.join(HERE, folder))):
            name, suffix = os.path.splitext(file)
            if suffix != ".jac" or name == "empty" or (wanted and name not in wanted):
                continue
            environment = dict(os.environ)
            if group == "graph":
                environment["N"] = GRAPH[name]
            ours = os.path.join(HERE, folder, file)
            theirs = [PYTHON, os.path.join(HERE, twins, name + ".py")]
            cpu, memory, mine, other = compare(name, ours, theirs, options.pairs, environment)
            groups[group].append((cpu, memory))
            lua = os.path.join(HERE, "lua", name + ".lua")
            beside_lua = ""
            if LUA and group == "plain" and os.path.exists(lua):
                ratio = compare(name, ours, [LUA, lua], options.pairs, environment)[0]
                against_lua.append(ratio)
                beside_lua = f"{ratio:.2f}"
            figures = f"{cpu:.2f}", f"{memory:.2f}", f"{mine:.3f}", f"{other:.3f}", beside_lua
            print(row.format(name, *figures), flush=True)
    mean = lambda figures: f"{math.exp(statistics.mean(map(math.log, figures))):.2f}" if figures else ""
    for group, figures in groups.items():
        if figures:
            cpu, memory = zip(*figures)
            lua = mean(against_lua) if group == "plain" else ""
            print(row.format(f"all {group}", mean(cpu), mean(memory), "", "", lua))


main()
