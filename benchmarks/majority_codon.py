"""Baselines of protein_to_mrna_kaptive on its own split, in % of the codons of test: for each residue and genus the codon
that is most frequent in training, and any synonymous codon with equal chances.

    python3 benchmarks/majority_codon.py build/release/bin/t2t data
"""
import collections
import subprocess
import sys


def examples(program, data, split):
    """(genus, protein, codons) of every example; inspect shows values whole."""
    lines = subprocess.run([program, "inspect", "protein_to_mrna_kaptive", "--data", data, "--split", split, "--count",
                            "1000000"], check=True, capture_output=True, text=True).stdout.splitlines()
    ports = {}
    for line in lines:
        fields = line.split()
        if len(fields) == 2 and fields[0] in ("protein", "genus", "mrna"):
            ports[fields[0]] = fields[1]
        if len(ports) == 3:
            mrna = ports["mrna"]
            yield ports["genus"], ports["protein"], [mrna[i:i + 3] for i in range(0, len(mrna), 3)]
            ports = {}


program, data = sys.argv[1:3]
counts = collections.defaultdict(collections.Counter)
for genus, protein, codons in examples(program, data, "train"):
    assert len(protein) == len(codons)
    for residue, codon in zip(protein, codons):
        counts[genus, residue][codon] += 1
majority = {key: counter.most_common(1)[0][0] for key, counter in counts.items()}
synonyms = collections.defaultdict(set)
for (_, residue), counter in counts.items():
    synonyms[residue] |= {codon for codon, count in counter.items() if count > 100}  # not the rare starts
total = right = uniform = 0
for genus, protein, codons in examples(program, data, "test"):
    for residue, codon in zip(protein, codons):
        total += 1
        right += majority.get((genus, residue)) == codon
        uniform += (codon in synonyms[residue]) / len(synonyms[residue])
print(f"{total} codons of test: most frequent codon of the genus {100 * right / total:.1f} %, "
      f"any synonymous one {100 * uniform / total:.1f} %")
