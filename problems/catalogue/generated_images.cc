#include "problems/catalogue/generated_images.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "modalities/codecs/pixels.h"
#include "problems/catalogue/generated_text.h"
#include "problems/parameters.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr int64_t kPictureSize = 16;

// Stripes of period 4 to 6 with a random phase, contrast and noise.
std::string DrawStripes(uint64_t kind, Philox& random) {
  const uint64_t period = 4 + random.Below(3), phase = random.Below(period);
  const uint64_t dark = random.Below(80), light = 176 + random.Below(60);
  std::string pixels;
  for (uint64_t y = 0; y < kPictureSize; ++y) {
    for (uint64_t x = 0; x < kPictureSize; ++x) {
      const uint64_t along = kind == 0 ? y : kind == 1 ? x : x + y;
      const uint64_t base = (along + phase) % period < period / 2 ? light : dark;
      pixels += static_cast<char>(base + random.Below(20));
    }
  }
  return pixels;
}

// kind + 1 bars of width 2 in some of the five places of width 3, on a light ground with noise.
std::string DrawBars(uint64_t kind, Philox& random) {
  std::vector<uint64_t> places = {0, 1, 2, 3, 4};
  random.Shuffle(places);
  std::string pixels;
  for (int64_t i = 0; i < kPictureSize * kPictureSize; ++i)
    pixels += static_cast<char>(200 + random.Below(50));
  for (uint64_t bar = 0; bar <= kind; ++bar) {
    const uint64_t left = 1 + 3 * places[bar], top = random.Below(6), bottom = 10 + random.Below(6);
    for (uint64_t y = top; y <= bottom; ++y) {
      for (uint64_t x = left; x < left + 2; ++x)
        pixels[y * kPictureSize + x] = static_cast<char>(random.Below(60));
    }
  }
  return pixels;
}

class DrawnImages : public Problem {
 public:
  // The pixels of a picture of which answers[kind] is true.
  using Draw = std::function<std::string(uint64_t kind, Philox& random)>;

  DrawnImages(ProblemSpec spec, int64_t count, std::vector<std::string> answers, Draw draw)
      : spec_(std::move(spec)),
        count_(count),
        answers_(std::move(answers)),
        draw_(std::move(draw)) {}

  ProblemSpec Spec() const override { return spec_; }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    for (const std::string& split : spec_.splits) {
      const int64_t count = GeneratedCount(split, count_);
      for (int64_t i = 0; i < count && (options.limit == 0 || i < options.limit); ++i) {
        const uint64_t place = static_cast<uint64_t>(i), kind = place % answers_.size();
        Philox random(RandomKey(options.seed).With(spec_.name).With(split).With(place));
        Example example;
        example.key = absl::StrFormat("%s-%06d", split, i);
        T2T_ASSIGN_OR_RETURN(std::string png, EncodePng(PixelsOfGrey(draw_(kind, random),
                                                                     kPictureSize, kPictureSize)));
        example.ports[spec_.inputs[0].name] = std::move(png);
        example.ports[spec_.targets[0].name] = answers_[kind];
        T2T_RETURN_IF_ERROR(sink.Add(split, std::move(example)));
      }
    }
    return absl::OkStatus();
  }

 private:
  ProblemSpec spec_;
  int64_t count_;
  std::vector<std::string> answers_;
  Draw draw_;
};

absl::StatusOr<std::unique_ptr<Problem>> MakeDrawn(const std::string& name,
                                                   const std::string& summary, Port target,
                                                   std::vector<std::string> answers,
                                                   DrawnImages::Draw draw,
                                                   const ProblemParameters& parameters) {
  int64_t count = 2000;
  ParameterReader reader(parameters);
  reader.Integer("count", &count, 1, 1000000);
  T2T_RETURN_IF_ERROR(reader.Finish());
  ProblemSpec spec;
  spec.name = InstanceName(name, parameters);
  spec.parameters = reader.Describe();
  spec.summary = summary;
  spec.inputs = {
      {.name = "image", .modality = "image", .options = "{size: 16, channels: 1, patch: 4}"}};
  spec.targets = {std::move(target)};
  spec.provenance = {.source = "drawn from the seed", .licence = "none needed", .size = "0"};
  return std::make_unique<DrawnImages>(std::move(spec), count, std::move(answers), std::move(draw));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeImageStripes(const ProblemParameters& parameters) {
  const Port direction = {.name = "direction",
                          .modality = "label",
                          .options = "classes: [horizontal, vertical, diagonal]"};
  return MakeDrawn("image_stripes", "the direction of drawn stripes", direction,
                   {"horizontal", "vertical", "diagonal"}, DrawStripes, parameters);
}

absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionBars(const ProblemParameters& parameters) {
  const Port caption = {
      .name = "caption", .modality = "text", .options = "vocab: {kind: char}", .language = "en"};
  return MakeDrawn("caption_bars", "how many bars a drawn picture has, in words", caption,
                   {"one bar", "two bars", "three bars", "four bars", "five bars"}, DrawBars,
                   parameters);
}

}  // namespace t2t
