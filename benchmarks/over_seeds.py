#!/usr/bin/env python3
"""The mean over runs of several seeds, with its 95 % interval by Student's t, of every metric of a split.

  over_seeds.py RUN RUN ... [--split test]

RUN is a folder of a run that `t2t eval RUN --split SPLIT` has measured. Prints a Markdown table, and below it the steps and
revisions of the runs. Two of one seed, or some that were not measured alike, are refused.
"""
import argparse
import json
import math
import os

STUDENT = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
MOST = max(STUDENT) + 1


def mean_and_half(values):
    """The mean and half of its 95 % interval; no half for one value."""
    mean = sum(values) / len(values)
    if len(values) == 1:
        return mean, None
    deviation = math.sqrt(sum((x - mean) ** 2 for x in values) / (len(values) - 1))
    return mean, STUDENT[len(values) - 1] * deviation / math.sqrt(len(values))


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def measured(record):
    return [(name, target, metric) for name, problem in sorted(record["problems"].items())
            for target, result in sorted(problem["targets"].items()) for metric in sorted(result["metrics"])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", nargs="+")
    parser.add_argument("--split", default="test")
    options = parser.parse_args()
    if len(options.run) > MOST:
        parser.error("at most %d runs" % MOST)
    records = [load(os.path.join(run, "eval", options.split + ".json")) for run in options.run]
    seeds = {}
    for run, record in zip(options.run, records):
        seed = record["run"]["seed"]
        if seed in seeds:
            parser.error("%s and %s are both of seed %s" % (seeds[seed], run, seed))
        seeds[seed] = run
        for key in ("checkpoint", "decode", "parameters"):
            if record[key] != records[0][key]:
                parser.error("%s: %s is %s, of %s %s" % (run, key, record[key], options.run[0], records[0][key]))
        if measured(record) != measured(records[0]):
            parser.error("%s and %s do not have the same problems and metrics" % (options.run[0], run))
    print("| problem | target | metric | by run | mean (95 % interval) |")
    print("|---|---|---|---|---|")
    for name, problem in records[0]["problems"].items():
        for target, result in problem["targets"].items():
            for metric in result["metrics"]:
                values = [r["problems"][name]["targets"][target]["metrics"][metric]["value"] for r in records]
                mean, half = mean_and_half(values)
                interval = "" if half is None else " (%.2f to %.2f)" % (mean - half, mean + half)
                print("| `%s` | %s | %s | %s | %.2f%s |" % (name, target, metric,
                                                          ", ".join("%.2f" % value for value in values), mean, interval))
    print()
    print("Steps: %s. Revision: %s." % (", ".join(str(record["step"]) for record in records),
                                        ", ".join(sorted({record["run"]["revision"] for record in records}))))


if __name__ == "__main__":
    main()
