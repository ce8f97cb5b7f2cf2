#include "modalities/codecs/label_codec.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modalities/codecs/class_list_codec.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

class LabelCodec : public ClassListCodec {
 public:
  explicit LabelCodec(ClassList classes) : ClassListCodec(std::move(classes)) {}

  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions&) const override {
    T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(value));
    T2T_ASSIGN_OR_RETURN(const int64_t id, classes().Find(names[0]));
    Units units;
    units.ids = {id};
    units.raw_units = 1;
    return units;
  }

  absl::StatusOr<Value> Decode(const Units& units) const override {
    T2T_RETURN_IF_ERROR(classes().CheckReady());
    if (units.frame_width != 0 || units.ids.size() != 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("a label is exactly one id, not ", units.length(), " units"));
    }
    T2T_ASSIGN_OR_RETURN(std::string name, classes().Name(units.ids[0]));
    return Value(std::move(name));
  }

  int64_t vocabulary_size() const override { return classes().size(); }
  std::string raw_unit() const override { return "label"; }
  std::string Describe() const override {
    return classes().size() == 0 ? "label, classes not learned yet"
                                 : absl::StrCat("label, ", classes().size(), " classes");
  }

 private:
  absl::StatusOr<std::vector<std::string>> NamesIn(const Value& value) const override {
    if (value.is_bytes()) return std::vector<std::string>{value.bytes()};
    return absl::InvalidArgumentError("the name of a label is expected, not numbers");
  }
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
