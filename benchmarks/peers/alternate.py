"""Runs programs in turn, each alone, and compares what they print.

  python alternate.py [--repeats 5] --key units_per_s NAME='COMMAND' NAME='COMMAND' ...

Each command prints one JSON line with the key; the first is the reference, and every other turn begins with another
one. Prints each program's median (least to most) and the ratio of medians to the reference, processor seconds, peak
memory and useful positions; and the share of processor time that the host took away (steal) and that others used.
"""
import argparse
import json
import shlex
import statistics
import subprocess

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--repeats", type=int, default=5)
parser.add_argument("--key", required=True)
parser.add_argument("programs", nargs="+")
a = parser.parse_args()


def jiffies():
    user, nice, system, idle, wait, irq, soft, steal = map(int, open("/proc/stat").readline().split()[1:9])
    return user + nice + system + idle + wait + irq + soft + steal, steal


programs = [p.split("=", 1) for p in a.programs]
lines = {name: [] for name, _ in programs}
before = jiffies()
for repeat in range(a.repeats):
    for i in range(len(programs)):
        name, command = programs[(i + repeat) % len(programs)]
        out = subprocess.run(shlex.split(command), stdout=subprocess.PIPE, text=True, check=True).stdout
        lines[name].append(json.loads(out.strip().splitlines()[-1]))
        print(f"# {name}: {lines[name][-1][a.key]:.1f} {a.key}, {lines[name][-1]['seconds']:.1f} s, "
              f"{lines[name][-1]['cpu_s']:.1f} CPU s, load {open('/proc/loadavg').read().split()[0]}", flush=True)
after = jiffies()
print(f"steal {(after[1] - before[1]) / (after[0] - before[0]):.1%}, {a.repeats} repeats in turn\n")
print(f"| program | {a.key}: median (least-most) | ratio of medians | CPU s | peak RSS MB | useful |\n|---|---|---|---|---|---|")
reference = statistics.median(line[a.key] for line in lines[programs[0][0]])
for name, _ in programs:
    values = sorted(line[a.key] for line in lines[name])
    print(f"| {name} | {statistics.median(values):.0f} ({values[0]:.0f}-{values[-1]:.0f}) | "
          f"{statistics.median(values) / reference:.2f} | {statistics.median(line['cpu_s'] for line in lines[name]):.1f} | "
          f"{max(line['peak_rss_mb'] for line in lines[name])} | {lines[name][-1]['useful']:.3f} |")
