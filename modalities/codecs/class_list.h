// ClassList: the names that a label, a set of labels or a tag may have, by id; given as options, or learned and kept as the file
// classes.txt, in sorted order.
#ifndef T2T_MODALITIES_CODECS_CLASS_LIST_H_
#define T2T_MODALITIES_CODECS_CLASS_LIST_H_

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/codec.h"
#include "registry/config.h"

namespace t2t {

class ClassList {
 public:
  // Port options: classes (none: learned) and, where they are learned, max_classes. Errors: an empty name or one with a line break,
  // a name twice.
  static absl::StatusOr<ClassList> Bind(Binder& options);

  // Whether they were given as options.
  bool fixed() const { return fixed_; }
  int64_t size() const { return static_cast<int64_t>(names_.size()); }
  const std::vector<std::string>& names() const { return names_; }

  // Error: InvalidArgument for an empty name, or one with a line break.
  static absl::Status CheckName(absl::string_view name);
  // Adds a name of the training values to those that FinishLearning takes. Errors: CheckName; more than max_classes.
  absl::Status Learn(const std::string& name);
  // `what` for the error where there was none: "label".
  absl::Status FinishLearning(absl::string_view what);

  absl::Status Load(const CodecFiles& files);
  CodecFiles Files() const;

  // Errors: NotFound with the nearest one for another name; FailedPrecondition before there are any.
  absl::StatusOr<int64_t> Find(const std::string& name) const;
  // Error: InvalidArgument for an id outside.
  absl::StatusOr<std::string> Name(int64_t id) const;
  absl::Status CheckReady() const;

 private:
  void Take(std::vector<std::string> names);

  bool fixed_ = false;
  int64_t most_ = 10'000;
  std::set<std::string> learned_;
  std::vector<std::string> names_;  // by id
  std::unordered_map<std::string, int64_t> ids_;
};

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_CLASS_LIST_H_
