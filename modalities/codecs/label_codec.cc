#include "modalities/codecs/label_codec.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modalities/codecs/class_list.h"
#include "modalities/codecs/utf8.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

class LabelCodec : public Codec {
 public:
  explicit LabelCodec(ClassList classes) : classes_(std::move(classes)) {}

  bool needs_learning() const override { return !classes_.fixed(); }

  absl::Status Learn(const ValueStream& values) override {
    if (classes_.fixed()) return absl::OkStatus();
    ClassList classes = classes_;  // as it was where it fails
    for (;;) {
      T2T_ASSIGN_OR_RETURN(const std::optional<Value> value, values());
      if (!value.has_value()) break;
      T2T_RETURN_IF_ERROR(CheckKind(*value));
      T2T_RETURN_IF_ERROR(classes.Learn(value->bytes()));
    }
    T2T_RETURN_IF_ERROR(classes.FinishLearning("label"));
    classes_ = std::move(classes);
    return absl::OkStatus();
  }

  absl::Status Check(const Value& value) const override {
    if (classes_.fixed()) return Encode(value, {}).status();
    T2T_RETURN_IF_ERROR(CheckKind(value));
    return ClassList::CheckName(value.bytes());
  }

  absl::Status Load(const CodecFiles& files) override { return classes_.Load(files); }
  CodecFiles Files() const override { return classes_.Files(); }

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions&) const override {
    T2T_RETURN_IF_ERROR(CheckKind(value));
    T2T_ASSIGN_OR_RETURN(const int64_t id, classes_.Find(value.bytes()));
    Units units;
    units.ids = {id};
    units.raw_units = 1;
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    T2T_RETURN_IF_ERROR(classes_.CheckReady());
    if (units.frame_width != 0 || units.ids.size() != 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("a label is exactly one id, not ", units.length(), " units"));
    }
    T2T_ASSIGN_OR_RETURN(std::string name, classes_.Name(units.ids[0]));
    return Value(std::move(name));
  }

  std::string Show(const Value& value) const override {
    return value.is_bytes() ? Utf8Repaired(value.bytes()) : "(numbers)";
  }
  int64_t vocabulary_size() const override { return classes_.size(); }
  bool reversible() const override { return true; }
  std::string raw_unit() const override { return "label"; }
  std::string Describe() const override {
    return classes_.size() == 0 ? "label, classes not learned yet"
                                : absl::StrCat("label, ", classes_.size(), " classes");
  }

 private:
  static absl::Status CheckKind(const Value& value) {
    if (value.is_bytes()) return absl::OkStatus();
    return absl::InvalidArgumentError("the name of a label is expected, not numbers");
  }

  ClassList classes_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Codec>> MakeLabelCodec(Binder& options) {
  T2T_ASSIGN_OR_RETURN(ClassList classes, ClassList::Bind(options));
  T2T_RETURN_IF_ERROR(options.status());
  return std::make_unique<LabelCodec>(std::move(classes));
}

absl::StatusOr<Value> SampleLabel(const Codec& codec, int64_t number) {
  const int64_t classes = codec.vocabulary_size();
  if (classes == 0) return Value(number % 2 == 0 ? "yes" : "no");
  Units units;
  units.ids = {number % classes};
  return codec.Decode(units);
}

}  // namespace t2t
