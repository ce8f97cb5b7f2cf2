#include "modalities/codecs/register_modalities.h"

#include "modalities/codecs/image_codec.h"
#include "modalities/codecs/image_header.h"
#include "modalities/codecs/label_codec.h"
#include "modalities/codecs/text_codec.h"
#include "registry/status_macros.h"

namespace t2t {

absl::Status RegisterModalities(Registry<Modality>& registry) {
  T2T_RETURN_IF_ERROR(registry.Add(
      "text",
      {.summary = "UTF-8 text as bytes, characters, words or subwords",
       .tags = {"input", "target"},
       .value = {.make_codec = MakeTextCodec,
                 .adapter = "tokens",
                 .head = "categorical",
                 .schemes = {"autoregressive"},
                 .metrics = {"chrf", "bleu", "exact_match"},
                 .distance = "edits",
                 .smallest = {"vocab: {kind: byte}", "vocab: {kind: char}", "vocab: {kind: word}",
                              "vocab: {kind: sentencepiece, size: 300}"},
                 .sample = SampleText}}));
  T2T_RETURN_IF_ERROR(registry.Add(
      "label", {.summary = "one of a fixed set of names",
                .tags = {"input", "target"},
                .value = {.make_codec = MakeLabelCodec,
                          .adapter = "tokens",
                          .head = "categorical",
                          .schemes = {"one_shot"},
                          .metrics = {"accuracy"},
                          .distance = "equality",
                          .smallest = {"classes: [left, middle, right]", "max_classes: 5"},
                          .sample = SampleLabel}}));
  return registry.Add(
      "image",
      {.summary = "a picture in square patches, colour or grey",
       .tags = {"input"},
       .value = {.make_codec = MakeImageCodec,
                 .adapter = "patches",
                 .file_suffixes = ".png .jpg .jpeg .bmp .webp .ppm .pgm",
                 .suffix_of = ImageSuffix,
                 .distance = "thumbnails",
                 .smallest = {"size: 16, patch: 8", "height: 8, width: 12, patch: 4, channels: 1"},
                 .sample = SampleImage}});
}

}  // namespace t2t
