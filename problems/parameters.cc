#include "problems/parameters.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "registry/suggest.h"

namespace t2t {

const std::string* ParameterReader::Find(const std::string& key) {
  known_.push_back(key);
  const auto it = parameters_.find(key);
  return it == parameters_.end() ? nullptr : &it->second;
}

void ParameterReader::Integer(const std::string& key, int64_t* value, int64_t low, int64_t high) {
  const std::string* text = Find(key);
  int64_t number = *value;
  if (text == nullptr || (absl::SimpleAtoi(*text, &number) && number >= low && number <= high)) {
    *value = number;
    described_.push_back(absl::StrCat(key, "=", *value, " (", low, " to ", high, ")"));
  } else {
    error_.Update(absl::InvalidArgumentError(absl::StrCat(
        "parameter ", key, " = '", *text, "' is not a whole number from ", low, " to ", high)));
  }
}

void ParameterReader::Choice(const std::string& key, std::string* value,
                             const std::vector<std::string>& choices) {
  const std::string* text = Find(key);
  if (text == nullptr || std::find(choices.begin(), choices.end(), *text) != choices.end()) {
    if (text != nullptr) *value = *text;
    described_.push_back(absl::StrCat(key, "=", *value, " (", absl::StrJoin(choices, ", "), ")"));
  } else {
    error_.Update(absl::InvalidArgumentError(absl::StrCat(
        "parameter ", key, " = '", *text, "' is not one of: ", absl::StrJoin(choices, ", "))));
  }
}

void ParameterReader::Language(const std::string& key, std::string* value) {
  const std::string* text = Find(key);
  if (text == nullptr) text = value;
  const bool valid = std::all_of(text->begin(), text->end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '@';
  });
  if (valid) {
    *value = *text;
    described_.push_back(absl::StrCat(key, "=", *value));
  } else {
    error_.Update(absl::InvalidArgumentError(absl::StrCat(
        "parameter ", key, " = '", *text, "' is not a language such as 'en' or 'pt-BR'")));
  }
}

absl::Status ParameterReader::Finish() const {
  if (!error_.ok()) return error_;
  for (const auto& [key, value] : parameters_) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "unknown parameter '", key, "'",
          known_.empty() ? std::string("; the problem has none") : Suggestion(key, known_)));
    }
  }
  return absl::OkStatus();
}

std::string ParameterReader::Describe() const { return absl::StrJoin(described_, ", "); }

std::string InstanceName(absl::string_view name, const ProblemParameters& parameters) {
  if (parameters.empty()) return std::string(name);
  return absl::StrCat(name, ":", absl::StrJoin(parameters, ",", absl::PairFormatter("=")));
}

}  // namespace t2t
