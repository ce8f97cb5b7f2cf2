"""The data of the input pipelines' comparison, from data sets that `t2t datagen` has made.

  python make_data.py DATA OUT

OUT/jpeg and OUT/flac are problems of t2t (a folder with manifest.yaml, the files and a table for each split):
the pictures of caption_tuxpaint, enlarged to 256 to 500 pixels on the longer side, as JPEG of quality 90; the
speech of tuxpaint_spoken (44.1 kHz) as FLAC of one channel. The target is the drawer that a stamp lies in.
OUT/text.arrow holds the training texts of lm_debian for Hugging Face's datasets.
"""
import io
import os
import sys

import cv2
import datasets
import numpy as np
import soundfile
from read_shards import examples

data, out = sys.argv[1:]

JPEG = """name: peer_jpeg
inputs: {picture: {modality: image, size: 224, patch: 16, fit: crop, augment: {crop: 0.25}}}
targets: {drawer: {modality: label}}
data: {train: train.tsv, valid: valid.tsv, test: test.tsv}
"""
FLAC = """name: peer_flac
inputs: {speech: {modality: audio, rate: 16000}}
targets: {drawer: {modality: label}}
data: {train: train.tsv, valid: valid.tsv, test: test.tsv}
"""


def jpeg(png, number):
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED).astype(np.float32)
    if pixels.ndim == 2:
        pixels = pixels[..., None].repeat(3, 2)
    if pixels.shape[2] == 4:  # over white
        alpha = pixels[..., 3:] / 255
        pixels = pixels[..., :3] * alpha + 255 * (1 - alpha)
    scale = (256 + number * 97 % 245) / max(pixels.shape[:2])
    pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".jpg", pixels.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def flac(ogg, number):
    samples, rate = soundfile.read(io.BytesIO(ogg), dtype="float32", always_2d=True)
    buffer = io.BytesIO()
    soundfile.write(buffer, samples.mean(1), rate, format="FLAC")
    return buffer.getvalue()


def make(problem, port, column, name, manifest, suffix, convert):
    folder = os.path.join(out, name)
    os.makedirs(folder, exist_ok=True)
    open(os.path.join(folder, "manifest.yaml"), "w").write(manifest)
    number = 0
    drawers = set()  # of training: a label that it does not hold is an error
    for split in ("train", "valid", "test"):
        with open(os.path.join(folder, split + ".tsv"), "w") as table:
            table.write(f"{column}\tdrawer\n")
            for example in examples(os.path.join(data, problem), split):
                drawer = example["key"].decode().split("/")[0]
                if split == "train":
                    drawers.add(drawer)
                if drawer not in drawers:
                    continue
                file = f"{number:05d}.{suffix}"
                open(os.path.join(folder, file), "wb").write(convert(example[port], number))
                table.write(f"{file}\t{drawer}\n")
                number += 1


make("caption_tuxpaint", "picture", "picture", "jpeg", JPEG, "jpg", jpeg)
make("tuxpaint_spoken", "speech", "speech", "flac", FLAC, "flac", flac)
texts = [e["text"].decode() for e in examples(os.path.join(data, "lm_debian"), "train")]
datasets.Dataset.from_dict({"text": texts}).save_to_disk(os.path.join(out, "text.arrow"))
