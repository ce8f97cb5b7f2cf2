"""A baseline of protein_to_mrna_kaptive on its own split, in % of the codons of test: any synonymous codon with equal
chances. (The most frequent codon of residue and genus is among those of `t2t eval --baselines`.)

    python3 benchmarks/any_codon.py build/release/bin/t2t data
"""
import collections
import subprocess
import sys


def codons_of(program, data, split):
    """(residue, codon) of every example; inspect shows values whole."""
    lines = subprocess.run([program, "inspect", "protein_to_mrna_kaptive", "--data", data, "--split", split, "--count",
                            "1000000"], check=True, capture_output=True, text=True).stdout.splitlines()
    protein = None
    for line in lines:
        fields = line.split()
        if len(fields) != 2 or fields[0] not in ("protein", "mrna"):
            continue
        if fields[0] == "protein":
            protein = fields[1]
        else:
            assert len(fields[1]) == 3 * len(protein)
            yield from ((residue, fields[1][3 * i:3 * i + 3]) for i, residue in enumerate(protein))


program, data = sys.argv[1:3]
counts = collections.defaultdict(collections.Counter)
for residue, codon in codons_of(program, data, "train"):
    counts[residue][codon] += 1
synonyms = {residue: {codon for codon, count in counter.items() if count > 100}  # not the rare starts
            for residue, counter in counts.items()}
chances = [(codon in synonyms[residue]) / len(synonyms[residue]) for residue, codon in codons_of(program, data, "test")]
print(f"{len(chances)} codons of test: any synonymous one {100 * sum(chances) / len(chances):.1f} %")
