#include "tensor2tensor/evaluation/baselines/baselines.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/vector_codec.h"
#include "random/philox.h"
#include "random/sample.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/baselines/port_distance.h"
#include "tensor2tensor/evaluation/baselines/xz_size.h"
#include "tensor2tensor/evaluation/metrics/cost.h"

namespace t2t {
namespace {

constexpr int64_t kProgressEvery = 256;

class Progress {
 public:
  Progress(const BaselineOptions& options, int64_t total) : options_(options), total_(total) {}
  void Step() {
    ++done_;
    if (options_.progress && (done_ % kProgressEvery == 0 || done_ == total_)) {
      options_.progress(done_, total_);
    }
  }

 private:
  const BaselineOptions& options_;
  const int64_t total_;
  int64_t done_ = 0;
};

const Value* FindValue(const Example& example, const std::string& port) {
  const auto found = example.ports.find(port);
  return found == example.ports.end() ? nullptr : &found->second;
}

absl::Status AtExample(const absl::Status& status, absl::string_view split, int64_t i,
                       const Example& example, absl::string_view port) {
  return Annotate(status,
                  absl::StrCat(split, " example ", i, " ('", example.key, "'), port ", port));
}

// A port of an example as text; absent is not an error.
absl::StatusOr<const std::string*> TextOf(const Example& example, absl::string_view split,
                                          int64_t i, const std::string& port) {
  const Value* value = FindValue(example, port);
  if (value == nullptr) return nullptr;
  if (!value->is_bytes()) {
    return AtExample(
        absl::UnimplementedError("a baseline answers in text, and this is a list of numbers"),
        split, i, example, port);
  }
  return &value->bytes();
}

absl::Status NoTarget(const std::string& target) {
  return absl::InvalidArgumentError(
      absl::StrCat("no training example has a value of port '", target, "'"));
}

std::vector<int64_t> Sample(int64_t size, int64_t count, const BaselineOptions& options) {
  return SampleInOrder(size, count, RandomKey(options.seed).With("nearest neighbour"));
}

// The same ones for every baseline of a split.
std::vector<int64_t> Questions(const SplitReader& test, const BaselineOptions& options) {
  const auto known = static_cast<int64_t>(options.among.size());
  const int64_t size = known > 0 ? known : test.size();
  std::vector<int64_t> questions = Sample(size, options.limit, options);
  if (known > 0) {
    for (int64_t& question : questions) question = options.among[static_cast<size_t>(question)];
  }
  return questions;
}

// Sums over the input ports. Candidates come in the order of their lower bounds until the bound
// passes the best distance, so that few distances are computed in full.
class NeighbourSearch {
 public:
  static absl::StatusOr<NeighbourSearch> Make(const std::vector<ComparedPort>& inputs) {
    NeighbourSearch search;
    for (const ComparedPort& port : inputs) {
      auto distance = MakePortDistance(port.distance, inputs.size() > 1);
      if (!distance.ok()) return Annotate(distance.status(), absl::StrCat("port ", port.name));
      search.ports_.push_back({port.name, *std::move(distance)});
    }
    if (search.ports_.empty())
      return absl::InvalidArgumentError("there is no input, so that none can be nearest");
    return search;
  }

  absl::Status Add(const Example& example, int64_t i) {
    for (auto& [port, distance] : ports_) {
      T2T_RETURN_IF_ERROR(
          AtExample(distance->Add(FindValue(example, port)), "training", i, example, port));
    }
    ++size_;
    return absl::OkStatus();
  }

  // The number of the nearest among those added.
  absl::StatusOr<int64_t> Nearest(const Example& example, int64_t i) {
    for (auto& [port, distance] : ports_) {
      T2T_RETURN_IF_ERROR(
          AtExample(distance->Ask(FindValue(example, port)), "test", i, example, port));
    }
    candidates_.clear();
    for (int64_t candidate = 0; candidate < size_; ++candidate) {
      double bound = 0;
      for (auto& [port, distance] : ports_) bound += distance->AtLeast(candidate);
      candidates_.emplace_back(bound, candidate);
    }
    const auto later = std::greater<std::pair<double, int64_t>>();
    std::make_heap(candidates_.begin(), candidates_.end(), later);
    std::pair<double, int64_t> best(std::numeric_limits<double>::infinity(), size_);
    // A candidate that bounds at the best distance can still win by its number.
    while (!candidates_.empty() && candidates_.front() < best) {
      const int64_t candidate = candidates_.front().second;
      std::pop_heap(candidates_.begin(), candidates_.end(), later);
      candidates_.pop_back();
      double sum = 0;
      for (auto& [port, distance] : ports_) {
        // The margin outweighs rounding: what stops early must not pass for a tie.
        sum += distance->To(candidate, best.first - sum + 1e-9);
        if (sum > best.first) break;
      }
      best = std::min(best, {sum, candidate});
    }
    return best.second;
  }

 private:
  std::vector<std::pair<std::string, std::unique_ptr<PortDistance>>> ports_;
  int64_t size_ = 0;
  std::vector<std::pair<double, int64_t>> candidates_;  // (bound, number); kept for its memory
};

// How often which unit of a target stands at a unit of an input.
class UnitCounts {
 public:
  void Add(const std::string& beside, int64_t along, int64_t unit) {
    ++beside_[{beside, along}][unit];
    ++along_[along][unit];
    ++all_[unit];
  }
  bool empty() const { return all_.empty(); }

  int64_t MostFrequent(const std::string& beside, int64_t along) const {
    if (const auto found = beside_.find({beside, along}); found != beside_.end())
      return Best(found->second);
    if (const auto found = along_.find(along); found != along_.end()) return Best(found->second);
    return Best(all_);
  }

 private:
  using Counts = absl::flat_hash_map<int64_t, int64_t>;  // by the target's unit

  static int64_t Best(const Counts& counts) {
    const auto before = [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second < b.second : a.first > b.first;
    };
    return std::max_element(counts.begin(), counts.end(), before)->first;
  }

  absl::flat_hash_map<std::pair<std::string, int64_t>, Counts> beside_;
  absl::flat_hash_map<int64_t, Counts> along_;
  Counts all_;
};

absl::StatusOr<Units> UnitsOf(const Codec& codec, const Value& value, absl::string_view split,
                              int64_t i, const Example& example, const std::string& port) {
  absl::StatusOr<Units> units = codec.Encode(value, {});
  if (!units.ok()) return AtExample(units.status(), split, i, example, port);
  return units;
}

absl::StatusOr<std::vector<int64_t>> IdsOf(const Codec& codec, const Value& value,
                                           absl::string_view split, int64_t i,
                                           const Example& example, const std::string& port) {
  T2T_ASSIGN_OR_RETURN(Units units, UnitsOf(codec, value, split, i, example, port));
  return std::move(units.ids);
}

std::vector<int64_t> AllOf(const SplitReader& split) {
  std::vector<int64_t> numbers(static_cast<size_t>(split.size()));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

// Reads every example of these numbers that has the port and calls visit(number, example, value of the port).
template <typename Visit>
absl::Status ForEachValue(const SplitReader& split, const std::string& port,
                          const std::vector<int64_t>& numbers, const BaselineOptions& options,
                          Progress& progress, const Visit& visit) {
  for (const int64_t i : numbers) {
    progress.Step();
    auto read = split.Read(i);
    if (!read.ok() && options.skip_broken) continue;
    T2T_ASSIGN_OR_RETURN(const Example example, std::move(read));
    const Value* value = FindValue(example, port);
    if (value != nullptr) T2T_RETURN_IF_ERROR(visit(i, example, *value));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BaselineAnswers> MostFrequentAligned(const AlignedTarget& port,
                                                    const SplitReader& train,
                                                    const SplitReader& test,
                                                    const BaselineOptions& options) {
  const auto beside = [&](const Example& example) {
    std::string values;
    for (const std::string& name : port.beside) {
      const Value* value = FindValue(example, name);
      absl::StrAppend(&values, value == nullptr || !value->is_bytes() ? "" : value->bytes(), "\n");
    }
    return values;
  };
  const std::vector<int64_t> questions = Questions(test, options);
  Progress progress(options, train.size() + static_cast<int64_t>(questions.size()));
  UnitCounts counts;
  for (int64_t i = 0; i < train.size(); ++i) {
    progress.Step();
    auto read = train.Read(i);
    if (!read.ok() && options.skip_broken) continue;
    T2T_ASSIGN_OR_RETURN(const Example example, std::move(read));
    const Value* along_value = FindValue(example, port.along);
    const Value* target_value = FindValue(example, port.target);
    if (along_value == nullptr || target_value == nullptr) continue;
    auto along = IdsOf(*port.along_codec, *along_value, "training", i, example, port.along);
    auto units = IdsOf(*port.target_codec, *target_value, "training", i, example, port.target);
    if (along.ok() && units.ok() && along->size() != units->size()) {
      units = AtExample(absl::DataLossError(absl::StrCat(units->size(), " units for the ",
                                                         along->size(), " of ", port.along)),
                        "training", i, example, port.target);
    }
    if (options.skip_broken && !(along.ok() && units.ok())) continue;
    T2T_RETURN_IF_ERROR(along.status());
    T2T_RETURN_IF_ERROR(units.status());
    const std::string values = beside(example);
    for (size_t place = 0; place < along->size(); ++place)
      counts.Add(values, (*along)[place], (*units)[place]);
  }
  if (counts.empty()) return NoTarget(port.target);
  BaselineAnswers answers;
  for (int64_t i : questions) {
    progress.Step();
    auto read = test.Read(i);
    if (!read.ok() && options.skip_broken) continue;
    T2T_ASSIGN_OR_RETURN(const Example example, std::move(read));
    const Value* value = FindValue(example, port.along);
    if (value == nullptr) continue;
    auto ids = IdsOf(*port.along_codec, *value, "test", i, example, port.along);
    if (!ids.ok() && options.skip_broken) continue;
    T2T_ASSIGN_OR_RETURN(const std::vector<int64_t> along, std::move(ids));
    const std::string values = beside(example);
    Units answer;
    for (const int64_t unit : along) answer.ids.push_back(counts.MostFrequent(values, unit));
    T2T_ASSIGN_OR_RETURN(const Value decoded, port.target_codec->Decode(answer));
    answers.emplace_back(i, decoded.bytes());
  }
  return answers;
}

absl::StatusOr<BaselineAnswers> MostFrequent(const SplitReader& train, const SplitReader& test,
                                             const std::string& target,
                                             const BaselineOptions& options) {
  // Values are known by 64 bits of a hash, so that long texts cost no memory; two of a million
  // values share one with a chance of 1 in 10^7.
  struct Occurrences {
    int64_t count = 0;
    int64_t first = 0;
  };
  absl::flat_hash_map<uint64_t, Occurrences> occurrences;
  Occurrences best;
  Progress progress(options, train.size());
  T2T_RETURN_IF_ERROR(ForEachValue(
      train, target, AllOf(train), options, progress,
      [&](int64_t i, const Example& example, const Value&) -> absl::Status {
        T2T_ASSIGN_OR_RETURN(const std::string* const text, TextOf(example, "training", i, target));
        const uint64_t key = RandomKey(0).With(*text).value();
        Occurrences& mine = occurrences.try_emplace(key, Occurrences{0, i}).first->second;
        ++mine.count;
        if (mine.count > best.count || (mine.count == best.count && mine.first < best.first))
          best = mine;
        return absl::OkStatus();
      }));
  if (best.count == 0) return NoTarget(target);
  T2T_ASSIGN_OR_RETURN(const Example example, train.Read(best.first));
  BaselineAnswers answers;
  for (int64_t i : Questions(test, options))
    answers.emplace_back(i, example.ports.at(target).bytes());
  return answers;
}

absl::StatusOr<BaselineAnswers> MeanNumbers(const SplitReader& train, const SplitReader& test,
                                            const std::string& target,
                                            const BaselineOptions& options) {
  std::vector<double> sums, counts;
  bool found = false;
  Progress progress(options, train.size());
  T2T_RETURN_IF_ERROR(
      ForEachValue(train, target, AllOf(train), options, progress,
                   [&](int64_t i, const Example& example, const Value& value) -> absl::Status {
                     const absl::StatusOr<std::vector<double>> numbers = NumbersOf(value);
                     if (!numbers.ok())
                       return AtExample(numbers.status(), "training", i, example, target);
                     found = true;
                     sums.resize(std::max(sums.size(), numbers->size()), 0);
                     counts.resize(sums.size(), 0);
                     for (size_t n = 0; n < numbers->size(); ++n) {
                       if (!std::isfinite((*numbers)[n])) continue;
                       sums[n] += (*numbers)[n];
                       ++counts[n];
                     }
                     return absl::OkStatus();
                   }));
  if (!found) return NoTarget(target);
  std::vector<float> means;
  for (size_t i = 0; i < sums.size(); ++i)
    means.push_back(static_cast<float>(sums[i] / std::max(counts[i], 1.0)));
  BaselineAnswers answers;
  for (int64_t i : Questions(test, options)) answers.emplace_back(i, means);
  return answers;
}

absl::StatusOr<BaselineAnswers> CopyInput(const SplitReader& test, const std::string& input,
                                          const BaselineOptions& options) {
  BaselineAnswers answers;
  const std::vector<int64_t> questions = Questions(test, options);
  Progress progress(options, static_cast<int64_t>(questions.size()));
  for (int64_t i : questions) {
    progress.Step();
    auto read = test.Read(i);
    if (!read.ok() && options.skip_broken) continue;
    T2T_ASSIGN_OR_RETURN(const Example example, std::move(read));
    T2T_ASSIGN_OR_RETURN(const std::string* const text, TextOf(example, "test", i, input));
    if (text != nullptr) answers.emplace_back(i, *text);
  }
  return answers;
}

absl::StatusOr<double> BitsOfXz(const SplitReader& train, const SplitReader& test,
                                const std::string& target, const BaselineOptions& options) {
  const std::vector<int64_t> questions = Questions(test, options);
  Progress progress(options, 2 * train.size() + static_cast<int64_t>(questions.size()));
  const auto add = [&](const SplitReader& split, absl::string_view name, int64_t i,
                       XzSize* size) -> absl::Status {
    progress.Step();
    auto read = split.Read(i);
    if (!read.ok() && options.skip_broken) return absl::OkStatus();
    T2T_ASSIGN_OR_RETURN(const Example example, std::move(read));
    T2T_ASSIGN_OR_RETURN(const std::string* const text, TextOf(example, name, i, target));
    return text == nullptr ? absl::OkStatus() : size->Add(absl::StrCat(*text, "\n"));
  };
  double bytes[2] = {};
  for (const bool both : {false, true}) {
    T2T_ASSIGN_OR_RETURN(XzSize size, XzSize::Begin());
    for (int64_t i = 0; i < train.size(); ++i)
      T2T_RETURN_IF_ERROR(add(train, "training", i, &size));
    if (both) {
      for (int64_t i : questions) T2T_RETURN_IF_ERROR(add(test, "test", i, &size));
    }
    T2T_ASSIGN_OR_RETURN(const int64_t total, size.Finish());
    bytes[both ? 1 : 0] = static_cast<double>(total);
  }
  return 8 * (bytes[1] - bytes[0]);
}

namespace {

// Reads every example of these numbers that has the port and calls visit(number, example, units of the port).
template <typename Visit>
absl::Status ForEachUnits(const Codec& codec, const SplitReader& split, absl::string_view name,
                          const std::string& port, const std::vector<int64_t>& numbers,
                          const BaselineOptions& options, Progress& progress, const Visit& visit) {
  return ForEachValue(split, port, numbers, options, progress,
                      [&](int64_t i, const Example& example, const Value& value) -> absl::Status {
                        auto units = UnitsOf(codec, value, name, i, example, port);
                        if (!units.ok() && options.skip_broken) return absl::OkStatus();
                        T2T_RETURN_IF_ERROR(units.status());
                        return visit(i, *units);
                      });
}

}  // namespace

absl::StatusOr<BaselineAnswers> IndependentUnits(const Codec& codec, const SplitReader& train,
                                                 const SplitReader& test, const std::string& target,
                                                 const BaselineOptions& options) {
  const std::vector<int64_t> known = AllOf(train), questions = Questions(test, options);
  Progress progress(options, static_cast<int64_t>(known.size() + questions.size()));
  const auto ids = static_cast<size_t>(codec.vocabulary_size());
  const auto places = static_cast<size_t>(std::max<int64_t>(codec.fixed_length(), 1));
  std::vector<int64_t> counts(places * ids, 1);
  int64_t examples = 0, units_seen = 0;
  T2T_RETURN_IF_ERROR(ForEachUnits(
      codec, train, "training", target, known, options, progress, [&](int64_t, const Units& units) {
        for (size_t t = 0; t < units.ids.size(); ++t)
          ++counts[t % places * ids + static_cast<size_t>(units.ids[t])];
        ++examples;
        units_seen += units.length();
        return absl::OkStatus();
      }));
  if (examples == 0) return NoTarget(target);
  const double total = std::log2(static_cast<double>(
      (codec.fixed_length() > 0 ? examples : units_seen) + codec.vocabulary_size()));
  BaselineAnswers answers;
  T2T_RETURN_IF_ERROR(ForEachUnits(
      codec, test, "test", target, questions, options, progress,
      [&](int64_t number, const Units& units) {
        double bits = 0;
        for (size_t t = 0; t < units.ids.size(); ++t)
          bits += total - std::log2(static_cast<double>(
                              counts[t % places * ids + static_cast<size_t>(units.ids[t])]));
        answers.emplace_back(number, CostText(bits, units.raw_units));
        return absl::OkStatus();
      }));
  return answers;
}

absl::StatusOr<BaselineAnswers> PngSizes(const Codec& codec, const SplitReader& test,
                                         const std::string& target,
                                         const BaselineOptions& options) {
  const std::vector<int64_t> questions = Questions(test, options);
  Progress progress(options, static_cast<int64_t>(questions.size()));
  BaselineAnswers answers;
  const int64_t channels = codec.extent().size() == 3 ? 3 : 1;
  T2T_RETURN_IF_ERROR(
      ForEachUnits(codec, test, "test", target, questions, options, progress,
                   [&](int64_t number, const Units& units) -> absl::Status {
                     T2T_ASSIGN_OR_RETURN(const Value png, codec.Decode(units));
                     T2T_ASSIGN_OR_RETURN(const Pixels pixels, DecodePixels(png.bytes(), channels));
                     T2T_ASSIGN_OR_RETURN(const std::string small, EncodeSmallPng(pixels));
                     answers.emplace_back(
                         number, CostText(8 * static_cast<double>(small.size()), units.raw_units));
                     return absl::OkStatus();
                   }));
  return answers;
}

absl::StatusOr<BaselineAnswers> NearestNeighbour(const std::vector<ComparedPort>& inputs,
                                                 const SplitReader& train, const SplitReader& test,
                                                 const std::string& target,
                                                 const BaselineOptions& options) {
  T2T_ASSIGN_OR_RETURN(NeighbourSearch search, NeighbourSearch::Make(inputs));
  const std::vector<int64_t> sample = Sample(train.size(), options.train_limit, options);
  const std::vector<int64_t> questions = Questions(test, options);
  Progress progress(options, static_cast<int64_t>(sample.size() + questions.size()));

  std::vector<int64_t> places;  // of the candidates, in the training split
  for (int64_t place : sample) {
    progress.Step();
    auto read = train.Read(place);
    if (!read.ok() && options.skip_broken) continue;
    T2T_ASSIGN_OR_RETURN(const Example example, std::move(read));
    if (FindValue(example, target) == nullptr) continue;
    T2T_RETURN_IF_ERROR(search.Add(example, place));
    places.push_back(place);
  }
  if (places.empty()) return NoTarget(target);

  BaselineAnswers answers;
  for (int64_t i : questions) {
    progress.Step();
    auto read = test.Read(i);
    if (!read.ok() && options.skip_broken) continue;
    T2T_ASSIGN_OR_RETURN(const Example question, std::move(read));
    T2T_ASSIGN_OR_RETURN(const int64_t nearest, search.Nearest(question, i));
    T2T_ASSIGN_OR_RETURN(const Example answer, train.Read(places[static_cast<size_t>(nearest)]));
    answers.emplace_back(i, answer.ports.at(target));
  }
  return answers;
}

}  // namespace t2t
