#include "tensor2tensor/evaluation/metrics/metric.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "random/philox.h"
#include "registry/check.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"
#include "tensor2tensor/evaluation/metrics/base_pairs.h"
#include "tensor2tensor/evaluation/metrics/bleu.h"
#include "tensor2tensor/evaluation/metrics/chrf.h"
#include "tensor2tensor/evaluation/metrics/codons.h"
#include "tensor2tensor/evaluation/metrics/cost.h"
#include "tensor2tensor/evaluation/metrics/error_rate.h"
#include "tensor2tensor/evaluation/metrics/labels.h"
#include "tensor2tensor/evaluation/metrics/match.h"
#include "tensor2tensor/evaluation/metrics/numbers.h"
#include "tensor2tensor/evaluation/metrics/pictures.h"
#include "tensor2tensor/evaluation/metrics/sounds.h"

namespace t2t {
namespace {

// The statistics of a corpus, one row an example, and their sum.
struct CorpusStatistics {
  int64_t examples = 0;
  int64_t width = 0;
  std::vector<double> rows;  // examples x width
  std::vector<double> sum;   // width
};

absl::StatusOr<CorpusStatistics> Collect(const Metric& metric, const MetricInput& input) {
  const size_t examples = input.predictions.size();
  if (examples != input.references.size()) {
    return absl::InvalidArgumentError(absl::StrCat(metric.name(), ": ", examples,
                                                   " predictions, but references of ",
                                                   input.references.size(), " examples"));
  }
  if (examples == 0) {
    return absl::InvalidArgumentError(absl::StrCat(metric.name(), ": no examples to evaluate"));
  }
  CorpusStatistics result;
  result.examples = static_cast<int64_t>(examples);
  for (size_t i = 0; i < examples; ++i) {
    if (input.references[i].empty()) {
      return absl::InvalidArgumentError(absl::StrCat(metric.name(), ": example ", i,
                                                     " (from 0) has no reference; one is needed"));
    }
    const std::vector<double> row = metric.Statistics(input.predictions[i], input.references[i]);
    if (i == 0) {
      result.width = static_cast<int64_t>(row.size());
      result.rows.reserve(examples * row.size());
      result.sum.resize(row.size());
    }
    T2T_CHECK(row.size() == result.sum.size())
        << metric.name() << ": " << row.size() << " statistics, then " << result.sum.size();
    result.rows.insert(result.rows.end(), row.begin(), row.end());
    for (size_t j = 0; j < row.size(); ++j) result.sum[j] += row[j];
  }
  return result;
}

// Places of one resample. A resample has a key of its own, so that none depends on those before it.
void DrawPlaces(RandomKey key, int64_t resample, std::vector<int64_t>& places) {
  Philox random(key.With(static_cast<uint64_t>(resample)));
  for (int64_t& place : places) place = static_cast<int64_t>(random.Below(places.size()));
}

double ScoreOfPlaces(const Metric& metric, const CorpusStatistics& statistics,
                     const std::vector<int64_t>& places, std::vector<double>& sum) {
  std::fill(sum.begin(), sum.end(), 0.0);
  for (const int64_t place : places) {
    const double* row = statistics.rows.data() + place * statistics.width;
    for (int64_t j = 0; j < statistics.width; ++j) sum[j] += row[j];
  }
  return metric.Score(sum);
}

// The bounds that metric.h promises. Sorts.
std::pair<double, double> Interval(std::vector<double>& scores) {
  std::sort(scores.begin(), scores.end());
  const size_t cut = scores.size() / 40;
  return {scores[cut], scores[scores.size() - 1 - cut]};
}

template <typename Class>
MetricInfo Info(std::string name, std::string title, std::string unit, std::string summary,
                int digits = 1, MetricInfo::Judges judges = MetricInfo::Judges::kAnswer) {
  return {name, std::move(title), std::move(unit), std::move(summary), digits, judges, [name] {
            return std::make_unique<Class>(name);
          }};
}

}  // namespace

const std::vector<MetricInfo>& AllMetrics() {
  // Never destroyed: a metric may be made while the program ends.
  static const auto& metrics = *new std::vector<MetricInfo>{
      Info<ExactMatch>("accuracy", "Accuracy", " %",
                       "labels that are right, in % (any listed reference)"),
      Info<BackTranslation>("back_translation", "Exact back-translation", " %",
                            "coding sequences that say just the protein of a reference, in %"),
      Info<BitsPerCharacter>("bits_per_character", "Bits per character", "",
                             "what the model pays for the text, teacher-forced, its end included; "
                             "lower is better",
                             3, MetricInfo::Judges::kBits),
      Info<CostPerUnit>("bits_per_dimension", "Bits per dimension", "",
                        "what the model pays for each subpixel of a picture, teacher-forced; "
                        "lower is better",
                        3, MetricInfo::Judges::kBitsOfPicture),
      Info<CostPerUnit>("bits_per_sample", "Bits per sample", "",
                        "what the model pays for each sample of a sound, teacher-forced, its end "
                        "included; lower is better",
                        3, MetricInfo::Judges::kBitsOfSound),
      Info<Bleu>("bleu", "BLEU", "",
                 "sacreBLEU's corpus BLEU, 0 to 100: tokenizer 13a, exp smoothing, case-sensitive"),
      Info<CharacterErrorRate>("cer", "Character error rate", " %",
                               "character error rate in %: edits per code point of the closest "
                               "reference; lower is better"),
      Info<Chrf>("chrf", "chrF2", "",
                 "sacreBLEU's chrF2, 0 to 100: character 1- to 6-grams, whitespace removed"),
      Info<CodonMatch>("codon_match", "Codon match", " %",
                       "codons equal to those of the reference at their place, in %"),
      Info<CodonUsage>("codon_usage", "Codon usage in common", " %",
                       "what the codons of all predictions and of all references share, in %"),
      Info<DurationError>("duration_error", "Error of durations", " %",
                          "how far sounds are from the length of their references, in % of it; "
                          "lower is better",
                          1, MetricInfo::Judges::kSound),
      Info<ExactMatch>("exact_match", "Exact match", " %",
                       "predictions equal to any reference, in %, outer whitespace aside"),
      Info<CostPerUnit>(
          "flow_loss", "Flow loss", "",
          "mean squared error of the velocity that draws a frame, with the nats of the "
          "end where that is decided; teacher-forced; lower is better",
          4, MetricInfo::Judges::kScore),
      Info<GcDistance>(
          "gc_distance", "Distance of GC content", " points",
          "mean distance of the share of G and C from the reference's, in points of %; "
          "lower is better"),
      Info<LabelF1>("label_f1", "Labels, F1", " %",
                    "labels of a set that are right, F1 over all of all examples, in %"),
      Info<LoudnessError>("loudness_error", "Error of loudness", " dB",
                          "how far sounds are from the level of their references; lower is better",
                          1, MetricInfo::Judges::kSound),
      Info<MelCepstralDistortion>("mcd", "Mel-cepstral distortion", " dB",
                                  "distance of aligned spectra of sounds; lower is better", 2,
                                  MetricInfo::Judges::kSound),
      Info<PairF1>("pair_f1", "Base pairs, F1", " %",
                   "base pairs of a structure (brackets) that are right, F1 over all pairs, in %"),
      Info<PearsonCorrelation>("pearson", "Pearson correlation", "",
                               "correlation of predicted and true numbers, -1 to 1", 3),
      Info<TokenErrorRate>(
          "per", "Phone error rate", " %",
          "phone error rate in %: edits per space-separated phone of the closest reference; lower "
          "is better"),
      Info<PeakSignalToNoise>("psnr", "Peak signal to noise", " dB",
                              "of pictures beside their references, at most 100", 2,
                              MetricInfo::Judges::kPicture),
      Info<RootMeanSquareError>("rmse", "Root mean square error", "",
                                "in the unit of the numbers; lower is better", 3),
      Info<SequenceError>(
          "sequence_error", "Sequence error", " %",
          "predictions equal to no reference, in %: what text-to-phonemes calls word error "
          "rate (WER); lower is better"),
      Info<StructuralSimilarity>("ssim", "Structural similarity", "",
                                 "of pictures beside their references, -1 to 1", 3,
                                 MetricInfo::Judges::kPicture),
      Info<TagAccuracy>("tag_accuracy", "Tag accuracy", " %",
                        "tags that are right at their place, in %"),
      Info<TokenF1>("token_f1", "Token F1", " %",
                    "overlap of whitespace tokens, mean F1 with the best reference, in %"),
      Info<TokenErrorRate>("wer", "Word error rate", " %",
                           "word error rate as in speech, in %: edits per whitespace token of the "
                           "closest reference; lower is better"),
  };
  return metrics;
}

namespace {

const MetricInfo* FindMetric(absl::string_view name) {
  const std::vector<MetricInfo>& all = AllMetrics();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const MetricInfo& info) { return info.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

int MetricDigits(absl::string_view name) {
  const MetricInfo* info = FindMetric(name);
  return info == nullptr ? 1 : info->digits;
}

MetricInfo::Judges JudgedBy(absl::string_view name) {
  const MetricInfo* info = FindMetric(name);
  return info == nullptr ? MetricInfo::Judges::kAnswer : info->judges;
}

bool IsOfCost(absl::string_view name) {
  switch (JudgedBy(name)) {
    case MetricInfo::Judges::kAnswer:
    case MetricInfo::Judges::kPicture:
    case MetricInfo::Judges::kSound:
      return false;
    case MetricInfo::Judges::kBits:
    case MetricInfo::Judges::kBitsOfPicture:
    case MetricInfo::Judges::kBitsOfSound:
    case MetricInfo::Judges::kScore:
      return true;
  }
  return false;
}

absl::StatusOr<std::unique_ptr<Metric>> MakeMetric(absl::string_view name) {
  if (const MetricInfo* info = FindMetric(name); info != nullptr) return info->make();
  std::vector<std::string> names;
  for (const MetricInfo& info : AllMetrics()) names.push_back(info.name);
  const std::string nearest = NearestName(name, names);
  return absl::NotFoundError(
      absl::StrCat("unknown metric '", name, "'", nearest.empty() ? "" : "; did you mean '",
                   nearest, nearest.empty() ? "" : "'?", "; known: ", absl::StrJoin(names, ", ")));
}

absl::StatusOr<MetricValue> Evaluate(const Metric& metric, const MetricInput& input,
                                     uint64_t seed) {
  T2T_ASSIGN_OR_RETURN(const CorpusStatistics statistics, Collect(metric, input));
  const RandomKey key = RandomKey(seed).With("bootstrap").With(metric.name());
  std::vector<int64_t> places(static_cast<size_t>(statistics.examples));
  std::vector<double> scores(kBootstrapResamples);
  std::vector<double> sum(statistics.sum.size());
  for (int64_t i = 0; i < kBootstrapResamples; ++i) {
    DrawPlaces(key, i, places);
    scores[i] = ScoreOfPlaces(metric, statistics, places, sum);
  }
  const auto [low, high] = Interval(scores);
  return MetricValue{metric.name(), metric.Score(statistics.sum), low, high,
                     metric.higher_is_better()};
}

absl::StatusOr<PairedComparison> PairedBootstrap(const Metric& metric, const MetricInput& a,
                                                 const MetricInput& b, uint64_t seed) {
  if (a.references != b.references) {
    return absl::InvalidArgumentError(
        absl::StrCat(metric.name(), ": the two systems are judged against different references (",
                     a.references.size(), " and ", b.references.size(),
                     " examples); a paired comparison needs the same examples in the same order"));
  }
  T2T_ASSIGN_OR_RETURN(const CorpusStatistics of_a, Collect(metric, a));
  T2T_ASSIGN_OR_RETURN(const CorpusStatistics of_b, Collect(metric, b));
  const RandomKey key = RandomKey(seed).With("bootstrap").With(metric.name());
  std::vector<int64_t> places(static_cast<size_t>(of_a.examples));
  const auto lead = [&](double score_of_b, double score_of_a) {
    return metric.higher_is_better() ? score_of_b - score_of_a : score_of_a - score_of_b;
  };
  std::vector<double> leads(kBootstrapResamples);
  std::vector<double> sum(of_a.sum.size());
  for (int64_t i = 0; i < kBootstrapResamples; ++i) {
    DrawPlaces(key, i, places);
    leads[i] =
        lead(ScoreOfPlaces(metric, of_b, places, sum), ScoreOfPlaces(metric, of_a, places, sum));
  }
  PairedComparison result;
  result.name = metric.name();
  result.lead = lead(metric.Score(of_b.sum), metric.Score(of_a.sum));
  const double mean = std::accumulate(leads.begin(), leads.end(), 0.0) / kBootstrapResamples;
  // The slack keeps resamples that differ from the observed value by rounding on the side of no
  // effect.
  const double observed = std::abs(result.lead) * (1 - 1e-12);
  const int64_t as_far = std::count_if(
      leads.begin(), leads.end(), [&](double value) { return std::abs(value - mean) >= observed; });
  result.p_value = static_cast<double>(as_far + 1) / (kBootstrapResamples + 1);
  std::tie(result.low, result.high) = Interval(leads);
  return result;
}

}  // namespace t2t
