"""Input pipelines of the usual Python parts, as peers of pipeline_benchmark.

  python pipelines.py text FOLDER/text.arrow --model sentencepiece.model
  python pipelines.py jpeg FOLDER/jpeg
  python pipelines.py flac FOLDER/flac

A PyTorch DataLoader of two workers; each takes windows of a permutation of the examples, encodes them, sorts by
length, cuts batches and pads them (text, flac), or makes a batch of as many pictures as asked (jpeg). Text lies in an
Arrow file read by Hugging Face's datasets; pictures and sounds are plain files. After --warm epochs it measures
--epochs of them in the steady state and prints one JSON line with the names of pipeline_benchmark's. --check prints
what one whole epoch adds up to instead.
"""
import argparse
import itertools
import json
import os
import resource
import time

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, get_worker_info


class Texts:
    """A window's token ids, by SentencePiece on the whole window at once."""

    def __init__(self, path, model):
        import datasets
        self.texts = datasets.load_from_disk(path)
        self.model = model
        self.processor = None

    def __len__(self):
        return len(self.texts)

    def encode(self, rows):
        if self.processor is None:  # once in each worker
            import sentencepiece
            self.processor = sentencepiece.SentencePieceProcessor(model_file=self.model)
        return self.processor.encode(self.texts[rows]["text"], out_type=int, num_threads=1)

    def collate(self, rows):
        lengths = np.array([len(row) for row in rows])
        flat = np.fromiter(itertools.chain.from_iterable(rows), np.int64, lengths.sum())
        batch = np.zeros((len(rows), lengths.max()), np.int64)
        batch[np.arange(batch.shape[1]) < lengths[:, None]] = flat
        return batch, lengths  # through the pipe: for batches of this size faster than tensors in shared memory


def files(folder, column):
    lines = [line.rstrip("\n").split("\t") for line in open(os.path.join(folder, "train.tsv"))]
    labels = sorted({line[1] for line in lines[1:]})
    return [(os.path.join(folder, file), labels.index(label)) for file, label in lines[1:]]


def slaney_filters(rate=16000, size=512, bins=80):
    def mel(hertz):
        return np.where(hertz < 1000, hertz * 3 / 200, 15 + np.log(np.maximum(hertz, 1) / 1000) * 27 / np.log(6.4))

    def hertz(mels):
        return np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) * np.log(6.4) / 27))

    edges = hertz(np.linspace(0, mel(rate / 2), bins + 2))
    lines = np.arange(size // 2 + 1) * rate / size
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    heights = np.minimum((lines - low) / (middle - low), (high - lines) / (high - middle))
    return torch.tensor(np.maximum(heights, 0) * 2 / (high - low), dtype=torch.float32)


class Sounds:
    """Normalised log-mel spectra, four at a position: soundfile, soxr (HQ: 20 bits, as libsamplerate's medium sinc
    or better), torch.stft."""

    def __init__(self, folder, rate=16000):
        self.files, self.rate = files(folder, "speech"), rate
        self.filters, self.window = slaney_filters(rate), torch.hann_window(400)

    def __len__(self):
        return len(self.files)

    def encode(self, rows):
        import soundfile
        import soxr
        encoded = []
        for row in rows:
            file, label = self.files[row]
            samples, rate = soundfile.read(file, dtype="float32")
            samples = torch.from_numpy(soxr.resample(samples, rate, self.rate, quality="HQ"))
            spectra = torch.stft(samples, 512, 160, 400, self.window, pad_mode="constant", return_complex=True)
            log_mel = (self.filters @ torch.view_as_real(spectra).square().sum(-1)).clamp_(min=1e-10).log_().T
            log_mel = (log_mel - log_mel.mean(0)) / log_mel.std(0, correction=0)
            frames = torch.nn.functional.pad(log_mel, (0, 0, 0, -len(log_mel) % 4)).reshape(-1, 4 * 80)
            encoded.append(Sound(frames, len(samples), label))
        return encoded

    def collate(self, rows):
        lengths = torch.tensor([len(row) for row in rows])
        frames = torch.nn.utils.rnn.pad_sequence([row.frames for row in rows], batch_first=True)
        return frames, lengths, torch.tensor([row.samples for row in rows]), torch.tensor([row.label for row in rows])


class Sound:
    def __init__(self, frames, samples, label):
        self.frames, self.samples, self.label = frames, samples, label

    def __len__(self):
        return len(self.frames)


class Bucketed(IterableDataset):
    """Endless batches (or of one epoch) of `source` by length; each worker takes every n-th window."""

    def __init__(self, source, window, tokens, most, endless):
        self.source, self.window, self.tokens, self.most, self.endless = source, window, tokens, most, endless

    def __iter__(self):
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        torch.set_num_threads(1)
        number = 0  # of windows, over all epochs and workers
        for epoch in itertools.count():
            if epoch > 0 and not self.endless:
                return
            order = np.random.default_rng(epoch).permutation(len(self.source))
            for begin in range(0, len(order), self.window):
                number += 1
                if number % workers != worker:
                    continue
                rows = self.source.encode(order[begin:begin + self.window])
                rows = sorted((row for row in rows if len(row) <= self.most), key=len)
                batches, first = [], 0
                for i in range(1, len(rows) + 1):
                    if i == len(rows) or (i - first + 1) * len(rows[i]) > self.tokens:
                        batches.append((first, i))
                        first = i
                for j in np.random.default_rng(number).permutation(len(batches)):
                    yield self.source.collate(rows[batches[j][0]:batches[j][1]])


class Pictures(Dataset):
    """A random window, its middle square, 224 pixels a side, patches of 16."""

    def __init__(self, folder, endless_epochs, size=224, patch=16, crop=0.25):
        self.files, self.epochs, self.size, self.patch, self.crop = files(folder, "picture"), endless_epochs, size, patch, crop

    def __len__(self):
        return len(self.files) * self.epochs

    def __getitem__(self, row):
        import cv2
        file, label = self.files[row % len(self.files)]
        pixels = cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR)
        kept = 1 - self.crop * np.random.random()
        height, width = (max(1, round(kept * n)) for n in pixels.shape[:2])
        top, left = np.random.randint(pixels.shape[0] - height + 1), np.random.randint(pixels.shape[1] - width + 1)
        side = min(height, width)
        top, left = top + (height - side) // 2, left + (width - side) // 2
        how = cv2.INTER_AREA if side > self.size else cv2.INTER_LINEAR
        pixels = cv2.resize(pixels[top:top + side, left:left + side], (self.size, self.size), interpolation=how)
        return torch.from_numpy(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)), label

    def collate(self, rows):
        """Bytes until here: one operation on the whole batch makes them numbers and patches."""
        n, p = self.size // self.patch, self.patch
        pixels = torch.stack([pixels for pixels, _ in rows]).view(len(rows), n, p, n, p, 3).permute(0, 1, 3, 2, 4, 5)
        patches = torch.empty(len(rows), n * n, p * p * 3)
        patches.view(len(rows), n, n, p, p, 3).copy_(pixels)
        return patches.mul_(2 / 255).sub_(1), torch.tensor([label for _, label in rows])


def as_they_are(batch):
    return batch


def one_thread(_):
    torch.set_num_threads(1)
    try:
        import cv2
        cv2.setNumThreads(1)
    except ImportError:
        pass


def cpu_seconds():
    """Of this process and its workers, which are still running."""
    me, total = os.getpid(), 0.0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(pid) == me or int(fields[1]) == me:
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def peak_mb():
    me, total = os.getpid(), 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            status = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status"))
        except OSError:
            continue
        if int(pid) == me or int(status["PPid"]) == me:
            total += int(status.get("VmHWM", "0 kB").split()[0]) // 1024
    return total


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("kind", choices=["text", "jpeg", "flac"])
parser.add_argument("data")
parser.add_argument("--model", help="text: SentencePiece's model file")
parser.add_argument("--workers", type=int, default=2)
parser.add_argument("--window", type=int, default=2048)
parser.add_argument("--tokens", type=int, default=8192, help="of a batch, with padding (text, flac)")
parser.add_argument("--most", type=int, default=512, help="a longer example is left out (text, flac)")
parser.add_argument("--rows", type=int, default=64, help="of a batch (jpeg)")
parser.add_argument("--warm", type=int, default=1)
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--prefetch", type=int, default=8)
parser.add_argument("--check", action="store_true")
a = parser.parse_args()
torch.set_num_threads(1)

if a.kind == "jpeg":
    source = Pictures(a.data, 1 if a.check else a.warm + a.epochs + 1)
    size = len(source.files)
    loader = DataLoader(source, a.rows, shuffle=True, num_workers=a.workers, prefetch_factor=a.prefetch,
                        collate_fn=source.collate, worker_init_fn=one_thread)
else:
    source = Texts(a.data, a.model) if a.kind == "text" else Sounds(a.data)
    size = len(source)
    loader = DataLoader(Bucketed(source, a.window, a.tokens, a.most, not a.check), batch_size=None,
                        num_workers=a.workers, prefetch_factor=a.prefetch, worker_init_fn=one_thread,
                        collate_fn=as_they_are)

rows = units = positions = samples = id_sum = batches = 0
begin = None
iterator = iter(loader)  # its workers live as long as it does
for batch in iterator:
    batch = [torch.as_tensor(part) for part in batch]
    if begin is None and rows >= a.warm * size and not a.check:
        rows = units = positions = samples = id_sum = batches = 0
        begin, cpu = time.monotonic(), cpu_seconds()
    batches += 1
    rows += len(batch[0])
    positions += batch[0].shape[0] * batch[0].shape[1]
    units += batch[0].shape[0] * batch[0].shape[1] if a.kind == "jpeg" else int(batch[1].sum())
    if a.kind == "flac":
        samples += int(batch[2].sum())
    if a.kind == "text":
        id_sum += int(batch[0].sum())
    if begin is not None and rows >= a.epochs * size:
        break
line = {"examples": rows, "units": units, "useful": units / positions, "id_sum": id_sum, "batches": batches}
if a.kind == "flac":
    line["raw_units"] = {"speech": samples}
if begin is not None:
    seconds = time.monotonic() - begin
    line.update(seconds=seconds, cpu_s=cpu_seconds() - cpu, peak_rss_mb=peak_mb(), examples_per_s=rows / seconds,
                units_per_s=units / seconds)
    if a.kind == "flac":
        line["sound_s_per_s"] = samples / source.rate / seconds
print(json.dumps(line), flush=True)
for worker in torch.multiprocessing.active_children():  # they would make batches for ever
    worker.kill()
os._exit(0)
