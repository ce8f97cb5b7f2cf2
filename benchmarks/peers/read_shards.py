"""Reads the shards of a data set of t2t with the package `tfrecord` from PyPI.

  python read_shards.py FOLDER [SPLIT]        checks every record's checksums; prints the split's size and first values
  python read_shards.py FOLDER --rewrite OUT  the same data set, its shards written by that package and without our index

`t2t inspect` and the trainer read OUT as any data set.
"""
import argparse
import hashlib
import json
import os
import shutil
import struct

import crc32c
import tfrecord
from tfrecord import example_pb2


def records(path):
    """The bytes of every record. The package passes over the checksums, so they are checked here first."""
    with open(path, "rb") as file:
        while header := file.read(12):
            length, of_length = struct.unpack("<QI", header)
            body = file.read(length)
            (of_body,) = struct.unpack("<I", file.read(4))
            for what, crc in ((header[:8], of_length), (body, of_body)):
                value = crc32c.crc32c(what)
                if ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF != crc:
                    raise ValueError(f"{path}: a checksum does not fit at byte {file.tell()}")
    for record in tfrecord.reader.tfrecord_iterator(path):
        yield bytes(record)


def value_of(feature):
    values = getattr(feature, feature.WhichOneof("kind")).value
    return values[0] if feature.WhichOneof("kind") == "bytes_list" and len(values) == 1 else list(values)


def shards(folder, split):
    manifest = json.load(open(os.path.join(folder, "manifest.json")))
    found = [s for s in manifest["splits"] if s["name"] == split]
    if not found:
        raise SystemExit(f"{folder} has no split '{split}'; it has {[s['name'] for s in manifest['splits']]}")
    return found[0]["shards"]


def examples(folder, split):
    """Every example as a dictionary: bytes, or a list of numbers."""
    for shard in shards(folder, split):
        for record in records(os.path.join(folder, shard["file"])):
            example = example_pb2.Example()
            example.ParseFromString(record)
            yield {name: value_of(f) for name, f in example.features.feature.items()}


KINDS = {"bytes_list": "byte", "float_list": "float", "int64_list": "int"}


def rewrite(folder, out):
    os.makedirs(out)
    manifest = json.load(open(os.path.join(folder, "manifest.json")))
    for split in manifest["splits"]:
        for shard in split["shards"]:
            path = os.path.join(out, shard["file"])
            writer = tfrecord.TFRecordWriter(path)
            for record in records(os.path.join(folder, shard["file"])):
                example = example_pb2.Example()
                example.ParseFromString(record)
                writer.write({
                    name: (list(getattr(f, f.WhichOneof("kind")).value), KINDS[f.WhichOneof("kind")])
                    for name, f in example.features.feature.items()
                })
            writer.close()
            shard["bytes"] = os.path.getsize(path)
            shard["sha256"] = hashlib.sha256(open(path, "rb").read()).hexdigest()
    json.dump(manifest, open(os.path.join(out, "manifest.json"), "w"), indent=2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("split", nargs="?", default="train")
    parser.add_argument("--rewrite")
    a = parser.parse_args()
    if a.rewrite:
        rewrite(a.folder, a.rewrite)
    else:
        count, digest = 0, hashlib.sha256()
        for example in examples(a.folder, a.split):
            if count < 3:
                print({name: v if len(v) < 80 else f"{len(v)} values" for name, v in sorted(example.items())})
            for name, v in sorted(example.items()):
                digest.update(repr((name, v)).encode())
            count += 1
        print(f"{a.folder} {a.split}: {count} examples, {sum(s['examples'] for s in shards(a.folder, a.split))} by the "
              f"manifest, SHA-256 of all values {digest.hexdigest()}")
