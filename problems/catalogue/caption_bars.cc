#include "problems/catalogue/caption_bars.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "problems/catalogue/generated_text.h"
#include "problems/catalogue/png_bytes.h"
#include "problems/parameters.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr int64_t kSize = 16;
constexpr const char* kCaptions[] = {"one bar", "two bars", "three bars", "four bars", "five bars"};

// Bars of width 2 in some of the five places of width 3, on a light ground with noise.
std::string DrawBars(uint64_t bars, Philox& random) {
  std::vector<uint64_t> places = {0, 1, 2, 3, 4};
  random.Shuffle(places);
  std::string pixels;
  for (int64_t i = 0; i < kSize * kSize; ++i) pixels += static_cast<char>(200 + random.Below(50));
  for (uint64_t bar = 0; bar < bars; ++bar) {
    const uint64_t left = 1 + 3 * places[bar], top = random.Below(6), bottom = 10 + random.Below(6);
    for (uint64_t y = top; y <= bottom; ++y) {
      for (uint64_t x = left; x < left + 2; ++x)
        pixels[y * kSize + x] = static_cast<char>(random.Below(60));
    }
  }
  return pixels;
}

class CaptionBars : public Problem {
 public:
  CaptionBars(std::string name, int64_t count) : name_(std::move(name)), count_(count) {}

  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = name_;
    spec.summary = "how many bars a drawn picture has, in words";
    spec.inputs = {
        {.name = "image", .modality = "image", .options = "{size: 16, channels: 1, patch: 4}"}};
    spec.targets = {{.name = "caption",
                     .modality = "text",
                     .options = "vocab: {kind: char}",
                     .language = "en"}};
    spec.provenance = {.source = "drawn from the seed", .licence = "none needed", .size = "0"};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    for (const char* split : {"train", "valid", "test"}) {
      const int64_t count = GeneratedCount(split, count_);
      for (int64_t i = 0; i < count && (options.limit == 0 || i < options.limit); ++i) {
        const uint64_t bars = static_cast<uint64_t>(i) % 5;
        Philox random(
            RandomKey(options.seed).With(name_).With(split).With(static_cast<uint64_t>(i)));
        Example example;
        example.key = absl::StrFormat("%s-%06d", split, i);
        T2T_ASSIGN_OR_RETURN(std::string png, EncodePng(DrawBars(bars + 1, random), kSize, kSize));
        example.ports["image"] = std::move(png);
        example.ports["caption"] = kCaptions[bars];
        T2T_RETURN_IF_ERROR(sink.Add(split, std::move(example)));
      }
    }
    return absl::OkStatus();
  }

 private:
  std::string name_;
  int64_t count_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionBars(const ProblemParameters& parameters) {
  int64_t count = 2000;
  ParameterReader reader(parameters);
  reader.Integer("count", &count, 1, 1000000);
  T2T_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<CaptionBars>(InstanceName("caption_bars", parameters), count);
}

}  // namespace t2t
