#include "problems/catalogue/generated_pairs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/sound.h"
#include "problems/catalogue/generated_text.h"
#include "problems/parameters.h"
#include "random/philox.h"
#include "registry/check.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr char kLetters[] = "ACGT";
constexpr int64_t kLeast = 5, kMost = 8, kSquare = 8;

size_t PlaceOf(char base) { return absl::string_view(kLetters).find(base); }

// Each base by its word.
std::string Spelt(const std::string& bases, const std::array<const char*, 4>& words,
                  absl::string_view between) {
  std::vector<std::string> said;
  for (const char base : bases) said.emplace_back(words[PlaceOf(base)]);
  return absl::StrJoin(said, between);
}

std::array<int64_t, 4> CountsOf(const std::string& bases) {
  std::array<int64_t, 4> counts = {};
  for (const char base : bases) ++counts[PlaceOf(base)];
  return counts;
}

// How dark a base's square is at a place, 0 to 1.
double Ink(char base, int64_t row, int64_t column) {
  const int64_t last = kSquare - 1;
  switch (base) {
    case 'A':  // lines across
      return row % 4 < 2;
    case 'C':  // lines down
      return column % 4 < 2;
    case 'G':  // a box
      return std::min(row, column) >= 2 && std::max(row, column) <= last - 2;
    default:  // a cross
      return row == column || row == last - column;
  }
}

absl::StatusOr<Value> Drawn(const std::string& bases, Philox& random) {
  Pixels pixels{kSquare, kSquare * kMost, 1, {}};
  pixels.values.assign(static_cast<size_t>(kSquare * kSquare * kMost), 1.0f);
  const double ink = 0.6 + 0.3 * random.Uniform();
  for (size_t i = 0; i < bases.size(); ++i) {
    for (int64_t row = 0; row < kSquare; ++row) {
      for (int64_t column = 0; column < kSquare; ++column) {
        float& pixel = pixels.at(row, static_cast<int64_t>(i) * kSquare + column, 0);
        pixel -= static_cast<float>(ink * Ink(bases[i], row, column));
      }
    }
  }
  for (float& pixel : pixels.values) pixel -= static_cast<float>(0.05 * random.Uniform());
  T2T_ASSIGN_OR_RETURN(std::string png, EncodePng(pixels));
  return Value(std::move(png));
}

absl::StatusOr<Value> Played(const std::string& bases, Philox& random) {
  constexpr int64_t kRate = 4000, kTone = 320, kFade = 20;  // 80 ms, 5 ms
  constexpr std::array<double, 4> kHertz = {400, 640, 1000, 1500};
  Sound sound{kRate, {}};
  const double loudness = 0.2 + 0.2 * random.Uniform(), tuning = 0.985 + 0.03 * random.Uniform();
  for (const char base : bases) {
    const double turn = 2 * M_PI * kHertz[PlaceOf(base)] * tuning / kRate;
    for (int64_t i = 0; i < kTone; ++i) {
      const auto edge = static_cast<double>(std::min({i, kTone - 1 - i, kFade}));
      sound.samples.push_back(
          static_cast<float>(loudness * edge / kFade * std::sin(turn * static_cast<double>(i))));
    }
  }
  T2T_ASSIGN_OR_RETURN(std::string wav, EncodeWav(sound));
  return Value(std::move(wav));
}

struct Telling {
  PairRule rule;
  std::string options;    // of the port
  std::string as_target;  // further ones of a target
  std::vector<std::string> metrics;
  bool unit_for_unit;  // one unit for each base
  std::function<absl::StatusOr<Value>(const std::string& bases, Philox& random)> tell;
};

constexpr std::array<const char*, 4> kNames = {"adenine", "cytosine", "guanine", "thymine"};

const std::vector<Telling>& Tellings() {
  static const auto& tellings = *new std::vector<Telling>{
      {{"text", "the animal of each base: ant, cat, gnu, tit"},
       "vocab: {kind: byte}",
       "",
       {"cer", "exact_match"},
       false,
       [](const std::string& bases, Philox&) {
         return Value(Spelt(bases, {"ant", "cat", "gnu", "tit"}, " "));
       }},
      {{"label",
        "the most frequent base, at a tie the first of A, C, G, T, and the length: adenine 5"},
       "max_classes: 16",
       "",
       {"accuracy"},
       false,
       [](const std::string& bases, Philox&) {
         const std::array<int64_t, 4> counts = CountsOf(bases);
         const auto most = std::max_element(counts.begin(), counts.end()) - counts.begin();
         return Value(absl::StrCat(kNames[static_cast<size_t>(most)], " ", bases.size()));
       }},
      {{"image", "a square for each base: lines across, lines down, a box, a cross; some darker"},
       "height: 8, width: 64, channels: 1, patch: 8",
       "mean: 0.75, std: 0.35, flow: {layers: 2, width: 64, steps: 8}, decode: {method: sample}",
       {"flow_loss", "ssim"},
       false,
       Drawn},
      {{"audio",
        "a tone of 80 ms for each base: 400, 640, 1000, 1500 Hz; some louder, some higher"},
       "rate: 4000, bins: 16, window_ms: 40, hop_ms: 20",
       "flow: {layers: 2, width: 64, steps: 8, predicts: frame}, decode: {method: sample}",
       {"flow_loss", "mcd", "duration_error"},
       false,
       Played},
      {{"protein", "an amino acid for each base: K, P, G, W"},
       "k: 1",
       "",
       {"cer", "exact_match"},
       true,
       [](const std::string& bases, Philox&) {
         return Value(Spelt(bases, {"K", "P", "G", "W"}, ""));
       }},
      {{"rna", "the reverse complement"},
       "k: 1",
       "",
       {"cer", "exact_match"},
       true,
       [](const std::string& bases, Philox&) {
         return Value(Spelt({bases.rbegin(), bases.rend()}, {"U", "G", "C", "A"}, ""));
       }},
      {{"dna", "the bases themselves"},
       "k: 1",
       "",
       {"cer", "exact_match"},
       true,
       [](const std::string& bases, Philox&) { return Value(bases); }},
      {{"vector", "how many of each there are"},
       "distribution: poisson",
       "",
       {"rmse"},
       false,
       [](const std::string& bases, Philox&) {
         const std::array<int64_t, 4> counts = CountsOf(bases);
         return Value(std::vector<float>(counts.begin(), counts.end()));
       }},
      {{"tags", "a part of speech for each base: NOUN, VERB, ADJ, DET"},
       "classes: [NOUN, VERB, ADJ, DET]",
       "",
       {"tag_accuracy", "exact_match"},
       true,
       [](const std::string& bases, Philox&) {
         return Value(Spelt(bases, {"NOUN", "VERB", "ADJ", "DET"}, " "));
       }},
  };
  return tellings;
}

const Telling& TellingOf(absl::string_view modality) {
  for (const Telling& telling : Tellings()) {
    if (telling.rule.modality == modality) return telling;
  }
  T2T_CHECK(false) << modality;
  return Tellings()[0];
}

std::string DrawBases(Philox& random) {
  const uint64_t main = random.Below(4);
  std::string bases;
  const auto length = kLeast + static_cast<int64_t>(random.Below(kMost - kLeast + 1));
  for (int64_t i = 0; i < length; ++i) {
    const uint64_t other = random.Below(10);  // 0, 1, 2: one of the others
    bases += kLetters[other < 3 ? (main + 1 + other) % 4 : main];
  }
  return bases;
}

class Pairs : public Problem {
 public:
  Pairs(ProblemSpec spec, int64_t count, const Telling* from, const Telling* to)
      : spec_(std::move(spec)), count_(count), from_(from), to_(to) {}

  ProblemSpec Spec() const override { return spec_; }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    // Of the seed alone: all pairs tell of the same sequences.
    Philox random(RandomKey(options.seed).With("pairs"));
    std::set<std::string> seen;
    for (const std::string& split : spec_.splits) {
      const int64_t count = GeneratedCount(split, count_);
      for (int64_t i = 0; i < count; ++i) {
        std::string bases = DrawBases(random);
        while (!seen.insert(bases).second) bases = DrawBases(random);
        if (options.limit > 0 && i >= options.limit) continue;
        Example example;
        example.key = absl::StrFormat("%s-%06d", split, i);
        // What is drawn of a picture or a sound beside its bases, once for the input and once for the target.
        const RandomKey key = RandomKey(options.seed).With(split).With(static_cast<uint64_t>(i));
        Philox given(key.With("given")), wanted(key.With("wanted"));
        T2T_ASSIGN_OR_RETURN(example.ports["given"], from_->tell(bases, given));
        T2T_ASSIGN_OR_RETURN(example.ports["wanted"], to_->tell(bases, wanted));
        T2T_RETURN_IF_ERROR(sink.Add(split, std::move(example)));
      }
    }
    return absl::OkStatus();
  }

 private:
  ProblemSpec spec_;
  int64_t count_;
  const Telling* from_;
  const Telling* to_;
};

}  // namespace

const std::vector<PairRule>& PairRules() {
  static const auto& rules = *new std::vector<PairRule>([] {
    std::vector<PairRule> all;
    for (const Telling& telling : Tellings()) all.push_back(telling.rule);
    return all;
  }());
  return rules;
}

absl::StatusOr<std::unique_ptr<Problem>> MakePairs(const ProblemParameters& parameters) {
  std::vector<std::string> modalities;
  for (const PairRule& rule : PairRules()) modalities.push_back(rule.modality);
  std::string from = "text", to = "image";
  int64_t count = 2000;
  ParameterReader reader(parameters);
  reader.Choice("from", &from, modalities);
  reader.Choice("to", &to, modalities);
  reader.Integer("count", &count, 1, 10'000);  // of 87,000 sequences, most of them rare
  T2T_RETURN_IF_ERROR(reader.Finish());
  const Telling &given = TellingOf(from), &wanted = TellingOf(to);
  ProblemSpec spec;
  spec.name = InstanceName("pairs", parameters);
  spec.parameters = reader.Describe();
  spec.summary = absl::StrCat("drawn bases, ", from, " to ", to);
  spec.inputs = {
      {.name = "given", .modality = from, .options = absl::StrCat("{", given.options, "}")}};
  Port target = {.name = "wanted",
                 .modality = to,
                 .options = absl::StrCat("{", wanted.options, wanted.as_target.empty() ? "" : ", ",
                                         wanted.as_target, "}"),
                 .metrics = wanted.metrics};
  if (to == "tags" && given.unit_for_unit) target.aligned_with = "given";
  spec.targets = {std::move(target)};
  spec.provenance = {.source = "drawn from the seed", .licence = "none needed", .size = "0"};
  return std::make_unique<Pairs>(std::move(spec), count, &given, &wanted);
}

}  // namespace t2t
