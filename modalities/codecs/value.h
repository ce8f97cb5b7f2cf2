// Value: what a person has, in the form in which shards keep it; Example: one Value for each port.
//
// A Value is raw: text is UTF-8, an image the bytes of its PNG or JPEG file, a clip those of its WAV or
// FLAC file, a sequence its residues, a label its name, a vector its numbers. A new vocabulary, patch
// size or number of mel bins therefore needs no new data.
#ifndef T2T_MODALITIES_CODECS_VALUE_H_
#define T2T_MODALITIES_CODECS_VALUE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace t2t {

class Value {
 public:
  Value() = default;
  Value(std::string bytes) : data_(std::move(bytes)) {}               // NOLINT: a string is a Value
  Value(const char* bytes) : data_(std::string(bytes)) {}             // NOLINT
  Value(std::vector<float> numbers) : data_(std::move(numbers)) {}    // NOLINT
  Value(std::vector<int64_t> numbers) : data_(std::move(numbers)) {}  // NOLINT

  bool is_bytes() const { return std::holds_alternative<std::string>(data_); }
  bool is_floats() const { return std::holds_alternative<std::vector<float>>(data_); }
  bool is_integers() const { return std::holds_alternative<std::vector<int64_t>>(data_); }
  // Each requires its kind.
  const std::string& bytes() const { return std::get<std::string>(data_); }
  const std::vector<float>& floats() const { return std::get<std::vector<float>>(data_); }
  const std::vector<int64_t>& integers() const { return std::get<std::vector<int64_t>>(data_); }
  bool operator==(const Value& other) const = default;

 private:
  std::variant<std::string, std::vector<float>, std::vector<int64_t>> data_;
};

// One example of a problem. A port that is absent was not given.
struct Example {
  std::string key;                     // unique in its problem, e.g. the word or the file's name
  std::map<std::string, Value> ports;  // by the port's name
  // Further acceptable values of a target port, beside ports[port] (a word's other pronunciations).
  std::map<std::string, std::vector<Value>> alternatives;
  // How often training meets it, beside one of weight 1: with 2 twice an epoch, with 0.5 every other one by chance, with 0
  // never. What is measured counts every example once.
  float weight = 1;
};

constexpr float kMostWeight = 1000;
inline bool IsWeight(float weight) { return weight >= 0 && weight <= kMostWeight; }

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_VALUE_H_
