#include "modalities/codecs/label_codec.h"

#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/option_error.h"
#include "modalities/codecs/utf8.h"
#include "modalities/codecs/vocabulary_file.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

constexpr char kClassesFile[] = "classes.txt";

absl::Status CheckName(absl::string_view name) {
  if (name.empty()) return absl::InvalidArgumentError("a label's name is empty");
  if (name.find_first_of("\r\n") != absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("the label's name '", Utf8Repaired(name), "' has a line break in it"));
  }
  return absl::OkStatus();
}

class LabelCodec : public Codec {
 public:
  // `classes` may be empty: then they are learned, at most `most`.
  LabelCodec(std::vector<std::string> classes, int64_t most)
      : fixed_(!classes.empty()), most_(most) {
    Take(std::move(classes));
  }

  bool needs_learning() const override { return !fixed_; }

  absl::Status Learn(const ValueStream& values) override {
    if (fixed_) return absl::OkStatus();
    std::set<std::string> names;
    for (;;) {
      T2T_ASSIGN_OR_RETURN(const std::optional<Value> value, values());
      if (!value.has_value()) break;
      T2T_RETURN_IF_ERROR(CheckKind(*value));
      T2T_RETURN_IF_ERROR(CheckName(value->bytes()));
      names.insert(value->bytes());
      if (static_cast<int64_t>(names.size()) > most_) {
        return absl::InvalidArgumentError(
            absl::StrCat("more than max_classes = ", most_, " different labels, the last of them '",
                         Utf8Repaired(value->bytes()), "': is this a text?"));
      }
    }
    if (names.empty()) return absl::InvalidArgumentError("no label in the training values");
    Take({names.begin(), names.end()});
    return absl::OkStatus();
  }

  absl::Status Check(const Value& value) const override {
    if (fixed_) return Encode(value, {}).status();
    T2T_RETURN_IF_ERROR(CheckKind(value));
    return CheckName(value.bytes());
  }

  absl::Status Load(const CodecFiles& files) override {
    T2T_ASSIGN_OR_RETURN(const std::string bytes, OnlyFile(files, kClassesFile));
    T2T_ASSIGN_OR_RETURN(std::vector<std::string> classes,
                         ReadVocabulary("classes", bytes, kClassesFile));
    if (classes.empty())
      return absl::InvalidArgumentError(absl::StrCat(kClassesFile, ": names no class"));
    for (const std::string& name : classes)
      T2T_RETURN_IF_ERROR(Annotate(CheckName(name), kClassesFile));
    if (fixed_ && classes != classes_) {
      return absl::InvalidArgumentError(absl::StrCat(kClassesFile, ": its ", classes.size(),
                                                     " classes are not the ", classes_.size(),
                                                     " of the option 'classes'"));
    }
    Take(std::move(classes));
    return absl::OkStatus();
  }

  CodecFiles Files() const override {
    if (classes_.empty()) return {};
    return {{kClassesFile, WriteVocabulary("classes", classes_)}};
  }

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions&) const override {
    T2T_RETURN_IF_ERROR(CheckKind(value));
    T2T_RETURN_IF_ERROR(CheckReady());
    const auto it = ids_.find(value.bytes());
    if (it == ids_.end()) {
      return absl::NotFoundError(absl::StrCat("unknown label '", Utf8Repaired(value.bytes()), "'",
                                              Suggestion(value.bytes(), classes_)));
    }
    Units units;
    units.ids = {it->second};
    units.raw_units = 1;
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    T2T_RETURN_IF_ERROR(CheckReady());
    if (units.frame_width != 0 || units.ids.size() != 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("a label is exactly one id, not ", units.length(), " units"));
    }
    if (units.ids[0] < 0 || units.ids[0] >= vocabulary_size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("id ", units.ids[0], " is outside of the ", classes_.size(), " classes"));
    }
    return Value(classes_[static_cast<size_t>(units.ids[0])]);
  }

  std::string Show(const Value& value) const override {
    return value.is_bytes() ? Utf8Repaired(value.bytes()) : "(numbers)";
  }
  int64_t vocabulary_size() const override { return static_cast<int64_t>(classes_.size()); }
  bool reversible() const override { return true; }
  std::string raw_unit() const override { return "label"; }
  std::string Describe() const override {
    return classes_.empty() ? "label, classes not learned yet"
                            : absl::StrCat("label, ", classes_.size(), " classes");
  }

 private:
  static absl::Status CheckKind(const Value& value) {
    if (value.is_bytes()) return absl::OkStatus();
    return absl::InvalidArgumentError("the name of a label is expected, not numbers");
  }
  absl::Status CheckReady() const {
    if (!classes_.empty()) return absl::OkStatus();
    return absl::FailedPreconditionError("the label has no classes yet: learn or load them first");
  }
  void Take(std::vector<std::string> classes) {
    classes_ = std::move(classes);
    ids_.clear();
    for (const std::string& name : classes_) ids_.emplace(name, static_cast<int64_t>(ids_.size()));
  }

  const bool fixed_;
  const int64_t most_;
  std::vector<std::string> classes_;  // by id
  std::unordered_map<std::string, int64_t> ids_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Codec>> MakeLabelCodec(Binder& options) {
  std::vector<std::string> classes;
  options.Field("classes", &classes, "names of the classes by id; empty: learned, in sorted order");
  int64_t most = 10'000;
  if (classes.empty()) {
    options.Field("max_classes", &most, "more different labels than this are an error");
    if (most < 1) return OptionError(options, "max_classes", "must be 1 or more");
  }
  std::set<std::string> seen;
  for (const std::string& name : classes) {
    if (const absl::Status status = CheckName(name); !status.ok()) {
      return OptionError(options, "classes", status.message());
    }
    if (!seen.insert(name).second) {
      return OptionError(options, "classes", absl::StrCat("'", name, "' is there twice"));
    }
  }
  T2T_RETURN_IF_ERROR(options.status());
  return std::make_unique<LabelCodec>(std::move(classes), most);
}

absl::StatusOr<Value> SampleLabel(const Codec& codec, int64_t number) {
  const int64_t classes = codec.vocabulary_size();
  if (classes == 0) return Value(number % 2 == 0 ? "yes" : "no");
  Units units;
  units.ids = {number % classes};
  return codec.Decode(units);
}

}  // namespace t2t
