// ClassListCodec: what the codecs of labels, sets of labels and tags share: a list of names, given or learned, and values that are texts
// made of such names.
#ifndef T2T_MODALITIES_CODECS_CLASS_LIST_CODEC_H_
#define T2T_MODALITIES_CODECS_CLASS_LIST_CODEC_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modalities/codecs/class_list.h"
#include "modalities/codecs/codec.h"

namespace t2t {

class ClassListCodec : public Codec {
 public:
  bool needs_learning() const override { return !classes_.fixed(); }
  // Where it fails, the list is as it was.
  absl::Status Learn(const ValueStream& values) override;
  absl::Status Check(const Value& value) const override;
  absl::Status Load(const CodecFiles& files) override { return classes_.Load(files); }
  CodecFiles Files() const override { return classes_.Files(); }
  std::string Show(const Value& value) const override;
  bool reversible() const override { return true; }

 protected:
  explicit ClassListCodec(ClassList classes) : classes_(std::move(classes)) {}
  // The names that the value consists of, known or not. Error: InvalidArgument for a value that is none of this modality.
  virtual absl::StatusOr<std::vector<std::string>> NamesIn(const Value& value) const = 0;
  const ClassList& classes() const { return classes_; }

 private:
  ClassList classes_;
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_CLASS_LIST_CODEC_H_
