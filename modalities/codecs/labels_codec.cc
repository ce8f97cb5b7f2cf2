#include "modalities/codecs/labels_codec.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modalities/codecs/class_list.h"
#include "modalities/codecs/utf8.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

class LabelsCodec : public Codec {
 public:
  explicit LabelsCodec(ClassList classes) : classes_(std::move(classes)) {}

  bool needs_learning() const override { return !classes_.fixed(); }

  absl::Status Learn(const ValueStream& values) override {
    if (classes_.fixed()) return absl::OkStatus();
    ClassList classes = classes_;  // as it was where it fails
    for (;;) {
      T2T_ASSIGN_OR_RETURN(const std::optional<Value> value, values());
      if (!value.has_value()) break;
      T2T_RETURN_IF_ERROR(CheckKind(*value));
      for (const std::string& name : NamesOf(value->bytes()))
        T2T_RETURN_IF_ERROR(classes.Learn(name));
    }
    T2T_RETURN_IF_ERROR(classes.FinishLearning("label"));
    classes_ = std::move(classes);
    return absl::OkStatus();
  }

  absl::Status Check(const Value& value) const override {
    if (classes_.fixed()) return Encode(value, {}).status();
    T2T_RETURN_IF_ERROR(CheckKind(value));
    for (const std::string& name : NamesOf(value.bytes()))
      T2T_RETURN_IF_ERROR(ClassList::CheckName(name));
    return absl::OkStatus();
  }

  absl::Status Load(const CodecFiles& files) override { return classes_.Load(files); }
  CodecFiles Files() const override { return classes_.Files(); }

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions&) const override {
    T2T_RETURN_IF_ERROR(CheckKind(value));
    T2T_RETURN_IF_ERROR(classes_.CheckReady());
    Units units;
    units.frame_width = classes_.size();
    units.frames.assign(static_cast<size_t>(classes_.size()), 0.0f);
    units.raw_units = classes_.size();
    for (const std::string& name : NamesOf(value.bytes())) {
      T2T_ASSIGN_OR_RETURN(const int64_t id, classes_.Find(name));
      units.frames[static_cast<size_t>(id)] = 1;
    }
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    T2T_RETURN_IF_ERROR(classes_.CheckReady());
    if (units.frame_width != classes_.size() || units.length() != 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("a set of labels is one frame of ", classes_.size(), " numbers, not ",
                       units.length(), " units of ", units.frame_width));
    }
    std::string text;
    for (size_t i = 0; i < units.frames.size(); ++i) {
      if (units.frames[i] > 0.5f)
        absl::StrAppend(&text, text.empty() ? "" : ", ", classes_.names()[i]);
    }
    return Value(std::move(text));
  }

  std::string Show(const Value& value) const override {
    return value.is_bytes() ? Utf8Repaired(value.bytes()) : "(numbers)";
  }
  bool gives_frames() const override { return true; }
  int64_t frame_width() const override { return classes_.size(); }
  std::vector<int64_t> extent() const override { return {1}; }
  bool reversible() const override { return true; }
  std::string raw_unit() const override { return "label"; }
  std::string Describe() const override {
    return classes_.size() == 0 ? "a set of labels, not learned yet"
                                : absl::StrCat("a set of ", classes_.size(), " labels");
  }

 private:
  static absl::Status CheckKind(const Value& value) {
    if (value.is_bytes()) return absl::OkStatus();
    return absl::InvalidArgumentError("the names of labels are expected, not numbers");
  }

  ClassList classes_;
};

}  // namespace

std::set<std::string> NamesOf(absl::string_view text) {
  std::set<std::string> names;
  for (const absl::string_view piece : absl::StrSplit(text, absl::ByAnyChar(",;"))) {
    const absl::string_view name = absl::StripAsciiWhitespace(piece);
    if (!name.empty()) names.emplace(name);
  }
  return names;
}

absl::StatusOr<std::unique_ptr<Codec>> MakeLabelsCodec(Binder& options) {
  T2T_ASSIGN_OR_RETURN(ClassList classes, ClassList::Bind(options));
  for (const std::string& name : classes.names()) {
    if (NamesOf(name) != std::set<std::string>{name}) {
      options.Error("classes", absl::StrCat("'", name, "' has a ',', a ';' or outer white space"));
    }
  }
  T2T_RETURN_IF_ERROR(options.status());
  return std::make_unique<LabelsCodec>(std::move(classes));
}

absl::StatusOr<Value> SampleLabels(const Codec&, int64_t number) {
  static constexpr const char* kSets[] = {"left", "left, right", "", "middle; right"};
  return Value(kSets[static_cast<size_t>(number) % 4]);
}

}  // namespace t2t
