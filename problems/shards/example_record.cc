#include "problems/shards/example_record.h"

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "files/tf_example.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr char kKey[] = "key";
constexpr char kAlternatives[] = "alternatives/";
constexpr char kLengths[] = "lengths/";
constexpr char kWeight[] = "example/weight";
// A protocol buffer ends at 2 GiB; half of it leaves room for everything around the values.
constexpr uint64_t kMaxBytes = uint64_t{1} << 30;

Feature FeatureOf(const Value& value) {
  Feature feature;
  if (value.is_bytes()) {
    feature.values = std::vector<std::string>{value.bytes()};
  } else if (value.is_floats()) {
    feature.values = value.floats();
  } else {
    feature.values = value.integers();
  }
  return feature;
}

uint64_t BytesOf(const Feature& feature) {
  if (const auto* strings = std::get_if<std::vector<std::string>>(&feature.values)) {
    uint64_t bytes = 0;
    for (const std::string& string : *strings) bytes += string.size();
    return bytes;
  }
  if (const auto* floats = std::get_if<std::vector<float>>(&feature.values))
    return 4 * floats->size();
  return 10 * std::get<std::vector<int64_t>>(feature.values).size();  // the longest varint
}

absl::StatusOr<Value> ValueOf(const std::string& port, Feature feature) {
  if (auto* strings = std::get_if<std::vector<std::string>>(&feature.values)) {
    if (strings->size() != 1) {
      return absl::DataLossError(
          absl::StrCat("port '", port, "' has ", strings->size(), " strings instead of one"));
    }
    return Value(std::move((*strings)[0]));
  }
  if (auto* floats = std::get_if<std::vector<float>>(&feature.values))
    return Value(std::move(*floats));
  return Value(std::move(std::get<std::vector<int64_t>>(feature.values)));
}

absl::Status AddAlternatives(const std::string& port, const Example& example, Features* features) {
  const std::vector<Value>& alternatives = example.alternatives.at(port);
  const auto first = example.ports.find(port);
  if (first == example.ports.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("port '", port, "' has alternatives but no value"));
  }
  if (alternatives.empty()) return absl::OkStatus();
  std::vector<std::string> strings;
  std::vector<float> floats;
  std::vector<int64_t> integers, lengths;
  for (const Value& value : alternatives) {
    if (value.is_bytes() != first->second.is_bytes() ||
        value.is_floats() != first->second.is_floats()) {
      return absl::InvalidArgumentError(
          absl::StrCat("port '", port, "' has an alternative of another kind than its value"));
    }
    if (value.is_bytes()) {
      strings.push_back(value.bytes());
    } else if (value.is_floats()) {
      floats.insert(floats.end(), value.floats().begin(), value.floats().end());
      lengths.push_back(static_cast<int64_t>(value.floats().size()));
    } else {
      integers.insert(integers.end(), value.integers().begin(), value.integers().end());
      lengths.push_back(static_cast<int64_t>(value.integers().size()));
    }
  }
  Feature& feature = (*features)[absl::StrCat(kAlternatives, port)];
  if (first->second.is_bytes()) {
    feature.values = std::move(strings);
    return absl::OkStatus();
  }
  if (first->second.is_floats()) {
    feature.values = std::move(floats);
  } else {
    feature.values = std::move(integers);
  }
  (*features)[absl::StrCat(kLengths, port)].values = std::move(lengths);
  return absl::OkStatus();
}

// Cuts `numbers` into pieces of the given lengths.
template <typename T>
absl::Status Cut(const std::string& port, const std::vector<T>& numbers, const Features& features,
                 std::vector<Value>* out) {
  const auto it = features.find(absl::StrCat(kLengths, port));
  const auto* lengths =
      it == features.end() ? nullptr : std::get_if<std::vector<int64_t>>(&it->second.values);
  size_t begin = 0;
  if (lengths != nullptr) {
    for (const int64_t length : *lengths) {
      if (length < 0 || static_cast<uint64_t>(length) > numbers.size() - begin) break;
      out->emplace_back(std::vector<T>(numbers.begin() + begin, numbers.begin() + begin + length));
      begin += static_cast<size_t>(length);
    }
  }
  if (lengths == nullptr || out->size() != lengths->size() || begin != numbers.size()) {
    return absl::DataLossError(
        absl::StrCat("the alternatives of port '", port, "' do not fit their lengths"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> EncodeExample(const Example& example) {
  Features features;
  features[kKey].values = std::vector<std::string>{example.key};
  for (const auto& [port, value] : example.ports) {
    if (port == kKey || port.empty() || absl::StrContains(port, '/')) {
      return absl::InvalidArgumentError(absl::StrCat(
          "a port may not be called '", port, "': empty, 'key' and names with '/' are taken"));
    }
    features[port] = FeatureOf(value);
  }
  for (const auto& [port, alternatives] : example.alternatives) {
    T2T_RETURN_IF_ERROR(AddAlternatives(port, example, &features));
  }
  if (!IsWeight(example.weight)) {
    return absl::InvalidArgumentError(
        absl::StrCat("a weight of ", example.weight, "; it must be from 0 to ", kMostWeight));
  }
  if (example.weight != 1) features[kWeight].values = std::vector<float>{example.weight};
  uint64_t bytes = example.key.size();
  for (const auto& [name, feature] : features) bytes += name.size() + BytesOf(feature);
  if (bytes > kMaxBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the values have ", bytes, " bytes; a record holds at most ", kMaxBytes));
  }
  return EncodeTfExample(features);
}

absl::StatusOr<Example> DecodeExample(absl::string_view bytes) {
  T2T_ASSIGN_OR_RETURN(Features features, DecodeTfExample({bytes.data(), bytes.size()}));
  Example example;
  for (auto& [name, feature] : features) {
    if (name == kKey) {
      T2T_ASSIGN_OR_RETURN(const Value key, ValueOf(name, std::move(feature)));
      if (!key.is_bytes()) return absl::DataLossError("the key of the record is not a string");
      example.key = key.bytes();
    } else if (absl::StartsWith(name, kLengths)) {
      continue;
    } else if (name == kWeight) {
      const auto* weight = std::get_if<std::vector<float>>(&feature.values);
      if (weight == nullptr || weight->size() != 1 || !IsWeight((*weight)[0])) {
        return absl::DataLossError("the weight of the record is not a number that it may be");
      }
      example.weight = (*weight)[0];
    } else if (absl::StartsWith(name, kAlternatives)) {
      const std::string port = name.substr(sizeof(kAlternatives) - 1);
      std::vector<Value>& values = example.alternatives[port];
      if (auto* strings = std::get_if<std::vector<std::string>>(&feature.values)) {
        for (std::string& string : *strings) values.emplace_back(std::move(string));
      } else if (auto* floats = std::get_if<std::vector<float>>(&feature.values)) {
        T2T_RETURN_IF_ERROR(Cut(port, *floats, features, &values));
      } else {
        T2T_RETURN_IF_ERROR(
            Cut(port, std::get<std::vector<int64_t>>(feature.values), features, &values));
      }
    } else {
      T2T_ASSIGN_OR_RETURN(Value value, ValueOf(name, std::move(feature)));
      example.ports.emplace(name, std::move(value));
    }
  }
  return example;
}

}  // namespace t2t
