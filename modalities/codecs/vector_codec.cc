#include "modalities/codecs/vector_codec.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/option_error.h"
#include "modalities/codecs/scale_file.h"
#include "modalities/codecs/shortest_decimal.h"
#include "modalities/codecs/utf8.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr int64_t kMostNumbers = 1'000'000;
constexpr double kMostCount = 1e6;
constexpr double kMostScaled = 1e6;  // standard deviations: beyond it no training goes on

class VectorCodec : public Codec {
 public:
  VectorCodec(int64_t size, std::string distribution, bool may_miss)
      : asked_size_(size), distribution_(std::move(distribution)), may_miss_(may_miss) {}

  bool needs_learning() const override { return true; }

  absl::Status Learn(const ValueStream& values) override {
    std::vector<Moments> moments;
    for (;;) {
      T2T_ASSIGN_OR_RETURN(const std::optional<Value> value, values());
      if (!value.has_value()) break;
      T2T_ASSIGN_OR_RETURN(const std::vector<double> numbers, NumbersOf(*value));
      if (moments.empty()) {
        const auto own = static_cast<int64_t>(numbers.size());
        moments.resize(static_cast<size_t>(asked_size_ > 0 ? asked_size_ : own));
      }
      T2T_RETURN_IF_ERROR(CheckCount(numbers.size(), moments.size()));
      for (size_t i = 0; i < numbers.size(); ++i) {
        T2T_RETURN_IF_ERROR(CheckNumber(numbers[i]));
        if (!std::isnan(numbers[i])) moments[i % moments.size()].Add(numbers[i]);
      }
    }
    if (moments.empty()) return absl::InvalidArgumentError("no vector in the training values");
    T2T_ASSIGN_OR_RETURN(scales_, ScalesOf(moments));
    if (counts()) scales_.assign(moments.size(), Scale());
    return absl::OkStatus();
  }

  absl::Status Load(const CodecFiles& files) override {
    T2T_ASSIGN_OR_RETURN(scales_, ReadScales(files, asked_size_));
    return absl::OkStatus();
  }

  CodecFiles Files() const override { return WriteScales(scales_); }

  absl::Status Check(const Value& value) const override {
    T2T_ASSIGN_OR_RETURN(const std::vector<double> numbers, NumbersOf(value));
    for (const double number : numbers) T2T_RETURN_IF_ERROR(CheckNumber(number));
    if (asked_size_ > 0) return CheckCount(numbers.size(), static_cast<size_t>(asked_size_));
    return numbers.empty() ? absl::InvalidArgumentError("there is no number") : absl::OkStatus();
  }

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions&) const override {
    T2T_RETURN_IF_ERROR(CheckReady());
    T2T_ASSIGN_OR_RETURN(const std::vector<double> numbers, NumbersOf(value));
    const size_t size = scales_.size();
    T2T_RETURN_IF_ERROR(CheckCount(numbers.size(), size));
    Units units;
    units.frame_width = frame_width();
    units.raw_units = static_cast<int64_t>(numbers.size());
    units.frames.reserve(2 * numbers.size());
    for (size_t begin = 0; begin < numbers.size(); begin += size) {
      for (size_t i = 0; i < size; ++i) {
        const double number = numbers[begin + i];
        T2T_RETURN_IF_ERROR(CheckNumber(number));
        const double scaled =
            counts() ? std::log1p(number) : (number - scales_[i].mean) / scales_[i].deviation;
        if (std::abs(scaled) > kMostScaled) {
          return absl::InvalidArgumentError(
              absl::StrCat("the number ", ShortestDecimal(number), " lies too far from the mean ",
                           ShortestDecimal(scales_[i].mean), " of the training values"));
        }
        units.frames.push_back(std::isnan(number) ? 0.0f : static_cast<float>(scaled));
      }
      for (size_t i = 0; i < size; ++i) {
        units.frames.push_back(std::isnan(numbers[begin + i]) ? 1.0f : 0.0f);
      }
    }
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    T2T_RETURN_IF_ERROR(CheckReady());
    if (units.frame_width != frame_width()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "frames of ", Describe(), " have ", frame_width(), " numbers, not ", units.frame_width));
    }
    const size_t size = scales_.size();
    std::vector<float> numbers;
    for (size_t begin = 0; begin < units.frames.size(); begin += 2 * size) {
      for (size_t i = 0; i < size; ++i) {
        const bool missing = units.frames[begin + size + i] > 0.5f;
        const double frame = units.frames[begin + i];
        const double number =
            counts() ? std::expm1(frame) : frame * scales_[i].deviation + scales_[i].mean;
        numbers.push_back(missing ? std::numeric_limits<float>::quiet_NaN()
                                  : static_cast<float>(number));
      }
    }
    return Value(std::move(numbers));
  }

  std::string Show(const Value& value) const override {
    const absl::StatusOr<std::vector<double>> numbers = NumbersOf(value);
    if (!numbers.ok()) return value.is_bytes() ? Utf8Repaired(value.bytes()) : "(numbers)";
    std::string text;
    for (const double number : *numbers) {
      absl::StrAppend(&text, text.empty() ? "" : " ",
                      value.is_floats() ? ShortestDecimal(static_cast<float>(number))
                                        : ShortestDecimal(number));
    }
    return text;
  }
  bool gives_frames() const override { return true; }
  std::string head() const override { return distribution_; }
  bool reversible() const override { return counts(); }
  int64_t frame_width() const override { return 2 * static_cast<int64_t>(scales_.size()); }
  // A plain vector is one position.
  std::vector<int64_t> extent() const override {
    return asked_size_ > 0 ? std::vector<int64_t>{} : std::vector<int64_t>{1};
  }
  std::string raw_unit() const override { return "number"; }
  std::string Describe() const override {
    const auto size = scales_.empty() ? asked_size_ : static_cast<int64_t>(scales_.size());
    if (size == 0) return "a vector, its size not learned yet";
    return asked_size_ > 0 ? absl::StrCat("a series of ", size, " numbers a position")
                           : absl::StrCat("a vector of ", size, " numbers");
  }

 private:
  bool counts() const { return distribution_ == "poisson"; }

  absl::Status CheckNumber(double number) const {
    if (std::isnan(number)) {
      if (may_miss_) return absl::OkStatus();
      return absl::InvalidArgumentError(
          "a number is nan; if a missing one is meant, say missing: mark for the port");
    }
    if (!counts()) return absl::OkStatus();
    if (number >= 0 && number <= kMostCount && number == std::floor(number))
      return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(ShortestDecimal(number),
                     " is no count from 0 to 1000000, as distribution = poisson has them"));
  }
  absl::Status CheckCount(size_t count, size_t size) const {
    const bool fits = asked_size_ > 0 ? count % size == 0 : count == size;
    if (count > 0 && fits) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(count, " numbers where ", asked_size_ > 0 ? "a multiple of " : "", size,
                     asked_size_ > 0 ? "" : ", as in the first training value,", " are expected"));
  }
  absl::Status CheckReady() const {
    if (!scales_.empty()) return absl::OkStatus();
    return absl::FailedPreconditionError(
        "the vector has no scale yet: learn it from training values or load it first");
  }

  const int64_t asked_size_;  // 0: a plain vector
  const std::string distribution_;
  const bool may_miss_;
  std::vector<Scale> scales_;
};

}  // namespace

absl::StatusOr<std::vector<double>> NumbersOf(const Value& value) {
  std::vector<double> numbers;
  if (value.is_floats()) {
    numbers.assign(value.floats().begin(), value.floats().end());
  } else if (value.is_integers()) {
    for (const int64_t number : value.integers()) numbers.push_back(static_cast<double>(number));
  } else {
    for (const absl::string_view piece :
         absl::StrSplit(value.bytes(), absl::ByAnyChar(" \t\r\n,;"), absl::SkipEmpty())) {
      double number = 0;
      if (!absl::SimpleAtod(piece, &number)) {
        return absl::InvalidArgumentError(
            absl::StrCat("'", Utf8Repaired(piece), "' is not a number"));
      }
      numbers.push_back(number);
    }
  }
  if (static_cast<int64_t>(numbers.size()) > kMostNumbers) {
    return absl::InvalidArgumentError(
        absl::StrCat(numbers.size(), " numbers; a vector has at most ", kMostNumbers));
  }
  for (const double number : numbers) {
    if (std::isinf(number)) return absl::InvalidArgumentError("a number is infinite");
  }
  return numbers;
}

absl::StatusOr<std::unique_ptr<Codec>> MakeVectorCodec(Binder& options) {
  int64_t size = 0;
  options.Field("size", &size,
                "numbers of a position of a time series; 0: all numbers of a value are one");
  if (size < 0 || size > kMostNumbers) {
    return OptionError(options, "size", absl::StrCat("must be from 0 to ", kMostNumbers));
  }
  std::string distribution = "gaussian";
  options.Choice("distribution", &distribution, {"gaussian", "laplace", "poisson"},
                 "of each number of a target; poisson: they are counts");
  std::string missing = "refuse";
  options.Choice("missing", &missing, {"refuse", "mark"},
                 "what nan is: an error, or a missing number");
  T2T_RETURN_IF_ERROR(options.status());
  return std::make_unique<VectorCodec>(size, std::move(distribution), missing == "mark");
}

absl::StatusOr<Value> SampleVector(const Codec&, int64_t number) {
  const auto first = static_cast<float>(number);
  return Value(std::vector<float>{first, 2 * first, static_cast<float>(number % 2), 7});
}

}  // namespace t2t
