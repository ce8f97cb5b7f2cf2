"""Makes golden.json (librosa's mel spectra) and the tone in every format. Needs: pip install librosa soundfile."""
import json
import pathlib

import librosa
import numpy
import soundfile

folder = pathlib.Path(__file__).parent


def signal(rate, seconds):
    # The same in mel_spectrogram_test.cc: a rising tone and a constant one.
    i = numpy.arange(int(rate * seconds), dtype=numpy.float64)
    t = i / rate
    x = 0.5 * numpy.sin(2 * numpy.pi * (200 + 3000 * t) * t) + 0.1 * numpy.sin(2 * numpy.pi * 1500 * t)
    return x.astype(numpy.float32)


cases = []
for rate, window, hop, bins, seconds in [(8000, 200, 80, 20, 0.1), (16000, 400, 160, 80, 0.06),
                                         (22050, 512, 256, 40, 0.05)]:
    size = 1 << (window - 1).bit_length()
    mel = librosa.feature.melspectrogram(y=signal(rate, seconds), sr=rate, n_fft=size, hop_length=hop,
                                         win_length=window, n_mels=bins)
    logs = numpy.log(numpy.maximum(mel, 1e-10)).T
    cases.append({"rate": rate, "window": window, "hop": hop, "bins": bins, "seconds": seconds,
                  "frames": logs.shape[0], "log_mel": [round(float(v), 5) for v in logs.flatten()]})
(folder / "golden.json").write_text(json.dumps({"librosa": librosa.__version__, "cases": cases}) + "\n")

rate = 16000
t = numpy.arange(rate // 4) / rate
tone = numpy.stack([0.5 * numpy.sin(2 * numpy.pi * 440 * t), 0.25 * numpy.sin(2 * numpy.pi * 440 * t)], axis=1)
for name, kind, subtype in [("tone.wav", "WAV", "PCM_16"), ("tone.flac", "FLAC", "PCM_16"), ("tone.ogg", "OGG", "VORBIS"),
                            ("tone.opus", "OGG", "OPUS"), ("tone.mp3", "MP3", "MPEG_LAYER_III")]:
    soundfile.write(folder / name, tone, rate, format=kind, subtype=subtype)
