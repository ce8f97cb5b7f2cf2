#include "modalities/codecs/register_modalities.h"

#include "modalities/codecs/audio_codec.h"
#include "modalities/codecs/image_codec.h"
#include "modalities/codecs/image_header.h"
#include "modalities/codecs/label_codec.h"
#include "modalities/codecs/labels_codec.h"
#include "modalities/codecs/sequence_codec.h"
#include "modalities/codecs/sound.h"
#include "modalities/codecs/tags_codec.h"
#include "modalities/codecs/text_codec.h"
#include "modalities/codecs/vector_codec.h"
#include "registry/status_macros.h"

namespace t2t {

absl::Status RegisterModalities(Registry<Modality>& registry) {
  T2T_RETURN_IF_ERROR(registry.Add(
      "text",
      {.summary = "UTF-8 text as bytes, characters, words or subwords",
       .tags = {"input", "target"},
       .value = {.make_codec = MakeTextCodec,
                 .ids = {"tokens",
                         "categorical",
                         {"autoregressive", "aligned", "ctc", "ctc_attention"},
                         {"chrf", "bleu", "exact_match"}},
                 .distance = "edits",
                 .smallest = {"vocab: {kind: byte}", "vocab: {kind: char}", "vocab: {kind: word}",
                              "vocab: {kind: sentencepiece, size: 300}"},
                 .sample = SampleText}}));
  T2T_RETURN_IF_ERROR(registry.Add(
      "label", {.summary = "one of a fixed set of names",
                .tags = {"input", "target"},
                .value = {.make_codec = MakeLabelCodec,
                          .ids = {"tokens", "categorical", {"one_shot"}, {"accuracy"}},
                          .distance = "equality",
                          .smallest = {"classes: [left, middle, right]", "max_classes: 5"},
                          .sample = SampleLabel}}));
  T2T_RETURN_IF_ERROR(registry.Add(
      "labels",
      {.summary = "a set of names, none or several of a fixed list",
       .tags = {"input", "target"},
       .value = {.make_codec = MakeLabelsCodec,
                 .frames = {"frames", "bernoulli", {"one_shot"}, {"label_f1", "exact_match"}},
                 .distance = "edits",
                 .smallest = {"classes: [left, middle, right]", "max_classes: 5"},
                 .sample = SampleLabels}}));
  T2T_RETURN_IF_ERROR(
      registry.Add("tags", {.summary = "one of a fixed list of names at each place of a sequence",
                            .tags = {"input", "target"},
                            .value = {.make_codec = MakeTagsCodec,
                                      .ids = {"tokens",
                                              "categorical",
                                              {"aligned", "autoregressive", "ctc", "ctc_attention"},
                                              {"tag_accuracy", "exact_match"}},
                                      .distance = "edits",
                                      .smallest = {"classes: [a, b]", "of: words"},
                                      .sample = SampleTags}}));
  struct Sequence {
    const char* name;
    const char* summary;
    decltype(&MakeDnaCodec) make_codec;
    const char* distance;
    std::vector<std::string> smallest;
  };
  for (const Sequence& sequence :
       {Sequence{"protein",
                 "amino acids, as residues or k-mers",
                 MakeProteinCodec,
                 "3mers",
                 {"k: 1", "k: 2"}},
        Sequence{"dna", "DNA, as bases, codons or k-mers", MakeDnaCodec, "6mers", {"k: 1", "k: 3"}},
        Sequence{
            "rna", "RNA, as bases, codons or k-mers", MakeRnaCodec, "6mers", {"k: 1", "k: 3"}}}) {
    T2T_RETURN_IF_ERROR(registry.Add(
        sequence.name, {.summary = sequence.summary,
                        .tags = {"input", "target"},
                        .value = {.make_codec = sequence.make_codec,
                                  .ids = {"tokens",
                                          "categorical",
                                          {"autoregressive", "aligned", "ctc", "ctc_attention"},
                                          {"cer", "exact_match"}},
                                  .distance = sequence.distance,
                                  .smallest = sequence.smallest,
                                  .augmented = "augment: {mask: 0.3}",
                                  .sample = SampleSequence}}));
  }
  T2T_RETURN_IF_ERROR(registry.Add(
      "audio", {.summary = "sound as log-mel spectra or, a short one, sample by sample",
                .tags = {"input", "target"},
                .value = {.make_codec = MakeAudioCodec,
                          .ids = {"tokens", "categorical", {"autoregressive"}, {"bits_per_sample"}},
                          .frames = {"spectra",
                                     "flow",
                                     {"autoregressive", "durations"},
                                     {"flow_loss", "mcd", "duration_error", "loudness_error"}},
                          .file_suffixes = ".wav .flac .ogg .opus .mp3",
                          .suffix_of = SoundSuffix,
                          .of_target = "{normalize: data, stem: linear}",
                          .distance = "spectra",
                          .smallest = {"rate: 8000, bins: 8", "rate: 4000, bins: 4, stack: 1",
                                       "units: samples, rate: 1000"},
                          .augmented = "augment: {time_masks: 2, time_width: 3, frequency_masks: "
                                       "1, frequency_width: 4}",
                          .sample = SampleAudio}}));
  T2T_RETURN_IF_ERROR(registry.Add(
      "vector",
      {.summary = "real numbers, or a short time series of them",
       .tags = {"input", "target"},
       .value = {
           .make_codec = MakeVectorCodec,
           .frames = {"frames", "gaussian", {"one_shot", "autoregressive"}, {"rmse", "pearson"}},
           .distance = "numbers",
           .smallest = {"size: 0", "size: 2", "distribution: laplace", "distribution: poisson"},
           .sample = SampleVector}}));
  return registry.Add(
      "image",
      {.summary = "a picture in square patches or, a small one, subpixel by subpixel",
       .tags = {"input", "target"},
       .value = {.make_codec = MakeImageCodec,
                 .ids = {"tokens", "categorical", {"autoregressive"}, {"bits_per_dimension"}},
                 .frames = {"patches", "flow", {"autoregressive", "masked"}, {"flow_loss"}},
                 .file_suffixes = ".png .jpg .jpeg .bmp .webp .ppm .pgm",
                 .suffix_of = ImageSuffix,
                 .distance = "thumbnails",
                 .smallest = {"size: 16, patch: 8", "height: 8, width: 12, patch: 4, channels: 1",
                              "units: pixels, height: 3, width: 4, channels: 1",
                              "units: pixels, size: 2"},
                 .augmented = "augment: {flip: true, shift: 2, crop: 0.2}",
                 .sample = SampleImage}});
}

}  // namespace t2t
