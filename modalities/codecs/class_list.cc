#include "modalities/codecs/class_list.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modalities/codecs/option_error.h"
#include "modalities/codecs/utf8.h"
#include "modalities/codecs/vocabulary_file.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

constexpr char kClassesFile[] = "classes.txt";

}  // namespace

absl::StatusOr<ClassList> ClassList::Bind(Binder& options) {
  ClassList list;
  std::vector<std::string> classes;
  options.Field("classes", &classes, "names of the classes by id; empty: learned, in sorted order");
  if (classes.empty()) {
    options.Field("max_classes", &list.most_, "more different labels than this are an error");
    if (list.most_ < 1) return OptionError(options, "max_classes", "must be 1 or more");
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
  list.fixed_ = !classes.empty();
  list.Take(std::move(classes));
  return list;
}

absl::Status ClassList::CheckName(absl::string_view name) {
  if (name.empty()) return absl::InvalidArgumentError("a label's name is empty");
  if (name.find_first_of("\r\n") != absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("the label's name '", Utf8Repaired(name), "' has a line break in it"));
  }
  return absl::OkStatus();
}

absl::Status ClassList::Learn(const std::string& name) {
  T2T_RETURN_IF_ERROR(CheckName(name));
  learned_.insert(name);
  if (static_cast<int64_t>(learned_.size()) <= most_) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("more than max_classes = ", most_,
                                                 " different labels, the last of them '",
                                                 Utf8Repaired(name), "': is this a text?"));
}

absl::Status ClassList::FinishLearning(absl::string_view what) {
  if (learned_.empty())
    return absl::InvalidArgumentError(absl::StrCat("no ", what, " in the training values"));
  Take({learned_.begin(), learned_.end()});
  learned_.clear();
  return absl::OkStatus();
}

absl::Status ClassList::Load(const CodecFiles& files) {
  T2T_ASSIGN_OR_RETURN(const std::string bytes, OnlyFile(files, kClassesFile));
  T2T_ASSIGN_OR_RETURN(std::vector<std::string> classes,
                       ReadVocabulary("classes", bytes, kClassesFile));
  if (classes.empty())
    return absl::InvalidArgumentError(absl::StrCat(kClassesFile, ": names no class"));
  for (const std::string& name : classes)
    T2T_RETURN_IF_ERROR(Annotate(CheckName(name), kClassesFile));
  if (fixed_ && classes != names_) {
    return absl::InvalidArgumentError(absl::StrCat(kClassesFile, ": its ", classes.size(),
                                                   " classes are not the ", names_.size(),
                                                   " of the option 'classes'"));
  }
  Take(std::move(classes));
  return absl::OkStatus();
}

CodecFiles ClassList::Files() const {
  if (names_.empty()) return {};
  return {{kClassesFile, WriteVocabulary("classes", names_)}};
}

absl::Status ClassList::CheckReady() const {
  if (!names_.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError("the label has no classes yet: learn or load them first");
}

absl::StatusOr<int64_t> ClassList::Find(const std::string& name) const {
  T2T_RETURN_IF_ERROR(CheckReady());
  const auto it = ids_.find(name);
  if (it != ids_.end()) return it->second;
  return absl::NotFoundError(
      absl::StrCat("unknown label '", Utf8Repaired(name), "'", Suggestion(name, names_)));
}

absl::StatusOr<std::string> ClassList::Name(int64_t id) const {
  T2T_RETURN_IF_ERROR(CheckReady());
  if (id >= 0 && id < size()) return names_[static_cast<size_t>(id)];
  return absl::InvalidArgumentError(
      absl::StrCat("id ", id, " is outside of the ", names_.size(), " classes"));
}

void ClassList::Take(std::vector<std::string> names) {
  names_ = std::move(names);
  ids_.clear();
  for (const std::string& name : names_) ids_.emplace(name, static_cast<int64_t>(ids_.size()));
}

}  // namespace t2t
