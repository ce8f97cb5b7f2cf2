#include "problems/catalogue/image_stripes.h"

#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "problems/catalogue/generated_text.h"
#include "problems/catalogue/png_bytes.h"
#include "problems/parameters.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr int64_t kSize = 16;
constexpr const char* kClasses[] = {"horizontal", "vertical", "diagonal"};

// Stripes of period 4 to 6 with a random phase, contrast and noise.
std::string DrawStripes(uint64_t kind, Philox& random) {
  const uint64_t period = 4 + random.Below(3), phase = random.Below(period);
  const uint64_t dark = random.Below(80), light = 176 + random.Below(60);
  std::string pixels;
  for (uint64_t y = 0; y < kSize; ++y) {
    for (uint64_t x = 0; x < kSize; ++x) {
      const uint64_t along = kind == 0 ? y : kind == 1 ? x : x + y;
      const uint64_t base = (along + phase) % period < period / 2 ? light : dark;
      pixels += static_cast<char>(base + random.Below(20));
    }
  }
  return pixels;
}

class ImageStripes : public Problem {
 public:
  ImageStripes(std::string name, int64_t count) : name_(std::move(name)), count_(count) {}

  ProblemSpec Spec() const override {
    ProblemSpec spec;
    spec.name = name_;
    spec.summary = "the direction of drawn stripes";
    spec.inputs = {
        {.name = "image", .modality = "image", .options = "{size: 16, channels: 1, patch: 4}"}};
    spec.targets = {{.name = "direction",
                     .modality = "label",
                     .options = "classes: [horizontal, vertical, diagonal]"}};
    spec.provenance = {.source = "drawn from the seed", .licence = "none needed", .size = "0"};
    return spec;
  }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    for (const char* split : {"train", "valid", "test"}) {
      const int64_t count = GeneratedCount(split, count_);
      for (int64_t i = 0; i < count && (options.limit == 0 || i < options.limit); ++i) {
        const uint64_t kind = static_cast<uint64_t>(i) % 3;
        Philox random(
            RandomKey(options.seed).With(name_).With(split).With(static_cast<uint64_t>(i)));
        Example example;
        example.key = absl::StrFormat("%s-%06d", split, i);
        T2T_ASSIGN_OR_RETURN(std::string png, EncodePng(DrawStripes(kind, random), kSize, kSize));
        example.ports["image"] = std::move(png);
        example.ports["direction"] = kClasses[kind];
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

absl::StatusOr<std::unique_ptr<Problem>> MakeImageStripes(const ProblemParameters& parameters) {
  int64_t count = 2000;
  ParameterReader reader(parameters);
  reader.Integer("count", &count, 1, 1000000);
  T2T_RETURN_IF_ERROR(reader.Finish());
  return std::make_unique<ImageStripes>(InstanceName("image_stripes", parameters), count);
}

}  // namespace t2t
