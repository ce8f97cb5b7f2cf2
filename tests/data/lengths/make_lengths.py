"""Makes lengths.json: subwords of 1,500 package descriptions and letters and sounds of 1,500 words. Needs: pip install sentencepiece.

  t2t datagen lm_debian g2p_cmudict --data data
  python tests/data/lengths/make_lengths.py data PIECES.model     # a SentencePiece model of 4,000 units learned from lm_debian
"""
import glob
import json
import pathlib
import struct
import sys

import sentencepiece


def records(path):
    data = open(path, "rb").read()
    at = 0
    while at < len(data):
        (size,) = struct.unpack_from("<Q", data, at)
        yield data[at + 12 : at + 12 + size]
        at += 16 + size


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        assert tag & 7 == 2, "only strings and messages are read"
        size, at = varint(data, at)
        yield tag >> 3, data[at : at + size]
        at += size


def features(example):  # of tf.Example, those of bytes
    (_, body), = fields(example)
    for _, entry in fields(body):
        parts = dict(fields(entry))
        kind, values = next(iter(fields(parts[2])), (0, b""))
        if kind == 1:
            yield parts[1].decode(), next(iter(fields(values)))[1]


def examples(folder, names, count):
    found = []
    for shard in sorted(glob.glob(f"{folder}/train*tfrecord*")):
        for record in records(shard):
            ports = dict(features(record))
            found.append([ports[name].decode() for name in names])
            if len(found) == count:
                return found
    return found


data, model = sys.argv[1:]
pieces = sentencepiece.SentencePieceProcessor(model_file=model)
lengths = {
    "lm_debian": [[len(pieces.encode(text))] for text, in examples(f"{data}/lm_debian", ["text"], 1500)],
    "g2p_cmudict": [[len(word), len(sounds.split())] for word, sounds in examples(f"{data}/g2p_cmudict", ["word", "phones"], 1500)],
}
path = pathlib.Path(__file__).parent / "lengths.json"
path.write_text(json.dumps(lengths, separators=(",", ":")) + "\n")
