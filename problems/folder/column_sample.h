// ColumnSample: what the first rows of a table say of one column, and the modality that fits it best.
//
//   ColumnSample column("caption");
//   column.Add(cell, /*holds_file=*/false, folder);        // for each of the first rows
//   const PortGuess guess = column.Guess();                // text, {vocab: {kind: char}}, "93 characters on average"
#ifndef T2T_PROBLEMS_FOLDER_COLUMN_SAMPLE_H_
#define T2T_PROBLEMS_FOLDER_COLUMN_SAMPLE_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "modalities/codecs/value.h"

namespace t2t {

struct PortGuess {
  std::string modality;  // "" = not worth a port
  std::string options;   // YAML behind the modality, without braces: "vocab: {kind: char}"
  std::string why;       // a comment
};

class ColumnSample {
 public:
  explicit ColumnSample(std::string name) : name_(std::move(name)) {}

  // `base` is the folder of the files that cells name.
  void Add(const Value& cell, bool holds_file, const std::string& base);
  PortGuess Guess() const;
  // The options that go with a modality which someone has chosen.
  PortGuess GuessAs(const std::string& modality) const;

  const std::string& name() const { return name_; }
  // Rows in which it is empty, or not there at all.
  int64_t empty(int64_t rows_in_all) const { return rows_in_all - rows_; }
  // Whether each row has one number.
  bool is_number() const { return rows_ > 0 && numbers_ == rows_; }
  // Whether each row is a list of ids of which the last one, 1, ends a text, as Tensor2Tensor's shards have (stored_ids.h).
  bool looks_like_ids() const { return rows_ > 0 && ids_ == rows_; }
  // The largest integer, where looks_like_ids.
  int64_t largest_id() const { return largest_id_; }
  int64_t rows() const { return rows_; }
  int64_t distinct() const { return static_cast<int64_t>(values_.size()); }
  // An example for people.
  const std::string& first() const { return first_; }

 private:
  void AddIds(const Value& cell);
  PortGuess GuessText() const;
  PortGuess TextGuess() const;
  bool IsSequence(absl::string_view letters, absl::string_view marks) const;

  std::string name_, first_;
  int64_t least_ = 0, most_ = 0;  // of integers
  int64_t ids_ = 0, largest_id_ = 0;
  int64_t rows_ = 0, images_ = 0, sounds_ = 0, numbers_ = 0, lists_ = 0, integers_ = 0;
  int64_t characters_ = 0, longest_ = 0, spaces_ = 0;
  int64_t side_ = 0;              // of the first picture, its shorter one
  std::set<std::string> values_;  // the first thousands
  bool letters_[256] = {};        // that any text has
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_FOLDER_COLUMN_SAMPLE_H_
