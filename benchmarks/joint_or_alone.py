#!/usr/bin/env python3
"""One model of four problems beside four models of the same size, each trained alone: same steps, same batches of each
problem, several seeds. Prints a Markdown table.

  joint_or_alone.py T2T OUT [--data data] [--steps 1500] [--seeds 3] [--set KEY=VALUE ...]

T2T is the program; OUT keeps the runs (a second call goes on where the first stopped). A step of the joint model has one
batch of each problem, a step of the others one batch: after `steps` steps each problem was seen equally often. --set goes to
every training. The difference is joint - alone, above 0 where joint is better, relative to alone; its 95 % interval is that
of Student's t over the seeds.
"""
import argparse
import os
import subprocess
import sys

from over_seeds import MOST, load, mean_and_half

# problem: what is set of its ports, the target, the metric
PROBLEMS = {
    "g2p_cmudict": ([], "phones", "per"),
    "image_fashion_mnist": (
        ["ports.image_fashion_mnist.image={size: 32, patch: 8, stem: convolution}"], "class", "accuracy"),
    "protein_to_mrna_kaptive": ([], "mrna", "codon_match"),
    "caption_tuxpaint": (
        ["ports.caption_tuxpaint.picture={patch: 16, stem: convolution, augment: {shift: 4, crop: 0.15, flip: true}}",
         "ports.caption_tuxpaint.caption={vocab: {kind: word}, decode: {method: sample, utility: chrf, temperature: 0.7}}"],
        "caption", "chrf"),
}
COMMON = [
    "model={d_model: 192, heads: 4, ff: 768, encoder_layers: 2, decoder_layers: 2, dropout: 0.1}",
    "optimizer.weight_decay=0.1",
    "schedule={kind: cosine, learning_rate: 0.0015, warmup_steps: 200, final_fraction: 0.02}",
    "trainer.checkpoint_every=500", "trainer.label_smoothing=0.1", "trainer.average_decay=0.995",
    "data={tokens_per_batch: 1024, max_length: 600}", "validation.every=0", "validation.limit=1",
]


def run(command):
    print("+ " + " ".join(command), file=sys.stderr, flush=True)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def measure(options, names, seed, folder):
    """Trains on the problems and returns {problem: (value, higher is better)} of the test split."""
    path = os.path.join(options.out, folder)
    sets = COMMON + ["trainer.seed=%d" % seed, "trainer.steps=%d" % options.steps, "trainer.micro_batches=%d" % len(names)]
    for name in names:
        sets += PROBLEMS[name][0]
    train = [options.t2t, "train", "--out", path, "--data", options.data]
    for name in names:
        train += ["--problem", name]
    for one in sets + options.set:
        train += ["--set", one]
    record = os.path.join(path, "eval", "test.json")
    run(train)  # ends at once where it is trained; refuses other options
    if not os.path.exists(record) or load(record)["step"] != options.steps:
        run([options.t2t, "eval", path, "--split", "test", "--checkpoint", "last", "--data", options.data])
    problems = load(record)["problems"]
    values = {}
    for name in names:
        metric = problems[name]["targets"][PROBLEMS[name][1]]["metrics"][PROBLEMS[name][2]]
        values[name] = (metric["value"], metric["higher_is_better"])
    return values


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("t2t")
    parser.add_argument("out")
    parser.add_argument("--data", default="data")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--set", action="append", default=[])
    options = parser.parse_args()
    if not 1 <= options.seeds <= MOST:
        parser.error("--seeds: must be from 1 to %d" % MOST)
    joint, alone = [], []
    for seed in range(1, options.seeds + 1):
        joint.append(measure(options, list(PROBLEMS), seed, "joint-%d" % seed))
        alone.append({})
        for name in PROBLEMS:
            alone[-1].update(measure(options, [name], seed, "%s-%d" % (name, seed)))
    print("| problem | metric | alone | joint | difference, % of alone (95 % interval) |")
    print("|---|---|---|---|---|")
    for name in PROBLEMS:
        relative = []
        for one, other in zip(joint, alone):
            sign = 1 if other[name][1] else -1
            relative.append(100 * sign * (one[name][0] - other[name][0]) / other[name][0])
        mean, half = mean_and_half(relative)
        interval = "" if half is None else " (%.1f to %.1f)" % (mean - half, mean + half)
        columns = [", ".join("%.2f" % values[name][0] for values in table) for table in (alone, joint)]
        print("| `%s` | %s | %s | %s | %.1f%s |" % (name, PROBLEMS[name][2], columns[0], columns[1], mean, interval))


if __name__ == "__main__":
    main()
