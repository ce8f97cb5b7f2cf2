#include "modalities/codecs/labels_codec.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modalities/codecs/class_list_codec.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

class LabelsCodec : public ClassListCodec {
 public:
  explicit LabelsCodec(ClassList classes) : ClassListCodec(std::move(classes)) {}

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions&) const override {
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(value));
    T2T_RETURN_IF_ERROR(classes().CheckReady());
    Units units;
    units.frame_width = classes().size();
    units.frames.assign(static_cast<size_t>(classes().size()), 0.0f);
    units.raw_units = classes().size();
    for (const std::string& name : names) {
      T2T_ASSIGN_OR_RETURN(const int64_t id, classes().Find(name));
      units.frames[static_cast<size_t>(id)] = 1;
    }
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    T2T_RETURN_IF_ERROR(classes().CheckReady());
    if (units.frame_width != classes().size() || units.length() != 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("a set of labels is one frame of ", classes().size(), " numbers, not ",
                       units.length(), " units of ", units.frame_width));
    }
    std::string text;
    for (size_t i = 0; i < units.frames.size(); ++i) {
      if (units.frames[i] > 0.5f)
        absl::StrAppend(&text, text.empty() ? "" : ", ", classes().names()[i]);
    }
    return Value(std::move(text));
  }

  bool gives_frames() const override { return true; }
  int64_t frame_width() const override { return classes().size(); }
  std::vector<int64_t> extent() const override { return {1}; }
  std::string raw_unit() const override { return "label"; }
  std::string Describe() const override {
    return classes().size() == 0 ? "a set of labels, not learned yet"
                                 : absl::StrCat("a set of ", classes().size(), " labels");
  }

 private:
  absl::StatusOr<std::vector<std::string>> NamesIn(const Value& value) const override {
    if (!value.is_bytes())
      return absl::InvalidArgumentError("the names of labels are expected, not numbers");
    const std::set<std::string> names = NamesOf(value.bytes());
    return std::vector<std::string>(names.begin(), names.end());
  }
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
