#include "problems/catalogue/generated_text.h"

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "problems/parameters.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr char kGenerated[] = "drawn from the seed";

struct TextPair {
  std::string input;
  std::string target;
};

// A problem whose examples are draws without repetition.
class DrawnText : public Problem {
 public:
  using Draw = std::function<TextPair(Philox& random)>;

  DrawnText(ProblemSpec spec, int64_t count, Draw draw)
      : spec_(std::move(spec)), count_(count), draw_(std::move(draw)) {}

  ProblemSpec Spec() const override { return spec_; }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    std::unordered_set<uint64_t> seen;  // hashes: of millions of inputs the texts would fill memory
    const auto is_new = [&](const TextPair& pair) {
      return seen.insert(RandomKey(0).With(pair.input).value()).second;
    };
    Philox random(RandomKey(options.seed).With(spec_.name));
    for (const std::string& split : spec_.splits) {
      const int64_t count = GeneratedCount(split, count_);
      for (int64_t i = 0; i < count; ++i) {
        TextPair pair = draw_(random);
        while (!is_new(pair)) pair = draw_(random);
        // All are drawn whatever the limit is, so that a limited data set is the beginning of the
        // whole one.
        if (options.limit > 0 && i >= options.limit) continue;
        Example example;
        example.key = absl::StrFormat("%s-%06d", split, i);
        example.ports[spec_.inputs[0].name] = std::move(pair.input);
        example.ports[spec_.targets[0].name] = std::move(pair.target);
        T2T_RETURN_IF_ERROR(sink.Add(split, std::move(example)));
      }
    }
    return absl::OkStatus();
  }

 private:
  ProblemSpec spec_;
  int64_t count_;
  Draw draw_;
};

// Drawing without repetition stays fast while at most half of all inputs are wanted.
absl::Status CheckEnough(double inputs, int64_t count) {
  const int64_t wanted = GeneratedCount("train", count) + GeneratedCount("valid", count) +
                         GeneratedCount("test", count);
  if (static_cast<double>(wanted) <= inputs / 2) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("%d distinct examples are wanted, but there are only %.0f inputs (at most "
                      "half are drawn): lower count or "
                      "allow longer inputs",
                      wanted, inputs));
}

absl::StatusOr<std::unique_ptr<Problem>> MakeLetters(const std::string& name,
                                                     const std::string& summary,
                                                     const std::string& target, bool reverse,
                                                     const ProblemParameters& parameters) {
  int64_t length = 8, alphabet = 10, count = 2000;
  ParameterReader reader(parameters);
  reader.Integer("length", &length, 1, 10000);
  reader.Integer("alphabet", &alphabet, 1, 26);
  reader.Integer("count", &count, 1, 10000000);
  T2T_RETURN_IF_ERROR(reader.Finish());
  double inputs = 0, of_this_length = 1;
  for (int64_t i = 1; i <= length && inputs < 1e12; ++i) {
    of_this_length *= static_cast<double>(alphabet);
    inputs += of_this_length;
  }
  // Each length is drawn equally often: short ones run out and are drawn again, which costs little
  // while the longest length alone could serve.
  T2T_RETURN_IF_ERROR(CheckEnough(inputs, count));
  ProblemSpec spec;
  spec.name = InstanceName(name, parameters);
  spec.parameters = reader.Describe();
  spec.summary = summary;
  spec.inputs = {{.name = "text", .modality = "text", .options = "vocab: {kind: byte}"}};
  spec.targets = {{.name = target, .modality = "text", .options = "vocab: {kind: byte}"}};
  spec.provenance = {.source = kGenerated, .licence = "none needed", .size = "0"};
  return std::make_unique<DrawnText>(std::move(spec), count, [=](Philox& random) {
    TextPair pair;
    const uint64_t letters = 1 + random.Below(static_cast<uint64_t>(length));
    for (uint64_t i = 0; i < letters; ++i) {
      pair.input += static_cast<char>('a' + random.Below(static_cast<uint64_t>(alphabet)));
    }
    pair.target = reverse ? std::string(pair.input.rbegin(), pair.input.rend()) : pair.input;
    return pair;
  });
}

}  // namespace

int64_t GeneratedCount(absl::string_view split, int64_t count) {
  return split == "train" ? count : std::clamp<int64_t>(count / 10, 1, 200);
}

absl::StatusOr<std::unique_ptr<Problem>> MakeCopy(const ProblemParameters& parameters) {
  return MakeLetters("copy", "letters, unchanged", "copied", false, parameters);
}

absl::StatusOr<std::unique_ptr<Problem>> MakeReverse(const ProblemParameters& parameters) {
  return MakeLetters("reverse", "letters backwards", "reversed", true, parameters);
}

absl::StatusOr<std::unique_ptr<Problem>> MakeAddition(const ProblemParameters& parameters) {
  int64_t digits = 2, count = 2000;
  ParameterReader reader(parameters);
  reader.Integer("digits", &digits, 1, 18);
  reader.Integer("count", &count, 1, 10000000);
  T2T_RETURN_IF_ERROR(reader.Finish());
  uint64_t bound = 1;
  for (int64_t i = 0; i < digits; ++i) bound *= 10;
  T2T_RETURN_IF_ERROR(CheckEnough(static_cast<double>(bound) * static_cast<double>(bound), count));
  ProblemSpec spec;
  spec.name = InstanceName("addition", parameters);
  spec.parameters = reader.Describe();
  spec.summary = "the sum of two decimal numbers";
  spec.inputs = {{.name = "sum", .modality = "text", .options = "vocab: {kind: byte}"}};
  spec.targets = {{.name = "result", .modality = "text", .options = "vocab: {kind: byte}"}};
  spec.provenance = {.source = kGenerated, .licence = "none needed", .size = "0"};
  return std::make_unique<DrawnText>(std::move(spec), count, [=](Philox& random) {
    const uint64_t a = random.Below(bound), b = random.Below(bound);
    return TextPair{absl::StrCat(a, "+", b), absl::StrCat(a + b)};
  });
}

}  // namespace t2t
